package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
	"wsc-respond/ui/theme"
)

// desk is a console on a session whose ports are stand-ins, with a person at
// it who presses keys. It has no terminal: messages are given to Update one by
// one, and commands run beside, as in the real program.
type desk struct {
	t        *testing.T
	c        *console
	clock    *sessiontest.Clock
	log      *sessiontest.Log
	runner   *sessiontest.Runner
	evidence *sessiontest.Evidence
	msgs     chan tea.Msg
	quit     bool
	asked    bool // the terminal was asked for the cursor
}

// sit opens the sample session at a size.
func sit(t *testing.T, width, height int, change ...func(*Options)) *desk {
	t.Helper()
	return sitOn(t, sample(), width, height, change...)
}

func sitOn(t *testing.T, rb *steps.Runbook, width, height int, change ...func(*Options)) *desk {
	t.Helper()
	d := &desk{t: t, clock: sessiontest.NewClock(), log: &sessiontest.Log{}, runner: &sessiontest.Runner{}, evidence: &sessiontest.Evidence{}, msgs: make(chan tea.Msg, 1000)}
	s, events, err := session.Begin(t.Context(), d.ports(), rb, sessiontest.Opening(rb))
	if err != nil {
		t.Fatal(err)
	}
	state := session.NewState(rb)
	var said []session.Event
	for _, r := range events {
		if err := state.Apply(r.Event, r.Receipt); err != nil {
			t.Fatal(err)
		}
		said = append(said, r.Event)
	}
	o := Options{Opened: &Opened{Session: s, State: state, Events: said, Read: d.evidence.Read},
		Time: d.clock, Zone: time.FixedZone("", 3600), Theme: theme.Options{NoColor: true}}
	for _, f := range change {
		f(&o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	d.c = newConsole(ctx, o)
	d.give(tea.WindowSizeMsg{Width: width, Height: height})
	d.carry(d.c.takeUp())
	return d
}

func (d *desk) ports() session.Ports {
	host := sessiontest.Host{
		"/srv/keys/release.sec": {Mode: "0644", Words: "-rw-r--r-- build  65 B"},
		"/srv/modules":          {Dir: true, Mode: "0755", Words: "drwxr-xr-x root"},
		"/srv/keys/release.pub": {Mode: "0644", Words: "-rw-r--r-- build  32 B"},
		"/mnt/vault":            {Dir: true, Mode: "0700", Words: "drwx------ root"},
	}
	return session.Ports{Log: d.log, Bash: "/bin/bash", Time: d.clock, Runner: d.runner, Evidence: d.evidence, Host: host}
}

// give hands one message to the console and carries on with what it asks for.
func (d *desk) give(msg tea.Msg) {
	d.t.Helper()
	_, cmd := d.c.Update(msg)
	d.carry(cmd)
}

// carry runs a command beside, as the program does.
func (d *desk) carry(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		select {
		case d.msgs <- msg:
		default:
		}
	}()
}

// until gives the console what its commands bring until it is as wanted. The
// seconds of the real clock do not reach it.
func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	limit := time.After(10 * time.Second)
	for !ok() {
		select {
		case msg := <-d.msgs:
			d.take(msg)
		case <-limit:
			d.t.Fatalf("waited in vain for: %s\n%s", what, d.screen())
		}
	}
}

func (d *desk) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil, tickMsg:
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.carry(cmd)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		if msg == tea.RequestCursorPosition() {
			d.asked = true
			return
		}
		d.give(msg)
	}
}

// settle waits until nothing is being saved and nothing is on its way.
func (d *desk) settle() {
	d.t.Helper()
	d.until("all to be saved", func() bool {
		return !d.c.jobs.busy && len(d.c.jobs.waiting) == 0 && d.c.state.Events == uint64(len(d.log.All()))
	})
}

// press presses keys and waits until what they ask for is saved.
func (d *desk) press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		d.give(keyOf(k))
		d.settle()
	}
}

// armed waits until the dialog that is open takes keys.
func (d *desk) armed() {
	d.t.Helper()
	d.until("the terminal to be asked", func() bool { return d.asked })
	d.asked = false
	d.screen() // the program draws before it asks
	d.give(tea.CursorPositionMsg{})
	d.until("the dialog to take keys", func() bool { return d.c.dialogs.arming.state == armed })
}

// second lets time pass, and tells the console.
func (d *desk) second(by time.Duration) {
	d.t.Helper()
	d.clock.Pass(by)
	d.give(tickMsg{now: d.clock.Now()})
	d.until("the clocks to be looked at", func() bool { return !d.c.checking })
	d.settle()
}

// screen is what a person would see, without colours.
func (d *desk) screen() string {
	rows := strings.Split(ansi.Strip(d.c.View().Content), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n")
}

// sees fails unless the text is on the screen.
func (d *desk) sees(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if !strings.Contains(d.screen(), text) {
			d.t.Errorf("%q is not on the screen:\n%s", text, d.screen())
		}
	}
}

func (d *desk) seesNot(text string) {
	d.t.Helper()
	if strings.Contains(d.screen(), text) {
		d.t.Errorf("%q is on the screen:\n%s", text, d.screen())
	}
}

func keyOf(name string) tea.KeyPressMsg {
	named := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace}
	mod := tea.KeyMod(0)
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		mod, name = tea.ModCtrl, rest
	}
	if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		mod, name = tea.ModShift, rest
	}
	if code, ok := named[name]; ok {
		k := tea.KeyPressMsg{Code: code, Mod: mod}
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	r := []rune(name)[0]
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = name
	}
	return k
}

// write types a text into the open dialog.
func (d *desk) write(text string) {
	d.t.Helper()
	for _, r := range text {
		k := string(r)
		if k == " " {
			k = "space"
		}
		d.give(keyOf(k))
	}
}

// sample is a runbook with one of everything that the screens show.
func sample() *steps.Runbook {
	rb := sessiontest.Runbook()
	isolate := &rb.Incidents[0].Phases[0].Steps[0]
	isolate.Prose = "What it is must be on record *before* it moves. See the [policy](https://example.org/keys).\n\n> A key that was seen outside is lost, whatever the logs say."
	scope := &rb.Incidents[0].Phases[0].Steps[1]
	scope.Activity = "Revoke compromised key"
	scope.Prose = "Every module signed with the key, also those whose signature carries no key id."
	scope.Commands = []steps.Command{
		{Name: "scan", Shell: "wsc-respond module scan --key \"$KEY_PUB\" \"$MODULES\"", Variables: []string{"KEY_PUB", "MODULES"}, Risk: steps.RiskReads, Yields: map[string]string{"AFFECTED": "stdout"}},
		{Name: "by hand", Shell: "find \"$MODULES\" -name '*.wasm' \\\n  -print", Variables: []string{"MODULES"}, Risk: steps.RiskReads},
	}
	scope.Checks = []steps.Check{{ID: "mirrors", Text: "Mirrors and caches were looked at"}}
	rb.Inputs = append(rb.Inputs,
		steps.Input{Name: "MODULES", Ask: "Where are the modules?", Kind: steps.KindDir, Default: "/srv/modules"},
		steps.Input{Name: "KEY_PUB", Ask: "Which public key?", Kind: steps.KindFile, Default: "/srv/keys/release.pub"},
		steps.Input{Name: "AFFECTED", Ask: "Which modules?", Kind: steps.KindText})
	return rb
}
