package nuts_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"mixmodel/mmm/nuts"
)

// posterior is a target: a log density on unconstrained coordinates with its
// hand-derived gradient, and what to report of a point. Bounded parameters are
// transformed as Stan does, and the log Jacobian is part of the density.
type posterior struct {
	start      []float64
	logDensity func(q, grad []float64) float64
	outputs    int
	output     func(dst, q []float64)
}

func (p posterior) Dim() int                             { return len(p.start) }
func (p posterior) Start() []float64                     { return p.start }
func (p posterior) NewDensity() nuts.Density             { return p }
func (p posterior) LogDensity(q, grad []float64) float64 { return p.logDensity(q, grad) }
func (p posterior) Outputs() int                         { return p.outputs }
func (p posterior) Output(dst, q []float64)              { p.output(dst, q) }

// published is a file of testdata/posteriordb.
type published struct {
	Data      map[string][]float64
	Reference struct {
		Names       []string
		Mean        []float64
		MCSE        []float64 `json:"mcse_mean"`
		MeanSquared []float64 `json:"mean_squared"`
	}
}

func readPublished(t *testing.T, name string) published {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "posteriordb", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var p published
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p published) sd(i int) float64 {
	return math.Sqrt(p.Reference.MeanSquared[i] - p.Reference.Mean[i]*p.Reference.Mean[i])
}

// logCauchy is log Cauchy⁺(exp(s); 0, scale) + s, up to a constant: the
// density of a scale parameter on its log, Jacobian included.
func logCauchy(s, scale float64) (lp, grad float64) {
	r := math.Exp(2*s) / (scale * scale)
	return s - math.Log1p(r), 1 - 2*r/(1+r)
}

// eightSchools is y ~ N(θ, σ), θ ~ N(μ, τ), μ ~ N(0, 5), τ ~ Cauchy⁺(0, 5)
// (Rubin 1981). Coordinates are θ, μ, log τ if centred, and (θ - μ)/τ, μ,
// log τ if not.
func eightSchools(data map[string][]float64, centred bool) posterior {
	y, sigma := data["y"], data["sigma"]
	n := len(y)
	density := func(q, grad []float64) float64 {
		mu, s := q[n], q[n+1]
		tau := math.Exp(s)
		lp, gs := logCauchy(s, 5)
		lp -= mu * mu / 50
		gmu := -mu / 25
		for j := range n {
			theta, e := q[j], (q[j]-mu)/tau
			if !centred {
				theta, e = mu+tau*q[j], q[j]
			}
			r := (y[j] - theta) / sigma[j]
			lp -= r*r/2 + e*e/2
			g := r / sigma[j] // dlp/dθ through the likelihood
			if centred {
				lp -= s // θ's own density has the scale τ
				grad[j] = g - e/tau
				gmu += e / tau
				gs += e*e - 1
			} else {
				grad[j] = tau*g - e
				gmu += g
				gs += g * tau * e
			}
		}
		grad[n], grad[n+1] = gmu, gs
		return lp
	}
	output := func(dst, q []float64) {
		copy(dst, q)
		tau := math.Exp(q[n+1])
		dst[n+1] = tau
		if !centred {
			for j := range n {
				dst[j] = q[n] + tau*q[j]
			}
		}
	}
	return posterior{start: make([]float64, n+2), logDensity: density, outputs: n + 2, output: output}
}

// arma11 is y[t] = μ + φ y[t-1] + θ e[t-1] + e[t], e ~ N(0, σ), with y[0] = μ,
// e[0] = 0 and the priors of Stan's benchmark. Coordinates are μ, φ, θ, log σ.
func arma11(data map[string][]float64) posterior {
	y := data["y"]
	density := func(q, grad []float64) float64 {
		mu, phi, theta, s := q[0], q[1], q[2], q[3]
		precision := math.Exp(-2 * s)
		lp, gs := logCauchy(s, 2.5)
		lp -= mu*mu/200 + phi*phi/8 + theta*theta/8
		grad[0], grad[1], grad[2] = -mu/100, -phi/4, -theta/4
		e := y[0] - mu - phi*mu
		de := [3]float64{-1 - phi, -mu, 0} // derivatives of e by μ, φ, θ
		for t := range y {
			if t > 0 {
				for i, direct := range [3]float64{-1, -y[t-1], -e} {
					de[i] = direct - theta*de[i]
				}
				e = y[t] - mu - phi*y[t-1] - theta*e
			}
			lp -= s + e*e*precision/2
			gs += e*e*precision - 1
			for i := range de {
				grad[i] -= e * precision * de[i]
			}
		}
		grad[3] = gs
		return lp
	}
	output := func(dst, q []float64) {
		copy(dst, q)
		dst[3] = math.Exp(q[3])
	}
	return posterior{start: make([]float64, 4), logDensity: density, outputs: 4, output: output}
}

// garch11 is y[t] ~ N(μ, √h[t]) with h[t] = α₀ + α₁ (y[t-1] - μ)² + β₁ h[t-1],
// all priors flat on α₀ > 0, 0 < α₁ < 1, 0 < β₁ < 1 - α₁. Coordinates are μ,
// log α₀, logit α₁ and logit β₁/(1 - α₁).
func garch11(data map[string][]float64) posterior {
	y, h1 := data["y"], data["sigma1"][0]*data["sigma1"][0]
	constrain := func(q []float64) (mu, a0, a1, b1, share float64) {
		a1, share = logistic(q[2]), logistic(q[3])
		return q[0], math.Exp(q[1]), a1, (1 - a1) * share, share
	}
	density := func(q, grad []float64) float64 {
		mu, a0, a1, b1, share := constrain(q)
		// log |d(α₀, α₁, β₁)/dq|
		lp := q[1] + math.Log(a1) + 2*math.Log(1-a1) + math.Log(share) + math.Log(1-share)
		h := h1
		var g, dh [4]float64 // by μ, α₀, α₁, β₁
		for t := range y {
			if t > 0 {
				before := y[t-1] - mu
				for i, direct := range [4]float64{-2 * a1 * before, 1, before * before, h} {
					dh[i] = direct + b1*dh[i]
				}
				h = a0 + a1*before*before + b1*h
			}
			e := y[t] - mu
			lp -= math.Log(h)/2 + e*e/(2*h)
			g[0] += e / h
			for i := range g {
				g[i] += (e*e/h - 1) / (2 * h) * dh[i]
			}
		}
		grad[0] = g[0]
		grad[1] = 1 + g[1]*a0
		grad[2] = 1 - 3*a1 + (g[2]-g[3]*share)*a1*(1-a1)
		grad[3] = 1 - 2*share + g[3]*(1-a1)*share*(1-share)
		return lp
	}
	output := func(dst, q []float64) { dst[0], dst[1], dst[2], dst[3], _ = constrain(q) }
	return posterior{start: make([]float64, 4), logDensity: density, outputs: 4, output: output}
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// poissonProcess is k ~ Poisson(exp f), f = L f̃, f̃ ~ N(0, 1), where L Lᵀ is
// the covariance α² exp(-d²/2ρ²) plus 1e-10 on the diagonal, ρ ~ Gamma(25, 4)
// and α ~ N⁺(0, 2). Coordinates are log ρ, log α, f̃.
func poissonProcess(data map[string][]float64) posterior {
	x, k := data["x"], data["k"]
	n := len(x)
	// root returns L by rows and its derivatives by log ρ and log α.
	root := func(logRho, logAlpha float64) (l []float64, dl [2][]float64) {
		l, dl[0], dl[1] = make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
		for i := range n {
			for j := range i + 1 {
				u := (x[i] - x[j]) * math.Exp(-logRho)
				v := math.Exp(2*logAlpha - u*u/2)
				l[i*n+j], dl[0][i*n+j], dl[1][i*n+j] = v, v*u*u, 2*v
			}
			l[i*n+i] += 1e-10
		}
		choleskyWithTangents(n, l, dl[:]...)
		return l, dl
	}
	value := func(f, l, raw []float64) {
		for i := range n {
			f[i] = 0
			for j := range i + 1 {
				f[i] += l[i*n+j] * raw[j]
			}
		}
	}
	density := func(q, grad []float64) float64 {
		rho, alpha, raw := math.Exp(q[0]), math.Exp(q[1]), q[2:]
		l, dl := root(q[0], q[1])
		lp := 25*q[0] - 4*rho + q[1] - alpha*alpha/8
		grad[0], grad[1] = 25-4*rho, 1-alpha*alpha/4
		f := make([]float64, n)
		value(f, l, raw)
		for j, z := range raw {
			lp -= z * z / 2
			grad[2+j] = -z
		}
		for i := range n {
			rate := math.Exp(f[i])
			lp += k[i]*f[i] - rate
			for j := range i + 1 {
				grad[2+j] += (k[i] - rate) * l[i*n+j]
				grad[0] += (k[i] - rate) * dl[0][i*n+j] * raw[j]
				grad[1] += (k[i] - rate) * dl[1][i*n+j] * raw[j]
			}
		}
		return lp
	}
	output := func(dst, q []float64) {
		dst[0], dst[1] = math.Exp(q[0]), math.Exp(q[1])
		l, _ := root(q[0], q[1])
		value(dst[2:], l, q[2:])
	}
	start := make([]float64, n+2)
	start[0] = math.Log(6) // the prior's mean: at ρ = 1 counts are far too rough
	return posterior{start: start, logDensity: density, outputs: n + 2, output: output}
}

// choleskyWithTangents replaces the lower triangle of a, n×n by rows, by its
// Cholesky factor L, and each tangent dA by dL, by differentiating the
// algorithm line by line.
func choleskyWithTangents(n int, a []float64, tangents ...[]float64) {
	for j := range n {
		for i := j; i < n; i++ {
			ri, rj := a[i*n:i*n+j], a[j*n:j*n+j]
			v := a[i*n+j] - inner(ri, rj)
			if i == j {
				v = math.Sqrt(v)
			} else {
				v /= a[j*n+j]
			}
			a[i*n+j] = v
			for _, d := range tangents {
				dv := d[i*n+j] - inner(d[i*n:i*n+j], rj) - inner(ri, d[j*n:j*n+j])
				if i == j {
					d[i*n+j] = dv / (2 * v)
				} else {
					d[i*n+j] = (dv - v*d[j*n+j]) / a[j*n+j]
				}
			}
		}
	}
}

func inner(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// logMesquite regresses the log weight of mesquite bushes on the logs of
// volume, area, shape and height of the canopy and on the group, all priors
// flat (Gelman and Hill 2007, ch. 4). Coordinates are β, log σ.
func logMesquite(data map[string][]float64) posterior {
	var rows [][]float64
	var y []float64
	for i, w := range data["weight"] {
		d1, d2, h := data["diam1"][i], data["diam2"][i], data["canopy_height"][i]
		y = append(y, math.Log(w))
		rows = append(rows, []float64{1, math.Log(d1 * d2 * h), math.Log(d1 * d2), math.Log(d1 / d2), math.Log(data["total_height"][i]), data["group"][i]})
	}
	p := len(rows[0])
	density := func(q, grad []float64) float64 {
		s := q[p]
		precision := math.Exp(-2 * s)
		clear(grad)
		lp := s // Jacobian
		grad[p] = 1
		for i, row := range rows {
			e := y[i]
			for j, v := range row {
				e -= q[j] * v
			}
			lp -= s + e*e*precision/2
			grad[p] += e*e*precision - 1
			for j, v := range row {
				grad[j] += e * precision * v
			}
		}
		return lp
	}
	output := func(dst, q []float64) {
		copy(dst, q)
		dst[p] = math.Exp(q[p])
	}
	return posterior{start: make([]float64, p+1), logDensity: density, outputs: p + 1, output: output}
}

// funnel is v ~ N(0, 3), x[i] ~ N(0, exp(v/2)) for nine x (Neal 2003).
// Coordinates are v, x if centred, and v/3, x exp(-v/2) if not.
func funnel(centred bool) posterior {
	const n = 9
	p := posterior{start: make([]float64, n+1), outputs: n + 1}
	if !centred {
		p.logDensity = func(q, grad []float64) float64 {
			lp := 0.0
			for i, z := range q {
				lp -= z * z / 2
				grad[i] = -z
			}
			return lp
		}
		p.output = func(dst, q []float64) {
			dst[0] = 3 * q[0]
			for i, z := range q[1:] {
				dst[1+i] = z * math.Exp(dst[0]/2)
			}
		}
		return p
	}
	p.logDensity = func(q, grad []float64) float64 {
		v := q[0]
		lp := -v*v/18 - n*v/2
		grad[0] = -v/9 - n/2.0
		for i, x := range q[1:] {
			g := x * math.Exp(-v)
			lp -= x * g / 2
			grad[0] += x * g / 2
			grad[1+i] = -g
		}
		return lp
	}
	p.output = func(dst, q []float64) { copy(dst, q) }
	return p
}
