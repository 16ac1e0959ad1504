package shell

import (
	"maps"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// This file knows the builtins that set variables, the scripts within quotes
// that read them, and the names that nobody needs to be asked for.

// call follows a simple command: bash expands its words first, then sets what
// stands before them, which lasts for this command only unless it is all there
// is.
func (t *tracker) call(c *syntax.CallExpr) {
	for _, w := range c.Args {
		t.node(w)
	}
	for _, a := range c.Assigns {
		t.assignment(a, len(c.Args) == 0)
	}
	if len(c.Args) == 0 {
		return
	}
	args := arguments(c.Args, t.text, nil)
	t.builtin(args)
	outside := maps.Clone(t.known)
	for _, a := range c.Assigns {
		if a.Name != nil {
			t.known[a.Name.Value] = true
		}
	}
	for _, run := range unwrap(args) {
		if script, ok := run.script(); ok && !run.remote {
			t.script(script)
		}
	}
	t.known = outside
}

// script follows the text of sh -c '…', which reads the environment.
func (t *tracker) script(text string) {
	if t.scripts >= maxNesting {
		return
	}
	file, err := parse(text, Placeholders(text, StandIns{}))
	if err != nil {
		return
	}
	t.subshell(func() {
		outer, functions := t.text, t.functions
		t.text, t.functions = text, nil
		t.scripts++
		t.stmts(file.Stmts)
		t.bodies()
		t.scripts--
		t.text, t.functions = outer, functions
	})
}

// builtin notes the names that a builtin sets.
func (t *tracker) builtin(args []argument) {
	rest := args[1:]
	switch args[0].text {
	case "read":
		t.operands(rest, "adinNptu")
	case "mapfile", "readarray":
		t.operands(rest, "dnOsuCc")
	case "unset":
		t.operands(rest, "")
	case "getopts":
		if len(rest) > 1 {
			t.assign(rest[1].text)
		}
	case "printf":
		if len(rest) > 1 && rest[0].text == "-v" {
			t.assign(rest[1].text)
		}
	}
}

// operands notes the names after the options of a builtin; valued are the
// options that take a value. The value of read -a is a name itself.
func (t *tracker) operands(args []argument, valued string) {
	for i := 0; i < len(args); i++ {
		text := args[i].text
		if !strings.HasPrefix(text, "-") || len(text) < 2 {
			t.assign(text)
			continue
		}
		last := text[len(text)-1:]
		if !strings.Contains(valued, last) {
			continue
		}
		i++
		if last == "a" && i < len(args) {
			t.assign(args[i].text)
		}
	}
}

// wellKnown are variables that the login, the terminal or bash itself sets.
const wellKnown = " _ HOME PATH PWD OLDPWD USER LOGNAME SHELL SHLVL EDITOR VISUAL PAGER TMPDIR TERM COLORTERM " +
	"LANG LANGUAGE TZ MAIL HOST HOSTNAME HOSTTYPE OSTYPE MACHTYPE UID EUID PPID GROUPS RANDOM SRANDOM SECONDS " +
	"EPOCHSECONDS EPOCHREALTIME LINENO IFS REPLY OPTARG OPTIND OPTERR PIPESTATUS FUNCNAME DIRSTACK COLUMNS LINES " +
	"MAPFILE COPROC PS1 PS2 PS3 PS4 PROMPT_COMMAND DISPLAY NO_COLOR GPG_TTY SUDO_USER SUDO_UID SUDO_GID "

// isWellKnown reports whether nobody needs to be asked for a variable.
func isWellKnown(name string) bool {
	for _, prefix := range []string{"LC_", "BASH", "XDG_", "SSH_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.Contains(wellKnown, " "+name+" ")
}
