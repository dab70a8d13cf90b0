package plot

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// OutOfSampleContributions draws what each channel contributes in data the
// model has not seen, one panel per channel with a scale of its own.
// Band.Name is the channel, and bands are in the order of the data's channels.
func OutOfSampleContributions(contributions []mmm.Band, o Options) *Figure {
	return channelBands("OutOfSampleContributions", contributions, nil, comparison{},
		or(o.Title, "Contributions out of sample"), o)
}

// Contributions draws what each channel contributed over time, one panel per
// channel with a scale of its own. truth [channel][period], known for
// synthetic data, is drawn as a dashed line; nil draws none.
func Contributions(contributions []mmm.Band, truth [][]float64, o Options) *Figure {
	var known []mmm.Band
	if truth != nil {
		same("Contributions", "truth", len(truth), len(contributions))
		for c, b := range contributions {
			same("Contributions", "truth of "+b.Name, len(truth[c]), b.Len())
			b.Mean = truth[c]
			known = append(known, b)
		}
	}
	return channelBands("Contributions", contributions, known, comparison{"truth", "truth"},
		or(o.Title, "Contribution of each channel over time"), o)
}

// comparison names a second line in panels of channels.
type comparison struct{ legend, short string }

// AllocatedContributions draws what each channel contributes over time under
// a plan, one panel per channel. current, the means under the present plan,
// is drawn as a dashed line; nil draws none.
func AllocatedContributions(contributions, current []mmm.Band, o Options) *Figure {
	return channelBands("AllocatedContributions", contributions, current, comparison{"mean under the current plan", "was"},
		or(o.Title, "Contribution of each channel under the new plan"), o)
}

func channelBands(function string, bands, current []mmm.Band, with comparison, title string, o Options) *Figure {
	some(function, "contributions", len(bands))
	if current != nil {
		same(function, "current", len(current), len(bands))
	}
	money := format{currency: o.Currency}
	period := periodName(bands[0].Dates)
	keys := bandKeys(soft, "mean")
	if current != nil {
		keys = append(keys, key{with.legend, keyDash, ink})
	}
	s := newSheet(title, fmt.Sprintf("Contribution to %s per %s, each channel on its own scale", o.target(), period), keys...)
	var panels []*panel
	var words []string
	data := []typed.Column{dayColumn(bands[0].Dates)}
	for c, b := range bands {
		whole(function, "contributions["+b.Name+"]", b)
		same(function, "contributions["+b.Name+"]", b.Len(), bands[0].Len())
		data = append(data, bandColumn(b.Name, o.sales(), b))
		p := newPanel(112)
		p.datesOf(b.Dates)
		p.Y.Tick.Marker = numbers{format: money, n: 3}
		p.head, p.headIn = b.Name, headText.in(inkOf(ChannelColor(c)))
		mean := average(b.Mean)
		p.note = "mean " + money.value(mean)
		p.bands(b, ChannelColor(c), 1.8)
		word := fmt.Sprintf("%s %s", b.Name, money.value(mean))
		if current != nil {
			whole(function, "current["+b.Name+"]", current[c])
			same(function, "current["+b.Name+"]", current[c].Len(), b.Len())
			data = append(data, numberColumn(b.Name+", "+with.legend, o.sales(), current[c].Mean))
			p.add(line{x: seconds(current[c].Dates), y: current[c].Mean, color: ink, width: 1.2, dash: []vg.Length{4, 3}})
			was := average(current[c].Mean)
			p.note += ", " + with.short + " " + money.value(was)
			word += " (" + with.short + " " + money.value(was) + ")"
		}
		p.fromZero()
		p.hideX = c < len(bands)-2
		panels = append(panels, p)
		words = append(words, word)
	}
	s.grid(2, 26, panels...)
	return s.figure(function, o, fmt.Sprintf("One panel per channel with mean, 50 %% and 94 %% bands. Means per %s: %s.", period, strings.Join(words, ", ")),
		fmt.Sprintf("Contribution per %s and channel, %s; the bands are intervals of the contribution, which is never observed.", period, between(bands[0].Dates)),
		data...)
}
