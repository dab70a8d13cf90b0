package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// commands are GoNB's special commands and what they do.
var commands = map[string]string{
	"%%":             "The rest of the cell is the body of main. Arguments after it are the program's.",
	"%main":          "The rest of the cell is the body of main. Arguments after it are the program's.",
	"%args":          "Sets the arguments of the programs of the following cells.",
	"%autoget":       "Fetches packages that are missing before a cell is compiled.",
	"%capture":       "%capture [-a] FILE: writes what the cell prints to a file; with -a, appends it.",
	"%cd":            "%cd [DIR]: changes the current folder, or tells it.",
	"%env":           "%env NAME VALUE: sets an environment variable.",
	"%exec":          "%exec FUNCTION [ARGUMENT...]: runs a function as the program's main.",
	"%goflags":       "%goflags [FLAG...]: sets flags for go build, or tells them.",
	"%goworkfix":     "Adds replace rules for the modules of go.work to go.mod.",
	"%help":          "Tells what special commands there are.",
	"%list":          "Lists what is remembered: imports, constants, types, variables and functions.",
	"%ls":            "Lists what is remembered: imports, constants, types, variables and functions.",
	"%noautoget":     "Fetches no packages: what is not there is an error.",
	"%remove":        "%remove NAME...: forgets declarations.",
	"%reset":         "%reset [go.mod]: forgets all declarations, or writes a new go.mod.",
	"%rm":            "%rm NAME...: forgets declarations.",
	"%test":          "Runs the tests and benchmarks of the cell. Arguments are go test's.",
	"%track":         "%track [PATH]: watches a file or folder of Go code, or tells what is watched.",
	"%untrack":       "%untrack [PATH...]: watches no longer.",
	"%version":       "Tells the versions of the kernel and of Go.",
	"%wasm":          "Compiles the cell to WebAssembly and runs it in the page.",
	"%widgets":       "Prepares the page for widgets.",
	"%with_inputs":   "Lets the cell's shell lines ask the user for input.",
	"%with_password": "Lets the cell's shell lines ask the user for a password.",
}

// cellMagics stand in a cell's first line and take all of it.
var cellMagics = map[string]string{
	"%%bash":      "The cell is a script for bash.",
	"%%script":    "%%script COMMAND: the cell is the standard input of a command.",
	"%%sh":        "The cell is a script for sh.",
	"%%writefile": "%%writefile [-a] FILE: writes the cell to a file; with -a, appends it.",
}

const shellHelp = "!COMMAND runs a shell command in the current folder, !*COMMAND in the folder where cells are compiled."

// takesPath are the commands whose arguments are names of files.
var takesPath = []string{"%cd", "%track", "%untrack", "%capture", "%%writefile"}

// completeSpecial completes a command line up to the cursor. begin is where, in
// the line, the matches replace the text.
func completeSpecial(dir, line string, first bool) (begin int, matches []Match) {
	line = strings.TrimPrefix(line, "//gonb:")
	name, _, hasArgument := strings.Cut(line, " ")
	if strings.HasPrefix(line, "!") || hasArgument && slices.Contains(takesPath, name) {
		begin = strings.LastIndexAny(line, " \t='\"!*") + 1
		return begin, completePath(dir, line[begin:])
	}
	if hasArgument {
		return len(line), nil
	}
	for command := range commands {
		if strings.HasPrefix(command, line) {
			matches = append(matches, Match{Text: command, Kind: "keyword"})
		}
	}
	for magic := range cellMagics {
		if first && strings.HasPrefix(magic, line) {
			matches = append(matches, Match{Text: magic, Kind: "keyword"})
		}
	}
	sortMatches(matches)
	return 0, matches
}

// completePath completes the name of a file. Folders end with a slash.
func completePath(dir, path string) (matches []Match) {
	folder, prefix := filepath.Split(path)
	at := folder
	if !filepath.IsAbs(at) {
		at = filepath.Join(dir, at)
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || prefix == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		matches = append(matches, Match{Text: folder + name, Kind: "path"})
	}
	return matches
}

// inspectSpecial explains a command line.
func inspectSpecial(line string) (Doc, bool) {
	line = strings.TrimPrefix(line, "//gonb:")
	if strings.HasPrefix(line, "!") {
		return Doc{Text: shellHelp}, true
	}
	name, _, _ := strings.Cut(line, " ")
	help := commands[name]
	if help == "" {
		help = cellMagics[name]
	}
	if help == "" {
		return Doc{}, false
	}
	return Doc{Signature: name, Text: help}, true
}
