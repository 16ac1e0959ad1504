package uitest

import (
	"strings"
	"testing"
)

func TestWhatAProgramLeavesBehindIsSeen(t *testing.T) {
	for _, tc := range []struct{ script, want string }{
		{`echo nothing`, "clean"},
		{`printf '\e[?1049h'`, "alternate screen"},
		{`printf '\e[?1049h\e[?25l\e[?1049l'`, "hidden cursor"},
		{`printf '\e[?2004h'`, "bracketed paste"},
		{`printf '\e[?1002h\e[?1006h'`, "mouse reports"},
		{`printf '\e[?1004h'`, "focus reports"},
		{`printf '\e[>4;2m'`, "extended key encoding"},
		{`printf '\e[>1u'`, "extended key encoding"},
		{`printf '\e[?1h'`, "extended key encoding"},
		{`printf '\e[2;4r'`, "scroll region"},
		{`stty -icanon`, "raw input"},
		{`stty -isig`, "raw input"},
		{`stty -echo`, "no echo"},
		{`stty -opost`, "raw output"},
		{`stty raw -echo; printf '\e[?1049h\e[?25l'`, "alternate screen, hidden cursor, raw input, no echo, raw output"},
		{`stty raw -echo; printf '\e[?1049h\e[?25l\e[>4;2m\e[>1u\e[2;4r'; printf '\e[r\e[<u\e[>4m\e[?25h\e[?1049l'; stty sane`, "clean"},
	} {
		term := bash(t, tc.script)
		if code := term.Wait(); code != 0 {
			t.Fatalf("%s: exit code %d", tc.script, code)
		}
		if got := term.Modes().String(); got != tc.want {
			t.Errorf("%s leaves the terminal with %q, not %q", tc.script, got, tc.want)
		}
	}
}

func TestARunningProgramHoldsTheTerminal(t *testing.T) {
	term := bash(t, `stty -icanon; printf '\e[?25lready'; read; stty icanon; printf '\e[?25hdone'`)
	term.WaitFor("ready")
	if m := term.Modes(); !m.RawInput || !m.CursorHidden {
		t.Errorf("the modes are %v", m)
	}
	term.Press("enter")
	term.Wait()
	term.MustBeClean()
}

func TestAnUncleanTerminalFailsTheTest(t *testing.T) {
	r := &recorder{TB: t}
	term := bash(r, `printf '\e[?1049h'`)
	term.Wait()
	term.MustBeClean()
	if !strings.Contains(r.failure, "left with: alternate screen") {
		t.Errorf("the failure is %q", r.failure)
	}
}
