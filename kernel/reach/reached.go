package reach

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
)

func sum(b []byte) [32]byte { return sha256.Sum256(b) }

// Reached is what a run of a program reaches.
type Reached struct {
	packages []*Package // main first, the others by path
	seen     map[*decl]bool
	outside  map[Mention]bool
}

// From returns what a run of main reaches in itself and in packages, all of
// which it imports, if only by others. It takes some microseconds for each
// declaration; a package remembers what was found out about its own.
func From(main *Package, packages map[string]*Package) *Reached {
	r := &Reached{packages: []*Package{main}, seen: map[*decl]bool{}, outside: map[Mention]bool{}}
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		r.packages = append(r.packages, packages[path])
	}
	type found struct {
		p *Package
		d *decl
	}
	var todo []found
	for _, p := range r.packages {
		for _, d := range p.roots {
			todo = append(todo, found{p, d})
		}
	}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if r.seen[at.d] {
			continue
		}
		r.seen[at.d] = true
		at.p.look(at.d)
		for _, d := range at.d.reaches {
			if !r.seen[d] {
				todo = append(todo, found{at.p, d})
			}
		}
		for _, n := range at.d.mentions {
			p := packages[n.Path]
			if p == nil {
				r.outside[Mention{at.p.source.Path, n}] = true
				continue
			}
			for _, d := range p.names[n.Name] {
				todo = append(todo, found{p, d})
			}
		}
	}
	return r
}

// Outside yields what is mentioned of other packages, in no order.
func (r *Reached) Outside() iter.Seq[Mention] { return maps.Keys(r.outside) }

// WriteHash writes what is reached to h. With lines, where it stands counts.
func (r *Reached) WriteHash(h io.Writer, lines bool) {
	for _, p := range r.packages {
		fmt.Fprintf(h, "package %s %s %x %q\n", p.source.Path, p.source.Version, p.other, slices.Sorted(maps.Keys(p.imports)))
		var sums [][]byte
		embeds := false
		for _, d := range p.decls {
			if !r.seen[d] {
				continue
			}
			embeds = embeds || d.embeds
			text := d.sum[:]
			if lines {
				text = p.withLines(d)
			}
			if d.ordered {
				fmt.Fprintf(h, "%x\n", text)
			} else {
				sums = append(sums, text)
			}
		}
		slices.SortFunc(sums, bytes.Compare)
		fmt.Fprintf(h, "%d\n", len(sums))
		for _, s := range sums {
			_, _ = h.Write(s)
		}
		if embeds {
			fmt.Fprintf(h, "%x\n", p.embedded)
		}
	}
}

func (p *Package) withLines(d *decl) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s%s %s\n%s", d.file.head, d.tok, p.fset.Position(d.node.Pos()), p.between(d))
	s := sum(text.Bytes())
	return s[:]
}
