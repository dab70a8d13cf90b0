package mmm

import (
	"fmt"
	"math/rand/v2"
)

// Draws are parameter draws of one model on one training data set, from its
// prior or its posterior, and the door to everything that follows from them.
// Parameters are all it stores; the rest is computed when asked for, one draw
// at a time, so that every number has its uncertainty. Methods are safe for
// concurrent use.
//
// Draws are numbered chain by chain. Results hold one entry per draw in that
// order, so two results of the same Draws are paired.
type Draws struct {
	c      *compiled
	chains [][]float64 // [chain][draw*dim + parameter]
	kept   kept
}

// NewDraws takes parameter draws made elsewhere: values[chain][draw] is one
// value per parameter, in the order of [Draws.Names], on the parameters' own
// scale (contributions in units of the largest training sales). Chains must
// be equally long.
func (m Model) NewDraws(train *Data, values [][][]float64) (*Draws, error) {
	c, err := compile(m, train)
	if err != nil {
		return nil, err
	}
	d := &Draws{c: c}
	for i, chain := range values {
		if len(chain) != len(values[0]) || len(chain) == 0 {
			return nil, fmt.Errorf("mmm: chain %d has %d draws (want %d, the same in all, at least 1)", i, len(chain), len(values[0]))
		}
		var flat []float64
		for j, draw := range chain {
			if len(draw) != c.layout.dim {
				return nil, fmt.Errorf("mmm: chain %d, draw %d has %d values (want %d: %q)", i, j, len(draw), c.layout.dim, c.layout.names())
			}
			for p, v := range draw {
				if s := c.priors[p].Support(); !(v >= s.Lower && v <= s.Upper) {
					return nil, fmt.Errorf("mmm: chain %d, draw %d: %s is %v (want between %v and %v)", i, j, c.layout.names()[p], v, s.Lower, s.Upper)
				}
			}
			flat = append(flat, draw...)
		}
		d.chains = append(d.chains, flat)
	}
	if len(d.chains) == 0 {
		return nil, fmt.Errorf("mmm: there are no draws (want at least 1 chain)")
	}
	return d, nil
}

// PriorDraws draws n sets of parameters from the prior: what the model
// believes before it sees sales. train gives the scales.
func (m Model) PriorDraws(train *Data, n int, seed uint64) (*Draws, error) {
	if n < 1 {
		return nil, fmt.Errorf("mmm: PriorDraws: n is %d (want at least 1)", n)
	}
	c, err := compile(m, train)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, streamPrior))
	flat := make([]float64, 0, n*c.layout.dim)
	for range n {
		for _, p := range c.priors {
			flat = append(flat, p.Rand(rng))
		}
	}
	return &Draws{c: c, chains: [][]float64{flat}}, nil
}

// Random streams beside those of the chains, which are 0, 1, 2, ...
const (
	streamPrior      = 1 << 40
	streamPredictive = 2 << 40
	streamPlan       = 3 << 40
)

// Names lists the parameters, for example "intercept" and
// "saturation_beta[TV]", in the order of a draw.
func (d *Draws) Names() []string { return d.c.layout.names() }

// Blocks lists the names of the parameter blocks: "intercept", "y_sigma",
// "saturation_beta", ...
func (d *Draws) Blocks() []string {
	var out []string
	for _, b := range d.c.layout.blocks {
		out = append(out, b.name)
	}
	return out
}

// Labels lists the element labels of a block, for example the channels; nil
// for a scalar or an unknown block.
func (d *Draws) Labels(blockName string) []string {
	for _, b := range d.c.layout.blocks {
		if b.name == blockName {
			return b.labels
		}
	}
	return nil
}

// Model returns the model, defaults filled in.
func (d *Draws) Model() Model { return d.c.model }

// Train returns the training data.
func (d *Draws) Train() *Data { return d.c.train }

// Channels lists the channels in model order.
func (d *Draws) Channels() []string { return d.c.train.Channels() }

// Len is the number of draws, all chains together.
func (d *Draws) Len() int { return len(d.chains) * d.perChain() }

// Chains is the number of chains; prior draws have one.
func (d *Draws) Chains() int { return len(d.chains) }

func (d *Draws) perChain() int { return len(d.chains[0]) / d.c.layout.dim }

// SalesScale is the largest training sales: the sales of one model unit.
func (d *Draws) SalesScale() float64 { return d.c.yScale }

// SpendScale is, per channel, the largest training spend: the money of one
// model unit.
func (d *Draws) SpendScale() []float64 { return append([]float64(nil), d.c.xScale...) }

// theta returns the parameters of draw i as a view.
func (d *Draws) theta(i int) []float64 {
	dim, n := d.c.layout.dim, d.perChain()
	return d.chains[i/n][i%n*dim : i%n*dim+dim : i%n*dim+dim]
}

// Parameter returns the draws of one parameter as [chain][draw]. It panics if
// there is no such parameter; see [Draws.Names].
func (d *Draws) Parameter(name string) [][]float64 {
	i := d.c.layout.parameterIndex(name)
	if i < 0 {
		panic(fmt.Sprintf("mmm: no parameter %q; there are %q", name, d.Names()))
	}
	return d.parameter(i)
}

// Block returns the draws of all elements of a parameter block as
// [element][chain][draw]. It panics if there is no such block; see
// [Draws.Blocks].
func (d *Draws) Block(name string) [][][]float64 {
	for _, b := range d.c.layout.blocks {
		if b.name == name {
			out := make([][][]float64, b.size())
			for i := range out {
				out[i] = d.parameter(b.at + i)
			}
			return out
		}
	}
	panic(fmt.Sprintf("mmm: no parameter block %q; there are %q", name, d.Blocks()))
}

func (d *Draws) parameter(i int) [][]float64 {
	out := matrix(len(d.chains), d.perChain())
	for m := range out {
		for j := range out[m] {
			out[m][j] = d.chains[m][j*d.c.layout.dim+i]
		}
	}
	return out
}

// eachDraw calls work for every draw, on all processors. newWorker makes the
// scratch memory of one goroutine and returns its work function, which must
// write only to places that belong to its draw: then the result does not
// depend on scheduling.
func (d *Draws) eachDraw(newWorker func() func(i int)) {
	d.eachBlock(func() func(from, to int) {
		work := newWorker()
		return func(from, to int) {
			for i := from; i < to; i++ {
				work(i)
			}
		}
	})
}

// grain is the number of draws that a goroutine takes at a time.
const grain = 64

// eachBlock is eachDraw by blocks of at most grain draws.
func (d *Draws) eachBlock(newWorker func() func(from, to int)) {
	n := d.Len()
	workers((n+grain-1)/grain, func() func(int) {
		work := newWorker()
		return func(block int) { work(block*grain, min(n, (block+1)*grain)) }
	})
}
