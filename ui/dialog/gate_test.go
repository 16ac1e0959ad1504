package dialog_test

import (
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
)

const (
	recordRef = session.Ref("INC-1/isolate/record")
	moveRef   = session.Ref("INC-1/isolate/move")
	shredRef  = session.Ref("INC-1/isolate/shred")
	askRef    = session.Ref("INC-1/scope/ask")
	callRef   = session.Ref("INC-1/scope/call")
)

// ready is a session in which the key is known and was recorded.
func ready(t *testing.T) desk {
	t.Helper()
	d := open(t, sessiontest.Runbook())
	d.set(t, "KEY_FILE", "/srv/keys/release.sec")
	d.set(t, "VAULT", "/mnt/vault")
	p, err := d.Propose(t.Context(), recordRef, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.RanElsewhere(t.Context(), p, "bastion1", nil, ""); err != nil {
		t.Fatal(err)
	}
	return d
}

// armed is a gate that was seen in a common window, and takes keys.
func armed(g *dialog.Gate) *dialog.Gate {
	g.View(plain(), 80, 24)
	g.SetArmed(true)
	return g
}

func TestGateEnterAtOnceIsANo(t *testing.T) {
	got := press(t, armed(ready(t).gate(t, moveRef, "")), "enter")
	if no := action[dialog.GateNo](t, got); !got.Close || no.Proposal.Command != moveRef {
		t.Errorf("got %+v", got)
	}
}

func TestGateYesIsChosenAndNotPressed(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, ""))
	for _, letter := range []string{"y", "Y", "n", "1", "space", "r"} {
		if got := press(t, g, letter); got.Close || got.Action != nil {
			t.Errorf("%q answers the gate: %+v", letter, got)
		}
	}
	yes := action[dialog.GateYes](t, press(t, g, "right", "enter"))
	if yes.Typed != "yes" || yes.Interactive {
		t.Errorf("got %+v", yes)
	}
}

func TestGateTakesNoKeyBeforeItIsArmed(t *testing.T) {
	g := ready(t).gate(t, moveRef, "")
	for _, name := range []string{"right", "enter", "esc", "q", "ctrl+c", "tab", "enter"} {
		if got := press(t, g, name); got.Close || got.Action != nil {
			t.Errorf("%q answers a gate that is not armed: %+v", name, got)
		}
	}
	if !strings.Contains(view(g, 80, 24), "waiting for the terminal") {
		t.Error("the gate does not say that it waits")
	}
	g.SetArmed(true)
	action[dialog.GateNo](t, press(t, g, "enter"))
}

func TestGateYesGoesThroughTheSession(t *testing.T) {
	d := ready(t)
	yes := action[dialog.GateYes](t, press(t, armed(d.gate(t, moveRef, "")), "right", "enter"))
	if _, _, err := d.Confirm(t.Context(), yes.Proposal, session.Yes{Typed: yes.Typed}); err != nil {
		t.Error(err)
	}
}

func TestGateThatDestroysAsksForTheExactWord(t *testing.T) {
	for _, tc := range []struct {
		name, typed, pasted string
		runs                bool
	}{
		{name: "the word", typed: "shred release.sec", runs: true},
		{name: "nothing"},
		{name: "y", typed: "y"},
		{name: "the command's name only", typed: "shred"},
		{name: "another case", typed: "Shred release.sec"},
		{name: "a blank more", typed: "shred release.sec "},
		{name: "a paste", pasted: "shred release.sec"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := armed(ready(t).gate(t, shredRef, ""))
			if got := press(t, g, "right", "enter"); got.Close || g.Mode() != keys.Form {
				t.Fatalf("choosing yes gives %+v in %s", got, g.Mode())
			}
			write(t, g, tc.typed)
			if tc.pasted != "" {
				paste(t, g, tc.pasted)
				if !strings.Contains(view(g, 80, 24), "paste does not count") {
					t.Error("nothing is said of the paste")
				}
			}
			got := press(t, g, "enter")
			if !tc.runs {
				if got.Close || got.Action != nil || !strings.Contains(view(g, 80, 24), "nothing ran") {
					t.Errorf("got %+v", got)
				}
				return
			}
			if yes := action[dialog.GateYes](t, got); yes.Typed != "shred release.sec" {
				t.Errorf("got %+v", yes)
			}
		})
	}
}

func TestGateEscFromTheWordGoesBackToTheAnswers(t *testing.T) {
	g := armed(ready(t).gate(t, shredRef, ""))
	if got := press(t, g, "right", "enter", "s", "esc"); got.Close || g.Mode() != keys.Gate {
		t.Errorf("got %+v in %s", got, g.Mode())
	}
}

func TestGateHasNoYesForWhatCannotRun(t *testing.T) {
	for name, ref := range map[string]session.Ref{"a stand-in": askRef, "a missing value": callRef} {
		t.Run(name, func(t *testing.T) {
			g := armed(open(t, sessiontest.Runbook()).gate(t, ref, ""))
			for range 10 {
				if strings.Contains(view(g, 120, 40), "[ yes") {
					t.Fatal("there is a yes")
				}
				press(t, g, "right")
			}
			if !strings.Contains(view(g, 120, 40), "It cannot run as it is") {
				t.Error("it does not say why")
			}
		})
	}
}

func TestGateYesKeepsItsPlaceWhereItIsBlocked(t *testing.T) {
	g := armed(open(t, sessiontest.Runbook()).gate(t, askRef, ""))
	for range 3 {
		if got := press(t, g, "right", "enter", "left"); got.Close || got.Action != nil || g.Mode() != keys.Gate {
			t.Fatalf("a yes to what is blocked gives %+v in %s", got, g.Mode())
		}
	}
	press(t, g, "right")
	if screen := view(g, 80, 24); !strings.Contains(screen, "[ (yes, blocked) ]") {
		t.Errorf("the gate does not say in a word that there is no yes:\n%s", screen)
	}
	if press(t, g, "enter"); g.Mode() != keys.Gate {
		t.Error("enter opened something")
	}
	if press(t, g, "right", "enter"); g.Mode() != keys.Form {
		t.Error("edit is not behind it")
	}
}

func TestGateSaysThatAnOutcomeIsNotKnown(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, ""))
	screen := strings.Join(strings.Fields(view(g, 120, 40)), " ")
	if !strings.Contains(screen, `"record" ran elsewhere on bastion1 at 03:13 UTC; its outcome is not known.`) {
		t.Errorf("the gate shows\n%s", view(g, 120, 40))
	}
	if n := strings.Count(screen, `"record"`); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}

func TestGateOtherAnswers(t *testing.T) {
	three := 3
	for _, tc := range []struct {
		name   string
		rights int
		then   func(*testing.T, *dialog.Gate) dialog.Result
		check  func(*testing.T, dialog.Result)
	}{
		{"edit", 2, func(t *testing.T, g *dialog.Gate) dialog.Result {
			write(t, g, " -v")
			return press(t, g, "enter")
		}, func(t *testing.T, r dialog.Result) {
			if a := action[dialog.GateEdited](t, r); a.Text != "mv -n -- \"$KEY_FILE\" \"$VAULT/\" -v" || a.Command != moveRef {
				t.Errorf("got %+v", a)
			}
		}},
		{"copy", 3, nil, func(t *testing.T, r dialog.Result) {
			want := "export KEY_FILE=/srv/keys/release.sec\nexport VAULT=/mnt/vault\nmv -n -- \"$KEY_FILE\" \"$VAULT/\""
			if a := action[dialog.CopyText](t, r); r.Close || a.Text != want {
				t.Errorf("got %+v", r)
			}
		}},
		{"elsewhere", 4, func(t *testing.T, g *dialog.Gate) dialog.Result {
			write(t, g, "build2")
			press(t, g, "tab")
			write(t, g, "3")
			press(t, g, "tab")
			write(t, g, "moved by hand")
			return press(t, g, "enter")
		}, func(t *testing.T, r dialog.Result) {
			a := action[dialog.GateElsewhere](t, r)
			if a.Where != "build2" || a.Exit == nil || *a.Exit != three || a.Result != "moved by hand" {
				t.Errorf("got %+v", a)
			}
		}},
		{"elsewhere, exit code unknown", 4, func(t *testing.T, g *dialog.Gate) dialog.Result {
			return press(t, g, "enter")
		}, func(t *testing.T, r dialog.Result) {
			if a := action[dialog.GateElsewhere](t, r); a.Exit != nil {
				t.Errorf("got %+v", a)
			}
		}},
		{"skip", 5, func(t *testing.T, g *dialog.Gate) dialog.Result {
			if r := press(t, g, "enter"); r.Close {
				t.Fatal("an empty reason is taken")
			}
			write(t, g, "done by the vendor")
			return press(t, g, "enter")
		}, func(t *testing.T, r dialog.Result) {
			if a := action[dialog.GateSkip](t, r); a.Reason != "done by the vendor" {
				t.Errorf("got %+v", a)
			}
		}},
		{"interactive", 6, nil, func(t *testing.T, r dialog.Result) {
			if a := action[dialog.GateYes](t, r); !a.Interactive || a.Typed != "yes" {
				t.Errorf("got %+v", a)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := armed(ready(t).gate(t, moveRef, ""))
			for range tc.rights {
				press(t, g, "right")
			}
			got := press(t, g, "enter")
			if tc.then != nil {
				got = tc.then(t, g)
			}
			tc.check(t, got)
		})
	}
}

func TestGateRefusesAnExitCodeThatIsNone(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, ""))
	press(t, g, "right", "right", "right", "right", "enter", "tab")
	write(t, g, "none")
	if got := press(t, g, "enter"); got.Close || !strings.Contains(view(g, 80, 24), "a number from 0 to 255") {
		t.Errorf("got %+v", got)
	}
}

func TestGateEditKeepsTabsAndSeveralLines(t *testing.T) {
	text := "cat <<-END\n\tone\n\tEND"
	g := armed(ready(t).gate(t, moveRef, text))
	press(t, g, "right", "right", "enter", "ctrl+j")
	write(t, g, "x")
	if a := action[dialog.GateEdited](t, press(t, g, "enter")); a.Text != text+"\nx" {
		t.Errorf("got %q", a.Text)
	}
}

func TestGateShowsEveryCharacterOfALongCommand(t *testing.T) {
	var lines []string
	for _, letter := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		lines = append(lines, "echo "+strings.Repeat(letter, 90))
	}
	g := armed(ready(t).gate(t, moveRef, strings.Join(lines, "\n")))
	seen := ""
	for range 80 {
		screen := view(g, 60, 15)
		if !strings.Contains(screen, " of ") {
			t.Fatal("the gate does not say that there is more")
		}
		seen += screen
		press(t, g, "down")
	}
	for _, letter := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		if !strings.Contains(seen, strings.Repeat(letter, 40)) {
			t.Errorf("line %s was never on the screen", letter)
		}
	}
	if !strings.Contains(seen, "26 lines") {
		t.Error("the gate does not count the lines")
	}
}

func TestGateShowsWhatWouldActOnATerminal(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, "echo \x1b[2J\u202Eevil"))
	screen := g.View(plain(), 80, 24)
	if strings.Contains(screen, "\x1b[2J") || strings.Contains(screen, "\u202E") || !strings.Contains(screen, "^[[2J<U+202E>evil") {
		t.Errorf("the gate shows %q", screen)
	}
}

func TestGateNeverShowsASecret(t *testing.T) {
	d := open(t, sessiontest.Runbook())
	d.set(t, "TOKEN", "hunter2hunter2")
	g := armed(d.gate(t, callRef, ""))
	if screen := view(g, 120, 40); strings.Contains(screen, "hunter2") || !strings.Contains(screen, "secret, not shown") {
		t.Errorf("the gate shows\n%s", screen)
	}
	press(t, g, "right", "right", "right")
	if a := action[dialog.CopyText](t, press(t, g, "enter")); strings.Contains(a.Text, "hunter2") {
		t.Errorf("the copy holds the secret: %q", a.Text)
	}
}

func TestGateScreens(t *testing.T) {
	d := ready(t)
	goldens(t, "gate/changes", armed(d.gate(t, moveRef, "")))
	goldens(t, "gate/waiting", d.gate(t, moveRef, ""))
	goldens(t, "gate/blocked", armed(d.gate(t, askRef, "")))
	destroys := armed(d.gate(t, shredRef, ""))
	goldens(t, "gate/destroys", destroys)
	press(t, destroys, "right", "enter", "s", "h")
	goldens(t, "gate/typing", destroys)
	edit := armed(d.gate(t, moveRef, "mv -n -- \"$KEY_FILE\" \\\n\t\"$VAULT/\""))
	press(t, edit, "right", "right", "enter")
	goldens(t, "gate/edit", edit)
}
