package dialog_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"wsc-respond/session"
	"wsc-respond/ui/dialog"
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
