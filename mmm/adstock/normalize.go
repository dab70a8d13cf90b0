package adstock

// normalize divides the weights by their sum S > 0 and turns each row of dw
// from the derivative of the raw weights u into that of w = u/S:
//
//	dw[l] = (du[l] - w[l]·Σ_j du[j])/S
func normalize(w []float64, dw [][]float64) {
	sum := 0.0
	for _, u := range w {
		sum += u
	}
	inv := 1 / sum
	for l := range w {
		w[l] *= inv
	}
	for _, row := range dw {
		sum := 0.0
		for _, du := range row {
			sum += du
		}
		for l, du := range row {
			row[l] = (du - float64(w[l]*sum)) * inv
		}
	}
}
