package dialog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/theme"
	"wsc-respond/ui/uitest"
)

// now is the time in these tests: 03:33:05 UTC, 20 minutes after the fakes'
// session was opened.
func now() time.Time { return time.Date(2026, 11, 22, 3, 33, 5, 0, time.UTC) }

func plain() theme.Styles {
	return theme.Styles{Glyphs: theme.Glyphs{Done: "✓", Skipped: "–", Waiting: "…", Running: "»", Cursor: "▸", Marked: "x",
		Unmarked: " ", Full: "━", Empty: "─", Rule: "─", Warn: "!", Bullet: "·", Ellipsis: "…"}}
}

func ascii() theme.Styles {
	return theme.Styles{Glyphs: theme.Glyphs{Done: "+", Skipped: "-", Waiting: "~", Running: ">", Cursor: ">", Marked: "x",
		Unmarked: " ", Full: "=", Empty: "-", Rule: "-", Warn: "!", Bullet: "*", Ellipsis: "~"}}
}

// view is a dialog without the attributes of its letters.
func view(d dialog.Dialog, width, height int) string {
	rows := strings.Split(ansi.Strip(d.View(plain(), width, height)), "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return strings.Join(rows, "\n")
}

// goldens compares a dialog at four sizes, and holds it to them.
func goldens(t *testing.T, name string, d dialog.Dialog) {
	t.Helper()
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 15}, {40, 10}} {
		fits(t, d, size[0], size[1])
		uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), view(d, size[0], size[1]))
	}
}

func fits(t *testing.T, d dialog.Dialog, width, height int) {
	t.Helper()
	drawn := d.View(plain(), width, height)
	if h := lipgloss.Height(drawn); h > height {
		t.Errorf("%T is %d rows high in %dx%d", d, h, width, height)
	}
	for row := range strings.SplitSeq(drawn, "\n") {
		if w := lipgloss.Width(row); w > width {
			t.Errorf("%T has a row of %d cells in %dx%d: %q", d, w, width, height, row)
		}
	}
}

// press presses keys by name and returns what came of the last one. A key
// after the dialog closed is a mistake of the test.
func press(t *testing.T, d dialog.Dialog, names ...string) dialog.Result {
	t.Helper()
	var last dialog.Result
	for _, name := range names {
		if last.Close {
			t.Fatalf("%T closed before %q", d, name)
		}
		last = d.Key(key(name))
	}
	return last
}

func key(name string) tea.KeyPressMsg {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "space": {Code: tea.KeySpace, Text: " "},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
		"backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete}, "alt+enter": {Code: tea.KeyEnter, Mod: tea.ModAlt},
	}
	if k, ok := named[name]; ok {
		return k
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}

// write types a text, key by key.
func write(t *testing.T, d dialog.Dialog, text string) {
	t.Helper()
	for _, r := range text {
		name := string(r)
		if r == ' ' {
			name = "space"
		}
		if press(t, d, name).Close {
			t.Fatalf("%T closed while %q was written", d, text)
		}
	}
}

func paste(t *testing.T, d dialog.Dialog, text string) {
	t.Helper()
	p, ok := d.(dialog.Paster)
	if !ok {
		t.Fatalf("%T takes no paste", d)
	}
	p.Paste(text)
}

// desk is a session on the fakes.
type desk struct {
	*session.Session
	clock  *sessiontest.Clock
	runner *sessiontest.Runner
}

func open(t *testing.T, rb *steps.Runbook) desk {
	t.Helper()
	d := desk{clock: sessiontest.NewClock(), runner: &sessiontest.Runner{}}
	host := sessiontest.Host{
		"/srv/keys/release.sec": {Words: "-rw-r--r-- build 65 B"},
		"/mnt/vault":            {Words: "drwx------ root", Dir: true, Mode: "0700"},
	}
	ports := session.Ports{Log: &sessiontest.Log{}, Time: d.clock, Runner: d.runner, Evidence: &sessiontest.Evidence{}, Host: host, Bash: "/bin/bash"}
	s, _, err := session.Begin(t.Context(), ports, rb, sessiontest.Opening(rb))
	if err != nil {
		t.Fatal(err)
	}
	d.Session = s
	return d
}

func (d desk) set(t *testing.T, name, value string) {
	t.Helper()
	if _, err := d.SetInput(t.Context(), name, value, "typed"); err != nil {
		t.Fatal(err)
	}
}

// look makes a dialog of the state.
func look[D any](d desk, make func(*session.State) D) D {
	var made D
	d.Look(func(s *session.State) { made = make(s) })
	return made
}

func (d desk) gate(t *testing.T, ref session.Ref, text string) *dialog.Gate {
	t.Helper()
	p, err := d.Propose(t.Context(), ref, text)
	if err != nil {
		t.Fatal(err)
	}
	return look(d, func(s *session.State) *dialog.Gate { return dialog.NewGate(p, s) })
}

func action[A dialog.Action](t *testing.T, r dialog.Result) A {
	t.Helper()
	a, ok := r.Action.(A)
	if !ok {
		t.Fatalf("the action is %T %+v", r.Action, r.Action)
	}
	return a
}
