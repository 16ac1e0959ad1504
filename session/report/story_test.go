package report_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/steps"
)

func TestMetricsAgainstTheRunbooksTargets(t *testing.T) {
	reach := func(m steps.Milestone, after time.Duration) func(*night) {
		return func(n *night) {
			at := n.state().Milestones[steps.Aware].When.Add(after)
			n.clock.Pass(max(0, at.Sub(n.Now().Wall)))
			n.must(n.Reach(context.Background(), m, at, ""))
		}
	}
	tests := []struct {
		name   string
		do     []func(*night)
		metric string
		want   report.Verdict
		took   time.Duration
		why    string
	}{
		{"contained in time", []func(*night){reach(steps.Contained, 41*time.Minute)}, "Time to contain", report.Met, 41 * time.Minute, ""},
		{"contained just in time", []func(*night){reach(steps.Contained, 4*time.Hour)}, "Time to contain", report.Met, 4 * time.Hour, ""},
		{"contained too late", []func(*night){reach(steps.Contained, 4*time.Hour+time.Second)}, "Time to contain", report.Missed, 4*time.Hour + time.Second, ""},
		{"not contained", nil, "Time to contain", report.Unknown, 0, "no time is on record for contained"},
		{"contained, and then withdrawn", []func(*night){reach(steps.Contained, time.Hour), func(n *night) {
			n.must(n.Amend(context.Background(), n.state().Milestones[steps.Contained].Seq, "", "it was the wrong key"))
		}}, "Time to contain", report.Unknown, 0, "no time is on record for contained"},
		{"recovered too late", []func(*night){reach(steps.Recovered, 72*time.Hour)}, "Time to recover", report.Missed, 72 * time.Hour, ""},
		{"reviewed in time", []func(*night){reach(steps.Reviewed, 100*time.Hour)}, "Post-incident review", report.Met, 100 * time.Hour, ""},
		{"nothing is known of the start", nil, "Time to detect", report.Unknown, 0, "no time is on record for began and detected"},
		{"detected too late", []func(*night){reach(steps.Began, -30*time.Hour), reach(steps.Detected, -time.Hour)}, "Time to detect", report.Missed, 29 * time.Hour, ""},
		{"detected before it began", []func(*night){reach(steps.Began, -time.Hour), reach(steps.Detected, -2*time.Hour)}, "Time to detect", report.Unknown, 0, "detected is on record as earlier than began"},
		{"no target for awareness", []func(*night){reach(steps.Detected, -time.Hour)}, "Time to become aware", report.NoTarget, time.Hour, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := begin(t)
			for _, do := range tt.do {
				do(n)
			}
			metrics := n.report().Metrics
			i := slices.IndexFunc(metrics, func(m report.Metric) bool { return m.Name == tt.metric })
			if i < 0 {
				t.Fatalf("there is no metric %q in %v", tt.metric, metrics)
			}
			if m := metrics[i]; m.Verdict != tt.want || m.Took != tt.took || m.Why != tt.why {
				t.Errorf("got %s %s %q, want %s %s %q", m.Verdict, m.Took, m.Why, tt.want, tt.took, tt.why)
			}
		})
	}
}

func TestClocksOfAClosedSessionAreReadAtItsClosing(t *testing.T) {
	n := begin(t)
	n.clock.Jump(90 * time.Second)
	n.must(n.Close(context.Background(), ""))
	before := n.report().Clocks
	n.clock.Pass(365 * 24 * time.Hour)
	n.clock.Reboot()
	if diff := cmp.Diff(before, n.report().Clocks); diff != "" {
		t.Errorf("a year later the report says otherwise:\n%s", diff)
	}
}

func TestStepsOutOfTheDocumentsOrderAreTold(t *testing.T) {
	ctx := context.Background()
	done := func(ref session.Ref) func(*night) {
		return func(n *night) { n.must(n.Done(ctx, ref, "")) }
	}
	skip := func(ref session.Ref) func(*night) {
		return func(n *night) { n.must(n.Skip(ctx, ref, "not ours")) }
	}
	wait := func(ref session.Ref) func(*night) {
		return func(n *night) { n.must(n.Wait(ctx, ref, "an answer", time.Time{})) }
	}
	reopen := func(ref session.Ref) func(*night) {
		return func(n *night) { n.must(n.Reopen(ctx, ref, "")) }
	}
	tests := []struct {
		name string
		do   []func(*night)
		step session.Ref
		want []string
	}{
		{"in order", []func(*night){done("INC-1/isolate"), done("INC-1/scope")}, "INC-1/scope", nil},
		{"before two open ones", []func(*night){done("INC-1/notify")}, "INC-1/notify", []string{"1 Isolate the key", "2 Identify scope"}},
		{"the earlier one came later", []func(*night){done("INC-1/scope"), done("INC-1/isolate")}, "INC-1/scope", []string{"1 Isolate the key"}},
		{"after a skipped one", []func(*night){skip("INC-1/isolate"), done("INC-1/scope")}, "INC-1/scope", nil},
		{"while an earlier one waits", []func(*night){wait("INC-1/isolate"), done("INC-1/scope")}, "INC-1/scope", nil},
		{"after one that was taken back", []func(*night){done("INC-1/isolate"), reopen("INC-1/isolate"), done("INC-1/scope")}, "INC-1/scope", []string{"1 Isolate the key"}},
		{"taken back and done again in order", []func(*night){done("INC-1/scope"), reopen("INC-1/scope"), done("INC-1/isolate"), done("INC-1/scope")}, "INC-1/scope", nil},
		{"a later phase first", []func(*night){done("INC-1/isolate"), done("INC-1/scope"), done("INC-1/replace")}, "INC-1/replace", []string{"3 Notify stakeholders"}},
		{"another plan has its own order", []func(*night){done("AFTER/timeline")}, "AFTER/timeline", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := begin(t)
			for _, do := range tt.do {
				do(n)
			}
			if diff := cmp.Diff(tt.want, step(t, n.report(), tt.step).Before); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func step(t *testing.T, r report.Report, ref session.Ref) report.Step {
	t.Helper()
	for _, plan := range r.Plans {
		for _, phase := range plan.Phases {
			for _, s := range phase.Steps {
				if s.Ref == ref {
					return s
				}
			}
		}
	}
	t.Fatalf("the report has no step %s", ref)
	return report.Step{}
}

func TestAPlanThatWasLeftStaysInTheReport(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.must(n.Done(ctx, "INC-1/isolate", ""))
	n.must(n.Reclassify(ctx, []string{"INC-2"}, steps.High, "it was the module"))
	if got := step(t, n.report(), "INC-1/isolate").Status; got != session.Done {
		t.Errorf("the step stands as %q", got)
	}
}
