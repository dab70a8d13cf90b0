package twin

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"mixmodel/mmm"
)

// The frame of the case study.
const (
	Weeks      = 209 // Sundays from 2014-08-03
	TrainWeeks = 183 // the first ones, to 2018-01-28; the others are held out
	MaxLag     = 5   // of the adstock, in weeks
	Harmonics  = 5   // of the season

	// CaseStudySeed is the seed of testdata/case_study_twin.csv.
	CaseStudySeed = 1
)

// Names of the columns that are not channels.
const (
	DateColumn    = "wk_strt_dt"
	TargetColumn  = "sales"
	ControlPrefix = "hldy_"
)

// The rest of the truth, in sales units.
const (
	intercept = 66 * million
	sigma     = 37.5 * million
)

// Options chooses a twin. The zero value but for the seed is like the case
// study; the others are easier, to see what better data would teach.
type Options struct {
	Seed uint64 // of spend and noise; any value
	// Noise is the sd of sales around their mean, relative to the case
	// study's; 0 means 1.
	Noise float64
	// Independent lets chance alone decide what a channel spends in a week,
	// and a quarter of the weeks go without: no trend, no season, no rhythm,
	// nothing in common with other channels or earlier weeks.
	Independent bool
}

// sigma is the sd of sales around their mean.
func (o Options) sigma() float64 {
	if o.Noise == 0 {
		return sigma
	}
	return float64(o.Noise * sigma)
}

// First day of the first week, a Sunday.
var start = time.Date(2014, time.August, 3, 0, 0, 0, 0, time.UTC)

// Columns returns the roles of the twin's columns, as they are in the case
// study: they read the twin and the real data alike.
func Columns() mmm.Columns {
	c := mmm.Columns{Date: DateColumn, Target: TargetColumn, ControlPrefix: ControlPrefix}
	for _, ch := range channels {
		c.Channels = append(c.Channels, mmm.Channel{Name: ch.name, Column: ch.column})
	}
	return c
}

// Generate returns the twin of a seed and the truth behind it. The error is
// that of [mmm.NewData]; it is nil for every seed that was tried.
func Generate(o Options) (*mmm.Data, Truth, error) {
	in := mmm.DataInput{Name: fmt.Sprintf("twin of seed %d", o.Seed), TargetName: TargetColumn}
	for t := range Weeks {
		in.Dates = append(in.Dates, start.AddDate(0, 0, 7*t))
	}
	for i, c := range channels {
		if o.Independent {
			c = c.independent()
		}
		in.Channels = append(in.Channels, c.name)
		in.Spend = append(in.Spend, c.series(stream(o.Seed, uint64(i+1)), in.Dates))
	}
	for _, h := range holidays {
		in.Controls = append(in.Controls, h.name)
		in.Control = append(in.Control, h.dummies(in.Dates))
	}
	truth := newTruth(o, in)
	in.Target = draw(stream(o.Seed, 0), truth.Mean, truth.Sigma)
	truth.finish(in)
	d, err := mmm.NewData(in)
	return d, truth, err
}

// stream returns the random numbers of one series: adding a channel leaves the
// others as they are.
func stream(seed, series uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, series)) }

// draw returns sales, Normal(mean, sigma) truncated below at 0.
func draw(rng *rand.Rand, mean []float64, sigma float64) []float64 {
	y := make([]float64, len(mean))
	for t, mu := range mean {
		for {
			y[t] = cents(mu + float64(sigma*normal(rng)))
			if y[t] >= 0 {
				break
			}
		}
	}
	return y
}

// contributions returns the effect of spend on sales, per week.
func (c channel) contributions(spend []float64, scale float64) []float64 {
	w := make([]float64, MaxLag+1)
	w[0] = 1
	for l := 1; l <= MaxLag; l++ {
		w[l] = float64(c.alpha * w[l-1])
	}
	norm := sum(w)
	out := make([]float64, len(spend))
	for t := range spend {
		a := 0.0
		for l := 0; l <= min(t, MaxLag); l++ {
			a += float64(w[l] / norm * (spend[t-l] / scale))
		}
		out[t] = cents(c.ceiling * million * tanhHalf(float64(c.lambda*a)))
	}
	return out
}

// bump is 1 on a day of the year, 0 half a year away, and narrow in between:
// ((1 + cos θ)/2)^5. It is a sum of the harmonics 0 to 5.
func bump(day, peak int) float64 {
	x := (1 + cosTurns(float64(day-peak)/365.25)) / 2
	return float64(x * x * x * x * x)
}

// seasonPeaks are the bumps that make the season: a day of the year, and the
// height above the mean of the year, million.
var seasonPeaks = []struct {
	day    int
	height float64
}{{346, 105}, {115, 30}}

// fourier returns the season's coefficients sin_1..sin_5 and cos_1..cos_5, in
// sales units. The coefficient of cos kθ in bump is 2·C(10, 5-k)/4^5.
func fourier() (sin, cos []float64) {
	sin, cos = make([]float64, Harmonics), make([]float64, Harmonics)
	binomial := []float64{210, 120, 45, 10, 1} // C(10, 4) to C(10, 0)
	for _, p := range seasonPeaks {
		for k := 1; k <= Harmonics; k++ {
			a := p.height * million * (2 * binomial[k-1] / 1024)
			turns := float64(k*p.day) / 365.25
			sin[k-1] += float64(a * sinTurns(turns))
			cos[k-1] += float64(a * cosTurns(turns))
		}
	}
	return sin, cos
}

// season returns the seasonal part of sales per week.
func season(weeks []time.Time, sin, cos []float64) []float64 {
	out := make([]float64, len(weeks))
	for t, week := range weeks {
		s := 0.0
		for k := 1; k <= Harmonics; k++ {
			turns := float64(k*week.YearDay()) / 365.25
			s += float64(sin[k-1]*sinTurns(turns)) + float64(cos[k-1]*cosTurns(turns))
		}
		out[t] = cents(s)
	}
	return out
}

// freshPart keeps the variance of an autocorrelated series at 1.
func freshPart(memory float64) float64 { return math.Sqrt(1 - float64(memory*memory)) }
