package twin

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"mixmodel/mmm"
)

// Truth is what made the sales of a twin. Money and sales are in the units of
// the data; fields called scaled are in the units inside the model, where
// sales are divided by SalesScale and spend by its channel's SpendScale.
type Truth struct {
	About      string   `json:"about"`
	Seed       uint64   `json:"seed"`
	Dates      []string `json:"dates"`       // first day of each week
	TrainWeeks int      `json:"train_weeks"` // the first ones
	MaxLag     int      `json:"max_lag"`     // largest lag of the adstock, weeks

	SalesScale      float64 `json:"sales_scale"` // largest sales of a training week
	Intercept       float64 `json:"intercept"`   // sales per week
	Sigma           float64 `json:"sigma"`       // sd of the noise, sales
	InterceptScaled float64 `json:"intercept_scaled"`
	SigmaScaled     float64 `json:"sigma_scaled"`

	Channels []ChannelTruth `json:"channels"`
	Controls []ControlTruth `json:"controls"`

	FourierScaled FourierTruth `json:"fourier_scaled"`

	Season []float64 `json:"season"` // [week], sales
	Mean   []float64 `json:"mean"`   // [week], sales: the sum of all parts
	Noise  []float64 `json:"noise"`  // [week], sales minus Mean
}

// ChannelTruth is what one channel did.
type ChannelTruth struct {
	Name       string  `json:"name"`
	Column     string  `json:"column"`
	Alpha      float64 `json:"alpha"`       // carry-over per week
	Lambda     float64 `json:"lambda"`      // steepness, per SpendScale
	Ceiling    float64 `json:"ceiling"`     // largest contribution, sales per week
	BetaScaled float64 `json:"beta_scaled"` // Ceiling / SalesScale
	SpendScale float64 `json:"spend_scale"` // largest spend of a training week

	Contribution []float64 `json:"contribution"` // [week], sales

	TrainSpend        float64 `json:"train_spend"`
	TrainContribution float64 `json:"train_contribution"`
	TrainROAS         float64 `json:"train_roas"`  // contribution / spend of the training weeks
	TrainShare        float64 `json:"train_share"` // of the contribution of all channels
	ROAS              float64 `json:"roas"`        // of all weeks
}

// ControlTruth is the effect of one control.
type ControlTruth struct {
	Name   string  `json:"name"`
	Effect float64 `json:"effect"`       // sales in a week where the control is 1
	Scaled float64 `json:"gamma_scaled"` // Effect / SalesScale
	// SameAs names the controls with the same weeks in training: only the sum
	// of their effects can be learnt.
	SameAs []string `json:"same_as,omitempty"`
}

// FourierTruth holds the coefficients of the season, harmonic 1 first.
type FourierTruth struct {
	Sin []float64 `json:"sin"`
	Cos []float64 `json:"cos"`
}

const about = "The truth behind case_study_twin.csv: synthetic data of mixmodel's package mmm/twin, which documents the formulas. Lists over weeks have one entry per date. Fields named scaled divide sales by sales_scale."

// newTruth sets everything that does not need sales.
func newTruth(o Options, in mmm.DataInput) Truth {
	sin, cos := fourier()
	tr := Truth{
		About: about, Seed: o.Seed, TrainWeeks: TrainWeeks, MaxLag: MaxLag,
		Intercept: intercept, Sigma: o.sigma(),
		FourierScaled: FourierTruth{Sin: sin, Cos: cos}, // finish divides by the scale
		Season:        season(in.Dates, sin, cos),
		Mean:          make([]float64, len(in.Dates)),
	}
	for i, c := range channels {
		scale := slices.Max(in.Spend[i][:TrainWeeks])
		tr.Channels = append(tr.Channels, ChannelTruth{
			Name: c.name, Column: c.column, Alpha: c.alpha, Lambda: c.lambda,
			Ceiling: c.ceiling * million, SpendScale: scale,
			Contribution: c.contributions(in.Spend[i], scale),
		})
	}
	for k, h := range holidays {
		ct := ControlTruth{Name: h.name, Effect: h.effect * million}
		for j, other := range in.Control {
			if j != k && slices.Equal(in.Control[k][:TrainWeeks], other[:TrainWeeks]) {
				ct.SameAs = append(ct.SameAs, holidays[j].name)
			}
		}
		tr.Controls = append(tr.Controls, ct)
	}
	for t, date := range in.Dates {
		tr.Dates = append(tr.Dates, date.Format(time.DateOnly))
		mu := tr.Intercept + tr.Season[t]
		for _, c := range tr.Channels {
			mu += c.Contribution[t]
		}
		for k, c := range tr.Controls {
			mu += float64(c.Effect * in.Control[k][t])
		}
		tr.Mean[t] = cents(mu)
	}
	return tr
}

// finish sets what depends on sales.
func (tr *Truth) finish(in mmm.DataInput) {
	tr.SalesScale = slices.Max(in.Target[:TrainWeeks])
	tr.InterceptScaled = tr.Intercept / tr.SalesScale
	tr.SigmaScaled = tr.Sigma / tr.SalesScale
	for t, y := range in.Target {
		tr.Noise = append(tr.Noise, cents(y-tr.Mean[t]))
	}
	for k := range tr.Controls {
		tr.Controls[k].Scaled = tr.Controls[k].Effect / tr.SalesScale
	}
	for k := range Harmonics {
		tr.FourierScaled.Sin[k] /= tr.SalesScale
		tr.FourierScaled.Cos[k] /= tr.SalesScale
	}
	media := 0.0
	for i := range tr.Channels {
		c := &tr.Channels[i]
		c.BetaScaled = c.Ceiling / tr.SalesScale
		c.TrainSpend = cents(sum(in.Spend[i][:TrainWeeks]))
		c.TrainContribution = cents(sum(c.Contribution[:TrainWeeks]))
		c.TrainROAS = c.TrainContribution / c.TrainSpend
		c.ROAS = sum(c.Contribution) / sum(in.Spend[i])
		media += c.TrainContribution
	}
	for i := range tr.Channels {
		tr.Channels[i].TrainShare = tr.Channels[i].TrainContribution / media
	}
}

// Channel returns the truth of a channel by name, and whether there is one.
func (tr Truth) Channel(name string) (ChannelTruth, bool) {
	for _, c := range tr.Channels {
		if c.Name == name {
			return c, true
		}
	}
	return ChannelTruth{}, false
}

// WriteTruth writes tr as indented JSON.
func WriteTruth(w io.Writer, tr Truth) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(tr)
}

// ReadTruth reads what [WriteTruth] wrote.
func ReadTruth(r io.Reader) (Truth, error) {
	var tr Truth
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	err := dec.Decode(&tr)
	return tr, err
}

// WriteCSV writes a twin with the column names of the case study: the date,
// spend, sales, controls. Money and sales have two decimals.
func WriteCSV(w io.Writer, d *mmm.Data) error {
	header := []string{DateColumn}
	for _, c := range channels {
		header = append(header, c.column)
	}
	header = append(header, TargetColumn)
	for _, name := range d.Controls() {
		header = append(header, ControlPrefix+name)
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	money := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
	for t, date := range d.Dates() {
		row := []string{date.Format(time.DateOnly)}
		for c := range d.Channels() {
			row = append(row, money(d.Spend(c)[t]))
		}
		row = append(row, money(d.Target()[t]))
		for k := range d.Controls() {
			row = append(row, strconv.FormatFloat(d.Control(k)[t], 'f', -1, 64))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
