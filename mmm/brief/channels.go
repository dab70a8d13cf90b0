package brief

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/saturation"
)

// Channels is what each channel did in the training window, beside what the
// prior said of it.
//
// Cost: for 16,000 draws, 183 weeks and 7 channels a fifth of a second on
// two cores.
func (s Study) Channels() typed.Channels {
	d := s.Posterior.Train()
	out := typed.Channels{ID: "channels", Currency: s.Currency, Step: period(d), Periods: d.Len()}
	out.From, out.To = window(d)
	after, before := newChannelDraws(s.Posterior), newChannelDraws(s.prior())
	bestROAS, bestMarginal := after.roas.ProbHighest(), after.marginal.ProbHighest()
	for c, name := range d.Channels() {
		at := func(q func(*channelDraws) [][]float64) typed.Finding { return finding(q(after)[c], q(before)[c]) }
		x := typed.Channel{
			Name: name, Color: channelColor(c), Spend: d.TotalSpend()[c], SpendShare: d.SpendShare()[c],
			Contribution: at(func(q *channelDraws) [][]float64 { return q.contribution.Draws }),
			MediaShare:   at(func(q *channelDraws) [][]float64 { return q.share.Draws }),
			ROAS:         at(func(q *channelDraws) [][]float64 { return q.roas.Draws }),
			MarginalROAS: at(func(q *channelDraws) [][]float64 { return q.marginal.Draws }),
			Carryover:    at(func(q *channelDraws) [][]float64 { return q.lag }),
			BestROAS:     bestROAS[c], BestMarginal: bestMarginal[c],
			Saturation: position(d, c),
		}
		if after.half != nil {
			half, reached := at(func(q *channelDraws) [][]float64 { return q.half }), at(func(q *channelDraws) [][]float64 { return q.reached })
			x.Saturation.HalfSpend, x.Saturation.Reached = &half, &reached
		}
		out.Channels = append(out.Channels, x)
	}
	return out
}

// position is where a channel's spend lies.
func position(d *mmm.Data, c int) typed.Saturation {
	spend := d.Spend(c)
	recent := min(len(spend), max(1, int(math.Round(d.Step().PerYear()/2))))
	return typed.Saturation{
		MeanSpend: stat.Mean(spend, nil), MaxSpend: floats.Max(spend),
		RecentSpend: stat.Mean(spend[len(spend)-recent:], nil), Recent: recent,
	}
}

// channelDraws are quantities per channel and draw.
type channelDraws struct {
	contribution, share, roas, marginal mmm.ByChannel
	lag                                 [][]float64 // mean age of the effect, periods
	half                                [][]float64 // half-saturation, money per period; nil without a ceiling
	reached                             [][]float64 // part of the ceiling at mean spend
}

func newChannelDraws(d *mmm.Draws) *channelDraws {
	q := &channelDraws{contribution: d.ContributionTotals(), share: d.ShareOfMedia(), roas: d.ROAS(), marginal: d.MarginalROAS()}
	model, scale := d.Model(), d.SpendScale()
	weights := make([]float64, model.Adstock.Len())
	var y [1]float64
	for c := range d.Channels() {
		var lag, half, reached []float64
		mean := stat.Mean(d.Train().Spend(c), nil) / scale[c]
		eachParameters(d, "adstock_", model.Adstock.Params(), c, func(theta []float64) {
			model.Adstock.Weights(weights, nil, theta)
			lag = append(lag, meanLag(weights))
		})
		q.lag = append(q.lag, lag)
		eachParameters(d, "saturation_", model.Saturation.Params(), c, func(theta []float64) {
			x, ceiling, ok := halfSaturation(model.Saturation, theta)
			if !ok {
				return
			}
			model.Saturation.Curve(y[:], nil, nil, []float64{mean}, theta)
			half, reached = append(half, x*scale[c]), append(reached, y[0]*inverse(ceiling))
		})
		if half != nil {
			q.half, q.reached = append(q.half, half), append(q.reached, reached)
		}
	}
	return q
}

func meanLag(weights []float64) float64 {
	sum := 0.0
	for l, w := range weights {
		sum += float64(l) * w
	}
	return sum * inverse(floats.Sum(weights))
}

// halfSaturation returns the scaled spend at which half of the ceiling is
// reached, and the ceiling in model units; false if the curve has none.
func halfSaturation(s mmm.Saturation, theta []float64) (half, ceiling float64, ok bool) {
	const atanhHalf = 0.5493061443340549 // half of ln 3
	switch s.(type) {
	case saturation.Logistic: // beta, lam
		return 2 * atanhHalf / theta[1], theta[0], true
	case saturation.InverseScaledLogistic: // beta, lam
		return theta[1], theta[0], true
	case saturation.Tanh: // b, c
		return theta[0] * theta[1] * atanhHalf, theta[0], true
	case saturation.TanhBaselined: // beta, x0, gain, r
		return theta[1] * atanhHalf / math.Atanh(theta[3]), theta[0] * theta[2] * theta[1] / theta[3], true
	case saturation.MichaelisMenten: // alpha, lam
		return theta[1], theta[0], true
	case saturation.Hill: // beta, slope, kappa
		return theta[2], theta[0], true
	case saturation.HillSigmoid: // sigma, beta, lam
		top := theta[0] * logistic(theta[1]*theta[2])
		// s(beta·(x-lam)) is half way between s(-beta·lam) and 1.
		p := (1 + logistic(-theta[1]*theta[2])) / 2
		return theta[2] + math.Log(p/(1-p))/theta[1], top, true
	}
	return 0, 0, false
}

func logistic(u float64) float64 { return 1 / (1 + math.Exp(-u)) }
