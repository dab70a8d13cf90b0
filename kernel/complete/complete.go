package complete

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Options say where cells are compiled, and how.
type Options struct {
	Dir   string   // the notebook's folder, within a module
	Env   []string // variables for the go command beside those of this process
	Flags []string // of the go command that change what is compiled: -trimpath, -tags

	// TempDir tells where the go command may work, which it leaves untidy if it
	// is ended; nil, or "", is a place of its own choice.
	TempDir func() string
}

// Source answers questions about cells of one module. It may be used by several
// goroutines, which wait for one another.
type Source struct {
	packages packages
}

// New returns a Source. It does no work yet.
func New(o Options) *Source {
	return &Source{packages{options: o, listed: make(map[string]listing)}}
}

// Refresh learns what is imported by Go source: packages that it has not seen,
// and changes of those that it has. To call it when a cell has been executed
// makes the next answers quick and true.
func (s *Source) Refresh(ctx context.Context, remembered string) error {
	return s.packages.refresh(ctx, importsOf(remembered))
}

// Completion is what could stand between two places of a cell, which are counted
// in characters.
type Completion struct {
	Matches    []Match
	Start, End int
}

// Match is one way to complete a word.
type Match struct {
	Text string
	Kind string // function, method, field, variable, constant, type, package, keyword, path
	Type string // of a value, or of a function without the word func
}

// Complete returns what could stand where the cursor is, in a cell of which only
// the text before the cursor counts. remembered is a Go file of what earlier
// cells declare. The cursor is counted in characters; one outside the cell means
// the nearest end of it.
func (s *Source) Complete(ctx context.Context, remembered, cell string, cursor int) Completion {
	s.packages.mu.Lock()
	defer s.packages.mu.Unlock()
	before := cell[:byteOffset(cell, cursor)]
	none := Completion{Start: characters(before), End: characters(before)}
	t := translate(before)
	line := t.line(len(before))
	begin := len(before)
	var matches []Match
	switch tokens, unfinished := lex(t.src); {
	case t.magic != "" && line > 0:
		return none
	case t.blank[line] || opensMain(before[t.from[line]:]):
		begin, matches = completeSpecial(s.packages.options.Dir, before[t.from[line]:], line == 0)
		begin += t.from[line]
	case unfinished != nil && unfinished.tok == token.STRING && inImport(tokens):
		prefix := unfinished.lit[1:]
		begin -= len(prefix)
		matches = s.importPaths(ctx, prefix)
	case unfinished != nil:
		return none
	default:
		begin = wordBefore(before, len(before))
		matches = s.names(ctx, remembered, t, before[begin:])
	}
	return Completion{matches, characters(before[:begin]), characters(before)}
}

// inImport says whether the last token is where an import path is wanted.
func inImport(tokens []lexed) bool {
	for _, t := range slices.Backward(tokens) {
		switch t.tok {
		case token.STRING, token.LPAREN, token.IDENT, token.PERIOD, token.SEMICOLON:
		default:
			return t.tok == token.IMPORT
		}
	}
	return false
}

func (s *Source) importPaths(ctx context.Context, prefix string) []Match {
	var matches []Match
	for _, path := range s.packages.known(ctx) {
		if strings.HasPrefix(path, prefix) {
			matches = append(matches, Match{Text: path, Kind: "package"})
		}
	}
	return matches
}

// stand is put after the cursor's word, so that there always is one.
const stand = "_0"

// names returns the names that could stand at the end of the text.
func (s *Source) names(ctx context.Context, remembered string, t goText, prefix string) []Match {
	if prefix != "" && '0' <= prefix[0] && prefix[0] <= '9' {
		return nil // a number
	}
	at := len(t.src) - len(prefix)
	word := t.src + stand
	if prefix == "" {
		word = t.src + "x" + stand
	}
	var c *checked
	// What follows the word decides whether the parser makes sense of it: a
	// statement's header wants a block.
	for _, after := range []string{"", " {}", ": 0"} {
		c = s.check(ctx, remembered, closed(word+after), at)
		if len(c.path) > 1 && c.pkg != nil {
			break
		}
	}
	if len(c.path) < 2 || c.pkg == nil {
		return keep(keywords(), prefix)
	}
	id := c.path[0].(*ast.Ident)
	if sel, ok := c.path[1].(*ast.SelectorExpr); ok && sel.Sel == id {
		return keep(s.selected(ctx, c, sel.X), prefix)
	}
	if fields := c.missingFields(); fields != nil {
		if found := keep(fields, prefix); len(found) > 0 {
			return found
		}
	}
	return keep(append(c.visible(id.Pos(), prefix == ""), wordsIf(prefix != "", keywords())...), prefix)
}

func wordsIf(ok bool, words []Match) []Match {
	if !ok {
		return nil
	}
	return words
}

func keywords() []Match {
	var list []Match
	for t := token.BREAK; t <= token.VAR; t++ {
		if t.IsKeyword() {
			list = append(list, Match{Text: t.String(), Kind: "keyword"})
		}
	}
	return list
}

// keep returns the matches that begin with prefix; if there are none, those that
// do so in another case.
func keep(list []Match, prefix string) []Match {
	var exact, loose []Match
	for _, m := range list {
		switch {
		case strings.HasPrefix(m.Text, prefix):
			exact = append(exact, m)
		case strings.HasPrefix(strings.ToLower(m.Text), strings.ToLower(prefix)):
			loose = append(loose, m)
		}
	}
	if exact == nil {
		return loose
	}
	return exact
}

func sortMatches(list []Match) {
	slices.SortFunc(list, func(a, b Match) int { return strings.Compare(a.Text, b.Text) })
}

// selected returns what may follow the dot after x.
func (s *Source) selected(ctx context.Context, c *checked, x ast.Expr) []Match {
	if id, ok := x.(*ast.Ident); ok {
		switch o := c.object(id).(type) {
		case *types.PkgName:
			return c.exported(o.Imported())
		case nil:
			return s.unimported(ctx, c, id.Name)
		}
	}
	tv, ok := c.info.Types[x]
	if !ok || tv.Type == nil {
		return nil
	}
	return c.members(tv.Type, tv.IsType())
}

// unimported returns the names of a package that is not imported yet.
func (s *Source) unimported(ctx context.Context, c *checked, name string) []Match {
	path := s.packages.named(ctx, name)
	if path == "" || s.packages.load(ctx, []string{path}) != nil {
		return nil
	}
	pkg, err := s.packages.Import(path)
	if err != nil {
		return nil
	}
	return c.exported(pkg)
}

func (c *checked) exported(pkg *types.Package) []Match {
	var list []Match
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			list = append(list, c.match(pkg.Scope().Lookup(name)))
		}
	}
	return list
}

// members returns the fields and methods of a type, those of embedded fields
// included, but for what other packages hide.
func (c *checked) members(t types.Type, onlyMethods bool) []Match {
	var list []Match
	seen := make(map[string]bool)
	add := func(o types.Object) {
		if (o.Exported() || o.Pkg() == c.pkg) && !seen[o.Name()] {
			seen[o.Name()] = true
			list = append(list, c.match(o))
		}
	}
	if !onlyMethods {
		for level := []types.Type{t}; len(level) > 0; { // outer fields hide inner ones
			var inner []types.Type
			for _, t := range level {
				for f := range structOf(t) {
					if add(f); f.Embedded() {
						inner = append(inner, f.Type())
					}
				}
			}
			level = inner
			if len(seen) > maxMembers {
				break // a type that embeds itself
			}
		}
	}
	methods := t
	if _, isPointer := t.Underlying().(*types.Pointer); !isPointer && !types.IsInterface(t) {
		methods = types.NewPointer(t)
	}
	set := types.NewMethodSet(methods)
	for i := range set.Len() {
		add(set.At(i).Obj())
	}
	sortMatches(list)
	return list
}

const maxMembers = 10000

// structOf yields the fields of a struct or of what a pointer points to.
func structOf(t types.Type) func(func(*types.Var) bool) {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return func(func(*types.Var) bool) {}
	}
	return st.Fields()
}

// missingFields returns the fields that a composite literal does not set yet, if
// that is what the cursor is in.
func (c *checked) missingFields() []Match {
	var key ast.Node = c.path[0]
	up := c.path[1:]
	if kv, ok := up[0].(*ast.KeyValueExpr); ok && kv.Key == key && len(up) > 1 {
		key, up = kv, up[1:]
	}
	lit, ok := up[0].(*ast.CompositeLit)
	if !ok || key == lit.Type || c.info.Types[lit].Type == nil {
		return nil
	}
	set := make(map[string]bool)
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv != key {
			if id, ok := kv.Key.(*ast.Ident); ok {
				set[id.Name] = true
			}
		}
	}
	var list []Match
	for f := range structOf(c.info.Types[lit].Type) {
		if !set[f.Name()] && (f.Exported() || f.Pkg() == c.pkg) {
			list = append(list, c.match(f))
		}
	}
	return list
}

// visible returns the names that may be used at pos, the nearest first. What the
// language itself declares is left out if brief is wanted.
func (c *checked) visible(pos token.Pos, brief bool) []Match {
	var list []Match
	seen := make(map[string]bool)
	for scope := c.pkg.Scope().Innermost(pos); scope != nil; scope = scope.Parent() {
		if scope == types.Universe && brief {
			break
		}
		for _, name := range scope.Names() {
			if _, o := scope.LookupParent(name, pos); o != nil && !seen[name] && name != "_" && !strings.HasSuffix(name, stand) && !(scope == c.pkg.Scope() && name == "main") {
				seen[name] = true
				list = append(list, c.match(o))
			}
		}
	}
	return list
}

func (c *checked) match(o types.Object) Match {
	m := Match{Text: o.Name(), Kind: "variable"}
	switch o := o.(type) {
	case *types.PkgName:
		return Match{o.Name(), "package", o.Imported().Path()}
	case *types.Builtin:
		return Match{o.Name(), "function", ""}
	case *types.Nil:
		return Match{o.Name(), "constant", ""}
	case *types.TypeName:
		m.Kind = "type"
	case *types.Const:
		m.Kind = "constant"
	case *types.Func:
		m.Kind = "function"
		if o.Signature().Recv() != nil {
			m.Kind = "method"
		}
	case *types.Var:
		if o.IsField() {
			m.Kind = "field"
		}
	}
	t := o.Type()
	if m.Kind == "type" {
		t = t.Underlying()
	}
	m.Type = strings.TrimPrefix(types.TypeString(t, c.qualify), "func")
	if m.Kind == "type" {
		m.Type, _, _ = strings.Cut(m.Type, "{") // struct, interface or what it is made of
	}
	return m
}

// qualify writes package names before types, but not our own.
func (c *checked) qualify(p *types.Package) string {
	if p == c.pkg {
		return ""
	}
	return p.Name()
}
