package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
)

// reference is a posterior that is known: many draws of a sampler that others
// have tested. Nil knows nothing.
type reference struct {
	Parameters []struct {
		Name     string
		Mean, SD float64
		MCSE     float64 `json:"mcse_mean"`
	}
}

func readReference(path string) (*reference, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r reference
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &r, nil
}

// Limits of agreement.
const (
	minSpread, maxSpread = 0.8, 1.2
	maxZ                 = 4
	maxSDRatio           = 0.05
)

// verdict says how runs compare with the reference.
type verdict struct {
	checked    bool
	spread     float64 // root mean square of z
	largest    float64 // largest |z|
	low, high  float64 // smallest and largest ratio of standard deviations
	compared   int     // values of z
	parameters int
}

// agreement compares runs of one configuration with the reference.
//
// For every parameter and run, z is the difference of the means over their
// combined Monte Carlo errors: normal with mean 0 and standard deviation 1 if
// both sample the same distribution. Over all parameters and runs its root
// mean square must be 0.8 to 1.2 and its largest size below 4. The standard
// deviations of a parameter, their squares averaged over the runs, must be
// within 5 % of the reference's.
//
// One run alone is not judged: its 55 values of z are correlated, as the
// parameters are, so that their root mean square alone varies by more than the
// limits allow, for samplers without fault too.
func (r *reference) agreement(runs []measurement) (verdict, error) {
	if r == nil {
		return verdict{}, nil
	}
	v := verdict{checked: true, low: math.Inf(1), high: math.Inf(-1), parameters: len(r.Parameters)}
	for _, m := range runs {
		if len(m.parameters) != len(r.Parameters) {
			return v, fmt.Errorf("%s gave %d parameters (want %d, as the reference)", m.name, len(m.parameters), len(r.Parameters))
		}
	}
	for p, want := range r.Parameters {
		variance := 0.0
		for _, m := range runs {
			got := m.parameters[p]
			z := (got.Mean - want.Mean) / math.Hypot(got.MCSEMean, want.MCSE)
			v.spread += z * z
			v.largest = max(v.largest, math.Abs(z))
			v.compared++
			variance += got.SD * got.SD / float64(len(runs))
		}
		ratio := math.Sqrt(variance) / want.SD
		v.low, v.high = min(v.low, ratio), max(v.high, ratio)
	}
	v.spread = math.Sqrt(v.spread / float64(v.compared))
	return v, nil
}

// ok is false for NaN too.
func (v verdict) ok() bool {
	return v.checked && v.spread >= minSpread && v.spread <= maxSpread && v.largest < maxZ && v.low >= 1-maxSDRatio && v.high <= 1+maxSDRatio
}

// counts says whether the configuration may be compared with others; without a
// reference all may.
func (v verdict) counts() bool { return v.ok() || !v.checked }

// String gives the figures. Whether they will do is said of a configuration,
// not of a run.
func (v verdict) String() string {
	if !v.checked {
		return "not compared with a reference"
	}
	return fmt.Sprintf("z %.2f, largest %.2f, sd ratios %.3f to %.3f", v.spread, v.largest, v.low, v.high)
}
