package mmm

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/nuts"
)

func TestFitCachedReturnsTheSameDrawsWithoutSampling(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.fit")
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

func TestDamagedFitsAreFittedAnewAndForeignFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "small.fit")
	data := smallData(t, 40)
	want := Must(Model{}.FitCached(path, data, fitOptions))
	good := Must(os.ReadFile(path))
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)-9] ^= 1
	damages := map[string][]byte{"a flipped bit": flipped}
	for _, n := range []int{len(fitMagic), len(fitMagic) + 3, 60, len(good) / 2, len(good) - 1} {
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
	if err := os.WriteFile(path, []byte("my thesis"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (Model{}).FitCached(path, data, fitOptions); err == nil {
		t.Error("no error for a file that is not a fit")
	}
	if got := string(Must(os.ReadFile(path))); got != "my thesis" {
		t.Errorf("the foreign file now holds %d bytes", len(got))
	}
	if left := Must(filepath.Glob(filepath.Join(dir, "*.partial"))); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUnwritableCacheIsAnErrorThatKeepsTheFit(t *testing.T) {
	f, err := Model{}.FitCached(filepath.Join(t.TempDir(), "no such folder", "x.fit"), smallData(t, 20), fitOptions)
	if err == nil || f == nil {
		t.Errorf("got fit %v, error %v; want both", f != nil, err)
	}
}

func TestReadingACachedFitIsFast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.fit")
	data := smallData(t, 40)
	o := nuts.Options{Chains: 4, Warmup: 60, Draws: 1000, Seed: 1}
	Must(Model{}.FitCached(path, data, o))
	began := time.Now()
	Must(Model{}.FitCached(path, data, o))
	if d := time.Since(began); d > 500*time.Millisecond {
		t.Errorf("reading took %v, want well under half a second", d)
	}
}
