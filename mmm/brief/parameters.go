package brief

import (
	"slices"

	"mixmodel/mmm"
	"mixmodel/mmm/dist"
)

// channelParameters returns the draws of the parameters of a channel's part of
// the model, [parameter][draw], in the part's own order. prefix is "adstock_"
// or "saturation_".
func channelParameters(d *mmm.Draws, prefix string, params []dist.Param, channel int) [][]float64 {
	out := make([][]float64, len(params))
	for p, param := range params {
		out[p] = slices.Concat(d.Parameter(prefix + param.Name + "[" + d.Channels()[channel] + "]")...)
	}
	return out
}

// eachParameters calls f with the parameters of each draw.
func eachParameters(d *mmm.Draws, prefix string, params []dist.Param, channel int, f func(theta []float64)) {
	draws, theta := channelParameters(d, prefix, params, channel), make([]float64, len(params))
	for i := range d.Len() {
		for p := range theta {
			theta[p] = draws[p][i]
		}
		f(theta)
	}
}
