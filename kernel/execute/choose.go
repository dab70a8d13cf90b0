package execute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mixmodel/kernel/nbformat"
)

// Skipper is an engine that can take note of what a cell declares without
// running it.
type Skipper interface {
	Skip(ctx context.Context, cell Cell) error
}

// choose lists the code cells, says which are run, and empties those, so that a
// notebook that was not run to its end shows no outputs of another run.
func (r *runner) choose() error {
	unknown := slices.Clone(r.options.Select)
	count := 0
	for _, cell := range r.nb.Cells {
		if cell.Type != nbformat.Code {
			continue
		}
		c := &cellRun{cell: cell, number: len(r.cells) + 1, skip: r.why(cell)}
		unknown = slices.DeleteFunc(unknown, func(name string) bool { return cell.ID == name || cell.HasTag(name) })
		if c.skip != unselected {
			cell.ExecutionCount, cell.Outputs = 0, nil
		}
		if c.skip == "" {
			count++
			c.count = count
		}
		r.cells = append(r.cells, c)
	}
	if len(unknown) > 0 {
		return fmt.Errorf("%w: no code cell has the id or tag %s", ErrUsage, strings.Join(unknown, ", "))
	}
	for _, c := range r.cells {
		if _, err := tagTimeout(c.cell); err != nil {
			return fmt.Errorf("%w: cell %q: %w", ErrUsage, c.cell.ID, err)
		}
	}
	nameLanguage(r.nb)
	return nil
}

const unselected = "not selected"

// why says why a cell is not run.
func (r *runner) why(c *nbformat.Cell) string {
	isNamed := func(name string) bool { return c.ID == name || c.HasTag(name) }
	switch {
	case strings.TrimSpace(c.Source) == "":
		return "empty"
	case c.HasTag(TagSkip):
		return "tagged " + TagSkip
	case len(r.options.Select) > 0 && !slices.ContainsFunc(r.options.Select, isNamed):
		return unselected
	}
	return ""
}

// pass takes note of what a cell declares that is not selected.
func (r *runner) pass(ctx context.Context, c *cellRun) error {
	if c.skip != unselected {
		return nil
	}
	s, ok := r.engine.(Skipper)
	if !ok {
		return fmt.Errorf("%w: this engine cannot run selected cells", ErrUsage)
	}
	if err := s.Skip(ctx, c.job()); err != nil {
		return r.reject(c, err)
	}
	return nil
}

// reject is the error of a cell that is not run and cannot be taken note of.
func (r *runner) reject(c *cellRun, err error) error {
	var failure *Failure
	if !errors.As(err, &failure) {
		return err
	}
	e := r.cellError(c, failure.Name, failure.Value)
	e.Line, e.Text = failure.Line, failure.Error()
	return e
}

// nameLanguage names kernel and language, without a version, which would make
// runs with different versions of Go differ.
func nameLanguage(nb *nbformat.Notebook) {
	if nb.Metadata == nil {
		nb.Metadata = nbformat.Metadata{}
	}
	nb.Metadata.Set("kernelspec", map[string]string{"display_name": "Go (gonb)", "language": "go", "name": "gonb"})
	nb.Metadata.Set("language_info", map[string]string{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"})
}

// cellTimeout is the cell's own timeout, the caller's, the notebook's, or the
// default, in this order; not positive is no limit.
func (r *runner) cellTimeout(c *nbformat.Cell) time.Duration {
	if d, _ := tagTimeout(c); d != 0 {
		return d
	}
	if r.options.CellTimeout != 0 {
		return r.options.CellTimeout
	}
	var seconds float64
	if r.nb.Metadata.Get(&seconds, "execution", "timeout") {
		return time.Duration(seconds * float64(time.Second))
	}
	return DefaultCellTimeout
}

// tagTimeout reads the tag "timeout:90s"; 0 is none.
func tagTimeout(c *nbformat.Cell) (time.Duration, error) {
	for _, tag := range c.Tags() {
		text, ok := strings.CutPrefix(tag, "timeout:")
		if !ok {
			continue
		}
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return 0, fmt.Errorf("the tag %q has no duration (want one such as timeout:90s)", tag)
		}
		return d, nil
	}
	return 0, nil
}
