package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"mixmodel/kernel/nbformat"
)

type diffCommand struct {
	A string `arg:"" help:"A notebook."`
	B string `arg:"" help:"Another one."`
}

// run compares the outputs of two notebooks: text line by line, pictures and
// other data by size and digest. The status is 6 if they differ.
func (c *diffCommand) run(_ context.Context, stdout, stderr io.Writer) int {
	a, err := nbformat.ReadFile(c.A)
	if err != nil {
		return usage(stderr, err)
	}
	b, err := nbformat.ReadFile(c.B)
	if err != nil {
		return usage(stderr, err)
	}
	lines := diff(a, b)
	for _, l := range lines {
		fmt.Fprintln(stdout, l)
	}
	if len(lines) > 0 {
		return 6
	}
	return 0
}

// diff returns lines that say how the outputs of two notebooks differ. Cells
// are matched by id.
func diff(a, b *nbformat.Notebook) []string {
	var lines []string
	other := make(map[string]*nbformat.Cell)
	for _, c := range b.Cells {
		other[c.ID] = c
	}
	for _, c := range a.Cells {
		if c.Type != nbformat.Code {
			continue
		}
		d, ok := other[c.ID]
		delete(other, c.ID)
		if !ok {
			lines = append(lines, "cell "+c.ID+": only in the first notebook")
			continue
		}
		lines = append(lines, diffCell(c, d)...)
	}
	for _, c := range b.Cells {
		if _, ok := other[c.ID]; ok && c.Type == nbformat.Code {
			lines = append(lines, "cell "+c.ID+": only in the second notebook")
		}
	}
	return lines
}

func diffCell(a, b *nbformat.Cell) []string {
	var lines []string
	for i := range max(len(a.Outputs), len(b.Outputs)) {
		where := fmt.Sprintf("cell %s, output %d", a.ID, i+1)
		switch {
		case i >= len(b.Outputs):
			lines = append(lines, where+": only in the first notebook: "+name(a.Outputs[i]))
		case i >= len(a.Outputs):
			lines = append(lines, where+": only in the second notebook: "+name(b.Outputs[i]))
		default:
			lines = append(lines, diffOutput(where, a.Outputs[i], b.Outputs[i])...)
		}
	}
	return lines
}

// name says what an output is.
func name(o nbformat.Output) string {
	switch o.Type {
	case nbformat.Stream:
		return o.Name
	case nbformat.Error:
		return "error " + o.EName + ": " + o.EValue
	}
	return strings.Join(slices.Sorted(maps.Keys(o.Data)), ", ")
}

func diffOutput(where string, a, b nbformat.Output) []string {
	x, y := forms(a), forms(b)
	if a.Type != b.Type {
		return []string{fmt.Sprintf("%s: %s and %s", where, a.Type, b.Type)}
	}
	var lines []string
	keys := maps.Clone(x)
	maps.Copy(keys, y)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		v, inA := x[key]
		w, inB := y[key]
		switch {
		case !inB:
			lines = append(lines, where+": "+key+" only in the first notebook")
		case !inA:
			lines = append(lines, where+": "+key+" only in the second notebook")
		case v == w:
		case strings.HasPrefix(key, "image/") || strings.HasPrefix(key, "application/"):
			lines = append(lines, fmt.Sprintf("%s: %s: %s and %s", where, key, weigh(key, v), weigh(key, w)))
		default:
			lines = append(lines, where+": "+key+":")
			lines = append(lines, diffText(v, w)...)
		}
	}
	return lines
}

// forms are the texts that make an output, by a name.
func forms(o nbformat.Output) map[string]string {
	f := make(map[string]string)
	switch o.Type {
	case nbformat.Stream:
		f[o.Name] = o.Text
	case nbformat.Error:
		f["error"] = o.EName + ": " + o.EValue + "\n" + strings.Join(o.Traceback, "\n")
	}
	for mime, raw := range o.Data {
		text, ok := o.Data.Text(mime)
		if !ok {
			text = string(raw)
		}
		f[mime] = text
	}
	for key, raw := range o.Metadata {
		f["metadata of "+key] = string(raw)
	}
	return f
}

// weigh is the size and digest of a picture.
func weigh(mime, text string) string {
	data := []byte(text)
	if raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, "\n", "")); err == nil && mime != "image/svg+xml" {
		data = raw
	}
	sum := sha256.Sum256(data)
	return fmt.Sprintf("%d bytes with digest %x", len(data), sum[:4])
}

// diffText returns the lines that are in one text only, marked - and +. Of long
// texts, what lies between the first and the last difference is shown whole.
func diffText(a, b string) []string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	const most = 2000 // lines, whose product is memory
	if len(x) > most || len(y) > most {
		return []string{fmt.Sprintf("  %d lines and %d lines differ", len(x), len(y))}
	}
	return marked(x, y)
}

// marked is the shortest list of lines to leave out of x and to take from y.
func marked(x, y []string) []string {
	// common[i][j] is how many lines x[i:] and y[j:] can share.
	common := make([][]int, len(x)+1)
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, "  - "+x[i])
			i++
		default:
			lines = append(lines, "  + "+y[j])
			j++
		}
	}
	return lines
}
