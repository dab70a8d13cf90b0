package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a module with a package and a dependency, and returns the
// folder of its notebooks.
func module(t testing.TB, change ...string) string {
	t.Helper()
	root := t.TempDir()
	replace := strings.NewReplacer(change...)
	for name, text := range map[string]string{
		"main/go.mod":          "module example.com/main\n\ngo 1.25\n\nrequire example.com/dep v0.0.0\n\nreplace example.com/dep => ../dep\n",
		"main/lib/lib.go":      "package lib\n\nimport \"example.com/dep\"\n\nfunc F() int { return 2 * dep.G() }\n",
		"main/notebooks/x.md":  "",
		"main/notebooks/sub/x": "",
		"dep/go.mod":           "module example.com/dep\n\ngo 1.25\n",
		"dep/dep.go":           "package dep\n\n//go:noinline\nfunc G() int { return 21 }\n",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(replace.Replace(text)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(root, "main", "notebooks")
}

// keyAfter returns the key of the last cell, the others being skipped.
func keyAfter(t testing.TB, o Options, cells ...string) Key {
	t.Helper()
	s := open(t, o)
	for _, source := range cells[:len(cells)-1] {
		if err := s.Skip(Cell{"earlier", source}); err != nil {
			t.Fatal(err)
		}
	}
	k, err := s.Key(t.Context(), Cell{"last", cells[len(cells)-1]})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTheKeyChangesWithWhatMattersAndNothingElse(t *testing.T) {
	first, last := "import \"example.com/main/lib\"\nvar x = 1\nfunc unused() {}", "%%\nfmt.Println(x, lib.F(), os.Getenv(\"MIXMODEL_ASKED\"))"
	base := keyAfter(t, Options{Dir: module(t)}, first, last)
	if !base.Freezable() {
		t.Fatalf("not freezable: %s", base.Why)
	}
	same := map[string]Key{
		"another folder":       keyAfter(t, Options{Dir: module(t)}, first, last),
		"a comment in a cell":  keyAfter(t, Options{Dir: module(t)}, "// c\n"+first, "\n"+last+" // c"),
		"an unused function":   keyAfter(t, Options{Dir: module(t)}, first+"\nfunc other() {}", last),
		"another cell":         keyAfter(t, Options{Dir: module(t)}, first, "%%\nfmt.Println(0)", last),
		"a comment in package": keyAfter(t, Options{Dir: module(t, "* dep.G() }", "* dep.G() } // twice")}, first, last),
	}
	for name, k := range same {
		if k != base {
			t.Errorf("%s: another key", name)
		}
	}
	other := map[string]Key{
		"source":      keyAfter(t, Options{Dir: module(t)}, first, last+"\n_ = 1"),
		"declaration": keyAfter(t, Options{Dir: module(t)}, strings.Replace(first, "x = 1", "x = 2", 1), last),
		"parameter":   keyAfter(t, Options{Dir: module(t)}, first, "var x = 3", last),
		"package":     keyAfter(t, Options{Dir: module(t, "2 * dep", "3 * dep")}, first, last),
		"dependency":  keyAfter(t, Options{Dir: module(t, "21", "22")}, first, last),
		"%env":        keyAfter(t, Options{Dir: module(t)}, first, "%env A b", last),
		"Env":         keyAfter(t, Options{Dir: module(t), Env: []string{"A=b"}}, first, last),
		"flags":       keyAfter(t, Options{Dir: module(t)}, first, "%goflags -race", last),
		"arguments":   keyAfter(t, Options{Dir: module(t)}, first, strings.Replace(last, "%%", "%% -v", 1)),
		"%args":       keyAfter(t, Options{Dir: module(t)}, first, "%args -v", strings.Replace(last, "%%\n", "func main() {\n", 1)+"}"),
		"folder":      keyAfter(t, Options{Dir: module(t)}, first, "%cd sub", last),
		"import":      keyAfter(t, Options{Dir: module(t)}, first, "import _ \"image/png\"", last),
	}
	t.Setenv("MIXMODEL_ASKED", "7")
	other["a variable it asks for"] = keyAfter(t, Options{Dir: module(t)}, first, last)
	t.Setenv("MIXMODEL_ASKED", "")
	t.Setenv("TZ", "Asia/Tokyo")
	other["the time zone"] = keyAfter(t, Options{Dir: module(t)}, first, last)
	seen := map[[32]byte]string{base.Digest: "the cell as it was"}
	for name, k := range other {
		if twin, ok := seen[k.Digest]; ok && !(strings.Contains(name+twin, "env") || strings.Contains(name+twin, "arg")) || k.Digest == base.Digest {
			t.Errorf("%s: the key of %s", name, seen[k.Digest])
		}
		seen[k.Digest] = name
	}
}

func TestWhatCannotBeKeptSaysWhy(t *testing.T) {
	s := open(t, Options{Dir: module(t)})
	for source, want := range map[string]string{
		"!ls\n%%\nfmt.Println()":        "it runs !ls",
		"%%bash\nls":                    "it runs %%bash",
		"%capture x\n%%\nfmt.Println()": "it writes a file by %capture",
		"%env A b":                      "",
	} {
		if k, err := s.Key(t.Context(), Cell{"a", source}); k.Why != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", source, k.Why, err, want)
		}
	}
	for source, want := range map[string]string{
		"%%\nfmt.Println(":                          "a:2: expected operand, found '}'",
		"import \"example.com/none\"\n%%\nnone.X()": "a: import example.com/none: ",
	} {
		if _, err := s.Key(t.Context(), Cell{"a", source}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", source, err, want)
		}
	}
}

func TestSkipRemembersSettingsAndDeclarations(t *testing.T) {
	dir := module(t)
	s := open(t, Options{Dir: dir})
	for _, c := range []Cell{{"a", "%env MIXMODEL_X y\n%cd sub\n!touch made\nfunc f() int { return 42 }\n%%\nfmt.Println(\"not run\")"}} {
		if err := s.Skip(c); err != nil {
			t.Fatal(err)
		}
	}
	got, err := execute(t, s, "b", "%%\nwd, _ := os.Getwd()\nfmt.Println(f(), os.Getenv(\"MIXMODEL_X\"), filepath.Base(wd), filepath.Base(os.Getenv(\"GONB_DIR\")))")
	if got != "stdout: \"42 y sub sub\\n\"\n" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "sub", "made")); err == nil {
		t.Error("the ! line was run")
	}
}
