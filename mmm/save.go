package mmm

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"mixmodel/mmm/internal/netcdf"
	"mixmodel/mmm/internal/trace"
)

// Version is the version of this library, as the files of [Fit.Save] name it.
const Version = "0.1.0"

// fitMark is at the head of every file that holds a fit. Its number changes
// when files of before cannot be read any more.
const fitMark = "mixmodel fit 2\n"

// Groups of the file, and dimensions: the names that ArviZ and PyMC-Marketing
// use.
const (
	groupPosterior = "posterior"
	groupStats     = "sample_stats"
	groupObserved  = "observed_data"
	groupConstant  = "constant_data"

	dimChain   = "chain"
	dimDraw    = "draw"
	dimDate    = "date"
	dimChannel = "channel"
	dimControl = "control"
	dimFourier = "fourier_mode"
)

// Attributes of the root group.
const (
	attrLibrary     = "inference_library"
	attrVersion     = "inference_library_version"
	attrFingerprint = "fingerprint"
	attrGradients   = "gradients"
	attrNoMode      = "no_mode"
	attrSeed        = "seed"
	attrOptions     = "options"
	attrModel       = "model"
	attrDataName    = "data_name"
	attrTargetName  = "target_name"
)

// Save writes the fit to a NetCDF-4 file that ArviZ opens, its name usually
// ending in ".nc":
//
//	posterior      one variable per parameter block, (chain, draw, ...), with
//	               the channels, controls and Fourier terms as coordinates
//	sample_stats   how each draw came about
//	observed_data  y, the training target per date
//	constant_data  spend, controls, and the scales of the model's units
//
// [LoadFit] reads all of it back, bit by bit. Attributes of the file hold the
// model and the options. Equal fits give equal files.
//
// The file is written beside path and renamed, so path holds the old file or
// the new one at any moment.
func (f *Fit) Save(path string) error {
	raw, err := f.save(path)
	if err == nil {
		err = trace.Wrote(path, raw)
	}
	if err != nil {
		return fmt.Errorf("mmm: save fit %s: %w", path, err)
	}
	return nil
}

// save returns what it wrote.
func (f *Fit) save(path string) ([]byte, error) {
	root, err := encodeFit(f)
	if err != nil {
		return nil, err
	}
	raw, err := netcdf.Encode(fitMark, root)
	if err != nil {
		return nil, err
	}
	return raw, writeAtomically(path, raw)
}

func encodeFit(f *Fit) (netcdf.Group, error) {
	options, err := json.Marshal(f.options)
	if err != nil {
		return netcdf.Group{}, err
	}
	d := f.Train()
	return netcdf.Group{
		Attrs: []netcdf.Attr{
			{Name: attrLibrary, Value: "mixmodel"},
			{Name: attrVersion, Value: Version},
			{Name: attrFingerprint, Value: f.fingerprint},
			{Name: attrGradients, Value: strconv.Itoa(f.gradients)},
			{Name: attrNoMode, Value: strconv.FormatBool(f.noMode)},
			{Name: attrSeed, Value: strconv.FormatUint(f.options.Seed, 10)},
			{Name: attrOptions, Value: string(options)},
			{Name: attrModel, Value: encodeModel(f.c.model)},
			{Name: attrDataName, Value: d.name},
			{Name: attrTargetName, Value: d.targetName},
		},
		Groups: []netcdf.Group{
			encodePosterior(f),
			encodeStats(f),
			{Name: groupObserved, Vars: []netcdf.Var{
				dateCoordinate(d),
				{Name: "y", Dims: []string{dimDate}, Data: d.target, Attrs: longName(d.targetName)}}},
			encodeConstants(f.c),
		},
	}, nil
}

func longName(s string) []netcdf.Attr { return []netcdf.Attr{{Name: "long_name", Value: s}} }

// texts is a coordinate with labels.
func texts(name string, labels []string) netcdf.Var {
	return netcdf.Var{Name: name, Dims: []string{name}, Data: labels}
}

// numbered is a coordinate that counts from 0.
func numbered(name string, n int) netcdf.Var {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i)
	}
	return netcdf.Var{Name: name, Dims: []string{name}, Data: ids}
}

// dateCoordinate follows the climate and forecast conventions, by which other
// programs recognise dates.
func dateCoordinate(d *Data) netcdf.Var {
	days := make([]int64, d.Len())
	for t, date := range d.dates {
		days[t] = int64(dayNumber(date))
	}
	return netcdf.Var{Name: dimDate, Dims: []string{dimDate}, Data: days, Attrs: []netcdf.Attr{
		{Name: "units", Value: "days since 1970-01-01"}, {Name: "calendar", Value: "proleptic_gregorian"}}}
}

// axis is the dimension of a block's elements, "" for a scalar.
func (l layout) axis(b block) string {
	switch {
	case b.labels == nil:
		return ""
	case b.at == l.controls && l.nControl > 0:
		return dimControl
	case b.at == l.fourier && l.nFourier > 0:
		return dimFourier
	}
	return dimChannel
}

// dims are the dimensions of a block's draws.
func (l layout) dims(b block) []string {
	if axis := l.axis(b); axis != "" {
		return []string{dimChain, dimDraw, axis}
	}
	return []string{dimChain, dimDraw}
}

func encodePosterior(f *Fit) netcdf.Group {
	g := netcdf.Group{Name: groupPosterior, Vars: f.drawCoordinates(), Attrs: []netcdf.Attr{
		{Name: attrLibrary, Value: "mixmodel"},
		{Name: attrVersion, Value: Version},
		{Name: "tuning_steps", Value: int64(f.options.Warmup)},
	}}
	l := f.c.layout
	g.Vars = append(g.Vars, texts(dimChannel, f.Channels()))
	if l.nControl > 0 {
		g.Vars = append(g.Vars, texts(dimControl, f.Train().Controls()))
	}
	if l.nFourier > 0 {
		g.Vars = append(g.Vars, texts(dimFourier, f.Model().Seasonality.labels()))
	}
	for _, b := range l.blocks {
		values := make([]float64, 0, f.Len()*b.size())
		for _, chain := range f.chains {
			for at := b.at; at < len(chain); at += l.dim {
				values = append(values, chain[at:at+b.size()]...)
			}
		}
		g.Vars = append(g.Vars, netcdf.Var{Name: b.name, Dims: l.dims(b), Data: values})
	}
	return g
}

func (f *Fit) drawCoordinates() []netcdf.Var {
	return []netcdf.Var{numbered(dimChain, f.Chains()), numbered(dimDraw, f.perChain())}
}

// encodeStats uses ArviZ's names. The step size, one per chain, is repeated
// for each draw, as ArviZ has it.
func encodeStats(f *Fit) netcdf.Group {
	var lp, energy, accept, step []float64
	var depth, leapfrogs []int64
	var divergent []bool
	for _, s := range f.stats {
		lp, energy, accept = append(lp, s.LogDensity...), append(energy, s.Energy...), append(accept, s.Accept...)
		divergent = append(divergent, s.Divergent...)
		for d := range s.Depth {
			depth, leapfrogs, step = append(depth, int64(s.Depth[d])), append(leapfrogs, int64(s.Leapfrogs[d])), append(step, s.StepSize)
		}
	}
	g := netcdf.Group{Name: groupStats, Vars: f.drawCoordinates(), Attrs: []netcdf.Attr{{Name: attrLibrary, Value: "mixmodel"}}}
	for _, v := range []netcdf.Var{
		{Name: "lp", Data: lp}, {Name: "energy", Data: energy}, {Name: "acceptance_rate", Data: accept}, {Name: "step_size", Data: step},
		{Name: "tree_depth", Data: depth}, {Name: "n_steps", Data: leapfrogs}, {Name: "diverging", Data: divergent},
	} {
		v.Dims = []string{dimChain, dimDraw}
		g.Vars = append(g.Vars, v)
	}
	return g
}

func encodeConstants(c *compiled) netcdf.Group {
	d := c.train
	g := netcdf.Group{Name: groupConstant, Vars: []netcdf.Var{
		dateCoordinate(d),
		texts(dimChannel, d.channels),
		{Name: "spend", Dims: []string{dimDate, dimChannel}, Data: transposed(d.spend)},
		{Name: "spend_scale", Dims: []string{dimChannel}, Data: c.xScale, Attrs: longName("spend of one model unit")},
		{Name: "sales_scale", Data: []float64{c.yScale}, Attrs: longName("sales of one model unit")},
	}}
	if len(d.controls) > 0 {
		g.Vars = append(g.Vars, texts(dimControl, d.controls),
			netcdf.Var{Name: "controls", Dims: []string{dimDate, dimControl}, Data: transposed(d.control)})
	}
	return g
}

// transposed turns [series][period] into period-major numbers.
func transposed(x [][]float64) []float64 {
	out := make([]float64, 0, len(x)*len(x[0]))
	for t := range x[0] {
		for i := range x {
			out = append(out, x[i][t])
		}
	}
	return out
}

var errNoFit = errors.New("not a saved fit (want a file written by Fit.Save or FitCached)")
