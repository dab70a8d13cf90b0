package twin

import (
	"slices"

	"mixmodel/mmm"
)

// Known returns the truth behind data if it is the case study's twin, the one
// in testdata. The second result is false for any other data, the real one
// for example.
func Known(data *mmm.Data) (Truth, bool) {
	own, truth, err := Generate(Options{Seed: CaseStudySeed})
	if err != nil || !slices.Equal(own.Target(), data.Target()) || !slices.Equal(own.Channels(), data.Channels()) {
		return Truth{}, false
	}
	for c := range own.Channels() {
		if !slices.Equal(own.Spend(c), data.Spend(c)) {
			return Truth{}, false
		}
	}
	return truth, true
}

// ROAS returns the true return on ad spend in the training weeks, per channel
// in the twin's order; nil for the zero Truth, so that figures can leave marks
// out.
func (tr Truth) ROAS() []float64 {
	return tr.perChannel(func(c ChannelTruth) float64 { return c.TrainROAS })
}

// Share returns each channel's true share of the contribution of all channels
// in the training weeks, like ROAS.
func (tr Truth) Share() []float64 {
	return tr.perChannel(func(c ChannelTruth) float64 { return c.TrainShare })
}

// Contributions returns each channel's true contribution in the training
// weeks, in sales units, like ROAS.
func (tr Truth) Contributions() []float64 {
	return tr.perChannel(func(c ChannelTruth) float64 { return c.TrainContribution })
}

func (tr Truth) perChannel(f func(ChannelTruth) float64) []float64 {
	var out []float64
	for _, c := range tr.Channels {
		out = append(out, f(c))
	}
	return out
}
