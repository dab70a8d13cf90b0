package memo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mixmodel/kernel/trace"
)

type curve struct {
	Name string
	Y    []float64
}

// kept is a store of the test's own, with what it warned of.
func kept(t *testing.T) (Store, *bytes.Buffer) {
	var warnings bytes.Buffer
	return Store{Dir: t.TempDir(), Warnings: &warnings}, &warnings
}

func TestAValueIsComputedOnce(t *testing.T) {
	s, warnings := kept(t)
	calls := 0
	get := func(seed int) curve {
		return Must(DoIn(t.Context(), s, "curve", Inputs(seed), func(context.Context) (curve, error) {
			calls++
			return curve{"tv", []float64{1, float64(seed)}}, nil
		}))
	}
	for range 3 {
		if c := get(1); c.Name != "tv" || c.Y[1] != 1 {
			t.Fatalf("got %v", c)
		}
	}
	if calls != 1 {
		t.Errorf("computed %d times, want once", calls)
	}
	if c := get(2); c.Y[1] != 2 || calls != 2 {
		t.Errorf("another input: got %v after %d computations, want 2", c, calls)
	}
	if warnings.Len() > 0 {
		t.Errorf("warned: %s", warnings)
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	s, _ := kept(t)
	calls, wrong := 0, errors.New("wrong")
	for range 2 {
		_, err := DoIn(t.Context(), s, "x", Inputs(), func(context.Context) (int, error) { calls++; return 0, wrong })
		if err != wrong {
			t.Errorf("got %v, want the error as it is", err)
		}
	}
	if calls != 2 {
		t.Errorf("computed %d times, want twice", calls)
	}
}

// used is what a runner takes for inputs.
func used(traced string) ([]trace.Access, error) {
	files, err := trace.ReadFile(traced, 0)
	return slices.DeleteFunc(files, func(a trace.Access) bool { return a.Op == trace.Keyed }), err
}

func TestAFileThatWasReadIsAnInput(t *testing.T) {
	for name, runner := range map[string]bool{"alone": false, "under a runner": true} {
		t.Run(name, func(t *testing.T) {
			s, _ := kept(t)
			path := filepath.Join(t.TempDir(), "in.txt")
			traced := ""
			if runner {
				traced = filepath.Join(t.TempDir(), "trace")
			}
			t.Setenv(trace.Variable, traced)
			calls := 0
			get := func() string {
				return Must(DoIn(t.Context(), s, "text", Inputs(path), func(context.Context) (string, error) {
					calls++
					f, err := Open(path)
					if errors.Is(err, os.ErrNotExist) {
						return "none", nil
					}
					if err != nil {
						return "", err
					}
					defer f.Close()
					var text bytes.Buffer
					_, err = text.ReadFrom(f)
					return text.String(), err
				}))
			}
			for i, want := range []string{"none", "one", "two"} {
				if i > 0 {
					if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				os.Remove(traced)
				for range 2 {
					if got := get(); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				}
				if calls != i+1 {
					t.Errorf("%q was computed %d times, want once", want, calls-i)
				}
				if runner {
					files, err := used(traced)
					if err != nil || len(files) != 1 || files[0] != trace.Of(trace.Read, path) {
						t.Errorf("a runner is told %v (%v), want the file as it is", files, err)
					}
				}
			}
			if !runner && trace.Enabled() {
				t.Error("the trace goes on after the computation")
			}
		})
	}
}

func TestAHitTellsTheRunnerWhatItDependsOn(t *testing.T) {
	s, _ := kept(t)
	path, traced := filepath.Join(t.TempDir(), "in.txt"), filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		os.Remove(traced)
		t.Setenv(trace.Variable, traced)
		Must(DoIn(t.Context(), s, "x", Inputs(path), func(context.Context) (int, error) {
			f, err := Open(path)
			if err == nil {
				err = f.Close()
			}
			return 1, err
		}))
		if files, err := used(traced); err != nil || len(files) != 1 {
			t.Errorf("got %v (%v), want one file", files, err)
		}
	}
}

func TestValuesThatCannotBeKeptAreReturnedWithAWarning(t *testing.T) {
	type lossy struct{ A, b int }
	type pointing struct{ P *int }
	zero := 0
	full := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(full, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		dir        string
		do         func(Store) (any, error)
	}{
		{"unexported field", "does not come back equal", "", func(s Store) (any, error) {
			return DoIn(t.Context(), s, "v", Inputs(), func(context.Context) (lossy, error) { return lossy{1, 2}, nil })
		}},
		{"pointer to zero", "does not come back equal", "", func(s Store) (any, error) {
			return DoIn(t.Context(), s, "v", Inputs(), func(context.Context) (pointing, error) { return pointing{&zero}, nil })
		}},
		{"function", "gob", "", func(s Store) (any, error) {
			return DoIn(t.Context(), s, "v", Inputs(), func(context.Context) (func(), error) { return func() {}, nil })
		}},
		{"no folder", "file", filepath.Join(full, "x"), func(s Store) (any, error) {
			return DoIn(t.Context(), s, "v", Inputs(), func(context.Context) (int, error) { return 7, nil })
		}},
		{"network", "cannot be compared later", "", func(s Store) (any, error) {
			return DoIn(t.Context(), s, "v", Inputs(), func(context.Context) (int, error) {
				return 7, trace.Append(trace.Access{Op: trace.Volatile, Path: "https://example.com/x"})
			})
		}},
	} {
		s, warnings := kept(t)
		if test.dir != "" {
			s.Dir = test.dir
		}
		v, err := test.do(s)
		if err != nil || v == nil {
			t.Errorf("%s: got %v, %v, want the value", test.name, v, err)
		}
		if got := warnings.String(); !strings.HasPrefix(got, "memo: v is computed but not kept: ") || !strings.Contains(got, test.want) {
			t.Errorf("%s: warned %q, want %q", test.name, got, test.want)
		}
		if values, _ := s.Values(); len(values) > 0 {
			t.Errorf("%s: kept %v", test.name, values)
		}
	}
}

// spelled is a value with a form of its own.
type spelled struct{ n int }

func (b *spelled) MarshalBinary() ([]byte, error) { return fmt.Append(nil, b.n), nil }
func (b *spelled) UnmarshalBinary(raw []byte) error {
	_, err := fmt.Sscan(string(raw), &b.n)
	return err
}

func TestMarshalBinaryIsPreferred(t *testing.T) {
	s, _ := kept(t)
	calls := 0
	for range 2 {
		p := Must(DoIn(t.Context(), s, "pointer", Inputs(), func(context.Context) (*spelled, error) { calls++; return &spelled{7}, nil }))
		v := Must(DoIn(t.Context(), s, "value", Inputs(), func(context.Context) (spelled, error) { calls++; return spelled{8}, nil }))
		if p.n != 7 || v.n != 8 {
			t.Errorf("got %v and %v", p, v)
		}
	}
	if calls != 2 {
		t.Errorf("computed %d times, want twice", calls)
	}
}

func TestDamagedFilesAreComputedAnew(t *testing.T) {
	s, _ := kept(t)
	calls := 0
	get := func() int {
		return Must(DoIn(t.Context(), s, "n", Inputs(), func(context.Context) (int, error) { calls++; return 42, nil }))
	}
	get()
	values, err := s.Values()
	if err != nil || len(values) != 1 || values[0].Name != "n" {
		t.Fatalf("got %v (%v), want one value", values, err)
	}
	whole, err := os.ReadFile(values[0].path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		for name, raw := range map[string][]byte{"cut": whole[:i], "flipped": flipped(whole, i)} {
			if _, _, err := opened(raw); err == nil {
				t.Fatalf("%s at %d: was taken for whole", name, i)
			}
		}
	}
	for n, i := range []int{0, len(whole) / 2, len(whole) - 1} {
		if err := os.WriteFile(values[0].path, flipped(whole, i), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := get(); got != 42 || calls != n+2 {
			t.Errorf("damage at %d: got %d after %d computations, want a new one", i, got, calls)
		}
	}
}

func flipped(raw []byte, i int) []byte {
	raw = bytes.Clone(raw)
	raw[i] ^= 0x10
	return raw
}

func TestWaitingForAnotherEndsWithTheContext(t *testing.T) {
	s, _ := kept(t)
	started, finish := make(chan bool), make(chan bool)
	compute := func(ctx context.Context) (int, error) { started <- true; <-finish; return 1, nil }
	do := func(ctx context.Context) (int, error) { return DoIn(ctx, s, "slow", Inputs(), compute) }
	done := make(chan error)
	go func() { _, err := do(context.Background()); done <- err }()
	<-started
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := do(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	finish <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
	if v, err := do(t.Context()); v != 1 || err != nil {
		t.Errorf("got %d, %v, want the kept value", v, err)
	}
}

func TestAValueThatNeedsItselfIsAnError(t *testing.T) {
	s, _ := kept(t)
	var get func(ctx context.Context) (int, error)
	get = func(ctx context.Context) (int, error) { return DoIn(ctx, s, "round", Inputs(), get) }
	if _, err := get(t.Context()); err == nil || !strings.Contains(err.Error(), "round needs itself") {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentCallersComputeOnce(t *testing.T) {
	s, _ := kept(t)
	var calls sync.Map
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			v := Must(DoIn(t.Context(), s, "n", Inputs(), func(context.Context) (int, error) {
				calls.Store(i, true)
				time.Sleep(10 * time.Millisecond)
				return 42, nil
			}))
			if v != 42 {
				t.Errorf("got %d", v)
			}
		})
	}
	all.Wait()
	n := 0
	calls.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d computed, want one", n)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Dir, "*.lock")); len(left) > 0 {
		t.Errorf("%v left", left)
	}
}

const childVariable = "MIXMODEL_TEST_MEMO"

// TestChild is a process of the tests below.
func TestChild(t *testing.T) {
	dir := os.Getenv(childVariable)
	if dir == "" {
		t.Skip("runs only as a process of other tests")
	}
	v := Must(DoIn(t.Context(), Store{Dir: dir}, "n", Inputs(), func(context.Context) ([]int, error) {
		f, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		_, err = f.WriteString("x")
		time.Sleep(200 * time.Millisecond)
		return make([]int, 1<<20), err
	}))
	if len(v) != 1<<20 {
		t.Errorf("got %d numbers", len(v))
	}
}

func child(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), childVariable+"="+dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func calls(dir string) int {
	raw, _ := os.ReadFile(filepath.Join(dir, "calls"))
	return len(raw)
}

func TestProcessesComputeOnce(t *testing.T) {
	dir := t.TempDir()
	var all []*exec.Cmd
	for range 4 {
		all = append(all, child(t, dir))
	}
	for _, c := range all {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if n := calls(dir); n != 1 {
		t.Errorf("computed %d times by four processes, want once", n)
	}
}

func TestAKilledProcessHoldsNothingUp(t *testing.T) {
	dir := t.TempDir()
	c := child(t, dir)
	for range 500 {
		if calls(dir) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.Process.Kill()
	c.Wait()
	if err := child(t, dir).Wait(); err != nil {
		t.Error(err)
	}
	if n := calls(dir); n != 2 {
		t.Errorf("computed %d times, want again after the kill", n)
	}
}

func TestTheStoreForgetsWhatWasUsedLongAgo(t *testing.T) {
	s, _ := kept(t)
	put := func(name string, age time.Duration) {
		Must(DoIn(t.Context(), s, name, Inputs(), func(context.Context) ([]byte, error) { return make([]byte, 10_000), nil }))
		values, _ := s.Values()
		at := time.Now().Add(-age)
		os.Chtimes(values[0].path, at, at)
	}
	names := func() string {
		values, err := s.Values()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, v := range values {
			all = append(all, v.Name)
		}
		return strings.Join(all, " ")
	}
	put("a", 3*time.Hour)
	put("b", 2*time.Hour)
	put("c", time.Hour)
	if got := names(); got != "c b a" {
		t.Errorf("got %q, want the last used first", got)
	}
	s.MaxBytes = 35_000
	put("d", 0)
	if got := names(); got != "d c b" {
		t.Errorf("above MaxBytes: got %q, want the least used gone", got)
	}
	put("b", 0) // used again
	s.MaxAge = 30 * time.Minute
	put("e", 0)
	if got := names(); !strings.HasPrefix(got, "e ") || strings.Contains(got, "c") || !strings.Contains(got, "b") {
		t.Errorf("above MaxAge: got %q, want c gone and b kept", got)
	}
	s.MaxBytes = 1
	put("huge", 0)
	if got := names(); got != "huge" {
		t.Errorf("a value above MaxBytes: got %q, want it alone", got)
	}
	if err := s.Clear("none"); err != nil || names() != "huge" {
		t.Errorf("clearing another name: %v, left %q", err, names())
	}
	if err := s.Clear(); err != nil || names() != "" {
		t.Errorf("clearing all: %v, left %q", err, names())
	}
}

func TestLeftoversGoAfterADay(t *testing.T) {
	s, _ := kept(t)
	old := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{"a.memo.1.partial", "a.memo.lock"} {
		path := filepath.Join(s.Dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(path, old, old)
	}
	Must(DoIn(t.Context(), s, "n", Inputs(), func(context.Context) (int, error) { return 1, nil }))
	if files, _ := os.ReadDir(s.Dir); len(files) != 1 {
		t.Errorf("left %v, want the value alone", files)
	}
}

func TestTheVariableNamesTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	t.Setenv(Variable, dir)
	Must(Do(t.Context(), "a/b ü", Inputs(), func(context.Context) (int, error) { return 1, nil }))
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || !strings.HasPrefix(files[0].Name(), "a_b__-") {
		t.Errorf("got %v (%v), want one file named after the value", files, err)
	}
	if err := Clear(); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left %v", files)
	}
}
