package plot

import (
	"bytes"
	"encoding/xml"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sorted(f map[string]*Figure) []string { return slices.Sorted(maps.Keys(f)) }

func TestFiguresMatchTheirGoldenFiles(t *testing.T) {
	all := figures()
	for _, name := range sorted(all) {
		path := filepath.Join("testdata", name+".svg")
		got := all[name].SVG()
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		// A checkout may have turned line ends around.
		if want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")); !bytes.Equal(got, want) {
			_ = os.WriteFile(path+".got", got, 0o644)
			t.Errorf("%s differs from its golden file: look at %s.got, or run with -update", name, path)
		}
	}
	golden, err := filepath.Glob("testdata/*.svg")
	if err != nil || len(golden) != len(all) {
		t.Errorf("%d golden files, %d figures (%v)", len(golden), len(all), err)
	}
}

// Every exported function that returns a *Figure must be among the figures
// that the other tests look at.
func TestEveryFigureFunctionIsTested(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all, n := figures(), 0
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			star, ok := f.Type.Results.List[0].Type.(*ast.StarExpr)
			if !ok || star.X.(*ast.Ident).Name != "Figure" {
				continue
			}
			n++
			if all[f.Name.Name] == nil {
				t.Errorf("%s is not drawn by figures()", f.Name.Name)
			}
		}
	}
	if n != 29 {
		t.Errorf("found %d figure functions (want 29)", n)
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	a, b := figures(), figures()
	for name := range a {
		if !bytes.Equal(a[name].SVG(), b[name].SVG()) || a[name].Alt() != b[name].Alt() {
			t.Errorf("%s differs from one run to the next", name)
		}
	}
}

func TestFiguresHaveWords(t *testing.T) {
	for name, f := range figures() {
		if len(f.Alt()) < 40 || !strings.HasPrefix(f.Alt(), f.String()) {
			t.Errorf("%s: alt is %q", name, f.Alt())
		}
		if !strings.HasSuffix(f.Caption(), ".") || strings.Contains(f.Caption()+f.Alt(), "NaN") {
			t.Errorf("%s: caption is %q", name, f.Caption())
		}
	}
}

// text is one text of a figure with its estimated box; y grows downwards.
type textBox struct {
	s              string
	x0, x1, y0, y1 float64
}

// document is what the tests read back from a figure.
type document struct {
	width, height float64
	title, desc   string
	texts         []textBox
	paths         []string
}

func read(t *testing.T, name string, svg []byte) document {
	t.Helper()
	var d document
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return d
		}
		if err != nil {
			t.Fatalf("%s is not XML: %v", name, err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range e.Attr {
			attr[a.Name.Local] = a.Value
		}
		number := func(s string) float64 {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatalf("%s: <%s>: %v", name, e.Name.Local, err)
			}
			return v
		}
		switch e.Name.Local {
		case "svg":
			box := strings.Fields(attr["viewBox"])
			if len(box) != 4 || box[0] != "0" || box[1] != "0" || box[2] != attr["width"] || box[3] != attr["height"] {
				t.Errorf("%s: viewBox %q, width %q, height %q", name, attr["viewBox"], attr["width"], attr["height"])
			}
			d.width, d.height = number(attr["width"]), number(attr["height"])
		case "path":
			d.paths = append(d.paths, attr["d"])
		case "title", "desc", "text":
			var s string
			if err := dec.DecodeElement(&s, &e); err != nil {
				t.Fatal(err)
			}
			switch e.Name.Local {
			case "title":
				d.title = s
			case "desc":
				d.desc = s
			default:
				d.texts = append(d.texts, boxOf(s, number(attr["x"]), number(attr["y"]), number(attr["font-size"]),
					attr["font-weight"] == "bold", attr["text-anchor"]))
			}
		}
	}
}

func boxOf(s string, x, y, size float64, bold bool, anchor string) textBox {
	w := float64(textStyle{size: vg.Length(size), bold: bold}.width(s))
	x -= map[string]float64{"": 0, "middle": w / 2, "end": w}[anchor]
	return textBox{s: s, x0: x, x1: x + w, y0: y - 0.72*size, y1: y + 0.21*size}
}

func TestNoTextLeavesTheFigure(t *testing.T) {
	checked := 0
	for name, f := range figures() {
		d := read(t, name, f.SVG())
		if d.width != float64(figureWidth) || d.title != f.String() || d.desc != f.Alt() {
			t.Errorf("%s: width %v, title %q, desc %q", name, d.width, d.title, d.desc)
		}
		for _, b := range d.texts {
			checked++
			if b.x0 < 2 || b.x1 > d.width-2 || b.y0 < 2 || b.y1 > d.height-2 {
				t.Errorf("%s: %q reaches from (%.0f, %.0f) to (%.0f, %.0f), the figure is %.0f x %.0f", name, b.s, b.x0, b.y0, b.x1, b.y1, d.width, d.height)
			}
		}
	}
	if checked < 800 {
		t.Errorf("checked %d texts, which is too few to mean much", checked)
	}
}

func TestNoTwoTextsOverlap(t *testing.T) {
	for name, f := range figures() {
		texts := read(t, name, f.SVG()).texts
		for i, a := range texts {
			for _, b := range texts[:i] {
				if a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 {
					t.Errorf("%s: %q covers %q", name, a.s, b.s)
				}
			}
		}
	}
}

func TestLegendsDoNotCoverData(t *testing.T) {
	legends := 0
	for name, f := range figures() {
		if len(f.boxes) == 0 {
			t.Errorf("%s has no data", name)
		}
		for _, l := range f.legends {
			legends++
			for _, b := range f.boxes {
				if overlap(l, b, 0) {
					t.Errorf("%s: legend %v covers data %v", name, l, b)
				}
			}
		}
	}
	if legends < 15 {
		t.Errorf("checked %d legends", legends)
	}
}

func TestPanelsDoNotOverlap(t *testing.T) {
	for name, f := range figures() {
		for i, a := range f.boxes {
			if w := a.Size().X; w < 100 {
				t.Errorf("%s: a panel is only %.0f pixels wide", name, w)
			}
			for _, b := range f.boxes[:i] {
				if overlap(a, b, 4) {
					t.Errorf("%s: panels %v and %v overlap", name, a, b)
				}
			}
		}
	}
}

var number = regexp.MustCompile(`-?(?:\d+\.?\d*|\.\d+)`)

func TestCoordinatesAreShortAndFinite(t *testing.T) {
	for name, f := range figures() {
		svg := f.SVG()
		if len(svg) > 60_000 {
			t.Errorf("%s has %d bytes", name, len(svg))
		}
		for _, word := range []string{"NaN", "Inf", "e+", "e-0", "+Inf"} {
			if bytes.Contains(svg, []byte(word)) {
				t.Errorf("%s contains %s", name, word)
			}
		}
		for _, p := range read(t, name, svg).paths {
			for _, n := range number.FindAllString(p, -1) {
				if _, rest, ok := strings.Cut(n, "."); ok && len(rest) > 2 {
					t.Errorf("%s: coordinate %s", name, n)
				}
			}
		}
	}
}

// The last point of a path written in steps is where it should be: rounding
// does not add up.
func TestStepsOfAPathEndWhereTheyShould(t *testing.T) {
	var p vg.Path
	x, y := 0.0, 0.0
	for i := range 1000 {
		x, y = float64(i)*0.123456, -float64(i%7)*0.31-0.1234567*float64(i)
		if i == 0 {
			p.Move(vg.Point{X: vg.Length(x), Y: vg.Length(y)})
		} else {
			p.Line(vg.Point{X: vg.Length(x), Y: vg.Length(y)})
		}
	}
	c := newCanvas()
	var sum [2]float64
	for i, n := range number.FindAllString(c.pathData(p), -1) {
		v, _ := strconv.ParseFloat(n, 64)
		sum[i%2] += v
	}
	if math.Abs(sum[0]-x) > 0.051 || math.Abs(sum[1]+y) > 0.051 {
		t.Errorf("the path ends at %v (want %v, %v)", sum, x, -y)
	}
}
