// Package trace is the list of files that a program read and wrote, by which a
// cache of its results knows when they are out of date.
//
// Whoever starts the program names a file in the environment variable
// [Variable]; the program appends one line of JSON per access. Without the
// variable nothing is recorded and nothing costs anything.
//
//	{"op":"read","path":"/home/ann/sales.csv","sha256":"9f86d0…"}   a file as it was when read
//	{"op":"read","path":"/home/ann/prices.csv","sha256":""}         it was looked for and not there
//	{"op":"write","path":"/home/ann/fit.nc","sha256":"60303a…"}     a file as it was left
//	{"op":"volatile","path":"https://example.com/sales.csv"}        what cannot be compared later
//	{"op":"keyed","path":"/home/ann/fit.cache"}                     what changes no result, whatever it holds
//
// Paths are absolute. A line is appended with one write, so several programs
// may share a file. A file that was accessed several times has several lines;
// results hold as long as every line does. A program that was asked to record
// and cannot must fail: what it leaves out is taken for unused.
//
// Files that are keyed by their own contents' causes, as those of package memo
// and of mmm's FitCached, change no result. They are recorded as such, for
// watchers that see every file a program opens and must leave these out. Package
// mmm knows nothing of notebooks and writes the same lines by itself.
package trace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Variable is the environment variable that names the file to append to.
const Variable = "MIXMODEL_TRACE"

// Op is what was done with a file.
type Op string

// The kinds of access.
const (
	Read  Op = "read"
	Write Op = "write"

	// Volatile is an access to what cannot be compared later: an address on
	// the network, a pipe, a file that could not be read. A result that
	// depends on it should not be kept.
	Volatile Op = "volatile"

	// Keyed is an access to a file that changes no result.
	Keyed Op = "keyed"
)

var ops = []Op{Read, Write, Volatile, Keyed}

// Access is one line of a trace.
type Access struct {
	Op     Op     `json:"op"`
	Path   string `json:"path"`   // absolute, or an address
	SHA256 string `json:"sha256"` // of the contents, in hexadecimal; "" if there was no file
}

// Holds reports whether the file is what it was: with the same contents, or
// still missing. It is false of what is volatile, and true of what is keyed.
func (a Access) Holds() bool {
	switch a.Op {
	case Read, Write:
	default:
		return a.Op == Keyed
	}
	now, err := Digest(a.Path)
	return err == nil && now == a.SHA256
}

// Of returns the access to a file in its present state. What is no regular
// file, or cannot be read, is volatile.
func Of(op Op, path string) Access {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if op == Keyed {
		return Access{Op: op, Path: path}
	}
	sum, err := Digest(path)
	if err != nil {
		return Access{Op: Volatile, Path: path}
	}
	return Access{Op: op, Path: path, SHA256: sum}
}

// Digest is the SHA-256 of a file's bytes in hex, "" for one that does not
// exist. What is no regular file is an error: reading a pipe would empty it.
func Digest(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a regular file", path)
	}
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
}

// Enabled reports whether accesses are to be recorded.
func Enabled() bool { return os.Getenv(Variable) != "" }

// Append records accesses if that is asked for.
func Append(accesses ...Access) error {
	path := os.Getenv(Variable)
	if path == "" || len(accesses) == 0 {
		return nil
	}
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for _, a := range accesses {
		if err := enc.Encode(a); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	if _, err := f.Write(lines.Bytes()); err != nil {
		f.Close()
		return fmt.Errorf("trace: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}

// ReadFile returns the accesses recorded in a file from the given offset on,
// each once, in the order of their first line; none if there is no such file.
// A line that is not one of a trace is an error: what it stood for is unknown.
func ReadFile(path string, offset int64) ([]Access, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	var all []Access
	seen := make(map[Access]bool)
	for n, line := range bytes.Split(raw[min(offset, int64(len(raw))):], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var a Access
		if err := json.Unmarshal(line, &a); err != nil || a.Path == "" || !slices.Contains(ops, a.Op) {
			return nil, fmt.Errorf("trace: %s: line %d is %q (want op, path and sha256 in JSON)", path, n+1, line)
		}
		if !seen[a] {
			seen[a] = true
			all = append(all, a)
		}
	}
	return all, nil
}
