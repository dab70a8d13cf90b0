//go:build unix

package display

import (
	"strings"
	"testing"

	"mixmodel/kernel/client"
	"mixmodel/kernel/display/typed"
	"mixmodel/kernel/execute"
	"mixmodel/kernel/nbformat"
)

const stockNotebook = `{"cells": [
{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "outputs": [],
 "source": "%noautoget\n!*test -f go.work || (go work init . && go work use . \"$GONB_DIR/../..\")"},
{"cell_type": "code", "id": "b", "metadata": {}, "execution_count": null, "outputs": [],
 "source": "import (\n\"math\"\n\"mixmodel/kernel/display\"\n\"mixmodel/kernel/display/typed\"\n)\n%%\ndisplay.Show(typed.Table{ID: \"t\", Columns: []typed.Column{{Label: \"a\", Values: typed.Numbers{1.5, math.NaN(), 2e10}}}})"}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`

// TestStockGoNBKeepsTypedValuesAsObjects runs GoNB as released, in a second or
// two. A string would do for the report, but not for other readers of JSON.
func TestStockGoNBKeepsTypedValuesAsObjects(t *testing.T) {
	nb, err := nbformat.Read(strings.NewReader(stockNotebook))
	if err != nil {
		t.Fatal(err)
	}
	if err := execute.Run(t.Context(), nb, client.GoNB("."), execute.Options{}); err != nil {
		if strings.Contains(err.Error(), "building GoNB") {
			t.Skipf("GoNB cannot be built here: %v", err)
		}
		t.Fatal(err)
	}
	outputs := nb.Cells[1].Outputs
	if len(outputs) != 1 {
		t.Fatalf("%d outputs, want 1: %v", len(outputs), outputs)
	}
	raw := string(outputs[0].Data[typed.MIME])
	v, err := typed.Parse([]byte(raw))
	if err != nil || !strings.HasPrefix(raw, "{") || v.Name() != "t" {
		t.Errorf("got %s (%v), want an object", raw, err)
	}
	for _, mime := range []string{mimeHTML, mimeMarkdown, mimeText} {
		if _, ok := outputs[0].Data.Text(mime); !ok {
			t.Errorf("no %s", mime)
		}
	}
}
