package cell

import (
	"regexp"
	"slices"
	"strings"
)

// Command is a line of a cell that is not Go.
type Command struct {
	Line int // in the cell, from 1

	// Shell reports whether it is a ! line, which Text is handed to a shell;
	// InTemp whether it is a !* line, run in GoNB's temporary folder.
	Shell, InTemp bool

	// Name and Args are the parts of a % line. The line %% is called "%".
	Name string
	Args []string

	// Text is the whole command without its mark, with continued lines joined.
	Text string
}

// Magic is a command that takes a whole cell.
type Magic struct {
	Name string   // without the %%: "writefile", "script", "bash", "sh" or "gx"
	Args []string // of the first line
	Body string   // the lines after it, each ended by a newline
}

// Commands may be hidden from Go tools in a comment.
const prefix = "//gonb:"

var magics = []string{"writefile", "script", "bash", "sh", "gx"}

// IsMagic reports whether %%name takes a whole cell.
func IsMagic(name string) bool { return slices.Contains(magics, name) }

func parseMagic(lines []string) *Magic {
	parts := Split(strings.TrimPrefix(lines[0], prefix))
	if len(parts) == 0 {
		return nil
	}
	name, ok := strings.CutPrefix(parts[0], "%%")
	if !ok || !IsMagic(name) {
		return nil
	}
	return &Magic{Name: name, Args: parts[1:], Body: strings.Join(lines[1:], "\n") + "\n"}
}

// parseCommands collects the commands and tells which lines they use.
func (c *Cell) parseCommands(lines []string) (used []bool) {
	used = make([]bool, len(lines))
	for i := range lines {
		line := strings.TrimPrefix(lines[i], prefix)
		if used[i] || len(line) < 2 || line[0] != '%' && line[0] != '!' {
			continue
		}
		text := join(lines, i, used)
		cmd := Command{Line: i + 1, Shell: text[0] == '!', Text: strings.TrimLeft(text[1:], " \t")}
		if cmd.Text == "" {
			continue
		}
		if cmd.Shell {
			cmd.Text, cmd.InTemp = strings.CutPrefix(cmd.Text, "*")
		} else {
			parts := Split(cmd.Text)
			if len(parts) == 0 {
				continue
			}
			cmd.Name, cmd.Args = parts[0], parts[1:]
			c.note(cmd)
		}
		c.Commands = append(c.Commands, cmd)
	}
	return used
}

// note keeps what commands say about how the cell is to be compiled.
func (c *Cell) note(cmd Command) {
	switch {
	case cmd.Name == "test":
		c.Test = true
	case cmd.Name == "exec" && len(cmd.Args) > 0:
		c.exec = cmd.Args[0]
	}
}

// join returns line i and those it is continued on by a backslash.
func join(lines []string, i int, used []bool) string {
	var sb strings.Builder
	for ; i < len(lines); i++ {
		used[i] = true
		line, more := strings.CutSuffix(strings.TrimPrefix(lines[i], prefix), `\`)
		sb.WriteString(line)
		if !more {
			break
		}
		sb.WriteByte(' ')
	}
	return sb.String()
}

// Split splits a command at spaces. Double quotes keep spaces, and within them
// \n, \t, \" and \\ are escapes; "" is an empty part.
func Split(s string) (parts []string) {
	var part []byte
	started, quoted := false, false
	for i := 0; i < len(s); i++ {
		b := s[i]
		switch {
		case !quoted && (b == ' ' || b == '\t' || b == '\n'):
			if started {
				parts = append(parts, string(part))
			}
			part, started = part[:0], false
			continue
		case b == '"':
			quoted, started = !quoted, true
			continue
		case b == '\\' && quoted:
			if i++; i == len(s) {
				continue
			}
			b = unescape(s[i])
		}
		part, started = append(part, b), true
	}
	if started {
		parts = append(parts, string(part))
	}
	return parts
}

func unescape(b byte) byte {
	switch b {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	}
	return b
}

var packageClause = regexp.MustCompile(`^package[ \t]+\w+[ \t]*(;|//.*)?$`)

// opensMain reports whether everything after the line is the body of main.
func opensMain(line string) bool {
	return isCommand(line, "%") || isCommand(line, "main")
}

// isCommand reports whether the line is %name, alone or with arguments.
func isCommand(line, name string) bool {
	rest, ok := strings.CutPrefix(line, "%"+name)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// execName is the function of a line %exec; not an identifier if there is
// none, so that the compiler complains.
func execName(line string) string {
	if parts := Split(line); len(parts) > 1 {
		return parts[1]
	}
	return "%exec without a function"
}
