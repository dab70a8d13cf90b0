package nbformat

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parse(s string) (*Notebook, error) { return Read(strings.NewReader(s)) }

// cells makes a notebook of format 4.5 around cells.
func cells(s string) string {
	return `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [` + s + `]}`
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", " \n", "nbformat: the file is empty (want a notebook in JSON)"},
		{"text", "hello", "nbformat: not JSON at line 1, column 1: invalid character 'h' looking for beginning of value"},
		{"cut off", "{\"cells\": [\n{\"id\":", "nbformat: not JSON at line 2, column 6: unexpected end of JSON input"},
		{"merge conflict", "{\"cells\": [\n<<<<<<< HEAD\n", "nbformat: not JSON at line 2, column 1: invalid character '<' looking for beginning of value"},
		{"list", "[]", "nbformat: the file holds a list (want a JSON object with cells)"},
		{"null", "null", "nbformat: the file holds null (want a JSON object with cells)"},
		{"latin-1", "{\"a\": \"\xe9\"}", "nbformat: not UTF-8 at line 1, column 8 (want a notebook in JSON)"},
		{"other JSON", "{}", `nbformat: the file has no "nbformat" (want a Jupyter notebook)`},
		{"old", `{"nbformat": 2}`, "nbformat: format 2.0 is not supported (want 3, or 4.0 to 4.5)"},
		{"version", `{"nbformat": "4"}`, "nbformat: nbformat is a string (want an integer)"},
		{"no cells", `{"nbformat": 4, "nbformat_minor": 5}`, "nbformat: cells is missing (want a list)"},
		{"deep", cells(strings.Repeat("[", 200)), "nbformat: nested deeper than 100 levels at line 1, column 162"},
		{"cell kind", cells(`{"cell_type": "heading", "id": "a"}`), `nbformat: cell 1 (id "a"): cell_type is "heading" (want code, markdown or raw)`},
		{
			"several faults", cells(`1, {"cell_type": "code", "id": "a", "source": 7, "execution_count": "x",
			"outputs": [{"output_type": "stream", "text": [1]}, {"output_type": "odd"}, 3]}`), strings.Join([]string{
				"nbformat: cell 1 is a number (want an object)",
				`nbformat: cell 2 (id "a"): source is a number (want a string or a list of strings)`,
				`nbformat: cell 2 (id "a"): execution_count is "x" (want null or an integer >= 0)`,
				`nbformat: cell 2 (id "a"): output 1: name is missing (want a string)`,
				`nbformat: cell 2 (id "a"): output 1: text is a list (want a string or a list of strings)`,
				`nbformat: cell 2 (id "a"): output 3: it is a number (want an object)`,
			}, "\n"),
		},
		{
			"broken image", cells(`{"cell_type": "code", "id": "a", "source": "", "metadata": {"tags": "x"}, "outputs": [
			{"output_type": "display_data", "data": {"image/png": null, "text": "x"}}, {"output_type": "odd"}]}`), strings.Join([]string{
				`nbformat: cell 1 (id "a"): metadata.tags is a string (want a list of strings)`,
				`nbformat: cell 1 (id "a"): output 1: data: image/png is null (want a string or a list of strings)`,
				`nbformat: cell 1 (id "a"): output 1: data has the type "text" (want a MIME type such as text/plain)`,
				`nbformat: cell 1 (id "a"): output 2: output_type is "odd" (want stream, display_data, execute_result or error)`,
			}, "\n"),
		},
		{
			"format 3 metadata", `{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "metadata": 1, "collapsed": true, "outputs": [
			{"output_type": "pyout", "metadata": "x", "text": "y"}]}]}]}`, strings.Join([]string{
				"nbformat: cell 1: metadata is a number (want an object)",
				"nbformat: cell 1: output 1: metadata is a string (want an object)",
			}, "\n"),
		},
		{
			"format 3", `{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": 1, "outputs": [
			{"output_type": "pyout", "json": "{"}]}]}]}`, strings.Join([]string{
				"nbformat: cell 1: input is a number (want a string or a list of strings)",
				"nbformat: cell 1: output 1: application/json is no JSON",
			}, "\n"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(test.in)
			if err == nil {
				t.Fatal("got no error")
			}
			if d := cmp.Diff(test.want, err.Error()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestReadNamesNamelessCellsByPosition(t *testing.T) {
	nb, err := parse(cells(`
		{"cell_type": "markdown", "source": ""},
		{"cell_type": "markdown", "source": "", "id": "cell-1"},
		{"cell_type": "markdown", "source": "", "id": "a b"},
		{"cell_type": "markdown", "source": "", "id": "x"},
		{"cell_type": "markdown", "source": "", "id": "x"},
		{"cell_type": "markdown", "source": "", "id": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range nb.Cells {
		ids = append(ids, c.ID)
	}
	if d := cmp.Diff([]string{"cell-1-2", "cell-1", "cell-3", "x", "cell-5", "cell-6"}, ids); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestUnknownFieldsAreKept(t *testing.T) {
	const in = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a",
   "metadata": {},
   "new": 1,
   "outputs": [
    {
     "name": "stdout",
     "newer": [
      "x"
     ],
     "output_type": "stream",
     "text": []
    }
   ],
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5,
 "newest": {
  "a": null
 }
}
`
	nb, err := parse("\ufeff" + in)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := Write(&got, nb.Clone()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(in, got.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestMetadataGetFollowsThePath(t *testing.T) {
	m := Metadata{"image/svg+xml": []byte(`{"alt": "a dot", "size": [1, 2]}`)}
	var alt string
	if !m.Get(&alt, "image/svg+xml", "alt") || alt != "a dot" {
		t.Errorf("got %q, want a dot", alt)
	}
	for _, path := range [][]string{{}, {"x"}, {"image/svg+xml", "x"}, {"image/svg+xml", "size"}, {"image/svg+xml", "alt", "x"}} {
		if m.Get(&alt, path...) {
			t.Errorf("path %q: got %q, want nothing", path, alt)
		}
	}
}

func TestMIMEBundleTextJoinsLines(t *testing.T) {
	b := MIMEBundle{"a/b": []byte(`["x\n", "y"]`), "c/d": []byte(`"z"`), "e/f": []byte(`{}`), "g/h": []byte(`["x", null]`)}
	for mime, want := range map[string]string{"a/b": "x\ny", "c/d": "z"} {
		if got, ok := b.Text(mime); !ok || got != want {
			t.Errorf("%s: got %q, %v, want %q", mime, got, ok, want)
		}
	}
	for _, mime := range []string{"e/f", "g/h", "i/j"} {
		if got, ok := b.Text(mime); ok {
			t.Errorf("%s: got %q, want nothing", mime, got)
		}
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	deep := strings.Repeat("[", 95) + strings.Repeat("]", 95)
	for name, c := range map[string]*Cell{
		"no id":       {Type: Code},
		"no type":     {ID: "a"},
		"bad UTF-8":   {ID: "a", Type: Code, Source: "\xff"},
		"bad JSON":    {ID: "a", Type: Code, Metadata: Metadata{"x": []byte("{")}},
		"deep":        {ID: "a", Type: Code, Metadata: Metadata{"x": []byte(deep)}},
		"attachments": {ID: "a", Type: Code, Attachments: map[string]MIMEBundle{}},
		"outputs":     {ID: "a", Type: Markdown, Outputs: []Output{{Type: Stream, Name: "stdout"}}},
		"null image":  {ID: "a", Type: Code, Outputs: []Output{{Type: DisplayData, Data: MIMEBundle{"image/png": []byte("null")}}}},
	} {
		var buf bytes.Buffer
		if err := Write(&buf, &Notebook{Cells: []*Cell{c}}); err == nil || buf.Len() > 0 {
			t.Errorf("%s: got %v and %d bytes, want an error and none", name, err, buf.Len())
		}
	}
	if err := Write(&bytes.Buffer{}, &Notebook{}); err != nil {
		t.Errorf("an empty notebook: %v", err)
	}
}

func TestWriteFileReplacesTheFileAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.ipynb")
	link := filepath.Join(dir, "link.ipynb")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.ipynb", link); err != nil {
		t.Skip(err)
	}
	broken := &Notebook{Cells: []*Cell{{}}}
	if err := WriteFile(link, broken); err == nil || !strings.Contains(err.Error(), "link.ipynb: nbformat: cell 1") {
		t.Errorf("got %v, want an error that names file and cell", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "old" {
		t.Errorf("a failed write left %q, want the old file", data)
	}
	if err := WriteFile(link, &Notebook{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err != nil {
		t.Error(err)
	}
	if info, _ := os.Lstat(link); info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced, want its target")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o640 {
		t.Errorf("mode is %v, want the old file's", info.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.partial")); len(left) > 0 {
		t.Errorf("%q left", left)
	}
	if err := WriteFile(filepath.Join(dir, "none", "a.ipynb"), &Notebook{}); err == nil {
		t.Error("a missing folder: got no error")
	}
}

func TestMIMEBundleBytesAreAWindowWhereTheyCanBe(t *testing.T) {
	raw := json.RawMessage(` "iVBORw0KGgo=" `)
	b := MIMEBundle{"image/png": raw, "a/b": []byte(`["x\n", "y"]`), "c/d": []byte(`"\u00e9\n"`), "e/f": []byte(`{}`), "g/i": []byte(`"x\\n\n\n"`)}
	b["image/jpeg"] = json.RawMessage(`"AAAA\n"`) // as Python ends base64
	for mime, want := range map[string]string{"image/png": "iVBORw0KGgo=", "a/b": "x\ny", "c/d": "é", "g/i": `x\n`, "image/jpeg": "AAAA"} {
		if got, ok := b.Bytes(mime); !ok || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", mime, got, ok, want)
		}
	}
	for _, mime := range []string{"e/f", "g/h"} {
		if got, ok := b.Bytes(mime); ok {
			t.Errorf("%s: got %q, want nothing", mime, got)
		}
	}
	for mime, from := range map[string]int{"image/png": 2, "image/jpeg": 1} {
		if got, _ := b.Bytes(mime); &got[0] != &b[mime][from] || cap(got) != len(got) {
			t.Errorf("%s was copied, want a window of the raw JSON that cannot grow", mime)
		}
	}
}

// FuzzReadWriteIsStable: whatever is read can be written, and what was written
// is read and written again as the same bytes.
func FuzzReadWriteIsStable(f *testing.F) {
	ins, _ := filepath.Glob("testdata/python/*.ipynb")
	for _, in := range ins {
		data, err := os.ReadFile(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(cells(`{"cell_type": "code", "id": "\u0000", "source": ["\ud800", "\n\r"], "x": 1e400, "y": -0, "z": 1E5}`)))
	f.Add([]byte(`{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "metadata": 1, "collapsed": true, "outputs": [{"output_type": "pyout", "metadata": "x", "text": "y"}]}]}]}`))
	f.Add([]byte(`{"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": ["a\n", "b"]}, {"cell_type": "code", "language": "python", "input": "x", "outputs": [
		{"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": []}, {"output_type": "display_data", "metadata": {"png": {"width": 1}}, "png": "AAAA\n", "json": "{}"}]}]}, {"cells": []}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		nb, err := Read(bytes.NewReader(data))
		if err != nil {
			if nb != nil {
				t.Error("got a notebook beside an error")
			}
			return
		}
		var once, twice bytes.Buffer
		if err := Write(&once, nb); err != nil {
			t.Fatalf("cannot write what was read: %v", err)
		}
		again, err := Read(bytes.NewReader(once.Bytes()))
		if err != nil {
			t.Fatalf("cannot read what was written: %v\n%s", err, once.Bytes())
		}
		if err := Write(&twice, again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("not stable (-once +twice):\n%s", cmp.Diff(once.String(), twice.String()))
		}
	})
}
