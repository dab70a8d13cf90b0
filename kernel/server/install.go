package server

import (
	"crypto/sha256"
	_ "embed" // the logo
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

// DefaultName is the kernelspec that notebooks of GoNB ask for.
const DefaultName = "gonb"

// InstallOptions say what [Install] installs, and where. The zero value is
// useful.
type InstallOptions struct {
	// Name is the kernelspec's. "" is DefaultName.
	Name string

	// DataDir is Jupyter's data folder, such as share/jupyter of a Python
	// environment. "" is that of the user.
	DataDir string

	// Binary copies this executable into the user's cache and starts that one.
	// Otherwise the module that the notebook's folder lies in says which version
	// of this package is run, by the go command.
	Binary bool

	// Force replaces a kernelspec that is not ours, such as stock GoNB's.
	Force bool
}

// kernelspec is the file kernel.json.
type kernelspec struct {
	Argv          []string       `json:"argv"`
	DisplayName   string         `json:"display_name"`
	Language      string         `json:"language"`
	InterruptMode string         `json:"interrupt_mode"`
	Metadata      map[string]any `json:"metadata"`
}

//go:embed logo.svg
var logo []byte

// ourMark is the key in a kernelspec's metadata that tells ours from others.
const ourMark = "mixmodel"

// Install makes the kernel known to Jupyter and returns the kernelspec's folder.
// One that is there already is replaced if it is ours.
func Install(o InstallOptions) (string, error) {
	dir, err := o.dir()
	if err != nil {
		return "", err
	}
	if err := o.mayReplace(dir); err != nil {
		return "", err
	}
	argv := []string{"go", "run", commandPath(), "serve", "-f", "{connection_file}"}
	if o.Binary {
		executable, err := keepExecutable()
		if err != nil {
			return "", fmt.Errorf("server: install: %w", err)
		}
		argv = append([]string{executable}, argv[3:]...)
	}
	spec, err := json.MarshalIndent(kernelspec{
		Argv: argv, DisplayName: "Go (gonb)", Language: "go", InterruptMode: "message",
		Metadata: map[string]any{ourMark: map[string]string{"package": commandPath()}},
	}, "", " ")
	if err != nil {
		return "", err
	}
	return dir, writeSpec(dir, map[string][]byte{"kernel.json": append(spec, '\n'), "logo-svg.svg": logo})
}

// Uninstall removes the kernelspec that Install made and returns its folder. It
// is no error if there is none.
func Uninstall(o InstallOptions) (string, error) {
	dir, err := o.dir()
	if err != nil {
		return "", err
	}
	if err := o.mayReplace(dir); err != nil {
		return "", err
	}
	return dir, os.RemoveAll(dir)
}

// commandPath is the package of the command that this package belongs to.
func commandPath() string { return path.Dir(reflect.TypeFor[kernel]().PkgPath()) }

func (o InstallOptions) dir() (string, error) {
	name := o.Name
	if name == "" {
		name = DefaultName
	}
	if strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
		return "", fmt.Errorf("server: install: name is %q (want letters, digits, '.', '_' and '-')", name)
	}
	data := o.DataDir
	if data == "" {
		var err error
		if data, err = userDataDir(); err != nil {
			return "", fmt.Errorf("server: install: %w", err)
		}
	}
	return filepath.Join(data, "kernels", name), nil
}

// userDataDir is where Jupyter looks for a user's kernels.
//
// Source: jupyter_core, "Data files".
func userDataDir() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case "windows":
		if dir := os.Getenv("APPDATA"); dir != "" {
			return filepath.Join(dir, "jupyter"), nil
		}
		return filepath.Join(home, ".jupyter", "data"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// mayReplace says whether the folder is free, or ours, or to be replaced anyway.
func (o InstallOptions) mayReplace(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if errors.Is(err, fs.ErrNotExist) || o.Force {
		return nil
	}
	var spec kernelspec
	if err == nil {
		err = json.Unmarshal(data, &spec)
	}
	if err != nil || spec.Metadata[ourMark] == nil {
		return fmt.Errorf("server: install: %s is another kernel's, stock GoNB's perhaps; choose another name or replace it by force", dir)
	}
	return nil
}

// keepExecutable copies this executable to where it stays and returns its path.
// Equal executables have the same.
func keepExecutable() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	dir := filepath.Join(cache, "mixmodel", "kernel-"+hex.EncodeToString(sum[:8]))
	to := filepath.Join(dir, "kernel"+filepath.Ext(self))
	if runtime.GOOS != "windows" {
		to = filepath.Join(dir, "kernel")
	}
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return to, replaceFile(to, data, 0o777)
}

// writeSpec writes the kernelspec's files, kernel.json, without which Jupyter
// does not see the folder, whole or not at all.
func writeSpec(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("server: install: %w", err)
	}
	for name, data := range files {
		if err := replaceFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return fmt.Errorf("server: install: %w", err)
		}
	}
	return nil
}

func replaceFile(name string, data []byte, mode fs.FileMode) error {
	scratch := fmt.Sprintf("%s.%d", name, os.Getpid())
	defer os.Remove(scratch)
	if err := os.WriteFile(scratch, data, mode); err != nil {
		return err
	}
	return os.Rename(scratch, name)
}
