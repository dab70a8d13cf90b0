package nbformat

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWriteGivesPythonsBytes compares with what Python's nbformat 5.11
// (nbformat.read, then nbformat.write) made of the same input. Its random cell
// ids for formats before 4.5 were replaced by cell-1, cell-2, ...
func TestWriteGivesPythonsBytes(t *testing.T) {
	ins, err := filepath.Glob("testdata/python/*.in.ipynb")
	if err != nil || len(ins) != 4 {
		t.Fatalf("found %d inputs (%v), want 4", len(ins), err)
	}
	for _, in := range ins {
		want, err := os.ReadFile(strings.Replace(in, ".in.", ".want.", 1))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{in, strings.Replace(in, ".in.", ".want.", 1)} {
			nb, err := ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := Write(&got, nb); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if d := cmp.Diff(string(want), got.String()); d != "" {
				t.Errorf("%s (-want +got):\n%s", path, d)
			}
		}
	}
}
