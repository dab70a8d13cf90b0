package netcdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const mark = "test format 1\n"

// sample uses everything that the format has.
func sample() Group {
	chain := Var{Name: "chain", Dims: []string{"chain"}, Data: []int64{0, 1}}
	draw := Var{Name: "draw", Dims: []string{"draw"}, Data: []int64{0, 1, 2}}
	channel := Var{Name: "channel", Dims: []string{"channel"}, Data: []string{"TV", "ooh Ø", "", "紙"}}
	beta := make([]float64, 24)
	for i := range beta {
		beta[i] = float64(i) / 7
	}
	beta[3], beta[4], beta[5] = math.NaN(), math.Inf(-1), math.Copysign(0, -1)
	beta[6], beta[7] = math.SmallestNonzeroFloat64, math.Float64frombits(0x7ff8dead0000beef)
	return Group{
		Attrs: []Attr{{"title", "everything"}, {"long", strings.Repeat("0123456789", 20_000)}, {"empty", ""}, {"list", []string{"a", "", "bß"}},
			{"count", int64(math.MinInt64)}, {"pi", math.Pi}, {"a6", "6"}, {"a7", "7"}, {"a8", "8"}, {"a9", "9"}},
		Groups: []Group{
			{Name: "posterior", Attrs: []Attr{{"source", "draws"}}, Vars: []Var{chain, draw, channel,
				{Name: "beta", Dims: []string{"chain", "draw", "channel"}, Data: beta, Attrs: []Attr{{"units", "1"}}},
				{Name: "diverging", Dims: []string{"chain", "draw"}, Data: []bool{false, true, false, false, false, true}},
				{Name: "depth", Dims: []string{"chain", "draw"}, Data: []int64{1, 2, 3, math.MaxInt64, math.MinInt64, -1}},
				{Name: "label", Dims: []string{"channel"}, Data: []string{"x", "yy", "zzz", "x"}},
				{Name: strings.Repeat("n", 255), Data: []float64{3.25}},
			}},
			{Name: "constant_data", Vars: []Var{channel,
				{Name: "date", Dims: []string{"date"}, Data: []int64{19723, 19730}, Attrs: []Attr{{"units", "days since 1970-01-01"}, {"calendar", "proleptic_gregorian"}}},
				{Name: "spend", Dims: []string{"date", "channel"}, Data: []float64{1, 2, 3, 4, 5, 6, 7, 8}},
				{Name: "scalar", Data: []float64{0.1}}, {Name: "word", Data: []string{"one"}}, {Name: "yes", Data: []bool{true}}}},
		},
	}
}

func mustEncode(t testing.TB, g Group) []byte {
	t.Helper()
	raw, err := Encode(mark, g)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sameBits compares floats by their bits, so that NaNs differ by payload.
var sameBits = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

func TestDecodeGivesBackEveryBit(t *testing.T) {
	want := sample()
	raw := mustEncode(t, want)
	got, err := Decode(mark, raw)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, sameBits); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if again := mustEncode(t, got); !reflect.DeepEqual(raw, again) {
		t.Error("encoding what was decoded gives other bytes")
	}
}

func TestManyTextsNeedSeveralHeaps(t *testing.T) {
	n := 2*maxHeapObjects + 5
	v := Var{Name: "x", Dims: []string{"x"}, Data: make([]string, n)}
	for i := range n {
		v.Data.([]string)[i] = fmt.Sprint("text ", i)
	}
	got, err := Decode(mark, mustEncode(t, Group{Vars: []Var{v}}))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Vars[0], v) {
		t.Error("texts changed")
	}
}

// TestChecksumIsJenkins uses the values that stand in lookup3.c's driver5.
func TestChecksumIsJenkins(t *testing.T) {
	for text, want := range map[string]uint32{"": 0xdeadbeef, "Four score and seven years ago": 0x17770551} {
		if got := lookup3([]byte(text)); got != want {
			t.Errorf("lookup3(%q) = %08x, want %08x", text, got, want)
		}
	}
}

func TestEncodeReportsEveryFault(t *testing.T) {
	_, err := Encode("a mark that is too long", Group{
		Attrs: []Attr{{"sha256", "x"}, {"x", 1.5}, {"x", 2.5}, {"y", float32(1)}, {"z", "a\x00b"}, {"none", []string{}}, {"many", make([]string, maxTexts+1)}},
		Groups: []Group{{Name: "g/h"}, {Name: "deep", Groups: []Group{{Name: "deeper"}}},
			{Name: "g", Vars: []Var{
				{Name: "a", Dims: []string{"a"}, Data: []float64{1, 2}},
				{Name: "b", Dims: []string{"a"}, Data: []float64{1}},
				{Name: "c", Dims: []string{"q"}, Data: []float64{1}},
				{Name: "d", Data: []int{1}},
				{Name: "d", Data: []string{"\xff"}},
				{Name: " e", Data: []bool{}},
			}}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"the mark", `"sha256" is kept`, `"x" is used twice`, "value is float32", `the text "a\x00b"`, "none: got 0", "many: got 4001",
		`"g/h" is not plain`, "group deep holds groups", "g/b: got 1 values (want 2", `g/c: the dimension "q" has no`, "g/d: data are []int",
		`"g/d" is used twice`, `the text "\xff"`, `"g/ e" begins`, "g/ e: got 0 values",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

// TestDamageIsFoundWhereverItIs cuts the file anywhere, and changes any byte.
func TestDamageIsFoundWhereverItIs(t *testing.T) {
	g := sample()
	g.Attrs[1].Value = "short"
	raw := mustEncode(t, g)
	n := 0
	damage := func(what string, at int, b []byte) {
		n++
		_, err := Decode(mark, b)
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Fatalf("%s at %d: got error %v, want one line", what, at, err)
		}
		ours := len(b) >= len(signature) && string(b[:8]) == signature && (len(b) < headSize || string(b[48:48+len(mark)]) == mark && b[63] == 0 && b[62] == 0)
		if got := errors.Is(err, ErrDamaged); got != ours || errors.Is(err, ErrForeign) == ours {
			t.Fatalf("%s at %d: got %v", what, at, err)
		}
	}
	for at := range raw {
		damage("cut", at, raw[:at])
		changed := append([]byte(nil), raw...)
		changed[at] ^= 1 << (at % 8)
		damage("flip", at, changed)
	}
	damage("longer", len(raw), append(append([]byte(nil), raw...), 0))
	t.Logf("%d damages of a file of %d bytes", n, len(raw))
}

// resign repairs the checksums of a changed file, so that the change itself
// reaches the reader.
func resign(raw []byte) []byte {
	raw = append([]byte(nil), raw...)
	for at := headSize; at+14 <= len(raw); at += 8 {
		if string(raw[at:at+6]) != "OHDR\x02\x02" {
			continue
		}
		if end := at + 10 + int(binary.LittleEndian.Uint32(raw[at+6:])); end+4 <= len(raw) {
			binary.LittleEndian.PutUint32(raw[end:], lookup3(raw[at:end]))
		}
	}
	if len(raw) >= headSize {
		binary.LittleEndian.PutUint64(raw[28:], uint64(len(raw)))
		binary.LittleEndian.PutUint32(raw[44:], lookup3(raw[:44]))
	}
	return raw
}

// TestHostileFilesGiveErrors changes bytes and repairs all checksums: what is
// read then may be wrong, but reading ends, and without a panic.
func TestHostileFilesGiveErrors(t *testing.T) {
	g := sample()
	g.Attrs[1].Value = "short"
	raw := mustEncode(t, g)
	rng := rand.New(rand.NewPCG(1, 1))
	refused := 0
	const n = 10_000
	for range n {
		b := append([]byte(nil), raw...)
		for range 1 + rng.IntN(3) {
			at := rng.IntN(len(b) - 8)
			switch rng.IntN(4) {
			case 0:
				b[at] ^= 1 << rng.IntN(8)
			case 1:
				b[at] = byte(rng.Uint32())
			case 2:
				binary.LittleEndian.PutUint64(b[at:], rng.Uint64()>>rng.IntN(64))
			case 3:
				copy(b[at:], b[rng.IntN(len(b)):])
			}
		}
		if _, err := decode(mark, resign(b), false); err != nil {
			refused++
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than a line: %v", err)
			}
		}
	}
	t.Logf("refused %d of %d; the others changed values only", refused, n)
	if refused < n/10 {
		t.Errorf("refused %d of %d: the changes miss the structure", refused, n)
	}
}

func FuzzDecode(f *testing.F) {
	g := sample()
	g.Attrs[1].Value = "short"
	raw := mustEncode(f, g)
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Add(mustEncode(f, Group{Vars: []Var{{Name: "x", Data: []float64{1}}}}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		Decode(mark, raw)
		g, err := decode(mark, resign(raw), false)
		if err != nil {
			return
		}
		size := 0
		for _, s := range append(g.Groups, g) {
			for _, v := range s.Vars {
				size += v.Len()
			}
		}
		if size > len(raw) {
			t.Errorf("%d values from %d bytes", size, len(raw))
		}
	})
}

// TestOtherProgramsReadTheFile asks the reference implementations of both
// formats, where they are installed.
func TestOtherProgramsReadTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sample.nc")
	if err := os.WriteFile(path, mustEncode(t, sample()), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"ncdump": {[]string{path}, []string{
			`string :title = "everything"`, `string :list = "a", "", "bß"`, ":count = -9223372036854775808LL", ":pi = 3.14159265358979", `string :a9 = "9"`,
			"group: posterior {", "double beta(chain, draw, channel)", "byte diverging(chain, draw)", `diverging:dtype = "bool"`, `string channel(channel)`,
			`channel = "TV", "ooh Ø", _, "紙"`, "NaN,\n  -Infinity, -0, 4.94065645841247e-324, NaN,", "1, 2, 3,\n  9223372036854775807, -9223372036854775808, -1", `label = "x", "yy", "zzz", "x"`,
			`string date:units = "days since 1970-01-01"`, "spend =\n  1, 2, 3, 4,\n  5, 6, 7, 8", "scalar = 0.1",
		}},
		"h5dump":   {[]string{"-H", path}, []string{`DATASET "beta"`, "SIMPLE { ( 2, 3, 4 ) / ( 2, 3, 4 ) }", "H5T_IEEE_F64LE", `ATTRIBUTE "DIMENSION_LIST"`}},
		"h5repack": {[]string{"-f", "GZIP=1", path, path + ".packed"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("needs %s: apt-get install netcdf-bin hdf5-tools", name)
			}
			out, err := exec.Command(name, c.args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%.2000s", err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q", want)
				}
			}
			if t.Failed() {
				t.Logf("%.6000s", out)
			}
		})
	}
}

func BenchmarkEncodeAndDecode(b *testing.B) {
	chain := Var{Name: "chain", Dims: []string{"chain"}, Data: []int64{0, 1, 2, 3}}
	draw := Var{Name: "draw", Dims: []string{"draw"}, Data: make([]int64, 4000)}
	g := Group{Vars: []Var{chain, draw}}
	for i := range 55 {
		g.Vars = append(g.Vars, Var{Name: fmt.Sprint("v", i), Dims: []string{"chain", "draw"}, Data: make([]float64, 16000)})
	}
	raw := mustEncode(b, g)
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			mustEncode(b, g)
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := Decode(mark, raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}
