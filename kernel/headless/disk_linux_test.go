package headless

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mixmodel/kernel/execute"
	"mixmodel/kernel/freeze"
	"mixmodel/kernel/nbformat"
)

// runInto runs a notebook whose second cell prints much, and writes it to out.
func runInto(t *testing.T, out string, f Flags) error {
	t.Helper()
	nb := &nbformat.Notebook{}
	for _, c := range [][2]string{
		{"imports", "import (\n\t\"fmt\"\n\t\"strings\"\n)"},
		{"first", "%%\nfmt.Println(\"first\")"},
		{"much", "%%\nfmt.Println(strings.Repeat(\"much \", 100_000))"},
		{"last", "%%\nfmt.Println(\"last\")"},
	} {
		nb.Cells = append(nb.Cells, &nbformat.Cell{ID: c[0], Type: nbformat.Code, Source: c[1]})
	}
	_, err := f.Run(t.Context(), filepath.Join(t.TempDir(), "n.ipynb"), nb, execute.Options{
		Save: func(nb *nbformat.Notebook) error { return nbformat.WriteFile(out, nb) },
	}, io.Discard)
	return err
}

func TestAFullDiskEndsInAClearErrorWithWhatWasFinishedSaved(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	defer func() { _ = syscall.Unmount(dir, 0) }()
	out := filepath.Join(dir, "out.ipynb")
	err := runInto(t, out, Flags{Engine: "own", Freeze: freeze.Off})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "write "+out+": no space left on device") {
		t.Errorf("got %v, want no space left on device", err)
	}
	nb, err := nbformat.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(nb.Cells[1].Outputs) != 1 || nb.Cells[1].Outputs[0].Text != "first\n" || len(nb.Cells[2].Outputs) != 0 {
		t.Errorf("got %+v, want the first cell's output", nb.Cells[1])
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%v are there, want the notebook alone", left)
	}
}

func TestAFullDiskUnderTheFrozenResultsDoesNotEndARun(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	defer func() { _ = syscall.Unmount(dir, 0) }()
	keepGoCaches(t)
	t.Setenv("XDG_CACHE_HOME", dir)
	out := filepath.Join(t.TempDir(), "out.ipynb")
	if err := runInto(t, out, Flags{Engine: "own", Freeze: freeze.Auto}); err != nil {
		t.Fatal(err)
	}
	nb, err := nbformat.ReadFile(out)
	if err != nil || nb.Cells[3].Outputs[0].Text != "last\n" {
		t.Errorf("%v: the last cell was not run", err)
	}
}

func TestAFolderThatCannotBeWrittenIsRefusedBeforeTheFirstCell(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	defer func() { _ = syscall.Unmount(dir, 0) }()
	out := filepath.Join(dir, "out.ipynb")
	err := runInto(t, out, Flags{Engine: "own", Freeze: freeze.Off})
	if !errors.Is(err, syscall.EROFS) || execute.ExitCode(err) != 2 {
		t.Errorf("got %v, status %d, want a read-only file system, status 2", err, execute.ExitCode(err))
	}
}
