package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// commands are GoNB's special commands and what they do in our kernel.
var commands = map[string]string{
	"%%":             "%% [ARGUMENT...]: the rest of the cell is the body of main.",
	"%main":          "%main [ARGUMENT...]: the rest of the cell is the body of main.",
	"%args":          "%args ARGUMENT...: sets the arguments of the cell's program.",
	"%autoget":       "Does nothing: cells are compiled as the go.mod of the notebook's module says.",
	"%capture":       "%capture [-a] FILE: copies what the cell shows to a file; with -a, to its end.",
	"%cd":            "%cd [FOLDER]: changes the current folder, or tells it.",
	"%env":           "%env NAME VALUE: sets an environment variable.",
	"%exec":          "%exec FUNCTION [ARGUMENT...]: runs a function as the program's main.",
	"%goflags":       "%goflags [FLAG...]: sets flags of go build, or tells them.",
	"%goworkfix":     "Does nothing: there is no go.work to fix.",
	"%help":          "Tells what special commands there are.",
	"%list":          "Lists what is remembered: imports, constants, types, variables and functions.",
	"%ls":            "Lists what is remembered: imports, constants, types, variables and functions.",
	"%noautoget":     "Does nothing: cells are compiled as the go.mod of the notebook's module says.",
	"%remove":        "%remove NAME...: forgets declarations.",
	"%reset":         "%reset [go.mod]: forgets all declarations.",
	"%rm":            "%rm NAME...: forgets declarations.",
	"%test":          "%test [FLAG...]: runs the tests and benchmarks of the cell.",
	"%track":         "%track [PATH]: does nothing, since changes of the module's packages are seen anyway.",
	"%untrack":       "%untrack [PATH...]: does nothing, as %track.",
	"%version":       "Tells which version of GoNB the kernel is compatible with.",
	"%with_inputs":   "Lets the shell line after it ask the user for input.",
	"%with_password": "Lets the shell line after it ask the user for a password.",
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
