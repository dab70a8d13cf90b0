package mmm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"mixmodel/mmm/internal/netcdf"
	"mixmodel/mmm/internal/trace"
)

// LoadFit reads a fit that [Fit.Save] wrote, with its model and data, bit by
// bit as it was. A model with an adstock, saturation or prior of the user's
// own cannot be rebuilt from a file; see [Model.LoadFit].
//
// Files that are damaged, cut off or of another kind are errors.
//
// Cost: 16,000 draws of 55 parameters, 8 MB, take about 20 ms.
func LoadFit(path string) (*Fit, error) {
	return loadFit(path, func(stored string) (Model, error) { return decodeModel(stored) })
}

// LoadFit reads a fit of this model, which may have parts of the user's own
// types. It is an error if the file holds a fit of another model.
func (m Model) LoadFit(path string) (*Fit, error) {
	return loadFit(path, func(stored string) (Model, error) {
		if given := encodeModel(m); given != stored {
			return m, fmt.Errorf("the file has another model: got %s, want %s", stored, given)
		}
		return m, nil
	})
}

func loadFit(path string, model func(stored string) (Model, error)) (*Fit, error) {
	root, err := readFitFile(path, readTraced)
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*Fit, error) { return nil, fmt.Errorf("mmm: load fit %s: %w", path, err) }
	stored, _ := root.Attr(attrModel).(string)
	m, err := model(stored)
	if err != nil {
		return fail(err)
	}
	data, err := decodeData(root)
	if err != nil {
		return fail(err)
	}
	c, err := compile(m, data)
	if err != nil {
		return fail(err)
	}
	f, err := decodeFit(root, c)
	if err != nil {
		return fail(err)
	}
	return f, nil
}

// maxFitFile bounds what is read into memory: a thousand times the case study.
const maxFitFile = 8 << 30

// readFitFile reads the file by the given means and verifies it.
func readFitFile(path string, read func(string) ([]byte, error)) (netcdf.Group, error) {
	raw, err := read(path)
	if err != nil {
		return netcdf.Group{}, fmt.Errorf("mmm: load fit: %w", err)
	}
	root, err := netcdf.Decode(fitMark, raw)
	if errors.Is(err, netcdf.ErrForeign) {
		err = fmt.Errorf("%w: %w", errNoFit, err)
	}
	if err != nil {
		return root, fmt.Errorf("mmm: load fit %s: %w", path, err)
	}
	return root, nil
}

func readTraced(path string) ([]byte, error) {
	raw, err := readRegular(path)
	return raw, trace.Read(path, raw, err)
}

func readRegular(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFitFile {
		return nil, fmt.Errorf("%s is not a file of at most %d bytes", path, int64(maxFitFile))
	}
	raw := make([]byte, info.Size())
	_, err = io.ReadFull(f, raw)
	return raw, err
}

// shelf reads variables of a group and keeps the first error.
type shelf struct {
	netcdf.Group
	err error
}

func (s *shelf) fail(name, format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%s/%s: %s", s.Name, name, fmt.Sprintf(format, args...))
	}
}

// take returns the n values of the variable with these dimensions, or nil.
func take[T any](s *shelf, name string, n int, dims ...string) []T {
	v := s.Var(name)
	x, ok := v.Data.([]T)
	switch {
	case !ok:
		s.fail(name, "got %T, want %T", v.Data, x)
	case !slices.Equal(v.Dims, dims):
		s.fail(name, "got dimensions %q, want %q", v.Dims, dims)
	case len(x) != n:
		s.fail(name, "got %d values, want %d", len(x), n)
	default:
		return x
	}
	return nil
}

// labels returns the labels of a dimension, nil if the group has it not.
func (s *shelf) labels(dim string) []string {
	v := s.Var(dim)
	if v.Data == nil {
		return nil
	}
	x, ok := v.Data.([]string)
	if !ok {
		s.fail(dim, "got %T, want labels", v.Data)
	}
	return x
}

// decodeData rebuilds the training data.
func decodeData(root netcdf.Group) (*Data, error) {
	s := &shelf{Group: root.Group(groupConstant)}
	in := DataInput{Channels: s.labels(dimChannel), Controls: s.labels(dimControl)}
	in.Name, _ = root.Attr(attrDataName).(string)
	in.TargetName, _ = root.Attr(attrTargetName).(string)
	days, _ := s.Var(dimDate).Data.([]int64)
	for _, n := range days {
		if n < firstDay || n > lastDay {
			return nil, fmt.Errorf("%s/%s: day %d is out of range", s.Name, dimDate, n)
		}
		in.Dates = append(in.Dates, time.Unix(86400*n, 0).UTC())
	}
	periods := len(days)
	spend := take[float64](s, "spend", periods*len(in.Channels), dimDate, dimChannel)
	var control []float64
	if len(in.Controls) > 0 {
		control = take[float64](s, "controls", periods*len(in.Controls), dimDate, dimControl)
	}
	if s.err != nil {
		return nil, s.err
	}
	o := &shelf{Group: root.Group(groupObserved)}
	if in.Target = take[float64](o, "y", periods, dimDate); o.err != nil {
		return nil, o.err
	}
	in.Spend, in.Control = untransposed(spend, len(in.Channels), periods), untransposed(control, len(in.Controls), periods)
	d, err := NewData(in)
	if err != nil {
		return nil, err
	}
	d.spend = in.Spend // scenarios may hold a -0, which NewData turns into 0
	return d, nil
}

// Days since 1970-01-01 of the years 1 and 9999.
const (
	firstDay = -719162
	lastDay  = 2932896
)

// untransposed turns period-major numbers into [series][period].
func untransposed(x []float64, series, periods int) [][]float64 {
	out := matrix(series, periods)
	for i := range out {
		for t := range out[i] {
			out[i][t] = x[t*series+i]
		}
	}
	return out
}

// decodeFit reads the draws and how they came about; c is the model that they
// belong to.
func decodeFit(root netcdf.Group, c *compiled) (*Fit, error) {
	f := &Fit{Draws: &Draws{c: c}}
	f.fingerprint, _ = root.Attr(attrFingerprint).(string)
	gradients, _ := root.Attr(attrGradients).(string)
	var err error
	if f.gradients, err = strconv.Atoi(gradients); err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	noMode, _ := root.Attr(attrNoMode).(string)
	if f.noMode, err = strconv.ParseBool(noMode); err != nil {
		return nil, fmt.Errorf("no_mode: %w", err)
	}
	options, _ := root.Attr(attrOptions).(string)
	if err := json.Unmarshal([]byte(options), &f.options); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	if err := f.options.Check(); err != nil {
		return nil, err
	}
	if err := f.decodePosterior(root); err != nil {
		return nil, err
	}
	return f, f.decodeStats(root)
}

// decodePosterior joins the blocks to draws.
func (f *Fit) decodePosterior(root netcdf.Group) error {
	s := &shelf{Group: root.Group(groupPosterior)}
	l := f.c.layout
	chains, draws := s.Var(dimChain).Len(), s.Var(dimDraw).Len()
	var values [][]float64 // [block]
	for _, b := range l.blocks {
		if axis := l.axis(b); axis != "" && !slices.Equal(s.labels(axis), b.labels) {
			s.fail(axis, "got %q, want %q", s.labels(axis), b.labels)
		}
		values = append(values, take[float64](s, b.name, chains*draws*b.size(), l.dims(b)...))
	}
	if s.err != nil {
		return s.err
	}
	for m := range chains {
		chain := make([]float64, draws*l.dim)
		for i, b := range l.blocks {
			n := b.size()
			from := values[i][m*draws*n:]
			for d := range draws {
				copy(chain[d*l.dim+b.at:], from[d*n:d*n+n])
			}
		}
		f.chains = append(f.chains, chain)
	}
	return nil
}

func (f *Fit) decodeStats(root netcdf.Group) error {
	s := &shelf{Group: root.Group(groupStats)}
	chains, draws := f.Chains(), f.perChain()
	floats := func(name string) []float64 { return take[float64](s, name, chains*draws, dimChain, dimDraw) }
	ints := func(name string) []int { return asInts(take[int64](s, name, chains*draws, dimChain, dimDraw)) }
	lp, energy, accept, step := floats("lp"), floats("energy"), floats("acceptance_rate"), floats("step_size")
	depth, leapfrogs := ints("tree_depth"), ints("n_steps")
	divergent := take[bool](s, "diverging", chains*draws, dimChain, dimDraw)
	if s.err != nil {
		return s.err
	}
	for m := range chains {
		a, b := m*draws, (m+1)*draws
		f.stats = append(f.stats, ChainStats{
			LogDensity: lp[a:b:b], Energy: energy[a:b:b], Accept: accept[a:b:b],
			Depth: depth[a:b:b], Leapfrogs: leapfrogs[a:b:b], Divergent: divergent[a:b:b], StepSize: step[a],
		})
	}
	return nil
}

func asInts(x []int64) []int {
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}
