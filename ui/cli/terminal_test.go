package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wsc-respond/ui/uitest"
)

// These tests look at the bytes that the program sent to its terminal, which
// the scripts do not see.

// trial starts the console on the runbook of the tests.
func trial(t testing.TB, h home, o uitest.Options, args ...string) *uitest.Terminal {
	t.Helper()
	o.Args = append([]string{"wsc-respond", "start", "TRIAL-1", "--severity", "high", "--runbook", "trial.md",
		"--name", "ada", "--code-name", "oak"}, args...)
	return h.start(t, o)
}

// start starts the program in a terminal of this account.
func (h home) start(t testing.TB, o uitest.Options) *uitest.Terminal {
	t.Helper()
	o.Dir, o.Env, o.OnlyEnv = h.dir, append(h.env, o.Env...), true
	return uitest.Start(t, o)
}

// yes takes the chosen command through its gate.
func yes(term *uitest.Terminal) {
	term.Press("enter")
	term.WaitFor("enter answer")
	term.Press("right", "enter")
}

// hostile is what a command may print to take a terminal over or to hide
// something: a title and a clipboard (OSC), a cleared screen and colours
// (CSI), the same in C1, a device control string, turned text, a charset.
const hostile = "begin\n" +
	"\x1b]0;owned\x07title\n" +
	"\x1b]52;c;b3duZWQ=\x1b\\clipboard\n" +
	"\x1b[2J\x1b[H\x1b[31;7mred\n" +
	"\u009b31mc1\n" +
	"\x9b32mbyte\n" +
	"\x1bP+q544e\x1b\\dcs\n" +
	"\u202egnp.exe\u202c turned\n" +
	"\u200bzero\ufeff\U000e0041tag\n" +
	"over\rwritten\b\b\bX\x0e\x7f\n" +
	"\x1b]8;;http://a.invalid/\x1b\\link\n" +
	"end\n"

func TestHostileOutputStaysTextOnTheScreenAndWholeInTheEvidence(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	if err := os.WriteFile(filepath.Join(h.dir, "hostile.bin"), []byte(hostile), 0o600); err != nil {
		t.Fatal(err)
	}
	term := trial(t, h, uitest.Options{Cols: 120, Rows: 40})
	term.WaitFor("saved #3")
	term.Press("j", "j", "j", "enter")
	term.WaitFor("▸ hostile")
	yes(term)
	term.WaitFor("hostile · exit 0")
	screen := term.Stable()
	for _, shown := range []string{"^[]0;owned^G", `\x9b`, "<U+202E>", "end"} {
		if !strings.Contains(screen, shown) {
			t.Errorf("%s is not on the screen:\n%s", shown, screen)
		}
	}
	for _, raw := range []string{"]0;owned\x07", "\x1b]52", "\x1b[2J\x1b[H\x1b[31;7m", "\u009b", "\x9b3", "\x1bP+q",
		"\u202e", "\u202c", "\u200b", "\ufeff", "\U000e0041", "\x0e", "\x1b]8;;http"} {
		if bytes.Contains(term.Raw(), []byte(raw)) {
			t.Errorf("the terminal got %q from the command", raw)
		}
	}
	kept, err := os.ReadFile(filepath.Join(sessionFolder(t, h.dir, "oak"), "evidence", "0001-hostile.out"))
	if err != nil || string(kept) != hostile {
		t.Errorf("the evidence is not what the command wrote: %v\n%q", err, kept)
	}
}

// A selection of colours: SGR with any parameter between 30 and 49, or 90 and
// 107.
var colour = regexp.MustCompile(`\x1b\[(?:[0-9:;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9:;]*)?m`)

func TestNoColorIsHeardWhateverItSays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, value string
		colours     bool
	}{{"yes", "NO_COLOR=yes", false}, {"zero", "NO_COLOR=0", false}, {"empty", "NO_COLOR=", true}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t)
			term := trial(t, h, uitest.Options{Env: []string{tc.value}})
			term.WaitFor("saved #3")
			term.Press("?")
			term.Stable()
			if got := colour.Find(term.Raw()); (got != nil) != tc.colours {
				t.Errorf("with %s the terminal got the colour %q", tc.value, got)
			}
		})
	}
}

func TestAnASCIIConsoleSendsNothingElse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		env  []string
		args []string
	}{
		{"asked for", nil, []string{"--ascii"}},
		{"a locale without UTF-8", []string{"LANG=C"}, nil},
		{"line mode", nil, []string{"--ascii", "--plain"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t)
			if err := os.WriteFile(filepath.Join(h.dir, "hostile.bin"), []byte(hostile), 0o600); err != nil {
				t.Fatal(err)
			}
			term := trial(t, h, uitest.Options{Env: tc.env}, tc.args...)
			term.WaitFor("#3")
			if strings.Contains(strings.Join(tc.args, " "), "--plain") {
				term.Type("list\rquit\r")
				term.Wait()
			} else {
				term.Press("j", "j", "j", "enter")
				term.WaitFor("> hostile")
				yes(term)
				term.WaitFor("exit 0")
				term.Press("t")
				term.Stable()
			}
			if at := bytes.IndexFunc(term.Raw(), func(r rune) bool { return r >= 0x80 }); at >= 0 {
				raw := term.Raw()
				t.Errorf("not ASCII: %q", raw[max(0, at-20):min(len(raw), at+20)])
			}
		})
	}
}

func TestASlowTerminalStillGetsAWholeScreen(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	if err := os.WriteFile(filepath.Join(h.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	term := trial(t, h, uitest.Options{})
	term.WaitFor("saved #3")
	term.Press("enter")
	term.WaitFor("▸ hello")
	term.Press("j")
	yes(term)
	term.Stall()
	session := filepath.Join(sessionFolder(t, h.dir, "oak"), "session.jsonl")
	uitest.WaitFile(t, session, "command.ended")
	term.Flow()
	term.WaitFor("hold · exit 0")
	term.Stable()
}
