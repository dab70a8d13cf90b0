// Package diff says what changed between two reports and what of it matters:
// which numbers moved by more than their uncertainty, which channels came or
// went, where the recommendation turned, and what changed in data, model and
// settings that may be the cause.
//
// A change is judged by the probability that the new quantity is above the old
// one, with both taken for independent and normal, as their means and standard
// deviations say:
//
//	P(new > old) = Φ((m₂ - m₁)/√(s₁² + s₂²))
//
// Two fits of mostly the same data are not independent: their estimates differ
// by less than that, so what is called a change is one. Between two runs that
// differ in their seed alone, only the error of the computation can differ: a
// change then is one of more than four Monte Carlo errors.
package diff
