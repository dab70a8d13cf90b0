package typed

import (
	"regexp"
)

// Manifest says what the numbers came from, so that they can be made again.
type Manifest struct {
	ID   string   `json:"id"`
	Data DataFile `json:"data"`
	// Fit is the SHA-256 of the draws, in hexadecimal: two runs with the same
	// one have the same posterior, bit by bit.
	Fit     string    `json:"fit"`
	Sampler Sampler   `json:"sampler"`
	Model   []Entry   `json:"model"`  // parts of the model in words
	Priors  []Entry   `json:"priors"` // parameter block and its prior
	Version []Entry   `json:"versions"`
	Results []Reading `json:"results,omitempty"` // a few numbers to recognise the run by
}

// DataFile is the data of the fit.
type DataFile struct {
	Name string `json:"name"` // without folders
	// SHA256 is that of the content as read (names, dates and values), in
	// hexadecimal: two files with the same content have the same.
	SHA256   string `json:"sha256"`
	Periods  int    `json:"periods"` // all, held-out ones included
	Train    int    `json:"train"`   // those that the model was fitted to
	Step     string `json:"step"`
	From     string `json:"from"`
	To       string `json:"to"`
	Channels int    `json:"channels"`
	Controls int    `json:"controls"`
}

// Sampler is how the draws were made.
type Sampler struct {
	Name         string  `json:"name"` // "No-U-Turn sampler"
	Chains       int     `json:"chains"`
	Warmup       int     `json:"warmup"` // per chain
	Draws        int     `json:"draws"`  // per chain
	TargetAccept float64 `json:"target_accept"`
	// Seed is text: JavaScript cannot hold all 64 bits in a number.
	Seed string `json:"seed"`
}

// Entry is a name with what it stands for.
type Entry struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Reading is one measured number: "max R-hat", 1.0003.
type Reading struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Kind returns KindManifest.
func (Manifest) Kind() Kind { return KindManifest }

// Name returns the id.
func (m Manifest) Name() string { return m.ID }

var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Validate returns all faults, joined.
func (m Manifest) Validate() error {
	f := newFaults(m)
	f.some("name of the data", m.Data.Name)
	f.check(hashPattern.MatchString(m.Data.SHA256), "SHA-256 of the data is %q (want 64 hexadecimal digits)", m.Data.SHA256)
	f.check(m.Data.Train > 0 && m.Data.Train <= m.Data.Periods, "%d training periods of %d", m.Data.Train, m.Data.Periods)
	f.dates(m.Data.From, m.Data.To)
	f.check(hashPattern.MatchString(m.Fit), "fingerprint of the fit is %q (want 64 hexadecimal digits)", m.Fit)
	f.check(m.Sampler.Chains > 0 && m.Sampler.Draws > 0, "%d chains of %d draws (want 1 or more)", m.Sampler.Chains, m.Sampler.Draws)
	f.some("seed", m.Sampler.Seed)
	for _, list := range [][]Entry{m.Model, m.Priors, m.Version} {
		f.check(len(list) > 0, "model, priors or versions are missing")
		for _, e := range list {
			f.check(e.Name != "" && e.Text != "", "entry %q is %q (want both)", e.Name, e.Text)
		}
	}
	for _, r := range m.Results {
		f.finite(r.Name, r.Value)
	}
	return f.err()
}
