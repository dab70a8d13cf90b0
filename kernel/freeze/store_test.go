package freeze

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mixmodel/kernel/nbformat"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// module makes a module with a folder notebooks, and a store beside it.
func module(t *testing.T) (Store, *Place) {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(base, "m", "go.mod"), "module m\n\ngo 1.25\n")
	write(t, filepath.Join(base, "m", "notebooks", "data.csv"), "1,2\n")
	p, err := NewPlace(filepath.Join(base, "m", "notebooks"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Store{Dir: filepath.Join(base, "store")}, p
}

func result(text string) Entry {
	data := nbformat.MIMEBundle{}
	data.SetText("text/html", "<b>&"+text+"</b>")
	return Entry{Cell: "eda", Outputs: []Output{
		{Output: nbformat.Output{Type: nbformat.Stream, Name: "stdout", Text: text}},
		{Output: nbformat.Output{Type: nbformat.DisplayData, Data: data, Metadata: nbformat.Metadata{}}, DisplayID: "bar"},
	}}
}

func TestAResultComesBackAsItWasPut(t *testing.T) {
	s, p := module(t)
	want := result("hello")
	digest, err := p.fileDigest(filepath.Join(p.Dir, "data.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want.Inputs = []Input{{FileInput, "data.csv", digest}, {FileInput, "../none.csv", ""}, {EnvInput, "FREEZE_TEST", ""}}
	if got, why := s.Get("key", p); got != nil || why != "it has not been run with this code" {
		t.Errorf("before: got %v, %q", got, why)
	}
	if err := s.Put("key", want, p); err != nil {
		t.Fatal(err)
	}
	got, why := s.Get("key", p)
	if got == nil {
		t.Fatal(why)
	}
	if d := cmp.Diff(want, got.Entry, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if other, _ := s.Get("other", p); other != nil {
		t.Errorf("another program: got %v", other)
	}
	for _, change := range []struct {
		what     string
		do, undo func()
		why      string
	}{
		{"a file", func() { write(t, filepath.Join(p.Dir, "data.csv"), "1,3\n") }, func() { write(t, filepath.Join(p.Dir, "data.csv"), "1,2\n") }, "data.csv has changed"},
		{"a missing file", func() { write(t, filepath.Join(p.Root, "none.csv"), "") }, func() { os.Remove(filepath.Join(p.Root, "none.csv")) }, "../none.csv has changed"},
		{"a variable", func() { os.Setenv("FREEZE_TEST", "x") }, func() { os.Unsetenv("FREEZE_TEST") }, "$FREEZE_TEST has changed"},
	} {
		change.do()
		if got, why := s.Get("key", p); got != nil || why != change.why {
			t.Errorf("%s changed: got %v, %q, want %q", change.what, got, why, change.why)
		}
		change.undo()
		if got, why := s.Get("key", p); got == nil {
			t.Errorf("%s changed back: got none, %q", change.what, why)
		}
	}
}

func TestAResultHoldsInAnotherCopyOfTheModule(t *testing.T) {
	s, p := module(t)
	_, q := module(t)
	digest, _ := p.fileDigest(filepath.Join(p.Dir, "data.csv"))
	e := result("x")
	e.Inputs = []Input{{FileInput, p.name(filepath.Join(p.Dir, "data.csv")), digest}}
	if err := s.Put("key", e, p); err != nil {
		t.Fatal(err)
	}
	if got, why := s.Get("key", q); got == nil {
		t.Error(why)
	}
}

func TestFilesArePutBack(t *testing.T) {
	s, p := module(t)
	kept, cache := filepath.Join(p.Dir, "kept.txt"), filepath.Join(p.Dir, "cache.bin")
	write(t, kept, "kept")
	write(t, cache, "cache")
	e := result("x")
	e.Files = []File{{"kept.txt", digestOf([]byte("kept")), false}, {"cache.bin", digestOf([]byte("cache")), true}}
	if err := s.Put("key", e, p); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ kept, cache, want string }{
		{"", "", "kept cache"}, {"other", "other", "kept other"}, {"kept", "cache", "kept cache"},
	} {
		for path, text := range map[string]string{kept: test.kept, cache: test.cache} {
			os.Remove(path)
			if text != "" {
				write(t, path, text)
			}
		}
		found, why := s.Get("key", p)
		if found == nil {
			t.Fatal(why)
		}
		if err := found.Restore(p); err != nil {
			t.Fatal(err)
		}
		a, _ := os.ReadFile(kept)
		b, _ := os.ReadFile(cache)
		if got := string(a) + " " + string(b); got != test.want {
			t.Errorf("after %q and %q: got %s, want %s", test.kept, test.cache, got, test.want)
		}
	}
	if left, _ := os.ReadDir(p.Dir); len(left) != 3 {
		t.Errorf("%v are there, want three files", left)
	}
}

func TestADamagedResultIsNone(t *testing.T) {
	for _, damage := range []func(t *testing.T, dir string){
		func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, entryFile)) },
		func(t *testing.T, dir string) { write(t, filepath.Join(dir, entryFile), "{}") },
		func(t *testing.T, dir string) { os.Truncate(filepath.Join(dir, entryFile), 20) },
		func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, digestOf([]byte("kept")))) },
	} {
		s, p := module(t)
		write(t, filepath.Join(p.Dir, "kept.txt"), "kept")
		e := result("x")
		e.Files = []File{{Path: "kept.txt", SHA256: digestOf([]byte("kept"))}}
		if err := s.Put("key", e, p); err != nil {
			t.Fatal(err)
		}
		found, _ := s.Get("key", p)
		damage(t, found.dir)
		if got, _ := s.Get("key", p); got != nil {
			t.Errorf("got %v, want none", got)
		}
		if err := s.Put("key", e, p); err != nil {
			t.Errorf("putting it again: %v", err)
		}
		if got, why := s.Get("key", p); got == nil && !strings.Contains(why, "this code") {
			t.Errorf("after it was put again: %s", why)
		}
	}
}

func TestTheLeastRecentlyUsedAreRemoved(t *testing.T) {
	s, p := module(t)
	s.MaxBytes = 2000
	for i := range 6 {
		if err := s.Put(fmt.Sprint("key", i), result(strings.Repeat(fmt.Sprint(i), 500)), p); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if got, why := s.Get("key0", p); got == nil { // is used now
		t.Fatal(why)
	}
	if n, _, err := s.GC(); err != nil || n == 0 {
		t.Fatalf("removed %d, %v", n, err)
	}
	all, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, u := range all {
		total += u.Bytes
	}
	if got, _ := s.Get("key0", p); got == nil || total > 2000 {
		t.Errorf("%d bytes are left, the most recently used one is there: %v", total, got != nil)
	}
	if got, _ := s.Get("key1", p); got != nil {
		t.Error("the least recently used one is there")
	}
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	if all, err := s.List(); err != nil || len(all) != 0 {
		t.Errorf("after Clear: %v, %v", all, err)
	}
}

func TestOneProgramKeepsResultsOfDifferentInputs(t *testing.T) {
	s, p := module(t)
	for i := range maxVariants + 5 {
		t.Setenv("FREEZE_TEST", fmt.Sprint(i))
		in := Input{Kind: EnvInput, Name: "FREEZE_TEST"}
		in.Digest, _ = p.digest(in)
		e := result(fmt.Sprint(i))
		e.Inputs = []Input{in}
		if err := s.Put("key", e, p); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FREEZE_TEST", "18")
	if got, why := s.Get("key", p); got == nil || got.Outputs[0].Text != "18" {
		t.Errorf("got %v, %s", got, why)
	}
	if all, _ := s.List(); len(all) != maxVariants {
		t.Errorf("%d are kept, want %d", len(all), maxVariants)
	}
}

func TestManyMayPutAtOnce(t *testing.T) {
	s, p := module(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 10 {
				if err := s.Put("key", result(fmt.Sprint(i%2)), p); err != nil {
					t.Error(err)
				}
				if got, why := s.Get("key", p); got == nil {
					t.Error(why)
				}
			}
		})
	}
	all.Wait()
	root, _ := s.root()
	if left, _ := os.ReadDir(filepath.Join(root, "tmp")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
