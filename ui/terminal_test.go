package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/ui/uitest"
)

// inTerminal starts the console of this test binary in a terminal. mode says
// what is special about it; see testOptions.
func inTerminal(t uitest.T, cols, rows int, mode string, env ...string) *uitest.Terminal {
	t.Helper()
	return uitest.Start(t, uitest.Options{Args: []string{os.Args[0]}, Cols: cols, Rows: rows,
		Env: append([]string{"CONSOLE_TEST=" + mode, "LANG=C.UTF-8"}, env...)})
}

func TestAnIdleScreenCostsFiftyBytesASecond(t *testing.T) {
	term := inTerminal(t, 120, 40, "")
	term.WaitFor("Isolate the key")
	nextSecond(term)
	before := term.Bytes()
	const seconds = 4
	for range seconds {
		nextSecond(term)
	}
	if n := term.BytesSince(before) / seconds; n > 50 {
		t.Errorf("it costs %d bytes a second", n)
	}
}

func TestACursorKeyCostsTwoHundredFiftyBytes(t *testing.T) {
	term := inTerminal(t, 120, 40, "")
	term.WaitFor("Isolate the key")
	nextSecond(term)
	for _, key := range []struct{ name, wait string }{{"j", "▸ 2 Identify scope"}, {"j", "▸ 3 Notify"}, {"k", "▸ 2 Identify scope"}} {
		before := term.Bytes()
		term.Press(key.name)
		term.WaitFor(key.wait)
		if n := term.BytesSince(before); n > 250 {
			t.Errorf("%s costs %d bytes", key.name, n)
		}
	}
}

var elapsed = regexp.MustCompile(`T\+[0-9:]+`)

// nextSecond waits until the console's clock has moved on.
func nextSecond(term *uitest.Terminal) {
	now := elapsed.FindString(term.Screen())
	term.WaitGone(now)
}

func TestAHangUpIsRecorded(t *testing.T) {
	for _, tc := range []struct {
		signal syscall.Signal
		why    string
	}{{syscall.SIGHUP, "hang-up"}, {syscall.SIGTERM, "signal terminated"}} {
		t.Run(tc.why, func(t *testing.T) {
			term := inTerminal(t, 80, 24, "")
			term.WaitFor("Isolate the key")
			term.Signal(tc.signal)
			if code := term.Wait(); code != 128+int(tc.signal) {
				t.Errorf("the exit code is %d", code)
			}
			term.MustBeClean()
			term.WaitFor("ended: the console ended: " + tc.why)
			term.WaitFor("last: session.left &{Why:" + tc.why)
		})
	}
}

func TestATerminalThatIsGoneIsAHangUp(t *testing.T) {
	end := filepath.Join(t.TempDir(), "end")
	term := inTerminal(t, 80, 24, "", "CONSOLE_TEST_END="+end)
	term.WaitFor("Isolate the key")
	startScan(term)
	term.Hangup()
	if code := term.Wait(); code != 128+int(syscall.SIGHUP) {
		t.Errorf("the exit code is %d", code)
	}
	text, err := os.ReadFile(end)
	if err != nil {
		t.Fatal(err)
	}
	if want := "last: session.left &{Why:hang-up Running:[INC-1/scope/scan]}"; !strings.Contains(string(text), want) {
		t.Errorf("it ended with %q, not with %q", text, want)
	}
}

func TestAStalledTerminalDoesNotKeepTheProgram(t *testing.T) {
	term := inTerminal(t, 120, 40, "flood")
	term.WaitFor("Isolate the key")
	startScan(term)
	term.Stall()
	term.Press("j", "k") // enough to have something to write
	term.Signal(syscall.SIGTERM)
	if code := term.Wait(); code != 128+int(syscall.SIGTERM) {
		t.Errorf("the exit code is %d", code)
	}
}

func TestAPanicPutsTheTerminalBackAndIsRecorded(t *testing.T) {
	term := inTerminal(t, 120, 60, "panic")
	if code := term.Wait(); code != 2 {
		t.Errorf("the exit code is %d", code)
	}
	term.MustBeClean()
	screen := strings.ReplaceAll(term.Screen(), "\n", "")
	if !strings.Contains(screen, "resume 2026-11-22-cobalt-heron") || !strings.Contains(screen, "Why:panic") {
		t.Errorf("the way back is not said, or the panic not recorded:\n%s", term.Screen())
	}
}

func TestAGateWaitsForATerminalThatDoesNotAnswer(t *testing.T) {
	term := inTerminal(t, 80, 24, "")
	term.WaitFor("Isolate the key")
	term.SetAnswers(uitest.AnswersHeld)
	term.Press("j", "enter", "enter")
	term.WaitFor("Run this?")
	term.Press("right", "enter")
	term.WaitFor("waiting for the terminal")
	term.SetAnswers(uitest.AnswersSent)
	term.WaitGone("waiting for the terminal")
	term.WaitFor("Run this?")
	term.Press("right", "enter")
	term.WaitFor("output · scan · running")
}

// startScan runs the sample's scan.
func startScan(term *uitest.Terminal) {
	term.Press("j", "enter", "enter")
	term.WaitFor("Run this?")
	term.WaitFor("[ No ]")
	term.WaitGone("waiting for the terminal")
	term.Press("right")
	term.WaitFor("[ yes ]")
	term.Press("enter")
	term.WaitFor("output · scan · running")
}

func TestLeavingGivesTheTerminalBack(t *testing.T) {
	term := inTerminal(t, 80, 24, "")
	term.WaitFor("Isolate the key")
	term.Press("q")
	term.WaitFor("Leave the console")
	term.Press("enter")
	if code := term.Wait(); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	term.MustBeClean()
	term.WaitFor("ended: <nil>")
}

func TestColoursAndSignsFollowTheTerminal(t *testing.T) {
	term := inTerminal(t, 80, 24, "ascii", "NO_COLOR=yes")
	term.WaitFor("Isolate the key")
	for i, b := range term.Raw() {
		if b >= 0x80 {
			t.Fatalf("byte %d is %#x: %q", i, b, term.Raw()[max(i-20, 0):i+5])
		}
	}
	if colour := regexp.MustCompile(`\x1b\[[0-9;]*(3[0-9]|38;5;[0-9]+)m`).Find(term.Raw()); colour != nil {
		t.Errorf("a colour was written: %q", colour)
	}
}

func BenchmarkWire(b *testing.B) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		b.Run(fmt.Sprintf("idle-second-%dx%d", size[0], size[1]), func(b *testing.B) {
			term := inTerminal(b, size[0], size[1], "")
			term.WaitFor("Isolate the key")
			nextSecond(term)
			before := term.Bytes()
			n := 0
			for b.Loop() {
				nextSecond(term)
				n++
			}
			b.ReportMetric(float64(term.BytesSince(before))/float64(n), "B/s")
		})
	}
	b.Run("cursor-key", func(b *testing.B) {
		term := inTerminal(b, 120, 40, "")
		term.WaitFor("Isolate the key")
		term.Press("j") // away from the open step, which is drawn whole
		term.WaitFor("▸ 2 Identify scope")
		cursorKeys(b, term, "▸ 3 Notify", "▸ 2 Identify scope")
	})
	b.Run("cursor-key-at-the-open-step", func(b *testing.B) {
		term := inTerminal(b, 120, 40, "")
		term.WaitFor("Isolate the key")
		cursorKeys(b, term, "▸ 2 Identify scope", "▸ 1 Isolate")
	})
}

// cursorKeys measures going down by a step, and up again.
func cursorKeys(b *testing.B, term *uitest.Terminal, down, up string) {
	nextSecond(term)
	before, n := term.Bytes(), 0
	for b.Loop() {
		term.Press("j")
		term.WaitFor(down)
		term.Press("k")
		term.WaitFor(up)
		n += 2
	}
	b.ReportMetric(float64(term.BytesSince(before))/float64(n), "B/key")
}
