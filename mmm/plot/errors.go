package plot

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"mixmodel/mmm"
)

// Errors draws observed minus predicted with its bands and names the periods
// whose errors stand out most: those with 94 % bands that exclude zero, else the largest.
func Errors(errors mmm.Band, o Options) *Figure {
	whole("Errors", "errors", errors)
	money, period := format{currency: o.Currency}, periodName(errors.Dates)
	s := newSheet(or(o.Title, "Errors: observed minus predicted"),
		fmt.Sprintf("%s per %s; above the line the model predicted too little", sentence(o.target()), period),
		bandKeys(modelColor, "mean error")...)
	p := newPanel(310)
	p.datesOf(errors.Dates)
	p.Y.Tick.Marker = numbers{format: money}
	p.bands(errors, modelColor, 1.3)
	room(&p.Y, 0.06)
	worst, outside := worstErrors(errors, 6)
	x := seconds(errors.Dates)
	var words []string
	for _, i := range worst {
		y, dy := errors.Mean[i], vg.Length(8)
		if y < 0 {
			dy = -16
		}
		a := middle
		if f := (x[i] - p.X.Min) / (p.X.Max - p.X.Min); f < 0.06 {
			a = start
		} else if f > 0.94 {
			a = end
		}
		p.add(dots{x: x[i : i+1], y: []float64{y}, color: ink, radius: 3},
			note{x: x[i], y: y, dy: dy, text: errors.Dates[i].Format("2 Jan 2006"), style: labelText.strong().at(a), back: true})
		f := format{currency: o.Currency, sign: true}
		words = append(words, errors.Dates[i].Format("2 Jan 2006")+" "+f.value(y))
	}
	s.grid(1, 0, p)
	return s.figure("Errors", o,
		fmt.Sprintf("Mean error with 50 %% and 94 %% bands around a line at zero; mean absolute error of the predicted mean %s. Largest: %s. The 94 %% band excludes zero in %d of %s.",
			money.value(meanAbs(errors.Mean)), strings.Join(words, ", "), outside, count(errors.Len(), period)),
		fmt.Sprintf("The 94 %% band excludes zero in %d of %s; the largest errors are named.", outside, count(errors.Len(), period)),
		dayColumn(errors.Dates), bandColumn("observed minus predicted", o.sales(), errors))
}

func meanAbs(y []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range y {
		if finite(v) {
			sum, n = sum+max(v, -v), n+1
		}
	}
	return sum / float64(max(n, 1))
}

// worstErrors returns up to n periods by size of the mean error, none closer
// to a larger one than a tenth of the axis on the same side, and the number
// of periods whose 94 % band excludes zero.
func worstErrors(b mmm.Band, n int) (worst []int, outside int) {
	for _, h := range b.HDI94 {
		if h[0] > 0 || h[1] < 0 {
			outside++
		}
	}
	order := indexes(b.Len())
	slices.SortStableFunc(order, func(i, j int) int { return compare(max(b.Mean[j], -b.Mean[j]), max(b.Mean[i], -b.Mean[i])) })
	gap := b.Dates[b.Len()-1].Sub(b.Dates[0]) / 8
	for _, i := range order {
		near := slices.ContainsFunc(worst, func(j int) bool {
			return b.Dates[i].Sub(b.Dates[j]).Abs() < gap && (b.Mean[i] > 0) == (b.Mean[j] > 0)
		})
		if !near && len(worst) < n && b.Mean[i] != 0 && finite(b.Mean[i]) {
			worst = append(worst, i)
		}
	}
	return worst, outside
}
