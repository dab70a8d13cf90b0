package mmm

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/mmm/internal/netcdf"
)

// pythonVariable lists Python interpreters that have ArviZ, separated as in
// PATH.
const pythonVariable = "MIXMODEL_PYTHON"

// TestArviZReadsSavedFits opens a file with ArviZ itself, by both of its
// engines, and compares every value, dimension, coordinate and type.
func TestArviZReadsSavedFits(t *testing.T) {
	pythons := filepath.SplitList(os.Getenv(pythonVariable))
	if len(pythons) == 0 {
		pythons = []string{"python3"}
	}
	dir := t.TempDir()
	path, expected := filepath.Join(dir, "fit.nc"), filepath.Join(dir, "expected.json")
	f := madeUpFit(t, caseLikeModel(), smallData(t, 40), 4, 100, 7)
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(expected, Must(json.Marshal(expectedByArviZ(f))), 0o644); err != nil {
		t.Fatal(err)
	}
	for i, python := range pythons {
		t.Run(fmt.Sprint("interpreter ", i), func(t *testing.T) {
			if out, err := exec.Command(python, "-c", "import arviz, netCDF4, h5netcdf, h5py").CombinedOutput(); err != nil {
				lines := strings.Split(strings.TrimSpace(string(out)), "\n")
				t.Skipf("needs Python with ArviZ (%v, %s): pip install arviz netCDF4 h5netcdf h5py (for ArviZ 0.20: arviz==0.20.0 \"matplotlib<3.10\" \"scipy<1.15\" \"xarray<2025\"), and %s=/the/python unless it is python3",
					err, lines[len(lines)-1], pythonVariable)
			}
			out, err := exec.Command(python, "-W", "ignore", filepath.Join("testdata", "arviz_reads.py"), path, expected).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if n := strings.Count(string(out), "ok arviz"); n != 2 {
				t.Errorf("%d engines read the file, want 2:\n%s", n, out)
			}
			t.Logf("\n%s", out)
		})
	}
}

type arvizVariable struct {
	Dims   []string `json:"dims"`
	Shape  []int    `json:"shape"`
	Kind   string   `json:"kind"` // of the values: a NumPy type, "text" or "date"
	Values any      `json:"values"`
}

// expectedByArviZ lists what the file of a fit should hold, taken from the
// fit by its public methods.
func expectedByArviZ(f *Fit) any {
	chains, draws, d := f.Chains(), f.Len()/f.Chains(), f.Train()
	lengths := map[string]int{dimChain: chains, dimDraw: draws, dimDate: d.Len(), dimChannel: len(d.Channels()), dimControl: len(d.Controls()), dimFourier: 4}
	groups := map[string]map[string]arvizVariable{}
	put := func(group, name, kind string, values any, dims ...string) {
		shape := []int{}
		for _, dim := range dims {
			shape = append(shape, lengths[dim])
		}
		if groups[group] == nil {
			groups[group] = map[string]arvizVariable{}
		}
		groups[group][name] = arvizVariable{append([]string{}, dims...), shape, kind, values}
	}
	labels := map[string][]string{dimChannel: d.Channels(), dimControl: d.Controls(), dimFourier: {"sin_1", "sin_2", "cos_1", "cos_2"}}
	for _, group := range []string{groupPosterior, groupStats} {
		put(group, dimChain, "int64", numbered("", chains).Data, dimChain)
		put(group, dimDraw, "int64", numbered("", draws).Data, dimDraw)
	}
	for dim, names := range labels {
		put(groupPosterior, dim, "text", names, dim)
	}
	for _, block := range f.Blocks() {
		dims := []string{dimChain, dimDraw}
		switch {
		case block == "gamma_control":
			dims = append(dims, dimControl)
		case block == "gamma_fourier":
			dims = append(dims, dimFourier)
		case f.Labels(block) != nil:
			dims = append(dims, dimChannel)
		}
		elements := f.Block(block)
		var values []float64
		for m := range chains {
			for i := range draws {
				for e := range elements {
					values = append(values, elements[e][m][i])
				}
			}
		}
		put(groupPosterior, block, "float64", values, dims...)
	}
	var lp, energy, accept, step []float64
	var depth, leapfrogs []int
	var divergent []bool
	for _, s := range f.Stats() {
		lp, energy, accept = append(lp, s.LogDensity...), append(energy, s.Energy...), append(accept, s.Accept...)
		depth, leapfrogs, divergent = append(depth, s.Depth...), append(leapfrogs, s.Leapfrogs...), append(divergent, s.Divergent...)
		for range draws {
			step = append(step, s.StepSize)
		}
	}
	for name, x := range map[string][]float64{"lp": lp, "energy": energy, "acceptance_rate": accept, "step_size": step} {
		put(groupStats, name, "float64", x, dimChain, dimDraw)
	}
	put(groupStats, "tree_depth", "int64", depth, dimChain, dimDraw)
	put(groupStats, "n_steps", "int64", leapfrogs, dimChain, dimDraw)
	put(groupStats, "diverging", "bool", divergent, dimChain, dimDraw)
	var dates []string
	var spend, controls []float64
	for t, date := range d.Dates() {
		dates = append(dates, date.Format(isoDate))
		for c := range d.Channels() {
			spend = append(spend, d.Spend(c)[t])
		}
		for k := range d.Controls() {
			controls = append(controls, d.Control(k)[t])
		}
	}
	put(groupObserved, dimDate, "date", dates, dimDate)
	put(groupObserved, "y", "float64", d.Target(), dimDate)
	put(groupConstant, dimDate, "date", dates, dimDate)
	put(groupConstant, dimChannel, "text", d.Channels(), dimChannel)
	put(groupConstant, dimControl, "text", d.Controls(), dimControl)
	put(groupConstant, "spend", "float64", spend, dimDate, dimChannel)
	put(groupConstant, "controls", "float64", controls, dimDate, dimControl)
	put(groupConstant, "spend_scale", "float64", f.SpendScale(), dimChannel)
	put(groupConstant, "sales_scale", "float64", []float64{f.SalesScale()})
	return map[string]any{"groups": groups, "attributes": map[string]any{
		"inference_library": "mixmodel", "inference_library_version": Version, "seed": fmt.Sprint(f.Options().Seed), "target_name": d.TargetName(),
		"data_name": d.Name(), "fingerprint": f.Model().FitFingerprint(d, f.Options()),
	}}
}

// TestNcdumpShowsTheGroups needs no Python.
func TestNcdumpShowsTheGroups(t *testing.T) {
	if _, err := exec.LookPath("ncdump"); err != nil {
		t.Skip("needs ncdump: apt-get install netcdf-bin")
	}
	path := filepath.Join(t.TempDir(), "fit.nc")
	if err := madeUpFit(t, caseLikeModel(), smallData(t, 40), 2, 3, 7).Save(path); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ncdump", "-h", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"group: posterior {", "group: sample_stats {", "group: observed_data {", "group: constant_data {",
		"double saturation_beta(chain, draw, channel)", "double gamma_fourier(chain, draw, fourier_mode)", "double spend(date, channel)",
		"byte diverging(chain, draw)", "fourier_mode = 4", ":" + attrModel + " = ",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := netcdf.Decode(fitMark, Must(os.ReadFile(path))); err != nil {
		t.Error(err)
	}
}
