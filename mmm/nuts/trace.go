package nuts

import "slices"

// Trace is what Sample returns: all draws and how each came about.
type Trace struct {
	Outputs    int // values per draw
	Chains     []Chain
	MaxDepth   int     // the limit that Chain.Depth may have reached
	NoMode     bool    // the density has no mode that is a sound start; see findLaplace
	Incomplete bool    // cancelled before all draws were taken
	Gradients  int     // gradients evaluated, warmup included, the Laplace start excluded
	Seconds    float64 // wall time; not part of any reproducible output
}

// Chain holds the draws of one chain. All slices but Values have one entry
// per draw.
type Chain struct {
	Values     []float64 // draw-major: draw d is Values[d*Outputs:(d+1)*Outputs]
	LogDensity []float64 // log π at the draw, on the unconstrained coordinates
	Energy     []float64 // H at the start of the draw's trajectory
	Accept     []float64 // mean acceptance statistic of the trajectory
	Depth      []int     // doublings
	Leapfrogs  []int     // gradient evaluations
	Divergent  []bool
	StepSize   float64
	outputs    int
}

func newChainDraws(draws, outputs int) Chain {
	return Chain{
		Values:     make([]float64, draws*outputs),
		LogDensity: make([]float64, draws),
		Energy:     make([]float64, draws),
		Accept:     make([]float64, draws),
		Depth:      make([]int, draws),
		Leapfrogs:  make([]int, draws),
		Divergent:  make([]bool, draws),
		outputs:    outputs,
	}
}

// Len returns the number of draws.
func (c *Chain) Len() int { return len(c.LogDensity) }

// Draw returns the values of draw d, as a view.
func (c *Chain) Draw(d int) []float64 { return c.Values[d*c.outputs : (d+1)*c.outputs] }

func (c *Chain) set(d int, o outcome, energy, logDensity float64) {
	c.LogDensity[d], c.Energy[d], c.Accept[d] = logDensity, energy, o.accept
	c.Depth[d], c.Leapfrogs[d], c.Divergent[d] = o.depth, o.leapfrogs, o.divergent
}

func (c *Chain) truncate(n int) {
	if n >= c.Len() {
		return
	}
	c.Values = c.Values[:n*c.outputs]
	c.LogDensity, c.Energy, c.Accept = c.LogDensity[:n], c.Energy[:n], c.Accept[:n]
	c.Depth, c.Leapfrogs, c.Divergent = c.Depth[:n], c.Leapfrogs[:n], c.Divergent[:n]
}

// Divergences counts divergent draws over all chains.
func (t *Trace) Divergences() int {
	n := 0
	for _, c := range t.Chains {
		for _, d := range c.Divergent {
			if d {
				n++
			}
		}
	}
	return n
}

// DepthHits counts draws whose trajectory was cut at MaxDepth.
func (t *Trace) DepthHits() int {
	n := 0
	for _, c := range t.Chains {
		for _, d := range c.Depth {
			if d >= t.MaxDepth {
				n++
			}
		}
	}
	return n
}

// head returns a copy of the first n draws.
func (c *Chain) head(n int) Chain {
	out := *c
	out.truncate(n)
	out.Values, out.LogDensity, out.Energy, out.Accept = slices.Clone(out.Values), slices.Clone(out.LogDensity), slices.Clone(out.Energy), slices.Clone(out.Accept)
	out.Depth, out.Leapfrogs, out.Divergent = slices.Clone(out.Depth), slices.Clone(out.Leapfrogs), slices.Clone(out.Divergent)
	return out
}

// copyHead takes over the draws of h, which are the first of c.
func (c *Chain) copyHead(h Chain) {
	copy(c.Values, h.Values)
	copy(c.LogDensity, h.LogDensity)
	copy(c.Energy, h.Energy)
	copy(c.Accept, h.Accept)
	copy(c.Depth, h.Depth)
	copy(c.Leapfrogs, h.Leapfrogs)
	copy(c.Divergent, h.Divergent)
	c.StepSize = h.StepSize
}
