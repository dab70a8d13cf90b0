package engine

import (
	"context"
	"errors"
	"slices"

	"mixmodel/kernel/cell"
)

// Check parses and compiles the cells, one after another as they would be run
// from here, and runs none. Faults are listed by cell, each once, and all of
// them: a cell's declarations count for later cells even if they are faulty.
// The error is for trouble that has nothing to do with the cells.
//
// What was checked is compiled, and need only be linked to run.
func (s *Session) Check(ctx context.Context, cells []Cell) ([]Diagnostic, error) {
	ctx, end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	ch := checking{s: s, ctx: ctx, state: s.current(), faults: make([]cell.Diagnostics, len(cells))}
	for i, c := range cells {
		ch.cell(i, c)
	}
	if err := ch.compile(); err != nil {
		return nil, err
	}
	return ch.list(), nil
}

// checking is a check under way.
type checking struct {
	s      *Session
	ctx    context.Context
	state  state
	units  []*unit
	of     []int // which cell a unit is of
	faults []cell.Diagnostics
}

func (ch *checking) fault(i int, err error) {
	var compile *CompileError
	var run *RunError
	var syntax cell.Diagnostics
	switch {
	case errors.As(err, &compile):
		ch.faults[i] = append(ch.faults[i], compile.Diagnostics...)
	case errors.As(err, &syntax):
		ch.faults[i] = append(ch.faults[i], syntax...)
	case errors.As(err, &run):
		ch.faults[i] = append(ch.faults[i], Diagnostic{CellID: run.CellID, Line: run.Line, Message: run.Value})
	}
}

// cell parses a cell and composes its program.
func (ch *checking) cell(i int, c Cell) {
	parsed, syntax := cell.Parse(c.ID, c.Source)
	st, err := ch.state.settings(parsed, false)
	ch.fault(i, err)
	ch.fault(i, syntax)
	ch.state = st.then(parsed)
	if !parsed.Go || syntax != nil {
		return
	}
	u, err := ch.s.unit(ch.ctx, st, parsed)
	if err != nil {
		ch.fault(i, err)
		return
	}
	ch.units, ch.of = append(ch.units, u), append(ch.of, i)
}

// compile compiles the programs, those that are alike together.
func (ch *checking) compile() error {
	for len(ch.units) > 0 {
		n := 1
		for n < len(ch.units) && ch.units[0].like(ch.units[n]) {
			n++
		}
		list, err := ch.s.compile(ch.ctx, ch.units[:n])
		if err != nil {
			return err
		}
		for i, b := range list {
			ch.fault(ch.of[i], b.err)
		}
		ch.units, ch.of = ch.units[n:], ch.of[n:]
	}
	return nil
}

// list returns each fault once. An import that is not used is none: what is
// used is found out when the cell is run.
func (ch *checking) list() []Diagnostic {
	var all []Diagnostic
	for _, ds := range ch.faults {
		for _, d := range ds {
			if !slices.Contains(all, d) && !notUsed.MatchString(d.Message) {
				all = append(all, d)
			}
		}
	}
	return all
}
