package mmm

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"

	"mixmodel/mmm/internal/netcdf"
	"mixmodel/mmm/internal/trace"
	"mixmodel/mmm/nuts"
)

// sources are the files whose change may change a fit.
//
//go:embed *.go adstock/*.go dist/*.go diag/*.go nuts/*.go saturation/*.go internal/fastmath/*.go internal/kernel/*.go internal/kernel/*.s internal/kernel/poly/*.go
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
	o.Progress, o.Checkpoint = nil, nuts.Checkpoint{}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%#v\n", runtime.GOARCH, codeFingerprint(), train.Fingerprint(), encodeModel(m), o)
	return hex.EncodeToString(h.Sum(nil))
}

// Fingerprint identifies the fit's draws: it is that of the model, data,
// options and code they came from, with how many there are. What is computed
// from a fit and kept elsewhere can be keyed by it.
func (f *Fit) Fingerprint() string { return fmt.Sprintf("%s %d", f.fingerprint, f.perChain()) }

// FitCached is Fit that keeps its result in the file at path and reads it from
// there as long as [Model.FitFingerprint] stays the same. A notebook cell can
// so declare a fit that later cells use without sampling again, and can never
// get a stale one.
//
// The file is that of [Fit.Save]; its name should end in ".nc". A damaged one
// is fitted anew; one that is not a fit is an error, so nothing foreign is
// overwritten.
//
// FitCached is for fits alone, and keeps them where the caller says, in a
// format that other programs read, with a checkpoint to resume from. Stores of
// arbitrary values, as notebooks have them, stand beside it.
func (m Model) FitCached(path string, train *Data, o nuts.Options) (*Fit, error) {
	return m.FitCachedContext(context.Background(), path, train, o)
}

// FitCachedContext is FitCached that stops when ctx does. An incomplete fit is
// returned with the error and not kept.
//
// While it samples, it keeps the sampler's state in the file at path with
// ".checkpoint" added, unless o.Checkpoint names another one: after a kill or
// a cancellation the next call goes on from there, and gives the same draws.
func (m Model) FitCachedContext(ctx context.Context, path string, train *Data, o nuts.Options) (*Fit, error) {
	c, err := compile(m, train)
	if err != nil {
		return nil, err
	}
	if err := trace.Keyed(path, path+".checkpoint"); err != nil {
		return nil, err
	}
	key := m.FitFingerprint(train, o)
	f, err := readCached(path, key, c)
	if f != nil || err != nil {
		return f, err
	}
	if o.Checkpoint.Path == "" {
		o.Checkpoint = nuts.Checkpoint{Path: path + ".checkpoint", Key: key}
	}
	f, err = m.FitContext(ctx, train, o)
	if err != nil {
		return f, err
	}
	if _, err := f.save(path); err != nil {
		return f, fmt.Errorf("mmm: save fit %s: %w", path, err)
	}
	return f, nil
}

// readCached returns the fit in the file, or nil if there is none for this key.
func readCached(path, key string, c *compiled) (*Fit, error) {
	root, err := readFitFile(path, readRegular)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, netcdf.ErrDamaged):
		return nil, nil
	case err != nil:
		return nil, err
	case root.Attr(attrFingerprint) != key:
		return nil, nil
	}
	f, err := decodeFit(root, c)
	if err != nil || f.perChain() != f.options.Draws {
		return nil, nil // an incomplete fit is not the one asked for
	}
	return f, nil
}
