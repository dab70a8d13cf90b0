package kernel

import "unsafe"

// Lanes is the number of lanes of a row.
const Lanes = 8

// Grid places the periods 0 … Periods-1 in rows of lanes.
type Grid struct{ Periods int }

// Rows returns the number of rows R, Periods/Lanes rounded up.
func (g Grid) Rows() int { return (g.Periods + Lanes - 1) / Lanes }

// Len returns the number of slots, Rows·Lanes.
func (g Grid) Len() int { return g.Rows() * Lanes }

// Slot returns where period t is: row t mod R of lane t div R.
func (g Grid) Slot(t int) int {
	r := g.Rows()
	return t%r*Lanes + t/r
}

// Scatter sets dst[Slot(t)] = x[t] and the slots without period to 0.
func (g Grid) Scatter(dst, x []float64) {
	clear(dst[:g.Len()])
	for t, v := range x {
		dst[g.Slot(t)] = v
	}
}

// clearRest sets the slots without period to 0.
func (g Grid) clearRest(v []float64) {
	last := g.Rows() - 1
	row, lane := last, Lanes-1
	for range g.Len() - g.Periods {
		v[row*Lanes+lane] = 0
		if row--; row < 0 {
			row, lane = last, lane-1
		}
	}
}

// History returns x as [Channels] reads it: lags rows, in which lane i holds
// the periods before its first, and then the rows of the grid. There is
// nothing before period 0.
func (g Grid) History(x []float64, lags int) []float64 {
	rows := g.Rows()
	h := Aligned((rows + lags) * Lanes)
	for lane := range Lanes {
		for row := range rows + lags {
			if t := lane*rows + row - lags; t >= 0 && t < len(x) {
				h[row*Lanes+lane] = x[t]
			}
		}
	}
	return h
}

// Pad rounds n up to whole rows.
func Pad(n int) int { return (n + Lanes - 1) / Lanes * Lanes }

// Aligned returns n zeros that start at a multiple of 64 bytes, so that no row
// straddles two cache lines. The heap does not move, so they stay there.
func Aligned(n int) []float64 {
	b := make([]float64, n+Lanes)
	skip := 0
	for uintptr(unsafe.Pointer(&b[skip]))%64 != 0 {
		skip++
	}
	return b[skip : skip+n : skip+n]
}

// sumLanes returns the sum of a row, in the order of the package comment.
func sumLanes(v []float64) float64 {
	_ = v[7]
	return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
}
