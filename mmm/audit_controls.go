package mmm

import (
	"math"
	"slices"
)

// controls looks at the controls: those that never change, those that cannot
// be told apart, and those on a scale the model does not expect.
func (a *audit) controls() {
	var varying []int
	var zero []string
	for k, name := range a.d.controls {
		z := a.d.control[k]
		switch {
		case constant(z) && z[0] == 0:
			zero = append(zero, name)
		case constant(z):
			a.warn("control-constant", name, "it is %s in all %s: its effect cannot be told from the intercept; drop it", FormatNumber(z[0], 3), a.periods(len(z)))
		default:
			varying = append(varying, k)
			a.scale(name, z)
		}
	}
	if len(zero) > 0 {
		a.warn("control-zero", listed(zero), "0 in all %s: the data say nothing about the effect, which would be its prior; drop what no period needs", a.periods(a.d.Len()))
	}
	distinct := a.identical(varying)
	a.dependent(distinct, len(varying))
}

// scale looks at a control's size and at its likeness to the target.
func (a *audit) scale(name string, z []float64) {
	if largest := max(slices.Max(z), -slices.Min(z)); largest > AuditControlScale {
		a.warn("control-scale", name, "its values reach %s (want at most %d): controls enter the model unscaled, so a prior like Normal(0, 1) would allow enormous effects; divide it, or subtract its mean and divide by its standard deviation",
			FormatNumber(largest, 3), AuditControlScale)
	}
	if r := correlation(z, a.d.target); math.Abs(r) > AuditOutcome {
		a.warn("control-outcome", name, "its correlation with %s is %s (want at most %g): is it another outcome of the same cause? Controlling for an outcome hides the effect of media",
			a.d.targetName, FormatNumber(r, 2), AuditOutcome)
	}
}

// identical names the groups of controls with the same values, and returns the
// first control of each group and those without a like.
func (a *audit) identical(controls []int) (distinct []int) {
	grouped := map[int]bool{}
	for i, k := range controls {
		if grouped[k] {
			continue
		}
		distinct = append(distinct, k)
		names := []string{a.d.controls[k]}
		for _, other := range controls[i+1:] {
			if !grouped[other] && slices.Equal(a.d.control[k], a.d.control[other]) {
				grouped[other] = true
				names = append(names, a.d.controls[other])
			}
		}
		if len(names) > 1 {
			a.warn("controls-identical", listed(names), "they are equal in all %s: only the sum of their %d effects can be learnt, each alone is its prior; keep one of them, or read only the sum",
				a.periods(a.d.Len()), len(names))
		}
	}
	return distinct
}

// dependent names the sets of controls that add up to each other or to a
// constant, which is the intercept's part, and tells the rank of all.
func (a *audit) dependent(controls []int, total int) {
	b := newBasis(a.d.Len())
	b.add(ones(a.d.Len()))
	kept := []int{-1} // the intercept
	for _, k := range controls {
		combination, independent := b.add(a.d.control[k])
		if independent {
			kept = append(kept, k)
			continue
		}
		names := []string{a.d.controls[k]}
		for i, needed := range combination {
			switch {
			case !needed:
			case kept[i] < 0:
				names = append(names, "the intercept")
			default:
				names = append(names, a.d.controls[kept[i]])
			}
		}
		a.warn("controls-dependent", listed(names), "each of them follows from the others in all %s: their effects cannot be told apart; drop one of them", a.periods(a.d.Len()))
	}
	if rank := len(kept) - 1; rank < total {
		a.warn("controls-rank", "controls", "%d controls that vary carry the information of %d: %d of their effects come from the prior alone", total, rank, total-rank)
	}
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for t := range x {
		x[t] = 1
	}
	return x
}

// basis is a set of independent columns, orthonormalised in the order in which
// they came: column j = Σ_i r[i][j]·q[i] with r upper triangular.
//
// A pivoted factorisation would tell the rank as well, but not which of the
// first columns a later one is made of.
type basis struct {
	n int
	q [][]float64
	r [][]float64 // [column][i]
}

// dependenceTolerance is the part of a column that must be new for it to be
// independent, and the part another must have in it to be named.
const dependenceTolerance = 1e-9

func newBasis(n int) *basis { return &basis{n: n} }

// add adds x. If x is a combination of the columns before, it is not added,
// and the columns that take part are marked.
func (b *basis) add(x []float64) (needed []bool, independent bool) {
	rest := slices.Clone(x)
	size := norm(rest)
	if size == 0 {
		return make([]bool, len(b.q)), false
	}
	for t := range rest {
		rest[t] /= size
	}
	coef := make([]float64, len(b.q))
	for range 2 { // a second pass removes what rounding left in the first
		for i, q := range b.q {
			p := dot(q, rest)
			coef[i] += p
			for t := range rest {
				rest[t] -= p * q[t]
			}
		}
	}
	if left := norm(rest); left > dependenceTolerance && len(b.q) < b.n {
		for t := range rest {
			rest[t] /= left
		}
		b.q = append(b.q, rest)
		b.r = append(b.r, append(coef, left))
		return nil, true
	}
	// Back substitution turns shares of q into shares of the columns.
	needed = make([]bool, len(b.q))
	for j := len(b.q) - 1; j >= 0; j-- {
		share := coef[j] / b.r[j][j]
		needed[j] = math.Abs(share) > dependenceTolerance*1e3
		for i := range j {
			coef[i] -= share * b.r[j][i]
		}
	}
	return needed, false
}

func dot(x, y []float64) float64 {
	s := 0.0
	for t := range x {
		s += x[t] * y[t]
	}
	return s
}

func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }
