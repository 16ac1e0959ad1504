package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"wsc-respond/steps"
)

// scanner collects what the programs and redirections of a text do. Scripts
// within quotes are scanned as part of it.
type scanner struct {
	text  string
	found []Placeholder
	depth int

	functions map[string]bool           // declared by the text: their bodies speak for them
	piped     map[*syntax.CallExpr]bool // their input is not the terminal
	emptying  map[*syntax.Redirect]bool // nothing is written, the file is emptied
	verdicts  []verdict

	programs, reads, writes []string
	readsBelow, named       []string
	redirects               []Redirect
	changesDirectory        bool
	interactive             bool
}

// verdict is what one part of a text does.
type verdict struct {
	risk   steps.Risk
	reason string
}

func (s *scanner) file(file *syntax.File) {
	s.functions = map[string]bool{}
	s.piped = map[*syntax.CallExpr]bool{}
	s.emptying = map[*syntax.Redirect]bool{}
	for n := range syntax.Preorder(file) {
		if f, ok := n.(*syntax.FuncDecl); ok && f.Name != nil {
			s.functions[f.Name.Value] = true
		}
	}
	for n := range syntax.Preorder(file) {
		switch n := n.(type) {
		case *syntax.Stmt:
			s.statement(n)
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
				s.markPiped(n.Y)
			}
		case *syntax.ForClause:
			s.interactive = s.interactive || n.Select
		case *syntax.CallExpr:
			s.call(n)
		case *syntax.Redirect:
			s.redirect(n)
		}
	}
}

// statement looks at what a statement's redirections mean for its command.
func (s *scanner) statement(stmt *syntax.Stmt) {
	call, _ := stmt.Cmd.(*syntax.CallExpr)
	nothing := stmt.Cmd == nil
	if call != nil && len(call.Args) > 0 {
		name := call.Args[0].Lit()
		nothing = name == ":" || name == "true"
	}
	for _, r := range stmt.Redirs {
		switch r.Op {
		case syntax.RdrIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			s.markPiped(stmt)
		}
		s.emptying[r] = nothing
	}
}

func (s *scanner) markPiped(n syntax.Node) {
	for inner := range syntax.Preorder(n) {
		if call, ok := inner.(*syntax.CallExpr); ok {
			s.piped[call] = true
		}
	}
}

func (s *scanner) call(call *syntax.CallExpr) {
	if len(call.Args) == 0 {
		return
	}
	for _, run := range unwrap(arguments(call.Args, s.text, s.found)) {
		run.piped = s.piped[call] || run.outer == "xargs"
		s.run(run)
	}
}

// run takes the facts of one invocation.
func (s *scanner) run(run invocation) {
	if !run.name.known {
		s.verdicts = append(s.verdicts, verdict{steps.RiskChanges, "which program it runs is known only when it runs (" + run.name.text + ")"})
		return
	}
	if s.functions[run.name.text] {
		return
	}
	name := run.base()
	s.programs = appendNew(s.programs, run.name.text)
	s.changesDirectory = s.changesDirectory || name == "cd" || name == "pushd" || name == "popd"
	s.interactive = s.interactive || run.wantsTerminal()
	script, hasScript := run.script()
	if !run.remote {
		s.operands(run)
	}
	switch {
	case hasScript && s.script(script, run.remote):
		s.verdicts = append(s.verdicts, verdict{steps.RiskReads, ""})
	case hasScript:
		s.verdicts = append(s.verdicts, verdict{steps.RiskChanges, "it runs a script that cannot be read here (" + name + ")"})
	default:
		s.verdicts = append(s.verdicts, run.verdict())
	}
}

// script scans the text that another shell will run. It returns false if that
// cannot be read.
func (s *scanner) script(text string, remote bool) bool {
	if s.depth >= maxNesting {
		return false
	}
	found := Placeholders(text, StandIns{})
	file, err := parse(text, found)
	if err != nil {
		return false
	}
	inner := scanner{text: text, found: found, depth: s.depth + 1}
	inner.file(file)
	s.verdicts = append(s.verdicts, inner.verdicts...)
	for _, name := range inner.programs {
		s.programs = appendNew(s.programs, name)
	}
	if remote {
		return true
	}
	for _, name := range inner.reads {
		s.reads = appendNew(s.reads, name)
	}
	for _, name := range inner.writes {
		s.writes = appendNew(s.writes, name)
	}
	for _, name := range inner.named {
		s.named = appendNew(s.named, name)
	}
	s.readsBelow = append(s.readsBelow, inner.readsBelow...)
	s.redirects = append(s.redirects, inner.redirects...)
	s.interactive = s.interactive || inner.interactive
	return true
}

// operands notes the files that a program's arguments name.
func (s *scanner) operands(run invocation) {
	for _, a := range run.filesRead() {
		s.reading(a)
	}
	for _, a := range run.filesWritten() {
		if a.namesAFile() {
			s.writes = appendNew(s.writes, a.text)
		}
	}
	for _, name := range run.filesNamed() {
		s.named = appendNew(s.named, name)
	}
}

// reading notes a file that is read.
func (s *scanner) reading(a argument) {
	if a.namesAFile() {
		s.reads = appendNew(s.reads, a.text)
	}
	if below := Unbraced(a.script); !a.known && !a.pattern && belowVariable.MatchString(below) {
		s.readsBelow = append(s.readsBelow, below)
	}
}

func (a argument) namesAFile() bool {
	return a.known && !a.pattern && a.text != "" && a.text != "-" && !isHarmless(a.text)
}

func (s *scanner) redirect(r *syntax.Redirect) {
	target := newArgument(r.Word, s.text, s.found)
	switch r.Op {
	case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn:
		return
	case syntax.DplOut:
		if target.known && strings.Trim(target.text, "0123456789-") == "" {
			return
		}
	}
	s.redirects = append(s.redirects, Redirect{
		Op:     r.Op.String(),
		Target: target.text,
		Plain:  target.known && !target.pattern,
	})
	if r.Op == syntax.RdrIn {
		s.reading(target)
		return
	}
	if target.namesAFile() {
		s.writes = appendNew(s.writes, target.text)
	}
	s.verdicts = append(s.verdicts, s.redirectVerdict(r, target))
}

func (s *scanner) redirectVerdict(r *syntax.Redirect, target argument) verdict {
	op := " (" + r.Op.String() + ")"
	switch {
	case target.known && isHarmless(target.text):
		return verdict{steps.RiskReads, ""}
	case target.known && strings.HasPrefix(target.text, "/dev/"):
		return verdict{steps.RiskDestroys, "it writes onto the device " + target.text + op}
	case r.Op == syntax.AppOut || r.Op == syntax.AppAll:
		return verdict{steps.RiskChanges, "it appends to " + target.text + op}
	case s.emptying[r]:
		return verdict{steps.RiskDestroys, "it empties " + target.text + op}
	}
	return verdict{steps.RiskChanges, "it writes " + target.text + op}
}

// isHarmless names the places that keep nothing of what is written to them.
func isHarmless(file string) bool {
	switch file {
	case "/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/zero":
		return true
	}
	return strings.HasPrefix(file, "/dev/fd/")
}

// risk is the gravest verdict, with the reasons of all that are as grave.
func (s *scanner) risk() (steps.Risk, []string) {
	gravest := steps.RiskReads
	for _, v := range s.verdicts {
		if v.risk.Rank() > gravest.Rank() {
			gravest = v.risk
		}
	}
	var reasons []string
	for _, v := range s.verdicts {
		if v.risk == gravest && v.reason != "" {
			reasons = appendNew(reasons, v.reason)
		}
	}
	if gravest == steps.RiskReads && len(s.programs) > 0 {
		reasons = []string{"it only reads (" + strings.Join(s.programs, ", ") + ")"}
	}
	return gravest, reasons
}
