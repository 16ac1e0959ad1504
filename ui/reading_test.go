package ui

import (
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/pane"
)

func TestTheBriefIsReadInTheConsole(t *testing.T) {
	for _, follows := range []bool{false, true} {
		d := sit(t, 80, 24)
		d.press("w")
		d.write("the mirror's answer")
		d.press("enter")
		if follows {
			d.c.opened.Session = nil
		}
		d.give(keyOf("b"))
		d.sees("Action brief", "cobalt-heron", "the mirror's answer")
		if d.c.mode() != keys.Pager {
			t.Errorf("it is read in %s", d.c.mode())
		}
		checkFits(t, d.screen(), 80, 24)
		d.give(keyOf("esc"))
		d.seesNot("Action brief")
	}
}

func TestAMessageThatStaysSaysHowItGoes(t *testing.T) {
	d := sit(t, 120, 40, func(o *Options) { o.Opened.Say = []string{"you are recorded as alice"} })
	d.sees("You are recorded as alice.", "esc hide message")
	d.press("j", "esc")
	d.seesNot("You are recorded as alice.")
	d.seesNot("hide message")

	d.c.tell(pane.Info, "It goes by itself.")
	d.seesNot("hide message")
}

func TestTheRoleIsKnownWhateverItsCase(t *testing.T) {
	rb := sample()
	rb.Incidents[0].Phases[0].Steps[0].Activity = rb.RACI[0].Activity
	d := sitOn(t, rb, 120, 40)
	step := &d.c.state.Runbook.Incidents[0].Phases[0].Steps[0]
	told := func(role string) string {
		d.c.me = session.Person{Name: "alice", Role: role}
		return d.c.raci(step)
	}
	for _, role := range rb.RACI[0].Order {
		lower := told(strings.ToLower(role))
		if want := told(role); !strings.EqualFold(lower, want) || strings.HasPrefix(want, "R/A: ") != (rb.RACI[0].Letters(role) == "") {
			t.Errorf("%s is told %q, in small letters %q", role, want, lower)
		}
	}
	if got := told("Night shift"); got != "R/A: "+strings.Join(rb.RACI[0].Doers(), ", ") {
		t.Errorf("a role that is not in the table is told %q", got)
	}
}

func TestAValueIsAskedForWithoutAComplaint(t *testing.T) {
	d := sit(t, 80, 24)
	d.give(keyOf("enter"))
	d.give(keyOf("enter"))
	d.until("the question", func() bool { return d.c.dialogs.open != nil })
	d.seesNot("is needed")
	d.give(keyOf("enter"))
	d.sees("A value is needed.")
}
