package runner

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// What goes from one command to the next is asked of the shell itself when it
// ends: its directory, and the environment that it would give to a program.
// The shell writes both into a nameless file of the supervisor, found through
// /proc, so that no descriptor is open in the command and nothing it starts
// can write there by accident.
//
// The text of the command is read the same way and run by eval, which keeps
// its line numbers, $0, exit status, here-documents and error messages as
// "bash -c" has them. It stands in no argument list.

// endMark ends the shell's report. Without it the report is not whole.
const endMark = "end"

// prelude is what bash gets as its -c text. textFD and carryFD are
// descriptors of the supervisor, which is the shell's parent. All of it
// stands on one line, so that bash has read it before the command's text can
// confuse its parser.
func prelude(textFD, carryFD int, env string) string {
	report := fmt.Sprintf(`{ builtin set +xv; { builtin printf "%%s\0" "${PWD-}"; %s -0; builtin printf %s; } >|/proc/$PPID/fd/%d; } 2>/dev/null`,
		env, endMark, carryFD)
	// The trap sees "exit" in the middle and "set -e". A command that sets an
	// EXIT trap of its own replaces it; the report after the text stands in
	// for it as long as the text runs to its end.
	return fmt.Sprintf(`builtin trap '%s' EXIT; builtin eval "$(</proc/$PPID/fd/%d)"; { wsc_respond_status=$?; %s; builtin exit "$wsc_respond_status"; } 2>/dev/null`,
		report, textFD, report)
}

// shellState is what a shell reported about itself at its end.
type shellState struct {
	dir string
	env map[string]string
}

// parseState reads a shell's report. It reports false if the shell did not
// finish it.
func parseState(report []byte) (shellState, bool) {
	whole, ok := strings.CutSuffix(string(report), "\x00"+endMark)
	if !ok {
		return shellState{}, false
	}
	fields := strings.Split(whole, "\x00")
	state := shellState{dir: fields[0], env: map[string]string{}}
	for _, pair := range fields[1:] {
		if name, value, ok := strings.Cut(pair, "="); ok {
			state.env[name] = value
		}
	}
	return state, state.dir != ""
}

// ofTheShell are variables that every shell sets by itself.
var ofTheShell = map[string]bool{"_": true, "SHLVL": true, "PWD": true, "OLDPWD": true}

// changes tells what a command changed: given is the environment that it
// got, dir where it started. The inputs never count, and what must not be
// written down, or is too much for the record, stays behind; the notes say so
// by name.
func changes(j *job, given map[string]string, dir string, now shellState) (c session.Carry, notes []string) {
	c.Dir = now.dir
	if why := unfitDir(now.dir); why != "" {
		c.Dir = dir
		notes = append(notes, "its directory was not carried over: "+why)
	}
	room, behind := newCarryRoom(j.Order.Carry), leftBehind{}
	for _, name := range slices.Sorted(maps.Keys(now.env)) {
		value, before := j.comparable(name, now.env[name]), j.comparable(name, given[name])
		if _, was := given[name]; !j.mayCarry(name) || was && value == before {
			continue
		}
		why := unfit(name, value, j.Order.Secrets)
		if why == "" {
			why = room.take(name, value)
		}
		if why != "" {
			behind.add(name, why)
			continue
		}
		if c.Set == nil {
			c.Set = map[string]string{}
		}
		c.Set[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, is := now.env[name]; is || !j.mayCarry(name) {
			continue
		}
		if why := room.take(name, ""); why != "" {
			behind.add(name, why)
			continue
		}
		c.Unset = append(c.Unset, name)
	}
	return c, append(notes, behind.notes()...)
}

// comparable is a value without what the console itself put into it.
func (j *job) comparable(name, value string) string {
	if name == "PATH" {
		return withoutBin(value, j.binDir())
	}
	return value
}

// mayCarry reports whether a variable is the command's to change. Inputs and
// what the console gives are not.
func (j *job) mayCarry(name string) bool {
	_, input := j.Order.Values[name]
	ours := name == session.SessionVariable || name == session.EvidenceVariable
	return !input && !ours && !ofTheShell[name] && isName(name)
}

// holdsSecret reports whether a value would be redacted.
func holdsSecret(value string, secrets []string) bool {
	var clean strings.Builder
	scrub := evidence.NewScrubber(&clean, secrets)
	_, _ = io.WriteString(scrub, value)
	_ = scrub.Close()
	return clean.String() != value
}

// unfit says why a value cannot go on to the next command.
func unfit(name, value string, secrets []string) string {
	switch {
	case forbidden(name):
		return "that would change what later commands run"
	case !utf8.ValidString(value):
		return "the value is not valid UTF-8"
	case len(value) > maxValue:
		return "the value is longer than " + inKiB(maxValue)
	case holdsSecret(value, secrets):
		return "the value holds a secret, and what is carried stands in the record"
	}
	return ""
}

// unfitDir says why the next command cannot start in a directory.
func unfitDir(dir string) string {
	switch {
	case !utf8.ValidString(dir):
		return "the name is not valid UTF-8"
	case len(dir) >= unix.PathMax:
		return "its path is longer than the system takes"
	}
	return ""
}
