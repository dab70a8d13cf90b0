package mmm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
)

func TestFitCachedReturnsTheSameDrawsWithoutSampling(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.nc")
	data := smallData(t, 40)
	sampled := 0
	o := fitOptions
	o.Progress = func([]nuts.Progress) { sampled++ }
	first := Must(Model{}.FitCached(path, data, o))
	if sampled == 0 {
		t.Fatal("the first call did not sample")
	}
	sampled = 0
	second := Must(Model{}.FitCached(path, data, o))
	if sampled != 0 {
		t.Error("the second call sampled again")
	}
	if !reflect.DeepEqual(first.chains, second.chains) || !reflect.DeepEqual(first.stats, second.stats) || !reflect.DeepEqual(first.options, second.options) {
		t.Error("the cached fit differs from the first")
	}
}

func TestFitFingerprintChangesWithEverythingThatMatters(t *testing.T) {
	data := smallData(t, 40)
	base := Model{}.FitFingerprint(data, fitOptions)
	other := fitOptions
	other.Seed++
	target := fitOptions
	target.TargetAccept = 0.95
	noisy := fitOptions
	noisy.Progress = func([]nuts.Progress) {}
	for name, got := range map[string]string{
		"data":    Model{}.FitFingerprint(smallData(t, 41), fitOptions),
		"prior":   Model{Intercept: dist.Normal{Mu: 0.1, Sigma: 2}}.FitFingerprint(data, fitOptions),
		"season":  Model{Seasonality: Fourier{Order: 1}}.FitFingerprint(data, fitOptions),
		"seed":    Model{}.FitFingerprint(data, other),
		"target":  Model{}.FitFingerprint(data, target),
		"effects": Model{Controls: dist.Each{dist.Normal{Mu: 0, Sigma: 1}, dist.Normal{Mu: 0, Sigma: 1}}}.FitFingerprint(data, fitOptions),
	} {
		if got == base {
			t.Errorf("changing the %s left the fingerprint as it was", name)
		}
	}
	if (Model{}).FitFingerprint(data, noisy) != base {
		t.Error("progress reporting changed the fingerprint")
	}
	if (Model{Likelihood: Normal{}}).FitFingerprint(data, fitOptions.WithDefaults()) != base {
		t.Error("writing out the defaults changed the fingerprint")
	}
}

func TestAFitsFingerprintIsThatOfItsDraws(t *testing.T) {
	data, path := smallData(t, 40), filepath.Join(t.TempDir(), "small.nc")
	first := Must(Model{}.FitCached(path, data, fitOptions))
	other := fitOptions
	other.Seed++
	if loaded := Must(LoadFit(path)); loaded.Fingerprint() != first.Fingerprint() || first.Fingerprint() == "" {
		t.Errorf("got %q after loading, want %q", loaded.Fingerprint(), first.Fingerprint())
	}
	if second := Must(Model{}.Fit(data, other)); second.Fingerprint() == first.Fingerprint() {
		t.Error("another seed has the same fingerprint")
	}
}

func TestDamagedFitsAreFittedAnewAndForeignFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "small.nc")
	data := smallData(t, 40)
	want := Must(Model{}.FitCached(path, data, fitOptions))
	good := Must(os.ReadFile(path))
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)-9] ^= 1
	damages := map[string][]byte{"a flipped bit": flipped}
	for _, n := range []int{8, 48, 60, 64, 100, len(good) / 2, len(good) - 1} {
		damages["cut to "+FormatNumber(float64(n), 9)] = good[:n]
	}
	for name, raw := range damages {
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := Model{}.FitCached(path, data, fitOptions)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(f.chains, want.chains) {
			t.Errorf("%s: other draws than before", name)
		}
	}
	otherHDF5 := append([]byte(nil), good...)
	copy(otherHDF5[48:], "of someone else")
	for name, foreign := range map[string]string{"text": "my thesis", "another HDF5 file": string(otherHDF5), "an empty file": ""} {
		if err := os.WriteFile(path, []byte(foreign), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := (Model{}).FitCached(path, data, fitOptions); err == nil {
			t.Errorf("%s: no error for a file that is not a fit", name)
		}
		if got := string(Must(os.ReadFile(path))); got != foreign {
			t.Errorf("%s: the foreign file now holds %d bytes", name, len(got))
		}
	}
	if left := Must(filepath.Glob(filepath.Join(dir, "*.partial"))); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUnwritableCacheIsAnErrorThatKeepsTheFit(t *testing.T) {
	f, err := Model{}.FitCached(filepath.Join(t.TempDir(), "no such folder", "x.nc"), smallData(t, 20), fitOptions)
	if err == nil || f == nil {
		t.Errorf("got fit %v, error %v; want both", f != nil, err)
	}
}

func TestReadingACachedFitIsFast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.nc")
	data := smallData(t, 40)
	o := nuts.Options{Chains: 4, Warmup: 60, Draws: 1000, Seed: 1}
	Must(Model{}.FitCached(path, data, o))
	began := time.Now()
	Must(Model{}.FitCached(path, data, o))
	if d := time.Since(began); d > 500*time.Millisecond {
		t.Errorf("reading took %v, want well under half a second", d)
	}
}

func TestIncompleteFitsAreNotServedAsComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.nc")
	data := smallData(t, 40)
	whole := Must(Model{}.FitCached(path, data, fitOptions))
	part := *whole
	part.Draws, part.stats = &Draws{c: whole.c}, nil
	for i, chain := range whole.chains {
		s := whole.stats[i]
		part.chains = append(part.chains, chain[:50*whole.c.layout.dim])
		part.stats = append(part.stats, ChainStats{s.LogDensity[:50], s.Energy[:50], s.Accept[:50], s.Depth[:50], s.Leapfrogs[:50], s.Divergent[:50], s.StepSize})
	}
	if err := part.Save(path); err != nil {
		t.Fatal(err)
	}
	if got := Must(LoadFit(path)); got.Len() != 100 {
		t.Errorf("loaded %d draws, want the 100 saved", got.Len())
	}
	if got := Must(Model{}.FitCached(path, data, fitOptions)); got.Len() != whole.Len() {
		t.Errorf("got %d draws, want %d", got.Len(), whole.Len())
	}
}

func TestACancelledCachedFitGoesOnWhereItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.nc")
	data := smallData(t, 40)
	o := nuts.Options{Chains: 2, Warmup: 300, Draws: 4000, Seed: 9}
	want := Must(Model{}.Fit(data, o))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := o
	stop.Progress = func(p []nuts.Progress) {
		if p[0].Done > 350 {
			cancel()
		}
	}
	f, err := Model{}.FitCachedContext(ctx, path, data, stop)
	if err == nil {
		t.Skip("the fit ended before it could be cancelled")
	}
	if !errors.Is(err, context.Canceled) || f == nil || !f.Incomplete() || !f.Warnings().Has("incomplete") {
		t.Fatalf("got %v and a fit that is incomplete: %v", err, f != nil && f.Incomplete())
	}
	got := Must(Model{}.FitCached(path, data, o))
	if !reflect.DeepEqual(got.chains, want.chains) || got.Incomplete() {
		t.Error("the resumed fit differs from an uninterrupted one")
	}
	if left := Must(filepath.Glob(path + ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
