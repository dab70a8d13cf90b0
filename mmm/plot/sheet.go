package plot

import (
	"strings"

	"gonum.org/v1/plot/vg"

	"mixmodel/kernel/display/typed"
)

// margin is the white space around a figure.
const margin vg.Length = 14

// sheet is a figure while it is drawn, from top to bottom.
type sheet struct {
	canvas         *canvas
	y              vg.Length // how far down the sheet is used
	title          string
	boxes, legends []vg.Rectangle // see Figure
}

// newSheet writes the title, the subtitle, which says what is drawn in which
// unit, and the legend.
func newSheet(title, subtitle string, keys ...key) *sheet {
	s := &sheet{canvas: newCanvas(), y: margin, title: title}
	for _, l := range wrap(title, titleText, figureWidth-2*margin) {
		s.canvas.text(l, vg.Point{X: margin, Y: -(s.y + 14)}, titleText)
		s.y += 21
	}
	s.prose(subtitle)
	s.y += 4
	s.legend(keys)
	return s
}

// prose writes wrapped grey text.
func (s *sheet) prose(text string) {
	for _, l := range wrap(text, noteText, figureWidth-2*margin) {
		s.canvas.text(l, vg.Point{X: margin, Y: -(s.y + 12)}, noteText)
		s.y += 17
	}
}

// figure finishes the sheet, drawn by the function of that name. data are the
// numbers on it.
func (s *sheet) figure(function string, o Options, alt, caption string, data ...typed.Column) *Figure {
	// Running text may break between a number and its unit.
	alt = strings.ReplaceAll(s.title+". "+alt, nbsp, " ")
	caption = strings.ReplaceAll(caption, nbsp, " ")
	return &Figure{
		title:   s.title,
		boxes:   s.boxes,
		legends: s.legends,
		svg:     s.canvas.document(figureWidth, s.y+margin-4, s.title, alt),
		alt:     alt,
		caption: or(o.Caption, caption),
		label:   or(o.Label, labelOf(or(o.Title, function))),
		data:    typed.Table{Columns: data},
	}
}

// wrap breaks text into lines of at most the given width.
func wrap(text string, style textStyle, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 {
			if longer := lines[n-1] + " " + word; style.width(longer) <= width {
				lines[n-1] = longer
				continue
			}
		}
		lines = append(lines, word)
	}
	return lines
}

// fit shortens a text that is wider than width.
func fit(text string, style textStyle, width vg.Length) string {
	if style.width(text) <= width {
		return text
	}
	r := []rune(text)
	for len(r) > 1 && style.width(string(r)+"…") > width {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}
