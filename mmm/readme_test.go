package mmm_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// read returns a file of the repository.
func read(t *testing.T, elem ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{".."}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// fences lists the code blocks of a language in a Markdown text.
func fences(markdown, language string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(markdown, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestTheREADMEShowsTheExampleAndWhatItPrints(t *testing.T) {
	readme, example := read(t, "README.md"), read(t, "mmm", "example_amd64_test.go")
	body, output, ok := strings.Cut(example[strings.Index(example, "func Example() {\n")+len("func Example() {\n"):], "\t// Output:\n")
	if !ok {
		t.Fatal("the example has no output")
	}
	body = strings.ReplaceAll(strings.TrimPrefix(strings.ReplaceAll("\n"+body, "\n\t", "\n"), "\n"), "../testdata", "testdata")
	var printed []string
	for _, line := range strings.Split(output, "\n") {
		if text, ok := strings.CutPrefix(line, "\t// "); ok {
			printed = append(printed, text)
		}
	}
	blocks := fences(readme, "go")
	if len(blocks) != 1 || blocks[0] != body {
		t.Errorf("README has %d Go blocks; want one equal to the example:\n%s", len(blocks), body)
	}
	if want := strings.Join(printed, "\n"); !strings.Contains(readme, want) {
		t.Errorf("README does not show what the example prints:\n%s", want)
	}
}

func TestTheREADMEsCommandsAreThoseThatAFreshMachineRuns(t *testing.T) {
	readme, fresh := read(t, "README.md"), read(t, ".ci", "fresh")
	checked := 0
	for _, command := range []string{"go run ./report --execute notebooks/case_study.ipynb", "go test ./..."} {
		if !strings.Contains(readme, "\n"+command) {
			t.Errorf("README does not give the command %q", command)
		}
		if !strings.Contains(fresh, "timed "+command+"\n") {
			t.Errorf(".ci/fresh does not run %q", command)
		}
		checked++
	}
	if checked != 2 {
		t.Errorf("checked %d commands", checked)
	}
}

func TestTheREADMEsLinksLeadSomewhere(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(read(t, "README.md"), -1)
	local := 0
	for _, m := range links {
		if strings.Contains(m[1], "://") {
			continue
		}
		local++
		if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(m[1]))); err != nil {
			t.Errorf("README links to %s: %v", m[1], err)
		}
	}
	if local < 2 {
		t.Errorf("README has %d local links, want the figure and the rendered case study at least", local)
	}
}
