package markdown

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
)

func harbour(t *testing.T) *steps.Runbook {
	t.Helper()
	rb, _, err := Read(os.DirFS("testdata/folder"), Options{Name: "plan"})
	if err != nil {
		t.Fatal(err)
	}
	return rb
}

func TestAnOverlayIsLaidOverTheRunbook(t *testing.T) {
	base := harbour(t)
	untouched := harbour(t)
	rb, problems := Overlay(base, os.DirFS("testdata/overlay"), Options{Name: "ours"})
	if diff := cmp.Diff(untouched, base); diff != "" {
		t.Errorf("the base was changed: %s", diff)
	}

	phase := rb.Incidents[0].Phases[0]
	if phase.Within != 1200 || phase.At.File != "ours/ours.md" || phase.Clock != steps.Detected {
		t.Errorf("the phase is %+v", phase)
	}
	var titles []string
	for _, st := range phase.Steps {
		titles = append(titles, st.ID+": "+st.Title)
	}
	if diff := cmp.Diff([]string{"look: Look twice", "bell: Ring the bell", "close-the-gate: Close the gate", "count-again: Count again", "shout: Shout"}, titles); diff != "" {
		t.Error(diff)
	}
	ring, _ := rb.Command("INC-1/bell/ring")
	if !cmp.Equal(ring.Variables, []string{"PACKAGES"}) || !cmp.Equal(ring.Placeholders, []string{"HARBOUR_ID"}) {
		t.Errorf("the command was read without the base's inputs and stand-ins: %+v", ring)
	}
	if fog, ok := rb.Incident("INC-7"); !ok || fog.At.File != "ours/ours.md" || fog.Phases[0].Clock != steps.Aware {
		t.Errorf("the further incident type is %+v", fog)
	}

	var contacts []string
	for _, c := range rb.Contacts {
		contacts = append(contacts, c.Role+": "+c.Contact)
	}
	if diff := cmp.Diff([]string{"Harbour Master: Ada, +1 555 0112", "Coast guard: +1 555 0111", "Diver: +1 555 0113"}, contacts); diff != "" {
		t.Error(diff)
	}
	var levels []string
	for _, s := range rb.Severities {
		levels = append(levels, string(s.Level)+" "+s.Response.String())
	}
	if diff := cmp.Diff([]string{"critical 10 minutes", "high 2 hours", "low 1 week"}, levels); diff != "" {
		t.Error(diff)
	}
	clocks := map[string]bool{}
	for _, c := range rb.LegalClocks {
		clocks[c.Name+" "+c.Within.String()] = c.On
	}
	if diff := cmp.Diff(map[string]bool{"Early warning 24 hours": true, "Final report 2 weeks": true, "Insurance 3 days": true}, clocks); diff != "" {
		t.Error(diff)
	}
	if in, _ := rb.Input("INC-1", "PACKAGES"); in.Default != "/srv/ours" || in.Ask == "" || in.Kind != steps.KindDir {
		t.Errorf("the input is %+v", in)
	}
	if notice, _ := rb.Template("closed"); notice.Subject != "Closed" || len(rb.Templates) != 1 || !cmp.Equal(rb.StandIns, []string{"TIME", "NAME"}) {
		t.Errorf("the notice is %+v, stand-ins are %v", notice, rb.StandIns)
	}
	if n := len(rb.Sources); n != 3 || !rb.Sources[2].Overlay || rb.Sources[2].File != "ours/ours.md" {
		t.Errorf("the sources are %+v", rb.Sources)
	}

	var left []string
	for _, p := range problems {
		if p.Kind != steps.LeftOut || !p.Error {
			t.Errorf("unexpected: %s", p)
		}
		left = append(left, p.String())
	}
	want := []string{
		`ours/ours.md:5: error: the runbook has no input PACKAGE: did you mean PACKAGES?; it was left out`,
		`ours/ours.md:9: error: the runbook has no legal clock "Nothing", and this one has no time: write within: 24h, or the like; it was left out`,
		`ours/ours.md:42: error: replaces: INC-1 has no step "loook" (did you mean "look"?); it was left out`,
		`ours/ours.md:45: error: INC-1 has no phase "Breakfast", and this one has no steps: it is one of Immediate actions, After that; it was left out`,
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
}

func TestAnOverlayNeverRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		fsys fstest.MapFS
		want string
	}{
		"nothing":          {fstest.MapFS{}, ""},
		"another runbook":  {fstest.MapFS{"a.md": {Data: []byte("---\noverlays: inn\n---\n# INC-8: x\n1. y\n")}}, `over/a.md: note: the file lies over the runbook "inn", and this one is "harbour"; it was left out`},
		"a large file":     {fstest.MapFS{"a.md": {Data: make([]byte, MaxFile+1)}}, "over/a.md: note: the file cannot be read: a.md is larger than 4 MiB: a runbook is text that a person reads; it was left out"},
		"a step nowhere":   {fstest.MapFS{"a.md": {Data: []byte("# INC-1: x\n1. y <!-- {before: lok} -->\n")}}, `over/a.md:2: error: before: INC-1 has no step "lok" (did you mean "look"?); the step stands at the end of its phase`},
		"an unknown type":  {fstest.MapFS{"a.md": {Data: []byte("# INC-9: x <!-- {id: INC-9} -->\n\nwords\n")}}, "over/a.md:1: error: there is no incident type INC-9, and a new one needs steps: it is one of INC-1; it was left out"},
		"a stray list":     {fstest.MapFS{"a.md": {Data: []byte("---\noverlays: harbour\n---\n# Ours\n\n1. x\n")}}, "over/a.md:6: note: these steps stand under no incident type"},
		"a broken comment": {fstest.MapFS{"a.md": {Data: []byte("# INC-1: x\n1. y <!-- {id: [} -->\n")}}, "over/a.md:2: error: this is not YAML"},
	} {
		rb, problems := Overlay(harbour(t), c.fsys, Options{Name: "over"})
		if rb == nil || len(rb.Incidents) < 1 {
			t.Errorf("%s: the runbook is gone", name)
		}
		switch {
		case c.want == "" && len(problems) > 0:
			t.Errorf("%s: %v", name, problems)
		case c.want != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0].String(), c.want)):
			t.Errorf("%s: %v, want %s", name, problems, c.want)
		}
	}
}

func TestStepsOfOneTypeMayComeFromSeveralOverlayFiles(t *testing.T) {
	rb, problems := Overlay(harbour(t), fstest.MapFS{
		"a.md": {Data: []byte("## INC-1: Stolen rope\n\n**Immediate actions:**\n\n1. **A** <!-- {id: a, before: look} -->\n")},
		"b.md": {Data: []byte("## INC-1: Stolen rope\n\n**Immediate actions:**\n\n1. **B** <!-- {id: b} -->\n")},
		"c.md": {Data: []byte("# Post-incident actions\n\n1. **Tell the insurer**\n")},
	}, Options{})
	if len(problems) > 0 {
		t.Error(problems)
	}
	for _, ref := range []steps.Ref{"INC-1/a", "INC-1/b", "AFTER/tell-the-insurer"} {
		st, ok := rb.Step(ref)
		if !ok || !strings.HasPrefix(st.At.File, "overlay/") {
			t.Errorf("%s is %+v", ref, st)
		}
	}
	if first := rb.Incidents[0].Phases[0].Steps[0].ID; first != "a" {
		t.Errorf("the first step is %s", first)
	}
}

// TestTheStarterOverlayPassesTheCheck lays the folder that the program writes
// for integrators over the embedded runbook.
func TestTheStarterOverlayPassesTheCheck(t *testing.T) {
	base, _, err := Read(os.DirFS("../../assets/runbook"), Options{Name: "runbook"})
	if err != nil {
		t.Fatal(err)
	}
	rb, problems := Overlay(base, os.DirFS("../../assets/overlay"), Options{Name: "overlay"})
	for _, p := range append(problems, Check(rb, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))...) {
		if p.Error || p.Kind == steps.LeftOut {
			t.Error(p)
		}
	}
}
