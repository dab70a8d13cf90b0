package execute

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/nbformat"
)

// Tags of the cells that hold parameters.
const (
	TagParameters = "parameters"
	TagInjected   = "injected-parameters"
)

// Inject sets parameters of the notebook.
//
// Parameters are the variables that the cell tagged "parameters" declares, with
// the values that are their defaults:
//
//	var (
//		data     = "../testdata/case_study.csv"
//		draws    = 1000
//		target   = 0.9
//		quick    = false
//		timeout  = 5 * time.Minute
//		since    = time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
//		channels = []string{"TV", "Radio"}
//	)
//
// Inject puts a cell after it, tagged "injected-parameters", that declares the
// variables named in params anew, which for GoNB replaces them; an injected
// cell that is already there is replaced. Values are given as text and must
// suit the variable's type, which the type checker tells: a string, a bool, a
// number, a type that a cell makes of one, a time.Duration, a time.Time, or a
// slice of these, whose elements commas separate. All names and values that do
// not fit are reported at once, wrapping ErrParams.
//
// Cells run in dir, the notebook's folder. So that a user can name files as
// seen from where they are, a string that is the relative path of an existing
// file, as seen from the current directory, becomes the path of the same file
// relative to dir.
//
// Nothing changes if params is empty.
func Inject(nb *nbformat.Notebook, params map[string]string, dir string) error {
	if len(params) == 0 {
		return nil
	}
	at := slices.IndexFunc(nb.Cells, func(c *nbformat.Cell) bool {
		return c.Type == nbformat.Code && c.HasTag(TagParameters)
	})
	if at < 0 {
		return fmt.Errorf("%w: no code cell is tagged %q, so %s cannot be set", ErrParams, TagParameters, quoted(params))
	}
	known, err := declared(nb.Cells, at)
	if err != nil {
		return fmt.Errorf("%w: cell %q: %w", ErrParams, nb.Cells[at].ID, err)
	}
	var lines []string
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(params)) {
		line, err := known.declaration(name, params[name], dir)
		if err != nil {
			faults = append(faults, fmt.Errorf("%w: %w", ErrParams, err))
		}
		lines = append(lines, line)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	after := nb.Cells[at]
	nb.Cells = slices.DeleteFunc(nb.Cells, func(c *nbformat.Cell) bool { return c.HasTag(TagInjected) })
	taken := make(map[string]bool)
	for _, c := range nb.Cells {
		taken[c.ID] = true
	}
	cell := &nbformat.Cell{
		ID:       nbformat.FreeID(TagInjected, taken),
		Type:     nbformat.Code,
		Source:   strings.Join(lines, "\n"),
		Metadata: nbformat.Metadata{},
	}
	cell.Metadata.Set("tags", []string{TagInjected})
	nb.Cells = slices.Insert(nb.Cells, slices.Index(nb.Cells, after)+1, cell)
	return nil
}

func quoted(params map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(params)), ", ")
}

// variables are the parameters of a notebook by name.
type variables map[string]variable

// declaration returns Go source that declares the parameter with the value.
func (v variables) declaration(name, value, dir string) (string, error) {
	known, ok := v[name]
	if !ok {
		has := "it has none"
		if len(v) > 0 {
			has = "it has " + strings.Join(slices.Sorted(maps.Keys(v)), ", ")
		}
		return "", fmt.Errorf("the notebook has no parameter %q (%s)", name, has)
	}
	if known.typ == nil {
		return "", fmt.Errorf("%s=%s: its type is not known, so it cannot be set: %s", name, value, known.why)
	}
	w := writer{dir: dir, name: known.name}
	text, err := w.literal(known.typ, value)
	if err != nil {
		return "", fmt.Errorf("%s=%s: %w", name, value, err)
	}
	return fmt.Sprintf("var %s %s = %s%s", name, w.name(known.typ), text, w.comment), nil
}

// seenFrom returns path as seen from dir, if it is the relative path of an
// existing file, else path itself.
func seenFrom(dir, path string) (string, error) {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") {
		return path, nil
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return path, nil
	}
	// The kernel resolves ".." in real folders, so links must be gone first.
	from, err := realPath(dir)
	if err != nil {
		return "", err
	}
	folder, err := realPath(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(from, filepath.Join(folder, filepath.Base(path)))
	if err != nil {
		return "", err
	}
	return filepath.ToSlash(rel), nil
}

func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
