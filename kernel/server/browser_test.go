package server

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The case study in both, in some five minutes, then look at the pictures:
//
//	go test ./kernel/server -run Browser -timeout 30m -pictures ~/pictures -open ../../notebooks/case_study.ipynb
var (
	pictures = flag.String("pictures", "", "a folder for pictures of JupyterLab and the classic notebook; without one they are not started")
	toOpen   = flag.String("open", "testdata/browser.ipynb", "the notebook that they run")
)

func TestJupyterLabAndTheClassicNotebookShowCellsInABrowser(t *testing.T) {
	if *pictures == "" {
		t.Skip("takes half a minute and pictures to look at: -pictures FOLDER")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on the PATH")
	}
	folder, err := filepath.Abs(*pictures)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, app := range []struct{ kind, module string }{{"lab", "jupyterlab"}, {"notebook", "notebook"}} {
		t.Run(app.kind, func(t *testing.T) {
			runInBrowser(t, python(t, app.module), chromium, app.kind, folder)
		})
	}
}

// runInBrowser checks what the page shows against what cells say they expect:
// those tagged raises-exception an error, the others none.
func runInBrowser(t *testing.T, python, chromium, kind, folder string) {
	script, err := filepath.Abs("testdata/browser.py")
	if err != nil {
		t.Fatal(err)
	}
	notebook, err := os.ReadFile(*toOpen)
	if err != nil {
		t.Fatal(err)
	}
	// A copy, since they save what they run: in the module, one level deep as
	// notebooks are.
	open, err := os.MkdirTemp(filepath.Join("..", ".."), ".browser-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(open)
	if err := os.WriteFile(filepath.Join(open, "try.ipynb"), notebook, 0o666); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(open)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, script, kind, root, "try.ipynb", folder)
	cmd.Env = append(installTestKernel(t, "gonb"), "CHROMIUM="+chromium)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var shown struct {
		Cells []struct {
			ID      string
			Count   int
			Outputs []map[string]any
		}
		Ended   string
		Matches []string
		Tooltip string
	}
	if err := json.Unmarshal(out, &shown); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if t.Logf("run all cells ended with %q", shown.Ended); len(shown.Cells) < 2 {
		t.Errorf("%d code cells, want some", len(shown.Cells))
	}
	for i, c := range shown.Cells {
		text, _ := json.Marshal(c.Outputs)
		failed := bytes.Contains(text, []byte(`"output_type":"error"`))
		if c.Count != i+1 || failed != strings.HasPrefix(c.ID, "fails") {
			t.Errorf("cell %s: execution count is %d (want %d), outputs are %.500s", c.ID, c.Count, i+1, text)
		}
		if c.ID == "slider" && !bytes.Contains(text, []byte("moved to 77")) {
			t.Errorf("the cell with the slider shows %s", text)
		}
	}
	if all := strings.Join(shown.Matches, " "); !strings.Contains(all, "Println") {
		t.Errorf("completions of fmt.Pri: %q", all)
	}
	if !strings.Contains(shown.Tooltip, "formats using the default formats") {
		t.Errorf("the tooltip of fmt.Println: %q", shown.Tooltip)
	}
}
