package execute

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"math"
	"strconv"
	"strings"
	"time"
)

// writer writes values of parameters as Go.
type writer struct {
	dir     string // files are seen from there
	name    func(types.Type) string
	comment string // on the value, for a reader
}

// literal returns Go for a value of the type.
func (w *writer) literal(t types.Type, value string) (string, error) {
	switch types.TypeString(t, nil) {
	case "time.Duration":
		return w.duration(value)
	case "time.Time":
		return w.date(value)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return w.basic(t, u, value)
	case *types.Slice:
		return w.slice(t, u, value)
	}
	return "", fmt.Errorf("it is a %s, which cannot be set (only strings, bools, numbers, time.Duration, time.Time, and slices of them)", w.name(t))
}

func (w *writer) basic(t types.Type, b *types.Basic, value string) (string, error) {
	switch {
	case b.Info()&types.IsString != 0:
		value, err := seenFrom(w.dir, value)
		return strconv.Quote(value), err
	case b.Info()&types.IsBoolean != 0:
		v, err := strconv.ParseBool(value)
		if err != nil {
			return "", fmt.Errorf("want %s: true or false", w.wanted(t))
		}
		return strconv.FormatBool(v), nil
	case b.Info()&types.IsInteger != 0:
		return w.integer(t, b, value)
	case b.Info()&types.IsFloat != 0:
		bits := map[types.BasicKind]int{types.Float32: 32}[b.Kind()]
		if bits == 0 {
			bits = 64
		}
		f, err := strconv.ParseFloat(value, bits)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return "", fmt.Errorf("want %s, such as 0.9", w.wanted(t))
		}
		return strconv.FormatFloat(f, 'g', -1, bits), nil
	}
	return "", fmt.Errorf("it is a %s, which cannot be set", w.name(t))
}

func (w *writer) integer(t types.Type, b *types.Basic, value string) (string, error) {
	bits := map[types.BasicKind]int{
		types.Int: strconv.IntSize, types.Int8: 8, types.Int16: 16, types.Int32: 32, types.Int64: 64,
		types.Uint: strconv.IntSize, types.Uint8: 8, types.Uint16: 16, types.Uint32: 32, types.Uint64: 64, types.Uintptr: 64,
	}[b.Kind()]
	digits := strings.TrimPrefix(value, "+")
	if b.Info()&types.IsUnsigned != 0 {
		v, err := strconv.ParseUint(digits, 10, bits)
		if err == nil {
			return strconv.FormatUint(v, 10), nil
		}
		return "", w.noInteger(t, err, fmt.Sprintf("0 to %d", uint64(math.MaxUint64)>>(64-bits)))
	}
	v, err := strconv.ParseInt(value, 10, bits)
	if err == nil {
		return strconv.FormatInt(v, 10), nil
	}
	return "", w.noInteger(t, err, fmt.Sprintf("%d to %d", math.MinInt64>>(64-bits), math.MaxInt64>>(64-bits)))
}

func (w *writer) noInteger(t types.Type, err error, limits string) error {
	if errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("want %s: %s", w.wanted(t), limits)
	}
	return fmt.Errorf("want %s, such as 100", w.wanted(t))
}

func (w *writer) duration(value string) (string, error) {
	d, err := time.ParseDuration(value)
	if err != nil {
		return "", errors.New("want a time.Duration, such as 90s or 5m")
	}
	w.comment = fmt.Sprintf(" // %v", d)
	return strconv.FormatInt(d.Nanoseconds(), 10), nil
}

func (w *writer) date(value string) (string, error) {
	for _, layout := range []string{time.DateOnly, time.DateTime, time.RFC3339Nano} {
		if at, err := time.Parse(layout, value); err == nil {
			at = at.UTC()
			name := strings.TrimSuffix(w.timeName(), ".Time")
			return fmt.Sprintf("%s.Date(%d, %d, %d, %d, %d, %d, %d, %[1]s.UTC)", name,
				at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond()), nil
		}
	}
	return "", errors.New("want a time.Time, such as 2024-01-31 or 2024-01-31T09:00:00Z")
}

// timeName is how the program calls time.Time.
func (w *writer) timeName() string {
	return w.name(types.NewNamed(types.NewTypeName(0, types.NewPackage("time", "time"), "Time", nil), types.NewStruct(nil, nil), nil))
}

// slice takes a list of JSON, or elements between commas as CSV has them: one
// with a comma is quoted.
func (w *writer) slice(t types.Type, s *types.Slice, value string) (string, error) {
	elements, err := elementsOf(value)
	if err != nil {
		return "", fmt.Errorf("want %s, whose elements commas separate: %w", w.wanted(t), err)
	}
	for i, e := range elements {
		text, err := w.literal(s.Elem(), e)
		if err != nil {
			return "", fmt.Errorf("element %d is %q: %w", i+1, e, err)
		}
		elements[i] = text
	}
	w.comment = ""
	return w.name(t) + "{" + strings.Join(elements, ", ") + "}", nil
}

func elementsOf(value string) (elements []string, err error) {
	switch {
	case value == "":
		return nil, nil
	case value[0] != '[':
		r := csv.NewReader(strings.NewReader(value))
		r.TrimLeadingSpace = true
		return r.Read()
	}
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	var list []any
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	for _, e := range list {
		elements = append(elements, fmt.Sprint(e))
	}
	return elements, nil
}

// wanted names a type with its article, and with what it is made of.
func (w *writer) wanted(t types.Type) string {
	name := w.name(t)
	if under := w.name(t.Underlying()); under != name {
		return "a " + name + ", which is " + article(under)
	}
	return article(name)
}

func article(name string) string {
	if strings.HasPrefix(name, "int") {
		return "an " + name
	}
	return "a " + name
}
