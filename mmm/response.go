package mmm

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// Response is the response of media to a constant plan: channel c spends b[c]
// in each of Periods periods, starting from no earlier spend, and effects that
// come after the last period are counted. It is separable:
//
//	R(b) = Σ_c R_c(b[c]),   R_c(b) = mean over draws of Σ_t f_c(q_c[t]·b)
//
// with q_c[t] the adstock of a unit plan. R is in sales units over the whole
// horizon; b is money per period.
type Response struct {
	d        *Draws
	Periods  int
	profiles [][]float64 // [channel][draw*levels + j]: distinct values of q, scaled
	curves   [][]float64 // [channel][draw*params + p]: parameters of the saturation
	times    []float64   // how often each level occurs
	concave  []bool      // per channel, at every draw
}

// Response prepares the response to a constant plan over periods periods.
//
// Cost: one adstock kernel per channel and draw, and memory for twice as many
// numbers as the kernel has weights.
func (d *Draws) Response(periods int) *Response {
	if periods < 1 {
		panic(fmt.Sprintf("mmm: Response: periods is %d (want at least 1)", periods))
	}
	lags := d.c.model.Adstock.Len()
	ramp := min(periods, lags-1) // periods before the plateau, and after the plan
	levels := ramp + 1 + lags - 1
	params := len(d.c.layout.saturation)
	r := &Response{d: d, Periods: periods, profiles: matrix(len(d.c.x), d.Len()*levels), curves: matrix(len(d.c.x), d.Len()*params),
		times: make([]float64, levels), concave: make([]bool, len(d.c.x))}
	for j := range r.times {
		r.times[j] = 1
	}
	r.times[ramp] = float64(periods - ramp)
	flags := matrix(len(d.c.x), d.Len())
	d.eachDraw(func() func(int) {
		state := d.c.newChannelState(1)
		return func(i int) {
			for c := range d.c.x {
				state.load(d.c, d.theta(i), c)
				d.c.model.Adstock.Weights(state.weights, nil, state.adstockTheta)
				copy(r.curves[c][i*params:], state.saturationTheta)
				q := r.profiles[c][i*levels : (i+1)*levels]
				for j := range q {
					t := j
					if j > ramp { // after the plan
						t = periods + j - ramp - 1
					}
					q[j] = floats.Sum(state.weights[max(0, t-periods+1):min(t+1, lags)]) / d.c.xScale[c]
				}
				if d.c.model.Saturation.Concave(state.saturationTheta) {
					flags[c][i] = 1
				}
			}
		}
	})
	for c, f := range flags {
		r.concave[c] = floats.Sum(f) == float64(d.Len())
	}
	return r
}

// Concave tells whether channel c has diminishing returns from the first unit
// of money on, in every draw.
func (r *Response) Concave(c int) bool { return r.concave[c] }

// Channels lists the channels.
func (r *Response) Channels() []string { return r.d.Channels() }

// Draws returns the draws behind the response.
func (r *Response) Draws() *Draws { return r.d }

// Value returns R_c(b), in sales units over the horizon, and its slope, in
// sales units over the horizon per money per period. The result does not
// depend on the number of processors.
func (r *Response) Value(c int, b float64) (value, slope float64) {
	const block = 512
	n := r.d.Len()
	blocks := (n + block - 1) / block
	sums := matrix(blocks, 2)
	parallel(blocks, func(k int) {
		w := r.newWorker()
		for i := k * block; i < min(n, (k+1)*block); i++ {
			v, s := w.at(i, c, b)
			sums[k][0] += v
			sums[k][1] += s
		}
	})
	for _, s := range sums {
		value += s[0]
		slope += s[1]
	}
	return value / float64(n), slope / float64(n)
}

// PerDraw returns what the plan brings in each draw, per channel, in sales
// units over the horizon.
func (r *Response) PerDraw(plan []float64) ByChannel {
	out := matrix(len(plan), r.d.Len())
	r.d.eachDraw(func() func(int) {
		w := r.newWorker()
		return func(i int) {
			for c, b := range plan {
				out[c][i], _ = w.at(i, c, b)
			}
		}
	})
	return ByChannel{Name: "response to the plan", Unit: "sales", Channels: r.Channels(), Draws: out}
}

// MarginalPerDraw returns what the next unit of money brings under the plan in
// each draw, per channel, in sales per unit of money: the slope of the
// response in the money per period, by the number of periods.
func (r *Response) MarginalPerDraw(plan []float64) ByChannel {
	out := matrix(len(plan), r.d.Len())
	r.d.eachDraw(func() func(int) {
		w := r.newWorker()
		return func(i int) {
			for c, b := range plan {
				_, slope := w.at(i, c, b)
				out[c][i] = slope / float64(r.Periods)
			}
		}
	})
	return ByChannel{Name: "marginal return of the plan", Unit: "sales per unit of spend", Channels: r.Channels(), Draws: out}
}

// responseWorker is the scratch memory of one goroutine.
type responseWorker struct {
	r            *Response
	stock, y, dx []float64
}

func (r *Response) newWorker() *responseWorker {
	n := len(r.times)
	return &responseWorker{r: r, stock: make([]float64, n), y: make([]float64, n), dx: make([]float64, n)}
}

// at returns value and slope of channel c in draw i.
func (w *responseWorker) at(i, c int, b float64) (value, slope float64) {
	r, levels, params := w.r, len(w.r.times), len(w.r.d.c.layout.saturation)
	q := r.profiles[c][i*levels : (i+1)*levels]
	floats.ScaleTo(w.stock, b, q)
	r.d.c.model.Saturation.Curve(w.y, w.dx, nil, w.stock, r.curves[c][i*params:(i+1)*params])
	for j, n := range r.times {
		value += float64(n * w.y[j])
		slope += float64(n * w.dx[j] * q[j])
	}
	return value * r.d.c.yScale, slope * r.d.c.yScale
}
