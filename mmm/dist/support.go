package dist

import "math"

// The three supports that nearly all distributions have. Compare with ==.
var (
	Real     = Support{math.Inf(-1), math.Inf(1)} // the whole line
	Positive = Support{0, math.Inf(1)}            // x > 0
	Unit     = Support{0, 1}                      // 0 < x < 1
)
