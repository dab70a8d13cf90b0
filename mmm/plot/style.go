package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// figureWidth is the width of every figure; text is at least 12 pixels (9
// points) high at this width.
const figureWidth vg.Length = 720

// Liberation Sans, which measures the text, and Arial have the same widths.
const fontStack = "Liberation Sans,Arial,Helvetica,sans-serif"

// Sizes of text in pixels.
const (
	titleSize vg.Length = 16
	bodySize  vg.Length = 12.5
	tickSize  vg.Length = 12
)

// The neutral colours.
var (
	ink    = color.RGBA{0x1f, 0x23, 0x28, 0xff} // titles, observed values
	soft   = color.RGBA{0x59, 0x60, 0x68, 0xff} // subtitles, ticks, notes
	pale   = color.RGBA{0xa4, 0xab, 0xb3, 0xff} // context: other channels, the old plan
	gridCl = color.RGBA{0xe4, 0xe7, 0xea, 0xff}
	paper  = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// What is not a channel has colours of its own, more muted than the channels'.
var (
	modelColor   = color.RGBA{0x3f, 0x55, 0x9e, 0xff} // what the model says about training data
	holdoutColor = color.RGBA{0xb2, 0x3a, 0x5c, 0xff} // what it says about data it has not seen
	gainColor    = color.RGBA{0x1f, 0x7a, 0x52, 0xff}
	lossColor    = color.RGBA{0xb2, 0x3a, 0x5c, 0xff}
)

// channelColors is the palette of Okabe and Ito (2008), which readers with
// any colour vision tell apart, in an order that puts far colours first. It
// is moved as little as needed so that every colour has a contrast of at least
// 2.5 with white, and every two are at least 15 apart in CIELAB for normal
// vision, protanopia and deuteranopia and 10 for tritanopia.
var channelColors = []color.RGBA{
	{0x00, 0x75, 0xb5, 0xff}, // blue
	{0xd0, 0x5b, 0x01, 0xff}, // vermilion
	{0x05, 0x9d, 0x72, 0xff}, // bluish green
	{0xca, 0x7a, 0xa7, 0xff}, // reddish purple
	{0xa9, 0x98, 0x3e, 0xff}, // yellow, darkened
	{0x4d, 0xad, 0xe1, 0xff}, // sky blue
	{0xdd, 0x95, 0x00, 0xff}, // orange
	{0x47, 0x43, 0x40, 0xff}, // black
}

// ChannelColor returns the colour of channel i, counted in the order of the
// data, in every figure. There are eight; from the ninth channel on they
// repeat, and lines that share a panel differ by their dashes too.
// It panics if i is negative.
func ChannelColor(i int) color.RGBA { return channelColors[i%len(channelColors)] }

// channelDash is solid for the first eight channels, and then differs from
// those of the same colour.
func channelDash(i int) []vg.Length {
	return [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}}[i/len(channelColors)%4]
}

// inkOf returns c as a colour of text: darkened until its contrast with white
// is 4.5, as readable text needs (WCAG 2.1, 1.4.3).
func inkOf(c color.RGBA) color.RGBA {
	for contrast(c) < 4.5 {
		c = darker(c, 0.95)
	}
	return c
}

// darker returns c with its components multiplied by f.
func darker(c color.RGBA, f float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * f), uint8(float64(c.G) * f), uint8(float64(c.B) * f), 255}
}

// contrast returns the contrast ratio of c with white (WCAG 2.1).
func contrast(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B) + 0.05)
}

// fade returns c with the given opacity.
func fade(c color.RGBA, opacity float64) color.NRGBA {
	return color.NRGBA{c.R, c.G, c.B, uint8(opacity*255 + 0.5)}
}

// Opacities of the bands that hold 94 % and 50 % of the draws. The darker one
// lies on the lighter one.
const (
	opacity94 = 0.17
	opacity50 = 0.33
)

// textStyle is how a text is written.
type textStyle struct {
	size   vg.Length
	bold   bool
	anchor anchor
	color  color.Color
}

var (
	titleText = textStyle{size: titleSize, bold: true, color: ink}
	noteText  = textStyle{size: bodySize, color: soft}
	headText  = textStyle{size: 13, bold: true, color: ink}
	tickText  = textStyle{size: tickSize, color: soft}
	labelText = textStyle{size: tickSize, color: ink}
)

func (s textStyle) at(a anchor) textStyle      { s.anchor = a; return s }
func (s textStyle) in(c color.Color) textStyle { s.color = c; return s }
func (s textStyle) strong() textStyle          { s.bold = true; return s }
func (s textStyle) width(text string) vg.Length {
	f := s.face()
	return f.Width(text)
}

// fonts holds the metrics of the text, whatever fonts are installed.
var fonts = font.NewCache(liberation.Collection())

// face is the font that measures text of this style.
func (s textStyle) face() font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if s.bold {
		f.Weight = 3 // bold, see golang.org/x/image/font
	}
	return fonts.Lookup(f, s.size)
}
