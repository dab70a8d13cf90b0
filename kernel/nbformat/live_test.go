package nbformat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pythonVariable lists Python interpreters, separated as in PATH.
const pythonVariable = "MIXMODEL_PYTHON"

// python returns an interpreter that has nbformat, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	for _, p := range append(filepath.SplitList(os.Getenv(pythonVariable)), "python3") {
		if exec.Command(p, "-c", "import nbformat, jsonschema").Run() == nil {
			return p
		}
	}
	t.Skipf("needs Python with nbformat: pip install nbformat, and %s=/the/python unless it is python3", pythonVariable)
	return ""
}

// TestPythonWritesTheSameBytes makes notebooks of every format with everything
// in them, and compares what Python's nbformat makes of them with ours. Python
// then validates ours against the official schema.
func TestPythonWritesTheSameBytes(t *testing.T) {
	p := python(t)
	const each = 25
	dir := t.TempDir()
	for minor := -1; minor <= 5; minor++ { // -1 is format 3
		for seed := range uint64(each) {
			m := maker{rand.New(rand.NewPCG(seed, uint64(minor+2))), minor}
			nb := m.v4()
			if minor < 0 {
				nb = m.v3()
			}
			write(t, filepath.Join(dir, fmt.Sprintf("%d-%d.in.ipynb", minor+1, seed)), mustJSON(nb))
		}
	}
	compareWithPython(t, p, dir, 7*each)
}

// TestPythonRewritesGoNBsExamplesAlike takes notebooks that people wrote.
func TestPythonRewritesGoNBsExamplesAlike(t *testing.T) {
	p := python(t)
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/janpfeifer/gonb").Output()
	root := strings.TrimSpace(string(out))
	if err != nil || root == "" {
		t.Skipf("the module of GoNB is not here (%v)", err)
	}
	dir, n := t.TempDir(), 0
	for _, pattern := range []string{"examples/*.ipynb", "examples/*/*.ipynb"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		for _, path := range found {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, fmt.Sprintf("%d.in.ipynb", n)), raw)
			n++
		}
	}
	if n < 10 {
		t.Fatalf("found %d notebooks in %s, want at least 10", n, root)
	}
	compareWithPython(t, p, dir, n)
}

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func compareWithPython(t *testing.T, python, dir string, n int) {
	t.Helper()
	ins, err := filepath.Glob(filepath.Join(dir, "*.in.ipynb"))
	if err != nil || len(ins) != n {
		t.Fatalf("made %d notebooks (%v), want %d", len(ins), err, n)
	}
	for _, in := range ins {
		nb, err := ReadFile(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(strings.Replace(in, ".in.", ".got.", 1), nb); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(python, "-W", "ignore", "testdata/python/rewrite.py", dir).CombinedOutput()
	if err != nil || !strings.HasPrefix(lastLine(out), "ok ") || !strings.HasSuffix(lastLine(out), fmt.Sprintf(" %d %d", n, n)) {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(lastLine(out))
	for _, in := range ins {
		want, err := os.ReadFile(strings.Replace(in, ".in.", ".want.", 1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(strings.Replace(in, ".in.", ".got.", 1))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%s (-Python +ours):\n%s", filepath.Base(in), cmp.Diff(string(want), string(got)))
		}
	}
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// maker makes notebooks with everything that a format allows.
type maker struct {
	*rand.Rand
	minor int // -1 is format 3
}

type fieldsOf = map[string]any

func pick[T any](m maker, of ...T) T { return of[m.IntN(len(of))] }

// text has all that lines may end with and all that needs an escape.
func (m maker) text() string {
	parts := []string{"a", "word ", "\n", "\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\u0085", "\u2028", "\u2029",
		"\"", "\\", "/", "\t", "\b", "\x00", "\x1f", "\x7f", "<&>", "é", "漢", "😀", "\ufeff", "\u00a0", "{}", "'"}
	var s strings.Builder
	for range m.IntN(12) {
		s.WriteString(pick(m, parts...))
	}
	return s.String()
}

// multiline is a text in either of its forms.
func (m maker) multiline() any {
	if m.IntN(2) == 0 {
		return m.text()
	}
	lines := []string{}
	for range m.IntN(4) {
		lines = append(lines, m.text())
	}
	return lines
}

func (m maker) number() json.Number {
	switch m.IntN(5) {
	case 0:
		return json.Number(fmt.Sprint(m.IntN(2001) - 1000))
	case 1:
		return "123456789012345678901234567890"
	case 2:
		return json.Number(fmt.Sprintf("%e", math.Float64frombits(m.Uint64()&^(1<<62))))
	case 3:
		return pick[json.Number](m, "-0", "-0.0", "0.0", "1E5", "1e-5", "1.0", "100000000000000000000.0", "1e16", "9999999999999998.0", "0.0001", "0.00009", "5e-324")
	}
	return json.Number(fmt.Sprintf("%g.5", math.Trunc(m.NormFloat64()*1e5)))
}

func (m maker) value(depth int) any {
	switch m.IntN(7) {
	case 0:
		return nil
	case 1:
		return m.IntN(2) == 0
	case 2, 3:
		return m.number()
	case 4:
		if depth > 0 {
			return m.object(depth - 1)
		}
	case 5:
		if depth > 0 {
			list := []any{}
			for range m.IntN(4) {
				list = append(list, m.value(depth-1))
			}
			return list
		}
	}
	return m.text()
}

func (m maker) object(depth int) fieldsOf {
	o := fieldsOf{}
	for range m.IntN(4) {
		o[pick(m, "b", "a", "é", "Z", "漢", "😀", "x y", "ﬀ", "\n")+m.text()] = m.value(depth)
	}
	return o
}

func (m maker) metadata() fieldsOf {
	o := m.object(3)
	if m.IntN(3) == 0 {
		o["trusted"] = true
	}
	if m.IntN(3) == 0 {
		o["tags"] = []string{"parameters", "a-tag"}
	}
	return o
}

func (m maker) count() any {
	if m.IntN(3) == 0 {
		return nil
	}
	return 1 + m.IntN(99)
}

func (m maker) bundle() fieldsOf {
	b := fieldsOf{}
	for _, mime := range []string{"text/plain", "text/html", "text/x-other", "image/png", "image/svg+xml", "application/javascript", "application/pdf", "application/x-latex"} {
		if m.IntN(3) == 0 {
			b[mime] = m.multiline()
		}
	}
	if m.IntN(2) == 0 {
		b["image/jpeg"] = "aGVsbG8gd29ybGQ=" + pick(m, "", "\n")
	}
	if m.minor >= 2 { // before, JSON was text
		if m.IntN(3) == 0 {
			b["application/json"] = m.object(3)
		}
		if m.IntN(3) == 0 {
			b["application/vnd.test.v1+json"] = m.value(3)
		}
	}
	return b
}

func (m maker) traceback() []string {
	lines := []string{}
	for range m.IntN(3) {
		lines = append(lines, m.text())
	}
	return lines
}

func (m maker) outputs(one func() fieldsOf) []fieldsOf {
	list := []fieldsOf{}
	for range m.IntN(5) {
		list = append(list, one())
	}
	return list
}

func (m maker) output() fieldsOf {
	switch m.IntN(4) {
	case 0:
		return fieldsOf{"output_type": "stream", "name": pick(m, "stdout", "stderr"), "text": m.multiline()}
	case 1:
		return fieldsOf{"output_type": "display_data", "data": m.bundle(), "metadata": m.object(2)}
	case 2:
		return fieldsOf{"output_type": "execute_result", "data": m.bundle(), "metadata": m.object(2), "execution_count": m.count()}
	}
	return fieldsOf{"output_type": "error", "ename": m.text(), "evalue": m.text(), "traceback": m.traceback()}
}

func (m maker) v4() fieldsOf {
	cells := []fieldsOf{}
	for i := range m.IntN(6) {
		c := fieldsOf{"cell_type": pick(m, "code", "code", "markdown", "raw"), "source": m.multiline(), "metadata": m.metadata()}
		if m.minor == 5 {
			c["id"] = fmt.Sprintf("%s-%d", pick(m, "a", "B_", "x0"), i)
		}
		switch {
		case c["cell_type"] == "code":
			c["execution_count"] = m.count()
			c["outputs"] = m.outputs(m.output)
		case m.minor >= 1 && m.IntN(3) == 0:
			c["attachments"] = fieldsOf{"a.png": fieldsOf{"image/png": "aGVsbG8="}, "é": fieldsOf{"text/plain": m.multiline()}}
		}
		cells = append(cells, c)
	}
	metadata := m.object(3)
	metadata["kernelspec"] = fieldsOf{"name": "gonb", "display_name": m.text(), "language": "go"}
	metadata["language_info"] = fieldsOf{"name": "go", "version": "1.26"}
	metadata["orig_nbformat"] = 4
	return fieldsOf{"nbformat": 4, "nbformat_minor": m.minor, "metadata": metadata, "cells": cells}
}

// v3 is format 3, whose outputs had short names and whose JSON was text.
func (m maker) v3() fieldsOf {
	cells := []fieldsOf{}
	for range m.IntN(6) {
		c := fieldsOf{"cell_type": pick(m, "code", "code", "markdown", "heading", "html", "raw"), "metadata": m.metadata()}
		switch c["cell_type"] {
		case "code":
			c["language"] = "python"
			c["collapsed"] = m.IntN(2) == 0
			c["input"] = m.multiline()
			if m.IntN(2) == 0 {
				c["prompt_number"] = 1 + m.IntN(9)
			}
			c["outputs"] = m.outputs(m.outputV3)
		case "heading":
			c["level"] = 1 + m.IntN(6)
			c["source"] = m.multiline()
		default:
			c["source"] = m.multiline()
		}
		cells = append(cells, c)
	}
	return fieldsOf{"nbformat": 3, "nbformat_minor": 0, "metadata": fieldsOf{"name": "Untitled", "x": m.value(2)},
		"worksheets": []fieldsOf{{"cells": cells, "metadata": fieldsOf{}}}}
}

func (m maker) outputV3() fieldsOf {
	var o fieldsOf
	switch m.IntN(4) {
	case 0:
		return fieldsOf{"output_type": "stream", "stream": pick(m, "stdout", "stderr"), "text": m.multiline()}
	case 1:
		return fieldsOf{"output_type": "pyerr", "ename": m.text(), "evalue": m.text(), "traceback": m.traceback()}
	case 2:
		o = fieldsOf{"output_type": "pyout", "prompt_number": 1 + m.IntN(9), "metadata": fieldsOf{"png": fieldsOf{"width": 5}}}
	default:
		o = fieldsOf{"output_type": "display_data", "metadata": fieldsOf{}}
	}
	for _, name := range []string{"text", "html", "svg", "latex", "javascript"} {
		if m.IntN(3) == 0 {
			o[name] = m.multiline()
		}
	}
	if m.IntN(2) == 0 {
		o["png"] = "aGVsbG8gd29ybGQ="
	}
	if m.IntN(3) == 0 {
		o["json"] = string(mustJSON(m.object(2)))
	}
	return o
}
