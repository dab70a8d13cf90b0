package typed

import "slices"

// Diagnostics says whether the draws behind all numbers can be trusted. If not
// DecisionGrade, a report says so on top of everything.
type Diagnostics struct {
	ID     string  `json:"id"`
	Chains int     `json:"chains"`
	Draws  int     `json:"draws"` // per chain
	Checks []Check `json:"checks"`
	// DecisionGrade is true if and only if every check passed.
	DecisionGrade bool `json:"decision_grade"`
	// Warnings say what is wrong and what to do; there are none if all is well.
	Warnings []Warning `json:"warnings,omitempty"`
}

// Check is one test of the draws: Value against Limit.
type Check struct {
	// ID names it for programs: "r-hat", "ess-bulk", "ess-tail",
	// "divergences", "tree-depth", "e-bfmi", "complete".
	ID    string  `json:"id"`
	Label string  `json:"label"` // "largest R-hat"
	Value float64 `json:"value"`
	// Want says on which side of Limit the value should be.
	Want  Want    `json:"want"`
	Limit float64 `json:"limit"`
	Pass  bool    `json:"pass"`
	// Meaning is what the check asks, in a sentence for who never heard of it.
	Meaning string `json:"meaning"`
	// Subject is the parameter behind an extreme value.
	Subject string `json:"subject,omitempty"`
}

// Want is a side of a limit; the limit itself passes.
type Want string

// The sides.
const (
	AtMost  Want = "at most"
	AtLeast Want = "at least"
)

// Kind returns KindDiagnostics.
func (Diagnostics) Kind() Kind { return KindDiagnostics }

// Name returns the id.
func (d Diagnostics) Name() string { return d.ID }

// Validate returns all faults, joined.
func (d Diagnostics) Validate() error {
	f := newFaults(d)
	f.check(d.Chains > 0 && d.Draws > 0, "%d chains of %d draws (want 1 or more)", d.Chains, d.Draws)
	f.check(len(d.Checks) > 0, "it has no checks")
	failed := false
	for _, c := range d.Checks {
		f.some("id of a check", c.ID)
		f.some("label of a check", c.Label)
		f.finite(c.ID, c.Value, c.Limit)
		f.check(slices.Contains([]Want{AtMost, AtLeast}, c.Want), "%s: want is %q (want %q or %q)", c.ID, c.Want, AtMost, AtLeast)
		f.check(c.Pass == c.holds(), "%s is %v, %s %v: pass is %v", c.ID, c.Value, c.Want, c.Limit, c.Pass)
		failed = failed || !c.Pass
	}
	f.check(d.DecisionGrade == !failed, "decision grade is %v, a failed check is %v", d.DecisionGrade, failed)
	return f.err()
}

func (c Check) holds() bool {
	if c.Want == AtMost {
		return c.Value <= c.Limit
	}
	return c.Value >= c.Limit
}
