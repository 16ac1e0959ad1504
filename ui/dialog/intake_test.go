package dialog_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
)

// nightRunbook has the indicators and the questions of the night that the
// project is drawn after.
func nightRunbook() *steps.Runbook {
	indicator := func(id, text string, level steps.Level) steps.Indicator {
		return steps.Indicator{ID: id, Text: text, Severity: level}
	}
	return &steps.Runbook{
		Document: steps.Document{Title: "Night"},
		Incidents: []steps.Incident{
			{ID: "INC-1", Title: "Private key compromise", Indicators: []steps.Indicator{
				indicator("INC-1/public", "A key file was found in a public place", steps.Critical),
				indicator("INC-1/nobody", "Signatures appear that nobody made", steps.High),
				indicator("INC-1/mode", "Permissions of a key file changed", steps.Medium),
				indicator("INC-1/log", "A signing log shows activity that nobody can explain", steps.High),
			}},
			{ID: "INC-2", Title: "Malicious module", Indicators: []steps.Indicator{
				indicator("INC-2/verifies", "A module passes verification and is malicious", steps.Critical),
				indicator("INC-2/reports", "Users report that a module does what it should not", steps.High),
				indicator("INC-2/source", "A module differs from what its source builds", steps.High),
			}},
			{ID: "INC-3", Title: "Log is down", Indicators: []steps.Indicator{
				indicator("INC-3/unreachable", "The transparency log does not answer", steps.Medium),
				indicator("INC-3/announced", "The log's operator announced an incident", steps.High),
				indicator("INC-3/proof", "An inclusion proof does not verify", steps.High),
			}},
			{ID: "INC-4", Title: "Flaw in the tool", Indicators: []steps.Indicator{
				indicator("INC-4/advisory", "An advisory names a flaw in the signing tool", steps.High),
				indicator("INC-4/crash", "Verification crashes on a module", steps.Medium),
				indicator("INC-4/accepts", "Verification accepts what it should refuse", steps.Critical),
			}},
		},
		Severities: []steps.SeverityLevel{
			{Level: steps.Critical, Response: 0}, {Level: steps.High, Response: 4 * 3600},
			{Level: steps.Medium, Response: 24 * 3600}, {Level: steps.Low, Response: 7 * 24 * 3600},
		},
		RACI:     []steps.Activity{{Activity: "Revoke", Roles: map[string]string{"System Integrator": "R/A"}, Order: []string{"Maintainer", "System Integrator"}}},
		Contacts: []steps.Contact{{Role: "Security lead"}, {Role: "Maintainer"}, {Role: "Legal"}, {Role: "Press"}, {Role: "Duty", Contact: "555", Filled: true}},
		Questions: []steps.Question{
			{ID: "outside", Ask: "Is private key material outside your control?", For: []string{"INC-1", "INC-2"}, Answers: []steps.Answer{
				{Say: "Yes, I have seen it", Points: map[string]int{"INC-1": 2}, Severity: steps.Critical},
				{Say: "I suspect so", Points: map[string]int{"INC-1": 1}, Severity: steps.High},
				{Say: "No", RulesOut: []string{"INC-1"}},
			}},
			{ID: "verifies", Ask: "Does a module that does harm pass verification?", Answers: []steps.Answer{
				{Say: "Yes", Points: map[string]int{"INC-2": 2}, Severity: steps.Critical},
				{Say: "No"},
			}},
		},
	}
}

func intake(in session.Intake) *dialog.Intake {
	in.Runbook = nightRunbook()
	if in.CodeName == "" {
		in.CodeName = "cobalt-heron"
	}
	return dialog.NewIntake(dialog.IntakeStart{Intake: in, Login: "alice", Now: now})
}

func TestIntakeTheNightIsAPrivateKeyCompromise(t *testing.T) {
	d := intake(session.Intake{})
	goldens(t, "intake/1-seen", d)
	press(t, d, "space", "down", "space", "down", "down", "down", "space", "enter")
	goldens(t, "intake/2-question", d)
	press(t, d, "up", "up", "up", "enter") // yes, I have seen it
	goldens(t, "intake/3-who", d)
	write(t, d, "20 minutes ago")
	press(t, d, "tab", "tab", "right", "right", "enter")
	goldens(t, "intake/4-outcome", d)
	done := action[dialog.IntakeDone](t, press(t, d, "enter")).Intake
	types, level := done.Plan()
	if !slices.Equal(types, []string{"INC-1"}) || level != steps.Critical {
		t.Errorf("the plan is %v %s", types, level)
	}
	if done.Name != "alice" || done.Role != "System Integrator" || done.CodeName != "cobalt-heron" || !done.Noticed.Equal(now().Add(-20*time.Minute)) {
		t.Errorf("got %+v", done)
	}
	if _, err := done.Classified(); err != nil {
		t.Error(err)
	}
}

func TestIntakeAddsTheOtherTypeWithOneKey(t *testing.T) {
	d := intake(session.Intake{Name: "alice", Noticed: now()})
	press(t, d, "space", "down", "down", "down", "down", "space", "enter", "up", "up", "up", "enter")
	for strings.Contains(view(d, 80, 24), "I am not sure") {
		press(t, d, "enter")
	}
	if !strings.Contains(view(d, 80, 24), "also possible") {
		t.Fatalf("no other type is offered:\n%s", view(d, 80, 24))
	}
	done := action[dialog.IntakeDone](t, press(t, d, "a", "enter")).Intake
	if types, _ := done.Plan(); !slices.Equal(types, []string{"INC-1", "INC-2"}) {
		t.Errorf("the plan is %v", types)
	}
}

func TestIntakeTAtTheFirstScreenOpensTriage(t *testing.T) {
	done := action[dialog.IntakeDone](t, press(t, intake(session.Intake{}), "t")).Intake
	if types, _ := done.Plan(); len(types) != 0 || !done.Triage || done.Name != "alice" {
		t.Errorf("got %+v", done)
	}
}

func TestIntakeThatNothingTellsOffersTriage(t *testing.T) {
	d := intake(session.Intake{Name: "alice", Noticed: now()})
	press(t, d, "pgdown", "pgdown", "pgdown")
	for range 20 {
		press(t, d, "down")
	}
	press(t, d, "up", "space", "enter") // none of these
	for d.Mode() == keys.Intake && !strings.Contains(view(d, 80, 24), "Nothing tells yet") {
		press(t, d, "enter") // not sure
	}
	goldens(t, "intake/5-triage", d)
	done := action[dialog.IntakeDone](t, press(t, d, "enter")).Intake
	if !done.Triage {
		t.Errorf("got %+v", done)
	}
}

func TestIntakeNotSureOpensInTriageWithoutAQuestion(t *testing.T) {
	d := intake(session.Intake{})
	first := view(d, 80, 24)
	notSure := func() {
		for range 20 {
			press(t, d, "down")
		}
		press(t, d, "enter")
	}
	notSure()
	if got := view(d, 80, 24); !strings.Contains(got, "who are you?") {
		t.Fatalf("the next page is\n%s", got)
	}
	press(t, d, "enter")
	goldens(t, "intake/8-not-sure", d)
	press(t, d, "esc", "esc")
	if got := view(d, 80, 24); got != first {
		t.Fatalf("esc leads back to\n%s", got)
	}
	press(t, d, "space", "enter")
	if got := view(d, 80, 24); !strings.Contains(got, "Is private key material") {
		t.Fatalf("after all, the questions are left out:\n%s", got)
	}
	press(t, d, "esc", "space")
	notSure()
	press(t, d, "enter")
	done := action[dialog.IntakeDone](t, press(t, d, "enter")).Intake
	if types, _ := done.Plan(); len(types) != 0 || !done.Triage || done.Name != "alice" {
		t.Errorf("got %+v", done)
	}
}

func TestIntakeAsksToMarkSomething(t *testing.T) {
	d := intake(session.Intake{})
	if got := press(t, d, "enter"); got.Close || !strings.Contains(view(d, 60, 15), "one of the last two rows") {
		t.Errorf("got %+v\n%s", got, view(d, 60, 15))
	}
}

func TestIntakeEscTakesAnAnswerBack(t *testing.T) {
	d := intake(session.Intake{Name: "alice", Noticed: now()})
	first := view(d, 80, 24)
	press(t, d, "space", "enter")
	question := view(d, 80, 24)
	press(t, d, "enter")
	press(t, d, "esc")
	if got := view(d, 80, 24); got != question {
		t.Errorf("the question is now\n%s", got)
	}
	press(t, d, "esc", "space")
	if got := view(d, 80, 24); got != first {
		t.Errorf("the first page is now\n%s", got)
	}
}

func TestIntakeOverrulingNeedsAReason(t *testing.T) {
	d := intake(session.Intake{Name: "alice", Noticed: now()})
	press(t, d, "space", "enter", "up", "up", "up", "enter", "enter")
	press(t, d, "e")
	press(t, d, "tab", "right") // the severity: high
	goldens(t, "intake/6-edit", d)
	if got := press(t, d, "enter"); got.Close || !strings.Contains(view(d, 80, 24), "reason is needed") {
		t.Fatalf("got %+v\n%s", got, view(d, 80, 24))
	}
	write(t, d, "the key was revoked in spring")
	press(t, d, "enter")
	done := action[dialog.IntakeDone](t, press(t, d, "enter")).Intake
	c, err := done.Classified()
	if err != nil || c.Severity != steps.High || c.Overridden != "the key was revoked in spring" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestIntakeSkipsWhatTheCommandLineSaid(t *testing.T) {
	d := intake(session.Intake{Types: []string{"INC-2"}, Severity: steps.High, Name: "bob", Role: "Maintainer"})
	if !strings.Contains(view(d, 80, 24), "When was it noticed") {
		t.Fatalf("the first page is\n%s", view(d, 80, 24))
	}
	press(t, d, "enter")
	goldens(t, "intake/7-named", d)
	done := action[dialog.IntakeDone](t, press(t, d, "enter")).Intake
	types, level := done.Plan()
	if !slices.Equal(types, []string{"INC-2"}) || level != steps.High || done.Name != "bob" {
		t.Errorf("got %+v", done)
	}
}

func TestIntakeLeavesWithoutAnything(t *testing.T) {
	for _, name := range []string{"ctrl+c", "q"} {
		action[dialog.LeaveChosen](t, press(t, intake(session.Intake{}), name))
	}
}

func TestIntakeRefusesATimeInTheFuture(t *testing.T) {
	d := intake(session.Intake{Types: []string{"INC-2"}})
	write(t, d, "2026-11-23 10:00")
	if got := press(t, d, "enter"); got.Close || !strings.Contains(view(d, 80, 24), "lies in the future") {
		t.Errorf("got %+v", got)
	}
}
