package session_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

func dump(events []session.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%d %s %+v\n", e.Seq, e.Kind(), e.Data)
	}
	return b.String()
}

func (n *night) clockOf(id string) session.Clock {
	n.t.Helper()
	var found session.Clock
	n.Look(func(s *session.State) {
		for _, c := range s.Clocks(n.Now()) {
			if c.ID == id {
				found = c
			}
		}
	})
	if found.ID == "" {
		n.t.Fatalf("there is no clock %q", id)
	}
	return found
}

func (n *night) elapsed() time.Duration {
	var d time.Duration
	n.Look(func(s *session.State) { d, _ = s.Elapsed(n.Now()) })
	return d
}

func TestClocksCountFromAwareness(t *testing.T) {
	n := begin(t) // noticed 20 minutes ago
	if got := n.clockOf("phase:INC-1/immediate").Left; got != 10*time.Minute {
		t.Errorf("%v left of 30 minutes, 20 minutes after awareness", got)
	}
	if got := n.clockOf("contained").Left; got != 3*time.Hour+40*time.Minute {
		t.Errorf("contain: %v left", got)
	}
	if got := n.clockOf("legal:CRA").Left; got != 23*time.Hour+40*time.Minute {
		t.Errorf("CRA: %v left", got)
	}
}

func TestElapsedTimeIsTrueWhateverHappensToTheClocks(t *testing.T) {
	tests := []struct {
		name   string
		happen func(*sessiontest.Clock)
		want   time.Duration
	}{
		{"nothing", func(*sessiontest.Clock) {}, 20 * time.Minute},
		{"an hour of work", func(c *sessiontest.Clock) { c.Pass(time.Hour) }, 80 * time.Minute},
		{"the wall clock is set an hour ahead", func(c *sessiontest.Clock) { c.Jump(time.Hour) }, 20 * time.Minute},
		{"the wall clock is set a day back", func(c *sessiontest.Clock) { c.Jump(-24 * time.Hour) }, 20 * time.Minute},
		{"a week away and a reboot", func(c *sessiontest.Clock) { c.Pass(7 * 24 * time.Hour); c.Reboot() }, 7*24*time.Hour + 20*time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := begin(t)
			tt.happen(n.clock)
			if got := n.elapsed(); got != tt.want {
				t.Errorf("%v since awareness, want %v", got, tt.want)
			}
		})
	}
}

func TestAClockWarnsAtThreeQuartersAndCountsUpWhenOverdue(t *testing.T) {
	n := begin(t)
	tests := []struct {
		pass time.Duration
		want session.ClockWord
		left time.Duration
	}{
		{0, session.ClockRuns, 10 * time.Minute},
		{2*time.Minute + 29*time.Second, session.ClockRuns, 7*time.Minute + 31*time.Second},
		{time.Second, session.ClockWarns, 7*time.Minute + 30*time.Second},
		{8 * time.Minute, session.ClockOverdue, -30 * time.Second},
	}
	for _, tt := range tests {
		n.clock.Pass(tt.pass)
		c := n.clockOf("phase:INC-1/immediate")
		if c.Word() != tt.want || c.Left != tt.left {
			t.Errorf("after another %v: %s, %v left; want %s, %v", tt.pass, c.Word(), c.Left, tt.want, tt.left)
		}
	}
}

func TestAPassedDeadlineIsOneEventOnce(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.clock.Pass(11 * time.Minute)
	for range 3 {
		if _, err := n.CheckClocks(ctx); err != nil {
			t.Fatal(err)
		}
	}
	n.resume()
	if _, err := n.CheckClocks(ctx); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, e := range n.log.All() {
		if d, ok := e.Data.(*session.ClockPassed); ok && d.Clock == "phase:INC-1/immediate" {
			passed++
		}
	}
	if passed != 1 {
		t.Errorf("the phase's deadline passed %d times on record:\n%s", passed, dump(n.log.All()))
	}
}

func TestAWallClockThatWasSetIsOnRecord(t *testing.T) {
	n := begin(t)
	n.clock.Pass(time.Second)
	n.clock.Jump(-90 * time.Second)
	done, err := n.CheckClocks(context.Background())
	if err != nil || len(done) != 1 {
		t.Fatalf("%v, %v", done, err)
	}
	if d, ok := done[0].Event.Data.(*session.ClockJumped); !ok || d.Seconds != -90 {
		t.Errorf("%+v", done[0].Event.Data)
	}
	if again, _ := n.CheckClocks(context.Background()); len(again) != 0 {
		t.Errorf("it was recorded again: %v", again)
	}
}

func TestAClockStopsAtItsMilestoneWithTheTimeItTook(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.clock.Pass(30 * time.Minute)
	if _, err := n.Reach(ctx, steps.Contained, n.Now().Wall.Add(-9*time.Minute), ""); err != nil {
		t.Fatal(err)
	}
	n.clock.Pass(5 * time.Hour)
	c := n.clockOf("contained")
	if !c.Stopped || c.Took != 41*time.Minute || c.Word() != session.ClockStops || c.Missed() {
		t.Errorf("%+v", c)
	}
	if due, _ := n.CheckClocks(ctx); slices.ContainsFunc(due, func(r session.Recorded) bool {
		d, ok := r.Event.Data.(*session.ClockPassed)
		return ok && d.Clock == "contained"
	}) {
		t.Error("a stopped clock ran out")
	}
}

func TestAPhaseClockStopsWithItsLastStep(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.clock.Pass(time.Minute)
	_, _ = n.Done(ctx, "INC-1/isolate", "")
	_, _ = n.Skip(ctx, "INC-1/scope", "no modules are shipped")
	n.clock.Pass(time.Minute)
	_, _ = n.Done(ctx, "INC-1/notify", "")
	if c := n.clockOf("phase:INC-1/immediate"); !c.Stopped || c.Took != 22*time.Minute {
		t.Errorf("%+v", c)
	}
	if _, err := n.Reopen(ctx, "INC-1/notify", "the wrong list"); err != nil {
		t.Fatal(err)
	}
	if c := n.clockOf("phase:INC-1/immediate"); c.Stopped {
		t.Error("a reopened step left the clock stopped")
	}
}

func TestAWaitingStepReminds(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	until, err := session.ParseUntil("06:00 utc", n.Now().Wall)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Wait(ctx, "INC-1/clear", "the all-clear", until); err != nil {
		t.Fatal(err)
	}
	n.clock.Pass(3 * time.Hour)
	done, err := n.CheckClocks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := said(n, done); !strings.Contains(got, "reminder: Wait for the all-clear") {
		t.Errorf("no reminder:\n%s", got)
	}
}

func said(n *night, done []session.Recorded) string {
	var lines []string
	n.Look(func(s *session.State) {
		for _, r := range done {
			lines = append(lines, s.Say(r.Event))
		}
	})
	return strings.Join(lines, "\n")
}
