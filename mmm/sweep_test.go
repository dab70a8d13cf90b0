package mmm

import (
	"math"
	"testing"

	"mixmodel/mmm/adstock"
	"mixmodel/mmm/saturation"
)

// TestSweepAgreesWithCurveByCurve compares the two ways to a contribution on
// windows of every length up to three rows of the grid, with weeks without
// spend, and on the training data.
func TestSweepAgreesWithCurveByCurve(t *testing.T) {
	train := Must(ReadCSV("../testdata/case_study_twin.csv", caseStudyColumns))
	for name, m := range map[string]Model{
		"geometric":         {Adstock: adstock.Geometric{MaxLag: 5}},
		"geometric, raw":    {Adstock: adstock.Geometric{MaxLag: 12, Raw: true}},
		"without carryover": {Adstock: adstock.None{}},
	} {
		m.Saturation = saturation.Logistic{}
		d := Must(m.PriorDraws(train, 50, 1))
		scenes := []scene{d.c.trainScene()}
		for rows := 1; rows <= 25; rows++ {
			s := scene{rows: rows}
			for _, x := range d.c.x {
				s.x = append(s.x, x[:rows])
			}
			scenes = append(scenes, s)
		}
		checked := 0
		for _, s := range scenes {
			fast := d.c.newForward(s)
			s.exact = true
			exact := d.c.newForward(s)
			if fast.sweep == nil || exact.sweep != nil {
				t.Fatalf("%s: the sweep does not apply, or always does", name)
			}
			for i := range d.Len() {
				for c := range s.x {
					theta := d.theta(i)
					height := theta[d.c.layout.saturation[0]+c]
					got, want := fast.contribution(theta, c), exact.contribution(theta, c)
					for r := range want {
						if math.Abs(got[r]-want[r]) > 2e-14*height || want[r] == 0 && got[r] != 0 {
							t.Fatalf("%s, %d rows: channel %d contributes %v in row %d (want %v)", name, s.rows, c, got[r], r, want[r])
						}
						checked++
					}
					var a, b [3]float64
					factors := []float64{0, 1, 1.5}
					fast.totals(a[:], theta, c, factors)
					exact.totals(b[:], theta, c, factors)
					for k := range b {
						if math.Abs(a[k]-b[k]) > 2e-14*height*float64(s.rows) || b[k] == 0 && a[k] != 0 {
							t.Fatalf("%s, %d rows: channel %d contributes %v in total at %v times its spend (want %v)", name, s.rows, c, a[k], factors[k], b[k])
						}
					}
				}
			}
		}
		if checked == 0 {
			t.Errorf("%s: nothing was checked", name)
		}
	}
}
