package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
)

func TestACommandRunsOnlyAfterItsInputsAndAYes(t *testing.T) {
	d := sit(t, 120, 40)
	d.press("enter") // into the step
	d.give(keyOf("enter"))
	d.until("the input to be asked for", func() bool { return d.c.dialogs.open != nil })
	d.sees("Which secret key file is affected?")
	d.write("/srv/keys/nothing")
	d.give(keyOf("enter"))
	d.until("the value to be refused", func() bool { return strings.Contains(d.screen(), "no such file") })
	for range len("nothing") {
		d.give(keyOf("backspace"))
	}
	d.write("release.sec")
	d.give(keyOf("enter"))
	d.until("the gate", func() bool { return d.c.mode() == keys.Gate && strings.Contains(d.screen(), "Run this?") })
	d.armed()
	if n := len(d.runner.Orders()); n != 0 {
		t.Fatalf("%d commands were started before the yes", n)
	}
	d.give(keyOf("right"))
	d.give(keyOf("enter"))
	d.until("the command to run", func() bool { return len(d.c.outputs.running) == 1 })
	if kinds := d.log.Kinds(); kinds[len(kinds)-1] != session.KindStarted || kinds[len(kinds)-2] != session.KindConfirmed {
		t.Errorf("the record ends with %v", kinds)
	}
	run := d.runner.Run("0001-record")
	run.Show(session.Live{Lines: []session.LiveLine{{Text: "a \x1b[2Jline"}}, Stdout: 9, For: 3 * time.Minute, Silent: 150 * time.Second})
	d.until("its output", func() bool { return strings.Contains(d.screen(), "a ^[[2Jline") })
	d.sees("silent for 2m; still running", "● 1 Isolate the key")

	run.End(session.Result{Outcome: session.Exited, Duration: 2100 * time.Millisecond, Stdout: session.Output{File: "evidence/0001-record.out", Bytes: 9, Kept: 9, SHA256: "9f2c41d0aa"}})
	d.until("its end", func() bool { return len(d.c.outputs.running) == 0 })
	d.sees("output · record · exit 0 · 2.1 s · sha256 9f2c41d0", "record   ✓ stat")
}

func TestANoAtTheGateIsRecordedAndNothingRuns(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	d.give(keyOf("enter"))
	d.until("the gate", func() bool { return d.c.dialogs.open != nil })
	d.armed()
	d.press("enter")
	if kinds := d.log.Kinds(); kinds[len(kinds)-1] != session.KindDeclined || len(d.runner.Orders()) != 0 {
		t.Errorf("the record ends with %v, and %d commands ran", kinds, len(d.runner.Orders()))
	}
}

func TestKeysBeforeTheGateIsSeenAnswerNothing(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	d.give(keyOf("enter"))
	d.until("the gate", func() bool { return d.c.dialogs.open != nil })
	for _, k := range []string{"right", "enter", "y", "enter"} {
		d.give(keyOf(k))
	}
	d.give(tea.PasteMsg{Content: "yes\r"})
	d.sees("Run this?")
	d.settle()
	if len(d.runner.Orders()) != 0 {
		t.Error("a command ran")
	}
}

func TestNothingIsShownThatIsNotSaved(t *testing.T) {
	d := sit(t, 120, 40)
	before := d.screen()
	d.log.Fail(errors.New("no space left on device"))
	_, cmd := d.c.Update(keyOf("space"))
	if got := d.screen(); !strings.Contains(got, "saving…") {
		t.Errorf("while the disk is waited for, the footer does not say so:\n%s", got)
	}
	d.seesNot("✓ 1 Isolate")
	d.carry(cmd)
	d.until("the failure", func() bool { return d.c.readOnly != nil })
	d.sees("The record cannot be written", "resume 2026-11-22-cobalt-heron --into DIR", "read-only · saved #3")
	d.seesNot("✓ 1 Isolate")

	d.press("space", "j", "k")
	body := func(screen string) string { return strings.Join(strings.Split(screen, "\n")[3:30], "\n") }
	if body(d.screen()) != body(before) {
		t.Errorf("the screen changed though nothing was recorded:\n%s", d.screen())
	}
	if d.log.Appends() != 4 {
		t.Errorf("the dead record was written to %d times more", d.log.Appends()-4)
	}
	d.press("q") // reading and leaving go on
	d.sees("Leave")
	d.give(keyOf("enter"))
	d.until("the end", func() bool { return d.quit })
}

func TestEventsThatOvertakeEachOtherAreAppliedInOrder(t *testing.T) {
	d := sit(t, 80, 24)
	s := d.c.opened.Session
	first, err := s.Done(t.Context(), "INC-1/isolate", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Done(t.Context(), "INC-1/scope", "")
	if err != nil {
		t.Fatal(err)
	}
	d.give(recordedMsg{events: second})
	d.seesNot("✓")
	d.give(recordedMsg{events: first})
	d.sees("✓ 1 Isolate", "✓ 2 Identify", "saved #6")
}

func TestTheEndOfAPhaseAsksForItsMilestone(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("space", "j", "space", "j")
	d.give(keyOf("space"))
	d.until("the question", func() bool { return d.c.dialogs.open != nil })
	d.sees("Immediate is complete. Is it contained?")
	d.armed()
	d.second(21 * time.Minute)
	d.press("enter") // the default is no; it asks what is missing
	d.write("the build hosts")
	d.press("enter")
	if notes := d.c.state.Notes; len(notes) != 1 || notes[0].Text != "Not contained yet: the build hosts" {
		t.Errorf("the notes are %v", notes)
	}
}

func TestACommandOffersWhatItYields(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	d.runScan()
	if _, err := d.evidence.Put(t.Context(), "evidence/0001-scan.out", []byte("/srv/modules/a.wasm\n")); err != nil {
		t.Fatal(err)
	}
	d.runner.Run("0001-scan").End(session.Result{Outcome: session.Exited, Stdout: session.Output{File: "evidence/0001-scan.out", Bytes: 20, Kept: 20, SHA256: "ab"}})
	d.until("the offer", func() bool { return d.c.dialogs.open != nil })
	d.sees("AFFECTED", "/srv/modules/a.wasm")
	d.armed()
	d.give(keyOf("right"))
	d.give(keyOf("enter"))
	d.until("the value", func() bool { return d.c.state.Inputs["AFFECTED"].Value == "/srv/modules/a.wasm" })
	if from := d.c.state.Inputs["AFFECTED"].From; from != "INC-1/scope/scan" {
		t.Errorf("the value came from %q", from)
	}
}

func TestValuesOfOneCommandAreOfferedInOneQuestion(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	scan, ok := d.c.state.Runbook.Command("INC-1/scope/scan")
	if !ok {
		t.Fatal("there is no scan")
	}
	scan.Yields = map[string]string{"REKOR_UUID": "i.json#keyless.rekor_uuid", "ISSUER": "i.json#keyless.issuer", "VAULT": "i.json#nothing"}
	d.runScan()
	const left = "evidence/0001-scan.d/i.json"
	text := []byte(`{"keyless": {"rekor_uuid": "24296f", "issuer": "https://accounts.example.org"}}`)
	if _, err := d.evidence.Put(t.Context(), left, text); err != nil {
		t.Fatal(err)
	}
	d.runner.Run("0001-scan").End(session.Result{Outcome: session.Exited, Left: []session.EvidenceAdded{{File: left, SHA256: "ab"}}})
	d.until("the offer", func() bool { return d.c.dialogs.open != nil })
	d.sees("Set these 2 values from the output of scan?", "REKOR_UUID = 24296f", "ISSUER = https://accounts.example.org")
	d.armed()
	d.give(keyOf("right"))
	d.give(keyOf("enter"))
	d.until("the values", func() bool {
		return d.c.state.Inputs["REKOR_UUID"].Value == "24296f" && d.c.state.Inputs["ISSUER"].From == "INC-1/scope/scan"
	})
	d.sees("VAULT (i.json has no nothing)")
}

func TestAPassedDeadlineIsSaidOnceAndStays(t *testing.T) {
	d := sit(t, 120, 40)
	d.second(10*time.Minute + 12*time.Second)
	d.sees("Immediate over 0:12", "The Immediate clock ran out after 30 minutes.")
	d.press("j", "k")
	d.sees("The Immediate clock ran out")
	d.press("esc")
	d.seesNot("clock ran out after 30 minutes.\n")
	d.second(time.Second)
	if n := strings.Count(d.screen(), "clock ran out"); n != 1 {
		t.Errorf("it is said %d times; once in the timeline is right", n)
	}
}

func TestLeavingSaysWhatGoesOn(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("j", "enter")
	d.runScan()
	d.give(keyOf("q"))
	d.sees("; scan goes", "its result will be in the record")
	d.give(keyOf("enter"))
	d.until("the end", func() bool { return d.quit })
	events := d.log.All()
	left, ok := events[len(events)-1].Data.(*session.Left)
	if !ok || left.Why != "quit" || len(left.Running) != 1 {
		t.Errorf("the record ends with %+v", events[len(events)-1].Data)
	}
}

func TestEveryActionOfTheTableIsHandled(t *testing.T) {
	for _, mode := range []keys.Mode{keys.Console, keys.Follower} {
		for _, b := range keys.For(mode) {
			t.Run(string(mode)+"/"+string(b.Action), func(t *testing.T) {
				d := sit(t, 80, 24)
				if mode == keys.Follower {
					d.c.opened.Session = nil
				}
				d.c.found = "Isolate"
				d.press("j")
				d.c.choice.inside = b.Action == keys.Back || b.Action == keys.Top || b.Action == keys.PageUp
				before := d.screen()
				_, cmd := d.c.Update(keyOf(b.Keys[0]))
				if cmd == nil && d.screen() == before && !moves(b.Action) {
					t.Errorf("%s does nothing", b.Keys[0])
				}
			})
		}
	}
}

// moves are actions that may have nowhere to go.
func moves(a keys.Action) bool {
	switch a {
	case keys.PageUp, keys.PageDown, keys.Top, keys.Up, keys.Down, keys.Bottom:
		return true
	}
	return false
}

func TestAFollowerOnlyReads(t *testing.T) {
	d := sit(t, 120, 40)
	s := d.c.opened.Session
	d.c.opened.Session = nil
	d.sees("following, read-only · #3")
	for _, k := range []string{"space", "n", "s", "u", "w", "m", "M", "I", "R", "x"} {
		d.give(keyOf(k))
	}
	if d.c.dialogs.open != nil || d.c.jobs.busy || len(d.log.All()) != 3 {
		t.Error("a follower could act")
	}
	done, err := s.Done(t.Context(), "INC-1/isolate", "")
	if err != nil {
		t.Fatal(err)
	}
	d.give(followedMsg{event: done[0].Event, more: true, next: func() (session.Event, error, bool) { return done[1].Event, nil, true }})
	d.until("the second event", func() bool { return d.c.state.Events == 5 })
	d.sees("✓ 1 Isolate the key")

	gone := func() (session.Event, error, bool) {
		return session.Event{}, errors.New("no console has this session open"), true
	}
	d.give(followedMsg{err: errors.New("nobody writes at the moment"), more: true, next: gone})
	d.sees("Nobody writes at the moment.")
	d.give(followedMsg{})
	d.sees("not followed any further")
}

func TestACommandIsCopiedAndTheScreenSaysSo(t *testing.T) {
	d := sit(t, 120, 40)
	d.c.clipboard.Folder = t.TempDir()
	d.press("j", "enter")
	d.give(keyOf("enter"))
	d.until("the gate", func() bool { return d.c.dialogs.open != nil })
	d.armed()
	for !strings.Contains(d.screen(), "[ copy ]") {
		d.give(keyOf("right"))
	}
	d.give(keyOf("enter"))
	d.until("the word", func() bool { return strings.Contains(d.screen(), "Sent to the terminal") })
	d.sees("Run this?", "copied.txt")
}

func TestAFileIsTakenIntoTheEvidence(t *testing.T) {
	d := sit(t, 80, 24)
	d.press("e")
	d.write("/var/log/auth.log")
	d.press("enter")
	if len(d.c.state.Evidence) != 1 {
		t.Fatalf("the evidence is %+v\n%s", d.c.state.Evidence, d.screen())
	}
	d.sees("took evidence evidence/auth.log")
}
