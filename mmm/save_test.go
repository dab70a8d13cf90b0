package mmm

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"mixmodel/mmm/dist"
	"mixmodel/mmm/internal/netcdf"
	"mixmodel/mmm/nuts"
)

// madeUpFit has the form of a fit without the work: its draws are noise.
func madeUpFit(t testing.TB, m Model, data *Data, chains, draws int, seed uint64) *Fit {
	t.Helper()
	c, err := compile(m, data)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	noise := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Abs(rng.NormFloat64())
		}
		return x
	}
	o := nuts.Options{Chains: chains, Draws: draws, Seed: seed}.WithDefaults()
	f := &Fit{Draws: &Draws{c: c}, options: o, fingerprint: m.FitFingerprint(data, o)}
	for range chains {
		f.chains = append(f.chains, noise(draws*c.layout.dim))
		s := ChainStats{LogDensity: noise(draws), Energy: noise(draws), Accept: noise(draws), StepSize: rng.Float64()}
		for range draws {
			s.Depth, s.Leapfrogs, s.Divergent = append(s.Depth, rng.IntN(10)), append(s.Leapfrogs, rng.IntN(1000)), append(s.Divergent, rng.IntN(9) == 0)
		}
		f.stats = append(f.stats, s)
	}
	return f
}

func sameFit(t *testing.T, name string, got, want *Fit) {
	t.Helper()
	for what, pair := range map[string][2]any{
		"draws": {got.chains, want.chains}, "statistics": {got.stats, want.stats}, "options": {got.options, want.options},
		"model": {got.c.model, want.c.model}, "data": {got.Train(), want.Train()}, "fingerprint": {got.fingerprint, want.fingerprint},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: the %s changed: got %.300v, want %.300v", name, what, pair[0], pair[1])
		}
	}
}

func TestSavedFitsComeBackBitByBit(t *testing.T) {
	dir := t.TempDir()
	models := allModels()
	models["infinite bound"] = Model{Intercept: dist.TruncatedNormal{Mu: math.Copysign(0, -1), Sigma: 0.1, Lower: -1, Upper: math.Inf(1)}}
	for name, m := range models {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "_")+".nc")
		want := madeUpFit(t, m, smallData(t, 40), 3, 7, 1<<63+5)
		want.chains[0][0], want.chains[1][1], want.chains[2][2] = math.Copysign(0, -1), math.SmallestNonzeroFloat64, math.Inf(1)
		if err := want.Save(path); err != nil {
			t.Fatal(err)
		}
		got, err := LoadFit(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sameFit(t, name, got, want)
		raw := Must(os.ReadFile(path))
		if err := got.Save(path); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(raw, Must(os.ReadFile(path))) {
			t.Errorf("%s: saving again gives other bytes", name)
		}
		if math.Signbit(got.chains[0][0]) != true {
			t.Errorf("%s: -0 lost its sign", name)
		}
	}
}

func TestLoadedFitsPredictAsBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.nc")
	want := Must(Model{}.Fit(smallData(t, 40), fitOptions))
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got := Must(LoadFit(path))
	if a, b := got.SummaryTable().String(), want.SummaryTable().String(); a != b {
		t.Errorf("got %s, want %s", a, b)
	}
	test := smallData(t, 60).Slice(40, 60)
	if !reflect.DeepEqual(Must(got.Predict(test, PredictOptions{Seed: 3})), Must(want.Predict(test, PredictOptions{Seed: 3}))) {
		t.Error("the forecast changed")
	}
}

func TestDataWithoutControlsComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bare.nc")
	d := smallData(t, 30)
	bare := Must(NewData(DataInput{Name: "bare Ø", Dates: d.Dates(), Target: d.Target(), TargetName: "Umsätze/Woche", Channels: d.Channels()[:1], Spend: [][]float64{d.Spend(0)}}))
	want := madeUpFit(t, Model{}, bare, 1, 1, 1)
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got := Must(LoadFit(path))
	if got.Train().Fingerprint() != bare.Fingerprint() || got.Train().Name() != "bare Ø" || len(got.Train().Controls()) != 0 {
		t.Errorf("got %+v, want %+v", got.Train(), bare)
	}
}

// TestModelsInFilesKnowEveryPart reads the source of the packages that model
// parts come from: whoever adds a type must add it to partTypes.
func TestModelsInFilesKnowEveryPart(t *testing.T) {
	known := len([]any{Normal{}, TruncatedNormal{}, dist.Each{}})
	for dir, method := range map[string]string{"adstock": "Weights", "saturation": "Curve", "dist": "LogProb"} {
		names := Must(filepath.Glob(filepath.Join(dir, "*.go")))
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, d := range Must(parser.ParseFile(token.NewFileSet(), name, nil, 0)).Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Recv == nil || f.Name.Name != method {
					continue
				}
				part := dir + "." + f.Recv.List[0].Type.(*ast.Ident).Name
				if _, ok := partTypes[part]; !ok {
					t.Errorf("%s is not in partTypes", part)
				}
				known++
			}
		}
	}
	if known != len(partTypes) || known < 30 {
		t.Errorf("found %d types, partTypes has %d", known, len(partTypes))
	}
	for name, part := range partTypes {
		for i := 0; part.Kind() == reflect.Struct && i < part.NumField(); i++ {
			if !part.Field(i).IsExported() {
				t.Errorf("%s has the field %s, which a file would lose", name, part.Field(i).Name)
			}
		}
	}
}

// ramp is an adstock of the user's own.
type ramp struct{ Lags int }

func (ramp) Params() []dist.Param { return nil }
func (r ramp) Len() int           { return r.Lags }
func (r ramp) Check() error       { return nil }
func (r ramp) Weights(w []float64, dw [][]float64, theta []float64) {
	for l := range w {
		w[l] = 1 - float64(l)/float64(r.Lags)
	}
}

func TestUsersOwnPartsNeedTheModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.nc")
	for _, m := range []Model{{Adstock: ramp{3}}, {Adstock: &ramp{3}}} {
		want := madeUpFit(t, m, smallData(t, 40), 2, 5, 1)
		if err := want.Save(path); err != nil {
			t.Fatal(err)
		}
		_, err := LoadFit(path)
		if err == nil || !strings.Contains(err.Error(), "Model.Adstock is of type "+fmt.Sprintf("%T", m.Adstock)) {
			t.Errorf("got error %v, want one that names the type", err)
		}
		got, err := m.LoadFit(path)
		if err != nil {
			t.Fatal(err)
		}
		sameFit(t, "own", got, want)
		for _, other := range []Model{{}, {Adstock: ramp{4}}, {Adstock: m.Adstock, Intercept: dist.Normal{Mu: 1, Sigma: 1}}} {
			if _, err := other.LoadFit(path); err == nil || !strings.Contains(err.Error(), "another model") {
				t.Errorf("got error %v for another model", err)
			}
		}
	}
}

func TestUnreadableFitsAreErrorsOfOneLine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "small.nc")
	if err := madeUpFit(t, Model{}, smallData(t, 40), 1, 2, 1).Save(path); err != nil {
		t.Fatal(err)
	}
	good := Must(os.ReadFile(path))
	group := Must(netcdf.Decode(fitMark, good))
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)/2] ^= 4
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"flipped bit": {flipped, "damaged"},
		"cut off":     {good[:len(good)-100], "damaged"},
		"text":        {[]byte("date,sales\n"), "not a saved fit"},
		"empty":       {nil, "not a saved fit"},
		"no groups":   {Must(netcdf.Encode(fitMark, netcdf.Group{Attrs: group.Attrs})), "constant_data"},
		"no model":    {Must(netcdf.Encode(fitMark, netcdf.Group{Groups: group.Groups})), "not JSON"},
	} {
		if err := os.WriteFile(path, c.raw, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := LoadFit(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got error %v, want one with %q", name, err, c.want)
		}
		t.Logf("%s: %v", name, err)
	}
	if _, err := LoadFit(filepath.Join(dir, "none.nc")); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("got error %v for a file that is not there", err)
	}
	if _, err := LoadFit(dir); err == nil {
		t.Error("no error for a folder")
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || os.IsNotExist(err) {
			return err
		}
		err = u.Unwrap()
	}
}

// TestHostileFitsGiveErrors changes what is in a file and signs it anew.
func TestHostileFitsGiveErrors(t *testing.T) {
	f := madeUpFit(t, caseLikeModel(), smallData(t, 40), 2, 3, 1)
	path := filepath.Join(t.TempDir(), "hostile.nc")
	rng := rand.New(rand.NewPCG(1, 2))
	refused := 0
	const n = 1000
	for range n {
		g := Must(encodeFit(f))
		changed := mutate(&g, rng)
		raw, err := netcdf.Encode(fitMark, g)
		if err != nil {
			continue
		}
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadFit(path); err != nil {
			refused++
		} else if changed == "structure" {
			t.Fatal("a file without one of its variables was read")
		}
	}
	t.Logf("refused %d of %d", refused, n)
	if refused < n/5 {
		t.Errorf("refused %d of %d changed files", refused, n)
	}
}

func caseLikeModel() Model {
	m := allModels()["per-channel priors"]
	m.Seasonality = Fourier{Order: 2}
	return m
}

// mutate changes one thing, and says of what kind.
func mutate(g *netcdf.Group, rng *rand.Rand) string {
	s := &g.Groups[rng.IntN(len(g.Groups))]
	i := rng.IntN(len(s.Vars))
	v := &s.Vars[i]
	switch rng.IntN(5) {
	case 0:
		if strings.HasSuffix(v.Name, "_scale") || v.Name == dimChain || v.Name == dimDraw {
			return ""
		}
		s.Vars = append(s.Vars[:i:i], s.Vars[i+1:]...)
		return "structure"
	case 1:
		v.Dims = append([]string(nil), v.Dims...)
		rng.Shuffle(len(v.Dims), func(a, b int) { v.Dims[a], v.Dims[b] = v.Dims[b], v.Dims[a] })
	case 2:
		switch x := v.Data.(type) {
		case []int64:
			v.Data = append([]int64{rng.Int64() - rng.Int64()}, x[1:]...)
		case []float64:
			v.Data = append([]float64{math.Float64frombits(rng.Uint64())}, x[1:]...)
		case []string:
			v.Data = append([]string{"other"}, x[1:]...)
		}
	default:
		a := &g.Attrs[rng.IntN(len(g.Attrs))]
		if a.Name != attrModel && a.Name != attrOptions {
			return ""
		}
		text := a.Value.(string)
		if at := rng.IntN(len(text)); rng.IntN(2) == 0 {
			a.Value = text[:at]
		} else {
			a.Value = text[:at] + string(rune('!'+rng.IntN(90))) + text[at+1:]
		}
	}
	return ""
}

func TestSaveNamesWhatAFileCannotHold(t *testing.T) {
	d := smallData(t, 30)
	in := DataInput{Dates: d.Dates(), Target: d.Target(), Channels: []string{"tv\xff"}, Spend: [][]float64{d.Spend(0)}}
	path := filepath.Join(t.TempDir(), "x.nc")
	err := madeUpFit(t, Model{}, Must(NewData(in)), 1, 1, 1).Save(path)
	if err == nil || !strings.Contains(err.Error(), `posterior/channel: cannot store the text "tv\xff"`) {
		t.Errorf("got error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("there is a file all the same")
	}
}

func TestLoadingTheCaseStudysSizeIsFast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.nc")
	if err := bigFit(t, 1).Save(path); err != nil {
		t.Fatal(err)
	}
	best := time.Hour
	for range 5 {
		began := time.Now()
		Must(LoadFit(path))
		best = min(best, time.Since(began))
	}
	t.Logf("%d bytes in %v", Must(os.Stat(path)).Size(), best)
	if best > time.Second { // not to fail under -race, or on a busy machine
		t.Errorf("loading took %v, want about 20 ms", best)
	}
}

// bigFit has the size of the case study: 4 × 4,000 draws of 55 parameters.
func bigFit(t testing.TB, seed uint64) *Fit {
	d := smallData(t, 183)
	in := DataInput{Name: "big", Dates: d.Dates(), Target: d.Target()}
	for c := range 7 {
		in.Channels, in.Spend = append(in.Channels, fmt.Sprint("channel ", c)), append(in.Spend, d.Spend(c%2))
	}
	for k := range 22 {
		in.Controls, in.Control = append(in.Controls, fmt.Sprint("control ", k)), append(in.Control, d.Control(k%2))
	}
	f := madeUpFit(t, Model{Seasonality: Fourier{Order: 5}}, Must(NewData(in)), 4, 4000, seed)
	if f.c.layout.dim != 55 {
		t.Fatalf("%d parameters, want 55", f.c.layout.dim)
	}
	return f
}

func BenchmarkSaveAndLoad(b *testing.B) {
	path := filepath.Join(b.TempDir(), "big.nc")
	f := bigFit(b, 1)
	b.Run("save", func(b *testing.B) {
		for b.Loop() {
			if err := f.Save(path); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			Must(LoadFit(path))
		}
	})
}

// TestKilledSavesLeaveAWholeFile kills a process that saves another fit over a
// file, again and again, 100 times at a random moment.
func TestKilledSavesLeaveAWholeFile(t *testing.T) {
	if path := os.Getenv(saverVariable); path != "" {
		saveForever(t, path)
	}
	if testing.Short() {
		t.Skip("starts 100 processes; skipped under -short")
	}
	path := filepath.Join(t.TempDir(), "fit.nc")
	was, other := bigFit(t, 0), bigFit(t, 1)
	began := time.Now()
	if err := was.Save(path); err != nil {
		t.Fatal(err)
	}
	saving := time.Since(began)
	rng := rand.New(rand.NewPCG(4, 4))
	replaced := 0
	for range 100 {
		saver := exec.Command(os.Args[0], "-test.run=^TestKilledSavesLeaveAWholeFile$")
		saver.Env = append(os.Environ(), saverVariable+"="+path, fmt.Sprint(seedVariable, "=", other.options.Seed))
		ready, err := saver.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := saver.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := ready.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(2 * int64(saving))))
		if err := saver.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		saver.Wait() // its error is the kill
		f, err := LoadFit(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.fingerprint == other.fingerprint {
			was, other = other, was
			replaced++
		}
		if !reflect.DeepEqual(f.chains, was.chains) || f.fingerprint != was.fingerprint {
			t.Fatal("the file holds neither the old nor the new fit")
		}
	}
	partial := Must(filepath.Glob(path + ".*.partial"))
	t.Logf("100 kills: %d found the new file, %d died while writing", replaced, len(partial))
	if len(partial) < 5 {
		t.Errorf("%d of 100 kills came while a file was written: too few to tell anything", len(partial))
	}
}

// Variables that tell a process of this test where to save, and which fit.
const (
	saverVariable = "MIXMODEL_TEST_SAVE"
	seedVariable  = "MIXMODEL_TEST_SEED"
)

func saveForever(t *testing.T, path string) {
	f := bigFit(t, Must(strconv.ParseUint(os.Getenv(seedVariable), 10, 64)))
	fmt.Print("!")
	for {
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
	}
}
