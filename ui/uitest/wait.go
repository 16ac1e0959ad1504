package uitest

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// WaitFor waits until text is on the screen. Several lines may be asked for;
// a row has no blanks at its end.
func (term *Terminal) WaitFor(text string) {
	term.t.Helper()
	term.until(fmt.Sprintf("%q is not on the screen", text), func(screen string) bool {
		return strings.Contains(screen, text)
	})
}

// WaitForMatch waits until the screen matches a regular expression.
func (term *Terminal) WaitForMatch(expr string) {
	term.t.Helper()
	re, err := regexp.Compile(expr)
	if err != nil {
		term.t.Fatalf("wait for a match: %v", err)
		return
	}
	term.until(fmt.Sprintf("nothing on the screen matches %q", expr), re.MatchString)
}

// WaitGone waits until text is no longer on the screen.
func (term *Terminal) WaitGone(text string) {
	term.t.Helper()
	term.until(fmt.Sprintf("%q is still on the screen", text), func(screen string) bool {
		return !strings.Contains(screen, text)
	})
}

// Stable waits until the screen has come to rest, and returns it. An empty
// screen is at rest too: after a start, wait for a text first.
func (term *Terminal) Stable() string {
	term.t.Helper()
	limit := time.NewTimer(term.opts.Deadline)
	defer limit.Stop()
	quiet := time.NewTimer(term.opts.Settle)
	defer quiet.Stop()

	last, changed := term.look()
	for {
		select {
		case <-quiet.C:
			return last
		case <-limit.C:
			term.fail(fmt.Sprintf("the screen did not come to rest for %v within %v",
				term.opts.Settle, term.opts.Deadline))
			return last
		case <-changed:
		}
		var now string
		if now, changed = term.look(); now != last {
			last = now
			quiet.Reset(term.opts.Settle)
		}
	}
}

// Wait waits until the program has ended and what it wrote is on the screen.
// It returns the exit code as a shell gives it: 128 and the signal's number
// for a program that was killed by one.
func (term *Terminal) Wait() int {
	term.t.Helper()
	select {
	case <-term.exited:
	case <-time.After(term.opts.Deadline):
		term.fail(fmt.Sprintf("the program did not end within %v", term.opts.Deadline))
		return -1
	}
	term.drain()
	return term.exitCode()
}

// drain waits for the end of the output. A process that the program left
// behind may hold the terminal open for ever; then a screen at rest will do.
func (term *Terminal) drain() {
	quiet := time.NewTimer(term.opts.Settle)
	defer quiet.Stop()
	for {
		_, changed := term.look()
		select {
		case <-term.drained:
			return
		case <-quiet.C:
			return
		case <-changed:
			quiet.Reset(term.opts.Settle)
		}
	}
}

func (term *Terminal) exitCode() int {
	state := term.cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// until waits for a screen that satisfies ok, and otherwise fails with the
// sentence not. When no output can come any more it does not wait in vain.
func (term *Terminal) until(not string, ok func(screen string) bool) {
	term.t.Helper()
	limit := time.NewTimer(term.opts.Deadline)
	defer limit.Stop()
	for ended := false; ; {
		screen, changed := term.look()
		switch {
		case ok(screen):
			return
		case ended:
			term.awaitExit()
			term.fail(not + ", and nothing more can come")
			return
		}
		select {
		case <-changed:
		case <-term.drained:
			ended = true
		case <-limit.C:
			term.fail(fmt.Sprintf("%s after %v", not, term.opts.Deadline))
			return
		}
	}
}

// awaitExit gives a program that has closed its terminal a moment to end, so
// that a failure can tell its exit code.
func (term *Terminal) awaitExit() {
	select {
	case <-term.exited:
	case <-time.After(term.opts.Settle):
	}
}

// look returns the screen and a channel that is closed when it may have
// changed.
func (term *Terminal) look() (screen string, changed <-chan struct{}) {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.text(), term.changed
}

// fail ends the test with what went wrong and the whole screen.
func (term *Terminal) fail(what string) {
	term.t.Helper()
	term.t.Fatalf("%s\n%s", what, term.picture())
}

// picture draws the screen in a frame and says how the program is.
func (term *Terminal) picture() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	cols, rows := term.screen.Width(), term.screen.Height()
	lines := strings.Split(term.text(), "\n")

	var b strings.Builder
	size := fmt.Sprintf(" %dx%d ", cols, rows)
	fmt.Fprintf(&b, "+-%s%s\n", size, strings.Repeat("-", max(0, cols-len(size)-1)))
	for y := range rows {
		line := ""
		if y < len(lines) {
			line = lines[y]
		}
		fmt.Fprintf(&b, "|%s\n", line)
	}
	fmt.Fprintf(&b, "+%s\n", strings.Repeat("-", cols))
	fmt.Fprintf(&b, "%s; it wrote %d bytes", term.fate(), len(term.raw))
	return b.String()
}

func (term *Terminal) fate() string {
	select {
	case <-term.exited:
		return fmt.Sprintf("%s ended with exit code %d", term.opts.Args[0], term.exitCode())
	default:
		return fmt.Sprintf("%s is running, process %d", term.opts.Args[0], term.Pid())
	}
}
