package mmm

import (
	"reflect"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
)

// The answers in this file are those of notes/model.md, section 14, or can be
// worked out by hand.

func TestFourierColumnsOfKnownDays(t *testing.T) {
	checked := 0
	for _, c := range []struct {
		date  time.Time
		order int
		want  []float64
	}{
		{time.Date(2014, 8, 3, 0, 0, 0, 0, time.UTC), 5, []float64{-.5285813284, .8974070536, -.9950052545, .7918783712, -.3494183900, -.8488826652, .4412035586, .0998225597, -.6106788397, .9369668024}},
		{time.Date(2016, 12, 31, 0, 0, 0, 0, time.UTC), 2, []float64{.0129014599, .0258007724, .9999167727, .9996671047}}, // day 366
		{time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), 2, []float64{.0172015754, .0343980606, .9998520420, .9994082116}},
	} {
		f := Fourier{Order: c.order}.withDefaults()
		cols := f.columns([]time.Time{c.date})
		if len(cols) != len(c.want) || len(f.labels()) != len(c.want) {
			t.Fatalf("order %d: %d columns and %d labels, want %d", c.order, len(cols), len(f.labels()), len(c.want))
		}
		for j, w := range c.want {
			if d := cols[j][0] - w; d > 1e-10 || d < -1e-10 {
				t.Errorf("%s of day %d: got %.12f, want %.10f", f.labels()[j], c.date.YearDay(), cols[j][0], w)
			}
			checked++
		}
	}
	if checked != 18 {
		t.Errorf("checked %d numbers, want 18", checked)
	}
}

func TestNewSpendIsScheduledAfterItsLead(t *testing.T) {
	got := Impulse{Lead: []float64{4, 3}}.rows([]float64{1, 2}, 3)
	if want := [][]float64{{4, 4, 4, 1, 0, 0, 0}, {3, 3, 3, 2, 0, 0, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("one time: got %v, want %v", got, want)
	}
	got = Impulse{Continued: true}.rows([]float64{1, 2}, 2)
	if want := [][]float64{{0, 0, 1, 1, 1}, {0, 0, 2, 2, 2}}; !reflect.DeepEqual(got, want) {
		t.Errorf("continued: got %v, want %v", got, want)
	}
}

func TestWaterfallBarsEndAtTheTotalThroughNegativeOnes(t *testing.T) {
	bars := stack([]WaterfallBar{{Name: "b", Value: 5}, {Name: "c", Value: 10}, {Name: "a", Value: -2}})
	want := []WaterfallBar{
		{Name: "a", Value: -2, Fraction: -2. / 13, From: 0, To: -2},
		{Name: "b", Value: 5, Fraction: 5. / 13, From: -2, To: 3},
		{Name: "c", Value: 10, Fraction: 10. / 13, From: 3, To: 13},
	}
	if !reflect.DeepEqual(bars, want) {
		t.Errorf("got %+v\nwant %+v", bars, want)
	}
}

func TestShareAndROASByHand(t *testing.T) {
	b := ByChannel{Channels: []string{"a", "b"}, Draws: [][]float64{{10, 30, 5}, {30, 10, 5}}}
	if p := b.ProbHighest(); p[0] != 2./3 || p[1] != 1./3 { // the tie goes to the first
		t.Errorf("P(highest) %v, want 2/3 and 1/3", p)
	}
	for got, want := range map[float64]float64{ratio(10, 40): .25, ratio(30, 12): 2.5, ratio(1, 0): 0, floats.Span(make([]float64, 12), 0, 1.5)[3]: .4090909090909091} {
		wantClose(t, "piece", got, want, 1e-15)
	}
}

func TestTheJointDensityOfTheCaseStudyTermByTerm(t *testing.T) {
	train, _ := realData(t)
	c := Must(compile(caseStudyModel(train), train))
	theta := fixedPoint(c, train.SpendShare())
	terms := map[string]float64{"intercept": 2.0767937403, "y_sigma": -.2307913526, "saturation_beta": 10.6390521744, "saturation_lam": -10.4714582226,
		"adstock_alpha": 3.6627370064, "gamma_control": -20.4063977305, "gamma_fourier": -7.4814718056}
	for _, b := range c.layout.blocks {
		sum := 0.0
		for i := range b.size() {
			sum += c.priors[b.at+i].LogProb(theta[b.at+i])
		}
		wantClose(t, b.name, sum, terms[b.name], 1e-9)
		delete(terms, b.name)
	}
	if len(terms) != 0 {
		t.Errorf("no block for %v", terms)
	}
	for ch, want := range []float64{2409895.71, 590148.11, 2198467.40, 695750.18, 435614.54, 573355.55, 1100083.38} {
		wantClose(t, "x_scale", c.xScale[ch], want, 1e-12)
	}
	wantClose(t, "y_scale", c.yScale, 351597976.78, 1e-15)
	d := Must(caseStudyModel(train).NewDraws(train, [][][]float64{{theta}}))
	total := 0.0
	for ch, want := range []float64{35.8845382920, 1.8029273985, 5.4135047507, 8.7947233823, 4.8014314055, 2.1365653910, 4.1115704253} {
		got := d.ContributionTotals().Draws[ch][0] / c.yScale
		wantClose(t, "contribution of "+d.Channels()[ch], got, want, 1e-9)
		total += got
	}
	wantClose(t, "all contributions", total, 62.9452610453, 1e-10)
	mu := d.PredictTrain(PredictOptions{What: PredictMu}).Draws
	for i, want := range []float64{.4106268344, .4986215232, .4872560520} {
		wantClose(t, "mu of the last weeks", mu[180+i][0]/c.yScale, want, 1e-9)
	}
}
