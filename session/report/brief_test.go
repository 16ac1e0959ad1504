package report_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

func TestTheBriefOfANight(t *testing.T) {
	n := storyboard(t)
	n.must(n.Reopen(context.Background(), "INC-1/isolate", "the copy on the agent"))
	golden(t, "brief.txt", strings.Join(report.Brief(n.state(), n.clock.Now(), 80), "\n")+"\n")
}

func TestTheBriefOfADrillInTriage(t *testing.T) {
	n := begin(t, func(o *session.Opening) {
		o.Opened.Drill = true
		o.Incident = session.Classified{Triage: true}
	})
	golden(t, "brief-triage.txt", strings.Join(report.Brief(n.state(), n.clock.Now(), 80), "\n")+"\n")
}

func TestAnOverdueReminderIsTold(t *testing.T) {
	n := begin(t)
	n.must(n.Wait(context.Background(), "INC-1/clear", "the all-clear", n.Now().Wall.Add(time.Hour)))
	n.clock.Pass(2 * time.Hour)
	if out := strings.Join(report.Brief(n.state(), n.clock.Now(), 80), "\n"); !strings.Contains(out, "due since 11-22 04:13 UTC") {
		t.Errorf("nothing says so:\n%s", out)
	}
}

func TestTheBriefFitsTheScreenWhateverHappened(t *testing.T) {
	n := storyboard(t)
	ctx := context.Background()
	for i := range 200 {
		n.must(n.Note(ctx, session.Hypothesis, fmt.Sprintf("%d %s", i, strings.Repeat("long ", 40)), "", time.Time{}))
		if i%2 == 0 {
			n.must(n.ChangeHypothesis(ctx, n.state().Events, session.Disproven, ""))
		}
		n.must(n.TakeRole(ctx, fmt.Sprintf("person %d", i), "Maintainer"))
		n.notice(ctx)
	}
	for range 5 {
		n.yes("INC-1/isolate/record", "yes")
	}
	for _, width := range []int{0, 40, 60, 80, 120} {
		lines := report.Brief(n.state(), n.clock.Now(), width)
		if len(lines) > report.BriefRows {
			t.Errorf("width %d: %d lines", width, len(lines))
		}
		for _, line := range lines {
			if safe.Width(line) > max(width, 40) {
				t.Errorf("width %d: %q", width, line)
			}
		}
		if out := strings.Join(lines, "\n"); !strings.Contains(out, "· +") {
			t.Errorf("width %d: nothing says how much was left out:\n%s", width, out)
		}
	}
}

func TestNoBriefCarriesControlCharacters(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		state, _ := hostileSession(t, func() string { return noise(random) })
		for _, line := range report.Brief(state, session.Instant{}, 80) {
			if safe.Line(line) != line || safe.Width(line) > 80 {
				t.Fatalf("the brief holds %q", line)
			}
		}
	}
}

// many is a session of n events: steps, notes and commands in turn.
func many(tb testing.TB, n int) (*session.State, []session.Event) {
	tb.Helper()
	state := session.NewState(sessiontest.Runbook())
	start := sessiontest.NewClock().Now()
	events := make([]session.Event, 0, n)
	for i := range n {
		seq := uint64(i + 1)
		e := session.Event{Seq: seq, At: start.Wall.Add(time.Duration(i) * time.Second), Boot: start.Boot,
			Up: start.Up + time.Duration(i)*time.Second, By: sessiontest.Actor(), Data: oneOf(i, seq)}
		if err := state.Apply(e, session.Receipt{Seq: seq, Hash: session.NoHash}); err != nil {
			tb.Fatal(err)
		}
		events = append(events, e)
	}
	return state, events
}

func oneOf(i int, seq uint64) session.Data {
	const record = session.Ref("INC-1/isolate/record")
	if i == 0 {
		opened := sessiontest.Opening(sessiontest.Runbook()).Opened
		return &opened
	}
	switch i % 5 {
	case 1:
		return &session.Classified{Types: []string{"INC-1"}, Severity: steps.Critical}
	case 2:
		return &session.NoteAdded{Type: session.Observation, Text: "the agent was rebuilt on Friday | see KEY_FILE and https://host/x"}
	case 3:
		return &session.Confirmed{Command: record, Shell: `stat -- "$KEY_FILE"`, Inputs: map[string]string{"KEY_FILE": keyFile}, Dir: "/home/alice", Yes: "yes"}
	case 4:
		return &session.Started{Command: record, Of: seq - 1, Evidence: "0001-record"}
	default:
		return &session.Ended{Command: record, Of: seq - 1, Outcome: session.Exited, Duration: 0.1, Stdout: output("evidence/0001-record.out", "x")}
	}
}
