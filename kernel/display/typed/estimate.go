package typed

import "slices"

// Estimate is a number with its uncertainty. Means add up where the things
// they measure do; intervals do not.
type Estimate struct {
	Mean float64 `json:"mean"` // over draws: what we expect
	SD   float64 `json:"sd"`   // over draws
	// Low and High bound the narrowest interval that holds the share Prob of
	// the draws (highest density interval).
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Prob float64 `json:"prob"` // such as 0.94
}

// Finding is an estimate beside what was believed before the data.
type Finding struct {
	Estimate
	// Prior is the same quantity under the prior; nil if there is none.
	Prior *Estimate `json:"prior,omitempty"`
	// Evidence says which of data and prior the estimate rests on; nil if it
	// was not judged.
	Evidence *Evidence `json:"evidence,omitempty"`
}

// Tier says what an estimate rests on.
type Tier string

// The tiers.
const (
	DataDriven  Tier = "data-driven"  // the data would have said it to anyone
	Mixed       Tier = "mixed"        // the data moved what was believed before
	PriorDriven Tier = "prior-driven" // it is, by and large, what was believed before
)

func (t Tier) known() bool { return slices.Contains([]Tier{DataDriven, Mixed, PriorDriven}, t) }

// Evidence is the tier of an estimate with the measures that decided it.
type Evidence struct {
	Tier Tier `json:"tier"`
	// Overlap is the area that the densities of prior and posterior share:
	// 1 means that they are the same, 0 that they exclude each other.
	Overlap float64 `json:"overlap"`
	// Width is that of the posterior's interval relative to the prior's: 0.1
	// means that the data ruled out nine tenths of the range.
	Width float64 `json:"width"`
}

// Doubt is the probability of a statement that a headline makes.
type Doubt struct {
	// ID names the statement for programs: "best-channel", "plan-beats-today",
	// "above-break-even".
	ID string `json:"id"`
	// Claim is the statement in words, a whole clause without a full stop:
	// "TV has the highest return of the 7 channels".
	Claim string  `json:"claim"`
	P     float64 `json:"p"`
}

func (f *faults) doubts(ds []Doubt) {
	for _, d := range ds {
		f.some("id of a doubt", d.ID)
		f.some("claim of a doubt", d.Claim)
		f.fraction("probability of "+d.ID, d.P)
	}
}

// Warning is one doubt in plain words.
type Warning struct {
	Code    string `json:"code"`              // for programs: "extrapolation"
	Subject string `json:"subject,omitempty"` // a channel, say
	Text    string `json:"text"`              // what was found, what was wanted, what to do
}
