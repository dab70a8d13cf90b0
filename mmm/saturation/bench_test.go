package saturation_test

import "testing"

// One evaluation of all channels, as in a gradient of the case study.
func BenchmarkCurve(b *testing.B) {
	for _, c := range all {
		b.Run("curve="+name(c.s)+"/periods=183/channels=7", func(b *testing.B) {
			x := make([]float64, 183)
			for i := range x {
				x[i] = float64(i*37%183) / 183
			}
			theta := c.points[0]
			y, dx, dtheta := curve(c.s, theta, x)
			b.ReportAllocs()
			for b.Loop() {
				for range 7 {
					c.s.Curve(y, dx, dtheta, x, theta)
				}
			}
		})
	}
}
