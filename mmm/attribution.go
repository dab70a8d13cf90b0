package mmm

import (
	"time"

	"gonum.org/v1/gonum/floats"
)

// perChannelDraw computes one number per channel and draw. f evaluates draw
// theta on a forward pass over s and writes one value per channel.
func (d *Draws) perChannelDraw(s scene, f func(p *forwardPass, theta, out []float64)) [][]float64 {
	out := matrix(len(d.c.x), d.Len())
	d.eachDraw(func() func(int) {
		p, row := d.c.newForward(s), make([]float64, len(d.c.x))
		return func(i int) {
			f(p, d.theta(i), row)
			for c, v := range row {
				out[c][i] = v
			}
		}
	})
	return out
}

// ContributionTotals returns what each channel contributed over the training
// window, in sales units:
//
//	total[c] = Σ_t f_c(adstock(x_c))[t] · largest training sales
//
// Effects that would come after the window are not counted.
func (d *Draws) ContributionTotals() ByChannel {
	totals := d.kept.contributions.get(d.contributionTotals)
	return ByChannel{Name: "contribution", Unit: "sales", Channels: d.Channels(), Draws: cloneRows(totals)}
}

// MediaTotal returns the contribution of all channels together over the
// training window, in sales units.
func (d *Draws) MediaTotal() Quantity {
	q := Quantity{Name: "contribution of all media", Unit: "sales", Draws: make([]float64, d.Len())}
	for _, draws := range d.ContributionTotals().Draws {
		floats.Add(q.Draws, draws)
	}
	return q
}

// ShareOfMedia returns each channel's part of the contribution of all media,
// a fraction. It is a share of media, not of sales.
func (d *Draws) ShareOfMedia() ByChannel {
	b := d.ContributionTotals()
	b.Name, b.Unit = "share of media contribution", "fraction"
	for i := range d.Len() {
		sum := 0.0
		for _, v := range b.Draws {
			sum += v[i]
		}
		for _, v := range b.Draws {
			v[i] = ratio(v[i], sum)
		}
	}
	return b
}

// ROAS returns the return on ad spend: contribution over the training window
// divided by the spend in it, in sales per unit of money. It is 0 for a
// channel without spend.
func (d *Draws) ROAS() ByChannel {
	b := d.ContributionTotals()
	b.Name, b.Unit = "ROAS", "sales per unit of spend"
	for c, spend := range d.c.train.TotalSpend() {
		for i := range b.Draws[c] {
			b.Draws[c][i] = ratio(b.Draws[c][i], spend)
		}
	}
	return b
}

// MarginalROAS returns what the next unit of money brings if it is spread like
// the channel's actual spend:
//
//	d/dδ Σ_t f(adstock(δ·x))[t] · largest sales / spend   at δ = 1
//
// Effects after the window are counted. It is 0 for a channel without spend.
func (d *Draws) MarginalROAS() ByChannel {
	return d.marginal(d.c.withTail(d.c.x), func(c int) float64 { return floats.Sum(d.c.train.Spend(c)) })
}

// MarginalROASAtMean returns what the next unit of money brings if the
// channel spends its mean every period of a window as long as the training
// window, starting from zero, effects after the window counted.
func (d *Draws) MarginalROASAtMean() ByChannel {
	n := d.c.train.Len()
	x := matrix(len(d.c.x), n)
	for c := range x {
		mean := floats.Sum(d.c.x[c]) / float64(n)
		for t := range x[c] {
			x[c][t] = mean
		}
	}
	return d.marginal(d.c.withTail(x), func(c int) float64 { return floats.Sum(d.c.train.Spend(c)) })
}

// withTail is a scene of media only, followed by as many periods without
// spend as effects last.
func (c *compiled) withTail(x [][]float64) scene {
	tail := make([]float64, c.model.Adstock.Len())
	s := scene{rows: len(x[0]) + len(tail), exact: true}
	for _, v := range x {
		s.x = append(s.x, append(append([]float64(nil), v...), tail...))
	}
	return s
}

// marginal differentiates each channel's total in a factor on its spend and
// divides by the money that factor stands for.
func (d *Draws) marginal(s scene, money func(c int) float64) ByChannel {
	draws := d.perChannelDraw(s, func(p *forwardPass, theta, out []float64) {
		for c := range out {
			p.slopes(theta, c)
			out[c] = ratio(floats.Dot(p.state.slope, p.state.stock)*d.c.yScale, money(c))
		}
	})
	return ByChannel{Name: "marginal ROAS", Unit: "sales per unit of spend", Channels: d.Channels(), Draws: draws}
}

// slopes fills the state's stock and slope for channel ch.
func (f *forwardPass) slopes(theta []float64, ch int) {
	f.adstocked(theta, ch)
	f.c.model.Saturation.Curve(f.channels[ch], f.state.slope, nil, f.state.stock, f.state.saturationTheta)
}

// ratio returns a/b, or 0 where b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// Contributions returns each channel's contribution per training period, in
// sales units.
//
// Cost: one sort of all draws per channel and period, a quarter of a second for
// the case study's 16,000 draws on two cores; memory for one channel at a time.
func (d *Draws) Contributions() []Band {
	return d.contributionBands(d.c.trainScene(), d.c.train.Dates())
}

func (d *Draws) contributionBands(s scene, dates []time.Time) []Band {
	var out []Band
	var values [][]float64
	for c, name := range d.Channels() {
		values = d.perPeriodDraw(values, s, func(p *forwardPass, _ int, theta, out []float64) {
			for t, v := range p.contribution(theta, c) {
				out[t] = v * d.c.yScale
			}
		})
		out = append(out, newBand(name, "sales", dates, values))
	}
	return out
}

// perPeriodDraw sets dst[t][i] to what f says of reported period t and draw i,
// and returns dst; nil allocates. f gets the draw's number and parameters.
//
// A block of draws goes to a buffer first: the rows of dst are a multiple of a
// large power of two apart, so that lines of many rows evict each other from
// the cache.
func (d *Draws) perPeriodDraw(dst [][]float64, s scene, f func(p *forwardPass, i int, theta, out []float64)) [][]float64 {
	n := s.rows - s.skip
	if dst == nil {
		dst = matrix(n, d.Len())
	}
	d.eachBlock(func() func(from, to int) {
		p, buffer := d.c.newForward(s), matrix(grain, n)
		return func(from, to int) {
			for i := from; i < to; i++ {
				f(p, i, d.theta(i), buffer[i-from])
			}
			for t, row := range dst {
				for i := range row[from:to] {
					row[from+i] = buffer[i][t]
				}
			}
		}
	})
	return dst
}
