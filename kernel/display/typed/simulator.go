package typed

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Simulator holds all that is needed to compute, without the model, what media
// would bring under any steady plan: draws of the parameters and the scales of
// the model.
//
// A plan spends b[c] per period on channel c for H = Periods periods, after
// none, and effects that come after the last period are counted: what it
// brings is due to its own money, and plans can be compared. It is the
// response that the budget optimizer maximises. In draw d channel c brings
//
//	R[c,d](b) = SalesScale · Σ_{t=0}^{H+L-2} f(q[t]·b/SpendScale[c])
//	q[t]      = Σ_{l=max(0,t-H+1)}^{min(t,L-1)} w[l]
//
// with L = Lags, w the adstock weights and f the saturation curve at the
// channel's parameters in draw d. q takes at most 2L-1 values: it rises while
// t < L-1, then stays at Σw until t = H-1, then falls. (If H < L it only rises
// to w[0]+…+w[H-1] and the formula holds as it stands.)
//
// All channels together bring Σ_c R[c,d](b[c]) in draw d. Their mean and
// interval are those over draws: sort the N draws ascending into s, and with
// k = ⌊0.94·N⌋ take the first i in 0…N-k-1 with the least s[i+k]-s[i]; the
// interval is s[i] to s[i+k] (k is at most N-1). A plan beats today's with the
// share of draws in which it brings more: draws are paired. What the next unit
// of money brings is dR/db divided by H, in sales per unit of money.
//
// The draws are float32; everything else is float64. The reference is the
// formula at the float32 values, computed in float64.
type Simulator struct {
	ID       string `json:"id"`
	Currency string `json:"currency,omitempty"`
	Step     string `json:"step"`
	Periods  int    `json:"periods"` // H

	Adstock Adstock `json:"adstock"`
	// Saturation names the curve:
	//
	//	name                     f(x)                                    Parameters
	//	logistic                 beta·tanh(lam·x/2)                      beta, lam
	//	inverse-scaled-logistic  beta·tanh(x·ln3/(2·lam))                beta, lam
	//	tanh                     b·tanh(x/(b·c))                         b, c
	//	tanh-baselined           beta·gain·x0·tanh(x·artanh(r)/x0)/r     beta, x0, gain, r
	//	michaelis-menten         alpha·x/(lam+x)                         alpha, lam
	//	hill                     beta·x^slope/(kappa^slope+x^slope)      beta, slope, kappa
	//	hill-sigmoid             sigma·(s(beta·(x-lam))-s(-beta·lam))    sigma, beta, lam; s(u) = 1/(1+e^-u)
	//	root                     beta·x^alpha                            beta, alpha
	//	log                      beta·ln(1+x)                            beta
	//	none                     beta·x                                  beta
	Saturation string `json:"saturation"`

	SalesScale float64 `json:"sales_scale"` // sales of one model unit
	// Draws is N, the number of draws kept of the FullDraws of the fit.
	Draws     int `json:"draws"`
	FullDraws int `json:"full_draws"`

	Channels []SimulatorChannel `json:"channels"`
	// Scenarios are plans with what they bring, by the formula and these
	// draws: a table to show without scripts, and the values that a
	// recomputation must meet. The first is today's plan ("current"), the
	// second the optimal one ("optimal").
	Scenarios []Scenario `json:"scenarios"`
}

// Adstock names the weights w[l], l = 0 … Lags-1:
//
//	name         w[l] before normalisation                  Parameters
//	geometric    alpha^l                                    alpha
//	delayed      alpha^((l-theta)²)                         alpha, theta
//	binomial     (1 - l/(Lags+1))^(1/alpha - 1)             alpha
//	weibull-pdf  (p(l+1)-min p)/(max p-min p), p the        lam, k
//	             density, minimum and maximum over lags
//	weibull-cdf  Π_{i=1..l} exp(-(i/lam)^k)                 lam, k
//	none         1                                          none
//
// with 0^0 = 1 and the Weibull density p(x) = (k/lam)·(x/lam)^(k-1)·exp(-(x/lam)^k).
type Adstock struct {
	Name string `json:"name"`
	Lags int    `json:"lags"` // L, the number of weights
	// Normalized says that the weights are divided by their sum.
	Normalized bool `json:"normalized"`
}

// SimulatorChannel is one channel. Money is per period.
type SimulatorChannel struct {
	Name       string  `json:"name"`
	Color      string  `json:"color"`
	SpendScale float64 `json:"spend_scale"` // money of one model unit
	Current    float64 `json:"current"`     // today's plan
	Optimal    float64 `json:"optimal"`     // the recommended one
	Lower      float64 `json:"lower"`       // bounds of the recommendation
	Upper      float64 `json:"upper"`
	MeanSpend  float64 `json:"mean_spend"` // of the training window
	MaxSpend   float64 `json:"max_spend"`  // beyond it the curve is an assumption
	// Adstock and Saturation hold the draws of the parameters, one list per
	// parameter in the order of the tables above, one entry per draw.
	Adstock    []Floats `json:"adstock"`
	Saturation []Floats `json:"saturation"`
}

// Scenario is a plan with what it brings.
type Scenario struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`  // "today's plan"
	Spend []float64 `json:"spend"` // per channel, money per period
	// Response is what all channels bring over the horizon, in sales.
	Response Estimate `json:"response"`
	// BeatsCurrent is the share of draws in which it brings more than today's
	// plan.
	BeatsCurrent float64 `json:"p_beats_current"`
}

// Floats are numbers in single precision; in JSON a string, the base64 of
// their little-endian IEEE 754 bytes.
type Floats []float32

// MarshalJSON writes the string.
func (x Floats) MarshalJSON() ([]byte, error) {
	raw := make([]byte, 0, 4*len(x))
	for _, v := range x {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return json.Marshal(raw)
}

// UnmarshalJSON reads the string.
func (x *Floats) UnmarshalJSON(data []byte) error {
	var raw []byte
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw)%4 != 0 {
		return fmt.Errorf("floats of %d bytes (want a multiple of 4)", len(raw))
	}
	*x = make(Floats, len(raw)/4)
	for i := range *x {
		(*x)[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return nil
}

// AdstockParameters and SaturationParameters name the parameters of each kind
// of weights and curve, in the order of the draws.
var (
	AdstockParameters = map[string][]string{
		"geometric": {"alpha"}, "delayed": {"alpha", "theta"}, "binomial": {"alpha"},
		"weibull-pdf": {"lam", "k"}, "weibull-cdf": {"lam", "k"}, "none": {},
	}
	SaturationParameters = map[string][]string{
		"logistic": {"beta", "lam"}, "inverse-scaled-logistic": {"beta", "lam"}, "tanh": {"b", "c"},
		"tanh-baselined": {"beta", "x0", "gain", "r"}, "michaelis-menten": {"alpha", "lam"},
		"hill": {"beta", "slope", "kappa"}, "hill-sigmoid": {"sigma", "beta", "lam"},
		"root": {"beta", "alpha"}, "log": {"beta"}, "none": {"beta"},
	}
)

// Kind returns KindSimulator.
func (Simulator) Kind() Kind { return KindSimulator }

// Name returns the id.
func (s Simulator) Name() string { return s.ID }

// Validate returns all faults, joined.
func (s Simulator) Validate() error {
	f := newFaults(s)
	f.some("step", s.Step)
	f.check(s.Periods > 0 && s.Periods <= maxPeriods, "periods is %d (want 1 to %d)", s.Periods, maxPeriods)
	f.check(s.Adstock.Lags > 0 && s.Adstock.Lags <= maxPeriods, "lags is %d (want 1 to %d)", s.Adstock.Lags, maxPeriods)
	_, known := AdstockParameters[s.Adstock.Name]
	f.check(known, "adstock is %q (want one of %d known ones, such as \"geometric\")", s.Adstock.Name, len(AdstockParameters))
	_, known = SaturationParameters[s.Saturation]
	f.check(known, "saturation is %q (want one of %d known ones, such as \"logistic\")", s.Saturation, len(SaturationParameters))
	f.check(s.SalesScale > 0 && !math.IsInf(s.SalesScale, 0), "sales scale is %v (want a positive number)", s.SalesScale)
	f.check(s.Draws > 0 && s.Draws <= s.FullDraws, "%d draws of %d (want 1 or more, no more than there were)", s.Draws, s.FullDraws)
	f.check(len(s.Channels) > 0, "it has no channels")
	for _, c := range s.Channels {
		f.simulatorChannel(s, c)
	}
	f.check(len(s.Scenarios) >= 2 && s.Scenarios[0].ID == "current" && s.Scenarios[1].ID == "optimal", "it has %d scenarios (want \"current\", \"optimal\" and more)", len(s.Scenarios))
	for _, x := range s.Scenarios {
		f.some("name of scenario "+x.ID, x.Name)
		f.length("scenario "+x.ID, len(x.Spend), len(s.Channels))
		f.notNegative("spend of scenario "+x.ID, x.Spend...)
		f.estimate("response of scenario "+x.ID, x.Response)
		f.fraction("probability that scenario "+x.ID+" beats today's plan", x.BeatsCurrent)
	}
	return f.err()
}

// maxPeriods keeps a recomputation short whatever a file says.
const maxPeriods = 10_000

func (f *faults) simulatorChannel(s Simulator, c SimulatorChannel) {
	f.some("name of a channel", c.Name)
	f.check(colorPattern.MatchString(c.Color), "colour of %s is %q (want #rrggbb)", c.Name, c.Color)
	f.check(c.SpendScale > 0 && !math.IsInf(c.SpendScale, 0), "spend scale of %s is %v (want a positive number)", c.Name, c.SpendScale)
	f.notNegative("spend of "+c.Name, c.Current, c.Optimal, c.Lower, c.Upper, c.MeanSpend, c.MaxSpend)
	f.check(c.Lower <= c.Upper, "bounds of %s are %v and %v (want the lower one first)", c.Name, c.Lower, c.Upper)
	f.length("adstock parameters of "+c.Name, len(c.Adstock), len(AdstockParameters[s.Adstock.Name]))
	f.length("saturation parameters of "+c.Name, len(c.Saturation), len(SaturationParameters[s.Saturation]))
	for _, x := range slices.Concat(c.Adstock, c.Saturation) {
		f.length("draws of "+c.Name, len(x), s.Draws)
		for _, v := range x {
			f.finite("draw of "+c.Name, float64(v))
		}
	}
}
