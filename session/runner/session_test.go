package runner_test

import (
	"os"
	"path/filepath"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
	"wsc-respond/session/host"
	"wsc-respond/session/runner"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

// night is a session with everything real but the record.
type night struct {
	t     *testing.T
	dir   string
	ports session.Ports
	rb    *steps.Runbook
	*session.Session
}

func begin(t *testing.T) *night {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	self, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	store, err := evidence.New(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	n := &night{t: t, dir: dir, rb: sessiontest.Runbook()}
	n.rb.Incidents[0].Phases[0].Steps[0].Commands = []steps.Command{
		{Name: "move", Shell: "cd /usr; export SEEN=1; echo out; echo err >&2; exit 3", Risk: steps.RiskReads},
		{Name: "next", Shell: `echo "$PWD $SEEN"`, Risk: steps.RiskReads},
		{Name: "wait", Shell: `echo ready; until [ -e "$WSC_RESPOND_SESSION/open" ]; do sleep 0.01; done; echo "late" > "$WSC_RESPOND_EVIDENCE/file"`, Risk: steps.RiskReads},
	}
	n.ports = session.Ports{Log: &sessiontest.Log{}, Time: sessiontest.NewClock(), Host: host.Machine{}, Bash: host.Bash(),
		Evidence: store, Runner: runner.New(runner.Options{SessionDir: dir, Self: self, Env: os.Environ()})}
	opening := sessiontest.Opening(n.rb)
	opening.Opened.Where.Dir = dir
	s, _, err := session.Begin(t.Context(), n.ports, n.rb, opening)
	if err != nil {
		t.Fatal(err)
	}
	n.Session = s
	return n
}

// start takes a command through the gate, and returns its started event.
func (n *night) start(name string) uint64 {
	n.t.Helper()
	ref := steps.Ref("INC-1/" + n.rb.Incidents[0].Phases[0].Steps[0].ID).Command(name)
	p, err := n.Propose(n.t.Context(), ref, "")
	if err != nil || len(p.Blocked) > 0 {
		n.t.Fatalf("propose: %v %v", err, p.Blocked)
	}
	ticket, _, err := n.Confirm(n.t.Context(), p, session.Yes{Typed: "yes"})
	if err != nil {
		n.t.Fatal(err)
	}
	_, done, err := n.Start(n.t.Context(), ticket)
	if err != nil {
		n.t.Fatal(err)
	}
	return done[0].Receipt.Seq
}

// ended waits for a command and returns what the record says of its end.
func (n *night) ended(started uint64) *session.Ended {
	n.t.Helper()
	done, err := n.Await(n.t.Context(), started)
	if err != nil {
		n.t.Fatal(err)
	}
	for _, d := range done {
		if e, ok := d.Event.Data.(*session.Ended); ok {
			return e
		}
	}
	n.t.Fatalf("no end in %d events", len(done))
	return nil
}

func TestAConfirmedCommandRunsAndItsEndIsOnRecord(t *testing.T) {
	n := begin(t)
	e := n.ended(n.start("move"))
	if e.Outcome != session.Exited || e.Exit != 3 || e.Stdout.Bytes != 4 || e.Stderr.Bytes != 4 || e.Carry.Dir != "/usr" {
		t.Errorf("%+v", e)
	}
	if content, err := n.ports.Evidence.Read(e.Stdout.File, 100); err != nil || string(content) != "out\n" {
		t.Errorf("%q, %v", content, err)
	}
	e = n.ended(n.start("next"))
	if content, err := n.ports.Evidence.Read(e.Stdout.File, 100); err != nil || string(content) != "/usr 1\n" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestATicketRunsOnce(t *testing.T) {
	n := begin(t)
	if _, err := n.ports.Runner.Start(t.Context(), &session.Ticket{}); err == nil {
		t.Error("a ticket that nobody confirmed was taken")
	}
	if _, err := n.ports.Runner.Start(t.Context(), nil); err == nil {
		t.Error("no ticket was taken")
	}
}

func TestTheNextConsoleGetsTheCommand(t *testing.T) {
	n := begin(t)
	started := n.start("wait")
	// Another console takes the session up from its events alone.
	s, _, err := session.Resume(t.Context(), n.ports, n.rb, sessiontest.Actor(), session.Resumed{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n.Session = s
	if run, ok := n.Run(started); !ok || run.Live().Ended {
		t.Fatalf("the command is not at work there: %v", ok)
	}
	if err := os.WriteFile(filepath.Join(n.dir, "open"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if e := n.ended(started); e.Outcome != session.Exited || e.Exit != 0 || e.Stdout.Bytes != 6 {
		t.Errorf("%+v", e)
	}
	n.Look(func(s *session.State) {
		if len(s.RunningNow()) != 0 {
			t.Error("the record says that it still runs")
		}
	})
}
