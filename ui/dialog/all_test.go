package dialog_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
)

// hostile is text that would act on a terminal, hide or reorder what stands
// around it.
const hostile = "x\x1b[2J\u202Ey\u200b\x9bz\tw\r日本語\a"

// worked is a session with one of everything to show, all of it hostile.
func worked(t *testing.T, bad string) desk {
	t.Helper()
	rb := sessiontest.Runbook()
	rb.Contacts = append(rb.Contacts, steps.Contact{Group: "Theirs", Role: "Log operator" + bad, Contact: "+1 555 0100" + bad, Notes: "by day" + bad, Filled: true})
	rb.Templates[0].Title += bad
	rb.Templates[0].Body += bad
	rb.Reference[0].Commands[0].Shell += " # " + bad
	rb.Inputs[0].Ask += bad
	rb.Incidents[0].Title += bad
	rb.Questions = []steps.Question{{ID: "q", Ask: "Is it so?" + bad, Answers: []steps.Answer{
		{Say: "Yes" + bad, Points: map[string]int{"INC-1": 1}, Severity: steps.High}, {Say: "No"}}}}
	d := open(t, rb)
	for _, text := range []string{"the agent was rebuilt on Friday", "somebody copied the image"} {
		if _, err := d.Note(t.Context(), session.Hypothesis, text+bad, "", time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	d.set(t, "KEY_FILE", "/srv/keys/release.sec")
	if _, err := d.Reach(t.Context(), steps.Contained, time.Time{}, "agents stopped"+bad); err != nil {
		t.Fatal(err)
	}
	return d
}

// everyDialog makes one of each.
func everyDialog(t *testing.T, bad string) map[string]dialog.Dialog {
	t.Helper()
	d := worked(t, bad)
	all := map[string]dialog.Dialog{
		"value":    dialog.NewAskValue(steps.Input{Name: "VAULT" + bad, Ask: "Offline folder for the key?" + bad, Kind: steps.KindDir, Example: "/mnt/vault" + bad, Must: steps.Must{Mode: "0700"}}, "", ""),
		"refused":  dialog.NewAskValue(steps.Input{Name: "VAULT", Ask: "Offline folder for the key?", Kind: steps.KindDir}, "/mnt/valt", "/mnt/valt"+bad+": there is no such file"),
		"note":     dialog.NewNote("INC-1/isolate", "1 Isolate the key"+bad, now),
		"amend":    dialog.NewAmend(19, "the agent was rebuilt on Friday"+bad),
		"reason":   dialog.NewReason(dialog.SkipStep, "INC-1/notify", "Skip 3 Notify stakeholders"+bad, "Why is it skipped?"),
		"wait":     dialog.NewWait("INC-1/clear", "5 Wait for the all-clear"+bad, now),
		"find":     dialog.NewFind("key" + bad),
		"help":     dialog.NewHelp(keys.Console),
		"pager":    dialog.NewPager("Brief", strings.Repeat("One line of the brief, long enough to be wrapped on a narrow screen, and then some more of it."+bad+"\n", 30)),
		"question": dialog.NewQuestion("yield", "Set MODULE_LIST from its output?", "/srv/modules/auth/token.wasm"+bad),
		"phase":    dialog.NewPhaseEnd("Immediate"+bad+" is complete", steps.Contained, now),
		"list": dialog.NewList("timeline", "Timeline", []dialog.Row{
			{Text: "2026-11-22", Fixed: true},
			{Key: "41", Text: "08:26:02 alice · isolated the key · exit 0" + bad, Detail: "#41"},
			{Key: "42", Text: "08:26:40 alice · move · exit 0", Below: "in /home/alice" + bad}}),
		"sessions": dialog.NewSessions(openSessions(bad), now),
		"intake":   dialog.NewIntake(dialog.IntakeStart{Intake: session.Intake{Runbook: runbookOf(d), CodeName: "cobalt-heron"}, Login: "alice" + bad, Now: now}),
	}
	d.Look(func(s *session.State) {
		all["hypotheses"] = dialog.NewHypotheses(s)
		all["milestones"] = dialog.NewMilestones(s, now)
		all["notices"] = dialog.NewNotices(s, session.Instant{Wall: now()})
		all["notice"] = dialog.NewNotice(s, "key", session.Instant{Wall: now()})
		all["contacts"] = dialog.NewContacts(s.Runbook)
		all["reference"] = dialog.NewReference(s.Runbook)
		all["inputs"] = dialog.NewInputs(s, []session.OpenOffer{{Offer: session.Offer{Name: "VAULT", Value: "/mnt/vault" + bad}, From: recordRef}})
		all["classify"] = dialog.NewClassify(s)
		all["role"] = dialog.NewRole(s.Runbook, session.Person{Name: "alice" + bad, Role: "System Integrator"})
		all["handover"] = dialog.NewHandOver(s)
	})
	all["gate"] = d.gate(t, recordRef, "stat -- \"$KEY_FILE\" "+bad)
	for _, one := range all {
		if waits, ok := one.(dialog.Arming); ok {
			waits.SetArmed(true)
		}
	}
	return all
}

func runbookOf(d desk) *steps.Runbook {
	return look(d, func(s *session.State) *steps.Runbook { return s.Runbook })
}

func openSessions(bad string) []dialog.OpenSession {
	return []dialog.OpenSession{
		{Name: "2026-11-22-cobalt-heron", CodeName: "cobalt-heron", Plan: "INC-1 critical", By: "alice" + bad, Elapsed: 35 * time.Minute,
			Status: "lost its terminal at 03:25:11", Lines: []string{`"scan" finished after that: exit 0, 37 modules, evidence/0011` + bad}},
		{Name: "2026-11-20-plum-wren", CodeName: "plum-wren", By: "bob", Elapsed: 50 * time.Hour, Held: true},
		{Name: "2026-11-19-teal-owl", CodeName: "teal-owl", Plan: "INC-3 high", By: "carol", Elapsed: -1, Status: "left at 18:02", Drill: true},
	}
}

func TestEveryDialogScreens(t *testing.T) {
	for name, d := range everyDialog(t, "") {
		t.Run(name, func(t *testing.T) { goldens(t, "dialog/"+name, d) })
	}
}

func TestNothingThatActsOnATerminalIsDrawn(t *testing.T) {
	for name, d := range everyDialog(t, hostile) {
		t.Run(name, func(t *testing.T) {
			for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 15}, {40, 10}} {
				fits(t, d, size[0], size[1])
				for _, r := range view(d, size[0], size[1]) {
					if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
						t.Fatalf("%q is drawn raw", r)
					}
				}
				if strings.Contains(d.View(plain(), size[0], size[1]), "\x1b[2J") {
					t.Fatal("an escape sequence is drawn raw")
				}
			}
		})
	}
}

func TestAnASCIITerminalGetsASCII(t *testing.T) {
	for name, d := range everyDialog(t, hostile) {
		t.Run(name, func(t *testing.T) {
			for _, r := range d.View(ascii(), 80, 24) {
				if r > unicode.MaxASCII {
					t.Fatalf("%q is drawn", r)
				}
			}
		})
	}
}

// Whatever is pressed, a dialog stays whole: it draws itself within its bounds
// and leaves nothing out without saying so.
func TestAnyKeysLeaveADialogWhole(t *testing.T) {
	names := []string{"enter", "esc", "tab", "shift+tab", "space", "up", "down", "left", "right", "pgup", "pgdown",
		"home", "end", "backspace", "delete", "ctrl+j", "ctrl+w", "ctrl+u", "a", "e", "y", "j", "k", "日", "é", "1"}
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 7))
		for name, d := range everyDialog(t, hostile) {
			for range 60 {
				pressed := names[random.IntN(len(names))]
				if d.Key(key(pressed)).Close {
					break
				}
				if p, ok := d.(dialog.Paster); ok && random.IntN(10) == 0 {
					p.Paste(hostile)
				}
				fits(t, d, 40+random.IntN(80), 10+random.IntN(30))
				if d.Mode() == "" {
					t.Fatalf("%s has no mode", name)
				}
			}
		}
	}
}

func TestEveryDialogCanBeLeft(t *testing.T) {
	for name, d := range everyDialog(t, "") {
		leave := "esc"
		if name == "intake" {
			leave = "ctrl+c"
		}
		if got := press(t, d, leave); !got.Close {
			t.Errorf("%s stays after %s", name, leave)
		}
	}
}
