package main

import (
	"bytes"
	"context"
	_ "embed" // for the sample notebook
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/report/internal/browser"
	"mixmodel/report/render"
)

//go:embed render/testdata/sample.ipynb
var sample string

// do runs the command in a folder of its own that holds the sample notebook.
func do(t *testing.T, files map[string]string, args ...string) (status int, dir, stdout, stderr string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "sample.ipynb"), sample)
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	t.Chdir(dir)
	var out, errs bytes.Buffer
	status = run(context.Background(), args, &out, &errs)
	return status, dir, out.String(), errs.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, path); rel != "." && !d.IsDir() {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestThePageIsWrittenBesideTheNotebook(t *testing.T) {
	status, dir, stdout, stderr := do(t, nil, "sample.ipynb")
	if got := list(t, dir); status != 0 || got != "sample.html sample.ipynb" || stdout != "" || !strings.HasPrefix(stderr, "wrote sample.html (") {
		t.Errorf("status %d, files %s, stdout %q, stderr %q", status, got, stdout, stderr)
	}
}

func TestMarkdownBringsItsPicturesAlong(t *testing.T) {
	old := "sample_files/figure-09-00000000.svg"
	status, dir, _, stderr := do(t, nil, "sample.ipynb", "--to", "md")
	want := "sample.ipynb sample.md sample_files/figure-01-7fa1eb3d.svg sample_files/figure-02-7fa1eb3d.svg"
	if got := list(t, dir); status != 0 || got != want {
		t.Fatalf("status %d, files %s, want %s\n%s", status, got, want, stderr)
	}
	// A second report takes away what the first left behind, and nothing else.
	write(t, filepath.Join(dir, old), "old")
	write(t, filepath.Join(dir, "sample_files/mine.svg"), "mine")
	if status := run(context.Background(), []string{"sample.ipynb", "--to=md"}, &bytes.Buffer{}, &bytes.Buffer{}); status != 0 {
		t.Fatal(status)
	}
	if got := list(t, dir); got != want+" sample_files/mine.svg" {
		t.Errorf("files %s", got)
	}
}

func TestTheNameOfTheOutputDecidesTheFormat(t *testing.T) {
	status, dir, _, stderr := do(t, nil, "-o", "page.md", "sample.ipynb")
	if got := list(t, dir); status != 0 || !strings.Contains(got, "page.md page_files/figure-01") {
		t.Errorf("status %d, files %s\n%s", status, got, stderr)
	}
}

func TestADashWritesToStandardOutput(t *testing.T) {
	status, dir, stdout, stderr := do(t, nil, "sample.ipynb", "-o", "-")
	if status != 0 || !strings.HasPrefix(stdout, "<!DOCTYPE html>") || stderr != "" || list(t, dir) != "sample.ipynb" {
		t.Errorf("status %d, stdout %.40q, stderr %q", status, stdout, stderr)
	}
	status, dir, stdout, _ = do(t, nil, "sample.ipynb", "--to=md", "-o", "-")
	if status != 0 || !strings.Contains(stdout, "](data:image/svg+xml;base64,") || list(t, dir) != "sample.ipynb" {
		t.Errorf("Markdown: status %d, stdout %.200q", status, stdout)
	}
}

func TestAnExecutedNotebookKeepsItsName(t *testing.T) {
	_, dir, _, _ := do(t, map[string]string{"study.executed.ipynb": sample}, "study.executed.ipynb")
	if got := list(t, dir); !strings.Contains(got, "study.html") {
		t.Errorf("files %s", got)
	}
}

func TestBadInputIsOneLineAndANumber(t *testing.T) {
	files := map[string]string{
		"text.ipynb": "hello", "list.ipynb": "[1, 2]", "empty.ipynb": "", "other.ipynb": `{"a": 1}`,
		"v9.ipynb":   `{"cells": [], "metadata": {}, "nbformat": 9, "nbformat_minor": 0}`,
		"cell.ipynb": `{"cells": [{"cell_type": "x"}, 3], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`,
	}
	cases := []struct {
		args []string
		want int
	}{
		{[]string{"text.ipynb"}, 1}, {[]string{"list.ipynb"}, 1}, {[]string{"empty.ipynb"}, 1}, {[]string{"other.ipynb"}, 1},
		{[]string{"v9.ipynb"}, 1}, {[]string{"cell.ipynb"}, 1}, {[]string{"missing.ipynb"}, 1}, {[]string{"."}, 1},
		{[]string{"sample.ipynb", "-o", "text.ipynb/x.html"}, 1}, {[]string{"sample.ipynb", "-o", "."}, 1},
		{nil, 2}, {[]string{"sample.ipynb", "another.ipynb"}, 2}, {[]string{"--no-such-flag", "sample.ipynb"}, 2},
		{[]string{"sample.ipynb", "--to", "docx"}, 2}, {[]string{"sample.ipynb", "--profile", "boss"}, 2}, {[]string{"sample.ipynb", "-p", "a=1"}, 2}, {[]string{"sample.ipynb", "-o"}, 2},
		{[]string{"sample.ipynb", "--timeout", "soon"}, 2}, {[]string{"sample.ipynb", "--timeout=-1s"}, 2}, {[]string{"sample.ipynb", "-o", "sample.ipynb"}, 2},
	}
	for _, c := range cases {
		status, _, stdout, stderr := do(t, files, c.args...)
		if status != c.want || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "report: ") {
			t.Errorf("report %q: status %d (want %d), stdout %q, stderr %q", c.args, status, c.want, stdout, stderr)
		}
	}
}

func TestHelpIsNotAnError(t *testing.T) {
	status, _, stdout, stderr := do(t, nil, "--help")
	if status != 0 || stderr != "" || !strings.Contains(stdout, "--execute") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestPicturesNeverLeaveTheirFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, name := range []string{"x_files/../../evil.svg", "x_files/sub/../../../evil.svg", "/tmp/evil-report-test.svg", "x_files//evil"} {
		err := writeAssets(dir, []render.Asset{{Name: name, Data: []byte("x")}})
		if err == nil {
			t.Errorf("%s is written", name)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "y_files")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := writeAssets(dir, []render.Asset{{Name: "y_files/figure-01-00000000.svg", Data: []byte("x")}}); err == nil {
		t.Error("a link out of the folder is followed")
	}
	if got := list(t, outside); got != "" {
		t.Errorf("outside: %s", got)
	}
}

func TestAFailedWriteLeavesTheOldPage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "page.html")
	write(t, path, "old")
	if err := os.Mkdir(filepath.Join(dir, "page.html.d"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(dir, "page.html.d"), []byte("new")); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("writing over a folder: %v", err)
	}
	if err := writeFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got := list(t, dir); got != "page.html" {
		t.Errorf("files %s", got)
	}
}

func TestStrictTellsWhetherThereAreDiagnostics(t *testing.T) {
	for _, args := range [][]string{{"sample.ipynb", "--strict"}, {"sample.ipynb", "--strict", "--profile=stakeholder"}, {"sample.ipynb", "--strict", "--to=md"}} {
		status, dir, _, stderr := do(t, nil, args...)
		if status != 2 || !strings.Contains(stderr, "not decision grade") || !strings.Contains(list(t, dir), "sample.") {
			t.Errorf("%q: status %d, files %s, stderr %q", args, status, list(t, dir), stderr)
		}
	}
}

func TestAPDFIsMadeWhereThereIsABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	status, dir, _, stderr := do(t, nil, "sample.ipynb", "-o", "page.pdf")
	if status == 1 && strings.Contains(stderr, browser.ErrNone.Error()) {
		t.Skip(stderr)
	}
	pdf, err := os.ReadFile(filepath.Join(dir, "page.pdf"))
	if status != 0 || err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("/StructTreeRoot")) {
		t.Errorf("status %d, %d bytes, %v: %s", status, len(pdf), err, stderr)
	}
}

func TestWithoutABrowserAPDFIsOneClearLine(t *testing.T) {
	t.Setenv("CHROMIUM", "/no/such/browser")
	status, dir, _, stderr := do(t, nil, "sample.ipynb", "--to=pdf")
	if status != 1 || strings.Count(stderr, "\n") != 1 || list(t, dir) != "sample.ipynb" {
		t.Errorf("status %d, files %s, stderr %q", status, list(t, dir), stderr)
	}
}

func TestAMissingFolderIsMade(t *testing.T) {
	status, dir, _, stderr := do(t, nil, "sample.ipynb", "-o", "some/new/folder/x.md")
	if got := list(t, dir); status != 0 || !strings.Contains(got, "some/new/folder/x.md some/new/folder/x_files/figure-01-") {
		t.Errorf("status %d, files %s, stderr %q", status, got, stderr)
	}
	status, dir, _, stderr = do(t, nil, "sample.ipynb", "-o", "sample.ipynb/x.html")
	if got := list(t, dir); status != 1 || got != "sample.ipynb" || stderr != "report: -o sample.ipynb/x.html: its folder cannot be made: mkdir sample.ipynb: not a directory\n" {
		t.Errorf("a file in the way: status %d, files %s, stderr %q", status, got, stderr)
	}
}
