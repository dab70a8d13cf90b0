package brief

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"path"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"mixmodel/kernel/display/typed"
	"mixmodel/mmm"
	"mixmodel/mmm/adstock"
)

// Manifest says what the numbers of a fit came from. all are the data with
// what was held out; nil means that nothing was.
func Manifest(fit *mmm.Fit, all *mmm.Data) typed.Manifest {
	train, o := fit.Train(), fit.Options()
	if all == nil {
		all = train
	}
	m := typed.Manifest{
		ID:  "manifest",
		Fit: fingerprint(fit.Draws),
		Data: typed.DataFile{
			Name: fileName(all.Name()), SHA256: all.Fingerprint(), Periods: all.Len(), Train: train.Len(), Step: period(train),
			Channels: len(train.Channels()), Controls: len(train.Controls()),
		},
		Sampler: typed.Sampler{Name: "No-U-Turn sampler", Chains: o.Chains, Warmup: o.Warmup, Draws: o.Draws, TargetAccept: o.TargetAccept, Seed: fmt.Sprint(o.Seed)},
		Model:   modelEntries(fit.Model()), Priors: priorEntries(fit.Draws), Version: versions(),
	}
	m.Data.From, m.Data.To = window(all)
	h := fit.Diagnostics()
	for _, r := range []typed.Reading{
		{Name: "largest R-hat", Value: h.MaxRHat}, {Name: "least bulk ESS", Value: h.MinESSBulk}, {Name: "least tail ESS", Value: h.MinESSTail},
		{Name: "divergences", Value: float64(h.Divergences)}, {Name: "gradients", Value: float64(fit.Gradients())},
	} {
		if r.Value == r.Value { // not a number of one chain, say
			m.Results = append(m.Results, r)
		}
	}
	return m
}

// fingerprint is the SHA-256 of all draws.
func fingerprint(d *mmm.Draws) string {
	h := sha256.New()
	for _, name := range d.Names() {
		fmt.Fprintln(h, name)
		for _, chain := range d.Parameter(name) {
			raw := make([]byte, 0, 8*len(chain))
			for _, x := range chain {
				raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(x))
			}
			h.Write(raw)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// fileName is the last part of a path or URL: the others say where a person
// keeps files.
func fileName(s string) string {
	s, _, _ = strings.Cut(s, "?")
	return path.Base(strings.ReplaceAll(s, `\`, "/"))
}

func modelEntries(m mmm.Model) []typed.Entry {
	_, _, normalized := adstockName(m.Adstock)
	weights := fmt.Sprintf("%s, %d weights", typeName(m.Adstock), m.Adstock.Len())
	if normalized {
		weights += " that sum to 1"
	}
	season := "none"
	if m.Seasonality.Order > 0 {
		season = fmt.Sprintf("%d yearly Fourier pairs, prior of the coefficients %v", m.Seasonality.Order, m.Seasonality.Coefficients)
	}
	return []typed.Entry{
		{Name: "adstock", Text: weights}, {Name: "saturation", Text: typeName(m.Saturation)},
		{Name: "seasonality", Text: season}, {Name: "likelihood", Text: typeName(m.Likelihood)},
	}
}

// typeName is the name of a part's type in words: "weibull pdf".
func typeName(part any) string { return strings.ReplaceAll(kebab(part), "-", " ") }

// kebab is the name of a part's type in lower case: "weibull-pdf".
func kebab(part any) string {
	var sb strings.Builder
	name := []rune(reflect.TypeOf(part).Name())
	for i, r := range name {
		upper := func(r rune) bool { return r >= 'A' && r <= 'Z' }
		if upper(r) && i > 0 && !upper(name[i-1]) {
			sb.WriteByte('-')
		}
		sb.WriteString(strings.ToLower(string(r)))
	}
	return sb.String()
}

// adstockName is the name that a simulator knows the weights by, whether it
// knows them, and whether they sum to 1.
func adstockName(a mmm.Adstock) (name string, known, normalized bool) {
	raw := false
	switch a := a.(type) {
	case adstock.Geometric:
		raw = a.Raw
	case adstock.Delayed:
		raw = a.Raw
	case adstock.Binomial:
		raw = a.Raw
	case adstock.WeibullPDF:
		raw = a.Raw
	case adstock.WeibullCDF:
		raw = a.Raw
	case adstock.None:
	default:
		return "", false, false
	}
	return kebab(a), true, !raw
}

// priorEntries has one entry per parameter block whose elements share their
// prior, and one per element otherwise.
func priorEntries(d *mmm.Draws) []typed.Entry {
	var out []typed.Entry
	summaries, at := d.Summaries(), 0
	for _, block := range d.Blocks() {
		n := len(d.Block(block))
		own := summaries[at : at+n]
		at += n
		same := true
		for _, s := range own {
			same = same && s.Prior == own[0].Prior
		}
		if same {
			own[0].Name = block
			own = own[:1]
		}
		for _, s := range own {
			out = append(out, typed.Entry{Name: s.Name, Text: s.Prior.String()})
		}
	}
	return out
}

// versions are those of what computed the numbers: the libraries that have a
// part in them, as far as the program knows.
func versions() []typed.Entry {
	out := []typed.Entry{{Name: "mixmodel", Text: mmm.Version}, {Name: "go", Text: runtime.Version()}, {Name: "platform", Text: runtime.GOOS + "/" + runtime.GOARCH}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	for _, dep := range info.Deps {
		if strings.HasPrefix(dep.Path, "gonum.org/") || strings.HasSuffix(dep.Path, "/gonb") {
			out = append(out, typed.Entry{Name: dep.Path, Text: dep.Version})
		}
	}
	return out
}
