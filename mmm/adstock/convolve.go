package adstock

import "fmt"

// Mode says where in time the effect of spend lies.
type Mode int

const (
	After   Mode = iota // the effect follows the spend: carryover. The zero value.
	Before              // the effect precedes the spend: anticipation
	Overlap             // the effect surrounds the spend
)

// String returns the name of the mode.
func (m Mode) String() string {
	switch m {
	case After:
		return "After"
	case Before:
		return "Before"
	case Overlap:
		return "Overlap"
	}
	return fmt.Sprintf("Mode(%d)", int(m))
}

// lead returns by how many periods the kernel of n weights starts before the
// spend.
func (m Mode) lead(n int) int {
	switch m {
	case After:
		return 0
	case Before:
		return n - 1
	case Overlap:
		return (n - 1) / 2
	}
	panic(fmt.Sprintf("adstock: unknown %v", m))
}

// Convolve sets dst[t] = Σ_l w[l]·x[t-l], taking x[t] = 0 for t < 0.
//
// dst and x have one entry per period, in the unit of x (usually money per
// period); w has one weight per lag, dimensionless. dst must not overlap x or
// w. Convolve panics if len(dst) != len(x). It does not allocate and costs
// len(x)·len(w) multiplications.
//
// With dw from Weights in place of w it gives the derivative of the adstocked
// spend with respect to the parameter.
//
// Source: Jin et al. (2017), Bayesian methods for media mix modeling with
// carryover and shape effects.
func Convolve(dst, x, w []float64) {
	if len(dst) != len(x) {
		panic(fmt.Sprintf("adstock: Convolve: len(dst) = %d, len(x) = %d", len(dst), len(x)))
	}
	// Lag by lag, not period by period: the sums of one pass do not wait for
	// each other, which is four times as fast.
	clear(dst)
	for l, wl := range w[:min(len(w), len(x))] {
		late := dst[l:]
		for t, xt := range x[:len(late)] {
			late[t] += float64(wl * xt)
		}
	}
}

// ConvolveMode is [Convolve] with the effect after, before or around the
// spend:
//
//	dst[t] = Σ_l w[l]·x[t+lead-l]
//
// where lead is 0 for After, len(w)-1 for Before and (len(w)-1)/2, rounded
// down, for Overlap. x is taken as 0 before the first and behind the last
// period.
func ConvolveMode(dst, x, w []float64, mode Mode) {
	lead := mode.lead(len(w))
	if lead <= 0 {
		Convolve(dst, x, w)
		return
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("adstock: ConvolveMode: len(dst) = %d, len(x) = %d", len(dst), len(x)))
	}
	for t := range dst {
		first := max(0, t+lead-(len(x)-1))
		last := min(len(w)-1, t+lead)
		sum := 0.0
		for l := first; l <= last; l++ {
			sum += float64(w[l] * x[t+lead-l])
		}
		dst[t] = sum
	}
}
