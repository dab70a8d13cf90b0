package cell

import (
	"fmt"
	"slices"
	"strings"
)

// Joins reports whether one program can take the place of s and of a later
// cell's: whether everything that s declares still holds there, what came since
// neither acts before main begins nor takes a name that s leaves open, and
// neither asks for the names of its functions, which are not the same. It does
// not look into what they import, whose init functions act, too.
func (s *Source) Joins(later *Source) bool {
	return s.joinable() && later.joinable() &&
		s.program.growsTo(later.program, s.free) &&
		agree(s, later) && agree(later, s)
}

// nosy packages tell functions' names, or need a program of their own.
var nosy = map[string]bool{"runtime": true, "runtime/debug": true, "runtime/pprof": true, "runtime/trace": true,
	"log/slog": true, "net/http/pprof": true, "testing": true, "embed": true, "plugin": true, "C": true}

func (s *Source) joinable() bool {
	return s.Runs && !s.Test && len(s.Missing) == 0 && !slices.ContainsFunc(s.imports, func(i imported) bool {
		return i.name == "." || nosy[i.path] || strings.HasPrefix(i.name, own)
	})
}

// growsTo reports whether q is p with declarations that change nothing of p.
func (p Program) growsTo(q Program, free map[string]bool) bool {
	for n, d := range p.decls {
		if n.kind != Import && q.decls[n] != d {
			return false
		}
	}
	for n, d := range q.decls {
		if n.kind != Import && p.decls[n] == nil && (d.acts(n) || free[n.key] || p.gains(n)) {
			return false
		}
	}
	return true
}

// gains reports whether n is a method of a type of p's.
func (p Program) gains(n name) bool {
	typ, _, method := strings.Cut(n.key, "~")
	return n.kind == Func && method && p.decls[name{Type, typ}] != nil
}

// agree reports whether the names that b imports mean the same in a, or nothing.
func agree(a, b *Source) bool {
	for _, i := range b.imports {
		if i.name == "_" {
			continue
		}
		same := func(j imported) bool { return j.name == i.name && j.path == i.path }
		if (a.free[i.name] || a.program.declares(i.name)) && !slices.ContainsFunc(a.imports, same) {
			return false
		}
	}
	return true
}

func (p Program) declares(key string) bool {
	for kind := Const; kind <= Func; kind++ {
		if p.decls[name{kind, key}] != nil {
			return true
		}
	}
	return false
}

// own begins the names that Join adds.
const own = "gonb_"

// Join returns one program that acts as each of several, depending on how the
// file is called that it is started from: names[i] at the end of its path makes
// it list[i]. Each of the list [Source.Joins] those after it.
func Join(list []*Source, names []string) *Source {
	last := list[len(list)-1]
	s := &Source{program: last.program, cell: last.cell, free: last.free, Runs: true}
	s.imports = []imported{ // package flag, which every main uses, imports both
		{name: own + "os", path: "os", text: own + `os "os"`},
		{name: own + "strings", path: "strings", text: own + `strings "strings"`},
	}
	mains, choice := "", ""
	for i, one := range list {
		for _, imp := range one.imports {
			if !slices.ContainsFunc(s.imports, func(j imported) bool { return j.name == imp.name && j.path == imp.path }) {
				s.imports = append(s.imports, imp)
			}
		}
		name := fmt.Sprintf("%smain_%d", own, i)
		mains += "//go:noinline\n" + one.cell.mainText(name) // as no main is, which traces show
		choice += fmt.Sprintf("\tcase gonb_strings.HasSuffix(gonb_os.Args[0], %q):\n\t\t%s()\n", names[i], name)
	}
	slices.SortFunc(s.imports, func(a, b imported) int { return strings.Compare(a.path, b.path) })
	s.write(last.program.body() + mains + ownLine + "func main() {\n\tswitch {\n" + choice +
		"\tdefault:\n\t\tgonb_os.Stderr.WriteString(\"started by another name\")\n\t\tgonb_os.Exit(2)\n\t}\n}\n")
	return s
}
