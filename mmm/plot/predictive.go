package plot

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

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
	return s.figure(o,
		fmt.Sprintf("Predicted mean with 50 %% and 94 %% bands over %s, %s. On average the mean is %s, observed is %s. %s",
			count(pred.Len(), period), between(pred.Dates), money.value(average(pred.Mean)),
			money.value(average(observed)), coverageWords(in50, in94, pred.Len(), period)),
		coverageWords(in50, in94, pred.Len(), period))
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
	return s.figure(o, fmt.Sprintf("Training data, %s: %s Test data, %s: %s", between(train.Dates), a, between(test.Dates), b),
		fmt.Sprintf("Out of sample, the 94 %% band holds %d of %s; in sample %d of %d.",
			coverage(test.HDI94, testObserved), count(test.Len(), period), coverage(train.HDI94, trainObserved), n))
}

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
	return s.figure(o,
		fmt.Sprintf("Mean error with 50 %% and 94 %% bands around a line at zero; mean absolute error of the predicted mean %s. Largest: %s. The 94 %% band excludes zero in %d of %s.",
			money.value(meanAbs(errors.Mean)), strings.Join(words, ", "), outside, count(errors.Len(), period)),
		fmt.Sprintf("The 94 %% band excludes zero in %d of %s; the largest errors are named.", outside, count(errors.Len(), period)))
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

// ScoreBar is one bar of a figure of scores.
type ScoreBar struct {
	Name   string
	Value  float64
	Note   string // below the name, for example what was computed
	Hollow bool   // a number printed elsewhere, drawn as an outline
}

// CRPS draws scores on one scale: the mean continuous ranked probability
// score, in units of the target, smaller is better.
func CRPS(scores []ScoreBar, o Options) *Figure {
	some("CRPS", "scores", len(scores))
	money := format{currency: o.Currency}
	s := newSheet(or(o.Title, "How far predictions are off (CRPS)"),
		"Continuous ranked probability score, mean over periods, in units of "+o.target()+"; smaller is better")
	p := newPanel(0)
	p.X.Tick.Marker = numbers{format: money}
	values := tableColumn{style: labelText.strong()}
	var rows, words []string
	for i, b := range scores {
		c := []color.RGBA{modelColor, holdoutColor}[i%2]
		if b.Hollow {
			c = soft
		}
		p.add(bar{x1: b.Value, y: -float64(i), thickness: 24, color: c, hollow: b.Hollow})
		row := b.Name
		if b.Note != "" {
			row += "\n" + b.Note
		}
		rows = append(rows, row)
		values.cells = append(values.cells, money.value(b.Value))
		words = append(words, strings.TrimSpace(b.Name+" "+values.cells[i]))
	}
	p.xFromZero()
	p.categories(rows, 46)
	p.table = []tableColumn{values}
	s.grid(1, 0, p)
	return s.figure(o, "Bars: "+strings.Join(words, ", ")+".", "CRPS on one scale: "+strings.Join(words, ", ")+".")
}

// OutOfSampleContributions draws what each channel contributes in data the
// model has not seen, one panel per channel with a scale of its own.
// Band.Name is the channel, and bands are in the order of the data's channels.
func OutOfSampleContributions(contributions []mmm.Band, o Options) *Figure {
	return channelBands("OutOfSampleContributions", contributions, nil, comparison{},
		or(o.Title, "Contributions out of sample"), o)
}

// Contributions draws what each channel contributed over time, one panel per
// channel with a scale of its own. truth [channel][period], known for
// synthetic data, is drawn as a dashed line; nil draws none.
func Contributions(contributions []mmm.Band, truth [][]float64, o Options) *Figure {
	var known []mmm.Band
	if truth != nil {
		same("Contributions", "truth", len(truth), len(contributions))
		for c, b := range contributions {
			same("Contributions", "truth of "+b.Name, len(truth[c]), b.Len())
			b.Mean = truth[c]
			known = append(known, b)
		}
	}
	return channelBands("Contributions", contributions, known, comparison{"truth", "truth"},
		or(o.Title, "Contribution of each channel over time"), o)
}

// comparison names a second line in panels of channels.
type comparison struct{ legend, short string }

// AllocatedContributions draws what each channel contributes over time under
// a plan, one panel per channel. current, the means under the present plan,
// is drawn as a dashed line; nil draws none.
func AllocatedContributions(contributions, current []mmm.Band, o Options) *Figure {
	return channelBands("AllocatedContributions", contributions, current, comparison{"mean under the current plan", "was"},
		or(o.Title, "Contribution of each channel under the new plan"), o)
}

func channelBands(function string, bands, current []mmm.Band, with comparison, title string, o Options) *Figure {
	some(function, "contributions", len(bands))
	if current != nil {
		same(function, "current", len(current), len(bands))
	}
	money := format{currency: o.Currency}
	period := periodName(bands[0].Dates)
	keys := bandKeys(soft, "mean")
	if current != nil {
		keys = append(keys, key{with.legend, keyDash, ink})
	}
	s := newSheet(title, fmt.Sprintf("Contribution to %s per %s, each channel on its own scale", o.target(), period), keys...)
	var panels []*panel
	var words []string
	for c, b := range bands {
		whole(function, "contributions["+b.Name+"]", b)
		p := newPanel(112)
		p.datesOf(b.Dates)
		p.Y.Tick.Marker = numbers{format: money, n: 3}
		p.head, p.headIn = b.Name, headText.in(inkOf(ChannelColor(c)))
		mean := average(b.Mean)
		p.note = "mean " + money.value(mean)
		p.bands(b, ChannelColor(c), 1.8)
		word := fmt.Sprintf("%s %s", b.Name, money.value(mean))
		if current != nil {
			whole(function, "current["+b.Name+"]", current[c])
			p.add(line{x: seconds(current[c].Dates), y: current[c].Mean, color: ink, width: 1.2, dash: []vg.Length{4, 3}})
			was := average(current[c].Mean)
			p.note += ", " + with.short + " " + money.value(was)
			word += " (" + with.short + " " + money.value(was) + ")"
		}
		p.fromZero()
		p.hideX = c < len(bands)-2
		panels = append(panels, p)
		words = append(words, word)
	}
	s.grid(2, 26, panels...)
	return s.figure(o, fmt.Sprintf("One panel per channel with mean, 50 %% and 94 %% bands. Means per %s: %s.", period, strings.Join(words, ", ")),
		fmt.Sprintf("Contribution per %s and channel, %s; the bands are intervals of the contribution, which is never observed.", period, between(bands[0].Dates)))
}
