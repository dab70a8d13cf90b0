package saturationtest

import (
	"errors"
	"math"
	"strings"
	"testing"

	"mixmodel/mmm/dist"
)

// ratio is a correct curve, f(x) = a·x/(1+x). Its fault, if set, breaks the
// rule of that name.
type ratio struct{ fault string }

func (r ratio) Params() []dist.Param {
	p := []dist.Param{{Name: "a", Prior: dist.Gamma{Alpha: 2, Beta: 2}}}
	if r.fault == "parameters" {
		p = append(p, p[0])
	}
	return p
}

func (r ratio) Scale() int { return 0 }

func (r ratio) Concave(theta []float64) bool { return true }

func (r ratio) Check() error {
	if r.fault == "valid" {
		return errors.New("a fault")
	}
	return nil
}

var sink []float64

func (r ratio) Curve(y, dx []float64, dtheta [][]float64, x, theta []float64) {
	a := theta[0]
	for i, xi := range x {
		f, slope := xi/(1+xi), 1/(1+xi)/(1+xi)
		switch r.fault {
		case "zero":
			f++
		case "monotone":
			f, slope = -f, -slope
		case "finite":
			f = xi * xi / (xi + xi*xi) // 0/0 at 0
		case "concave":
			f, slope = xi*xi, 2*xi
		}
		y[i] = a * f
		if r.fault == "scale" {
			y[i] += a * a * f
		}
		if r.fault == "pure" && dx == nil {
			y[i] = math.Nextafter(y[i], 9)
		}
		if dx != nil {
			dx[i] = a * slope
			if r.fault == "slope" {
				dx[i] *= 1.0001
			}
		}
		if dtheta != nil {
			dtheta[0][i] = f
			if r.fault == "gradient" {
				dtheta[0][i] *= 1.0001
			}
		}
	}
	if r.fault == "allocation" {
		sink = make([]float64, 3)
	}
}

func TestCorrectCurvePasses(t *testing.T) {
	Run(t, ratio{})
	if err := Check(ratio{}); err != nil {
		t.Error(err)
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, r := range rules {
		err := Check(ratio{fault: r.name})
		if err == nil || !strings.Contains(err.Error(), "saturationtest: "+r.name+": ") {
			t.Errorf("fault %q: got %v", r.name, err)
		}
	}
	if len(rules) != 11 {
		t.Errorf("tried %d rules, want 11", len(rules))
	}
}

func TestPanicIsReported(t *testing.T) {
	if err := Check(nil); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("got %v, want a panic reported", err)
	}
}
