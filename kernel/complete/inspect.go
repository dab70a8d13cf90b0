package complete

import (
	"bytes"
	"context"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/printer"
	"go/token"
	"go/types"
	"strings"
)

// Doc explains a name.
type Doc struct {
	Signature string // Go: a declaration, or a list of them
	Text      string // a Go doc comment
	Link      string // where to read more, "" if nowhere
}

// Inspect explains the name under or before the cursor or, between the
// parentheses of a call, the function that is called. It returns false if there
// is nothing to say. For remembered and cursor see [Source.Complete].
func (s *Source) Inspect(ctx context.Context, remembered, cell string, cursor int) (Doc, bool) {
	s.packages.mu.Lock()
	defer s.packages.mu.Unlock()
	at := byteOffset(cell, cursor)
	t := translate(cell)
	line := t.line(at)
	if t.magic != "" {
		line = 0
	}
	text, _, _ := strings.Cut(cell[t.from[line]:], "\n")
	if t.blank[line] || opensMain(text) {
		return inspectSpecial(text)
	}
	end := wordAfter(cell, at)
	word := subject(t.src[:t.at(end)])
	if word.tok != token.IDENT {
		return Doc{}, false
	}
	c := s.check(ctx, remembered, closed(t.src[:max(word.end, t.at(end))]), word.pos)
	if len(c.path) == 0 || c.pkg == nil {
		return Doc{}, false
	}
	id := c.path[0].(*ast.Ident)
	o := c.object(id)
	if o == nil {
		return s.inspectUnimported(ctx, c, id)
	}
	return s.explain(ctx, c, o), true
}

// subject returns the last word of src or, after it, the function of the
// innermost call that is open.
func subject(src string) lexed {
	tokens, unfinished := lex(src)
	if n := len(tokens); n > 0 && unfinished == nil && tokens[n-1].tok == token.IDENT && tokens[n-1].end == len(src) {
		return tokens[n-1]
	}
	stack := open(tokens)
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].tok != token.LPAREN {
			continue
		}
		for j := 1; j < len(tokens); j++ {
			if tokens[j].pos == stack[i].pos && tokens[j-1].tok == token.IDENT {
				return tokens[j-1]
			}
		}
	}
	return lexed{}
}

// inspectUnimported explains a name of a package that is not imported yet.
func (s *Source) inspectUnimported(ctx context.Context, c *checked, id *ast.Ident) (Doc, bool) {
	name, member := id.Name, ""
	if sel, ok := c.path[1].(*ast.SelectorExpr); ok && sel.Sel == id {
		x, ok := sel.X.(*ast.Ident)
		if !ok || c.object(x) != nil {
			return Doc{}, false
		}
		name, member = x.Name, id.Name
	}
	path := s.packages.named(ctx, name)
	if path == "" || s.packages.load(ctx, []string{path}) != nil {
		return Doc{}, false
	}
	pkg, err := s.packages.Import(path)
	if err != nil {
		return Doc{}, false
	}
	if member == "" {
		return s.explainPackage(pkg.Path(), pkg.Name()), true
	}
	o := pkg.Scope().Lookup(member)
	if o == nil || !o.Exported() {
		return Doc{}, false
	}
	return s.explain(ctx, c, o), true
}

// explain says what an object is, in the words of its package.
func (s *Source) explain(ctx context.Context, c *checked, o types.Object) Doc {
	if p, ok := o.(*types.PkgName); ok {
		return s.explainPackage(p.Imported().Path(), p.Imported().Name())
	}
	d := Doc{Signature: types.ObjectString(o, c.qualify)}
	if v, ok := o.(*types.Var); ok && !v.IsField() && o.Pkg() == c.pkg {
		d.Text = s.about(ctx, v.Type()) // a variable is explained by its type
	}
	switch {
	case o.Pkg() == nil:
		if words, err := s.packages.builtins(ctx); err == nil {
			d.from(words, o)
		}
	case o.Pkg() == c.pkg:
		if text := c.ownWords(o); text != "" {
			d.Text = text
		}
	default:
		if words, err := s.packages.documentation(o.Pkg().Path()); err == nil {
			d.from(words, o)
		}
		d.Link = s.packages.link(o.Pkg().Path(), anchor(o))
	}
	return d
}

// about returns the words on a named type.
func (s *Source) about(ctx context.Context, t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	words, err := s.packages.documentation(named.Obj().Pkg().Path())
	if err != nil {
		return ""
	}
	var d Doc
	d.from(words, named.Obj())
	return d.Text
}

func (s *Source) explainPackage(path, name string) Doc {
	d := Doc{Signature: "package " + name + " // import \"" + path + "\"", Link: s.packages.link(path, "")}
	if words, err := s.packages.documentation(path); err == nil {
		d.Text = words.Doc
	}
	return d
}

// link returns where a package's documentation is read; packages of a module
// without a host are nowhere.
func (p *packages) link(path, anchor string) string {
	first, _, _ := strings.Cut(path, "/")
	if strings.Contains(first, ".") || p.listed[path].standard {
		return "https://pkg.go.dev/" + path + anchor
	}
	return ""
}

// anchor is an object's place on its package's page.
func anchor(o types.Object) string {
	if f, ok := o.(*types.Func); ok {
		if t := receiver(f); t != "" {
			return "#" + t + "." + o.Name()
		}
	}
	if v, ok := o.(*types.Var); ok && v.IsField() {
		return ""
	}
	return "#" + o.Name()
}

// receiver returns the name of a method's type, "" for a function.
func receiver(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// from takes the declaration and the words of an object from its package's.
func (d *Doc) from(p *doc.Package, o types.Object) {
	switch o := o.(type) {
	case *types.Func:
		if f := findFunc(p, receiver(o), o.Name()); f != nil {
			d.Text = f.Doc
		}
	case *types.Builtin:
		if f := findFunc(p, "", o.Name()); f != nil {
			d.Signature, d.Text = source(f.Decl), f.Doc
		}
	case *types.TypeName:
		for _, t := range p.Types {
			if t.Name == o.Name() {
				d.Signature, d.Text = source(t.Decl)+methodList(t), t.Doc
			}
		}
	case *types.Var, *types.Const, *types.Nil:
		d.Text = valueWords(p, o)
	}
}

// source prints a declaration without its comment.
func source(decl ast.Decl) string {
	switch x := decl.(type) {
	case *ast.FuncDecl:
		y := *x
		y.Doc, y.Body = nil, nil
		decl = &y
	case *ast.GenDecl:
		y := *x
		y.Doc = nil
		decl = &y
	}
	var b bytes.Buffer
	config := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 4}
	if err := config.Fprint(&b, token.NewFileSet(), decl); err != nil {
		return ""
	}
	return printable(&b)
}

// methodList returns the functions that make a type and its methods, a line each.
func methodList(t *doc.Type) string {
	var sb strings.Builder
	for _, list := range [][]*doc.Func{t.Funcs, t.Methods} {
		for _, f := range list {
			sb.WriteString("\n" + source(f.Decl))
		}
	}
	return sb.String()
}

func findFunc(p *doc.Package, recv, name string) *doc.Func {
	lists := [][]*doc.Func{p.Funcs}
	for _, t := range p.Types {
		if recv == "" {
			lists = append(lists, t.Funcs)
		}
		if t.Name == recv {
			lists = [][]*doc.Func{t.Methods}
			break
		}
	}
	for _, list := range lists {
		for _, f := range list {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// valueWords returns the words on a variable, constant or field.
func valueWords(p *doc.Package, o types.Object) string {
	if v, ok := o.(*types.Var); ok && v.IsField() {
		owner := structWith(v)
		for _, t := range p.Types {
			if t.Name == owner {
				return fieldWords(t.Decl, o.Name())
			}
		}
		return ""
	}
	lists := [][]*doc.Value{p.Consts, p.Vars}
	for _, t := range p.Types {
		lists = append(lists, t.Consts, t.Vars)
	}
	for _, list := range lists {
		for _, v := range list {
			for _, name := range v.Names {
				if name == o.Name() {
					return join(v.Doc, specWords(v.Decl, name))
				}
			}
		}
	}
	return ""
}

// structWith returns the name of the type that a field belongs to.
func structWith(field *types.Var) string {
	scope := field.Pkg().Scope()
	for _, name := range scope.Names() {
		if st, ok := scope.Lookup(name).Type().Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				if f == field {
					return name
				}
			}
		}
	}
	return ""
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

func specWords(decl *ast.GenDecl, name string) string {
	for _, spec := range decl.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok {
			for _, id := range v.Names {
				if id.Name == name {
					return join(v.Doc.Text(), v.Comment.Text())
				}
			}
		}
	}
	return ""
}

// fieldWords returns the comment on a field of a declared struct, or method of
// an interface.
func fieldWords(decl ast.Node, name string) (text string) {
	ast.Inspect(decl, func(n ast.Node) bool {
		f, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		for _, id := range f.Names {
			if id.Name == name && text == "" {
				text = join(f.Doc.Text(), f.Comment.Text())
			}
		}
		return true
	})
	return text
}

// ownWords returns the comment on a declaration of the notebook's own cells.
func (c *checked) ownWords(o types.Object) (text string) {
	for _, f := range c.all {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Pos() == o.Pos() {
					text = n.Doc.Text()
				}
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if words, ok := wordsOn(spec, o.Pos()); ok {
						text = words
						if text == "" {
							text = n.Doc.Text()
						}
					}
				}
			case *ast.Field:
				for _, id := range n.Names {
					if id.Pos() == o.Pos() {
						text = join(n.Doc.Text(), n.Comment.Text())
					}
				}
			}
			return true
		})
	}
	return text
}

func wordsOn(spec ast.Spec, pos token.Pos) (string, bool) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return join(s.Doc.Text(), s.Comment.Text()), s.Name.Pos() == pos
	case *ast.ValueSpec:
		for _, id := range s.Names {
			if id.Pos() == pos {
				return join(s.Doc.Text(), s.Comment.Text()), true
			}
		}
	}
	return "", false
}

// Plain returns the explanation as text for a terminal.
func (d Doc) Plain() string {
	var p comment.Parser
	text := (&comment.Printer{TextWidth: 80}).Text(p.Parse(d.Text))
	return strings.TrimSpace(join(d.Signature, "\n"+string(text)))
}

// Markdown returns the explanation as Markdown.
func (d Doc) Markdown() string {
	var sb strings.Builder
	if d.Signature != "" {
		sb.WriteString("```go\n" + d.Signature + "\n```\n\n")
	}
	var p comment.Parser
	printer := comment.Printer{HeadingLevel: 4, HeadingID: func(*comment.Heading) string { return "" }}
	sb.Write(printer.Markdown(p.Parse(d.Text)))
	if d.Link != "" {
		sb.WriteString("\n[" + strings.TrimPrefix(d.Link, "https://") + "](" + d.Link + ")\n")
	}
	return sb.String()
}
