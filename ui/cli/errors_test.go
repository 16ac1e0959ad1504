package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/journal"
	"wsc-respond/steps/safe"
)

func TestEachKindOfErrorHasItsExitCode(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want int
	}{
		{"nothing went wrong", nil, 0},
		{"the answer is no", errNo, 1},
		{"a broken record", fmt.Errorf("read: %w", &journal.LineError{}), 1},
		{"wrong use", wrongUse(errors.New("no such flag")), 2},
		{"nothing readable", unreadable(errors.New("no such file"), "name another"), 2},
		{"anything else", errors.New("odd"), 2},
		{"the record cannot be written", fmt.Errorf("note: %w", session.ErrReadOnly), 3},
		{"somebody else writes", fmt.Errorf("open: %w", session.ErrLocked), 3},
		{"somebody else has written", fmt.Errorf("append: %w", session.ErrConflict), 3},
		{"a failure inside another error", fmt.Errorf("outer: %w", &failure{code: 129, err: errHangup}), 129},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := exitCode(tc.err); got != tc.want {
				t.Errorf("the exit code is %d, not %d", got, tc.want)
			}
		})
	}
}

// Names of files may hold line breaks, and what comes after one must not look
// like a line of the program.
func TestANameInAnErrorMakesNoLineOfItsOwn(t *testing.T) {
	_, missing := os.Stat("a\n  safe: all is well\x1b[2J")
	for name, tc := range map[string]struct {
		err   error
		lines int
	}{
		"as it is":        {missing, 3},
		"in other words":  {fmt.Errorf("read the public key %s: %w", "b\n  next: go home", missing), 3},
		"one of several":  {unreadable(errors.Join(missing, fmt.Errorf("c\nd: %w", missing)), "name another"), 4},
		"several, within": {fmt.Errorf("move e\nf: %w", errors.Join(missing, errors.New("no space"))), 4},
		"a text of lines": {errors.New("unknown command\n\nDid you mean this?\n\tscan\n"), 6},
	} {
		if said := sayFailure(tc.err); strings.Count(said, "\n") != tc.lines || strings.Contains(said, "\x1b") {
			t.Errorf("%s is told in %d lines, not %d:\n%s", name, strings.Count(said, "\n"), tc.lines, said)
		}
	}
}

func TestAnErrorSaysWhatFailedWhatIsSafeAndWhatToDo(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want []string
	}{
		{unreadable(errors.New("read x"), "name another"), []string{"wsc-respond: read x\n", "  safe: nothing was changed\n", "  next: name another\n"}},
		{session.ErrLocked, []string{"  safe: ", "  next: wsc-respond follow"}},
		{session.ErrReadOnly, []string{"  safe: ", "  next: wsc-respond resume SESSION --into DIR"}},
		{&journal.LineError{}, []string{"  safe: ", "  next: wsc-respond verify"}},
		{errors.New("a \x1b[31mcolour\x07 from outside"), []string{`a ^[[31mcolour^G from outside`}},
	} {
		said := sayFailure(tc.err)
		for _, part := range tc.want {
			if !strings.Contains(said, part) {
				t.Errorf("it does not say %q:\n%s", part, said)
			}
		}
	}
	if said := sayFailure(nil) + sayFailure(errNo); said != "" {
		t.Errorf("what needs no words says %q", said)
	}
}

func TestAWrongNumberOfArgumentsIsToldInWordsOfTheUsage(t *testing.T) {
	h := newHome(t)
	for _, tc := range []struct {
		args []string
		want string
		help string
	}{
		{[]string{"module", "verify"}, "no FILE is given; usage: wsc-respond module verify FILE…", "module verify"},
		{[]string{"key", "check"}, "no DIR or FILE is given; usage: ", "key check"},
		{[]string{"key", "manifest", "a", "b"}, `"b" is more than it takes; usage: `, "key manifest"},
		{[]string{"bundle", "verify"}, "no FILE is given; usage: ", "bundle verify"},
		{[]string{"resume", "a", "b"}, `"b" is more than it takes; usage: `, "resume"},
		{[]string{"key", "nonsense"}, `wsc-respond key has no command "nonsense"`, "key"},
		{[]string{"doctor", "--nonsense"}, "unknown flag", "doctor"},
	} {
		said, code := runCLI(t, h, tc.args...)
		if code != exitWrongUse || !strings.Contains(said, tc.want) || !strings.Contains(said, "\n  next: wsc-respond "+tc.help+" --help says") {
			t.Errorf("%q: exit %d, %s", tc.args, code, said)
		}
	}
	said, code := runCLI(t, h, "nonsense")
	if code != exitWrongUse || !strings.Contains(said, `wsc-respond has no command "nonsense"`) || !strings.Contains(said, "next: wsc-respond --help says") {
		t.Errorf("exit %d, %s", code, said)
	}
}

func TestHelpFitsEightyColumns(t *testing.T) {
	const text, flag = 78, 50
	root := (&program{}).root()
	commands := []*cobra.Command{}
	for _, cmd := range root.Commands() {
		if slices.Contains([]string{"key", "bundle", "doctor"}, cmd.Name()) {
			commands = append(append(commands, cmd), cmd.Commands()...)
		}
	}
	for _, cmd := range commands {
		for line := range strings.Lines(cmd.Long) {
			if width := safe.Width(strings.TrimSuffix(line, "\n")); width > text {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), width, line)
			}
		}
		for line := range strings.Lines(cmd.LocalFlags().FlagUsages() + root.PersistentFlags().FlagUsages()) {
			usage := strings.TrimSpace(line[strings.LastIndex(line, "   "):])
			if safe.Width(usage) > flag || strings.HasPrefix(usage, "-") {
				t.Errorf("%s: %s", cmd.CommandPath(), usage)
			}
		}
	}
	if len(commands) != 9 {
		t.Errorf("%d commands", len(commands))
	}
}
