package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

func TestThePaneShowsTheStepThatKeysActOn(t *testing.T) {
	d := sit(t, 120, 40)
	d.sees("What it is must be on record", "stat -- ")
	d.press("j")
	d.sees("2 commands, 1 check", "enter opens it")
	d.seesNot("What it is must be on record")
	d.seesNot("stat -- ")
	d.press("space")
	d.sees("✓ 2 Identify scope", "enter opens it")
	d.press("enter")
	d.sees("Every module signed with the key")
	d.seesNot("enter opens it")
	d.press("esc", "k", "j")
	d.sees("Every module signed with the key")
}

func TestPagingMovesInTheListWhereTheOpenStepIsNotSeen(t *testing.T) {
	d := sit(t, 120, 40)
	d.press("j", "pgdown")
	d.sees("▸ 3 Notify", "enter opens it")
	d.press("pgup")
	d.sees("▸ 1 Isolate the key", "stat -- ")
}

func TestAStepWithAMilestoneIsNotCalledThePhase(t *testing.T) {
	rb := sample()
	rb.Incidents[0].Phases[0].Steps[0].Milestone = steps.Contained
	d := sitOn(t, rb, 80, 24)
	d.give(keyOf("space"))
	d.until("the question", func() bool { return d.c.dialogs.open != nil })
	d.sees(`"Isolate the key" is done. Is it contained?`)
}

func TestACompletePhaseWithoutAQuestionSaysWhereToGoOn(t *testing.T) {
	d := sit(t, 80, 24)
	events, err := d.c.opened.Session.Reach(t.Context(), steps.Contained, time.Time{}, "")
	if err != nil {
		t.Fatal(err)
	}
	d.give(recordedMsg{events: events})
	d.press("space", "j", "space", "j")
	d.seesNot("is complete")
	d.press("space")
	d.sees("Immediate is complete; tab goes to Recovery.")
	d.press("tab")
	d.seesNot("is complete")
}

func TestTheFooterSaysWhatEnterDoesToACheck(t *testing.T) {
	d := sit(t, 120, 40)
	d.press("j", "enter", "j", "j")
	d.sees("enter tick")
	d.seesNot("space done")
	d.press("enter")
	d.sees("enter untick")
	d.press("k")
	d.sees("enter run", "space done")
}

func TestWhatIsSaidOfAMissingConsoleGoesWithTheNextEvent(t *testing.T) {
	d := sit(t, 80, 24)
	events, err := d.c.opened.Session.Done(t.Context(), "INC-1/isolate", "")
	if err != nil {
		t.Fatal(err)
	}
	d.c.opened.Session = nil
	end := func() (session.Event, error, bool) { <-t.Context().Done(); return session.Event{}, nil, false }
	d.give(followedMsg{err: errors.New("no console has this session open at the moment"), more: true, next: end})
	d.sees("No console has this session open at the moment.")
	for _, r := range events {
		d.give(followedMsg{event: r.Event, more: true, next: end})
	}
	d.seesNot("No console has this session open")
}

func TestAYesBeforeTheRestWasSeenHasTheGateWaitAgain(t *testing.T) {
	d := sit(t, 60, 15)
	d.press("j", "enter")
	d.carry(d.c.propose("INC-1/scope/scan", strings.Repeat("true\n", 12)+"true"))
	d.until("the gate", func() bool { return d.c.dialogs.open != nil })
	d.armed()
	d.give(keyOf("right"))
	for range 20 {
		d.give(keyOf("enter"))
		d.screen()
		if d.c.dialogs.open == nil {
			break
		}
		if d.c.dialogs.arming.state == armed {
			t.Fatalf("a key that is held down would answer:\n%s", d.screen())
		}
		d.sees("the rest first")
		d.give(keyOf("enter")) // the key is held down
		if len(d.runner.Orders()) != 0 {
			t.Fatal("a command ran")
		}
		d.armed()
	}
	d.until("the command to run", func() bool { return len(d.c.outputs.running) == 1 })
	d.sees("x stop")
}
