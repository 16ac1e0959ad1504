package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

// These are ways in which a reviewer once got a command past the gate, a
// secret into the record, or a wrong time onto a clock.

// start confirms a command with a text of its own and starts it.
func (n *night) start(ref session.Ref, text string) (started uint64, evidence string) {
	n.t.Helper()
	p := n.propose(ref, text)
	yes := session.Yes{Typed: "yes"}
	if p.Type != "" {
		yes.Typed = p.Type
	}
	ticket, _, err := n.Confirm(context.Background(), p, yes)
	if err != nil {
		n.t.Fatal(err)
	}
	_, done, err := n.Start(context.Background(), ticket)
	if err != nil {
		n.t.Fatal(err)
	}
	return done[0].Receipt.Seq, done[0].Event.Data.(*session.Started).Evidence
}

func (n *night) end(started uint64, evidence string, r session.Result) {
	n.t.Helper()
	n.runner.Run(evidence).End(r)
	if _, err := n.Await(context.Background(), started); err != nil {
		n.t.Fatal(err)
	}
}

func TestWhatAnEarlierCommandSetIsShownAndPartOfTheYes(t *testing.T) {
	n := begin(t)
	set := func(target, path string) session.Result {
		return session.Result{Outcome: session.Exited, Carry: session.Carry{Set: map[string]string{"TARGET": target, "PATH": path}}}
	}
	first, evidence := n.start("INC-1/scope/ask", "export TARGET=/scratch")
	n.end(first, evidence, set("/scratch", "/usr/bin"))
	second, evidence := n.start("INC-1/scope/ask", "sleep 1")
	shown := n.propose("INC-1/scope/ask", `ls -- "$TARGET"`)
	if len(shown.Values) != 1 || shown.Values[0].Value != "/scratch" || strings.Join(shown.Carried, " ") != "PATH" {
		t.Errorf("the gate shows %v and %v", shown.Values, shown.Carried)
	}
	n.end(second, evidence, set("/prod", "/tmp/evil"))
	if _, _, err := n.Confirm(context.Background(), shown, session.Yes{Typed: "yes"}); !errors.Is(err, session.ErrRefused) {
		t.Errorf("a yes to /scratch ran in /prod: %v", err)
	}
}

func TestEvidenceComesFirstWhateverIsSaidOfIt(t *testing.T) {
	ctx := context.Background()
	one := 1
	for name, record := range map[string]func(*night){
		"it failed elsewhere": func(n *night) {
			_, _ = n.RanElsewhere(ctx, n.propose("INC-1/isolate/record", ""), "bastion2", &one, "")
		},
		"another text ran in its place": func(n *night) {
			started, evidence := n.start("INC-1/isolate/record", "true")
			n.end(started, evidence, session.Result{Outcome: session.Exited})
		},
		"it failed": func(n *night) { n.run("INC-1/isolate/record", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			n := begin(t)
			n.set("KEY_FILE", keyFile)
			n.set("VAULT", vault)
			record(n)
			if p := n.propose("INC-1/isolate/move", ""); len(p.Blocked) == 0 {
				t.Error("the key may be moved")
			}
		})
	}
}

func TestATextThatDestroysIsShownSoWhateverItsAuthorSays(t *testing.T) {
	n := begin(t)
	p := n.propose("INC-1/scope/ask", "rm -rf -- /srv/keys")
	if p.Risk != steps.RiskDestroys || p.Type == "" {
		t.Errorf("risk %s, typed word %q", p.Risk, p.Type)
	}
}

func TestASecretOfOneIncidentTypeIsSecretInAll(t *testing.T) {
	n := begin(t)
	n.Look(func(s *session.State) {
		s.Runbook.Inputs = append(s.Runbook.Inputs, steps.Input{Name: "VAULT_TOKEN", Secret: true, Incident: "INC-2"})
	})
	n.set("VAULT_TOKEN", "s3cr3t-value")
	if strings.Contains(dump(n.log.All()), "s3cr3t-value") {
		t.Error("it stands in the record")
	}
}

func TestASecretHasNoDefault(t *testing.T) {
	n := begin(t)
	n.Look(func(s *session.State) {
		for i := range s.Runbook.Inputs {
			if s.Runbook.Inputs[i].Name == "TOKEN" {
				s.Runbook.Inputs[i].Default = "from-the-runbook"
			}
		}
	})
	if p := n.propose("INC-1/scope/call", ""); len(p.Missing) != 1 {
		t.Errorf("it runs with %v", p.Values)
	}
}

func TestAValueThatLooksLikeASecretIsOne(t *testing.T) {
	n := begin(t)
	n.ports.Redact = func(text string, secrets []string) string {
		return strings.ReplaceAll(hide(text, secrets), "AKIA", "[redacted]")
	}
	n.resume()
	n.set("KEY_ID", "AKIA1234")
	started, evidence := n.start("INC-1/scope/ask", `echo "$KEY_ID"`)
	n.end(started, evidence, session.Result{Outcome: session.Exited})
	if got := n.runner.Orders()[0].Values["KEY_ID"]; got != "AKIA1234" {
		t.Errorf("the command got %q", got)
	}
	if strings.Contains(dump(n.log.All()), "AKIA") {
		t.Error("it stands in the record")
	}
}

func TestAReplacedSecretStaysOutOfTheRecord(t *testing.T) {
	n := begin(t)
	n.set("TOKEN", "first-token")
	n.set("TOKEN", "second-token")
	_, _ = n.Note(context.Background(), session.Observation, "the old one was first-token", "", time.Time{})
	if strings.Contains(dump(n.log.All()), "first-token") {
		t.Error("it stands in the record")
	}
}

func TestASecretCannotRewriteWhatNamesSomething(t *testing.T) {
	ctx := context.Background()
	n := begin(t)
	n.set("TOKEN", "isolate")
	if _, err := n.Done(ctx, "INC-1/isolate", ""); err != nil {
		t.Fatal(err)
	}
	n.Look(func(s *session.State) {
		if s.Step("INC-1/isolate").Status != session.Done {
			t.Error("the step stands open")
		}
	})
}

func TestATextWithASecretIsSaidAtTheGateAndInTheYes(t *testing.T) {
	n := begin(t)
	n.set("TOKEN", "hunter2-hunter2")
	p := n.propose("INC-1/scope/ask", "curl -d hunter2-hunter2 https://api")
	if !p.Hides {
		t.Error("the gate does not say so")
	}
	_, done, err := n.Confirm(context.Background(), p, session.Yes{Typed: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if c := done[len(done)-1].Event.Data.(*session.Confirmed); !c.Redacted || strings.Contains(c.Shell, "hunter2") {
		t.Errorf("%+v", c)
	}
}

func TestClocksAreRightAfterAJumpAndAReboot(t *testing.T) {
	n := begin(t)
	n.clock.Jump(-6 * time.Hour)
	if _, err := n.CheckClocks(context.Background()); err != nil {
		t.Fatal(err)
	}
	n.clock.Reboot()
	if got := n.elapsed(); got != 20*time.Minute {
		t.Errorf("%v since awareness", got)
	}
}

func TestAClockThatWasSetWhileNobodyLookedIsOnRecord(t *testing.T) {
	n := begin(t)
	n.clock.Pass(time.Hour)
	n.clock.Jump(time.Hour)
	n.resume()
	done, err := n.CheckClocks(context.Background())
	if err != nil || !strings.Contains(said(n, done), "the wall clock was set by +3600.0 s") {
		t.Errorf("%v: %s", err, said(n, done))
	}
}

func TestNothingEndsBeforeItWasNoticed(t *testing.T) {
	n := begin(t)
	early := n.Now().Wall.Add(-time.Hour)
	if _, err := n.Reach(context.Background(), steps.Contained, early, ""); !errors.Is(err, session.ErrRefused) {
		t.Errorf("contained before anybody was aware: %v", err)
	}
}

func TestTheOneWhoHandsOverTheConsoleSaysSo(t *testing.T) {
	n := begin(t)
	done, err := n.TakeRole(context.Background(), "bob", "Maintainer")
	if err != nil || done[0].Event.By.Name != "alice" || n.By().Name != "bob" {
		t.Errorf("%v: recorded by %s, now %s", err, done[0].Event.By.Name, n.By().Name)
	}
}

func TestANewRecordHasWhatTheOldOneHadComeTo(t *testing.T) {
	ctx := context.Background()
	old := begin(t)
	old.set("KEY_FILE", keyFile)
	_, _ = old.Done(ctx, "INC-1/notify", "")
	_, _ = old.TickCheck(ctx, "INC-1/isolate", "copies", true)
	_, _ = old.StopClock(ctx, "legal:CRA", "reported")
	_, _ = old.Note(ctx, session.Decision, "no downtime", "", time.Time{})
	old.start("INC-1/isolate/record", "")
	next := begin(t)
	old.Look(func(s *session.State) {
		if _, err := next.TakeOver(ctx, s); err != nil {
			t.Fatal(err)
		}
	})
	if !next.clockOf("legal:CRA").Stopped || !next.clockOf("response").Stopped {
		t.Error("a clock that had stopped runs")
	}
	next.Look(func(s *session.State) {
		if s.Step("INC-1/notify").Status != session.Done || len(s.Step("INC-1/isolate").Checks) != 1 || s.Inputs["KEY_FILE"].Value != keyFile {
			t.Errorf("steps %v, inputs %v", s.Steps, s.Inputs)
		}
	})
	if got := dump(next.log.All()); !strings.Contains(got, "no downtime") || !strings.Contains(got, "record was running") {
		t.Errorf("notes are lost:\n%s", got)
	}
}

func TestAResultThatCannotBeFoundOutStopsNoResume(t *testing.T) {
	n := begin(t)
	n.set("KEY_FILE", keyFile)
	n.start("INC-1/isolate/record", "")
	n.ports.Runner = elsewhere{n.runner}
	if words := said(n, n.resume()); !strings.Contains(words, "another host") {
		t.Errorf("resumed with %q", words)
	}
}

// elsewhere is a runner whose commands run on another host.
type elsewhere struct{ *sessiontest.Runner }

func (elsewhere) Adopt(context.Context, string) (session.Run, error) {
	return nil, errors.New("it runs on another host")
}

func TestACommandThatIsAtWorkSaysSoAtTheGate(t *testing.T) {
	n := begin(t)
	n.start("INC-1/scope/ask", "sleep 1")
	if got := strings.Join(n.propose("INC-1/scope/ask", "sleep 1").Remarks(), " "); !strings.Contains(got, "It runs already, since 03:13:05 UTC") {
		t.Errorf("the gate says %q", got)
	}
}
