package typed

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MIME is the type of a value in the output of a cell. Its data is one JSON
// object; readers should take a string that holds one, too, since stock GoNB
// passes on what it was given as text.
const MIME = "application/vnd.mixmodel.report.v1+json"

// Kind names what a value is; it is the field "kind" of its JSON.
type Kind string

// The kinds, in the order in which a report for decisions uses them.
const (
	KindKPI         Kind = "kpi"
	KindFigure      Kind = "figure"
	KindTable       Kind = "table"
	KindChannels    Kind = "channels"
	KindBase        Kind = "base"
	KindPlan        Kind = "plan"
	KindForecast    Kind = "forecast"
	KindDiagnostics Kind = "diagnostics"
	KindManifest    Kind = "manifest"
	KindSimulator   Kind = "simulator"
)

// Value is one typed output: a KPI, Figure, Table, Channels, Base, Plan,
// Forecast, Diagnostics, Manifest or Simulator, by value.
type Value interface {
	// Kind says which of them it is.
	Kind() Kind
	// Name is the value's id: lower-case letters, digits and hyphens. It
	// should be unique within a notebook; a report links to it.
	Name() string
	// Validate returns all faults, joined; nil means that the value can be
	// shown.
	Validate() error
}

// Marshal returns the JSON of v, with its kind in front, or all that is wrong
// with v. Equal values give equal bytes.
func Marshal(v Value) ([]byte, error) {
	if err := v.Validate(); err != nil {
		return nil, err
	}
	var fields bytes.Buffer
	enc := json.NewEncoder(&fields)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("typed: %s %q: %w", v.Kind(), v.Name(), err)
	}
	out := fmt.Appendf(nil, `{"kind":%q,`, v.Kind())
	return append(out, bytes.TrimSpace(fields.Bytes())[1:]...), nil
}

// Parse reads what Marshal wrote. Fields it does not know are ignored; a kind
// it does not know, and values that do not validate, are errors.
func Parse(data []byte) (Value, error) {
	var head struct{ Kind Kind }
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("typed: %w", err)
	}
	read, ok := readers[head.Kind]
	if !ok {
		return nil, fmt.Errorf("typed: kind is %q (want one of %d known ones, such as %q)", head.Kind, len(readers), KindKPI)
	}
	v, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("typed: %s: %w", head.Kind, err)
	}
	return v, v.Validate()
}

var readers = map[Kind]func([]byte) (Value, error){
	KindKPI:         read[KPI],
	KindFigure:      read[Figure],
	KindTable:       read[Table],
	KindChannels:    read[Channels],
	KindBase:        read[Base],
	KindPlan:        read[Plan],
	KindForecast:    read[Forecast],
	KindDiagnostics: read[Diagnostics],
	KindManifest:    read[Manifest],
	KindSimulator:   read[Simulator],
}

func read[T Value](data []byte) (Value, error) {
	var v T
	err := json.Unmarshal(data, &v)
	return v, err
}
