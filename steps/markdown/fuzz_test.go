package markdown

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"wsc-respond/steps"
)

// seeds are all documents of the test data, and pieces that are awkward.
func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.md")
	if err != nil || len(files) == 0 {
		f.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, s := range []string{
		"", "---\n---\n", "---\nid: INC-1\n", "---\ninputs: {A: &a {ask: x}, B: *a}\n---\n# x\n1. y\n",
		"# INC-1: a\n\n1. **b** <!-- {id: c} --> d\n   ```sh {name: [}\n   ```\n",
		"## Incident types\n### A <!-- {id: x} -->\n### B <!-- {id: x} -->\n1. a\n2. a\n",
		"# AFTER\n1. a\n\n# Post-incident\n1. b\n", "> > > - 1. # x\n", "| Level | Response |\n|--|--|\n| a | b\n",
		"# INC-1\n**A (within x):**\n<!-- {within: 3 -->\n- [ ] a\n  - b\n    - c\n      ```sh\n      $X\n",
		"# Templates\n## [A]\n```\nSubject: [B]\n", "\xff\x00\r\n# \x00\r1. \xfe\n",
	} {
		f.Add([]byte(s))
	}
}

func FuzzRead(f *testing.F) {
	seeds(f)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 64<<10 {
			return
		}
		rb, problems, err := ReadFile("a.md", text)
		if err != nil {
			if !strings.Contains(err.Error(), "write it flat") && notText(text) < 0 {
				t.Fatalf("a small file was refused: %v", err)
			}
			return
		}
		lines := 1 + strings.Count(string(clean(text)), "\n")
		sound(t, rb, append(problems, Check(rb, now)...), map[string]int{"a.md": lines})
		over, more := Overlay(rb, fstest.MapFS{"a.md": {Data: text}}, Options{Name: "over"})
		sound(t, over, append(more, Check(over, now)...), map[string]int{"a.md": lines, "over/a.md": lines, "over": 1})
	})
}

// sound checks what must hold for any runbook, whatever it was read from.
func sound(t *testing.T, rb *steps.Runbook, problems []steps.Problem, lines map[string]int) {
	t.Helper()
	place := func(what string, at steps.Pos) {
		if last, ok := lines[at.File]; !ok || at.Line < 0 || at.Line > last {
			t.Errorf("%s stands at %s:%d, and the file has %d lines", what, at.File, at.Line, last)
		}
	}
	once := func(what string, seen map[string]bool, id string) {
		if id == "" || seen[strings.ToLower(id)] {
			t.Errorf("the %s id %q is empty or not unique", what, id)
		}
		seen[strings.ToLower(id)] = true
	}
	text := func(what, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Errorf("%s is not clean text: %q", what, s)
		}
	}
	incidents, indicators, templates := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, inc := range plansOf(rb) {
		once("incident", incidents, inc.ID)
		text("the title", inc.Title)
		text("the prose", inc.Prose)
		for _, in := range inc.Indicators {
			once("indicator", indicators, in.ID)
			place("indicator", in.At)
		}
		phases, stepIDs := map[string]bool{}, map[string]bool{}
		for _, p := range inc.Phases {
			once("phase", phases, p.ID)
			place("phase", p.At)
		}
		eachStep(inc, func(st *steps.Step) {
			once("step", stepIDs, st.ID)
			place("step", st.At)
			text("the prose", st.Prose)
			if strings.Contains(st.ID, "/") || strings.TrimSpace(st.Title) == "" {
				t.Errorf("the step %q has the title %q", st.ID, st.Title)
			}
			commands := map[string]bool{}
			for _, c := range st.Commands {
				once("command", commands, c.Name)
				place("command", c.At)
				if !c.Risk.Valid() {
					t.Errorf("the command %q has the risk %q", c.Name, c.Risk)
				}
			}
		})
	}
	for _, tmpl := range rb.Templates {
		once("template", templates, tmpl.ID)
	}
	for _, p := range problems {
		place("a problem", p.At)
		text("a problem", p.Detail)
		if p.Detail == "" || p.Kind == "" {
			t.Errorf("a problem says nothing: %+v", p)
		}
	}
}
