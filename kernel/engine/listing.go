package engine

import (
	"encoding/json"
	"html"
	"slices"
	"strings"

	"mixmodel/kernel/cell"
)

func markdown(text string) []Output { return []Output{textDisplay("text/markdown", text)} }

func textDisplay(mime, text string) Output {
	raw, _ := marshal(text) // a string
	return Output{Kind: Display, Data: map[string]json.RawMessage{mime: raw}, Metadata: map[string]json.RawMessage{}}
}

// listing is what %ls shows, as GoNB does.
func listing(p cell.Program) []Output {
	outs := []Output{textDisplay("text/html", "<h3>Memorized Definitions</h3>\n")}
	all := p.Declarations()
	for _, part := range []struct {
		kind  cell.Kind
		title string
	}{{cell.Import, "Imports"}, {cell.Const, "Constants"}, {cell.Type, "Types"}, {cell.Var, "Variables"}, {cell.Func, "Functions"}} {
		var keys []string
		for _, d := range all {
			if d.Kind == part.kind {
				keys = append(keys, d.Key)
			}
		}
		if len(keys) == 0 {
			continue
		}
		lines := []string{"<h4>" + part.title + "</h4>", "<ul>"}
		slices.Sort(keys)
		for _, k := range keys {
			lines = append(lines, "<li><pre>"+html.EscapeString(k)+"</pre></li>")
		}
		outs = append(outs, textDisplay("text/html", strings.Join(append(lines, "</ul>"), "\n")))
	}
	return outs
}

func trackedList(paths []string) []Output {
	lines := []string{"<b>No files or directory being tracked yet</b>"}
	if len(paths) > 0 {
		lines = []string{"<b>List of files/directories being tracked:</b>", "<ul>"}
		for _, p := range paths {
			lines = append(lines, "<li>"+html.EscapeString(p)+"</li>")
		}
		lines = append(lines, "</ul>")
	}
	return []Output{textDisplay("text/html", strings.Join(lines, "\n")+"\n")}
}

// help is what %help shows.
const help = "## Cells\n\n" +
	"A cell is Go: imports, types, constants, variables and functions, remembered for the cells after it, " +
	"and what is to be run. Values are not remembered: every cell is a program of its own, which computes its variables anew.\n\n" +
	"- `%% [args]` or `%main [args]`: the lines after it are the body of `func main`.\n" +
	"- `%exec f [args]`: run the function `f()`.\n" +
	"- `%test [flags]`: run the cell's tests and benchmarks.\n" +
	"- `%args args`: arguments of the program.\n" +
	"- `func init_x()`: an `init` function that another cell's does not replace.\n\n" +
	"## Settings\n\n" +
	"- `%env NAME value`, `%cd [dir]`, `%goflags [flags]` (`%goflags \"\"` for none).\n" +
	"- `%ls`, `%rm keys`, `%reset`: list, forget some, forget all declarations.\n" +
	"- `%capture [-a] file`: copy what this cell shows to a file.\n" +
	"- `%version`, `%help`.\n" +
	"- `%autoget`, `%noautoget`, `%goworkfix`, `%track`, `%untrack` do nothing here: " +
	"cells are compiled in the notebook's module, as its go.mod says.\n\n" +
	"## Shell\n\n" +
	"- `!command` runs in a shell, `!*command` in `$GONB_TMP_DIR`. A command that fails fails the cell.\n" +
	"- `%with_inputs` and `%with_password`: the next command reads input.\n" +
	"- `%%writefile [-a] file`, `%%script command`, `%%bash`, `%%sh` on the first line take the whole cell.\n\n" +
	"Settings and commands come before any Go of the cell. A line may begin with `//gonb:`.\n"
