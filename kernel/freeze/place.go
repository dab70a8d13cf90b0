package freeze

import (
	"os"
	"path/filepath"
	"strings"
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

// Files returns the inputs that a pattern stands for: the files, and which
// ones there are.
func (p *Place) Files(pattern string, paths []string) ([]Input, error) {
	inputs := []Input{{Kind: GlobInput, Name: pattern, Digest: globDigest(p, paths)}}
	for _, path := range paths {
		in := Input{Kind: FileInput, Name: p.name(path)}
		var err error
		if in.Digest, err = p.fileDigest(path); err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

func globDigest(p *Place, paths []string) string {
	var names []string
	for _, path := range paths {
		names = append(names, p.name(path))
	}
	return digestOf([]byte(strings.Join(names, "\x00")))
}
