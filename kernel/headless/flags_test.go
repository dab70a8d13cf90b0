package headless

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

func TestAParameterFileSaysWhatTheFlagSays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.json")
	for text, want := range map[string]map[string]string{
		`{"draws": 200, "quick": true, "data": "a b.csv"}`: {"draws": "200", "quick": "true", "data": "a b.csv"},
		`{"names": ["TV", "Direct, Mail"], "none": []}`:    {"names": `["TV","Direct, Mail"]`, "none": "[]"},
		`{"big": 12345678901234567890, "draws": 0}`:        {"big": "12345678901234567890", "draws": "7"},
	} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		f := Flags{ParamFile: path}
		if want["draws"] == "7" {
			f.Param = map[string]string{"draws": "7"} // counts more
		}
		if got, err := f.parameters(); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		`{"a": null}`: "a is null (want a string, a number, true, false, or a list of these)",
		`{"a": {}}`:   "a is an object (want a string, a number, true, false, or a list of these)",
	} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		want = "parameters: " + path + ": " + want
		if _, err := (&Flags{ParamFile: path}).parameters(); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
