package mmm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"mixmodel/mmm/nuts"
)

// sources are the files whose change may change a fit.
//
//go:embed *.go adstock/*.go dist/*.go diag/*.go nuts/*.go saturation/*.go internal/fastmath/*.go
var sources embed.FS

// codeFingerprint hashes the sources, tests left out.
var codeFingerprint = sync.OnceValue(func() string {
	h := sha256.New()
	err := fs.WalkDir(sources, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := sources.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(raw), raw)
		return err
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	return hex.EncodeToString(h.Sum(nil))
})

// FitFingerprint identifies what a fit depends on: data, model, options and
// the code of this package and of those it samples with. Equal fingerprints
// mean equal draws on the same architecture.
func (m Model) FitFingerprint(train *Data, o nuts.Options) string {
	o = o.WithDefaults()
	o.Progress = nil
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%#v\n%#v\n", runtime.GOARCH, codeFingerprint(), train.Fingerprint(), m.withDefaults(), o)
	return hex.EncodeToString(h.Sum(nil))
}

// FitCached is Fit that keeps its result in the file at path and reads it from
// there as long as [Model.FitFingerprint] stays the same. A notebook cell can
// so declare a fit that later cells use without sampling again, and can never
// get a stale one.
//
// The file is replaced atomically. A damaged one is fitted anew; one that is
// not a fit is an error, so nothing foreign is overwritten.
func (m Model) FitCached(path string, train *Data, o nuts.Options) (*Fit, error) {
	return m.FitCachedContext(context.Background(), path, train, o)
}

// FitCachedContext is FitCached that stops when ctx does. An incomplete fit is
// returned with the error and not kept.
func (m Model) FitCachedContext(ctx context.Context, path string, train *Data, o nuts.Options) (*Fit, error) {
	c, err := compile(m, train)
	if err != nil {
		return nil, err
	}
	key := m.FitFingerprint(train, o)
	f, err := readFit(path, key, c)
	if f != nil || err != nil {
		return f, err
	}
	f, err = m.FitContext(ctx, train, o)
	if err != nil {
		return f, err
	}
	return f, f.write(path, key)
}

// fitMagic begins every file of ours; the rest of the file is the SHA-256 of
// what follows it, the length of a JSON header, the header, and the numbers.
const fitMagic = "mixmodel fit 1\n"

type fitHeader struct {
	Fingerprint   string
	Options       nuts.Options
	Chains, Draws int
	Dim           int
	StepSizes     []float64
}

// statsPerDraw is how many numbers of ChainStats are stored with each draw.
const statsPerDraw = 6

func (f *Fit) write(path, key string) error {
	h := fitHeader{Fingerprint: key, Options: f.options, Chains: f.Chains(), Draws: f.perChain(), Dim: f.c.layout.dim}
	var numbers []float64
	for i, s := range f.stats {
		h.StepSizes = append(h.StepSizes, s.StepSize)
		numbers = append(numbers, f.chains[i]...)
		for d := range h.Draws {
			diverged := 0.0
			if s.Divergent[d] {
				diverged = 1
			}
			numbers = append(numbers, s.LogDensity[d], s.Energy[d], s.Accept[d], float64(s.Depth[d]), float64(s.Leapfrogs[d]), diverged)
		}
	}
	header, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("mmm: write fit %s: %w", path, err)
	}
	body := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	body = append(body, header...)
	for _, v := range numbers {
		body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
	}
	sum := sha256.Sum256(body)
	if err := writeAtomically(path, []byte(fitMagic), sum[:], body); err != nil {
		return fmt.Errorf("mmm: write fit: %w", err)
	}
	return nil
}

// writeAtomically replaces the file at path: a reader, or a crash, sees the
// old file or the new one, never a part.
func writeAtomically(path string, parts ...[]byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(bytes.Join(parts, nil)); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// readFit returns the fit in the file, or nil if there is none for this key.
func readFit(path, key string, c *compiled) (*Fit, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mmm: read fit: %w", err)
	}
	rest, ours := bytes.CutPrefix(raw, []byte(fitMagic))
	if !ours {
		return nil, fmt.Errorf("mmm: %s exists and is not a fit (want a new file name, or a file written by FitCached)", path)
	}
	if len(rest) < sha256.Size+8 {
		return nil, nil
	}
	body := rest[sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], rest[:sha256.Size]) {
		return nil, nil
	}
	n := binary.LittleEndian.Uint64(body)
	if n > uint64(len(body)-8) {
		return nil, nil
	}
	var h fitHeader
	if err := json.Unmarshal(body[8:8+n], &h); err != nil || h.Fingerprint != key || h.Dim != c.layout.dim {
		return nil, nil
	}
	numbers := body[8+n:]
	if len(numbers) != 8*h.Chains*h.Draws*(h.Dim+statsPerDraw) || len(h.StepSizes) != h.Chains {
		return nil, nil
	}
	return h.fit(numbers, c), nil
}

// fit rebuilds a fit from its numbers.
func (h fitHeader) fit(numbers []byte, c *compiled) *Fit {
	next := func() float64 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(numbers))
		numbers = numbers[8:]
		return v
	}
	f := &Fit{Draws: &Draws{c: c}, options: h.Options}
	for m := range h.Chains {
		values := make([]float64, h.Draws*h.Dim)
		for i := range values {
			values[i] = next()
		}
		s := ChainStats{StepSize: h.StepSizes[m]}
		for range h.Draws {
			s.LogDensity, s.Energy, s.Accept = append(s.LogDensity, next()), append(s.Energy, next()), append(s.Accept, next())
			s.Depth, s.Leapfrogs, s.Divergent = append(s.Depth, int(next())), append(s.Leapfrogs, int(next())), append(s.Divergent, next() != 0)
		}
		f.chains, f.stats = append(f.chains, values), append(f.stats, s)
	}
	return f
}
