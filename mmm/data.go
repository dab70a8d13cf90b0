package mmm

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
	"time"
)

// Data is a validated table of one target, the spend of media channels and
// controls, one row per period. A Data exists only if it is complete: every
// number is finite, spend is not negative, and the dates ascend by one regular
// [Step] without a gap. It is immutable; slices that its methods return share
// its memory and must not be modified.
//
// Money and sales are in the unit of the source. Index letters: t period,
// c channel, k control.
type Data struct {
	name       string
	dates      []time.Time
	step       Step
	target     []float64
	targetName string
	channels   []string
	spend      [][]float64 // [channel][period]
	controls   []string
	control    [][]float64 // [control][period]
}

// DataInput is the material of a [Data]. Dates may carry a time of day and a
// zone: the civil date they show counts.
type DataInput struct {
	Name       string // for messages; "" means "data"
	Dates      []time.Time
	Target     []float64 // [period]
	TargetName string    // "" means "target"
	Channels   []string
	Spend      [][]float64 // [channel][period], >= 0
	Controls   []string
	Control    [][]float64 // [control][period]
}

// MaxAbs is the largest magnitude a value may have. It keeps sums of squares
// finite whatever the model computes.
const MaxAbs = 1e18

// NewData checks and copies in. Faults in the values and dates are returned
// all at once, as [*Faults]. NewData panics if the shapes do not fit: one name
// per series, one value per date.
func NewData(in DataInput) (*Data, error) {
	checkShapes(in)
	if in.Name == "" {
		in.Name = "data"
	}
	if in.TargetName == "" {
		in.TargetName = "target"
	}
	f := &Faults{Name: in.Name}
	checkNames(f, in)
	d := &Data{
		name:       in.Name,
		targetName: in.TargetName,
		channels:   slices.Clone(in.Channels),
		controls:   slices.Clone(in.Controls),
		target:     checkSeries(f, in.TargetName, in.Target, false),
	}
	for c, x := range in.Spend {
		d.spend = append(d.spend, checkSeries(f, in.Channels[c], x, true))
	}
	for k, z := range in.Control {
		d.control = append(d.control, checkSeries(f, in.Controls[k], z, false))
	}
	for _, t := range in.Dates {
		d.dates = append(d.dates, civil(t))
	}
	d.step = checkCalendar(f, d.dates, func(t int) ParseError { return ParseError{Row: t, Column: "date"} })
	if err := f.err(); err != nil {
		return nil, err
	}
	return d, nil
}

// checkShapes panics on what only a caller's bug can cause.
func checkShapes(in DataInput) {
	same := func(what string, got, want int) {
		if got != want {
			panic(fmt.Sprintf("mmm: NewData: %s = %d, want %d", what, got, want))
		}
	}
	same("len(Target)", len(in.Target), len(in.Dates))
	same("len(Spend)", len(in.Spend), len(in.Channels))
	same("len(Control)", len(in.Control), len(in.Controls))
	for c, x := range in.Spend {
		same(fmt.Sprintf("len(Spend[%d])", c), len(x), len(in.Dates))
	}
	for k, z := range in.Control {
		same(fmt.Sprintf("len(Control[%d])", k), len(z), len(in.Dates))
	}
}

// checkNames reports an input without rows or channels, and names that are
// empty or used twice.
func checkNames(f *Faults, in DataInput) {
	if len(in.Dates) == 0 {
		f.addWhole(faultSource, "there are no rows (want one per period)")
	}
	if len(in.Channels) == 0 {
		f.addWhole(faultHeader, "there are no channels (want at least one)")
	}
	seen := map[string]bool{in.TargetName: true}
	for _, name := range slices.Concat(in.Channels, in.Controls) {
		switch {
		case name == "":
			f.addWhole(faultHeader, "a channel or control has no name")
		case seen[name]:
			f.addWhole(faultHeader, "the name %q is used twice (want different names for target, channels and controls)", name)
		}
		seen[name] = true
	}
}

// checkSeries returns a copy of x and reports what is not finite, too large
// or, for spend, negative.
func checkSeries(f *Faults, name string, x []float64, spend bool) []float64 {
	out := make([]float64, len(x))
	for t, v := range x {
		out[t] = v + 0 // -0 becomes 0, so equal data have equal fingerprints
		if kind, err := checkValue(v, spend); err != nil {
			at := ParseError{Row: t, Column: name, Value: fmt.Sprint(v)}
			f.add(kind, at, "%w", err)
		}
	}
	return out
}

// checkValue returns what is wrong with a number, if anything.
func checkValue(v float64, spend bool) (faultKind, error) {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return faultNumber, fmt.Errorf("got %v (want a finite number)", v)
	case math.Abs(v) > MaxAbs:
		return faultNumber, fmt.Errorf("got %g (want at most %g in size)", v, float64(MaxAbs))
	case spend && v < 0:
		return faultNegative, fmt.Errorf("spend is %.15g (want >= 0): book refunds and corrections in the period they belong to", v)
	}
	return 0, nil
}

// Name returns where the data came from: a file, a URL, or the name given.
func (d *Data) Name() string { return d.name }

// Len returns the number of periods, at least 1.
func (d *Data) Len() int { return len(d.dates) }

// Dates returns the first day of each period, midnight UTC. Read only.
func (d *Data) Dates() []time.Time { return d.dates }

// Step returns the distance between two periods. A part of the data, such as
// a single held-out week, keeps the step of the whole.
func (d *Data) Step() Step { return d.step }

// Target returns the target of each period, usually sales. Read only.
func (d *Data) Target() []float64 { return d.target }

// TargetName returns the name of the target.
func (d *Data) TargetName() string { return d.targetName }

// Channels returns the display names of the channels. Read only.
func (d *Data) Channels() []string { return d.channels }

// Spend returns the spend of channel c per period. Read only.
func (d *Data) Spend(c int) []float64 { return d.spend[c] }

// Controls returns the display names of the controls. Read only.
func (d *Data) Controls() []string { return d.controls }

// Control returns the values of control k per period. Read only.
func (d *Data) Control(k int) []float64 { return d.control[k] }

// NextDates returns the dates of the n periods after the last. It panics if
// the data were made of a single period, which has no step.
func (d *Data) NextDates(n int) []time.Time {
	if d.step == (Step{}) {
		panic("mmm: Data.NextDates: one period has no step")
	}
	out := make([]time.Time, n)
	if d.step.Months == 0 {
		for i := range out {
			out[i] = d.dates[d.Len()-1].AddDate(0, 0, (i+1)*d.step.Days)
		}
		return out
	}
	g := gridOf(d.dates, d.step)
	last := g.slot(d.dates[d.Len()-1])
	for i := range out {
		out[i] = g.date(last + 1 + i)
	}
	return out
}

// Slice returns the periods from <= t < to. It panics unless
// 0 <= from < to <= Len.
func (d *Data) Slice(from, to int) *Data {
	if from < 0 || from >= to || to > d.Len() {
		panic(fmt.Sprintf("mmm: Data.Slice(%d, %d) of %d periods (want 0 <= from < to <= %d)", from, to, d.Len(), d.Len()))
	}
	s := *d
	s.dates = d.dates[from:to:to]
	s.target = d.target[from:to:to]
	s.spend = sliceEach(d.spend, from, to)
	s.control = sliceEach(d.control, from, to)
	return &s
}

func sliceEach(x [][]float64, from, to int) [][]float64 {
	out := make([][]float64, len(x))
	for i := range x {
		out[i] = x[i][from:to:to]
	}
	return out
}

// SplitAt returns the periods up to and including the date last for training,
// and the later ones for testing. It is an error if either would be empty.
func (d *Data) SplitAt(last time.Time) (train, test *Data, err error) {
	last = civil(last)
	n := 0
	for n < d.Len() && !d.dates[n].After(last) {
		n++
	}
	if n == 0 || n == d.Len() {
		return nil, nil, fmt.Errorf("mmm: split %s at %s: the data run from %s to %s (want a date that leaves periods on both sides)",
			d.name, day(last), day(d.dates[0]), day(d.dates[d.Len()-1]))
	}
	return d.Slice(0, n), d.Slice(n, d.Len()), nil
}

// HoldOut returns all but the last n periods for training, and the last n for
// testing. It is an error unless 0 < n < Len.
func (d *Data) HoldOut(n int) (train, test *Data, err error) {
	if n <= 0 || n >= d.Len() {
		return nil, nil, fmt.Errorf("mmm: hold out %d periods: %s has %d (want more than 0 and fewer than all)", n, d.name, d.Len())
	}
	return d.Slice(0, d.Len()-n), d.Slice(d.Len()-n, d.Len()), nil
}

// TotalSpend returns the spend of each channel summed over all periods.
func (d *Data) TotalSpend() []float64 {
	out := make([]float64, len(d.spend))
	for c, x := range d.spend {
		out[c] = total(x)
	}
	return out
}

// SpendShare returns the share of each channel in total spend. The shares sum
// to 1, or are all 0 if nothing was spent.
func (d *Data) SpendShare() []float64 {
	out := d.TotalSpend()
	if sum := total(out); sum > 0 {
		for c := range out {
			out[c] /= sum
		}
	}
	return out
}

// Correlation returns Pearson's correlation of the spend of channel c with the
// target, or NaN if one of them is constant.
func (d *Data) Correlation(c int) float64 { return correlation(d.spend[c], d.target) }

// WithSpend returns the data with other spend, [channel][period], for
// scenarios. It copies spend, and panics if the shape differs or a value is
// not finite and >= 0.
func (d *Data) WithSpend(spend [][]float64) *Data {
	if len(spend) != len(d.spend) {
		panic(fmt.Sprintf("mmm: Data.WithSpend: %d channels, want %d", len(spend), len(d.spend)))
	}
	out := make([][]float64, len(spend))
	for c, x := range spend {
		if len(x) != d.Len() {
			panic(fmt.Sprintf("mmm: Data.WithSpend: %d periods of %s, want %d", len(x), d.channels[c], d.Len()))
		}
		for t, v := range x {
			if _, err := checkValue(v, true); err != nil {
				panic(fmt.Sprintf("mmm: Data.WithSpend: %s, period %d: %v", d.channels[c], t, err))
			}
		}
		out[c] = slices.Clone(x)
	}
	s := *d
	s.spend = out
	return &s
}

// WithoutControls returns the data with every control at 0, for scenarios
// without holidays and the like. The controls keep their names.
func (d *Data) WithoutControls() *Data {
	s := *d
	s.control = make([][]float64, len(d.control))
	for k := range s.control {
		s.control[k] = make([]float64, d.Len())
	}
	return &s
}

// Fingerprint returns a SHA-256 of all names, dates and values in hexadecimal.
// Where the data came from (Name) does not count: two sources with the same
// content have the same fingerprint, on every platform.
func (d *Data) Fingerprint() string {
	h := sha256.New()
	hashText(h, "mmm.Data 1", d.targetName)
	hashCount(h, len(d.dates), len(d.channels), len(d.controls))
	for _, t := range d.dates {
		hashCount(h, dayNumber(t))
	}
	hashFloats(h, d.target)
	hashText(h, d.channels...)
	hashText(h, d.controls...)
	for _, x := range slices.Concat(d.spend, d.control) {
		hashFloats(h, x)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hashText writes each text after its length, so that no two lists collide.
func hashText(h hash.Hash, texts ...string) {
	for _, s := range texts {
		hashCount(h, len(s))
		h.Write([]byte(s))
	}
}

func hashCount(h hash.Hash, ns ...int) {
	for _, n := range ns {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
}

func hashFloats(h hash.Hash, x []float64) {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	h.Write(b)
}

func total(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// correlation returns Pearson's correlation, NaN if x or y is constant.
func correlation(x, y []float64) float64 {
	mx, my := total(x)/float64(len(x)), total(y)/float64(len(y))
	var sxx, syy, sxy float64
	for t := range x {
		dx, dy := x[t]-mx, y[t]-my
		sxx += dx * dx
		syy += dy * dy
		sxy += dx * dy
	}
	if constant(x) || constant(y) {
		return math.NaN()
	}
	return max(-1, min(1, sxy/math.Sqrt(sxx*syy)))
}

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}
