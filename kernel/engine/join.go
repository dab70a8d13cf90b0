package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mixmodel/kernel/cell"
)

// To link a program takes longer than to compile one, and cells that draw have
// nearly all of theirs in common. Those that do the same before main begins are
// linked as one, which acts as the one it is called by.

// bundle is units that one program can be: one, or several joined.
type bundle []*unit

// admits reports whether the unit, which comes after all of the bundle, can be
// joined to it.
func (b bundle) admits(u *unit) bool {
	return u.base != "" && !covers(u.flags) && !slices.ContainsFunc(b, func(v *unit) bool {
		return v.base != u.base || !v.like(u) || !v.src.Joins(u.src)
	})
}

// unit is what is to be built.
func (b bundle) unit() *unit {
	if len(b) == 1 {
		return b[0]
	}
	sources, names := make([]*cell.Source, len(b)), make([]string, len(b))
	for i, u := range b {
		sources[i], names[i] = u.src, u.name()+exe
	}
	return &unit{src: cell.Join(sources, names), flags: b[0].flags, env: b[0].env, id: b[0].id}
}

// share gives every unit of the bundle the program under its own name. What
// cannot be shared is built again, each by itself, and tells what is wrong.
func (b bundle) share(p built) []built {
	if len(b) == 1 {
		return []built{p}
	}
	list := make([]built, len(b))
	for i, u := range b {
		list[i] = built{binary: filepath.Join(filepath.Dir(p.binary), u.name()) + exe}
		if p.err != nil || os.Link(p.binary, list[i].binary) != nil {
			list[i].err = errUnclear
		}
	}
	os.Remove(p.binary)
	return list
}

// bundles sorts units, in the order of their cells, into at most n bundles, and
// returns the others too.
func bundles(units []*unit, n int) (list []bundle, rest []*unit) {
next:
	for _, u := range units {
		for j, g := range list {
			if g.admits(u) {
				list[j] = append(g, u)
				continue next
			}
		}
		if len(list) == n || len(list) > 0 && !list[0][0].like(u) {
			rest = append(rest, u)
			continue
		}
		list = append(list, bundle{u})
	}
	return list, rest
}

// found notes what the units import, all of it: packages act before main
// begins. Units are joined only if all this is the same.
func (s *Session) found(ctx context.Context, units []*unit) {
	for _, u := range units {
		st := state{goflags: u.flags, env: u.env}
		var paths []string
		for _, v := range units {
			if v.like(u) && v.src.Runs {
				paths = append(paths, v.src.Imports...)
			}
		}
		known, err := s.packages(ctx, st, paths)
		if err != nil || slices.ContainsFunc(u.src.Imports, func(p string) bool { return known.list[p] == nil || known.list[p].Error != nil }) {
			continue
		}
		u.base = strings.Join(closure(known.list, u.src.Imports), "\n")
	}
}
