package dialog_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/ui/dialog"
	"wsc-respond/ui/keys"
)

func TestGateSaysWhereAValueComesFrom(t *testing.T) {
	d := ready(t)
	p, err := d.Propose(t.Context(), moveRef, "")
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"typed": "", "": "", "default": " the runbook's default", "an earlier command": " from an earlier command",
	} {
		p.Values = []session.Value{{Name: "FOO", Value: "bar", From: from}}
		g := look(d, func(s *session.State) *dialog.Gate { return dialog.NewGate(p, s) })
		shown := ""
		for row := range strings.Lines(view(g, 80, 24)) {
			if strings.Contains(row, "FOO") {
				shown = strings.Join(strings.Fields(row), " ")
			}
		}
		if shown != "FOO bar"+want {
			t.Errorf("from %q: shown is %q", from, shown)
		}
	}
}

func TestGateScrollsByThePage(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, strings.Repeat("true\n", 60)+"true"))
	rows := regexp.MustCompile(`(\d+)-(\d+) of \d+`)
	seen := func() (first, last int) {
		m := rows.FindStringSubmatch(view(g, 80, 24))
		if m == nil {
			t.Fatalf("the gate does not say which part is seen:\n%s", view(g, 80, 24))
		}
		first, _ = strconv.Atoi(m[1])
		last, _ = strconv.Atoi(m[2])
		return first, last
	}
	_, last := seen()
	press(t, g, "pgdown")
	if first, _ := seen(); first != last {
		t.Errorf("the first page ends with row %d, the next begins with row %d", last, first)
	}
	press(t, g, "pgup")
	if first, _ := seen(); first != 1 {
		t.Errorf("the way back ends at row %d", first)
	}
}

func TestGateHasNoYesBeforeItsLastRowWasSeen(t *testing.T) {
	g := ready(t).gate(t, moveRef, strings.Repeat("true\n", 40)+"true")
	g.SetArmed(true)
	view(g, 60, 15)
	press(t, g, "right")
	for presses := 0; ; presses++ {
		got := press(t, g, "enter")
		if got.Close {
			if presses < 2 {
				t.Errorf("it ran after %d presses", presses)
			}
			action[dialog.GateYes](t, got)
			return
		}
		screen := view(g, 60, 15)
		if !got.Rearm || !strings.Contains(screen, "the rest first") {
			t.Fatalf("press %d gives %+v, and shows\n%s", presses, got, screen)
		}
		if presses > 60 {
			t.Fatal("the last row never comes")
		}
	}
}

func TestGateAsksForTheWordOnlyAfterTheLastRowWasSeen(t *testing.T) {
	g := ready(t).gate(t, shredRef, strings.Repeat("true\n", 40)+"shred -u -- \"$KEY_FILE\"")
	g.SetArmed(true)
	view(g, 60, 15)
	if press(t, g, "right", "enter"); g.Mode() != keys.Gate {
		t.Fatal("the word is asked for before the command was seen")
	}
	for range 40 {
		press(t, g, "pgdown")
		view(g, 60, 15)
	}
	if press(t, g, "enter"); g.Mode() != keys.Form {
		t.Error("the word is not asked for")
	}
}

func TestGateMarksRowsThatGoOnInTheMargin(t *testing.T) {
	g := armed(ready(t).gate(t, moveRef, "echo "+strings.Repeat("a", 100)+"\necho second"))
	rows := strings.Split(view(g, 80, 24), "\n")
	if !slices.ContainsFunc(rows, func(row string) bool { return strings.HasPrefix(row, " ↪ aaa") }) {
		t.Errorf("the second row of the first line is not marked:\n%s", view(g, 80, 24))
	}
	if !slices.ContainsFunc(rows, func(row string) bool { return strings.HasPrefix(row, "   echo second") }) {
		t.Errorf("a line of its own is marked:\n%s", view(g, 80, 24))
	}
	if shown := g.View(ascii(), 80, 24); !strings.Contains(shown, " > aaa") {
		t.Errorf("in ASCII there is no mark:\n%s", shown)
	}
}

func TestGateSaysWhyItCannotRunBeforeTheCommand(t *testing.T) {
	d := open(t, sessiontest.Runbook())
	p, err := d.Propose(t.Context(), askRef, "")
	if err != nil {
		t.Fatal(err)
	}
	p.Shell = strings.Repeat("true\n", 40) + "true"
	p.Blocked = []string{"the first reason", "the second reason"}
	g := look(d, func(s *session.State) *dialog.Gate { return dialog.NewGate(p, s) })
	screen := view(armed(g), 80, 24)
	for _, want := range []string{"for 2 reasons", "! The first reason.", "! The second reason.", "true"} {
		at := strings.Index(screen, want)
		if at < 0 {
			t.Fatalf("%q is not next on the first page:\n%s", want, screen)
		}
		screen = screen[at:]
	}
}
