package mmm

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// target looks at the target's values.
func (a *audit) target() {
	y, name := a.d.target, a.d.targetName
	if len(y) > 1 && constant(y) {
		a.warn("target-constant", name, "it is %s in every period: there is nothing to explain; check the column", FormatNumber(y[0], 3))
		return
	}
	zeros, negative := 0, 0
	for _, v := range y {
		switch {
		case v == 0:
			zeros++
		case v < 0:
			negative++
		}
	}
	manyZeros := float64(zeros) > AuditZeroTarget*float64(len(y))
	if manyZeros {
		a.warn("target-zeros", name, "it is 0 in %d of %s (want at most %s): were these periods closed, or not recorded? Mark them with a control, or leave them out at either end",
			zeros, a.periods(len(y)), FormatPercent(AuditZeroTarget, 0))
	}
	if negative > 0 {
		a.warn("target-negative", name, "it is negative in %d of %s: a likelihood truncated at 0 cannot have made that; book returns where they belong, or use a normal likelihood", negative, a.periods(len(y)))
	}
	a.outliers(func(v float64) bool { return v < 0 || v == 0 && manyZeros })
}

// eventShare is the largest share of periods in which a control is on for it to
// be an event, which can explain a single period.
const eventShare = 0.2

// maxOutliersListed is how many outliers are named.
const maxOutliersListed = 20

// outliers names the periods far from the median that were not told yet, and
// the event controls that cover them.
func (a *audit) outliers(told func(v float64) bool) {
	y := a.d.target
	center := median(y)
	off := make([]float64, len(y))
	for t, v := range y {
		off[t] = math.Abs(v - center)
	}
	scale := 1.4826 * median(off) // of a normal, 1.4826 MAD are one sd
	if scale == 0 {
		return
	}
	var names []string
	bare, n := 0, 0
	for t := range y {
		if off[t] <= AuditOutlier*scale || told(y[t]) {
			continue
		}
		cover := "no control"
		if events := a.events(t); len(events) > 0 {
			cover = listed(events)
		} else {
			bare++
		}
		if n++; n <= maxOutliersListed {
			names = append(names, fmt.Sprintf("%s (%s, %s)", a.on(t), FormatMoney(y[t]), cover))
		}
	}
	if n == 0 {
		return
	}
	if n > maxOutliersListed {
		names = append(names, fmt.Sprintf("%d more", n-maxOutliersListed))
	}
	advice := "a control covers each of them"
	if bare > 0 {
		some := fmt.Sprintf("%d of them", bare)
		if bare == n {
			some = "them"
		}
		advice = fmt.Sprintf("no control covers %s; find out what happened and add a control, or their height will be put down to noise and to whatever was spent then", some)
	}
	a.warn("target-outliers", a.d.targetName, "%s far from the median of %s (by more than %g scaled median deviations): %s; %s",
		a.periods(n), FormatMoney(center), AuditOutlier, strings.Join(names, ", "), advice)
}

// events returns the event controls that are on in period t.
func (a *audit) events(t int) []string {
	var names []string
	for k, z := range a.d.control {
		on := 0
		for _, v := range z {
			if v != 0 {
				on++
			}
		}
		if z[t] != 0 && float64(on) <= eventShare*float64(len(z)) {
			names = append(names, a.d.controls[k])
		}
	}
	return names
}

// median returns the middle value, or the mean of the two in the middle.
func median(x []float64) float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
