package engine

import (
	"fmt"
	"testing"
)

// Without a module, cells with coverage are files in one folder.
func TestCellsWithCoverageAreBuiltBesideOthers(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	cells := []Cell{{"flags", "%goflags --cover --covermode=set"}}
	for i := range 6 {
		cells = append(cells,
			Cell{fmt.Sprint("main-", i), fmt.Sprintf("func f%d() int { return %[1]d }\n%%%%\nfmt.Println(f%[1]d())", i)},
			Cell{fmt.Sprint("broken-", i), "%test\nimport \"example.com/none\"\nfunc TestA(t *testing.T) { none.F() }"},
			Cell{fmt.Sprint("test-", i), fmt.Sprintf("%%test\nfunc Test%d(t *testing.T) { f%[1]d() }", i)})
	}
	s.Prepare(cells)
	for i, c := range cells {
		got, err := execute(t, s, c.ID, c.Source)
		if want := i%3 == 2; (err != nil) != want {
			t.Errorf("%s: got %s, %v, want an error: %v", c.ID, got, err, want)
		}
		s.Prepare(cells[i+1:])
	}
}
