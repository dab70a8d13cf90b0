package nuts

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"
)

// Density is a log density with its gradient on unconstrained coordinates.
type Density interface {
	// LogDensity returns log π(q), up to a constant, and writes its gradient
	// into grad; both slices have length Dim. It must be deterministic and must
	// not keep q. NaN or -Inf means that q is outside the support.
	LogDensity(q, grad []float64) float64
}

// Model is what the sampler draws from. It is shared by all chains and must
// not change while they run.
type Model interface {
	// Dim is the number of unconstrained coordinates.
	Dim() int
	// Start is a point with finite density, where the search for the mode
	// begins.
	Start() []float64
	// NewDensity returns a density with scratch memory of its own; each chain
	// gets one.
	NewDensity() Density
	// Outputs is the number of values stored per draw.
	Outputs() int
	// Output writes what to store for the draw at q, usually the parameters on
	// their natural scale, into dst of length Outputs. Chains call it
	// concurrently.
	Output(dst, q []float64)
}

// Options say how to sample. The zero value samples 4 chains of 1,000 warmup
// iterations and 1,000 draws each.
type Options struct {
	Chains       int     // 0: DefaultChains
	Warmup       int     // iterations per chain to tune; 0: DefaultWarmup, at least MinWarmup
	Draws        int     // draws per chain to keep; 0: DefaultDraws
	Seed         uint64  // chain m reads the random stream (Seed, m)
	TargetAccept float64 // mean acceptance to tune for, in (0, 1); 0: DefaultTargetAccept
	MaxDepth     int     // at most 2^MaxDepth steps per draw; 0: DefaultMaxDepth

	// Adaptation is how warmup tunes; the zero value is Pooled.
	Adaptation Adaptation

	// Checkpoint, if it names a file, keeps the run's state there, so that a
	// killed run can go on where it was. It does not affect the draws.
	Checkpoint Checkpoint `json:"-"`

	// Progress, unless nil, is told how far the chains are: at most five times
	// a second, and once at the end. Calls never overlap. It does not affect
	// the draws.
	Progress func([]Progress) `json:"-"`
}

// Defaults of Options.
const (
	DefaultChains       = 4
	DefaultWarmup       = 1000
	DefaultDraws        = 1000
	DefaultTargetAccept = 0.9 // above the usual 0.8: a little slower, far fewer divergences
	DefaultMaxDepth     = 10
	MinWarmup           = 50
)

// Progress is the state of one chain.
type Progress struct {
	Done, Total int // iterations, warmup included
	Divergences int // after warmup
	StepSize    float64
}

// WithDefaults returns o with zero fields replaced by the defaults.
func (o Options) WithDefaults() Options {
	or := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	or(&o.Chains, DefaultChains)
	or(&o.Warmup, DefaultWarmup)
	or(&o.Draws, DefaultDraws)
	or(&o.MaxDepth, DefaultMaxDepth)
	if o.TargetAccept == 0 {
		o.TargetAccept = DefaultTargetAccept
	}
	return o
}

// Check reports every fault of the options, defaults filled in.
func (o Options) Check() error {
	o = o.WithDefaults()
	var errs []error
	bad := func(name string, got, want any) {
		errs = append(errs, fmt.Errorf("nuts: Options.%s is %v (want %v)", name, got, want))
	}
	if o.Chains < 1 {
		bad("Chains", o.Chains, "at least 1")
	}
	if o.Warmup < MinWarmup {
		bad("Warmup", o.Warmup, fmt.Sprint("at least ", MinWarmup))
	}
	if o.Draws < 1 {
		bad("Draws", o.Draws, "at least 1")
	}
	if o.MaxDepth < 1 || o.MaxDepth > 20 {
		bad("MaxDepth", o.MaxDepth, "1 to 20")
	}
	if o.Adaptation != Pooled && o.Adaptation != Classic {
		bad("Adaptation", o.Adaptation, "Pooled or Classic")
	}
	if o.Checkpoint.Every < 0 {
		bad("Checkpoint.Every", o.Checkpoint.Every, "0 or more")
	}
	if !(o.TargetAccept > 0 && o.TargetAccept < 1) {
		bad("TargetAccept", o.TargetAccept, "above 0 and below 1")
	}
	return errors.Join(errs...)
}

// Sample draws from the model.
//
// If ctx is cancelled, Sample returns what was drawn so far, cut to the
// shortest chain, together with an error that wraps ctx.Err(); the trace then
// says that it is Incomplete.
func Sample(ctx context.Context, m Model, o Options) (*Trace, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	o = o.WithDefaults()
	start, err := findLaplace(m.NewDensity(), m.Start())
	if err != nil {
		return nil, err
	}
	r := &run{model: m, options: o, laplace: start, began: time.Now()}
	for id := range o.Chains {
		r.chains = append(r.chains, newChain(m, o, id, start))
	}
	if r.keeper, err = r.resume(); err != nil {
		return nil, err
	}
	stop := r.report()
	err = r.sample(ctx)
	stop()
	kept := r.keeper.close(r, err)
	t, err := r.trace(err)
	return t, errors.Join(err, kept) // draws are whole even if their checkpoint failed
}

// each runs f on every chain, as many at a time as there are processors, and
// waits for all. Phases end here, so nothing that chains share is touched
// while another runs.
func (r *run) each(f func(*chain) error) error {
	errs := make([]error, len(r.chains))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for _, c := range r.chains {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			errs[c.id] = f(c)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// report tells Options.Progress how the chains are doing until the returned
// function is called.
func (r *run) report() (stop func()) {
	if r.options.Progress == nil {
		return func() {}
	}
	tell := func() {
		p := make([]Progress, len(r.chains))
		for i, c := range r.chains {
			p[i] = Progress{Done: int(c.done.Load()), Total: r.options.Warmup + r.options.Draws, Divergences: int(c.diverg.Load()), StepSize: math.Float64frombits(c.eps.Load())}
		}
		r.options.Progress(p)
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				tell()
			case <-quit:
				tell()
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
	}
}

func (r *run) trace(err error) (*Trace, error) {
	t := &Trace{Outputs: r.model.Outputs(), MaxDepth: r.options.MaxDepth, NoMode: !r.laplace.sound, Seconds: time.Since(r.began).Seconds()}
	n := r.options.Draws
	for _, c := range r.chains {
		if int(c.done.Load()) < r.options.Warmup+n {
			n = max(0, int(c.done.Load())-r.options.Warmup)
		}
		t.Gradients += c.h.evals
	}
	for _, c := range r.chains {
		c.out.truncate(n)
		t.Chains = append(t.Chains, c.out)
	}
	if err != nil {
		t.Incomplete = true
		return t, fmt.Errorf("nuts: stopped after %d of %d draws per chain: %w", n, r.options.Draws, err)
	}
	return t, nil
}

func finite(x *point) bool {
	return !math.IsNaN(x.logDensity) && !math.IsInf(x.logDensity, 0)
}
