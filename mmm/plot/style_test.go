package plot

import (
	"image/color"
	"math"
	"testing"
)

// Matrices that simulate dichromatic vision on linear RGB.
//
// Source: Machado, Oliveira and Fernandes (2009), severity 1.
var vision = map[string][3][3]float64{
	"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func times(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i, row := range m {
		for j, f := range row {
			out[i] += f * v[j]
		}
	}
	return out
}

// cielab returns the CIELAB coordinates (D65) of c as seen with m.
func cielab(m [3][3]float64, c color.RGBA) [3]float64 {
	var l [3]float64
	for i, v := range []uint8{c.R, c.G, c.B} {
		x := float64(v) / 255
		if x <= 0.04045 {
			l[i] = x / 12.92
		} else {
			l[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	l = times(m, l)
	for i := range l {
		l[i] = max(0, min(1, l[i]))
	}
	f := times([3][3]float64{{.4124, .3576, .1805}, {.2126, .7152, .0722}, {.0193, .1192, .9505}}, l)
	for i, white := range []float64{.9505, 1, 1.089} {
		if f[i] /= white; f[i] > 0.008856 {
			f[i] = math.Cbrt(f[i])
		} else {
			f[i] = 7.787*f[i] + 16.0/116
		}
	}
	return [3]float64{116*f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])}
}

func TestChannelColorsDifferForEveryColourVision(t *testing.T) {
	for name, m := range vision {
		least := 15.0
		if name == "tritanopia" {
			least = 10
		}
		for i := range channelColors {
			for j := range i {
				a, b := cielab(m, ChannelColor(i)), cielab(m, ChannelColor(j))
				if d := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]); d < least {
					t.Errorf("%s: colours %d and %d are %.1f apart (want %v)", name, i, j, d, least)
				}
			}
		}
	}
}

func TestColoursAreReadableOnWhite(t *testing.T) {
	if got := contrast(color.RGBA{A: 255}); math.Abs(got-21) > 1e-9 {
		t.Errorf("contrast of black is %v (want 21)", got)
	}
	for i := range 20 {
		if got := contrast(ChannelColor(i)); got < 2.5 {
			t.Errorf("channel colour %d has contrast %.2f (want 2.5)", i, got)
		}
		if got := contrast(inkOf(ChannelColor(i))); got < 4.5 {
			t.Errorf("text of channel %d has contrast %.2f (want 4.5)", i, got)
		}
	}
	for _, c := range []color.RGBA{ink, soft, modelColor, holdoutColor, gainColor, lossColor} {
		if got := contrast(c); got < 4.5 {
			t.Errorf("%v has contrast %.2f (want 4.5)", c, got)
		}
	}
}

func TestChannelsOfOneColourDifferInDashes(t *testing.T) {
	for i := range 32 {
		for j := range i {
			if ChannelColor(i) == ChannelColor(j) && len(channelDash(i)) == len(channelDash(j)) &&
				(len(channelDash(i)) == 0 || channelDash(i)[0] == channelDash(j)[0]) {
				t.Errorf("channels %d and %d look the same", i, j)
			}
		}
	}
}

func TestTextIsAtLeastNinePointsHigh(t *testing.T) {
	for name, f := range figures() {
		for _, b := range read(t, name, f.SVG()).texts {
			if size := (b.y1 - b.y0) / 0.93; size < 12-1e-9 {
				t.Errorf("%s: %q has %.1f pixels (want 12, which are 9 points)", name, b.s, size)
			}
		}
	}
}
