package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mixmodel/kernel/display/typed"
)

// typedNotebook is a notebook that shows samples of package typed.
func typedNotebook(t *testing.T, kinds ...string) string {
	t.Helper()
	type object = map[string]any
	cells := []object{}
	for _, kind := range kinds {
		text, err := os.ReadFile(filepath.Join(root, "../kernel/display/typed/testdata", kind+".json"))
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, object{"cell_type": "code", "id": kind, "metadata": object{}, "execution_count": 1, "source": "",
			"outputs": []object{{"output_type": "display_data", "metadata": object{}, "data": object{typed.MIME: json.RawMessage(text)}}}})
	}
	text, err := json.Marshal(object{"cells": cells, "metadata": object{}, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// root is the folder of the package: tests change theirs.
var root, _ = os.Getwd()

func TestVerifySaysWhatHoldsAndFailsOnWhatDoesNot(t *testing.T) {
	good := typedNotebook(t, "plan", "simulator", "diagnostics")
	bad := strings.Replace(good, `"current":769000`, `"current":769001`, 1)
	if bad == good {
		t.Fatal("nothing was changed")
	}
	files := map[string]string{"good.ipynb": typedNotebook(t, "diagnostics"), "bad.ipynb": bad, "broken.ipynb": "{", "page.html": "<!DOCTYPE html><p>x"}
	for _, c := range []struct {
		args   []string
		status int
		want   string // in what is printed
	}{
		{[]string{"verify", "good.ipynb"}, 0, "good.ipynb: 1 ok, 0 failed, 0 skipped"},
		{[]string{"verify", "--all", "good.ipynb"}, 0, `ok      cell 1: diagnostics "diagnostics" holds together`},
		{[]string{"verify", "--json", "good.ipynb"}, 0, `{"state":"ok","what":"cell 1: diagnostics \"diagnostics\" holds together"}`},
		{[]string{"verify", "bad.ipynb"}, 1, "failed  "},
		{[]string{"verify", "sample.ipynb"}, 1, "nothing to verify"},
		{[]string{"verify", "broken.ipynb"}, 1, "report: broken.ipynb: "},
		{[]string{"verify", "page.html"}, 1, "has no manifest"},
		{[]string{"verify", "missing.html"}, 1, "missing.html"},
		{[]string{"verify"}, 2, "see report --help"},
	} {
		status, _, stdout, stderr := do(t, files, c.args...)
		if status != c.status || !strings.Contains(stdout+stderr, c.want) {
			t.Errorf("report %q: status %d (want %d), printed\n%s%s", c.args, status, c.status, stdout, stderr)
		}
	}
}

func TestDiffPrintsEveryFormat(t *testing.T) {
	old := typedNotebook(t, "kpi", "plan", "channels", "manifest")
	files := map[string]string{"old.ipynb": old, "new.ipynb": strings.ReplaceAll(old, `"name":"TV"`, `"name":"Video"`)}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"diff", "old.ipynb", "old.ipynb"}, 0, "No result changed."},
		{[]string{"diff", "old.ipynb", "new.ipynb"}, 0, "New: Video. Gone: TV."},
		{[]string{"diff", "--format", "md", "old.ipynb", "new.ipynb"}, 0, "## From old.ipynb to new.ipynb"},
		{[]string{"diff", "old.ipynb", "new.ipynb", "--format=json"}, 0, `"channels_added": [`},
		{[]string{"diff", "old.ipynb", "sample.ipynb"}, 1, "has no typed results"},
		{[]string{"diff", "old.ipynb", "missing.ipynb"}, 1, "missing.ipynb"},
		{[]string{"diff", "old.ipynb"}, 2, "see report --help"},
		{[]string{"diff", "old.ipynb", "new.ipynb", "--format=xml"}, 2, "see report --help"},
	} {
		status, _, stdout, stderr := do(t, files, c.args...)
		if status != c.status || !strings.Contains(stdout+stderr, c.want) {
			t.Errorf("report %q: status %d (want %d), printed\n%s%s", c.args, status, c.status, stdout, stderr)
		}
	}
}
