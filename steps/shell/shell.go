// Package shell tells what a command says before anything runs: which values it
// needs, which files it names, what it does to the world, whether it will ask
// for something, and where its author left a stand-in to be filled. It reads
// text and gives facts. It runs nothing, opens nothing and asks no environment.
//
// The rules it keeps:
//
//   - Stand-ins are found before any shell parsing, because to a shell
//     "get --uuid <uuid> --format json" is a redirection into a file.
//   - A value is never pasted into command text that will run. A stand-in
//     becomes a reference to a variable, and the value travels in the
//     environment; quoting is for showing and for copying.
//   - Doubt counts as a change: a program that is not known, or known only at
//     run time, is never called harmless.
//
// The facts are advice for a person who decides. A text written to deceive can
// hide what it does from any reading of it.
package shell

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"wsc-respond/steps"
)

// Facts are what the text of a command says. Names and files stand in the order
// in which the text first has them, each once. They are pieces of the text and
// as little to be trusted as it: show them, the reasons too, through package
// safe.
type Facts struct {
	// Placeholders are the stand-ins left in the text. A text that has any
	// cannot run.
	Placeholders []Placeholder

	// Variables are read before the text sets them, and have no default there.
	// Shell parameters and the well-known environment are not among them.
	Variables []string
	// Optional are read only with a default of the text's own: ${X:-default}.
	Optional []string
	// Assigns are set by the text itself for what follows it: by assignment,
	// export, read and the like. Loop variables and locals are among them.
	Assigns []string

	// Programs are the names of the programs, builtins and scripts that are
	// called, also through sudo, env, xargs, find -exec, sh -c and
	// substitutions. A path is kept as written.
	Programs []string
	// Reads are files named as plain words to programs that read them, and
	// sources of redirections.
	Reads []string
	// Writes are files named as plain words that programs write, and targets
	// of redirections.
	Writes []string
	// ReadsBelow are files below a variable that programs read, as written but
	// without quotes and braces: "$DIR/list.txt". One stands here as often as
	// it is read.
	ReadsBelow []string
	// NamedFiles are words that look like the name of a file, given to a
	// program that is not known to write them, nor to read them:
	// module.wasm in "wsc info module.wasm".
	NamedFiles []string
	// Redirects are all redirections from and to files.
	Redirects []Redirect
	// ChangesDirectory says that the text holds cd, pushd or popd.
	ChangesDirectory bool

	// Risk is what the text does, by the gravest thing in it; Reasons say in
	// words what it was told from, as in "it deletes files (rm)".
	Risk    steps.Risk
	Reasons []string

	// Interactive says that the text will want a terminal of its own.
	Interactive bool
}

// Redirect is one redirection from or to a file.
type Redirect struct {
	Op string // as written: > >> < <> >| &> &>>
	// Target is the file as written. It is a plain name where Plain is set;
	// otherwise it holds an expansion, a pattern or a stand-in.
	Target string
	Plain  bool
}

// SyntaxError says where a text stops being shell. Line and column count from
// one within the text; a column counts bytes.
type SyntaxError struct {
	Line, Column uint
	Problem      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%d:%d: not valid shell: %s", e.Line, e.Column, e.Problem)
}

// Parse reads the text of a command as bash does. The error is a *SyntaxError;
// the facts then hold only the placeholders and a risk of "changes". An empty
// text, or one of comments only, is valid and has no facts.
func Parse(text string, doc StandIns) (Facts, error) {
	found := Placeholders(text, doc)
	file, err := parse(text, found)
	if err != nil {
		return Facts{
			Placeholders: found,
			Risk:         steps.RiskChanges,
			Reasons:      []string{"what it does cannot be told, it is not valid shell"},
		}, err
	}
	scan := scanner{text: text, found: found}
	scan.file(file)
	vars := variables(file, text)
	if len(found) > 0 {
		vars.required, vars.optional = written(vars.required, text), written(vars.optional, text)
	}
	risk, reasons := scan.risk()
	return Facts{
		Placeholders:     found,
		Variables:        vars.required,
		Optional:         vars.optional,
		Assigns:          vars.assigns,
		Programs:         scan.programs,
		Reads:            scan.reads,
		Writes:           scan.writes,
		ReadsBelow:       scan.readsBelow,
		NamedFiles:       scan.named,
		Redirects:        scan.redirects,
		ChangesDirectory: scan.changesDirectory,
		Risk:             risk,
		Reasons:          reasons,
		Interactive:      scan.interactive,
	}, nil
}

// written are the names that stand in the text itself. The letters that cover a
// placeholder can make up others, behind a $ in the quoted text of a shell.
func written(names []string, text string) []string {
	bare := strings.NewReplacer("'", "", `"`, "", "\\", "", "\n", "").Replace(text)
	return slices.DeleteFunc(names, func(name string) bool { return !strings.Contains(bare, name) })
}

// Needs returns what must be set before the text runs: its variables, then
// those of the declared inputs that it names anywhere and neither sets itself
// nor has a default for.
func (f Facts) Needs(text string, declared []string) []string {
	needs := append([]string(nil), f.Variables...)
	for _, name := range Mentions(text, declared) {
		if !slices.Contains(f.Assigns, name) && !slices.Contains(f.Optional, name) {
			needs = appendNew(needs, name)
		}
	}
	return needs
}

// parse parses text with its placeholders covered by letters, so that offsets
// stay those of the text.
func parse(text string, found []Placeholder) (*syntax.File, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, syntaxError(text, strings.IndexByte(text, 0), "a null byte")
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(covered(text, found)), "")
	if err == nil {
		return file, nil
	}
	var parseErr syntax.ParseError
	if errors.As(err, &parseErr) {
		return nil, &SyntaxError{Line: parseErr.Pos.Line(), Column: parseErr.Pos.Col(), Problem: parseErr.Text}
	}
	var langErr syntax.LangError
	if errors.As(err, &langErr) {
		return nil, &SyntaxError{Line: langErr.Pos.Line(), Column: langErr.Pos.Col(), Problem: langErr.Feature + " is not known to bash"}
	}
	return nil, &SyntaxError{Line: 1, Column: 1, Problem: err.Error()}
}

func syntaxError(text string, at int, problem string) *SyntaxError {
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := at - strings.LastIndexByte(before, '\n')
	return &SyntaxError{Line: uint(line), Column: uint(column), Problem: problem}
}

// covered returns text with each placeholder replaced by as many letters, and by
// a sign at first where letters would lengthen the name of a variable.
func covered(text string, found []Placeholder) string {
	if len(found) == 0 {
		return text
	}
	b := []byte(text)
	for _, p := range found {
		for i := p.Start; i < p.End; i++ {
			b[i] = 'x'
		}
		if p.Start > 0 && (b[p.Start-1] == '$' || isNameByte(b[p.Start-1])) {
			b[p.Start] = '%'
		}
	}
	return string(b)
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
