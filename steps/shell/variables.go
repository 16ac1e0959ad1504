package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// usage is what a text does with variables.
type usage struct {
	required, optional, assigns []string
}

// variables follows file in the order in which bash would meet its variables.
// A branch that may not run counts as run, so that what a text sets itself on
// any way is not asked for.
func variables(file *syntax.File, text string) usage {
	t := tracker{text: text, known: map[string]bool{}}
	t.stmts(file.Stmts)
	t.bodies()
	return t.usage
}

// tracker walks a syntax tree with the names that are set at that point.
type tracker struct {
	usage
	text      string
	known     map[string]bool
	inside    int // subshells: what is set there is lost outside
	scripts   int // nesting of sh -c '…'
	functions []*syntax.FuncDecl
}

func (t *tracker) stmts(list []*syntax.Stmt) {
	for _, s := range list {
		t.node(s)
	}
}

// bodies reads the functions last: they run when they are called, with what is
// set by then.
func (t *tracker) bodies() {
	for len(t.functions) > 0 {
		f := t.functions[0]
		t.functions = t.functions[1:]
		t.node(f.Body)
	}
}

func (t *tracker) node(n syntax.Node) { syntax.Walk(n, t.visit) }

func (t *tracker) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		t.assignment(n, true)
		return false
	case *syntax.DeclClause:
		t.declaration(n)
		return false
	case *syntax.CallExpr:
		t.call(n)
		return false
	case *syntax.ParamExp:
		t.parameter(n)
		return false
	case *syntax.Subshell:
		t.subshell(func() { t.stmts(n.Stmts) })
		return false
	case *syntax.CmdSubst:
		t.subshell(func() { t.stmts(n.Stmts) })
		return false
	case *syntax.ProcSubst:
		t.subshell(func() { t.stmts(n.Stmts) })
		return false
	case *syntax.BinaryCmd:
		if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
			t.subshell(func() { t.node(n.X) })
			t.subshell(func() { t.node(n.Y) })
			return false
		}
	case *syntax.FuncDecl:
		t.function(n)
		return false
	case *syntax.WordIter:
		for _, item := range n.Items {
			t.node(item)
		}
		t.assign(n.Name.Value)
		return false
	case *syntax.Redirect:
		t.redirect(n)
		return false
	case *syntax.UnaryTest:
		return n.Op != syntax.TsVarSet
	case *syntax.ArithmExp:
		t.arithmetic(n.X)
		return false
	case *syntax.ArithmCmd:
		t.arithmetic(n.X)
		return false
	case *syntax.CStyleLoop:
		t.arithmetic(n.Init)
		t.arithmetic(n.Cond)
		t.arithmetic(n.Post)
		return false
	case *syntax.LetClause:
		for _, x := range n.Exprs {
			t.arithmetic(x)
		}
		return false
	}
	return true
}

// read notes that a name is used.
func (t *tracker) read(name string, optional bool) {
	switch {
	case !syntax.ValidName(name) || t.known[name] || isWellKnown(name):
	case optional && !slices.Contains(t.required, name):
		t.optional = appendNew(t.optional, name)
	case !optional:
		t.required = appendNew(t.required, name)
		t.optional = slices.DeleteFunc(t.optional, func(have string) bool { return have == name })
	}
}

// assign notes that a name is set from here on.
func (t *tracker) assign(name string) {
	if !syntax.ValidName(name) {
		return
	}
	t.known[name] = true
	if t.inside == 0 {
		t.assigns = appendNew(t.assigns, name)
	}
}

// subshell walks what cannot set anything for what follows it.
func (t *tracker) subshell(walk func()) {
	outside := maps.Clone(t.known)
	t.inside++
	walk()
	t.inside--
	t.known = outside
}

// assignment reads what is assigned, and then the name if it stays set.
func (t *tracker) assignment(a *syntax.Assign, stays bool) {
	if a.Name != nil && a.Append {
		t.read(a.Name.Value, true)
	}
	if a.Value != nil {
		t.node(a.Value)
	}
	if a.Array != nil {
		for _, e := range a.Array.Elems {
			t.arithmetic(e.Index)
			if e.Value != nil {
				t.node(e.Value)
			}
		}
	}
	t.arithmetic(a.Index)
	if a.Name != nil && stays {
		t.assign(a.Name.Value)
	}
}

// declaration handles export, local, declare and their like. Exporting a bare
// name uses a variable; declaring one makes it.
func (t *tracker) declaration(d *syntax.DeclClause) {
	for _, a := range d.Args {
		switch {
		case a.Name == nil:
			if a.Value != nil {
				t.node(a.Value)
			}
		case a.Naked && (d.Variant.Value == "export" || d.Variant.Value == "readonly"):
			t.read(a.Name.Value, false)
		default:
			t.assignment(a, true)
		}
	}
}

func (t *tracker) parameter(p *syntax.ParamExp) {
	t.arithmetic(p.Index)
	if p.Slice != nil {
		t.arithmetic(p.Slice.Offset)
		t.arithmetic(p.Slice.Length)
	}
	if p.Repl != nil {
		t.words(p.Repl.Orig, p.Repl.With)
	}
	if p.Param == nil || p.Names != 0 {
		return
	}
	name := p.Param.Value
	if p.Exp == nil {
		t.read(name, false)
		return
	}
	t.words(p.Exp.Word)
	switch p.Exp.Op {
	case syntax.AssignUnset, syntax.AssignUnsetOrNull:
		t.read(name, true)
		t.assign(name)
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		t.read(name, true)
	default:
		t.read(name, false)
	}
}

func (t *tracker) words(list ...*syntax.Word) {
	for _, w := range list {
		if w != nil {
			t.node(w)
		}
	}
}

func (t *tracker) redirect(r *syntax.Redirect) {
	t.words(r.Word, r.Hdoc)
	if r.N != nil {
		t.assign(strings.Trim(r.N.Value, "{}"))
	}
}

// function knows at once what its body sets, and reads the body later.
func (t *tracker) function(f *syntax.FuncDecl) {
	for n := range syntax.Preorder(f.Body) {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				t.assign(n.Name.Value)
			}
		case *syntax.WordIter:
			t.assign(n.Name.Value)
		}
	}
	t.functions = append(t.functions, f)
}

// arithmetic reads bare names as variables.
func (t *tracker) arithmetic(x syntax.ArithmExpr) {
	switch x := x.(type) {
	case *syntax.BinaryArithm:
		t.arithmeticBinary(x)
	case *syntax.UnaryArithm:
		t.arithmetic(x.X)
		if name := arithmeticName(x.X); name != "" && (x.Op == syntax.Inc || x.Op == syntax.Dec) {
			t.assign(name)
		}
	case *syntax.ParenArithm:
		t.arithmetic(x.X)
	case *syntax.Word:
		if name := x.Lit(); name != "" {
			t.read(name, false)
			return
		}
		t.node(x)
	}
}

func (t *tracker) arithmeticBinary(x *syntax.BinaryArithm) {
	name := arithmeticName(x.X)
	assigns := strings.HasSuffix(x.Op.String(), "=") && !slices.Contains([]string{"==", "!=", "<=", ">="}, x.Op.String())
	if !assigns || name == "" {
		t.arithmetic(x.X)
		t.arithmetic(x.Y)
		return
	}
	t.arithmetic(x.Y)
	if x.Op != syntax.Assgn {
		t.read(name, false)
	}
	t.assign(name)
}

func arithmeticName(x syntax.ArithmExpr) string {
	if w, ok := x.(*syntax.Word); ok && syntax.ValidName(w.Lit()) {
		return w.Lit()
	}
	return ""
}
