package adstock

import "mixmodel/mmm/dist"

// None is no carryover: spend works in its own period only. It has no
// parameters and the single weight 1.
type None struct{}

// Params returns nil.
func (None) Params() []dist.Param { return nil }

// Len returns 1.
func (None) Len() int { return 1 }

// Weights sets w = [1].
func (None) Weights(w []float64, dw [][]float64, theta []float64) {
	checkShapes("None", 1, 0, w, dw, theta)
	w[0] = 1
}

// Check returns nil.
func (None) Check() error { return nil }
