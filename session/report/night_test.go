package report_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/report"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

const keyFile, vault = "/srv/keys/release.sec", "/mnt/vault"

// night is a session with stand-ins for everything around it.
type night struct {
	*session.Session
	t      *testing.T
	log    *sessiontest.Log
	clock  *sessiontest.Clock
	runner *sessiontest.Runner
	ports  session.Ports
}

func begin(t *testing.T, change ...func(*session.Opening)) *night {
	t.Helper()
	n := &night{t: t, log: &sessiontest.Log{}, clock: sessiontest.NewClock(), runner: &sessiontest.Runner{}}
	n.ports = session.Ports{Log: n.log, Time: n.clock, Runner: n.runner, Evidence: &sessiontest.Evidence{}, Bash: "/usr/bin/bash",
		Host: sessiontest.Host{
			keyFile: {Mode: "0600", Words: "-rw------- build 65 B"},
			vault:   {Dir: true, Mode: "0700", Words: "drwx------ root"},
		}}
	rb := sessiontest.Runbook()
	rb.Metrics = append([]steps.Metric{{Name: "Time to detect", Target: 24 * 3600, Milestone: steps.Detected}}, rb.Metrics...)
	opening := sessiontest.Opening(rb)
	for _, c := range change {
		c(&opening)
	}
	s, _, err := session.Begin(context.Background(), n.ports, rb, opening)
	if err != nil {
		t.Fatal(err)
	}
	n.Session = s
	return n
}

// must takes the result of a verb that has to work, and lets a minute go by.
func (n *night) must(done []session.Recorded, err error) []session.Recorded {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
	n.clock.Pass(time.Minute)
	return done
}

// yes confirms and starts a command, and gives the event of its start.
func (n *night) yes(ref session.Ref, typed string) uint64 {
	n.t.Helper()
	ctx := context.Background()
	p, err := n.Propose(ctx, ref, "")
	if err != nil {
		n.t.Fatal(err)
	}
	ticket, _, err := n.Confirm(ctx, p, session.Yes{Typed: typed})
	if err != nil {
		n.t.Fatal(err)
	}
	_, started, err := n.Start(ctx, ticket)
	if err != nil {
		n.t.Fatal(err)
	}
	return started[0].Receipt.Seq
}

// run confirms, starts and ends a command.
func (n *night) run(ref session.Ref, result session.Result) {
	n.t.Helper()
	started := n.yes(ref, "yes")
	base := n.log.All()[started-1].Data.(*session.Started).Evidence
	n.clock.Pass(2 * time.Second)
	n.runner.Run(base).End(result)
	n.must(n.Await(context.Background(), started))
}

func (n *night) state() *session.State {
	var state *session.State
	n.Look(func(s *session.State) { state = s })
	return state
}

// report builds the report of the night as it stands.
func (n *night) report(change ...func(*report.Options)) report.Report {
	opts := report.Options{Now: n.clock.Now(), Head: n.log.Head(), Tool: "wsc-respond test"}
	for _, c := range change {
		c(&opts)
	}
	return report.Build(n.state(), n.log.All(), opts)
}

func markdown(t *testing.T, r report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.Markdown(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// output is what a command wrote, as an ended event has it.
func output(file string, content string) session.Output {
	return session.Output{File: file, Bytes: int64(len(content)), Kept: int64(len(content)), SHA256: strings.Repeat("5e", 32)}
}

// files answers for the evidence folder.
func files(content map[string]string) func(string, int64) ([]byte, error) {
	return func(name string, limit int64) ([]byte, error) {
		text := content[name]
		return []byte(text[:min(int64(len(text)), limit)]), nil
	}
}

// storyboard is a night with one of everything, from the opening to the
// hand-over.
func storyboard(t *testing.T) *night {
	ctx := context.Background()
	n := begin(t, func(o *session.Opening) {
		o.Detected = o.Aware.Add(-10 * time.Minute)
		o.Incident.Because = []session.Because{
			{Said: "A key was seen outside", Types: []string{"INC-1"}, Severity: steps.Critical},
			{Said: "doubt raises severity"},
		}
		o.Incident.Overridden = "the build host is one of ours | not a test"
	})
	n.clock.Pass(time.Minute)
	n.must(n.SetInput(ctx, "KEY_FILE", keyFile, "typed"))
	n.must(n.SetInput(ctx, "VAULT", vault, "typed"))
	n.must(n.SetInput(ctx, "TOKEN", "hunter2-hunter2", "typed"))
	n.run("INC-1/isolate/record", session.Result{Outcome: session.Exited, Duration: 2 * time.Second,
		Stdout: output("evidence/0001-record.out", "`three`\n```\nticks\x1b[31m\n")})
	n.run("INC-1/isolate/move", session.Result{Outcome: session.Exited, Exit: 1, Duration: 40 * time.Millisecond,
		Stderr:   session.Output{File: "evidence/0002-move.err", Bytes: 1 << 30, Kept: 256 << 20, SHA256: strings.Repeat("ab", 32)},
		Redacted: []session.RedactCount{{Kind: "private key", Count: 2}}})
	n.run("INC-1/scope/call", session.Result{Outcome: session.Exited, Duration: time.Second})
	n.must(n.TickCheck(ctx, "INC-1/isolate", "copies", true))
	n.must(n.Note(ctx, session.Hypothesis, "the agent was rebuilt on Friday", "", time.Time{}))
	hypothesis := n.state().Events
	n.must(n.Note(ctx, session.Observation, "two lines\n- of text", "INC-1/isolate", n.Now().Wall.Add(-5*time.Minute)))
	n.must(n.Amend(ctx, n.state().Events, "one line of text", "read it again"))
	n.must(n.Note(ctx, session.Decision, "we rotate the key tonight", "", time.Time{}))
	n.must(n.Note(ctx, session.Communication, "called security@example.org", "", time.Time{}))
	n.must(n.Done(ctx, "INC-1/isolate", ""))
	n.must(n.Done(ctx, "INC-1/notify", "told everybody"))
	n.must(n.Skip(ctx, "INC-1/scope", "the scan of yesterday holds"))
	n.must(n.Reach(ctx, steps.Contained, n.Now().Wall.Add(-2*time.Minute), "the key is out of reach"))
	n.must(n.ChangeHypothesis(ctx, hypothesis, session.Holds, "its log says so"))
	n.must(n.Wait(ctx, "INC-1/clear", "Sigstore's all-clear", n.Now().Wall.Add(6*time.Hour)))
	n.notice(ctx)
	n.elsewhere(ctx)
	n.yes("INC-1/isolate/record", "yes")
	n.must(n.TakeRole(ctx, "bob", "Maintainer"))
	n.must(n.Transfer(ctx, "bob", "Maintainer"))
	n.must(n.Reclassify(ctx, []string{"INC-1", "INC-2"}, steps.High, "a module does harm too"))
	n.clock.Jump(90 * time.Second)
	n.must(n.CheckClocks(ctx))
	return n
}

func (n *night) notice(ctx context.Context) {
	n.t.Helper()
	template, _ := n.state().Runbook.Template("key")
	f := n.state().Fill(*template, n.Now())
	f.Missing, f.Body = nil, "Do not trust the old key."
	n.must(n.Draft(ctx, f))
	n.must(n.Sent(ctx, n.state().Events, "all customers", "mail"))
}

func (n *night) elsewhere(ctx context.Context) {
	n.t.Helper()
	p, err := n.Propose(ctx, "INC-1/isolate/shred", "")
	if err != nil {
		n.t.Fatal(err)
	}
	exit := 0
	n.must(n.RanElsewhere(ctx, p, "the build host", &exit, "gone"))
	n.must(n.Decline(ctx, p, "done on the build host"))
}
