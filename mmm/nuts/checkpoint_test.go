package nuts

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// busy makes a density that takes its time on the processor, so that a run can
// be killed in the middle.
type busy struct{ gaussian }

func (b busy) NewDensity() Density { return b }
func (b busy) LogDensity(q, grad []float64) float64 {
	for began := time.Now(); time.Since(began) < 10*time.Microsecond; {
	}
	return b.gaussian.LogDensity(q, grad)
}

// checkpointed is a run that keeps its state in the file at path.
func checkpointed(path string, a Adaptation) (Model, Options) {
	return busy{correlated(4, 0.6)}, Options{Chains: 3, Warmup: 150, Draws: 250, Seed: 12, Adaptation: a,
		Checkpoint: Checkpoint{Path: path, Key: "test", Every: time.Millisecond}}
}

// uninterrupted is the same run without stops.
func uninterrupted(t *testing.T, a Adaptation) *Trace {
	t.Helper()
	m, o := checkpointed("", a)
	return sampleOrFail(t, m, o)
}

func sameDraws(t *testing.T, what string, got, want *Trace) {
	t.Helper()
	if !reflect.DeepEqual(got.Chains, want.Chains) || got.Gradients != want.Gradients {
		t.Errorf("%s: the draws differ from those of an uninterrupted run", what)
	}
}

func TestCancelledRunsResumeBitExactlyInEveryPhase(t *testing.T) {
	for _, a := range []Adaptation{Pooled, Classic} {
		want := uninterrupted(t, a)
		path := filepath.Join(t.TempDir(), "run.checkpoint")
		stops := 0
		for stopAt := 150; ; stopAt += 7 {
			m, o := checkpointed(path, a)
			ctx, cancel := context.WithCancel(context.Background())
			m = stopping{m, cancel, stopAt}
			tr, err := Sample(ctx, m, o)
			cancel()
			if err == nil {
				sameDraws(t, a.String(), tr, want)
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			stops++
			if stops > 200 {
				t.Fatal("the run never ends: it does not resume")
			}
		}
		if stops < 5 {
			t.Errorf("%v: stopped %d times, want more to have met every phase", a, stops)
		}
		if left, _ := filepath.Glob(path + "*"); len(left) != 0 {
			t.Errorf("%v: left behind: %v", a, left)
		}
	}
}

// stopping cancels a run after so many gradients of one chain.
type stopping struct {
	Model
	cancel context.CancelFunc
	after  int
}

func (s stopping) NewDensity() Density {
	return &stoppingDensity{s.Model.NewDensity(), s.cancel, s.after}
}

type stoppingDensity struct {
	Density
	cancel context.CancelFunc
	left   int
}

func (s *stoppingDensity) LogDensity(q, grad []float64) float64 {
	if s.left--; s.left == 0 {
		s.cancel()
	}
	return s.Density.LogDensity(q, grad)
}

func TestCheckpointsOfOtherRunsAreReplacedAndForeignFilesKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.checkpoint")
	want := uninterrupted(t, Pooled)
	stop := func() {
		m, o := checkpointed(path, Pooled)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if _, err := Sample(ctx, stopping{m, cancel, 900}, o); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	stop()
	m, o := checkpointed(path, Pooled)
	o.Seed++
	if tr := sampleOrFail(t, m, o); reflect.DeepEqual(tr.Chains, want.Chains) {
		t.Error("another seed resumed the old run")
	}
	stop()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"cut": raw[:len(raw)/2], "flipped": flip(raw), "empty after the mark": raw[:len(checkpointMagic)]} {
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		m, o := checkpointed(path, Pooled)
		sameDraws(t, name, sampleOrFail(t, m, o), want)
	}
	if err := os.WriteFile(path, []byte("my thesis"), 0o644); err != nil {
		t.Fatal(err)
	}
	m, o = checkpointed(path, Pooled)
	if _, err := Sample(context.Background(), m, o); err == nil || !strings.Contains(err.Error(), "is not a checkpoint") {
		t.Errorf("a foreign file: got error %v", err)
	}
	if raw, _ := os.ReadFile(path); string(raw) != "my thesis" {
		t.Error("the foreign file was touched")
	}
}

func flip(raw []byte) []byte {
	out := append([]byte(nil), raw...)
	out[len(out)-5] ^= 4
	return out
}

// killedHere is set in the process that TestKilledRunsResumeBitExactly kills.
const killedHere = "NUTS_TEST_CHECKPOINT"

func TestKilledRunsResumeBitExactly(t *testing.T) {
	if path := os.Getenv(killedHere); path != "" {
		m, o := checkpointed(path, Pooled)
		if _, err := Sample(context.Background(), m, o); err != nil {
			t.Fatal(err)
		}
		return
	}
	const kills = 100
	want := uninterrupted(t, Pooled)
	path := filepath.Join(t.TempDir(), "run.checkpoint")
	rng := rand.New(rand.NewPCG(1, 1))
	ended, resumed := 0, 0
	for range kills {
		c := exec.Command(os.Args[0], "-test.run=^TestKilledRunsResumeBitExactly$")
		c.Env = append(os.Environ(), killedHere+"="+path)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- c.Wait() }()
		select {
		case <-done:
			ended++
		case <-time.After(time.Duration(5+rng.IntN(60)) * time.Millisecond):
			_ = c.Process.Kill()
			<-done
		}
		if _, err := os.Stat(path); err == nil {
			s, err := readState(path)
			if err != nil || s == nil {
				t.Fatalf("a kill left a broken file: %v", err)
			}
			resumed++
		}
	}
	m, o := checkpointed(path, Pooled)
	sameDraws(t, "after 100 kills", sampleOrFail(t, m, o), want)
	if resumed < 20 {
		t.Errorf("%d of %d kills left a checkpoint: too few to say anything", resumed, kills)
	}
	t.Logf("%d kills: %d left a checkpoint to resume from, %d runs had ended before", kills, resumed, ended)
}

func TestAnUnwritableCheckpointIsAnErrorThatKeepsTheDraws(t *testing.T) {
	m, o := checkpointed(filepath.Join(t.TempDir(), "no such folder", "x"), Pooled)
	tr, err := Sample(context.Background(), m, o)
	if err == nil || tr == nil || tr.Incomplete || tr.Chains[0].Len() != o.Draws {
		t.Fatalf("got error %v and a trace: %v; want an error and all draws", err, tr != nil)
	}
	if !strings.Contains(err.Error(), "write checkpoint") {
		t.Errorf("got %v", err)
	}
}
