package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"wsc-respond/session"
	"wsc-respond/session/journal"
	"wsc-respond/steps/safe"
)

// The exit codes.
const (
	exitDone       = 0
	exitNo         = 1 // the answer is no
	exitWrongUse   = 2 // wrong use, or nothing readable
	exitUnwritable = 3 // the record could not be written
)

// failure is an error as a person reads it: what failed, what is safe, what to
// do next.
type failure struct {
	code int
	err  error
	safe string
	next string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func wrongUse(err error) error {
	return &failure{code: exitWrongUse, err: err, safe: "nothing was changed"}
}

// helped is a wrong use of a command that says where its help is.
func helped(cmd *cobra.Command, err error) error {
	var f *failure
	if !errors.As(err, &f) || f.code != exitWrongUse || f.next != "" {
		return err
	}
	told := *f
	told.err, told.next = err, cmd.CommandPath()+" --help says how it is used"
	return &told
}

func unreadable(err error, next string) error {
	return &failure{code: exitWrongUse, err: err, safe: "nothing was changed", next: next}
}

// partlyRead is an error of some of the things that were named, where others
// could be read.
func partlyRead(err error, next string) error {
	return &failure{code: exitNo, err: err, safe: "nothing was changed, and the others were read", next: next}
}

// notOpened is why the session in a folder cannot be opened. A record that is
// broken, held or read-only has words of its own.
func notOpened(err error) error {
	if errors.As(err, new(*journal.LineError)) || errors.Is(err, session.ErrLocked) || errors.Is(err, session.ErrReadOnly) {
		return err
	}
	return unreadable(err, "name the folder of a session; wsc-respond sessions lists them")
}

// errNo is the answer no, when everything that is to be said was said.
var errNo = &failure{code: exitNo, err: errors.New("")}

// exitCode is the exit code of an error.
func exitCode(err error) int {
	var f *failure
	var broken *journal.LineError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		return f.code
	case errors.As(err, &broken):
		return exitNo
	case errors.Is(err, session.ErrReadOnly), errors.Is(err, session.ErrLocked), errors.Is(err, session.ErrConflict):
		return exitUnwritable
	default:
		return exitWrongUse
	}
}

// sayError prints an error: what failed, what is safe, what to do next.
// Everything in it may come from outside, so all of it is made safe.
func sayError(w io.Writer, _ fang.Styles, err error) {
	if text := sayFailure(err); text != "" {
		_, _ = io.WriteString(w, text) // there is nobody left to tell
	}
}

func sayFailure(err error) string {
	if err == nil || err == errNo {
		return ""
	}
	f := explain(err)
	lines := []string{"wsc-respond: " + strings.TrimRight(errorText(f.err), "\n")}
	if f.safe != "" {
		lines = append(lines, "  safe: "+safe.Line(f.safe))
	}
	if f.next != "" {
		lines = append(lines, "  next: "+safe.Line(f.next))
	}
	return strings.Join(lines, "\n") + "\n"
}

// errorText is what an error says, safe to show. Each of several has a line of
// its own. A line break anywhere else is that of a name from outside, and must
// not begin a line that looks like one of the program's; only an error that is
// a text and nothing more may have lines.
func errorText(err error) string {
	text := err.Error()
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		if joined := errors.Join(e.Unwrap()...); joined == nil || joined.Error() != text {
			return safe.Line(text)
		}
		var lines []string
		for _, one := range e.Unwrap() {
			lines = append(lines, errorText(one))
		}
		return strings.Join(lines, "\n")
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			if begin, ok := strings.CutSuffix(text, inner.Error()); ok {
				return safe.Line(begin) + errorText(inner)
			}
		}
		return safe.Line(text)
	}
	return safe.Text(text)
}

// explain adds what is safe and what to do next to errors that have no words
// of their own for it.
func explain(err error) failure {
	var f *failure
	var broken *journal.LineError
	switch {
	case errors.As(err, &f):
		return f.complete()
	case errors.As(err, &broken):
		return failure{err: err, safe: "the folder is as it was", next: "wsc-respond verify names every fault; wsc-respond report reads it up to there"}
	case errors.Is(err, session.ErrLocked):
		return failure{err: err, safe: "both the record and the other console go on", next: "wsc-respond follow reads it live; end the other console to take over"}
	case errors.Is(err, session.ErrReadOnly):
		return failure{err: err, safe: "everything that was shown as saved", next: "wsc-respond resume SESSION --into DIR goes on in another place"}
	}
	return (&failure{code: exitCode(err), err: err}).complete()
}

// complete is a failure with words for each of the three parts. It is said of
// any error, also of one that ended a console, so it promises no more than the
// record keeps. What is no error needs none.
func (f *failure) complete() failure {
	full := *f
	if full.code == exitDone {
		return full
	}
	if full.safe == "" {
		full.safe = "nothing was changed beyond what the record says"
	}
	if full.next == "" {
		full.next = "wsc-respond sessions lists the sessions; wsc-respond --help shows what there is"
	}
	return full
}

// count says how many of something there are: "1 error", "2 errors".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// note prints a remark that is no error.
func (p *program) note(format string, args ...any) {
	fmt.Fprintln(p.errs, "wsc-respond: "+safe.Line(fmt.Sprintf(format, args...)))
}
