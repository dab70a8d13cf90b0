package netcdf

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// check reports every fault of a tree that Encode is asked to write.
func check(mark string, root Group) error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf("netcdf: "+format, args...)) }
	if len(mark) == 0 || len(mark) > markSize {
		fault("the mark %q has %d bytes (want 1 to %d)", mark, len(mark), markSize)
	}
	checkGroup(root, "", fault)
	for _, g := range root.Groups {
		checkGroup(g, g.Name+"/", fault)
		if len(g.Groups) > 0 {
			fault("group %s holds groups (want variables only)", g.Name)
		}
	}
	return errors.Join(errs...)
}

func checkGroup(g Group, path string, fault func(string, ...any)) {
	seen := map[string]bool{}
	named := func(name string) {
		if why := badName(name); why != "" {
			fault("the name %q %s", path+name, why)
		}
		if seen[name] {
			fault("the name %q is used twice", path+name)
		}
		seen[name] = true
	}
	for _, s := range g.Groups {
		named(s.Name)
	}
	checkAttrs(g.Attrs, path, fault)
	lengths := map[string]int{}
	for _, v := range g.Vars {
		if v.coordinate() {
			lengths[v.Name] = v.Len()
		}
	}
	for _, v := range g.Vars {
		named(v.Name)
		checkAttrs(v.Attrs, path+v.Name+"@", fault)
		checkShape(v, path, lengths, fault)
	}
}

func checkShape(v Var, path string, lengths map[string]int, fault func(string, ...any)) {
	want := 1
	for _, d := range v.Dims {
		n, ok := lengths[d]
		if !ok {
			fault("%s%s: the dimension %q has no coordinate", path, v.Name, d)
			return
		}
		want *= n
	}
	switch got := v.Len(); {
	case got < 0:
		fault("%s%s: data are %T (want []float64, []int64, []bool or []string)", path, v.Name, v.Data)
	case got == 0 || got != want:
		fault("%s%s: got %d values (want %d, at least 1)", path, v.Name, got, want)
	}
	if texts, ok := v.Data.([]string); ok {
		checkTexts(texts, path+v.Name, fault)
	}
}

func checkAttrs(attrs []Attr, path string, fault func(string, ...any)) {
	seen := map[string]bool{}
	for _, a := range attrs {
		why := badName(a.Name)
		switch {
		case reserved(a.Name):
			why = "is kept for the file format"
		case seen[a.Name]:
			why = "is used twice"
		}
		if why != "" {
			fault("the attribute name %q %s", path+a.Name, why)
		}
		seen[a.Name] = true
		switch v := a.Value.(type) {
		case float64, int64:
		case string:
			checkTexts([]string{v}, path+a.Name, fault)
		case []string:
			checkTexts(v, path+a.Name, fault)
			if len(v) == 0 || len(v) > maxTexts {
				fault("attribute %s: got %d strings (want 1 to %d)", path+a.Name, len(v), maxTexts)
			}
		default:
			fault("attribute %s: value is %T (want string, []string, float64 or int64)", path+a.Name, v)
		}
	}
}

// maxTexts keeps an attribute's message below 64 KiB.
const maxTexts = 4000

// checkTexts reports what other readers could not show, or would cut off.
func checkTexts(texts []string, where string, fault func(string, ...any)) {
	for _, s := range texts {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > 1<<31-2 {
			fault("%s: cannot store the text %.40q (want UTF-8 without NUL)", where, s)
		}
	}
}

// badName returns what is wrong with the name, if anything.
func badName(s string) string {
	switch {
	case s == "" || len(s) > 255:
		return "is empty or longer than 255 bytes"
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '/' || r == 0x7f }):
		return "is not plain UTF-8 without slashes"
	case strings.TrimSpace(s) != s:
		return "begins or ends with a space"
	}
	return ""
}

func (v Var) coordinate() bool { return len(v.Dims) == 1 && v.Dims[0] == v.Name }

// Len is the number of values, -1 if they are of a kind that is not stored.
func (v Var) Len() int {
	switch d := v.Data.(type) {
	case []float64:
		return len(d)
	case []int64:
		return len(d)
	case []bool:
		return len(d)
	case []string:
		return len(d)
	}
	return -1
}
