package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

const recordRef, moveRef = session.Ref("INC-1/isolate/record"), session.Ref("INC-1/isolate/move")

// finish runs the record command, with a text of its own if that is not empty.
func (n *night) finish(text string, r session.Result) {
	n.t.Helper()
	started, base := n.start(recordRef, text)
	n.end(started, base, r)
}

func (n *night) elsewhere(where string, exit *int) {
	n.t.Helper()
	if _, err := n.RanElsewhere(context.Background(), n.propose(recordRef, ""), where, exit, ""); err != nil {
		n.t.Fatal(err)
	}
}

func TestTheGateSaysHowTheCommandBeforeEnded(t *testing.T) {
	three := 3
	tests := map[string]struct {
		prepare func(*night)
		want    string
	}{
		"it never ran":             {func(*night) {}, `"record" has to run first, as the runbook has it`},
		"it could not be started":  {func(n *night) { n.finish("", session.Result{Outcome: session.NotRun, Exit: -1}) }, `"record" has to run first, as the runbook has it`},
		"another exit code":        {func(n *night) { n.finish("", session.Result{Outcome: session.Exited, Exit: 1}) }, `"record" ran at 03:13 UTC and ended with exit 1; the runbook expects 0. Run "record" again, or say of it that you ran it elsewhere`},
		"a text that is not there": {func(n *night) { n.finish("", session.Result{Outcome: session.Exited, Missing: "all good"}) }, `"record" ran at 03:13 UTC and ended with exit 0, without "all good" in its output, which the runbook expects`},
		"it was stopped":           {func(n *night) { n.finish("", session.Result{Outcome: session.Cancelled, Exit: -1}) }, `"record" ran at 03:13 UTC and was cancelled`},
		"nobody saw its end":       {func(n *night) { n.finish("", session.Result{Outcome: session.Unknown, Exit: -1}) }, `"record" ran at 03:13 UTC and nobody saw its end`},
		"another text":             {func(n *night) { n.finish("true", session.Result{Outcome: session.Exited}) }, `"record" ran at 03:13 UTC with another text than the runbook's`},
		"it still runs":            {func(n *night) { n.start(recordRef, "") }, `"record" runs since 03:13 UTC and has not ended`},
		"elsewhere, with exit 3":   {func(n *night) { n.elsewhere("build2", &three) }, `"record" ran elsewhere on build2 at 03:13 UTC and ended with exit 3; the runbook expects 0`},
		"on another day than today's": {func(n *night) {
			n.finish("", session.Result{Outcome: session.Exited, Exit: 1})
			n.clock.Pass(24 * time.Hour)
		}, `"record" ran at 2026-11-22 03:13 UTC and`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := begin(t)
			n.set("KEY_FILE", keyFile)
			n.set("VAULT", vault)
			tt.prepare(n)
			if blocked := strings.Join(n.propose(moveRef, "").Blocked, "\n"); !strings.HasPrefix(blocked, tt.want) {
				t.Errorf("blocked: %q, want %q", blocked, tt.want)
			}
		})
	}
}

func TestTheGateNamesEveryExitCodeThatIsExpected(t *testing.T) {
	for want, codes := range map[string][]int{"expects 3.": {3}, "expects 0 or 3.": {0, 3}, "expects 0, 3 or 4.": {0, 3, 4}} {
		rb := sessiontest.Runbook()
		rb.Incidents[0].Phases[0].Steps[0].Commands[0].Expect = codes
		n := begin(t)
		n.log = &sessiontest.Log{}
		n.ports.Log = n.log
		s, _, err := session.Begin(t.Context(), n.ports, rb, sessiontest.Opening(rb))
		if err != nil {
			t.Fatal(err)
		}
		n.Session = s
		n.set("KEY_FILE", keyFile)
		n.set("VAULT", vault)
		n.finish("", session.Result{Outcome: session.Exited, Exit: 1})
		if blocked := strings.Join(n.propose(moveRef, "").Blocked, ""); !strings.Contains(blocked, want) {
			t.Errorf("blocked: %q, want one that says %q", blocked, want)
		}
	}
}

func TestWhatRanElsewhereWithAnUnknownOutcomeUnblocksAndIsSaid(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	n.set("VAULT", vault)
	n.elsewhere("bastion1", nil)
	p := n.propose(moveRef, "")
	if len(p.Blocked) != 0 {
		t.Fatalf("blocked: %q", p.Blocked)
	}
	const want = `"record" ran elsewhere on bastion1`
	if said := strings.Join(p.Remarks(), "\n"); !strings.Contains(said, want) || !strings.Contains(said, "outcome is not known") {
		t.Errorf("it says %q, want %q and that its outcome is not known", said, want)
	}
	n.run(recordRef, 0)
	if said := strings.Join(n.propose(moveRef, "").Remarks(), "\n"); strings.Contains(said, "not known") {
		t.Errorf("after a run that ended as expected it says %q", said)
	}
}
