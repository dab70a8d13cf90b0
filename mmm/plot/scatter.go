package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
)

// ShareVsROAS sets the share of each channel in the contribution of all media
// against its return on ad spend. The cross is the 94 % interval of either,
// its thick part the middle half, and the area of the point is the channel's
// share of spend.
func ShareVsROAS(share, roas mmm.ByChannel, spendShare []float64, o Options) *Figure {
	n := len(share.Channels)
	some("ShareVsROAS", "share.Channels", n)
	same("ShareVsROAS", "share.Draws", len(share.Draws), n)
	same("ShareVsROAS", "roas.Draws", len(roas.Draws), n)
	same("ShareVsROAS", "spendShare", len(spendShare), n)
	s := newSheet(or(o.Title, "Share of contribution and return on ad spend"),
		"Points at the means, with the area of the share of spend. Lines: 94 % intervals, the thick part the middle half")
	p := newPanel(400)
	p.X.Tick.Marker = numbers{format: format{percent: true}, n: 6}
	p.Y.Tick.Marker = numbers{n: 6}
	p.note = "ROAS, " + or(roas.Unit, "return per unit of spend")
	p.xLabel = "share of the contribution of all media"
	es, er := estimates(share), estimates(roas)
	var words []string
	var at labels
	for c := range n {
		a, b, col := es[c], er[c], ChannelColor(c)
		p.add(
			segment{x0: a.HDI94[0], x1: a.HDI94[1], y0: b.Mean, y1: b.Mean, color: fade(col, 0.55), width: 1.2},
			segment{x0: a.Mean, x1: a.Mean, y0: b.HDI94[0], y1: b.HDI94[1], color: fade(col, 0.55), width: 1.2},
			segment{x0: a.Q25, x1: a.Q75, y0: b.Mean, y1: b.Mean, color: fade(col, 0.8), width: 3},
			segment{x0: a.Mean, x1: a.Mean, y0: b.Q25, y1: b.Q75, color: fade(col, 0.8), width: 3},
		)
		at.add(label{x: a.Mean, y: b.Mean, radius: discRadius(spendShare[c]), text: share.Channels[c], color: col})
		words = append(words, fmt.Sprintf("%s: share %s, ROAS %s, share of spend %s", share.Channels[c],
			format{percent: true}.value(a.Mean), format{}.value(b.Mean), format{percent: true}.value(spendShare[c])))
	}
	p.add(at)
	p.xFromZero()
	p.fromZero()
	s.grid(1, 0, p)
	best := indexes(n)
	slices.SortStableFunc(best, func(i, j int) int { return compare(er[j].Mean, er[i].Mean) })
	return s.figure("ShareVsROAS", o, strings.Join(words, "; ")+".",
		fmt.Sprintf("%s returns most per unit of spend on average, %s least.", share.Channels[best[0]], share.Channels[best[n-1]]),
		textColumn("channel", share.Channels), estimateColumn("share of media contribution", typed.Unit{Of: typed.Fraction}, es),
		estimateColumn("ROAS", o.number(roas.Unit), er), numberColumn("share of spend", typed.Unit{Of: typed.Fraction}, spendShare))
}

// discRadius makes the area of a point proportional to share.
func discRadius(share float64) vg.Length {
	if !(share > 0) {
		return 2.5
	}
	return vg.Length(max(2.5, 18*math.Sqrt(min(share, 1))))
}
