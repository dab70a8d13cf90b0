package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestInstallWritesAKernelspecThatHoldsNoPath(t *testing.T) {
	data := t.TempDir()
	for range 2 { // again over one of ours
		dir, err := Install(InstallOptions{DataDir: data})
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(data, "kernels", "gonb"); dir != want {
			t.Errorf("installed in %s, want %s", dir, want)
		}
	}
	text, err := os.ReadFile(filepath.Join(data, "kernels", "gonb", "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec kernelspec
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	want := []string{"go", "run", "mixmodel/kernel", "serve", "-f", "{connection_file}"}
	if !slices.Equal(spec.Argv, want) || spec.InterruptMode != "message" || spec.Language != "go" {
		t.Errorf("got %s", text)
	}
	if _, err := Uninstall(InstallOptions{DataDir: data}); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Join(data, "kernels")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestInstallSparesOtherKernels(t *testing.T) {
	data := t.TempDir()
	stock := filepath.Join(data, "kernels", "gonb", "kernel.json")
	if err := os.MkdirAll(filepath.Dir(stock), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stock, []byte(`{"argv":["gonb"]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Install(InstallOptions{DataDir: data}); err == nil || !strings.Contains(err.Error(), "another kernel") {
		t.Errorf("install: got %v", err)
	}
	if _, err := Uninstall(InstallOptions{DataDir: data}); err == nil {
		t.Error("uninstall removed another kernel")
	}
	if _, err := Install(InstallOptions{DataDir: data, Name: "other"}); err != nil {
		t.Error(err)
	}
	if _, err := Install(InstallOptions{DataDir: data, Force: true}); err != nil {
		t.Error(err)
	}
	if _, err := Install(InstallOptions{DataDir: data, Name: "../x"}); err == nil {
		t.Error("installed outside the folder")
	}
}

func TestInstallKeepsAnExecutable(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	dir, err := Install(InstallOptions{DataDir: t.TempDir(), Binary: true})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec kernelspec
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(spec.Argv[0]); err != nil || !slices.Equal(got, want) || spec.Argv[1] != "serve" {
		t.Errorf("argv is %q: %v", spec.Argv, err)
	}
}
