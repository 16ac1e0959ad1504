package pane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/session"
	"wsc-respond/ui/pane"
	"wsc-respond/ui/theme"
)

// longStep is a step whose prose fills any pane.
func longStep(rows int) pane.Step {
	p := pane.Step{Styles: plain(), Title: "Isolate the key", Focused: true,
		Items: []pane.Item{{Command: "record", Shell: "stat"}, {Command: "move", Shell: "mv"}, {Check: "No copy is left"}}}
	for i := range rows {
		p.Prose = append(p.Prose, fmt.Sprintf("row %d", i+1))
	}
	return p
}

func TestTheChosenItemIsAlwaysInTheStepsPane(t *testing.T) {
	output := &pane.Output{Styles: plain(), Name: "record", Result: "exit 0"}
	for _, o := range []*pane.Output{nil, output} {
		for height := 5; height < 30; height++ {
			for item, name := range []string{"record", "move", "No copy"} {
				for top := range 40 {
					p := longStep(30)
					p.Item, p.Top, p.Output = item, top, o
					got := ansi.Strip(p.View(60, height))
					if !strings.Contains(got, "▸ "+name) && !strings.Contains(got, "▸ [ ] "+name) {
						t.Fatalf("%s is not seen in %d rows from row %d on:\n%s", name, height, top, got)
					}
				}
			}
		}
	}
}

func TestAStepOpensAtItsFirstCommandAndSaysWhatIsAbove(t *testing.T) {
	p := longStep(20)
	p.Top = p.TopFor(60, 12)
	got := strings.Split(ansi.Strip(p.View(60, 12)), "\n")
	if got[0] != "Isolate the key" || got[1] != "… 12 more rows above; pgup" || !strings.Contains(strings.Join(got, "\n"), "▸ record") {
		t.Errorf("it shows\n%s", strings.Join(got, "\n"))
	}
	short := longStep(4)
	if top := short.TopFor(60, 12); top != 0 {
		t.Errorf("a step that fits opens at row %d", top)
	}
}

func TestProseAboveTheCommandsIsReachedByScrolling(t *testing.T) {
	p := longStep(20)
	seen := ""
	for top := range 21 {
		p.Top = top
		seen += ansi.Strip(p.View(60, 12)) + "\n"
	}
	for i := range 20 {
		if !strings.Contains(seen, fmt.Sprintf("row %d\n", i+1)) {
			t.Errorf("row %d was never seen", i+1)
		}
	}
	if p.Top = 0; !strings.Contains(ansi.Strip(p.View(60, 12)), "more rows; pgdown\n▸ record") {
		t.Errorf("the command does not stand below what is left out:\n%s", ansi.Strip(p.View(60, 12)))
	}
}

func TestAnUnknownOutcomeIsNoSuccess(t *testing.T) {
	p := pane.Step{Styles: plain(), Title: "Isolate", Items: []pane.Item{{Command: "record", Shell: "stat", State: pane.Elsewhere}}}
	got := ansi.Strip(p.View(70, 5))
	if strings.Contains(got, "✓") || !strings.Contains(got, "? elsewhere, outcome not known") {
		t.Errorf("it shows\n%s", got)
	}
}

func TestStandardErrorHasAQuietSign(t *testing.T) {
	for _, tc := range []struct {
		styles theme.Styles
		sign   string
	}{{plain(), "│"}, {theme.New(theme.Options{ASCII: true}), "|"}} {
		o := pane.Output{Styles: tc.styles, Name: "scan", Result: "exit 0", Rows: pane.Tail([]session.LiveLine{{Text: "3 of 9 modules", Stderr: true}}, 40, 5)}
		if got := ansi.Strip(o.View(40, 4)); !strings.Contains(got, "\n"+tc.sign+" 3 of 9 modules") || strings.Contains(got, "!") {
			t.Errorf("it shows\n%s", got)
		}
		o.Failed, o.Result = true, "exit 1"
		if got := ansi.Strip(o.View(40, 4)); !strings.Contains(got, "! exit 1") {
			t.Errorf("an exit that was not expected shows\n%s", got)
		}
	}
}
