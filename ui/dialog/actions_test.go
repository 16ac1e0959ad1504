package dialog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
)

// do presses the keys of a script; text in quotes is typed letter by letter.
func do(t *testing.T, d dialog.Dialog, script string) dialog.Result {
	t.Helper()
	var last dialog.Result
	for i, part := range strings.Split(script, "'") {
		if i%2 == 1 {
			write(t, d, part)
			continue
		}
		if names := strings.Fields(part); len(names) > 0 {
			last = press(t, d, names...)
		}
	}
	return last
}

func inputs(d desk, offers ...session.OpenOffer) dialog.Dialog {
	return look(d, func(s *session.State) *dialog.List { return dialog.NewInputs(s, offers) })
}

func TestKeysLeadToActions(t *testing.T) {
	d := open(t, sessiontest.Runbook())
	if _, err := d.Note(t.Context(), session.Hypothesis, "the agent was rebuilt", "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	var hypothesis uint64
	d.Look(func(s *session.State) { hypothesis = s.Notes[0].Seq })
	vault := steps.Input{Name: "VAULT", Kind: steps.KindDir, Default: "/mnt/vault"}
	offer := session.OpenOffer{Offer: session.Offer{Name: "VAULT", Value: "/mnt/vault"}, From: recordRef}
	other := session.OpenOffer{Offer: session.Offer{Name: "ISSUER", Value: "x"}, From: recordRef}

	for name, tc := range map[string]struct {
		dialog dialog.Dialog
		script string
		want   dialog.Action
	}{
		"a value that is typed": {dialog.NewAskValue(steps.Input{Name: "N"}, "", ""), "'a b' enter", dialog.InputGiven{Name: "N", Value: "a b", From: "typed"}},
		"the default kept":      {dialog.NewAskValue(vault, "", ""), "enter", dialog.InputGiven{Name: "VAULT", Value: "/mnt/vault", From: "default"}},
		"the default changed":   {dialog.NewAskValue(vault, "", ""), "'2' enter", dialog.InputGiven{Name: "VAULT", Value: "/mnt/vault2", From: "typed"}},
		"no value":              {dialog.NewAskValue(steps.Input{Name: "N"}, "", ""), "enter", nil},
		"a note":                {dialog.NewNote("INC-1/isolate", "", now), "'odd' enter", dialog.NoteWritten{Type: session.Observation, Text: "odd", Step: "INC-1/isolate"}},
		"a thought becomes a hypothesis with tab": {dialog.NewNote("", "", now), "'the agent was rebuilt on Friday' tab enter",
			dialog.NoteWritten{Type: session.Hypothesis, Text: "the agent was rebuilt on Friday"}},
		"a decision of 20 minutes ago": {dialog.NewNote("", "", now), "'stop' tab tab up '20' enter",
			dialog.NoteWritten{Type: session.Decision, Text: "stop", When: now().Add(-20 * time.Minute)}},
		"a note of two lines":               {dialog.NewNote("", "", now), "'a' ctrl+j 'b' alt+enter 'c' enter", dialog.NoteWritten{Type: session.Observation, Text: "a\nb\nc"}},
		"an empty note":                     {dialog.NewNote("", "", now), "space enter", nil},
		"a note in the future":              {dialog.NewNote("", "", now), "'a' up '2027-01-01 10:00' enter", nil},
		"a reason":                          {dialog.NewReason(dialog.SkipStep, "INC-1/notify", "Skip", "Why?"), "'done by phone' enter", dialog.ReasonGiven{For: dialog.SkipStep, Ref: "INC-1/notify", Reason: "done by phone"}},
		"no reason":                         {dialog.NewReason(dialog.SkipStep, "INC-1/notify", "Skip", "Why?"), "enter", nil},
		"a wait with a reminder":            {dialog.NewWait("INC-1/clear", "", now), "'all-clear' tab '06:00 UTC' enter", dialog.WaitSet{Step: "INC-1/clear", For: "all-clear", Until: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)}},
		"a wait without one":                {dialog.NewWait("INC-1/clear", "", now), "'all-clear' enter", dialog.WaitSet{Step: "INC-1/clear", For: "all-clear"}},
		"a wait for nothing":                {dialog.NewWait("INC-1/clear", "", now), "enter", nil},
		"a correction":                      {dialog.NewAmend(7, "one"), "' more' tab 'a word was missing' enter", dialog.Amended{Of: 7, Text: "one more", Reason: "a word was missing"}},
		"a withdrawal":                      {dialog.NewAmend(7, "one"), "ctrl+u tab 'wrong host' enter", dialog.Amended{Of: 7, Withdrawn: true, Reason: "wrong host"}},
		"no correction":                     {dialog.NewAmend(7, "one"), "enter", nil},
		"a text to find":                    {dialog.NewFind(""), "'key' enter", dialog.FindText{Text: "key"}},
		"a role of the runbook":             {dialog.NewRole(sessiontest.Runbook(), session.Person{Name: "bob"}), "tab right enter", dialog.RoleTaken{Name: "bob", Role: "Maintainer"}},
		"a role of one's own":               {dialog.NewRole(sessiontest.Runbook(), session.Person{}), "'eve' tab 'Scribe' enter", dialog.RoleTaken{Name: "eve", Role: "Scribe"}},
		"no name":                           {dialog.NewRole(sessiontest.Runbook(), session.Person{}), "enter", nil},
		"a hand-over":                       {look(d, dialog.NewHandOver), "'bob' enter", dialog.HandedOver{To: "bob", Role: "System Integrator"}},
		"a milestone now":                   {look(d, func(s *session.State) *dialog.Milestones { return dialog.NewMilestones(s, now) }), "down down down enter tab 'agents stopped' enter", dialog.MilestoneGiven{Milestone: steps.Contained, Note: "agents stopped"}},
		"a milestone at its time":           {look(d, func(s *session.State) *dialog.Milestones { return dialog.NewMilestones(s, now) }), "enter '2h' enter", dialog.MilestoneGiven{Milestone: steps.Began, When: now().Add(-2 * time.Hour)}},
		"a hypothesis disproven":            {look(d, dialog.NewHypotheses), "enter right right tab 'the log says so' enter", dialog.HypothesisJudged{Note: hypothesis, State: session.Disproven, Why: "the log says so"}},
		"an input":                          {inputs(d), "down enter", dialog.InputChosen{Name: "VAULT"}},
		"a value that was offered":          {inputs(d, offer), "down down enter", dialog.OfferTaken{Offer: offer}},
		"an input behind an offer":          {inputs(d, offer), "down down down enter", dialog.InputChosen{Name: "TOKEN"}},
		"an offer for no declared input":    {inputs(d, other), "end enter", dialog.OfferTaken{Offer: other}},
		"a reference command":               {dialog.NewReference(sessiontest.Runbook()), "enter", dialog.CommandChosen{Command: "REF/Keys/list"}},
		"a contact is only read":            {dialog.NewContacts(sessiontest.Runbook()), "enter", nil},
		"another severity":                  {look(d, dialog.NewClassify), "tab right tab 'it was a test key' enter", dialog.Reclassify{Types: []string{"INC-1"}, Severity: steps.High, Reason: "it was a test key"}},
		"another type":                      {look(d, dialog.NewClassify), "space down space tab tab 'no key is out' enter", dialog.Reclassify{Types: []string{"INC-2"}, Severity: steps.Critical, Reason: "no key is out"}},
		"a type more":                       {look(d, dialog.NewClassify), "down space tab tab 'a module does harm' enter", dialog.Widen{Type: "INC-2", Reason: "a module does harm"}},
		"a type without a reason":           {look(d, dialog.NewClassify), "down space enter", nil},
		"no type":                           {look(d, dialog.NewClassify), "space tab tab 'x' enter", nil},
		"a row":                             {dialog.NewList("clocks", "Clocks", []dialog.Row{{Text: "legal", Fixed: true}, {Key: "a", Text: "a"}, {Key: "b", Text: "b"}}), "down enter", dialog.RowChosen{List: "clocks", Key: "b"}},
		"a row to copy":                     {dialog.NewList("clocks", "Clocks", []dialog.Row{{Key: "a", Text: "a", Copy: "all of a"}}), "y", dialog.CopyText{Title: "row", Text: "all of a"}},
		"a notice kept":                     {notice(d), "right enter", dialog.NoticeKept{Filled: filled(d)}},
		"a session resumed":                 {dialog.NewSessions(openSessions(""), now), "enter", dialog.ResumeChosen{Session: "2026-11-22-cobalt-heron"}},
		"a session followed":                {dialog.NewSessions(openSessions(""), now), "down f", dialog.FollowChosen{Session: "2026-11-20-plum-wren"}},
		"a session held by another console": {dialog.NewSessions(openSessions(""), now), "down enter", nil},
		"a new session":                     {dialog.NewSessions(openSessions(""), now), "n", dialog.NewChosen{}},
		"leaving":                           {dialog.NewSessions(nil, now), "q", dialog.LeaveChosen{}},
		"nothing to resume":                 {dialog.NewSessions(nil, now), "enter", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(t, tc.dialog, tc.script)
			if diff := cmp.Diff(fmt.Sprintf("%T %+v", tc.want, tc.want), fmt.Sprintf("%T %+v", got.Action, got.Action)); diff != "" {
				t.Errorf("%s\n%s", diff, view(tc.dialog, 80, 24))
			}
			if _, copied := tc.want.(dialog.CopyText); got.Close != (tc.want != nil && !copied) {
				t.Errorf("close is %v", got.Close)
			}
		})
	}
}

func notice(d desk) *dialog.Notices {
	return look(d, func(s *session.State) *dialog.Notices {
		return dialog.NewNotice(s, "key", session.Instant{Wall: now()})
	})
}

func filled(d desk) session.Filled {
	return look(d, func(s *session.State) session.Filled {
		return s.Fill(s.Runbook.Templates[0], session.Instant{Wall: now()})
	})
}

func TestANoticeIsEditedKeptAndThenMarkedAsSent(t *testing.T) {
	d := open(t, sessiontest.Runbook())
	n := notice(d)
	do(t, n, "right right enter ctrl+u 'All is well.' shift+tab ctrl+u 'News' enter")
	if strings.Contains(view(n, 80, 24), "Missing") || strings.Contains(view(n, 80, 24), "mark as sent") {
		t.Errorf("the edited notice shows\n%s", view(n, 80, 24))
	}
	kept := action[dialog.NoticeKept](t, do(t, n, "right enter")).Filled
	if kept.Subject != "News" || kept.Body != "All is well." || len(kept.Missing) != 0 {
		t.Errorf("kept %+v", kept)
	}
	if _, err := d.Draft(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	sent := action[dialog.NoticeSent](t, do(t, notice(d), "right right right right enter 'users' tab 'mail' enter"))
	if sent.To != "users" || sent.How != "mail" || sent.Draft == 0 {
		t.Errorf("got %+v", sent)
	}
}

func TestPhaseEndAsksWhatIsMissing(t *testing.T) {
	ask := func() *dialog.PhaseEnd {
		d := dialog.NewPhaseEnd("Immediate is complete", steps.Contained, now)
		d.SetArmed(true)
		return d
	}
	if a := action[dialog.NotYet](t, do(t, ask(), "enter 'one agent is left' enter")); a.Why != "one agent is left" || a.Milestone != steps.Contained {
		t.Errorf("got %+v", a)
	}
	if a := action[dialog.MilestoneGiven](t, do(t, ask(), "right enter '5' enter")); !a.When.Equal(now().Add(-5 * time.Minute)) {
		t.Errorf("got %+v", a)
	}
	if got := do(t, ask(), "enter enter"); got.Close {
		t.Errorf("got %+v", got)
	}
}

func TestWhatOpensByItselfWaitsToBeArmed(t *testing.T) {
	for _, d := range []dialog.Arming{dialog.NewQuestion("q", "Is it?"), dialog.NewPhaseEnd("Immediate is complete", steps.Contained, now)} {
		if got := press(t, d, "right", "enter", "enter", "esc", "ctrl+c"); got.Close || got.Action != nil {
			t.Errorf("%T is answered before it is armed: %+v", d, got)
		}
	}
}

func TestQuestionDefaultsToNo(t *testing.T) {
	for script, want := range map[string]bool{"enter": false, "esc": false, "right enter": true, "right left enter": false} {
		d := dialog.NewQuestion("yield", "Set MODULE_LIST from its output?")
		d.SetArmed(true)
		if a := action[dialog.Answered](t, do(t, d, script)); a.Yes != want || a.ID != "yield" {
			t.Errorf("%q gives %+v", script, a)
		}
	}
}

func TestASecretValueIsNeverDrawn(t *testing.T) {
	in := steps.Input{Name: "TOKEN", Ask: "Access token?", Secret: true, Default: "default-secret", Example: "example"}
	d := dialog.NewAskValue(in, "earlier-secret", "")
	script := []func(){
		func() { write(t, d, "hunter2") }, func() { paste(t, d, "pasted-secret\n") }, func() { press(t, d, "left", "home", "delete") },
	}
	for _, act := range script {
		act()
		for _, width := range []int{40, 80, 120} {
			screen := view(d, width, 24)
			for _, secret := range []string{"unter2", "pasted", "default-secret", "earlier"} {
				if strings.Contains(screen, secret) {
					t.Fatalf("the screen shows %q:\n%s", secret, screen)
				}
			}
		}
	}
	if a := action[dialog.InputGiven](t, press(t, d, "enter")); a.Value != "unter2pasted-secret" {
		t.Errorf("got %q", a.Value)
	}
}

func TestAPasteIsMadeOneLineAndSaysWhatItLeftOut(t *testing.T) {
	d := dialog.NewAskValue(steps.Input{Name: "N"}, "", "")
	paste(t, d, "a\r\nb\tc\x1b[31md\x07\n")
	if screen := view(d, 80, 24); !strings.Contains(screen, "2 control characters") {
		t.Errorf("nothing is said:\n%s", screen)
	}
	if a := action[dialog.InputGiven](t, press(t, d, "enter")); a.Value != "a b c[31md" {
		t.Errorf("got %q", a.Value)
	}
}

func TestHelpShowsEveryKeyOfItsMode(t *testing.T) {
	for _, mode := range []keys.Mode{keys.Console, keys.Gate, keys.List, keys.Form, keys.Intake, keys.Sessions, keys.Pager, keys.Follower} {
		d := dialog.NewHelp(mode)
		seen := ""
		for range 10 {
			seen += view(d, 80, 24)
			press(t, d, "pgdown")
		}
		for _, b := range keys.For(mode) {
			row := strings.Join(b.Keys, " ")
			if begin, _, _ := strings.Cut(b.Help, ","); !strings.Contains(seen, row) || !strings.Contains(seen, begin) {
				t.Errorf("%s: %q %q is missing", mode, row, b.Help)
			}
		}
	}
}
