package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxNesting bounds scripts within scripts.
const maxNesting = 4

// argument is a word of a command.
type argument struct {
	text string // without its quotes where it is known, else as written
	// known says that the word is text only: no expansion, no stand-in.
	known bool
	// pattern says that an unquoted * ? or [ makes it name many files.
	pattern bool
	script  string // the word as another shell would get it
}

// arguments reads words; positions count in text.
func arguments(words []*syntax.Word, text string, found []Placeholder) []argument {
	args := make([]argument, 0, len(words))
	for _, w := range words {
		args = append(args, newArgument(w, text, found))
	}
	return args
}

func newArgument(w *syntax.Word, text string, found []Placeholder) argument {
	a := argument{known: true}
	var value, script strings.Builder
	for _, part := range w.Parts {
		a.part(part, text, &value, &script, true)
	}
	a.script = script.String()
	a.text = value.String()
	start, end := int(w.Pos().Offset()), int(w.End().Offset())
	for _, p := range found {
		if start < p.End && p.Start < end {
			a.known = false
		}
	}
	if !a.known {
		a.text = source(text, w)
	}
	return a
}

func (a *argument) part(part syntax.WordPart, text string, value, script *strings.Builder, bare bool) {
	switch part := part.(type) {
	case *syntax.Lit:
		s := part.Value
		if bare {
			a.pattern = a.pattern || strings.ContainsAny(s, "*?[{")
			s = unescapePlain(s)
		} else {
			s = unescapeDouble(s)
		}
		value.WriteString(s)
		script.WriteString(s)
	case *syntax.SglQuoted:
		a.known = a.known && !(part.Dollar && strings.Contains(part.Value, `\`))
		value.WriteString(part.Value)
		script.WriteString(part.Value)
	case *syntax.DblQuoted:
		for _, inner := range part.Parts {
			a.part(inner, text, value, script, false)
		}
	default:
		a.known = false
		script.WriteString(source(text, part))
	}
}

// unescapePlain takes away the backslashes of an unquoted word.
func unescapePlain(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// source returns a node as it was written.
func source(text string, n syntax.Node) string {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start < 0 || end > len(text) || start > end {
		return ""
	}
	return text[start:end]
}

// invocation is one program with its arguments.
type invocation struct {
	name   argument
	args   []argument
	remote bool   // it runs on another machine
	piped  bool   // its input comes from a pipe or a redirection
	outer  string // the program that runs it, or ""
}

// base is the program's name without its folder, or "" if only the run will
// tell it.
func (run invocation) base() string {
	if !run.name.known {
		return ""
	}
	return run.name.text[strings.LastIndexByte(run.name.text, '/')+1:]
}

// wrapper is a program that runs the program that its arguments name.
type wrapper struct {
	valued string // short options that take a value
	skip   int    // operands before the program
}

var wrappers = map[string]wrapper{
	"sudo": {valued: "CDghpRrTtUu"}, "doas": {valued: "Cu"},
	"env": {valued: "uC"}, "nice": {valued: "n"}, "ionice": {valued: "cnpt"}, "nohup": {}, "setsid": {},
	"time": {valued: "fo"}, "timeout": {valued: "ks", skip: 1}, "stdbuf": {valued: "ioe"},
	"command": {}, "builtin": {}, "exec": {valued: "a"}, "xargs": {valued: "adEILnPs"},
	"watch": {valued: "dn"}, "strace": {valued: "aeopsu"}, "ltrace": {valued: "aeopsu"},
	"chroot": {skip: 1}, "flock": {valued: "wE", skip: 1}, "busybox": {}, "setpriv": {}, "unshare": {}, "chronic": {}, "caffeinate": {},
}

// unwrap returns a command and, through programs that run others, what it runs.
func unwrap(args []argument) []invocation {
	var runs []invocation
	outer := ""
	for depth := 0; len(args) > 0 && depth < 2*maxNesting; depth++ {
		run := invocation{name: args[0], args: args[1:], outer: outer}
		runs = append(runs, run)
		name := run.base()
		switch name {
		case "find":
			for _, inner := range findExec(run.args) {
				runs = append(runs, invocation{name: inner[0], args: inner[1:], outer: name})
			}
			return runs
		case "ssh":
			if command := sshCommand(run.args); len(command) > 0 {
				runs[len(runs)-1].remote = true
			}
			return runs
		}
		w, ok := wrappers[name]
		if !ok || name == "command" && len(run.args) > 0 && strings.HasPrefix(strings.ToLower(run.args[0].text), "-v") {
			return runs
		}
		args, outer = w.inner(run.args), name
	}
	return runs
}

// inner skips the options, assignments and operands of a wrapper.
func (w wrapper) inner(args []argument) []argument {
	skip := w.skip
	for len(args) > 0 {
		text := args[0].text
		switch {
		case text == "--":
			args = args[1:]
			return args[min(skip, len(args)):]
		case len(text) > 1 && text[0] == '-':
			takesNext := !strings.HasPrefix(text, "--") && strings.Contains(w.valued, text[len(text)-1:]) && len(text) == 2
			args = args[1:]
			if takesNext && len(args) > 0 {
				args = args[1:]
			}
		case isAssignment(text):
			args = args[1:]
		case skip > 0:
			skip--
			args = args[1:]
		default:
			return args
		}
	}
	return nil
}

func isAssignment(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	return ok && syntax.ValidName(name)
}

// findExec returns the commands that find runs.
func findExec(args []argument) [][]argument {
	var commands [][]argument
	for i := 0; i < len(args); i++ {
		switch args[i].text {
		case "-exec", "-execdir", "-ok", "-okdir":
			end := i + 1
			for end < len(args) && args[end].text != ";" && args[end].text != "+" {
				end++
			}
			if end > i+1 {
				commands = append(commands, args[i+1:end])
			}
			i = end
		}
	}
	return commands
}

// sshCommand returns what stands after the host.
func sshCommand(args []argument) []argument {
	w := wrapper{valued: "BbcDEeFIiJLlmOopQRSWw", skip: 1}
	return w.inner(args)
}

// script returns the shell text that the program was given to run.
func (run invocation) script() (string, bool) {
	switch run.base() {
	case "sh", "bash", "dash", "zsh", "ksh", "su", "flock":
		for i, a := range run.args {
			short := strings.HasPrefix(a.text, "-") && !strings.HasPrefix(a.text, "--")
			if (short && strings.HasSuffix(a.text, "c") || a.text == "--command") && i+1 < len(run.args) {
				return run.args[i+1].script, true
			}
		}
	case "eval":
		return joined(run.args), len(run.args) > 0
	case "trap":
		if len(run.args) > 1 && !strings.HasPrefix(run.args[0].text, "-") {
			return run.args[0].script, true
		}
	case "ssh":
		command := sshCommand(run.args)
		return joined(command), len(command) > 0
	}
	return "", false
}

func joined(args []argument) string {
	scripts := make([]string, len(args))
	for i, a := range args {
		scripts[i] = a.script
	}
	return strings.Join(scripts, " ")
}
