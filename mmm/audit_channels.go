package mmm

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// channels looks at each channel's spend by itself.
func (a *audit) channels() {
	for c, name := range a.d.channels {
		x := a.d.spend[c]
		switch active := countPositive(x); {
		case active == 0:
			a.warn("channel-zero", name, "nothing was spent in any of %s: the data say nothing about its effect, which would be its prior; drop the channel", a.periods(len(x)))
		case constant(x) && len(x) > 1:
			a.warn("channel-constant", name, "spend is %s in every period: its effect cannot be told from the intercept; drop the channel, or use a period in which spend changed", FormatMoney(x[0]))
		default:
			a.rhythm(name, x, active)
			a.drift(name, x)
		}
	}
	a.units()
}

// rhythm looks at when a channel spent.
func (a *audit) rhythm(name string, x []float64, active int) {
	n := len(x)
	sparse := float64(active) < AuditActiveShare*float64(n) || active < AuditActivePeriods && 2*active < n
	if sparse {
		a.warn("channel-sparse", name, "there is spend in only %d of %s (want at least %s of them, and %d): its effect rests on few observations; join it with a similar channel, or expect its prior back",
			active, a.periods(n), FormatPercent(AuditActiveShare, 0), AuditActivePeriods)
	}
	from, to := longestZeroRun(x)
	if limit := AuditDark * a.d.step.PerYear(); !sparse && float64(to-from) >= max(limit, 3) {
		when := fmt.Sprintf("from %s to %s", a.on(from), a.on(to-1))
		advice := "make sure that nothing was spent and that the records are complete"
		switch {
		case from == 0:
			when, advice = "before "+a.on(to), "the channel is new: its effect is learnt from the later periods only, and growth of sales at that time may be put down to it"
		case to == n:
			when, advice = "since "+a.on(from), "the channel has stopped: returns are those of the past, and a plan that uses it leans on them"
		}
		a.warn("channel-dark", name, "nothing was spent in %s %s; %s", a.periods(to-from), when, advice)
	}
	if cv := variation(x); active == n && cv < AuditVariation {
		a.warn("channel-steady", name, "spend hardly varies: its standard deviation is %s of its mean (want at least %s); its effect can hardly be told from the intercept; vary spend on purpose, or calibrate with an experiment",
			FormatPercent(cv, 0), FormatPercent(AuditVariation, 0))
	}
	if typical := median(positive(x)); slices.Max(x) > AuditBurst*typical {
		a.warn("channel-burst", name, "the largest spend, %s on %s, is %s times the typical one of %s (want at most %d): saturation will be learnt from that period alone; check it for a typing error",
			FormatMoney(slices.Max(x)), a.on(slices.Index(x, slices.Max(x))), FormatNumber(slices.Max(x)/typical, 2), FormatMoney(typical), AuditBurst)
	}
}

// drift compares spend in the last half year with the time before, if there
// is at least a year.
func (a *audit) drift(name string, x []float64) {
	recent := int(math.Round(a.d.step.PerYear() / 2))
	if recent < 2 || len(x) < 2*recent {
		return
	}
	then, now := x[:len(x)-recent], x[len(x)-recent:]
	was, is := total(then)/float64(len(then)), total(now)/float64(len(now))
	ratio := is / was
	if was == 0 || ratio <= AuditDrift && ratio >= 1/float64(AuditDrift) {
		return
	}
	advice := "returns are learnt at the old level; say which level a plan is for"
	if ratio > 1 {
		advice = "returns at the new level are learnt from few periods; do not extend the curve beyond what was spent"
	}
	a.warn("channel-drift", name, "spend in the last %s is %s per %s, before %s: %s times as much (want %g to %d); %s",
		a.periods(recent), FormatMoney(is), a.d.step, FormatMoney(was), FormatNumber(ratio, 2), 1/float64(AuditDrift), AuditDrift, advice)
}

// units compares the channels' total spend.
func (a *audit) units() {
	least, most := -1, -1
	sums := a.d.TotalSpend()
	for c, s := range sums {
		if s > 0 && (least < 0 || s < sums[least]) {
			least = c
		}
		if s > 0 && (most < 0 || s > sums[most]) {
			most = c
		}
	}
	if least >= 0 && sums[most] > AuditUnits*sums[least] {
		a.warn("channel-units", a.d.channels[least], "its total spend of %s is less than 1 in %s of %s's %s: check that both are in the same unit, or drop it",
			FormatMoney(sums[least]), FormatNumber(AuditUnits, 1), a.d.channels[most], FormatMoney(sums[most]))
	}
}

// channelPairs looks for channels whose spend moves together, two by two and
// one against all others.
func (a *audit) channelPairs() {
	paired := map[int]bool{}
	for c := range a.d.channels {
		for b := range c {
			r := correlation(a.d.spend[b], a.d.spend[c])
			if !(math.Abs(r) > AuditCorrelation) { // also NaN
				continue
			}
			paired[b], paired[c] = true, true
			a.warn("channels-correlated", a.d.channels[b]+" and "+a.d.channels[c], "their spend has a correlation of %s (want at most %g): the data can hardly tell their effects apart; trust the sum of both, or separate them with an experiment",
				FormatNumber(r, 2), AuditCorrelation)
		}
	}
	for c, name := range a.d.channels {
		if vif := a.vif(c); vif > AuditVIF && !paired[c] {
			a.warn("channel-collinear", name, "its spend follows from that of the other channels together (variance inflation factor %s, want at most %d): its effect can hardly be told from theirs; join channels, or separate them with an experiment",
				FormatNumber(min(vif, 1e6), 2), AuditVIF)
		}
	}
}

// vif returns the variance inflation factor 1/(1-R²) of channel c on the other
// channels, 1 if it cannot be computed.
func (a *audit) vif(c int) float64 {
	var others [][]float64
	for b, x := range a.d.spend {
		if b != c && !constant(x) {
			others = append(others, x)
		}
	}
	n := a.d.Len()
	if len(others) == 0 || n < len(others)+2 || constant(a.d.spend[c]) {
		return 1
	}
	design := mat.NewDense(n, len(others)+1, nil)
	for t := range n {
		design.Set(t, 0, 1)
		for j, x := range others {
			design.Set(t, j+1, x[t]/slices.Max(x))
		}
	}
	y := mat.NewVecDense(n, slices.Clone(a.d.spend[c]))
	var qr mat.QR
	qr.Factorize(design)
	var coef, fitted mat.VecDense
	if err := qr.SolveVecTo(&coef, false, y); err != nil {
		return 1 // the others are collinear among themselves, and told so
	}
	fitted.MulVec(design, &coef)
	fitted.SubVec(y, &fitted)
	mean := total(a.d.spend[c]) / float64(n)
	all := 0.0
	for _, v := range a.d.spend[c] {
		all += (v - mean) * (v - mean)
	}
	return all / mat.Dot(&fitted, &fitted)
}

func countPositive(x []float64) int { return len(positive(x)) }

// positive returns the values above 0.
func positive(x []float64) []float64 {
	var out []float64
	for _, v := range x {
		if v > 0 {
			out = append(out, v)
		}
	}
	return out
}

// longestZeroRun returns the longest run from <= t < to of zeros, the first of
// equals.
func longestZeroRun(x []float64) (from, to int) {
	begin := 0
	for t, v := range x {
		if v != 0 {
			begin = t + 1
		} else if t+1-begin > to-from {
			from, to = begin, t+1
		}
	}
	return from, to
}

// variation returns the coefficient of variation, standard deviation over
// mean, of values >= 0 that are not all 0.
func variation(x []float64) float64 {
	mean, sum := total(x)/float64(len(x)), 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum/float64(len(x))) / mean
}
