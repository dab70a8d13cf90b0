// Package saturationtest checks that a saturation curve keeps the rules that a
// model relies on. Use it for a curve of your own:
//
//	func TestMyCurve(t *testing.T) {
//		saturationtest.Run(t, MyCurve{})
//	}
//
// The curve is tried at parameters spread over its own priors and at x from 0
// to 10, where 1 is the largest spend a model has seen. Derivatives are compared
// with central differences, so a prior that puts much mass where the curve has
// a kink may fail by bad luck.
package saturationtest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mixmodel/mmm/dist"
)

// Saturation is what a model asks of a saturation curve; see package
// saturation for the meaning of the methods.
type Saturation interface {
	Params() []dist.Param
	Curve(y, dx []float64, dtheta [][]float64, x, theta []float64)
	Scale() int
	Concave(theta []float64) bool
	Check() error
}

// Run checks every rule in a subtest of its own.
func Run(t *testing.T, s Saturation) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if err := r.apply(s); err != nil {
				t.Error(err)
			}
		})
	}
}

// Check returns an error for each rule that s breaks, joined, or nil.
func Check(s Saturation) error {
	var broken []error
	for _, r := range rules {
		broken = append(broken, r.apply(s))
	}
	return errors.Join(broken...)
}

// rule is one thing that must hold, and why.
type rule struct {
	name, why string
	check     func(Saturation) error
}

func (r rule) apply(s Saturation) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("saturationtest: %s: panic: %v\n\t%s", r.name, p, r.why)
		}
	}()
	if err := r.check(s); err != nil {
		return fmt.Errorf("saturationtest: %s: %w\n\t%s", r.name, err, r.why)
	}
	return nil
}

var rules = []rule{
	{"parameters", "Parameters are told apart by name, and each needs a valid prior.", checkParams},
	{"valid", "A curve without faults says so.", func(s Saturation) error { return s.Check() }},
	{"zero", "No spend, no effect.", checkZero},
	{"monotone", "More spend never has less effect: with a parameter that is a scale >= 0, the curve does not fall.", checkMonotone},
	{"finite", "A model passes buffers with old contents, and x of any size; every element must be written, with a finite number.", checkFinite},
	{"pure", "The same parameters give the same y whatever else is asked for, and x and the parameters are left as they were.", checkPure},
	{"slope", "The budget optimizer follows f'; the sampler uses it in the gradient.", checkSlope},
	{"gradient", "The sampler follows the derivatives; wrong ones make it slow or biased.", checkGradient},
	{"scale", "A curve is proportional to the parameter that it says is its scale.", checkScale},
	{"concave", "The budget optimizer finds the optimum of curves that say they are concave in a way that fails for others.", checkConcave},
	{"allocation", "Curve is called some 100,000 times per fit and must not allocate.", checkAllocation},
}

func checkParams(s Saturation) error {
	seen := map[string]bool{}
	params := s.Params()
	for i, p := range params {
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
	if i := s.Scale(); i < -1 || i >= len(params) {
		return fmt.Errorf("scale is %d, want the index of one of %d parameters, or -1", i, len(params))
	}
	return nil
}

func checkZero(s Saturation) error {
	return atPoints(s, func(theta []float64) error {
		if y := curve(s, []float64{0}, theta, true).y[0]; y != 0 {
			return fmt.Errorf("f(0) = %v, want 0", y)
		}
		return nil
	})
}

func checkMonotone(s Saturation) error {
	return atPoints(s, func(theta []float64) error {
		if i := s.Scale(); i >= 0 {
			theta[i] = math.Abs(theta[i])
		}
		c := curve(s, grid(), theta, true)
		for i := range c.x {
			if c.dx[i] < 0 {
				return fmt.Errorf("f'(%v) = %v, want >= 0", c.x[i], c.dx[i])
			}
			// One part in 10¹³ is rounding, not a fall.
			if i > 0 && c.y[i] < c.y[i-1]*(1-1e-13) {
				return fmt.Errorf("f(%v) = %v, f(%v) = %v, want no fall", c.x[i-1], c.y[i-1], c.x[i], c.y[i])
			}
		}
		return nil
	})
}

func checkFinite(s Saturation) error {
	x := append(grid(), 5e-324, 1e-300, 1e-17, 1e3, 1e17, 1e150)
	return atPoints(s, func(theta []float64) error {
		c := curve(s, x, theta, true)
		for _, out := range append([][]float64{c.y, c.dx}, c.dtheta...) {
			for i, v := range out {
				if !(math.Abs(v) <= math.MaxFloat64) {
					return fmt.Errorf("y = %v, dx = %v, dtheta = %v at x = %v, want finite", c.y[i], c.dx[i], column(c.dtheta, i), x[i])
				}
			}
		}
		return nil
	})
}

func checkPure(s Saturation) error {
	return atPoints(s, func(theta []float64) error {
		c := curve(s, grid(), theta, true)
		if before := grid(); !slices.Equal(c.x, before) {
			return errors.New("x was changed")
		}
		before := slices.Clone(theta)
		alone := curve(s, c.x, theta, false)
		if !slices.Equal(theta, before) {
			return fmt.Errorf("theta was changed to %v", theta)
		}
		if !slices.Equal(alone.y, c.y) {
			return errors.New("y is different without derivatives")
		}
		y, dx := slices.Clone(c.y), slices.Clone(c.dx)
		s.Curve(y, dx, nil, c.x, theta)
		if !slices.Equal(y, c.y) || !slices.Equal(dx, c.dx) {
			return errors.New("y or dx is different with dtheta = nil")
		}
		dtheta := blank(len(theta), len(c.x))
		s.Curve(y, nil, dtheta, c.x, theta)
		if !slices.Equal(y, c.y) || !slices.EqualFunc(dtheta, c.dtheta, slices.Equal) {
			return errors.New("y or dtheta is different with dx = nil")
		}
		return nil
	})
}

func checkSlope(s Saturation) error {
	return atPoints(s, func(theta []float64) error {
		c := curve(s, grid()[1:], theta, true)
		for i, x := range c.x {
			h := 1e-4 * x
			near, far := curve(s, []float64{x - h, x + h}, theta, false).y, curve(s, []float64{x - 2*h, x + 2*h}, theta, false).y
			want := (8*(near[1]-near[0]) - (far[1] - far[0])) / (12 * h)
			if !closeTo(c.dx[i], want, c.y[i]/x) {
				return fmt.Errorf("f'(%v) = %v, central differences give %v", x, c.dx[i], want)
			}
		}
		return nil
	})
}

func checkGradient(s Saturation) error {
	params := s.Params()
	return atPoints(s, func(theta []float64) error {
		c := curve(s, grid(), theta, true)
		for p, param := range params {
			h := step(theta[p], param.Prior.Elem(0).Support())
			at := func(delta float64) []float64 {
				moved := slices.Clone(theta)
				moved[p] += delta
				return curve(s, c.x, moved, false).y
			}
			a1, b1, a2, b2 := at(h), at(-h), at(2*h), at(-2*h)
			for i, got := range c.dtheta[p] {
				want := (8*(a1[i]-b1[i]) - (a2[i] - b2[i])) / (12 * h)
				if !closeTo(got, want, c.y[i]*1e-4/h) {
					return fmt.Errorf("dtheta[%d] (with respect to %s) at x = %v is %v, central differences give %v", p, param.Name, c.x[i], got, want)
				}
			}
		}
		return nil
	})
}

// closeTo reports whether a derivative is what differences give, up to
// rounding errors of a quantity of the given size.
func closeTo(got, want, size float64) bool {
	return math.Abs(got-want) <= 1e-6*max(math.Abs(want), math.Abs(size), 1e-3)
}

func checkScale(s Saturation) error {
	i := s.Scale()
	if i < 0 {
		return nil
	}
	return atPoints(s, func(theta []float64) error {
		c := curve(s, grid(), theta, true)
		theta[i] *= 2
		for j, y := range curve(s, c.x, theta, false).y {
			if math.Abs(y-2*c.y[j]) > 1e-12*math.Abs(y) {
				return fmt.Errorf("f(%v) = %v becomes %v when parameter %d is doubled", c.x[j], c.y[j], y, i)
			}
		}
		return nil
	})
}

func checkConcave(s Saturation) error {
	return atPoints(s, func(theta []float64) error {
		if !s.Concave(theta) {
			return nil
		}
		c := curve(s, grid(), theta, true)
		for i := 1; i < len(c.x); i++ {
			if c.dx[i] > c.dx[i-1]*(1+1e-12) {
				return fmt.Errorf("f'(%v) = %v, f'(%v) = %v, want no rise", c.x[i-1], c.dx[i-1], c.x[i], c.dx[i])
			}
		}
		return nil
	})
}

func checkAllocation(s Saturation) error {
	c := curve(s, grid(), points(s)[0], true)
	if n := testing.AllocsPerRun(10, func() { s.Curve(c.y, c.dx, c.dtheta, c.x, c.theta) }); n > 0 {
		return fmt.Errorf("%v allocations per call", n)
	}
	return nil
}

// values is what Curve gave at one point.
type values struct {
	x, theta, y, dx []float64
	dtheta          [][]float64 // nil, as dx, if not asked for
}

// curve calls Curve with buffers full of NaN.
func curve(s Saturation, x, theta []float64, derivatives bool) values {
	v := values{x: x, theta: theta, y: blank(1, len(x))[0]}
	if derivatives {
		v.dx, v.dtheta = blank(1, len(x))[0], blank(len(theta), len(x))
	}
	s.Curve(v.y, v.dx, v.dtheta, x, theta)
	return v
}

// blank returns rows of NaN.
func blank(rows, n int) [][]float64 {
	b := make([][]float64, rows)
	for i := range b {
		b[i] = slices.Repeat([]float64{math.NaN()}, n)
	}
	return b
}

func column(rows [][]float64, i int) []float64 {
	c := make([]float64, len(rows))
	for p := range rows {
		c[p] = rows[p][i]
	}
	return c
}

// grid returns rising x from 0 to 10, most of them below 1.
func grid() []float64 {
	const n = 60
	x := make([]float64, n+1)
	for i := range x {
		u := float64(i) / n
		x[i] = 10 * u * u * u
	}
	return x
}

// atPoints calls f at each point, which f may change, until it finds fault,
// and says where.
func atPoints(s Saturation, f func(theta []float64) error) error {
	for _, theta := range points(s) {
		if err := f(slices.Clone(theta)); err != nil {
			return fmt.Errorf("at parameters %v: %w", theta, err)
		}
	}
	return nil
}

// points returns parameters drawn from the priors, always the same.
func points(s Saturation) [][]float64 {
	const n = 40
	rng := rand.New(rand.NewPCG(1, 2))
	params := s.Params()
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
