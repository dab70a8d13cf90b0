package mmm

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFilesAreRecordedForRunners pins our half of the contract that
// kernel/trace documents.
func TestFilesAreRecordedForRunners(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	traced := filepath.Join(dir, "trace")
	const table = "week,sales,tv\n2024-01-01,3,1\n2024-01-08,4,2\n2024-01-15,5,1\n"
	if err := os.WriteFile("sales.csv", []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, table) }))
	defer server.Close()
	columns := Columns{Date: "week", Target: "sales", Channels: []Channel{{Column: "tv"}}}
	fit := Must(Model{}.FitCached("cached.nc", smallData(t, 40), fitOptions))

	t.Setenv("MIXMODEL_TRACE", traced)
	Must(ReadCSV("sales.csv", columns))
	if _, err := ReadCSV("none.csv", columns); err == nil {
		t.Error("a missing file: got no error")
	}
	if _, err := ReadCSV(".", columns); err == nil {
		t.Error("a folder: got no error")
	}
	Must(ReadCSV(server.URL+"/sales.csv?key=secret", columns))
	if err := fit.Save("fit.nc"); err != nil {
		t.Fatal(err)
	}
	Must(LoadFit("fit.nc"))
	Must(Model{}.FitCached("cached.nc", smallData(t, 40), fitOptions))

	line := func(op, path, sum string) string {
		return fmt.Sprintf(`{"op":%q,"path":%q,"sha256":%q}`+"\n", op, path, sum)
	}
	sum := func(name string) string {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", sha256.Sum256(raw))
	}
	at := Must(os.Getwd())
	want := line("read", filepath.Join(at, "sales.csv"), sum("sales.csv")) +
		line("read", filepath.Join(at, "none.csv"), "") +
		line("volatile", at, "") +
		line("volatile", server.URL+"/sales.csv", "") +
		line("write", filepath.Join(at, "fit.nc"), sum("fit.nc")) +
		line("read", filepath.Join(at, "fit.nc"), sum("fit.nc")) +
		line("keyed", filepath.Join(at, "cached.nc"), "") +
		line("keyed", filepath.Join(at, "cached.nc.checkpoint"), "")
	got := string(Must(os.ReadFile(traced)))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}

	t.Setenv("MIXMODEL_TRACE", filepath.Join(dir, "none", "trace"))
	if _, err := ReadCSV("sales.csv", columns); err == nil {
		t.Error("a trace that cannot be written: got no error")
	}
}
