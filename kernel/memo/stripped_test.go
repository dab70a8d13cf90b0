package memo

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStrippedSourcesAreTheSameProgram reads every source of this repository.
func TestStrippedSourcesAreTheSameProgram(t *testing.T) {
	files := 0
	err := filepath.WalkDir("../..", func(name string, e os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		once := stripped(src)
		if tokens(once) != tokens(src) {
			t.Errorf("%s: other tokens", name)
		}
		if !bytes.Equal(stripped(once), once) {
			t.Errorf("%s: stripping twice changes it", name)
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("read %d files (%v), want at least 100", files, err)
	}
}

func TestStrippedLeavesOutCommentsAndLayoutOnly(t *testing.T) {
	const src = "package a\n\n// A comment.\nvar x = \"// no comment\" /* here */ + `a\n\n/* b */`\n\n//go:embed x\nvar y string // end"
	const want = "package a\nvar x = \"// no comment\" + `a\n\n/* b */`\n//go:embed x\nvar y string "
	if got := string(stripped([]byte(src))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzStripped: nothing panics, and valid source keeps its tokens.
func FuzzStripped(f *testing.F) {
	for _, src := range []string{"package a", "'\\''", "\"\\", "`", "/*", "//", "/**/", "a//\nb", "\"\n\"", "a/b", "package a\n/*\n*/var x = '\"'"} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		once := stripped(src)
		if _, err := format.Source(src); err != nil {
			return
		}
		if tokens(once) != tokens(src) {
			t.Errorf("%q became %q", src, once)
		}
	})
}

func BenchmarkSourcesOfTheModelLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := readSources("../../mmm"); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzOpened: a damaged file of the store is an error, never a panic.
func FuzzOpened(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("{}\nvalue" + strings.Repeat("x", 32)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, value, err := opened(raw); err == nil && len(value) > len(raw) {
			t.Error("more came out than is in")
		}
	})
}
