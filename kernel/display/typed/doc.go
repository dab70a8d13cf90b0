// Package typed is the vocabulary in which a notebook hands its results to a
// report: numbers with their units, their uncertainty and their doubt, instead
// of pictures and text to scrape.
//
//	display.Show(typed.KPI{ID: "roas-total", Label: "Return on ad spend", ...})
//
// A value travels as one JSON object under [MIME] in the output of a cell,
// next to an HTML, SVG and text form for readers that do not know it:
//
//	{"kind": "kpi", "id": "roas-total", "label": "Return on ad spend", ...}
//
// The kinds are
//
//	kpi          one number to lead with                  [KPI]
//	figure       words and data of a picture              [Figure]
//	table        columns of numbers with units            [Table]
//	channels     what each channel did, and how we know   [Channels]
//	base         base against incremental sales           [Base]
//	plan         a recommended budget                     [Plan]
//	forecast     how well unseen periods were predicted   [Forecast]
//	diagnostics  may the numbers be used                  [Diagnostics]
//	manifest     what the numbers came from               [Manifest]
//	simulator    all that a what-if calculation needs     [Simulator]
//
// testdata has a sample of each, named like its kind.
//
// Conventions that hold for every kind: numbers are finite, in the units of
// the data, never rounded and never formatted; fractions are fractions, not
// percents; a list "per channel" has the order of the channels in the data;
// an absent number is left out, or null inside a list. Validate reports every
// fault at once.
//
// The package imports nothing but the standard library and computes no
// statistics, so that every part of the project may import it: the model
// fills the values, display sends them, and the report draws them.
package typed
