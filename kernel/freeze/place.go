package freeze

import (
	"os"
	"path/filepath"
)

// NewPlace returns the place of a notebook in the folder dir. env, unless nil,
// is the environment of cells.
func NewPlace(dir string, env func(string) (string, bool)) (*Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, err
	}
	return &Place{Dir: abs, Root: moduleRoot(abs), Env: env}, nil
}

// moduleRoot is the folder of the go.mod above dir.
func moduleRoot(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Remember takes note of the present contents of files that earlier runs of
// the program have left, so that what a run changes is known.
func (s Store) Remember(key string, p *Place) {
	for _, f := range s.variants(key) {
		for _, file := range f.Files {
			_, _ = p.fileDigest(p.path(file.Path))
		}
	}
}
