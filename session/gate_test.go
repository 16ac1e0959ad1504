package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

const keyFile, vault = "/srv/keys/release.sec", "/mnt/vault"

func host() sessiontest.Host {
	return sessiontest.Host{
		keyFile: {Mode: "0644", Words: "-rw-r--r-- build 65 B"},
		vault:   {Dir: true, Mode: "0700", Words: "drwx------ root"},
		"/open": {Dir: true, Mode: "0755", Words: "drwxr-xr-x root"},
	}
}

// hide stands in for the real redaction.
func hide(text string, secrets []string) string {
	for _, s := range secrets {
		text = strings.ReplaceAll(text, s, "[redacted]")
	}
	return text
}

// night is a session with stand-ins for everything around it.
type night struct {
	*session.Session
	t      *testing.T
	log    *sessiontest.Log
	clock  *sessiontest.Clock
	runner *sessiontest.Runner
	ports  session.Ports
}

func begin(t *testing.T) *night {
	t.Helper()
	n := &night{t: t, log: &sessiontest.Log{}, clock: sessiontest.NewClock(), runner: &sessiontest.Runner{}}
	n.ports = session.Ports{Log: n.log, Time: n.clock, Runner: n.runner, Evidence: &sessiontest.Evidence{}, Host: host(), Bash: "/usr/bin/bash", Redact: hide}
	rb := sessiontest.Runbook()
	s, _, err := session.Begin(context.Background(), n.ports, rb, sessiontest.Opening(rb))
	if err != nil {
		t.Fatal(err)
	}
	n.Session = s
	return n
}

func (n *night) resume() []session.Recorded {
	n.t.Helper()
	s, done, err := session.Resume(context.Background(), n.ports, sessiontest.Runbook(), sessiontest.Actor(), session.Resumed{}, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	n.Session = s
	return done
}

func (n *night) set(name, value string) {
	n.t.Helper()
	if _, err := n.SetInput(context.Background(), name, value, "typed"); err != nil {
		n.t.Fatal(err)
	}
}

func (n *night) propose(ref session.Ref, text string) session.Proposal {
	n.t.Helper()
	p, err := n.Propose(context.Background(), ref, text)
	if err != nil {
		n.t.Fatal(err)
	}
	return p
}

// run confirms, starts and ends a command.
func (n *night) run(ref session.Ref, exit int) []session.Recorded {
	n.t.Helper()
	ctx := context.Background()
	ticket, _, err := n.Confirm(ctx, n.propose(ref, ""), session.Yes{Typed: "yes"})
	if err != nil {
		n.t.Fatal(err)
	}
	_, started, err := n.Start(ctx, ticket)
	if err != nil {
		n.t.Fatal(err)
	}
	evidence := started[0].Event.Data.(*session.Started).Evidence
	n.runner.Run(evidence).End(session.Result{Outcome: session.Exited, Exit: exit})
	ended, err := n.Await(ctx, started[0].Receipt.Seq)
	if err != nil {
		n.t.Fatal(err)
	}
	return ended
}

func TestNothingStartsWithoutADurableYes(t *testing.T) {
	ctx := context.Background()
	tickets := map[string]func(*night) *session.Ticket{
		"no ticket at all":            func(*night) *session.Ticket { return nil },
		"a ticket that somebody made": func(*night) *session.Ticket { return &session.Ticket{} },
		"a ticket whose start is unwritten": func(n *night) *session.Ticket {
			ticket, _, err := n.Confirm(ctx, n.propose("INC-1/isolate/record", ""), session.Yes{Typed: "yes"})
			if err != nil {
				n.t.Fatal(err)
			}
			return ticket
		},
	}
	for name, make := range tickets {
		t.Run(name, func(t *testing.T) {
			n := begin(t)
			n.set("KEY_FILE", keyFile)
			if _, err := n.runner.Start(ctx, make(n)); !errors.Is(err, session.ErrNoTicket) {
				t.Errorf("the runner took it: %v", err)
			}
			if got := n.runner.Orders(); len(got) != 0 {
				t.Errorf("it ran: %v", got)
			}
		})
	}
}

func TestATicketRunsOnce(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	ticket, _, err := n.Confirm(ctx, n.propose("INC-1/isolate/record", ""), session.Yes{Typed: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := n.Start(ctx, ticket); err != nil {
		t.Fatal(err)
	}
	if _, _, err := n.Start(ctx, ticket); !errors.Is(err, session.ErrNoTicket) {
		t.Errorf("a second start: %v", err)
	}
	if got := len(n.runner.Orders()); got != 1 {
		t.Errorf("it ran %d times", got)
	}
}

func TestAYesThatCannotBeWrittenIsNoYes(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	p := n.propose("INC-1/isolate/record", "")
	n.log.Fail(errors.New("no space left on device"))
	ticket, _, err := n.Confirm(ctx, p, session.Yes{Typed: "yes"})
	if ticket != nil || !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("ticket %v, error %v", ticket, err)
	}
	n.log.Fail(nil)
	if _, err := n.Done(ctx, "INC-1/scope", ""); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("the session wrote again after a failed write: %v", err)
	}
}

func TestAStartThatCannotBeWrittenStartsNothing(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	ticket, _, err := n.Confirm(ctx, n.propose("INC-1/isolate/record", ""), session.Yes{Typed: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	n.log.Fail(errors.New("input/output error"))
	if _, _, err := n.Start(ctx, ticket); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v", err)
	}
	if got := n.runner.Orders(); len(got) != 0 {
		t.Errorf("it ran: %v", got)
	}
}

func TestTheGateBlocks(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*night)
		ref     session.Ref
		text    string
		want    string
	}{
		{"a missing value", func(*night) {}, "INC-1/isolate/record", "", "KEY_FILE has no value"},
		{"a placeholder", func(*night) {}, "INC-1/scope/ask", "", "<uuid> is a stand-in"},
		{"a placeholder that an edit brought", func(n *night) { n.set("KEY_FILE", keyFile) }, "INC-1/isolate/record", "stat /path/to/key", "/path/to/key is a stand-in"},
		{"a change before its evidence", func(n *night) { n.set("KEY_FILE", keyFile); n.set("VAULT", vault) }, "INC-1/isolate/move", "", `"record" has to run first`},
		{"an input named inside quotes", func(*night) {}, "INC-1/scope/ask", `sh -c 'cat "$KEY_FILE"'`, "KEY_FILE has no value"},
		{"nothing but remarks", func(*night) {}, "INC-1/scope/ask", "# tag and release\n\n  # then rest", "nothing to run here"},
		{"a machine without bash", func(n *night) { n.set("KEY_FILE", keyFile); n.ports.Bash = ""; n.resume() }, "INC-1/isolate/record", "", "no bash on this machine"},
		{"a file that has gone", func(n *night) { n.set("KEY_FILE", keyFile); delete(n.ports.Host.(sessiontest.Host), keyFile) }, "INC-1/isolate/record", "", "there is no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := begin(t)
			tt.prepare(n)
			p := n.propose(tt.ref, tt.text)
			if !slices.ContainsFunc(p.Blocked, func(s string) bool { return strings.Contains(s, tt.want) }) {
				t.Errorf("blocked: %q, want one that says %q", p.Blocked, tt.want)
			}
			ticket, _, err := n.Confirm(context.Background(), p, session.Yes{Typed: "yes"})
			if ticket != nil || !errors.Is(err, session.ErrRefused) {
				t.Errorf("ticket %v, error %v", ticket, err)
			}
		})
	}
}

func TestAStandInBecomesAValueThatIsAskedFor(t *testing.T) {
	n := begin(t)
	p := n.propose("INC-1/scope/ask", n.propose("INC-1/scope/ask", "").Suggested)
	if len(p.Placeholders) != 0 || len(p.Missing) != 1 || p.Missing[0].Name != "UUID" {
		t.Fatalf("%q still has %v and misses %v", p.Shell, p.Placeholders, p.Missing)
	}
	n.set("UUID", "24296fb24b8ad77a")
	if p = n.propose("INC-1/scope/ask", p.Shell); len(p.Blocked) != 0 {
		t.Errorf("blocked: %q", p.Blocked)
	}
}

func TestAChangeMayRunOnceItsEvidenceIsTaken(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	n.set("VAULT", vault)
	n.run("INC-1/isolate/record", 0)
	n.run("INC-1/isolate/move", 0)
	if got := len(n.runner.Orders()); got != 2 {
		t.Errorf("%d commands ran, want 2", got)
	}
}

func TestWhatDestroysWantsATypedWord(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	p := n.propose("INC-1/isolate/shred", "")
	if p.Type != "shred release.sec" {
		t.Fatalf("type %q", p.Type)
	}
	for _, typed := range []string{"", "y", "yes", "shred", "shred release.se"} {
		if ticket, _, _ := n.Confirm(context.Background(), p, session.Yes{Typed: typed}); ticket != nil {
			t.Errorf("%q was a yes", typed)
		}
	}
	if ticket, _, err := n.Confirm(context.Background(), p, session.Yes{Typed: "shred release.sec"}); ticket == nil {
		t.Errorf("the typed word was no yes: %v", err)
	}
}

func TestAnEditNeverLooksLessDangerousThanTheOriginal(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	if p := n.propose("INC-1/isolate/shred", "ls"); p.Risk != steps.RiskDestroys {
		t.Errorf("edited to a reading text it %s", p.Risk)
	}
	p := n.propose("INC-1/isolate/record", `rm -f -- "$KEY_FILE"`)
	if p.Risk != steps.RiskDestroys || p.Type == "" || !p.Edited {
		t.Errorf("edited to a destroying text: risk %s, typed word %q", p.Risk, p.Type)
	}
}

func TestAProposalThatIsOutOfDateIsNotConfirmed(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	p := n.propose("INC-1/isolate/record", "")
	n.set("KEY_FILE", "/srv/keys/../keys/release.sec")
	if ticket, _, err := n.Confirm(context.Background(), p, session.Yes{Typed: "yes"}); ticket == nil {
		t.Errorf("the same value again: %v", err)
	}
	n.ports.Host.(sessiontest.Host)["/srv/keys/other.sec"] = session.Seen{Mode: "0600"}
	n.set("KEY_FILE", "/srv/keys/other.sec")
	if ticket, _, _ := n.Confirm(context.Background(), p, session.Yes{Typed: "yes"}); ticket != nil {
		t.Error("a proposal with an old value was confirmed")
	}
}

func TestAProposalThatNobodyMadeIsNotConfirmed(t *testing.T) {
	n := begin(t)
	forged := session.Proposal{Command: "INC-1/isolate/record", Shell: "true"}
	if ticket, _, _ := n.Confirm(context.Background(), forged, session.Yes{Typed: "yes"}); ticket != nil {
		t.Error("a forged proposal was confirmed")
	}
	shown := n.propose("INC-1/scope/ask", "true")
	shown.Shell = "rm -rf /"
	if ticket, _, _ := n.Confirm(context.Background(), shown, session.Yes{Typed: "yes"}); ticket != nil {
		t.Error("a proposal whose text was changed after it was shown was confirmed")
	}
}

func TestASecretReachesTheCommandAndNothingElse(t *testing.T) {
	const secret = "hunter2-hunter2"
	ctx := context.Background()
	n := begin(t)
	n.set("TOKEN", secret)
	p := n.propose("INC-1/scope/call", "")
	ticket, _, err := n.Confirm(ctx, p, session.Yes{Typed: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := n.Start(ctx, ticket); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Note(ctx, session.Observation, "the token is "+secret, "", n.Now().Wall); err != nil {
		t.Fatal(err)
	}
	order := n.runner.Orders()[0]
	if order.Values["TOKEN"] != secret || !slices.Contains(order.Secrets, secret) {
		t.Errorf("the command did not get it: %v", order.Values)
	}
	if got := dump(n.log.All()); strings.Contains(got, secret) {
		t.Errorf("it stands in the record:\n%s", got)
	}
	n.resume()
	if p := n.propose("INC-1/scope/call", ""); len(p.Missing) != 1 {
		t.Errorf("after a resume it is not asked for again: %v", p.Missing)
	}
}

func TestACommandGetsWhatEarlierOnesChanged(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	ticket, _, _ := n.Confirm(ctx, n.propose("INC-1/isolate/record", `cd /srv && export SIGNER="$KEY_FILE"`), session.Yes{Typed: "yes"})
	_, started, err := n.Start(ctx, ticket)
	if err != nil {
		t.Fatal(err)
	}
	n.runner.Run(started[0].Event.Data.(*session.Started).Evidence).End(session.Result{
		Outcome: session.Exited, Carry: session.Carry{Dir: "/srv", Set: map[string]string{"SIGNER": keyFile}}})
	if _, err := n.Await(ctx, started[0].Receipt.Seq); err != nil {
		t.Fatal(err)
	}
	p := n.propose("INC-1/scope/ask", `echo "$SIGNER"`)
	if p.Dir != "/srv" || len(p.Missing) != 0 {
		t.Errorf("dir %q, missing %v", p.Dir, p.Missing)
	}
}
