package budget

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"mixmodel/mmm"
)

// Plan is an allocation with what it brings. Money is per period; responses
// are in sales units over the horizon, carry-over after it included.
type Plan struct {
	Channels        []string
	Periods         int
	Total           float64
	Current         []float64 // the plan compared with
	Spend           []float64
	Lower, Upper    []float64
	CurrentResponse []float64 // per channel
	Response        []float64
	Slope           []float64 // marginal response per money per period, at Spend
	Certificate     Certificate
	Warnings        mmm.Warnings
	response        *mmm.Response
}

// Certificate says how good the plan is.
type Certificate struct {
	Method Method
	// Price is ν, the marginal response of the budget: what one more unit of
	// money per period would bring over the horizon. Divided by the number of
	// periods it is sales per unit of money.
	Price float64
	// Residual is the largest violation of the optimality conditions (Karush,
	// Kuhn, Tucker), relative: slopes must equal ν where a channel is free, not
	// exceed it at a lower bound and not fall below it at an upper one, and the
	// spend must add up to the budget. For concave curves a residual of 0
	// proves that no plan is better; otherwise that none nearby is.
	Residual float64
	// Binding says per channel which bound holds it.
	Binding []Bound
	// Global tells whether the conditions prove the optimum for all plans: they
	// do if every curve is concave.
	Global bool
}

// Bound is the bound that holds a channel.
type Bound int

// The bounds.
const (
	AtLower Bound = -1
	Free    Bound = 0
	AtUpper Bound = 1
)

// String names the bound.
func (b Bound) String() string { return [...]string{"lower bound", "free", "upper bound"}[b+1] }

func (p *problem) plan(spend []float64, method Method) *Plan {
	out := &Plan{Channels: p.r.Channels(), Periods: p.r.Periods, Total: p.total, Current: p.current, Spend: spend,
		Lower: p.lower, Upper: p.upper, response: p.r}
	for c := range spend {
		now, _ := p.at(c, p.current[c])
		next, slope := p.at(c, spend[c])
		out.CurrentResponse = append(out.CurrentResponse, now)
		out.Response = append(out.Response, next)
		out.Slope = append(out.Slope, slope)
	}
	out.Certificate = p.certify(spend, out.Slope)
	out.Certificate.Method = method
	out.Warnings = out.doubts()
	return out
}

// certify checks the optimality conditions.
func (p *problem) certify(spend, slope []float64) Certificate {
	cert := Certificate{Global: p.concave()}
	// A bound holds a channel that is within rounding of it.
	near := 1e-12 * math.Max(p.total, floats.Max(p.upper))
	atLow, atHigh := math.Inf(-1), math.Inf(1) // largest slope held down, smallest held up
	var free []float64
	for c, b := range spend {
		switch {
		case b-p.lower[c] <= near && p.upper[c]-b <= near: // fixed: no condition
			cert.Binding = append(cert.Binding, AtUpper)
		case b-p.lower[c] <= near:
			cert.Binding = append(cert.Binding, AtLower)
			atLow = math.Max(atLow, slope[c])
		case p.upper[c]-b <= near:
			cert.Binding = append(cert.Binding, AtUpper)
			atHigh = math.Min(atHigh, slope[c])
		default:
			cert.Binding = append(cert.Binding, Free)
			free = append(free, slope[c])
		}
	}
	cert.Price = price(free, atLow, atHigh)
	violation := math.Max(math.Max(atLow-cert.Price, cert.Price-atHigh), 0)
	for _, s := range free {
		violation = math.Max(violation, math.Abs(s-cert.Price))
	}
	cert.Residual = math.Max(relative(violation, cert.Price), relative(math.Abs(floats.Sum(spend)-p.total), p.total))
	return cert
}

// price is the mean slope of the free channels. Without any, every price
// between the slopes held down and up will do.
func price(free []float64, atLow, atHigh float64) float64 {
	switch {
	case len(free) > 0:
		return floats.Sum(free) / float64(len(free))
	case math.IsInf(atLow, 0) && math.IsInf(atHigh, 0):
		return 0
	case math.IsInf(atLow, 0):
		return atHigh
	case math.IsInf(atHigh, 0):
		return atLow
	}
	return (atLow + atHigh) / 2
}

func relative(v, scale float64) float64 {
	if v == 0 {
		return 0
	}
	return v / math.Max(math.Abs(scale), 1e-300)
}

// largestResidual is the residual above which a plan carries a warning.
const largestResidual = 1e-6

func (p *Plan) doubts() mmm.Warnings {
	var w mmm.Warnings
	if p.Certificate.Residual > largestResidual {
		w = append(w, mmm.Warning{Code: "kkt-residual", Subject: "plan", Text: fmt.Sprintf(
			"the optimality conditions are missed by %.2g (want at most %.0g): the solver stopped early, so a better plan may exist nearby", p.Certificate.Residual, largestResidual)})
	}
	if !p.Certificate.Global {
		w = append(w, mmm.Warning{Code: "local-optimum", Subject: "plan",
			Text: "some response curves are not concave: the plan is the best of several searches, not proven best"})
	}
	train := p.response.Draws().Train()
	for c, name := range p.Channels {
		if most := floats.Max(train.Spend(c)); p.Spend[c] > most {
			w = append(w, mmm.Warning{Code: "extrapolation", Subject: name, Text: fmt.Sprintf(
				"the plan spends %s per period, above the largest ever spent (%s): its response there is the model's assumption", mmm.FormatMoney(p.Spend[c]), mmm.FormatMoney(most))})
		}
	}
	return w
}

// Curves is the response to any plan over the horizon, which this plan
// maximises.
func (p *Plan) Curves() *mmm.Response { return p.response }

// TotalResponse is the mean response of the plan, in sales units over the
// horizon.
func (p *Plan) TotalResponse() float64 { return floats.Sum(p.Response) }

// TotalCurrentResponse is the mean response of the current plan.
func (p *Plan) TotalCurrentResponse() float64 { return floats.Sum(p.CurrentResponse) }

// MarginalReturn is the price in sales units per unit of money: what the last
// unit of the budget brings.
func (p *Plan) MarginalReturn() float64 { return p.Certificate.Price / float64(p.Periods) }

// ResponsePerPeriod is what each channel brings under the plan, per draw and
// on average per period, in sales units.
func (p *Plan) ResponsePerPeriod() mmm.ByChannel {
	b := p.response.PerDraw(p.Spend)
	b.Name, b.Unit = "response per period", "sales per period"
	for _, draws := range b.Draws {
		floats.Scale(1/float64(p.Periods), draws)
	}
	return b
}

// Gain is, per draw, the response of the plan minus that of the current plan,
// relative to the latter. Its ProbAbove(0) is the probability that the plan is
// better.
func (p *Plan) Gain() mmm.Quantity {
	total := func(plan []float64) []float64 {
		sum := make([]float64, p.response.Draws().Len())
		for _, v := range p.response.PerDraw(plan).Draws {
			floats.Add(sum, v)
		}
		return sum
	}
	next, now := total(p.Spend), total(p.Current)
	q := mmm.Quantity{Name: "gain over the current plan", Unit: "fraction", Draws: next}
	for i := range next {
		if now[i] != 0 {
			q.Draws[i] = (next[i] - now[i]) / now[i]
		} else {
			q.Draws[i] = 0
		}
	}
	return q
}

// Table shows the allocation: money per period, responses over the horizon,
// what the next unit of money brings (marginal), and the bound that holds each
// channel.
func (p *Plan) Table() mmm.Table {
	t := mmm.Table{Title: fmt.Sprintf("Budget per period over %d periods", p.Periods),
		Header: []string{"channel", "current", "plan", "change", "response now", "planned", "marginal", "held by"}}
	for c, name := range p.Channels {
		change := "-"
		if p.Current[c] > 0 {
			change = fmt.Sprintf("%+.0f %%", 100*(p.Spend[c]/p.Current[c]-1))
		}
		t.Rows = append(t.Rows, []string{name, mmm.FormatMoney(p.Current[c]), mmm.FormatMoney(p.Spend[c]), change,
			mmm.FormatMoney(p.CurrentResponse[c]), mmm.FormatMoney(p.Response[c]),
			mmm.FormatNumber(p.Slope[c]/float64(p.Periods), 3), p.Certificate.Binding[c].String()})
	}
	t.Rows = append(t.Rows, []string{"total", mmm.FormatMoney(floats.Sum(p.Current)), mmm.FormatMoney(floats.Sum(p.Spend)), "",
		mmm.FormatMoney(p.TotalCurrentResponse()), mmm.FormatMoney(p.TotalResponse()), mmm.FormatNumber(p.MarginalReturn(), 3), ""})
	return t
}

// String prints the table.
func (p *Plan) String() string { return p.Table().String() }
