package nuts

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Checkpoint says where a run keeps its state. Sample resumes from the file if
// it holds the state of the same run (Key, options and dimensions), and the
// draws are then those of an uninterrupted run, bit for bit. A file of another
// run, or a damaged one, is replaced; one that is no checkpoint is an error. A
// run that ends removes its file; one that is cancelled leaves it.
type Checkpoint struct {
	Path  string        // of the file; "" means no checkpoint
	Key   string        // identifies model and data
	Every time.Duration // between writes; 0: DefaultCheckpointEvery
}

// DefaultCheckpointEvery is the time between writes: work lost at most.
const DefaultCheckpointEvery = 5 * time.Second

// runState is what the file holds.
type runState struct {
	Run    string // fingerprint of what must not differ
	Phase  int
	Next   metricState
	Chains []chainState
}

type chainState struct {
	Iter              int
	Random            []byte
	Point             []float64
	LogDensity, Step  float64
	Averaging         dualAveragingState
	Metric            metricState
	Seen              momentsState
	Out               Chain
	Evals             int
	Done, Divergences int64
}

type dualAveragingState struct{ Target, Mu, SumError, LogAverage, Observations float64 }

type metricState struct{ Center, Factor []float64 } // Factor is L by rows

type momentsState struct {
	N           float64
	Mean, Outer []float64
}

func (m *metric) state() metricState {
	if m == nil {
		return metricState{}
	}
	s := metricState{Center: slices.Clone(m.center[:m.dim])}
	for i := range m.dim {
		for j := range i + 1 {
			s.Factor = append(s.Factor, m.factor.At(i, j))
		}
	}
	return s
}

func (s metricState) metric() *metric {
	if s.Center == nil {
		return nil
	}
	return metricOf(s.Center, func(i, j int) float64 { return s.Factor[i*(i+1)/2+j] })
}

func (m *moments) state() momentsState {
	if m == nil {
		return momentsState{}
	}
	return momentsState{N: m.n, Mean: slices.Clone(m.mean), Outer: slices.Clone(m.outer)}
}

func (s momentsState) moments() *moments {
	if s.Mean == nil {
		return nil
	}
	m := newMoments(len(s.Mean))
	m.n = s.N
	copy(m.mean, s.Mean)
	copy(m.outer, s.Outer)
	return m
}

func (c *chain) state() chainState {
	random, err := c.src.MarshalBinary()
	if err != nil {
		panic(err) // it never fails
	}
	a := c.da
	return chainState{
		Iter: c.iter, Random: random, Point: slices.Clone(c.at.all), LogDensity: c.at.logDensity, Step: c.h.eps,
		Averaging: dualAveragingState{a.target, a.mu, a.sumError, a.logAverage, a.observations},
		Metric:    c.h.metric.state(), Seen: c.seen.state(), Out: c.out.head(c.drawn()),
		Evals: c.h.evals, Done: c.done.Load(), Divergences: c.diverg.Load(),
	}
}

// drawn is the number of draws stored so far.
func (c *chain) drawn() int { return max(0, int(c.done.Load())-c.warmup) }

func (c *chain) restore(s chainState) error {
	src := &rand.PCG{}
	if err := src.UnmarshalBinary(s.Random); err != nil {
		return err
	}
	if len(s.Point) != len(c.at.all) {
		return fmt.Errorf("nuts: a point of %d numbers (want %d)", len(s.Point), len(c.at.all))
	}
	*c.src = *src
	copy(c.at.all, s.Point)
	c.at.logDensity = s.LogDensity
	a := s.Averaging
	c.da = dualAveraging{a.Target, a.Mu, a.SumError, a.LogAverage, a.Observations}
	c.h.metric, c.seen, c.iter, c.h.evals = s.Metric.metric(), s.Seen.moments(), s.Iter, s.Evals
	c.setStep(s.Step)
	c.out.copyHead(s.Out)
	c.done.Store(s.Done)
	c.diverg.Store(s.Divergences)
	return nil
}

// keeper writes the state of a run from time to time. Chains leave their
// states with it when asked; all states belong to the same phase. The nil
// keeper does nothing.
type keeper struct {
	checkpoint Checkpoint
	run        string
	due        atomic.Int64 // raised to ask chains for their states
	mu         sync.Mutex
	state      runState
	err        error
	quit, gone chan struct{}
}

// visit leaves the chain's state if it is asked for.
func (k *keeper) visit(c *chain) {
	if k == nil {
		return
	}
	if due := k.due.Load(); due != c.kept {
		c.kept = due
		k.put(c)
	}
}

func (k *keeper) put(c *chain) {
	s := c.state()
	k.mu.Lock()
	k.state.Chains[c.id] = s
	k.mu.Unlock()
}

// open begins a phase: all chains are at its first iteration.
func (k *keeper) open(r *run) {
	if k == nil {
		return
	}
	s := runState{Run: k.run, Phase: r.at, Next: r.next.state()}
	for _, c := range r.chains {
		s.Chains = append(s.Chains, c.state())
	}
	k.mu.Lock()
	k.state = s
	k.mu.Unlock()
}

// tick writes what is there and asks for more.
func (k *keeper) tick(every time.Duration) {
	defer close(k.gone)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			k.write()
			k.due.Add(1)
		case <-k.quit:
			return
		}
	}
}

func (k *keeper) write() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.state.Chains == nil || k.err != nil {
		return
	}
	k.err = writeState(k.checkpoint.Path, k.state)
}

// close stops writing. The file of a run that ended is removed; one that was
// stopped leaves its last state.
func (k *keeper) close(r *run, failed error) error {
	if k == nil {
		return nil
	}
	close(k.quit)
	<-k.gone
	if failed != nil {
		if r.begun {
			k.open(r)
			k.write()
		}
		return k.err
	}
	if err := os.Remove(k.checkpoint.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nuts: remove checkpoint: %w", err)
	}
	return k.err
}

// resume starts a keeper, if the options ask for one, and takes the run to
// where its file left it.
func (r *run) resume() (*keeper, error) {
	o := r.options
	if o.Checkpoint.Path == "" {
		return nil, nil
	}
	k := &keeper{checkpoint: o.Checkpoint, quit: make(chan struct{}), gone: make(chan struct{})}
	o.Checkpoint, o.Progress = Checkpoint{}, nil
	k.run = fmt.Sprintf("%s %#v %d %d", k.checkpoint.Key, o, r.model.Dim(), r.model.Outputs())
	s, err := readState(k.checkpoint.Path)
	if err != nil {
		return nil, err
	}
	if s != nil && s.Run == k.run && len(s.Chains) == len(r.chains) {
		for i, c := range r.chains {
			if err := c.restore(s.Chains[i]); err != nil {
				return nil, err
			}
		}
		r.at, r.next, r.begun = s.Phase, s.Next.metric(), true
		k.open(r)
	}
	every := k.checkpoint.Every
	if every == 0 {
		every = DefaultCheckpointEvery
	}
	go k.tick(every)
	return k, nil
}

// checkpointMagic begins every checkpoint file; the SHA-256 of the rest and
// the rest, a gob, follow.
const checkpointMagic = "mixmodel checkpoint 1\n"

func writeState(path string, s runState) error {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(s); err != nil {
		return fmt.Errorf("nuts: write checkpoint: %w", err)
	}
	sum := sha256.Sum256(body.Bytes())
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return fmt.Errorf("nuts: write checkpoint: %w", err)
	}
	defer os.Remove(tmp.Name()) // fails after the rename, as it should
	_, err = tmp.Write(slices.Concat([]byte(checkpointMagic), sum[:], body.Bytes()))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("nuts: write checkpoint: %w", err)
	}
	return nil
}

// readState returns nil if there is no file or it is damaged.
func readState(path string) (*runState, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("nuts: read checkpoint: %w", err)
	}
	rest, ours := bytes.CutPrefix(raw, []byte(checkpointMagic))
	if !ours {
		return nil, fmt.Errorf("nuts: %s exists and is not a checkpoint (want a new file name)", path)
	}
	if len(rest) < sha256.Size {
		return nil, nil
	}
	if sum := sha256.Sum256(rest[sha256.Size:]); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil, nil
	}
	var s runState
	if err := gob.NewDecoder(bytes.NewReader(rest[sha256.Size:])).Decode(&s); err != nil {
		return nil, nil
	}
	return &s, nil
}
