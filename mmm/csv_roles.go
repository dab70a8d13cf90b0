package mmm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// resolveRoles finds the columns that have roles, the date first. Columns that
// are missing, repeated or used twice are faults.
func resolveRoles(f *Faults, header []string, line int, c Columns) []role {
	res := resolver{f: f, header: header, line: line, used: map[string]string{}, names: map[string]bool{}}
	res.require(roleDate, "date", "Columns.Date", c.Date, c.Date)
	res.require(roleTarget, "target", "Columns.Target", c.Target, c.Target)
	for _, ch := range c.Channels {
		res.require(roleChannel, "channel", "Columns.Channels", cmp.Or(ch.Name, ch.Column), ch.Column)
	}
	for _, col := range c.Controls {
		name := col
		if short := strings.TrimPrefix(col, c.ControlPrefix); short != "" {
			name = short
		}
		res.require(roleControl, "control", "Columns.Controls", name, col)
	}
	byPrefix := res.prefixed(roleChannel, "channel", c.ChannelPrefix)
	slices.SortStableFunc(byPrefix, func(a, b role) int { return cmp.Compare(a.name, b.name) })
	res.roles = append(res.roles, byPrefix...)
	res.roles = append(res.roles, res.prefixed(roleControl, "control", c.ControlPrefix)...)
	if len(c.Channels) == 0 && c.ChannelPrefix == "" {
		f.addWhole(faultHeader, "no channels are named (want Columns.Channels or Columns.ChannelPrefix)")
	}
	slices.SortStableFunc(res.roles, func(a, b role) int { return cmp.Compare(a.kind, b.kind) })
	return res.roles
}

// resolver collects roles.
type resolver struct {
	f      *Faults
	header []string
	line   int // of the header
	roles  []role
	used   map[string]string // column -> its role
	names  map[string]bool   // display names of target, channels, controls
}

// require adds the column with an explicit role.
func (r *resolver) require(kind roleKind, what, field, name, column string) {
	if column == "" {
		r.f.addWhole(faultHeader, "no %s column is named (want its header in %s)", what, field)
		return
	}
	i := slices.Index(r.header, column)
	if i < 0 {
		r.f.add(faultHeader, ParseError{Line: r.line, Column: column}, "there is no such column (wanted as %s)%s", what, suggest(column, r.header))
		return
	}
	r.take(kind, what, name, i)
}

// prefixed returns the columns that start with prefix and have no role yet.
func (r *resolver) prefixed(kind roleKind, what, prefix string) []role {
	if prefix == "" {
		return nil
	}
	mark := len(r.roles)
	taken := false
	for i, column := range r.header {
		if !strings.HasPrefix(column, prefix) {
			continue
		}
		taken = true
		if _, used := r.used[column]; used && slices.Index(r.header, column) == i {
			continue
		}
		name := strings.TrimPrefix(column, prefix)
		r.take(kind, what, cmp.Or(name, column), i)
	}
	if !taken {
		r.f.addWhole(faultHeader, "no column starts with %q (wanted as %ss)%s", prefix, what, listHeaders(r.header))
	}
	found := slices.Clone(r.roles[mark:])
	r.roles = r.roles[:mark]
	return found
}

// take gives column i a role, unless it has one.
func (r *resolver) take(kind roleKind, what, name string, i int) {
	column := r.header[i]
	at := ParseError{Line: r.line, Column: column}
	if other, used := r.used[column]; used {
		if slices.Index(r.header, column) == i {
			r.f.add(faultHeader, at, "the column is named as %s and as %s (want one role per column)", other, what)
		}
		return
	}
	r.used[column] = what
	if slices.Contains(r.header[i+1:], column) {
		r.f.add(faultHeader, at, "the header has this column more than once (want different names)")
	}
	if kind != roleDate {
		if r.names[name] {
			r.f.add(faultHeader, at, "the name %q is used twice (want different names for target, channels and controls)", name)
		}
		r.names[name] = true
	}
	r.roles = append(r.roles, role{kind: kind, name: name, column: column, index: i})
}

// suggest names the headers that look like the wanted one.
func suggest(want string, header []string) string {
	type near struct {
		name string
		cost int
	}
	var nears []near
	w := fold(want)
	for _, h := range header {
		x := fold(h)
		cost := editDistance(w, x)
		if len(w) >= 3 && len(x) >= 3 && (strings.Contains(x, w) || strings.Contains(w, x)) {
			cost = min(cost, 1)
		}
		if x != "" && cost <= max(1, len(w)/3) {
			nears = append(nears, near{h, cost})
		}
	}
	if len(nears) == 0 {
		return listHeaders(header)
	}
	slices.SortStableFunc(nears, func(a, b near) int { return cmp.Compare(a.cost, b.cost) })
	var names []string
	for _, n := range nears[:min(len(nears), 3)] {
		names = append(names, fmt.Sprintf("%q", shown(n.name)))
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// fold drops case, spaces and punctuation, where typing errors hide.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.,/", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// maxHeadersListed is how many columns a message lists.
const maxHeadersListed = 12

// listHeaders names the columns that there are.
func listHeaders(header []string) string {
	var names []string
	for _, h := range header[:min(len(header), maxHeadersListed)] {
		names = append(names, fmt.Sprintf("%q", shown(h)))
	}
	text := "; the columns are " + strings.Join(names, ", ")
	if more := len(header) - maxHeadersListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// editDistance is Levenshtein's, over bytes, of texts cut to 64 bytes.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
