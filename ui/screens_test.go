package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/theme"
	"wsc-respond/ui/uitest"
)

var sizes = [][2]int{{120, 40}, {80, 24}, {60, 15}, {40, 10}}

// atSizes runs a scene at each size and keeps what it shows.
func atSizes(t *testing.T, name string, scene func(t *testing.T, width, height int) *desk) {
	t.Helper()
	for _, size := range sizes {
		at := fmt.Sprintf("%dx%d", size[0], size[1])
		t.Run(at, func(t *testing.T) {
			d := scene(t, size[0], size[1])
			checkFits(t, d.screen(), size[0], size[1])
			uitest.Golden(t, name+"-"+at, d.screen())
		})
	}
}

// checkFits fails when a screen is larger than its window.
func checkFits(t *testing.T, screen string, width, height int) {
	t.Helper()
	rows := strings.Split(screen, "\n")
	if len(rows) > height {
		t.Errorf("the screen has %d rows, the window %d", len(rows), height)
	}
	for _, row := range rows {
		if n := len([]rune(row)); n > width {
			t.Errorf("a row has %d cells, the window %d: %q", n, width, row)
		}
	}
}

func TestTheFirstScreen(t *testing.T) {
	atSizes(t, "first", func(t *testing.T, w, h int) *desk { return sit(t, w, h) })
}

func TestAStepThatIsDone(t *testing.T) {
	atSizes(t, "one-done", func(t *testing.T, w, h int) *desk {
		d := sit(t, w, h)
		d.c.width, d.c.height = 80, 24 // keys are taken only where they can be seen
		d.press("space", "j")
		d.c.width, d.c.height = w, h
		return d
	})
}

func TestAStepThatIsOpen(t *testing.T) {
	atSizes(t, "step-open", func(t *testing.T, w, h int) *desk {
		d := sit(t, w, h)
		if w >= 60 {
			d.press("j", "enter")
		}
		return d
	})
}

func TestACommandAtWork(t *testing.T) {
	atSizes(t, "running", func(t *testing.T, w, h int) *desk {
		d := sit(t, 120, 40)
		d.press("j", "enter")
		d.runScan()
		d.runner.Run("0001-scan").Show(session.Live{For: 12 * time.Second, Stdout: 2_400_000, Lines: []session.LiveLine{
			{Text: "/srv/modules/auth/token.wasm\tverified with the key"},
			{Text: "cannot read /srv/modules/x: permission denied", Stderr: true},
			{Text: "/srv/modules/\u202egnp.wasm  " + strings.Repeat("long ", 40)},
		}})
		d.until("the output", func() bool { return strings.Contains(d.screen(), "permission denied") })
		d.c.width, d.c.height = w, h
		d.c.rewrap()
		return d
	})
}

// runScan takes the chosen command through the gate.
func (d *desk) runScan() {
	d.t.Helper()
	d.give(keyOf("enter"))
	d.until("the gate", func() bool { return d.c.dialogs.open != nil })
	d.armed()
	d.give(keyOf("right"))
	d.give(keyOf("enter"))
	d.until("the command to run", func() bool { return len(d.c.outputs.running) == 1 })
}

func TestAnEvening(t *testing.T) {
	atSizes(t, "evening", func(t *testing.T, w, h int) *desk {
		d := sit(t, 120, 40)
		s := d.c.opened.Session
		must := func(r []session.Recorded, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			d.give(recordedMsg{events: r})
		}
		must(s.Done(t.Context(), "INC-1/isolate", ""))
		must(s.Skip(t.Context(), "INC-1/scope", "the scanner is down"))
		must(s.Widen(t.Context(), "INC-2", "a module does harm"))
		must(s.Wait(t.Context(), "INC-1/notify", "legal", d.clock.Now().Wall.Add(2*time.Hour)))
		d.second(3*time.Hour + 50*time.Minute)
		must(s.Reach(t.Context(), steps.Contained, time.Time{}, ""))
		d.press("esc", "esc")
		d.c.width, d.c.height = w, h
		return d
	})
}

func TestARecordThatCannotBeWritten(t *testing.T) {
	atSizes(t, "read-only", func(t *testing.T, w, h int) *desk {
		d := sit(t, 120, 40)
		d.log.Fail(errors.New("write session.jsonl: no space left on device"))
		d.give(keyOf("space"))
		d.until("the failure", func() bool { return d.c.readOnly != nil })
		d.c.width, d.c.height = w, h
		return d
	})
}

func TestTriage(t *testing.T) {
	d := sitTriage(t)
	uitest.Golden(t, "triage-80x24", d.screen())
	d.press("n")
	d.sees("Note")
}

func sitTriage(t *testing.T) *desk {
	return sit(t, 80, 24, func(o *Options) {
		o.Opened.State.Types, o.Opened.State.Severity = nil, ""
		o.Opened.State.Drill = true
	})
}

func TestAFollowersScreen(t *testing.T) {
	d := sit(t, 80, 24)
	d.c.opened.Session = nil
	uitest.Golden(t, "following-80x24", d.screen())
}

func TestAnASCIIScreenHasNothingElse(t *testing.T) {
	d := sit(t, 80, 24, func(o *Options) { o.Theme = theme.Options{NoColor: true, ASCII: true} })
	d.press("space", "j", "enter")
	for _, r := range d.c.View().Content {
		if r >= 0x80 {
			t.Fatalf("%q is on the screen:\n%s", r, d.screen())
		}
	}
	uitest.Golden(t, "ascii-80x24", d.screen())
}

func TestEveryThemeSaysTheSame(t *testing.T) {
	plain := sit(t, 120, 40)
	for _, o := range []theme.Options{{}, {Light: true}} {
		d := sit(t, 120, 40, func(opts *Options) { opts.Theme = o })
		if d.screen() != plain.screen() {
			t.Errorf("with %+v the words are others:\n%s", o, d.screen())
		}
	}
}

func TestATooSmallWindowTakesNoKeyButLeaving(t *testing.T) {
	d := sit(t, 40, 10)
	d.press("space", "enter", "n", "x")
	if len(d.log.All()) != 3 || d.c.dialogs.open != nil {
		t.Error("a key was taken that nobody could see the effect of")
	}
	d.give(keyOf("q"))
	d.until("the end", func() bool { return d.quit })
}
