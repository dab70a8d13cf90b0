package render

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mixmodel/kernel/nbformat"
)

// The corpus is made, not collected: every output type, every MIME type known
// and unknown, alone and in pairs, in every spelling that a format allows.
// Each output carries a mark, and the mark must be found in the page.

// form is one representation of an output: what stands in the file, and how a
// reader sees that it was shown or, in a placeholder, named.
type form struct {
	mime  string
	value any      // a string, or JSON
	seen  []string // one of these is in a page that shows or names it
}

// forms are all representations with the mark in them. n tells them apart.
func forms(n int) []form {
	mark := fmt.Sprintf("mark%05dx", n)
	list := []form{
		{"text/plain", "plain " + mark, []string{mark}},
		{"text/html", "<p>a <b>" + mark + "</b></p>", []string{mark}},
		{"text/html", "<table><tr><th>k</th></tr><tr><td>" + mark + "</td></tr></table>", []string{mark}},
		{"text/html", "<div><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><title>" + mark + "</title><rect width=\"9\" height=\"9\"/></svg></div>", []string{mark}},
		{"text/html", "<script>" + mark + "()</script>", []string{"text/html", mark}},
		{"text/markdown", "# head\n\n*some* " + mark, []string{mark}},
		{"text/latex", `$\text{` + mark + `}$`, []string{mark}},
		{"image/svg+xml", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><title>" + mark + "</title><rect width=\"9\" height=\"9\"/></svg>", []string{mark}},
		{"image/svg+xml", "no svg at all", []string{"image/svg+xml"}},
		{"image/png", "no picture", []string{"image/png"}},
		{"application/json", map[string]any{"a": []any{1, nil, mark}}, []string{"application/json"}},
		{"application/vnd.plotly.v1+json", map[string]any{"data": []any{}}, []string{"application/vnd.plotly.v1+json"}},
		{"application/vnd.jupyter.widget-view+json", map[string]any{"model_id": mark, "version_major": 2}, []string{"application/vnd.jupyter.widget-view+json"}},
		{"application/vnd.mixmodel.report.v1+json", map[string]any{"kind": "none"}, []string{"application/vnd.mixmodel.report.v1+json"}},
	}
	for _, mime := range []string{"application/javascript", "text/javascript", "application/pdf", "text/csv", "text/x-unknown", "audio/wav", "video/mp4", "image/bmp",
		"application/x-" + mark, "application/vnd.holoviews_load.v0+json", "application/vnd.vegalite.v5+json", "application/geo+json"} {
		list = append(list, form{mime, "text of " + mark, []string{mime}})
	}
	for mime, data := range rasters(n) {
		text := base64.StdEncoding.EncodeToString(data)
		list = append(list, form{mime, text, []string{text}}, form{mime, text[:40] + "\n" + text[40:] + "\n", []string{text}})
	}
	slices.SortStableFunc(list, func(a, b form) int { return strings.Compare(a.mime, b.mime) })
	return list
}

// encoded is a picture in every type.
var encoded = sync.OnceValue(func() map[string][]byte {
	img := image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White})
	var p, j, g bytes.Buffer
	for _, err := range []error{png.Encode(&p, img), jpeg.Encode(&j, img, nil), gif.Encode(&g, img, nil)} {
		if err != nil {
			panic(err)
		}
	}
	return map[string][]byte{"image/png": p.Bytes(), "image/jpeg": j.Bytes(), "image/gif": g.Bytes(), "image/webp": []byte("RIFF\x1a\x00\x00\x00WEBPVP8L")}
})

// rasters are pictures that differ for each n, behind their end.
func rasters(n int) map[string][]byte {
	list := map[string][]byte{}
	for mime, data := range encoded() {
		list[mime] = fmt.Appendf(slices.Clip(data), "%012d", n)
	}
	return list
}

// made is an output of the corpus: its JSON, and the words of which one is seen.
// None means that there is nothing in it.
type made struct {
	json map[string]any
	seen []string
}

// spelled gives the ways to write a text: joined, as lines, and as one line.
func spelled(s string, way int) any {
	switch way % 3 {
	case 1:
		return strings.SplitAfter(s, "\n")
	case 2:
		return []string{s}
	}
	return s
}

// outputs makes the outputs of a minor version of format 4; -1 is format 3.
func corpusOutputs(minor int) []made {
	var list []made
	n := (minor + 2) * 10_000
	next := func() int { n++; return n }
	bundle := func(parts ...form) {
		i := next()
		data, seen := map[string]any{}, []string{}
		for k, f := range parts {
			if text, ok := f.value.(string); ok {
				data[f.mime] = spelled(text, i+k)
			} else {
				data[f.mime] = f.value
			}
			seen = append(seen, f.seen...)
		}
		o := map[string]any{"output_type": "display_data", "data": data, "metadata": oddMetadata(i)}
		if i%2 == 0 {
			o["output_type"], o["execution_count"] = "execute_result", i
			if i%4 == 0 {
				o["execution_count"] = nil
			}
		}
		list = append(list, made{o, seen})
	}
	for way := range 3 {
		for k := range forms(0) {
			n += way
			bundle(forms(next())[k])
		}
	}
	for k := range forms(0) {
		for l := range k {
			if a, b := forms(next())[k], forms(n)[l]; a.mime != b.mime {
				bundle(a, b)
			}
		}
	}
	bundle(forms(next())...) // all at once; of a type that occurs twice, one counts
	bundle()
	bundle(form{"text/plain", "", nil})
	bundle(form{"text/plain", " \n", nil}, form{"text/html", "", nil})
	for way := range 3 {
		for _, name := range []string{"stdout", "stderr", "other"} {
			mark := fmt.Sprintf("mark%05dx", next())
			for _, text := range []string{mark, "a\n" + mark + "\nb\n", "50%\r" + mark + "\n", "\x1b[31m" + mark + "\x1b[0m", "<b>" + mark, "```\n" + mark} {
				list = append(list, made{map[string]any{"output_type": "stream", "name": name, "text": spelled(text, way)}, []string{mark}})
			}
			list = append(list, made{map[string]any{"output_type": "stream", "name": name, "text": []string{}}, nil})
		}
		mark := fmt.Sprintf("mark%05dx", next())
		for _, trace := range [][]string{{}, {"\x1b[0;31m----\x1b[0m", "Traceback", "E: v"}, {"<script>", "```"}} {
			list = append(list, made{map[string]any{"output_type": "error", "ename": "E", "evalue": mark, "traceback": trace}, []string{mark}})
		}
		list = append(list, made{map[string]any{"output_type": "error", "ename": mark, "evalue": "", "traceback": []string{}}, []string{mark}})
	}
	if minor < 0 {
		for i := range list {
			list[i] = asV3(list[i])
		}
		list = slices.DeleteFunc(list, func(m made) bool { return m.json == nil })
	}
	return list
}

// oddMetadata is what tools put beside outputs.
func oddMetadata(i int) map[string]any {
	return []map[string]any{{}, {"needs_background": "light"}, {"image/png": map[string]any{"width": 100, "height": 50}}, {"isolated": true},
		{"text/html": map[string]any{"caption": "a caption"}, "tags": []any{}}, {"alt": "an alternative"}, {"jupyter": map[string]any{"outputs_hidden": false}}}[i%7]
}

var shortNames = map[string]string{"text/plain": "text", "text/html": "html", "image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpeg",
	"text/latex": "latex", "application/json": "json", "application/javascript": "javascript"}

// asV3 spells an output as format 3 did; one with a type that it has no name
// for is left out.
func asV3(m made) made {
	o := map[string]any{"metadata": map[string]any{}}
	switch m.json["output_type"] {
	case "stream":
		return made{map[string]any{"output_type": "stream", "stream": m.json["name"], "text": m.json["text"]}, m.seen}
	case "error":
		return made{map[string]any{"output_type": "pyerr", "ename": m.json["ename"], "evalue": m.json["evalue"], "traceback": m.json["traceback"]}, m.seen}
	case "execute_result":
		o["output_type"], o["prompt_number"] = "pyout", 3
	default:
		o["output_type"] = "display_data"
	}
	for mime, value := range m.json["data"].(map[string]any) {
		short, ok := shortNames[mime]
		if !ok {
			return made{}
		}
		if _, isText := value.(string); short == "json" || short == "javascript" && !isText {
			text, _ := json.Marshal(value)
			value = string(text)
		}
		o[short] = value
	}
	return made{o, m.seen}
}

// notebookOf puts outputs into cells, a few each, among cells of all types.
func corpusNotebook(minor int, outs []made) (text []byte, seen [][]string) {
	var cells []any
	add := func(c map[string]any) {
		if minor >= 5 {
			c["id"] = fmt.Sprintf("id-%d_X", len(cells))
		}
		c["metadata"] = []map[string]any{{}, {"collapsed": true}, {"scrolled": "auto"}, {"tags": []string{"a-tag"}, "name": "x"}, {"jupyter": map[string]any{"source_hidden": true}}}[len(cells)%5]
		cells = append(cells, c)
	}
	words := func(i int) string { return fmt.Sprintf("words%05dx", i) }
	for i := 0; i < len(outs); {
		k := len(cells)
		c := map[string]any{"cell_type": "markdown", "source": spelled("## A title\n\nSome "+words(k)+" with $x_1$.\n", k)}
		if k%4 == 2 {
			c = map[string]any{"cell_type": "raw", "source": spelled("raw "+words(k)+"\n<b>", k)}
		}
		if minor >= 1 && k%8 == 0 {
			picture := base64.StdEncoding.EncodeToString(rasters(90_000 + k)["image/png"])
			c["source"] = "![a picture](attachment:a%20b.png) " + words(k)
			c["attachments"] = map[string]any{"a b.png": map[string]any{"image/png": picture}}
			seen = append(seen, []string{picture})
		}
		if minor < 0 && k%8 == 4 {
			c = map[string]any{"cell_type": "heading", "level": 1 + k/8%6, "source": words(k)}
		}
		seen = append(seen, []string{words(k)})
		add(c)
		c = map[string]any{"cell_type": "code"}
		source, count := "source", "execution_count"
		if minor < 0 {
			source, count = "input", "prompt_number"
			c["language"], c["collapsed"] = "python", false
		}
		c[source], c[count] = spelled("f("+words(k+1)+")\n", k), k+1
		seen = append(seen, []string{words(k + 1)})
		var list []any
		for range 1 + k/2%4 {
			if i < len(outs) {
				list = append(list, outs[i].json)
				if len(outs[i].seen) > 0 {
					seen = append(seen, outs[i].seen)
				}
				i++
			}
		}
		c["outputs"] = list
		add(c)
	}
	top := map[string]any{"nbformat": 4, "nbformat_minor": minor, "metadata": map[string]any{"kernelspec": map[string]any{"name": "python3", "display_name": "Python 3"}}, "cells": cells}
	if minor < 0 {
		half := len(cells) / 2
		top = map[string]any{"nbformat": 3, "nbformat_minor": 0, "metadata": map[string]any{"name": "old"}, "worksheets": []any{
			map[string]any{"cells": cells[:half], "metadata": map[string]any{}}, map[string]any{"cells": cells[half:], "metadata": map[string]any{}}}}
	}
	text, err := json.MarshalIndent(top, "", " ")
	if err != nil {
		panic(err)
	}
	return text, seen
}

// corpus is one notebook for each minor version, by name.
func corpus() map[string]func() ([]byte, [][]string, int) {
	list := map[string]func() ([]byte, [][]string, int){}
	for minor := -1; minor <= 5; minor++ {
		name := fmt.Sprintf("4.%d", minor)
		if minor < 0 {
			name = "3.0"
		}
		list[name] = func() ([]byte, [][]string, int) {
			outs := corpusOutputs(minor)
			text, seen := corpusNotebook(minor, outs)
			return text, seen, len(outs)
		}
	}
	return list
}

func TestEveryOutputOfAMadeNotebookIsSeen(t *testing.T) {
	total := 0
	for name, make := range corpus() {
		text, seen, count := make()
		nb, err := nbformat.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		total += count
		for _, o := range []Options{{Profile: Tutorial}, {Profile: Stakeholder}, {Trust: true}} {
			page, err := HTML(nb, o)
			if err != nil {
				t.Fatal(err)
			}
			book, err := Markdown(nb, o, false)
			if err != nil {
				t.Fatal(err)
			}
			if page.Outputs.Total() != count || page.Outputs != book.Outputs || page.Outputs.Hidden > 0 {
				t.Errorf("%s: HTML %+v, Markdown %+v of %d outputs", name, page.Outputs, book.Outputs, count)
			}
			if named := strings.Count(string(page.Text), ">Output not shown"); named != page.Outputs.Named {
				t.Errorf("%s: %d placeholders for %d outputs", name, named, page.Outputs.Named)
			}
			var files strings.Builder
			files.WriteString(strings.ReplaceAll(string(book.Text), `\`, "")) // which escapes
			for _, a := range book.Assets {
				if strings.HasSuffix(a.Name, ".svg") {
					files.Write(a.Data)
					continue
				}
				files.WriteString(base64.StdEncoding.EncodeToString(a.Data) + "\n")
			}
			for kind, text := range map[string]string{"HTML": string(page.Text), "Markdown": files.String()} {
				missing := 0
				at := 0 // marks come in order, but for files
				for _, any := range seen {
					found := slices.ContainsFunc(any, func(s string) bool {
						if i := strings.Index(text[at:min(at+50_000, len(text))], s); i >= 0 {
							at += i
							return true
						}
						return strings.Contains(text, s)
					})
					if !found {
						if missing++; missing <= 5 {
							t.Errorf("%s, %q, trusted %v, %s: none of %.200q", name, o.Profile, o.Trust, kind, any)
						}
					}
				}
				if missing > 0 {
					t.Errorf("%s, %q, %s: %d of %d are missing", name, o.Profile, kind, missing, len(seen))
				}
			}
		}
	}
	t.Logf("%d outputs", total)
}

// TestPythonCallsTheMadeNotebooksValid: what is claimed about valid notebooks
// is claimed about these.
func TestPythonCallsTheMadeNotebooksValid(t *testing.T) {
	dir := t.TempDir()
	for name, make := range corpus() {
		text, _, _ := make()
		if err := os.WriteFile(filepath.Join(dir, name+".ipynb"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, fault := range judgedByPython(t, dir) {
		if fault != "" {
			t.Errorf("%s: %s", path, fault)
		}
	}
}

// judgedByPython returns what Python's nbformat says of each notebook in dir,
// "" if it is valid.
func judgedByPython(t *testing.T, dir string) map[string]string {
	t.Helper()
	const script = `
import glob, json, os, sys, warnings
import nbformat
warnings.simplefilter("ignore")
said = {}
for path in glob.glob(os.path.join(sys.argv[1], "*.ipynb")):
    try:
        with open(path, encoding="utf-8") as f:
            nb = json.load(f)
        nbformat.validate(nbdict=nb, version=nb["nbformat"], version_minor=nb["nbformat_minor"], relax_add_props=False)
        nbformat.reads(json.dumps(nb), as_version=4) # the schema of format 3 lets things pass that cannot be read
        said[os.path.basename(path)] = ""
    except Exception as e:
        said[os.path.basename(path)] = (type(e).__name__ + ": " + str(e))[:300]
json.dump(said, sys.stdout)
`
	for _, p := range append(filepath.SplitList(os.Getenv("MIXMODEL_PYTHON")), "python3") {
		if exec.Command(p, "-c", "import nbformat, jsonschema").Run() != nil {
			continue
		}
		out, err := exec.Command(p, "-c", script, dir).Output()
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		if err := json.Unmarshal(out, &said); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return said
	}
	t.Skip("needs Python with nbformat: pip install nbformat, and MIXMODEL_PYTHON=/the/python unless it is python3")
	return nil
}

// All of them: go test ./report/render -run NotQuite -mutated 1
var mutated = flag.Int("mutated", 31, "make one in so many of the notebooks that are not quite valid")

// mutants calls do with notebooks that differ from a valid one in one place:
// there a value of another kind stands, or nothing. One in so many is made,
// others for each minor version.
func mutants(oneIn int, do func(name string, text []byte)) {
	kinds := []any{nil, 3, -1, 1.5, "x", "", []any{}, map[string]any{}, true, []any{"a\n", "b"}, []any{1}, map[string]any{"text/plain": 1}, left}
	for minor := -1; minor <= 5; minor++ {
		var outs []made
		for i, o := range corpusOutputs(minor) {
			if i%23 == 0 {
				outs = append(outs, o)
			}
		}
		text, _ := corpusNotebook(minor, outs)
		var top any
		if err := json.Unmarshal(text, &top); err != nil {
			panic(err)
		}
		made := 0
		change := func(path string, put func(any)) {
			for k, kind := range kinds {
				if made++; (made+minor)%oneIn != 0 {
					continue
				}
				put(kind)
				text, err := json.Marshal(top)
				if err != nil {
					panic(err)
				}
				do(fmt.Sprintf("%d-%d%s", minor, k, path), text)
			}
		}
		walk(top, "", change)
		for i := range 40 {
			do(fmt.Sprintf("%d-cut-%d", minor, i), text[:len(text)*i/40])
		}
	}
}

// left is put where a field is to be left out.
var left = struct{}{}

// walk visits every place of a JSON value; put changes what is there, and walk
// puts it back.
func walk(v any, path string, visit func(path string, put func(any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			old := v[key]
			visit(path+"."+key, func(x any) {
				if v[key] = x; x == any(left) {
					delete(v, key)
				}
			})
			v[key] = old
			walk(old, path+"."+key, visit)
		}
	case []any:
		for i, old := range v {
			visit(fmt.Sprint(path, ".", i), func(x any) {
				if v[i] = x; x == any(left) {
					v[i] = old
				}
			})
			v[i] = old
			walk(old, fmt.Sprint(path, ".", i), visit)
		}
	}
}

// What is no valid notebook is refused with a line for each fault, or shown
// with every output accounted for.
func TestWhatIsNotQuiteANotebookIsShownOrRefused(t *testing.T) {
	read, refused := 0, 0
	mutants(*mutated, func(name string, text []byte) {
		nb, err := nbformat.Parse(text)
		if err != nil {
			refused++
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "nbformat: ") || len(line) > 500 {
					t.Errorf("%s: %q", name, line)
				}
			}
			return
		}
		read++
		count := 0
		for _, c := range nb.Cells {
			count += len(c.Outputs)
		}
		page, err := HTML(nb, Options{Profile: Stakeholder})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		book, err := Markdown(nb, Options{}, false)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if page.Outputs.Total() != count || book.Outputs.Total() != count {
			t.Errorf("%s: HTML %+v, Markdown %+v of %d outputs", name, page.Outputs, book.Outputs, count)
		}
	})
	t.Logf("%d read, %d refused", read, refused)
	if read < 300 || refused < 300 {
		t.Errorf("%d read, %d refused, want at least 300 of each", read, refused)
	}
}

// Nothing that Python calls valid is refused.
func TestWhatPythonCallsValidIsRead(t *testing.T) {
	dir := t.TempDir()
	texts := map[string][]byte{}
	mutants(10**mutated, func(_ string, text []byte) {
		name := fmt.Sprintf("%04d.ipynb", len(texts))
		texts[name] = text
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	})
	valid := 0
	for name, fault := range judgedByPython(t, dir) {
		if fault != "" {
			continue
		}
		valid++
		if _, err := nbformat.Parse(texts[name]); err != nil {
			t.Errorf("%v in\n%.2000s", err, texts[name])
		}
	}
	t.Logf("%d of %d are valid", valid, len(texts))
	if valid < 10 {
		t.Errorf("%d valid, want at least 10", valid)
	}
}
