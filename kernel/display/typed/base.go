package typed

import (
	"slices"
	"time"
)

// Base splits sales of the training window into what media brought and what
// would have come anyway. The means of the parts add up to that of Expected.
type Base struct {
	ID       string `json:"id"`
	Currency string `json:"currency,omitempty"`
	Step     string `json:"step"`
	Periods  int    `json:"periods"`
	From     string `json:"from"`
	To       string `json:"to"`

	Observed float64  `json:"observed"` // sales
	Expected Estimate `json:"expected"` // sales, by the model
	Spend    float64  `json:"spend"`    // on media

	Parts []Part `json:"parts"`
	// Media is the part of the group media as a fraction of expected sales.
	Media Finding `json:"media_share"`
}

// Part is one part of sales, a total over the window.
type Part struct {
	Name  string `json:"name"`
	Group Group  `json:"group"`
	Finding
}

// Group says where a part of sales comes from.
type Group string

// The groups. Base sales are all but media.
const (
	GroupBase     Group = "base"     // sales without season, events and media
	GroupSeason   Group = "season"   // the yearly pattern
	GroupControls Group = "controls" // holidays, prices and the like
	GroupMedia    Group = "media"    // all channels together
	GroupFloor    Group = "floor"    // what is added because sales cannot fall below zero
)

var groups = []Group{GroupBase, GroupSeason, GroupControls, GroupMedia, GroupFloor}

// Kind returns KindBase.
func (Base) Kind() Kind { return KindBase }

// Name returns the id.
func (b Base) Name() string { return b.ID }

// Validate returns all faults, joined.
func (b Base) Validate() error {
	f := newFaults(b)
	f.some("step", b.Step)
	f.check(b.Periods > 0, "periods is %d (want 1 or more)", b.Periods)
	f.dates(b.From, b.To)
	f.finite("observed", b.Observed)
	f.notNegative("spend", b.Spend)
	f.estimate("expected", b.Expected)
	f.finding("share of media", b.Media)
	var means []float64
	for _, p := range b.Parts {
		f.some("name of a part", p.Name)
		f.check(slices.Contains(groups, p.Group), "group of %s is %q (want one of %q)", p.Name, p.Group, groups)
		f.finding(p.Name, p.Finding)
		means = append(means, p.Mean)
	}
	f.check(slices.ContainsFunc(b.Parts, func(p Part) bool { return p.Group == GroupMedia }), "no part is of the group %q", GroupMedia)
	f.sum("means of the parts", means, b.Expected.Mean)
	return f.err()
}

func (f *faults) dates(from, to string) {
	for _, d := range []string{from, to} {
		_, err := time.Parse(time.DateOnly, d)
		f.check(err == nil, "date is %q (want a day such as 2018-01-28)", d)
	}
	f.check(from <= to, "dates run from %s to %s (want the first one first)", from, to)
}
