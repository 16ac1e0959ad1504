package ui

import (
	"fmt"
	"strings"
	"testing"

	"wsc-respond/session"
)

func TestWhatEnterWouldRunIsOnTheScreen(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			d := sit(t, size[0], size[1])
			scope, _ := d.c.state.Runbook.Step("INC-1/scope")
			for i := range 40 {
				scope.Prose += fmt.Sprintf("\n\nParagraph %d says more.", i+1)
			}
			d.press("j", "enter")
			d.sees("▸ scan", "more rows above; pgup")
			d.runScan()
			d.sees("▸ scan")
			d.runner.Run("0001-scan").End(session.Result{Outcome: session.Exited, Exit: 1})
			d.until("the end", func() bool { return len(d.c.outputs.running) == 0 })
			for _, keys := range [][]string{nil, {"pgup"}, {"pgup"}, {"home"}, {"pgdown"}, {"esc"}, {"enter"}} {
				d.press(keys...)
				if len(keys) == 0 || keys[0] != "esc" {
					d.sees("▸ scan")
				}
			}
			d.press("home")
			d.sees("Every module signed with the key", "more rows; pgdown")
		})
	}
}

func TestAnOfferThatWasDeclinedCanBeTakenAmongTheInputs(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	d.runScan()
	if _, err := d.evidence.Put(t.Context(), "evidence/0001-scan.out", []byte("/srv/modules/a.wasm\n")); err != nil {
		t.Fatal(err)
	}
	d.runner.Run("0001-scan").End(session.Result{Outcome: session.Exited, Stdout: session.Output{File: "evidence/0001-scan.out", Bytes: 20, Kept: 20, SHA256: "ab"}})
	d.until("the offer", func() bool { return d.c.dialogs.open != nil })
	d.armed()
	d.give(keyOf("enter"))
	if _, set := d.c.state.Inputs["AFFECTED"]; set {
		t.Fatal("the default answer took the value")
	}
	d.give(keyOf("i"))
	d.until("the inputs", func() bool { return d.c.dialogs.open != nil })
	d.press("end")
	d.sees("AFFECTED  offered by scan", "enter takes it", "/srv/modules/a.wasm")
	d.give(keyOf("enter"))
	d.until("the value", func() bool { return d.c.state.Inputs["AFFECTED"].Value == "/srv/modules/a.wasm" })
	if from := d.c.state.Inputs["AFFECTED"].From; from != "INC-1/scope/scan" {
		t.Errorf("the value came from %q", from)
	}
	d.until("the inputs again", func() bool { return d.c.dialogs.open != nil })
	d.seesNot("offered by")
}

func TestTheFilesThatACommandLeftAreOneRowOfTheTimeline(t *testing.T) {
	d := sit(t, 120, 40)
	d.press("j", "enter")
	d.runScan()
	var left []session.EvidenceAdded
	for i := range 61 {
		left = append(left, session.EvidenceAdded{File: fmt.Sprintf("evidence/0001-scan.d/%d.wasm", i), Source: "left by INC-1/scope/scan", SHA256: "ab"})
	}
	d.runner.Run("0001-scan").End(session.Result{Outcome: session.Exited, Exit: 1, Left: left})
	d.until("the end", func() bool { return len(d.c.outputs.running) == 0 })
	d.settle()
	d.sees("kept 61 files in evidence/0001-scan.d, left by scan", "started scan", "scan · exit 1")
	if n := strings.Count(d.screen(), "kept"); n != 1 {
		t.Errorf("the files stand in %d rows:\n%s", n, d.screen())
	}
}

func TestACommandThatRanElsewhereIsNoSuccess(t *testing.T) {
	d := sit(t, 120, 40)
	d.press("j", "enter")
	p, err := d.c.opened.Session.Propose(t.Context(), "INC-1/scope/scan", "")
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := d.c.opened.Session.RanElsewhere(t.Context(), p, "build2", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	d.give(recordedMsg{events: recorded})
	d.sees("? elsewhere, outcome not known", "output · scan · ran elsewhere on build2, outcome not known")
	d.seesNot("✓")
}
