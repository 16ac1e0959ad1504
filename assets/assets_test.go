package assets_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/syntax"

	"wsc-respond/assets"
	"wsc-respond/steps"
	"wsc-respond/steps/markdown"
)

func TestTheRunbookHasNoMistakes(t *testing.T) {
	rb, problems := readRunbook(t)
	refuseErrors(t, append(problems, check(rb)...))
}

func TestTheStarterFolderHasNoMistakesAndLeavesContactsToFillIn(t *testing.T) {
	base, _ := readRunbook(t)
	rb, problems := markdown.Overlay(base, assets.Overlay(), markdown.Options{Name: "overlay"})
	problems = append(problems, check(rb)...)
	refuseErrors(t, problems)
	if len(rb.Unfilled()) == 0 {
		t.Error("the starter folder fills in contacts that only the integrator can know")
	}
}

// The numbers are those of the published runbook, which people and tickets
// refer to.
func TestThePublishedStepsKeepTheirNumbers(t *testing.T) {
	rb, _ := readRunbook(t)
	got := map[string][]int{}
	for _, incident := range slices.Concat(rb.Incidents, []steps.Incident{rb.PostIncident}) {
		got[incident.ID] = numbers(incident)
	}
	want := map[string][]int{
		"INC-1": {1, 2, 3, 4, 5, 6, 7}, "INC-2": {1, 2, 3, 4, 5, 6}, "INC-3": {1, 2, 3, 4, 5, 6}, "INC-4": {1, 2, 3, 4, 5},
		steps.PostIncidentID: {1, 2, 3, 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("numbered steps (-want +got):\n%s", diff)
	}
}

func TestEveryIncidentTypeAsksWhenItIsContainedAndRecovered(t *testing.T) {
	rb, _ := readRunbook(t)
	for _, incident := range rb.Incidents {
		for _, milestone := range []steps.Milestone{steps.Contained, steps.Recovered} {
			for _, role := range []string{"WSC Maintainers", "System Integrator"} {
				if n := asks(incident, milestone, role); n != 1 {
					t.Errorf("%s asks the %s %d times whether it is %s, want once", incident.ID, role, n, milestone)
				}
			}
		}
	}
}

// fence finds a shell block with its info, at any indentation.
var (
	fence    = regexp.MustCompile("(?m)^ *```sh(.*)$")
	complete = regexp.MustCompile(`^ \{name: [a-z-]+, risk: (reads|changes|destroys)[,}]`)
)

func TestEveryCommandStatesItsNameAndItsRisk(t *testing.T) {
	fences := 0
	for file, text := range filesOf(t, assets.Runbook()) {
		for _, block := range fence.FindAllStringSubmatch(text, -1) {
			fences++
			if !complete.MatchString(block[1]) {
				t.Errorf("%s: a command without name or risk: %s", file, block[0])
			}
		}
	}
	if fences == 0 {
		t.Error("the embedded runbook holds no command")
	}
}

// wsc aborts when the reader of its output goes away, so its output is kept
// first and searched afterwards.
func TestNoCommandPipesWscIntoAnotherProgram(t *testing.T) {
	rb, _ := readRunbook(t)
	for _, command := range commands(rb) {
		script, err := syntax.NewParser().Parse(strings.NewReader(command.Shell), command.Name)
		if err != nil {
			t.Errorf("%s:%d: %v", command.At.File, command.At.Line, err)
			continue
		}
		syntax.Walk(script, func(node syntax.Node) bool {
			pipe, ok := node.(*syntax.BinaryCmd)
			if ok && (pipe.Op == syntax.Pipe || pipe.Op == syntax.PipeAll) && calls(pipe.X, "wsc") {
				t.Errorf("%s:%d: wsc writes into a pipe", command.At.File, command.At.Line)
			}
			return true
		})
	}
}

func TestNothingIsDestroyedBeforeItWasRecorded(t *testing.T) {
	rb, _ := readRunbook(t)
	destroying := 0
	for _, command := range commands(rb) {
		if command.Risk != steps.RiskDestroys {
			continue
		}
		destroying++
		if command.After == "" {
			t.Errorf("%s:%d: %s destroys, and no command has to run before it", command.At.File, command.At.Line, command.Name)
		}
	}
	if destroying == 0 {
		t.Error("no command is marked as one that destroys")
	}
}

func TestTheDocumentTableSaysWhatTheFrontMatterSays(t *testing.T) {
	text := filesOf(t, assets.Runbook())["00-runbook.md"]
	rb, _ := readRunbook(t)
	for field, front := range map[string]string{
		"Title": rb.Document.Title, "Version": rb.Document.Version, "Date": rb.Document.Date,
		"Classification": rb.Document.Classification, "Review cycle": rb.Document.ReviewCycle,
	} {
		if row := "| " + field + " | " + front + " |\n"; front == "" || !strings.Contains(text, row) {
			t.Errorf("%s: the front matter says %q, and the table says something else", field, front)
		}
	}
}

// calls reports whether a statement is a call of the program itself.
func calls(stmt *syntax.Stmt, program string) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && call.Args[0].Lit() == program
}

func numbers(incident steps.Incident) []int {
	var found []int
	for _, phase := range incident.Phases {
		for _, step := range phase.Steps {
			if step.Number > 0 {
				found = append(found, step.Number)
			}
		}
	}
	return found
}

func asks(incident steps.Incident, milestone steps.Milestone, role string) int {
	n := 0
	for _, phase := range incident.Phases {
		for _, step := range phase.Steps {
			if step.Milestone == milestone && step.For(role) {
				n++
			}
		}
	}
	return n
}

// commands are all commands of a runbook, those of the reference included.
func commands(rb *steps.Runbook) []steps.Command {
	var all []steps.Command
	for _, incident := range slices.Concat(rb.Incidents, []steps.Incident{rb.PostIncident}) {
		for _, phase := range incident.Phases {
			for _, step := range phase.Steps {
				all = append(all, step.Commands...)
			}
		}
	}
	for _, group := range rb.Reference {
		all = append(all, group.Commands...)
	}
	return all
}

func readRunbook(t *testing.T) (*steps.Runbook, []steps.Problem) {
	t.Helper()
	rb, problems, err := markdown.Read(assets.Runbook(), markdown.Options{Name: "runbook"})
	if err != nil {
		t.Fatalf("read the embedded runbook: %v", err)
	}
	return rb, problems
}

// check looks at a runbook on the day after its date, so that the test does
// not begin to fail when the review is due.
func check(rb *steps.Runbook) []steps.Problem {
	return markdown.Check(rb, time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC))
}

func refuseErrors(t *testing.T, problems []steps.Problem) {
	t.Helper()
	for _, problem := range problems {
		if problem.Error || problem.Kind != steps.UnfilledContact {
			t.Error(problem)
		}
	}
}

func filesOf(t *testing.T, folder fs.FS) map[string]string {
	t.Helper()
	names, err := fs.Glob(folder, "*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Markdown at the root of the folder (error %v)", err)
	}
	texts := map[string]string{}
	for _, name := range names {
		body, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(body)
	}
	return texts
}
