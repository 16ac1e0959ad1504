package markdown

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
)

func TestAnEnrichedFolderGivesItsMetadata(t *testing.T) {
	rb, problems, err := Read(os.DirFS("testdata/folder"), Options{Name: "plan"})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if rb.ID != "harbour" || rb.Document.Version != "1.10" || !rb.Strict {
		t.Errorf("id %q, version %q, strict %v", rb.ID, rb.Document.Version, rb.Strict)
	}
	at := func(line int) steps.Pos { return steps.Pos{File: "plan/inc-1.md", Line: line} }
	want := steps.Incident{
		ID: "INC-1", Title: "Stolen rope", Prose: "Somebody has a rope of ours.", At: at(14),
		Indicators: []steps.Indicator{
			{ID: "INC-1/gone", Text: "The rope is gone", Severity: "critical", At: at(20)},
			{ID: "INC-1/a-knot-that-nobody-made", Text: "A knot that nobody made", Points: map[string]int{"INC-1": 2}, At: at(21)},
		},
		Questions: []steps.Question{{
			ID: "is-the-rope-on-board", Ask: "Is the rope on board?", For: []string{"INC-1"}, At: at(8),
			Answers: []steps.Answer{{Say: "Yes", Points: map[string]int{"INC-1": 1}}, {Say: "No", Severity: "low"}},
		}},
		Phases: []steps.Phase{
			{ID: "now", Title: "Immediate actions", Within: 1800, Clock: steps.Detected, Prose: "Stay calm.", At: at(23), Steps: []steps.Step{
				{
					ID: "look", Number: 1, Title: "Look at the rope", Activity: "Count the boats", Roles: []string{"Team"}, At: at(27),
					Prose: "It must be on record before it moves.\n\n> Ropes burn.\n\n```yaml\nshown: only\n```",
					Checks: []steps.Check{
						{ID: "no-copy-is-left", Text: "No copy is left"}, {ID: "not-in-the-attic", Text: "  not in the attic"},
						{ID: "locked", Text: "The locker is closed"},
					},
					Commands: []steps.Command{
						{Name: "record", Shell: `stat -- "$ROPE" && sha256sum -- "$ROPE"`, Variables: []string{"ROPE"}, Risk: "reads", At: at(31)},
						{
							Name: "move", Shell: `mv -n -- "$ROPE" /mnt/locker/`, Variables: []string{"ROPE"}, Risk: "changes", Expect: []int{0, 1},
							After: "record", Yields: map[string]string{"BOATS": "boats.txt"}, At: at(35),
						},
					},
				},
				{
					ID: "close-the-gate", Number: 2, Title: "Close the gate", Activity: "Close the gate", Milestone: steps.Contained,
					Notice: "closed", Waits: true, At: at(49),
					Commands: []steps.Command{{
						Name: "cat", Shell: "cat boats.txt && wsc-respond brief", Risk: "reads", Interactive: true, Timeout: 300, ExpectsText: "closed", At: at(52),
					}},
				},
				{ID: "count-again", Title: "Count again", At: at(56)},
			}},
			{ID: "after-that", Title: "After that", Clock: steps.Aware, At: at(58), Steps: []steps.Step{
				{ID: "sit-down", Number: 3, Title: "Sit down", Prose: "Rest.", At: at(60)},
				{ID: "stand-up", Number: 4, Title: "Stand up", Checks: []steps.Check{{ID: "slowly", Text: "Slowly"}}, At: at(64)},
			}},
		},
	}
	got := rb.Incidents[0]
	got.Phases[0].Steps[1].Commands[0].Risk, got.Phases[0].Steps[1].Commands[0].RiskReasons = "reads", nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]steps.Input{
		{Name: "PACKAGES", Ask: "Which folder holds the packages?", Kind: steps.KindDir, Example: "/srv/packages", At: steps.Pos{File: "plan/00-plan.md", Line: 6}},
		{Name: "ROPE", Ask: "Which rope?", Kind: steps.KindFile, Must: steps.Must{Mode: "0600"}, Incident: "INC-1", At: at(5)},
		{Name: "PHRASE", Ask: "What is the word?", Secret: true, Incident: "INC-1", At: at(6)},
	}, rb.Inputs); diff != "" {
		t.Error(diff)
	}
	if rb.Severities[0].Level != "critical" || rb.Severities[1].Level != "low" {
		t.Errorf("the gravest severity does not stand first: %v", rb.Severities)
	}
	if len(rb.LegalClocks) != 2 || rb.LegalClocks[0].On || !rb.LegalClocks[1].On || rb.LegalClocks[1].Within != 14*86400 {
		t.Errorf("the legal clocks are %v", rb.LegalClocks)
	}
	if diff := cmp.Diff([]string{"TIME"}, rb.StandIns); diff != "" {
		t.Error(diff)
	}
}

func TestAForeignRunbookIsOneIncident(t *testing.T) {
	rb, problems, err := ReadPath("testdata/foreign/database-outage.md")
	if err != nil || len(problems) > 0 || rb.Strict {
		t.Fatal(err, problems)
	}
	if len(rb.Incidents) != 1 {
		t.Fatalf("incidents are %+v", rb.Incidents)
	}
	inc := rb.Incidents[0]
	if inc.ID != "DATABASE-OUTAGE" || inc.Title != "Database outage" || len(inc.Indicators) != 2 {
		t.Errorf("the incident is %+v", inc)
	}
	if !strings.Contains(inc.Prose, "The primary does not answer.") || !strings.Contains(inc.Prose, "**Background**\n\nOne primary") {
		t.Errorf("the prose is %q", inc.Prose)
	}
	if len(inc.Phases) != 1 || len(inc.Phases[0].Steps) != 2 {
		t.Fatalf("the phases are %+v", inc.Phases)
	}
	first, second := inc.Phases[0].Steps[0], inc.Phases[0].Steps[1]
	if len(first.Commands) != 1 || first.Commands[0].Name != "pg-isready" {
		t.Errorf("the fence after the list does not belong to the step before it: %+v", first)
	}
	if second.Title != "Fail over to the replica that lags least, and tell the people who own the applications" ||
		second.Prose != "Then wait.\n\n```\nfailover done\n```" || second.Number != 2 {
		t.Errorf("the second step is %+v", second)
	}
	if len(rb.Contacts) != 1 || rb.Contacts[0].Role != "DBA" || len(rb.PostIncident.Phases) != 1 {
		t.Errorf("contacts %v, afterwards %v", rb.Contacts, rb.PostIncident)
	}
}
