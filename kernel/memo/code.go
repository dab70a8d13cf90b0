package memo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// codeOf identifies the code of a function: the source it can be found in, or
// else the whole executable. It also names the variables that the function
// uses beside its inputs and whose value is not plain from the code.
func codeOf(function any) (code string, open []string, err error) {
	w := where(function)
	if p, err := parseProgram(w); err == nil {
		if code, open, err := p.fingerprint(w); err == nil {
			return code, open, nil
		}
	}
	code, err = executable()
	return code, nil, err
}

// place is where a function begins, as the program knows it.
type place struct {
	pkg  string // import path; "main" for a program
	file string // as compiled: a path, "/In/<cell>.go", or "module/dir/file.go"
	line int
}

func where(function any) place {
	f := runtime.FuncForPC(reflect.ValueOf(function).Pointer())
	if f == nil {
		return place{}
	}
	var w place
	w.file, w.line = f.FileLine(f.Entry())
	dir, base := "", f.Name()
	if i := strings.LastIndexByte(base, '/'); i >= 0 {
		dir, base = base[:i+1], base[i+1:]
	}
	base, _, _ = strings.Cut(base, ".")
	w.pkg = dir + strings.ReplaceAll(base, "%2e", ".")
	return w
}

// platform is what else decides what the code does.
var platform = sync.OnceValue(func() string {
	s := []string{runtime.Version(), runtime.GOOS, runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, set := range info.Settings {
			// GOAMD64 and its like, GOEXPERIMENT; tags choose files.
			if strings.HasPrefix(set.Key, "GO") || set.Key == "-tags" {
				s = append(s, set.Key+"="+set.Value)
			}
		}
	}
	return strings.Join(s, " ")
})

// built is when the program was made.
var built = sync.OnceValue(func() (at time.Time) {
	if path, err := os.Executable(); err == nil {
		unseen.note(path)
		if info, err := os.Stat(path); err == nil {
			at = info.ModTime()
		}
	}
	return at
})

// executable identifies the program by its file.
var executable = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	unseen.note(path)
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})

var errNoSource = errors.New("its source is not at hand")

// sourceFiles are the Go files of the function's package.
func sourceFiles(w place) ([]string, error) {
	if cell, ok := cellFile(w); ok {
		return []string{cell}, nil
	}
	dir := filepath.Dir(w.file)
	if !filepath.IsAbs(w.file) {
		var ok bool
		if dir, ok = modules().dir(w.pkg); !ok { // compiled with -trimpath
			return nil, errNoSource
		}
	}
	unseen.note(dir)
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return nil, errNoSource
	}
	return files, nil
}

// cellFile is the file with the source of the running cell, if the names of
// files in the program are those of cells. GoNB leaves it in its scratch
// folder, and so does our engine, which vouches that the program is made from
// it.
func cellFile(w place) (string, bool) {
	dir := unseen.getenv("GONB_TMP_DIR")
	if w.pkg != "main" || dir == "" || !filepath.IsAbs(w.file) {
		return "", false
	}
	unseen.note(w.file)
	if _, err := os.Stat(w.file); err == nil {
		return "", false
	}
	return filepath.Join(dir, "main.go"), true
}
