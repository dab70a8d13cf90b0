package mmm

import (
	"cmp"
	"slices"
	"time"

	"gonum.org/v1/gonum/floats"
)

// Group is the kind of a component of sales.
type Group string

// The groups of components.
const (
	GroupChannel     Group = "channel"
	GroupControl     Group = "control"
	GroupSeasonality Group = "seasonality"
	GroupIntercept   Group = "intercept"
)

// Component is one part of mean sales over the training window.
type Component struct {
	Name  string
	Group Group
	Mean  []float64 // posterior mean per period, sales units
}

// Total is the component's sum over the periods.
func (c Component) Total() float64 { return floats.Sum(c.Mean) }

// Decomposition splits mean sales into components: channels, controls, yearly
// seasonality (all Fourier terms together) and intercept, in this order. At
// every period they add up to μ.
type Decomposition struct {
	Dates      []time.Time
	Components []Component
	// Floor is what the likelihood adds to μ because sales cannot fall below
	// zero: posterior mean of E[y] - μ per period. It is 0 for a normal
	// likelihood.
	Floor []float64
}

// Decompose returns the posterior mean of every component per training
// period.
func (d *Draws) Decompose() Decomposition {
	c, n := d.c, float64(d.Len())
	out := Decomposition{Dates: c.train.Dates(), Floor: make([]float64, len(c.y))}
	var values [][]float64
	for ch, name := range d.Channels() {
		values = d.perPeriodDraw(values, c.trainScene(), func(p *forwardPass, _ int, theta, row []float64) {
			copy(row, p.contribution(theta, ch))
		})
		mean := make([]float64, len(values))
		for t, v := range values {
			mean[t] = floats.Sum(v) / n * c.yScale
		}
		out.add(name, GroupChannel, mean)
	}
	d.addLinear(&out)
	floor := d.perPeriodDraw(values, c.trainScene(), func(p *forwardPass, _ int, theta, row []float64) {
		sigma := theta[c.layout.sigma]
		for t, mu := range p.mean(theta) {
			row[t] = c.model.Likelihood.mean(mu, sigma) - mu
		}
	})
	for t, v := range floor {
		out.Floor[t] = floats.Sum(v) / n * c.yScale
	}
	return out
}

// addLinear adds the components that are linear in their parameters, whose
// mean is the component at the mean parameters.
func (d *Draws) addLinear(out *Decomposition) {
	c, l := d.c, d.c.layout
	mean := make([]float64, l.dim)
	for i := range d.Len() {
		floats.Add(mean, d.theta(i))
	}
	floats.Scale(c.yScale/float64(d.Len()), mean)
	for k, name := range c.train.Controls() {
		m := make([]float64, len(c.y))
		floats.AddScaled(m, mean[l.controls+k], c.train.Control(k))
		out.add(name, GroupControl, m)
	}
	if l.nFourier > 0 {
		m := make([]float64, len(c.y))
		for j, col := range c.fourier {
			floats.AddScaled(m, mean[l.fourier+j], col)
		}
		out.add("yearly seasonality", GroupSeasonality, m)
	}
	m := make([]float64, len(c.y))
	floats.AddConst(mean[l.intercept], m)
	out.add("intercept", GroupIntercept, m)
}

func (d *Decomposition) add(name string, g Group, mean []float64) {
	d.Components = append(d.Components, Component{Name: name, Group: g, Mean: mean})
}

// WaterfallBar is one bar of a waterfall: it runs from From to To, and the next one
// starts at To.
type WaterfallBar struct {
	Name     string
	Group    Group
	Value    float64 // To - From, sales units
	Fraction float64 // of the sum of all steps, which negative steps reduce
	From, To float64
}

// Waterfall stacks the components' totals over the training window, smallest
// first, so that the last bar ends at the total.
func (d Decomposition) Waterfall() []WaterfallBar {
	var steps []WaterfallBar
	for _, c := range d.Components {
		steps = append(steps, WaterfallBar{Name: c.Name, Group: c.Group, Value: c.Total()})
	}
	return stack(steps)
}

// WaterfallByGroup is Waterfall with all controls in one step named
// controlsName and, if the likelihood has one, the floor at zero as a step of
// its own, so that the last bar ends at expected sales.
func (d Decomposition) WaterfallByGroup(controlsName string) []WaterfallBar {
	var steps []WaterfallBar
	controls := WaterfallBar{Name: controlsName, Group: GroupControl}
	for _, c := range d.Components {
		if c.Group == GroupControl {
			controls.Value += c.Total()
			continue
		}
		steps = append(steps, WaterfallBar{Name: c.Name, Group: c.Group, Value: c.Total()})
	}
	if controls.Value != 0 {
		steps = append(steps, controls)
	}
	if floor := floats.Sum(d.Floor); floor != 0 {
		steps = append(steps, WaterfallBar{Name: "floor at zero", Group: GroupIntercept, Value: floor})
	}
	return stack(steps)
}

func stack(steps []WaterfallBar) []WaterfallBar {
	slices.SortStableFunc(steps, func(a, b WaterfallBar) int { return cmp.Compare(a.Value, b.Value) })
	total, at := 0.0, 0.0
	for _, s := range steps {
		total += s.Value
	}
	for i := range steps {
		s := &steps[i]
		s.Fraction = ratio(s.Value, total)
		s.From, s.To = at, at+s.Value
		at = s.To
	}
	return steps
}

// Components returns the groups of components per training period with their
// uncertainty: all media, all controls, yearly seasonality and intercept.
// Groups the model does not have are left out.
func (d *Draws) Components() []Band {
	c, l := d.c, d.c.layout
	parts := []struct {
		name string
		has  bool
		row  func(p *forwardPass, theta, out []float64)
	}{
		{"media", true, func(p *forwardPass, theta, out []float64) {
			for ch := range c.x {
				floats.Add(out, p.contribution(theta, ch))
			}
		}},
		{"controls", l.nControl > 0, func(p *forwardPass, theta, out []float64) {
			p.control.addTo(out, theta[l.controls:])
		}},
		{"yearly seasonality", l.nFourier > 0, func(p *forwardPass, theta, out []float64) {
			for j, col := range p.fourier {
				floats.AddScaled(out, theta[l.fourier+j], col)
			}
		}},
		{"intercept", true, func(p *forwardPass, theta, out []float64) {
			floats.AddConst(theta[l.intercept], out)
		}},
	}
	var bands []Band
	var values [][]float64
	for _, part := range parts {
		if !part.has {
			continue
		}
		values = d.perPeriodDraw(values, c.trainScene(), func(p *forwardPass, _ int, theta, out []float64) {
			clear(out)
			part.row(p, theta, out)
			floats.Scale(c.yScale, out)
		})
		bands = append(bands, newBand(part.name, "sales", c.train.Dates(), values))
	}
	return bands
}
