package trace

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const helloSHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // sha256sum of "hello"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLinesAreAsDocumented(t *testing.T) {
	dir := t.TempDir()
	file, traced := filepath.Join(dir, "a & <b>.csv"), filepath.Join(dir, "trace")
	write(t, file, "hello")
	t.Setenv(Variable, traced)
	if err := Append(Of(Read, file), Of(Read, file+"x"), Of(Write, file), Of(Read, dir), Of(Keyed, file)); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(traced)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"op":"read","path":"` + file + `","sha256":"` + helloSHA256 + `"}
{"op":"read","path":"` + file + `x","sha256":""}
{"op":"write","path":"` + file + `","sha256":"` + helloSHA256 + `"}
{"op":"volatile","path":"` + dir + `","sha256":""}
{"op":"keyed","path":"` + file + `","sha256":""}
`
	if filepath.Separator == '/' { // elsewhere the separator is escaped
		if d := cmp.Diff(want, string(raw)); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func TestReadFileGivesWhatWasAppended(t *testing.T) {
	traced := filepath.Join(t.TempDir(), "trace")
	t.Setenv(Variable, traced)
	a, b := Access{Read, "/a", "1"}, Access{Write, "/b", "2"}
	for range 2 {
		if err := Append(a, b); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadFile(traced, 0)
	if d := cmp.Diff([]Access{a, b}, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	info, _ := os.Stat(traced)
	if got, err := ReadFile(traced, info.Size()); err != nil || got != nil {
		t.Errorf("after the end: got %v, %v, want nothing", got, err)
	}
	for _, line := range []string{"x", "{}", `{"op":"delete","path":"/a"}`, `{"op":"read"}`} {
		write(t, traced, line+"\n")
		if _, err := ReadFile(traced, 0); err == nil {
			t.Errorf("%s: got no error", line)
		}
	}
}

func TestNothingIsRecordedUnasked(t *testing.T) {
	t.Setenv(Variable, "")
	if Enabled() {
		t.Error("enabled without the variable")
	}
	if err := Append(Access{Op: Read, Path: "/a"}); err != nil {
		t.Error(err)
	}
}

func TestAnAccessHoldsUntilTheFileChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	missing := Of(Read, path)
	if !missing.Holds() {
		t.Error("a missing file: does not hold while it is missing")
	}
	write(t, path, "hello")
	there := Of(Read, path)
	if missing.Holds() {
		t.Error("a missing file: holds though the file came to be")
	}
	if !there.Holds() {
		t.Error("a file: does not hold while it is the same")
	}
	write(t, path, "hullo")
	if there.Holds() {
		t.Error("a file: holds though its contents changed")
	}
	if Of(Read, filepath.Dir(path)).Holds() {
		t.Error("a folder: holds, want volatile")
	}
}

func TestConcurrentLinesStayWhole(t *testing.T) {
	traced := filepath.Join(t.TempDir(), "trace")
	t.Setenv(Variable, traced)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				if err := Append(Access{Read, filepath.Join("/", string(rune('a'+i)), string(rune('a'+j))), helloSHA256}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, err := ReadFile(traced, 0); err != nil || len(got) != 400 {
		t.Errorf("got %d accesses (%v), want 400", len(got), err)
	}
}
