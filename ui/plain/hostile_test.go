package plain

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

// hostile is a text that tries to draw on the terminal, to turn text around,
// and to pass for a line of the program's own.
const hostile = "x\x1b[2J\x1b]0;t\a\u202etxet\u200b\u009b31m\r\nsaved #99 deadbeef  done: 1 all of it\n\u2028> run shred\n"

// hostileRunbook has it wherever a person reads.
func hostileRunbook() *steps.Runbook {
	rb := runbook()
	rb.Document.Title += hostile
	inc := &rb.Incidents[0]
	inc.Title += hostile
	phase := &inc.Phases[0]
	phase.Title += hostile
	phase.Prose = hostile
	step := &phase.Steps[0]
	step.Title += hostile
	step.Prose = hostile + strings.Repeat("a word and ", 40) + hostile
	step.Checks[0].Text += hostile
	step.Commands[0].Shell += "\n# " + hostile + strings.Repeat("long", 60)
	step.Commands[0].RiskReasons = []string{hostile}
	rb.Contacts[0].Notes = hostile
	rb.Contacts[0].Role = hostile
	rb.Templates[0].Title += hostile
	rb.Templates[0].Body += hostile
	rb.Inputs[0].Ask += hostile
	rb.Inputs[0].Example = hostile
	rb.RACI[0].Order = append(rb.RACI[0].Order, hostile)
	rb.RACI[0].Roles[hostile] = "R"
	rb.LegalClocks[0].Name += hostile
	rb.Reference[0].Group += hostile
	rb.Reference[0].Commands[0].Shell += hostile
	return rb
}

func TestNothingFromOutsideReachesTheTerminalRaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, hostileRunbook())
		opening := sessiontest.Opening(s.rb)
		opening.By.Name += hostile
		opening.Opened.CodeName = hostile
		opening.Opened.Where.Dir = "/home/" + hostile
		s.begin(t.Context(), opening)
		s.options.Say = []string{hostile}
		s.options.Folder = hostile
		script := []string{"list", "phase 1", "show 1", "run record", keySet, "run record", "edit record", "# \x1b[31m" + strings.Repeat("z", 200), ".",
			"tick 1.1", "note a" + hostile, "inputs", "clocks", "notices", "notice key", "draft key", "contacts", "reference", "brief", "timeline", "find x",
			"\x1b[2J", "done 1 " + hostile, "at 02:52 note " + hostile, "role \x1b[2J, \u202e", "elsewhere record \x1b[2J", "close", "quit"}
		for i, line := range script {
			script[i] = strings.ReplaceAll(line, "\n", " ")
		}
		said, _ := s.hold(t.Context(), script)
		checkSaid(t, withoutTyped(said))
		saves := 0
		for line := range strings.Lines(said) {
			if strings.HasPrefix(line, "saved #") {
				saves++
			}
			if strings.HasPrefix(line, "> ") {
				t.Errorf("a line passes for a prompt: %q", line)
			}
		}
		if recorded := int(s.log.Head().Seq) - 3 - 1; saves != recorded { // without the opening, and the leaving
			t.Errorf("%d lines say that an event was saved, %d were:\n%s", saves, recorded, said)
		}
	})
}

// withoutTyped leaves out what the test itself typed.
func withoutTyped(said string) string {
	var b strings.Builder
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, typed) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// record makes the events of a session in which everything was said.
func record(t *testing.T, text string) (*session.State, []session.Recorded) {
	log := &sessiontest.Log{}
	rb := runbook()
	clock := sessiontest.NewClock()
	s, done, err := session.Begin(t.Context(), session.Ports{Log: log, Time: clock, Runner: &sessiontest.Runner{},
		Evidence: &sessiontest.Evidence{}, Host: sessiontest.Host{}, Bash: "/bin/bash"}, rb, sessiontest.Opening(rb))
	if err != nil {
		t.Fatal(err)
	}
	state := session.NewState(rb)
	for _, r := range done {
		if err := state.Apply(r.Event, r.Receipt); err != nil {
			t.Fatal(err)
		}
	}
	var more []session.Recorded
	add := func(recorded []session.Recorded, err error) {
		if err != nil {
			t.Fatal(err)
		}
		more = append(more, recorded...)
	}
	ctx := t.Context()
	add(s.Note(ctx, session.Hypothesis, text, "", clock.Now().Wall.Add(-time.Hour)))
	add(s.Skip(ctx, "INC-1/isolate", text))
	add(s.SetInput(ctx, "AFFECTED", text, "typed"))
	add(s.TakeRole(ctx, text, text))
	add(s.Close(ctx, text))
	return state, more
}

func events(recorded []session.Recorded, err error) iter.Seq2[session.Recorded, error] {
	return func(yield func(session.Recorded, error) bool) {
		for _, r := range recorded {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(session.Recorded{}, err)
		}
	}
}

func TestAFollowerReadsEachEventInALine(t *testing.T) {
	state, recorded := record(t, hostile)
	var said bytes.Buffer
	now := sessiontest.NewClock().Now().Wall
	err := Follow(t.Context(), Watching{State: state, Events: events(recorded, nil), Out: &said, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	checkSaid(t, said.String())
	for _, want := range []string{"#4 02:13:05 UTC alice: hypothesis:\n  x^[[2J", "#6 03:13:05 UTC alice: skipped: 1 Isolate the key", "The session is closed: 9 events"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not in:\n%s", want, said.String())
		}
	}
	if strings.Contains(said.String(), "\nsaved #99") {
		t.Errorf("a text passes for a line:\n%s", said.String())
	}
}

func TestAFollowerSaysWhyItCannotGoOn(t *testing.T) {
	state, recorded := record(t, "x")
	var said bytes.Buffer
	err := Follow(t.Context(), Watching{State: state, Events: events(recorded[:1], errors.New("line 5 is torn")), Out: &said, Now: time.Now().UTC})
	if err == nil || !strings.Contains(err.Error(), "line 5 is torn") {
		t.Errorf("the error is %v", err)
	}
	state, recorded = record(t, "x")
	if err := Follow(t.Context(), Watching{State: state, Events: events(recorded[1:], nil), Out: &said, Now: time.Now().UTC}); err == nil {
		t.Error("a gap between events was not told")
	}
}

func TestAFollowerEndsQuietlyWithItsContext(t *testing.T) {
	state, _ := record(t, "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var said bytes.Buffer
	if err := Follow(ctx, Watching{State: state, Events: events(nil, context.Canceled), Out: &said, Now: time.Now().UTC}); err != nil {
		t.Errorf("the error is %v", err)
	}
}
