package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/journal"
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
