package plot

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// whole panics unless the slices of b belong together, and there are some.
func whole(function, what string, b mmm.Band) {
	some(function, what+".Dates", len(b.Dates))
	same(function, what+".Mean", len(b.Mean), len(b.Dates))
	same(function, what+".HDI50", len(b.HDI50), len(b.Dates))
	same(function, what+".HDI94", len(b.HDI94), len(b.Dates))
}

// bands adds the 94 % and 50 % bands and the mean of b.
func (p *panel) bands(b mmm.Band, c color.RGBA, width vg.Length) {
	x := seconds(b.Dates)
	lo, hi := ends(b.HDI94)
	p.add(band{x: x, lo: lo, hi: hi, color: fade(c, opacity94)})
	lo, hi = ends(b.HDI50)
	p.add(band{x: x, lo: lo, hi: hi, color: fade(c, opacity50)})
	p.add(line{x: x, y: b.Mean, color: c, width: width})
}

// observed adds measured values: a line, with points where they are few.
func (p *panel) observed(x, y []float64) {
	p.add(line{x: x, y: y, color: ink, width: 1.2})
	if len(x) <= 60 {
		p.add(dots{x: x, y: y, color: ink, radius: 2.4})
	}
}

// PriorPredictive draws what the model expects before it has seen any data,
// with the observed values for the scale.
func PriorPredictive(pred mmm.Band, observed []float64, o Options) *Figure {
	return predictive("PriorPredictive", pred, observed, modelColor, o,
		"What the model expects before it sees data", "prior mean")
}

// Predictive draws what the fitted model predicts for the data it was fitted
// to, with the observed values.
func Predictive(pred mmm.Band, observed []float64, o Options) *Figure {
	return predictive("Predictive", pred, observed, modelColor, o,
		"Posterior predictive check", "predicted mean")
}

// OutOfSample draws the predictions for data the model has not seen, with
// what happened.
func OutOfSample(test mmm.Band, observed []float64, o Options) *Figure {
	return predictive("OutOfSample", test, observed, holdoutColor, o,
		"Predictions out of sample", "predicted mean")
}

func predictive(function string, pred mmm.Band, observed []float64, c color.RGBA, o Options, title, mean string) *Figure {
	whole(function, "pred", pred)
	same(function, "observed", len(observed), pred.Len())
	money, period := format{currency: o.Currency}, periodName(pred.Dates)
	s := newSheet(or(o.Title, title), fmt.Sprintf("%s per %s, %s", sentence(o.target()), period, between(pred.Dates)),
		append([]key{{"observed", keyLine, ink}}, bandKeys(c, mean)...)...)
	p := newPanel(280)
	p.datesOf(pred.Dates)
	p.Y.Tick.Marker = numbers{format: money}
	p.bands(pred, c, 1.8)
	p.observed(seconds(pred.Dates), observed)
	p.fromZero()
	s.grid(1, 0, p)
	in94, in50 := coverage(pred.HDI94, observed), coverage(pred.HDI50, observed)
	return s.figure(function, o,
		fmt.Sprintf("Predicted mean with 50 %% and 94 %% bands over %s, %s. On average the mean is %s, observed is %s. %s",
			count(pred.Len(), period), between(pred.Dates), money.value(average(pred.Mean)),
			money.value(average(observed)), coverageWords(in50, in94, pred.Len(), period)),
		coverageWords(in50, in94, pred.Len(), period),
		dayColumn(pred.Dates), bandColumn("predicted", o.sales(), pred), numberColumn("observed", o.sales(), observed))
}

// coverage counts the values inside their intervals.
func coverage(hdi [][2]float64, y []float64) int {
	n := 0
	for i, v := range y {
		if v >= hdi[i][0] && v <= hdi[i][1] {
			n++
		}
	}
	return n
}

func coverageWords(in50, in94, n int, period string) string {
	return fmt.Sprintf("The 50 %% band holds %d and the 94 %% band %d of %s.", in50, in94, count(n, "observed "+period))
}

// InAndOutOfSample draws the predictions for the training and for the test
// data with the boundary between them.
func InAndOutOfSample(train, test mmm.Band, trainObserved, testObserved []float64, o Options) *Figure {
	whole("InAndOutOfSample", "train", train)
	whole("InAndOutOfSample", "test", test)
	same("InAndOutOfSample", "trainObserved", len(trainObserved), train.Len())
	same("InAndOutOfSample", "testObserved", len(testObserved), test.Len())
	money, period := format{currency: o.Currency}, periodName(train.Dates)
	s := newSheet(or(o.Title, "Predictions in and out of sample"),
		fmt.Sprintf("%s per %s; light bands hold 94 %% of the draws, dark bands 50 %%", sentence(o.target()), period),
		key{"observed", keyLine, ink}, key{"predicted mean, training data", keyLine, modelColor},
		key{"predicted mean, test data", keyLine, holdoutColor})
	p := newPanel(290)
	p.datesOf(slices.Concat(train.Dates, test.Dates))
	p.Y.Tick.Marker = numbers{format: money}
	p.bands(train, modelColor, 1.5)
	p.bands(test, holdoutColor, 1.5)
	x := seconds(slices.Concat(train.Dates, test.Dates))
	p.add(line{x: x, y: slices.Concat(trainObserved, testObserved), color: ink, width: 1.2})
	p.fromZero()
	p.Y.Max *= 1.07
	n := train.Len()
	p.boundary((x[n-1]+x[n])/2, "train", "test")
	s.grid(1, 0, p)
	a := coverageWords(coverage(train.HDI50, trainObserved), coverage(train.HDI94, trainObserved), n, period)
	b := coverageWords(coverage(test.HDI50, testObserved), coverage(test.HDI94, testObserved), test.Len(), period)
	return s.figure("InAndOutOfSample", o, fmt.Sprintf("Training data, %s: %s Test data, %s: %s", between(train.Dates), a, between(test.Dates), b),
		fmt.Sprintf("Out of sample, the 94 %% band holds %d of %s; in sample %d of %d.",
			coverage(test.HDI94, testObserved), count(test.Len(), period), coverage(train.HDI94, trainObserved), n),
		stacked("data", []string{"train", "test"}, [][]typed.Column{
			{dayColumn(train.Dates), bandColumn("predicted", o.sales(), train), numberColumn("observed", o.sales(), trainObserved)},
			{dayColumn(test.Dates), bandColumn("predicted", o.sales(), test), numberColumn("observed", o.sales(), testObserved)},
		})...)
}
