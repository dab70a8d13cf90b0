package diff

import (
	"fmt"
	"slices"

	"mixmodel/kernel/display/typed"
	"mixmodel/report/internal/source"
	"mixmodel/report/internal/words"
)

// reasons lists what changed besides the results: data first, for new data
// move results most, then the model, its priors, how it was sampled, and the
// programs.
func (r *Report) reasons(old, new *source.Source) {
	a, b, ok := both[typed.Manifest](old, new)
	if !ok {
		r.Reasons = append(r.Reasons, "At least one of the two has no manifest: what changed besides the results is unknown.")
		return
	}
	say := func(format string, args ...any) { r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...)) }
	r.data(a.Data, b.Data)
	r.entries("The model", a.Model, b.Model)
	r.entries("The prior of", a.Priors, b.Priors)
	beforeSampler := len(r.Reasons)
	x, y := a.Sampler, b.Sampler
	seeds := x.Seed != y.Seed
	x.Seed, y.Seed = "", ""
	if x != y {
		say("Sampling: %s became %s.", settings(x), settings(y))
	}
	if seeds {
		say("The seed: %s became %s. What it changes is the error of the computation.", a.Sampler.Seed, b.Sampler.Seed)
	}
	r.SeedOnly = seeds && beforeSampler == 0 && x == y
	versions := len(r.Reasons)
	r.entries("The version of", a.Version, b.Version)
	r.SeedOnly = r.SeedOnly && versions == len(r.Reasons)
	if len(r.Reasons) == 0 && a.Fit != b.Fit {
		say("The fits differ, but data, model, priors, settings and versions are the same: the code of the model may have changed.")
	}
}

func (r *Report) data(a, b typed.DataFile) {
	if a == b {
		return
	}
	if a.SHA256 == b.SHA256 {
		if a.Train != b.Train {
			r.Reasons = append(r.Reasons, fmt.Sprintf("The same data, split anew: the model was fitted to %s instead of %s.", words.Count(b.Train, b.Step), words.Count(a.Train, a.Step)))
		}
		return
	}
	s := "The data changed"
	if a.Name != b.Name {
		s += fmt.Sprintf(": %s became %s", a.Name, b.Name)
	}
	switch more := b.Periods - a.Periods; {
	case more > 0 && a.From == b.From:
		s += fmt.Sprintf(", with %s more, to %s", words.Count(more, b.Step), words.Day(b.To))
	case a.Periods != b.Periods || a.From != b.From || a.To != b.To:
		s += fmt.Sprintf(", from %s (%s to %s) to %s (%s to %s)", words.Count(a.Periods, a.Step), words.Day(a.From), words.Day(a.To), words.Count(b.Periods, b.Step), words.Day(b.From), words.Day(b.To))
	default:
		s += " in the same window: values were corrected, or columns came or went"
	}
	if a.Channels != b.Channels || a.Controls != b.Controls {
		s += fmt.Sprintf("; %d channels and %d controls instead of %d and %d", b.Channels, b.Controls, a.Channels, a.Controls)
	}
	r.Reasons = append(r.Reasons, s+".")
}

// entries compares two lists of names with texts.
func (r *Report) entries(what string, a, b []typed.Entry) {
	find := func(list []typed.Entry, name string) (string, bool) {
		i := slices.IndexFunc(list, func(e typed.Entry) bool { return e.Name == name })
		if i < 0 {
			return "", false
		}
		return list[i].Text, true
	}
	for _, e := range b {
		if was, ok := find(a, e.Name); !ok {
			r.Reasons = append(r.Reasons, fmt.Sprintf("%s: %s is new: %s.", what, e.Name, e.Text))
		} else if was != e.Text {
			r.Reasons = append(r.Reasons, fmt.Sprintf("%s %s: %s became %s.", what, e.Name, was, e.Text))
		}
	}
	for _, e := range a {
		if _, ok := find(b, e.Name); !ok {
			r.Reasons = append(r.Reasons, fmt.Sprintf("%s: %s is gone; it was %s.", what, e.Name, e.Text))
		}
	}
}

func settings(s typed.Sampler) string {
	return fmt.Sprintf("%s, %d chains of %d draws after %d, target %v", s.Name, s.Chains, s.Draws, s.Warmup, s.TargetAccept)
}
