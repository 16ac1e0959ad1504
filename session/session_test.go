package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

func TestTheSameEventsGiveTheSameState(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	n.run("INC-1/isolate/record", 0)
	_, _ = n.TickCheck(ctx, "INC-1/isolate", "copies", true)
	_, _ = n.Done(ctx, "INC-1/isolate", "")
	_, _ = n.Note(ctx, session.Hypothesis, "the agent was rebuilt on Friday", "", time.Time{})
	folded, err := session.Fold(ctx, n.log, sessiontest.Runbook())
	if err != nil {
		t.Fatal(err)
	}
	n.Look(func(s *session.State) {
		if diff := cmp.Diff(s, folded); diff != "" {
			t.Errorf("the fold of the log is another state:\n%s", diff)
		}
	})
}

func TestEveryKindHasWordsAndData(t *testing.T) {
	state := session.NewState(sessiontest.Runbook())
	for _, kind := range session.Kinds() {
		data, ok := session.NewData(kind)
		if !ok || data.Kind() != kind {
			t.Errorf("%s: no data", kind)
			continue
		}
		if got := state.Say(session.Event{Data: data}); got == "" || got == string(kind) {
			t.Errorf("%s: has no words: %q", kind, got)
		}
	}
}

func TestAnEventThatDoesNotFollowIsRefused(t *testing.T) {
	state := session.NewState(sessiontest.Runbook())
	for _, e := range []session.Event{
		{Seq: 2, Data: &session.Opened{}},
		{Seq: 1, Data: &session.Left{}},
	} {
		if err := state.Apply(e, session.Receipt{}); err == nil {
			t.Errorf("event %d %s was taken as the first", e.Seq, e.Kind())
		}
	}
}

func TestACommandThatOutlivedTheConsoleIsAdopted(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(*sessiontest.Runner, string)
		want      string
		running   bool
	}{
		"it ended meanwhile":     {func(r *sessiontest.Runner, base string) { r.Run(base).End(session.Result{Outcome: session.Exited}) }, "exit 0", false},
		"it goes on":             {func(*sessiontest.Runner, string) {}, "", true},
		"its supervisor is gone": {func(r *sessiontest.Runner, base string) { r.Forget(base) }, "unknown", false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			n := begin(t)
			n.set("KEY_FILE", keyFile)
			ticket, _, _ := n.Confirm(ctx, n.propose("INC-1/isolate/record", ""), session.Yes{Typed: "yes"})
			_, started, err := n.Start(ctx, ticket)
			if err != nil {
				t.Fatal(err)
			}
			tt.meanwhile(n.runner, started[0].Event.Data.(*session.Started).Evidence)
			words := said(n, n.resume())
			if !strings.Contains(words, tt.want) {
				t.Errorf("resumed with %q, want %q in it", words, tt.want)
			}
			n.Look(func(s *session.State) {
				if got := len(s.RunningNow()) == 1; got != tt.running {
					t.Errorf("running: %v", got)
				}
			})
		})
	}
}

func TestAStepLeftOutNeedsAReason(t *testing.T) {
	n := begin(t)
	if _, err := n.Skip(context.Background(), "INC-1/isolate", ""); !errors.Is(err, session.ErrRefused) {
		t.Errorf("skipped without a reason: %v", err)
	}
}

func TestUndoIsAnAmendment(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	done, _ := n.Done(ctx, "INC-1/isolate", "")
	undone, err := n.Reopen(ctx, "INC-1/isolate", "not yet")
	if err != nil {
		t.Fatal(err)
	}
	of := undone[0].Event.Data.(*session.StepReopened).Of
	if of != done[len(done)-1].Receipt.Seq {
		t.Errorf("it takes back #%d, the step was done by #%d", of, done[len(done)-1].Receipt.Seq)
	}
	if !slices.Contains(n.log.Kinds(), session.KindStepDone) {
		t.Error("the first event is gone")
	}
}

func TestThePhaseIsEnteredOnce(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	_, _ = n.Done(ctx, "INC-1/isolate", "")
	_, _ = n.Done(ctx, "INC-1/scope", "")
	entered := 0
	for _, k := range n.log.Kinds() {
		if k == session.KindPhaseEntered {
			entered++
		}
	}
	if entered != 1 {
		t.Errorf("entered %d times", entered)
	}
}

func TestMilestonesAreAskedFor(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	for _, ref := range []session.Ref{"INC-1/isolate", "INC-1/scope", "INC-1/notify"} {
		n.Look(func(s *session.State) {
			if m := s.AskMilestone(ref); m != "" {
				t.Errorf("before %s: asked for %s", ref, m)
			}
		})
		_, _ = n.Done(ctx, ref, "")
	}
	n.Look(func(s *session.State) {
		if m := s.AskMilestone("INC-1/notify"); m != steps.Contained {
			t.Errorf("at the end of the first phase: %q", m)
		}
	})
	_, _ = n.Reach(ctx, steps.Contained, time.Time{}, "")
	n.Look(func(s *session.State) {
		if m := s.AskMilestone("INC-1/notify"); m != "" {
			t.Errorf("asked again for %s", m)
		}
	})
}

func TestANoticeWithGapsIsNotSent(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	var filled session.Filled
	fill := func() {
		n.Look(func(s *session.State) {
			key, _ := s.Runbook.Template("key")
			filled = s.Fill(*key, n.Now())
		})
	}
	n.set("KEY_ID", "6aed008d")
	fill()
	if diff := cmp.Diff([]string{"[DATE]"}, filled.Missing); diff != "" || filled.Subject != "Key 6aed008d is revoked" {
		t.Errorf("missing: %s, subject %q", diff, filled.Subject)
	}
	draft, err := n.Draft(ctx, filled)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Sent(ctx, draft[0].Receipt.Seq, "users", "mail"); !errors.Is(err, session.ErrRefused) {
		t.Errorf("sent with a gap: %v", err)
	}
	n.set("DATE", "2026-11-22")
	fill()
	draft, _ = n.Draft(ctx, filled)
	if _, err := n.Sent(ctx, draft[0].Receipt.Seq, "users", "mail"); err != nil {
		t.Errorf("a whole notice was not sent: %v", err)
	}
}

func TestAMilestoneThatIsWithdrawnIsNotReached(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	done, _ := n.Reach(ctx, steps.Contained, time.Time{}, "")
	if _, err := n.Amend(ctx, done[0].Receipt.Seq, "", "a second copy was found"); err != nil {
		t.Fatal(err)
	}
	if c := n.clockOf("contained"); c.Stopped {
		t.Error("its clock stands still")
	}
}

func TestAClosedSessionTakesNothingMore(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	closed, err := n.Close(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	last := closed[0]
	if d := last.Event.Data.(*session.Closed); d.Count != last.Receipt.Seq {
		t.Errorf("count %d at event %d", d.Count, last.Receipt.Seq)
	}
	if _, err := n.Done(ctx, "INC-1/isolate", ""); !errors.Is(err, session.ErrRefused) {
		t.Errorf("written after the end: %v", err)
	}
	n.resume()
	if _, err := n.Done(ctx, "INC-1/isolate", ""); err != nil {
		t.Errorf("after a resume: %v", err)
	}
}

func TestValuesAreChecked(t *testing.T) {
	n := begin(t)
	for _, tt := range []struct{ name, value, want string }{
		{"KEY_FILE", "/nowhere", "no such file"},
		{"KEY_FILE", vault, "a file is needed"},
		{"VAULT", keyFile, "a folder is needed"},
		{"VAULT", "/open", "must be 0700"},
		{"KEY_ID", " ", "a value is needed"},
		{"TOKEN", "abc", "could not be kept out of the record"},
		{"KEY_ID", "a\xffb", "not valid UTF-8"},
	} {
		if _, err := n.SetInput(context.Background(), tt.name, tt.value, "typed"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s=%q: %v, want %q", tt.name, tt.value, err, tt.want)
		}
	}
}

func TestReadingTimes(t *testing.T) {
	zone := time.FixedZone("+01", 3600)
	now := time.Date(2026, 11, 22, 4, 13, 0, 0, zone) // 03:13 UTC
	past := map[string]string{
		"20": "02:53", "20 minutes ago": "02:53", "2h": "01:13", "1 h 30 min ago": "01:43", "1d": "2026-11-21 03:13",
		"03:52": "02:52", "02:52 UTC": "02:52", "23:10": "2026-11-21 22:10", "yesterday 23:10": "2026-11-21 22:10",
		"2026-11-21 23:10": "2026-11-21 22:10", "2026-11-21T23:10:00Z": "2026-11-21 23:10",
	}
	for text, want := range past {
		got, err := session.ParseWhen(text, now)
		if err != nil || !strings.HasSuffix(got.Format("2006-01-02 15:04"), want) {
			t.Errorf("%q: %v %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"tomorrow 06:00", "2027-01-01 00:00", "soon", "25:00", "-5", "0252", "0001-01-01 00:00"} {
		if got, err := session.ParseWhen(text, now); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	future := map[string]string{"06:00": "2026-11-22 05:00", "in 2 hours": "2026-11-22 05:13", "03:00": "2026-11-23 02:00", "tomorrow 06:00": "2026-11-23 05:00"}
	for text, want := range future {
		got, err := session.ParseUntil(text, now)
		if err != nil || got.Format("2006-01-02 15:04") != want {
			t.Errorf("%q: %v %v, want %s", text, got, err, want)
		}
	}
}
