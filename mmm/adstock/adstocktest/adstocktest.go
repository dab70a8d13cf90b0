// Package adstocktest checks that a carryover transform keeps the rules that
// a model relies on. Use it for a transform of your own:
//
//	func TestMyCarryover(t *testing.T) {
//		adstocktest.Run(t, MyCarryover{MaxLag: 8})
//	}
//
// The transform is tried at parameters spread over its own priors. The gradient
// is compared with central differences, so a prior that puts much mass where
// the kernel has a kink may fail by bad luck.
package adstocktest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mixmodel/mmm/dist"
)

// Adstock is what a model asks of a carryover transform; see package adstock
// for the meaning of the methods.
type Adstock interface {
	Params() []dist.Param
	Len() int
	Weights(w []float64, dw [][]float64, theta []float64)
	Check() error
}

// Run checks every rule in a subtest of its own.
func Run(t *testing.T, a Adstock) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if err := r.apply(a); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check returns an error for each rule that a breaks, joined, or nil.
func Check(a Adstock) error {
	var broken []error
	for _, r := range rules {
		broken = append(broken, r.apply(a))
	}
	return errors.Join(broken...)
}

// rule is one thing that must hold, and why.
type rule struct {
	name, why string
	check     func(Adstock) error
}

func (r rule) apply(a Adstock) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("adstocktest: %s: panic: %v\n\t%s", r.name, p, r.why)
		}
	}()
	if err := r.check(a); err != nil {
		return fmt.Errorf("adstocktest: %s: %w\n\t%s", r.name, err, r.why)
	}
	return nil
}

var rules = []rule{
	{"parameters", "Parameters are told apart by name, and each needs a valid prior.", checkParams},
	{"valid", "A transform without faults says so.", func(a Adstock) error { return a.Check() }},
	{"weights", "A model passes a buffer with old contents; every weight must be written. A weight is a share of an effect: finite and not negative, and not all are 0.", checkWeights},
	{"pure", "The same parameters give the same weights, with and without derivatives, and the parameters are left as they were.", checkPure},
	{"gradient", "The sampler follows the derivatives; wrong ones make it slow or biased.", checkGradient},
	{"allocation", "Weights is called some 100,000 times per fit and must not allocate.", checkAllocation},
}

func checkParams(a Adstock) error {
	seen := map[string]bool{}
	for i, p := range a.Params() {
		switch {
		case p.Name == "":
			return fmt.Errorf("parameter %d has no name", i)
		case seen[p.Name]:
			return fmt.Errorf("two parameters are called %q", p.Name)
		case p.Prior == nil:
			return fmt.Errorf("parameter %q has no prior", p.Name)
		}
		seen[p.Name] = true
		if err := p.Prior.Elem(0).Check(); err != nil {
			return fmt.Errorf("prior of %q: %w", p.Name, err)
		}
	}
	return nil
}

func checkWeights(a Adstock) error {
	n := a.Len()
	if n < 1 {
		return fmt.Errorf("length is %d, want >= 1", n)
	}
	return atPoints(a, func(k kernel) error {
		some := false
		for l, w := range k.w {
			if !(w >= 0 && w <= math.MaxFloat64) {
				return fmt.Errorf("w[%d] = %v, want finite, >= 0", l, w)
			}
			some = some || w > 0
		}
		if !some {
			return errors.New("all weights are 0")
		}
		return nil
	})
}

func checkPure(a Adstock) error {
	return atPoints(a, func(k kernel) error {
		theta := slices.Clone(k.theta)
		again := weights(a, theta, false)
		if !slices.Equal(theta, k.theta) {
			return fmt.Errorf("theta was changed to %v", theta)
		}
		if !slices.Equal(again.w, k.w) {
			return fmt.Errorf("w = %v with derivatives, %v without", k.w, again.w)
		}
		return nil
	})
}

func checkGradient(a Adstock) error {
	params := a.Params()
	return atPoints(a, func(k kernel) error {
		for p, param := range params {
			h := step(k.theta[p], param.Prior.Elem(0).Support())
			at := func(delta float64) []float64 {
				theta := slices.Clone(k.theta)
				theta[p] += delta
				return weights(a, theta, false).w
			}
			near, far := [2][]float64{at(-h), at(h)}, [2][]float64{at(-2 * h), at(2 * h)}
			scale := 1.0
			for _, d := range k.dw[p] {
				scale = max(scale, math.Abs(d))
			}
			for l, got := range k.dw[p] {
				want := (8*(near[1][l]-near[0][l]) - (far[1][l] - far[0][l])) / (12 * h)
				if !(math.Abs(got-want) <= 1e-6*scale) {
					return fmt.Errorf("dw[%d][%d] (with respect to %s) = %v, central differences give %v", p, l, param.Name, got, want)
				}
			}
		}
		return nil
	})
}

func checkAllocation(a Adstock) error {
	k := weights(a, points(a)[0], true)
	if n := testing.AllocsPerRun(10, func() { a.Weights(k.w, k.dw, k.theta) }); n > 0 {
		return fmt.Errorf("%v allocations per call", n)
	}
	return nil
}

// kernel is what Weights gave at one point.
type kernel struct {
	theta, w []float64
	dw       [][]float64 // nil if not asked for
}

// weights calls Weights with buffers full of NaN.
func weights(a Adstock, theta []float64, derivatives bool) kernel {
	k := kernel{theta: theta, w: slices.Repeat([]float64{math.NaN()}, a.Len())}
	if derivatives {
		k.dw = make([][]float64, len(theta))
		for p := range k.dw {
			k.dw[p] = slices.Clone(k.w)
		}
	}
	a.Weights(k.w, k.dw, theta)
	return k
}

// atPoints calls f with the kernel at each point until it finds fault, and
// says where.
func atPoints(a Adstock, f func(kernel) error) error {
	for _, theta := range points(a) {
		if err := f(weights(a, slices.Clone(theta), true)); err != nil {
			return fmt.Errorf("at parameters %v: %w", theta, err)
		}
	}
	return nil
}

// points returns parameters drawn from the priors, always the same.
func points(a Adstock) [][]float64 {
	const n = 40
	rng := rand.New(rand.NewPCG(1, 2))
	params := a.Params()
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, len(params))
		for p, param := range params {
			out[i][p] = param.Prior.Elem(0).Rand(rng)
		}
	}
	return out
}

// step returns a step for differences at x that, doubled, stays inside s.
func step(x float64, s dist.Support) float64 {
	return 1e-4 * min(1, x-s.Lower, s.Upper-x)
}
