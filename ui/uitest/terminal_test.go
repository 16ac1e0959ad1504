package uitest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// recorder is a test whose failures are looked at instead of suffered.
type recorder struct {
	testing.TB
	failure string
}

func (r *recorder) Fatalf(format string, args ...any) {
	if r.failure == "" {
		r.failure = fmt.Sprintf(format, args...)
	}
}

// bash runs a script in a terminal of 40 columns and 6 rows.
func bash(t T, script string) *Terminal {
	t.Helper()
	return Start(t, Options{Args: []string{"bash", "-c", script}, Cols: 40, Rows: 6})
}

func TestWhatIsTypedIsOnTheScreen(t *testing.T) {
	term := Start(t, Options{Args: []string{"cat"}})
	term.Type("hello")
	term.Press("enter")
	term.WaitFor("hello\nhello")
	if got := term.Row(1); got != "hello" {
		t.Errorf("row 1 is %q", got)
	}
	if got := term.Row(23); got != "" {
		t.Errorf("row 23 is %q", got)
	}
	term.Press("ctrl+d")
	if code := term.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheScreenIsWhatAPersonSees(t *testing.T) {
	term := bash(t, `printf 'gone\rhere\e[3;5Hthere\e[2;1H  \e[31mred\e[m  '`)
	term.Wait()
	if got, want := term.Screen(), "here\n  red\n    there"; got != want {
		t.Errorf("the screen is %q, not %q", got, want)
	}
}

func TestTheExitCodeIsAsInAShell(t *testing.T) {
	if code := bash(t, `exit 3`).Wait(); code != 3 {
		t.Errorf("exit 3 gives %d", code)
	}
	term := bash(t, `echo ready; exec cat`)
	term.WaitFor("ready")
	term.Signal(syscall.SIGKILL)
	if code := term.Wait(); code != 137 {
		t.Errorf("kill -9 gives %d", code)
	}
}

func TestALateTextIsWaitedForAndAGoneOneToo(t *testing.T) {
	term := bash(t, `echo one; read; printf '\e[2J'; echo two; read`)
	term.WaitFor("one")
	term.Press("enter")
	term.WaitGone("one")
	term.WaitForMatch(`(?m)^tw.$`)
}

func TestAFailedWaitShowsTheWholeScreen(t *testing.T) {
	r := &recorder{TB: t}
	term := bash(r, `echo first; echo last; exit 4`)
	term.WaitFor("absent")
	for _, part := range []string{`"absent" is not on the screen`, "40x6", "|first\n|last\n|\n", "bash ended with exit code 4"} {
		if !strings.Contains(r.failure, part) {
			t.Errorf("the failure does not say %q:\n%s", part, r.failure)
		}
	}
}

func TestAWaitEndsAtItsDeadline(t *testing.T) {
	for name, wait := range map[string]func(*Terminal){
		"WaitFor":      func(term *Terminal) { term.WaitFor("absent") },
		"WaitForMatch": func(term *Terminal) { term.WaitForMatch("abs.nt") },
		"WaitGone":     func(term *Terminal) { term.WaitGone("here") },
		"Wait":         func(term *Terminal) { term.Wait() },
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			term := bash(r, `echo here; read`)
			term.WaitFor("here")
			term.opts.Deadline = 200 * time.Millisecond
			wait(term)
			if !strings.Contains(r.failure, "200ms") || !strings.Contains(r.failure, "is running") {
				t.Errorf("the failure is:\n%s", r.failure)
			}
		})
	}
}

func TestAScreenThatNeverRestsIsNotStable(t *testing.T) {
	r := &recorder{TB: t}
	term := bash(r, `while :; do echo $((n++)); done`)
	term.WaitForMatch(`\d`)
	term.opts.Deadline = 300 * time.Millisecond
	term.Stable()
	if !strings.Contains(r.failure, "did not come to rest") {
		t.Errorf("the failure is:\n%s", r.failure)
	}
}

func TestTheProgramLearnsOfAResize(t *testing.T) {
	term := bash(t, `trap 'stty size' WINCH; stty size; while :; do sleep 60 & wait; done`)
	term.WaitFor("6 40")
	term.Resize(60, 15)
	term.WaitFor("15 60")
}

func TestAHangupReachesTheProgram(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	term := Start(t, Options{
		Args: []string{"bash", "-c", `trap 'echo hung up >"$TRACE"; exit 7' HUP; echo ready; cat`},
		Env:  []string{"TRACE=" + trace},
	})
	term.WaitFor("ready")
	term.Hangup()
	if code := term.Wait(); code != 7 {
		t.Errorf("exit code %d", code)
	}
	WaitFile(t, trace, "hung up")
	if got := term.Screen(); got != "ready" {
		t.Errorf("the last screen is %q", got)
	}
}

func TestAStalledTerminalBlocksItsWriter(t *testing.T) {
	done := filepath.Join(t.TempDir(), "done")
	term := Start(t, Options{
		Args: []string{"bash", "-c", `echo ready; read -s; head -c 100000 /dev/zero | tr '\0' x; echo; echo over; : >"$DONE"`},
		Env:  []string{"DONE=" + done},
	})
	term.WaitFor("ready")
	term.Stall()
	term.Press("enter")
	term.Stable()
	if _, err := os.Stat(done); !os.IsNotExist(err) {
		t.Errorf("the program wrote more than a pty holds: %v", err)
	}
	term.Flow()
	term.WaitFor("over")
	WaitFile(t, done, "")
}

func TestBytesAreCountedAsWritten(t *testing.T) {
	term := bash(t, `stty -echo; printf 'one\n'; read; printf '\e[1mtwo'`)
	term.WaitFor("one")
	mark := term.Bytes()
	if mark != len("one\r\n") {
		t.Errorf("%d bytes", mark)
	}
	term.Press("enter")
	term.Wait()
	if n := term.BytesSince(mark); n != len("\x1b[1mtwo") {
		t.Errorf("%d bytes since the key", n)
	}
	if got := string(term.Raw()); got != "one\r\n\x1b[1mtwo" {
		t.Errorf("it wrote %q", got)
	}
}

func TestTheOuterTerminalIsNotInherited(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("TMUX", "outer")
	t.Setenv("KEPT", "yes")
	term := bash(t, `echo "<$TERM|$NO_COLOR|$TMUX|$KEPT>"`)
	term.WaitFor("<xterm-256color|||yes>")

	term = Start(t, Options{
		Args:    []string{"bash", "-c", `echo "<$TERM|$KEPT|$ADDED>"`},
		Env:     []string{"PATH=" + os.Getenv("PATH"), "TERM=dumb", "ADDED=new"},
		OnlyEnv: true,
	})
	term.WaitFor("<dumb||new>")
}

func TestAProgramThatCannotStartIsTold(t *testing.T) {
	for _, args := range [][]string{nil, {"no-such-program"}, {"/no/such/program"}} {
		r := &recorder{TB: t}
		Start(r, Options{Args: args})
		if !strings.Contains(r.failure, "start "+strings.Join(args, " ")) {
			t.Errorf("starting %q fails with %q", args, r.failure)
		}
	}
}
