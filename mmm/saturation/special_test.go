package saturation_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/saturation"
	"mixmodel/mmm/saturation/saturationtest"
)

// The logistic is tanh to full relative accuracy, from the smallest x to the
// largest, and so is its slope.
func TestLogisticAgreesWithTanhInRelativeTerms(t *testing.T) {
	var x []float64
	for u := 1e-300; u < 1000; u *= 1.37 {
		x = append(x, u)
	}
	const beta, lam = 0.7, 3.0
	y, dx, dtheta := curve(saturation.Logistic{}, []float64{beta, lam}, x)
	worst := 0.0
	for i, xi := range x {
		u := lam * xi
		g := math.Tanh(u / 2)
		h := 4 * math.Exp(-u) / (1 + math.Exp(-u)) / (1 + math.Exp(-u)) // 1 - g²
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"f", y[i], beta * g},
			{"df/dbeta", dtheta[0][i], g},
			{"f'", dx[i], beta * lam / 2 * h},
			{"df/dlam", dtheta[1][i], beta * xi / 2 * h},
		} {
			if c.want < 1e-307 && near(c.got, c.want, 1e-307) {
				continue // subnormal
			}
			e := math.Abs(c.got/c.want - 1)
			worst = max(worst, e)
			if !(e <= 1e-13) {
				t.Errorf("%s at x = %v: got %v, want %v", c.what, xi, c.got, c.want)
			}
		}
	}
	if len(x) < 2000 {
		t.Errorf("checked %d arguments, want 2000", len(x))
	}
	t.Logf("worst relative error %.1e", worst)
}

func TestLogisticDoesNotOverflow(t *testing.T) {
	// lam·x is 3e300, infinite and 0·huge.
	for _, c := range []struct{ x, lam, want float64 }{{1e300, 3, 1}, {1e300, 1e300, 1}, {0, 1e300, 0}} {
		y, dx, dtheta := curve(saturation.Logistic{}, []float64{1, c.lam}, []float64{c.x})
		if y[0] != c.want || dtheta[0][0] != c.want {
			t.Errorf("lam %v, x %v: f = %v, df/dbeta = %v, want %v", c.lam, c.x, y[0], dtheta[0][0], c.want)
		}
		if c.x > 0 && (dx[0] != 0 || dtheta[1][0] != 0) {
			t.Errorf("lam %v, x %v: f' = %v, df/dlam = %v, want 0", c.lam, c.x, dx[0], dtheta[1][0])
		}
	}
}

// Without spend there is no effect, whatever the parameters, and the
// derivatives with respect to them are 0. The slope at 0 is the limit, or
// 1e100 where that is infinite.
func TestCurvesAtZero(t *testing.T) {
	const steepest = 1e100
	cases := []struct {
		s     saturationtest.Saturation
		theta []float64
		slope float64
	}{
		{saturation.Logistic{}, []float64{0.8, 3}, 1.2},
		{saturation.InverseScaledLogistic{}, []float64{1, 0.5}, math.Log(3)},
		{saturation.Tanh{}, []float64{0.8, 0.5}, 2},
		{saturation.TanhBaselined{}, []float64{1, 0.5, 0.6, 0.7}, 0.6 * math.Atanh(0.7) / 0.7},
		{saturation.TanhBaselined{}, []float64{1, 0.5, 0.6, 0}, 0.6},
		{saturation.MichaelisMenten{}, []float64{2, 0.5}, 4},
		{saturation.MichaelisMenten{}, []float64{2, 0}, 0},
		{saturation.Hill{}, []float64{1, 0.5, 0.5}, steepest},
		{saturation.Hill{}, []float64{1, 1, 0.5}, 2},
		{saturation.Hill{}, []float64{1, 1.5, 0.5}, 0},
		{saturation.Hill{}, []float64{1, 8, 0.5}, 0},
		{saturation.Hill{}, []float64{0, 0.5, 0.5}, 0},
		{saturation.Hill{}, []float64{-1, 0.5, 0.5}, -steepest},
		{saturation.Hill{}, []float64{1, 2, 0}, 0},
		{saturation.HillSigmoid{}, []float64{2, 5, 0.5}, 10 * math.Exp(-2.5) / (1 + math.Exp(-2.5)) / (1 + math.Exp(-2.5))},
		{saturation.Root{}, []float64{1, 0.5}, steepest},
		{saturation.Root{}, []float64{3, 1}, 3},
		{saturation.Root{}, []float64{3, 2}, 0},
		{saturation.Root{}, []float64{3, 0}, steepest},
		{saturation.None{}, []float64{3}, 3},
		{saturation.Log{}, []float64{3}, 3},
	}
	seen := map[string]bool{}
	for _, c := range cases {
		y, dx, dtheta := curve(c.s, c.theta, []float64{0})
		if y[0] != 0 {
			t.Errorf("%s at %v: f(0) = %v, want 0", name(c.s), c.theta, y[0])
		}
		if dx[0] != c.slope && !(math.Abs(dx[0]/c.slope-1) < 1e-14) {
			t.Errorf("%s at %v: f'(0) = %v, want %v", name(c.s), c.theta, dx[0], c.slope)
		}
		for p := range dtheta {
			if dtheta[p][0] != 0 {
				t.Errorf("%s at %v: dtheta[%d] = %v at 0, want 0", name(c.s), c.theta, p, dtheta[p][0])
			}
		}
		seen[name(c.s)] = true
	}
	if len(seen) != len(all) {
		t.Errorf("tried %d curves, want %d", len(seen), len(all))
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	bad := saturation.Hill{
		Slope: dist.Normal{Mu: 1, Sigma: 1},
		Kappa: dist.HalfNormal{},
		Beta:  dist.Each{dist.HalfNormal{Sigma: 1}, nil},
	}
	err := bad.Check()
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		"saturation: Hill: prior of slope: Normal(mu=1, sigma=1) has support (-Inf, +Inf), want within (0, +Inf)",
		"saturation: Hill: prior of kappa: dist: HalfNormal: Sigma is 0",
		"saturation: Hill: prior of beta[1]: nil distribution",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to contain %q", err, want)
		}
	}
}

func TestPriorsGivenReplaceTheDefaults(t *testing.T) {
	a, b, c, d := dist.Gamma{Alpha: 2, Beta: 1}, dist.Gamma{Alpha: 3, Beta: 1}, dist.Gamma{Alpha: 4, Beta: 1}, dist.Beta{Alpha: 2, Beta: 2}
	checked := 0
	for _, s := range []saturationtest.Saturation{
		saturation.Logistic{Beta: a, Lambda: b},
		saturation.InverseScaledLogistic{Beta: a, Lambda: b},
		saturation.Tanh{B: a, C: b},
		saturation.TanhBaselined{Beta: a, X0: b, Gain: c, R: d},
		saturation.MichaelisMenten{Alpha: a, Lambda: b},
		saturation.Hill{Beta: a, Slope: b, Kappa: c},
		saturation.HillSigmoid{Sigma: a, Beta: b, Lambda: c},
		saturation.Root{Beta: a, Alpha: b},
		saturation.None{Beta: a},
		saturation.Log{Beta: a},
	} {
		for i, param := range s.Params() {
			if want := []dist.Prior{a, b, c, d}[i]; param.Prior != want {
				t.Errorf("%s: prior of %s is %v, want %v", name(s), param.Name, param.Prior, want)
			}
			checked++
		}
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name(s), err)
		}
	}
	if checked != 22 {
		t.Errorf("checked %d priors, want 22", checked)
	}
}

func TestWrongShapesPanic(t *testing.T) {
	three, two := make([]float64, 3), make([]float64, 2)
	panics := func(f func()) (said any) {
		defer func() { said = recover() }()
		f()
		return nil
	}
	checked := 0
	for _, c := range all {
		theta := c.points[0]
		rows := slices.Repeat([][]float64{three}, len(theta)-1)
		for what, f := range map[string]func(){
			"y":             func() { c.s.Curve(two, nil, nil, three, theta) },
			"dx":            func() { c.s.Curve(three, two, nil, three, theta) },
			"theta":         func() { c.s.Curve(three, nil, nil, three, theta[1:]) },
			"dtheta":        func() { c.s.Curve(three, nil, append([][]float64{}, rows...), three, theta) },
			"row of dtheta": func() { c.s.Curve(three, nil, append([][]float64{two}, rows...), three, theta) },
		} {
			said, ok := panics(f).(string)
			if !ok || !strings.HasPrefix(said, "saturation: "+name(c.s)+".Curve: ") {
				t.Errorf("%s, wrong %s: panic %q, want one that names the function", name(c.s), what, said)
			}
			checked++
		}
	}
	if checked != 50 {
		t.Errorf("checked %d shapes, want 50", checked)
	}
}

func TestAParameterThatIsNotANumberMakesTheCurveSo(t *testing.T) {
	y := make([]float64, 3)
	for _, c := range []saturationtest.Saturation{saturation.Logistic{}, saturation.Hill{}, saturation.HillSigmoid{}, saturation.MichaelisMenten{}, saturation.Tanh{}, saturation.Root{}, saturation.Log{}, saturation.None{}} {
		for p := range c.Params() {
			theta := make([]float64, len(c.Params()))
			for i := range theta {
				theta[i] = 0.5
			}
			theta[p] = math.NaN()
			c.Curve(y, nil, nil, []float64{0.1, 1, 3}, theta)
			for i, v := range y {
				if v == v {
					t.Errorf("%T with parameter %d NaN: element %d is %v", c, p, i, v)
				}
			}
		}
	}
}

func TestTinyScalesLeaveDerivativesFinite(t *testing.T) {
	x := []float64{0, 1e-12, 0.5, 1}
	y, dx := make([]float64, len(x)), make([]float64, len(x))
	for _, c := range []struct {
		s     saturationtest.Saturation
		theta []float64
	}{
		{saturation.Tanh{}, []float64{1e-200, 1e-5}},
		{saturation.Tanh{}, []float64{1e-5, 1e-200}},
		{saturation.Hill{}, []float64{0.5, 5, 1e-300}},
		{saturation.MichaelisMenten{}, []float64{0.5, 1e-300}},
	} {
		dtheta := make([][]float64, len(c.theta))
		for p := range dtheta {
			dtheta[p] = make([]float64, len(x))
		}
		c.s.Curve(y, dx, dtheta, x, c.theta)
		for _, v := range slices.Concat(append(dtheta, y, dx)...) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%T at %v: y %v, dx %v, dtheta %v", c.s, c.theta, y, dx, dtheta)
				break
			}
		}
	}
}
