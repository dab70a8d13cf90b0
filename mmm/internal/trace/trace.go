// Package trace tells whoever started the program which files it read and
// wrote: if the environment variable MIXMODEL_TRACE names a file, one line of
// JSON per access is appended to it.
//
//	{"op":"read","path":"/home/ann/sales.csv","sha256":"9f86d0…"}
//
// A runner that keeps results knows by these lines when they are out of date.
// The lines are a contract with such runners; package kernel/trace documents
// it whole.
package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const variable = "MIXMODEL_TRACE"

// Read records that the file was read, with these contents or this error. It
// returns err, or why it could not be recorded: a result whose causes are
// unknown must not be kept.
func Read(path string, raw []byte, err error) error {
	switch {
	case os.Getenv(variable) == "":
		return err
	case errors.Is(err, fs.ErrNotExist):
		return errors.Join(err, record("read", path, ""))
	case err != nil:
		return errors.Join(err, record("volatile", path, ""))
	}
	return record("read", path, digest(raw))
}

// Wrote records that the file was written with these contents.
func Wrote(path string, raw []byte) error {
	if os.Getenv(variable) == "" {
		return nil
	}
	return record("write", path, digest(raw))
}

// Fetched records that something was read that is no file.
func Fetched(address string) error {
	if os.Getenv(variable) == "" {
		return nil
	}
	return appendLine("volatile", address, "")
}

// Keyed records files that are about to be used and change no result, whatever
// they hold.
func Keyed(paths ...string) error {
	if os.Getenv(variable) == "" {
		return nil
	}
	for _, path := range paths {
		if err := record("keyed", path, ""); err != nil {
			return err
		}
	}
	return nil
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func record(op, path, sum string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return appendLine(op, abs, sum)
}

func appendLine(op, path, sum string) error {
	line, err := json.Marshal(struct {
		Op     string `json:"op"`
		Path   string `json:"path"`
		SHA256 string `json:"sha256"`
	}{op, path, sum})
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	f, err := os.OpenFile(os.Getenv(variable), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	_, err = f.Write(append(line, '\n')) // at once: several programs may share the file
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}
