package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape is the published form of `runbook show --json`, as somebody would
// write it who reads it with another program.
type shape struct {
	Document struct {
		Title, Version, Date string
		ReviewCycle          string `json:"review_cycle"`
	}
	Incidents []struct {
		ID, Title  string
		Indicators []string
		Phases     []struct {
			Title  string
			Within int `json:"within_seconds"`
			Steps  []shapeStep
		}
	}
	PostIncident struct{ Steps []shapeStep } `json:"post_incident"`
	Severities   []struct {
		Level, Description, Examples string
		Response                     *int `json:"response_seconds"`
	}
	RACI []struct {
		Group, Activity string
		Roles           map[string]string
	}
	Metrics []struct {
		Name   string
		Target int `json:"target_seconds"`
	}
	Contacts  []struct{ Group, Role, Contact, Notes string }
	Templates []struct {
		Title, Subject, Body string
		Placeholders         []string
	}
	Reference []struct {
		Group    string
		Commands []shapeCommand
	}
	Notes []string
}

type shapeStep struct {
	Number   int
	Title    string
	Checks   []string
	Commands []shapeCommand
}

type shapeCommand struct {
	Shell        string
	Placeholders []string
	Variables    []string
	Risk         string
}

// A document that knows nothing of this program: its numbers go on from phase
// to phase and start again with each incident, and it is full of stand-ins.
func TestJSONOfAnUnmodifiedRunbookHasThePublishedForm(t *testing.T) {
	h := newHome(t)
	out, errs, code := h.run(t, "runbook", "show", "handbook.md", "--json")
	if code != exitDone || errs != "" {
		t.Fatalf("runbook show ends with %d: %s", code, errs)
	}
	var got shape
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "null") {
		t.Error("an empty list is null, not []")
	}
	same := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", what, diff)
		}
	}
	same("document", []string{got.Document.Title, got.Document.Version, got.Document.Date, got.Document.ReviewCycle},
		[]string{"Token Trouble Handbook", "2.3", "2026-02-01", "Annually"})
	var steps, signs, limits, shells, standIns []any
	for _, inc := range got.Incidents {
		for _, sign := range inc.Indicators {
			signs = append(signs, inc.ID+" "+sign)
		}
		for _, phase := range inc.Phases {
			limits = append(limits, phase.Within)
			for _, step := range phase.Steps {
				steps = append(steps, step.Number)
				for _, c := range step.Commands {
					shells = append(shells, c.Risk)
					for _, p := range c.Placeholders {
						standIns = append(standIns, p)
					}
				}
			}
		}
	}
	same("numbers of the steps", steps, []any{1, 2, 3, 4, 5, 1, 2})
	same("deadlines", limits, []any{1200, 28800, 0, 0})
	same("risks of the commands", shells, []any{"reads", "reads", "reads"})
	same("stand-ins", standIns, []any{"TOKEN_ID", "/path/to/secrets", "<owner-of-token>"})
	same("indicators", signs, []any{"INC-1 A token was found in a public log",
		"INC-1 A token is used from an unknown network", "INC-2 The registry does not answer"})
	same("checks", got.Incidents[0].Phases[0].Steps[2].Checks, []string{"The owner of the token", "The platform team"})
	same("steps after the incident", len(got.PostIncident.Steps), 2)
	same("severities", len(got.Severities), 2)
	same("at once is 0 seconds", *got.Severities[0].Response, 0)
	same("within a week", *got.Severities[1].Response, 7*24*3600)
	same("RACI", got.RACI[1].Roles, map[string]string{"Platform Team": "C", "Token Owner": "R/A"})
	same("metrics", got.Metrics[1].Target, 7*24*3600)
	same("contacts", got.Contacts[0].Contact, "desk@registry.invalid")
	same("subject of the notice", got.Templates[0].Subject, "[ACTION] Your token [TOKEN_ID]")
	same("commands to look up", len(got.Reference[0].Commands), 1)
}

func TestShowSaysWhereEachPartComesFrom(t *testing.T) {
	h := newHome(t)
	dir := overlayIn(t, h.dir+"/ours", overlayOf("wsc-incident-response", "+1 555 0100"))
	out, _, code := h.run(t, "runbook", "show", "--overlay", dir)
	if code != exitDone {
		t.Fatalf("the exit code is %d:\n%s", code, out)
	}
	for _, line := range []string{"embedded/inc-1.md:", "/ours/contacts.md:", "laid over it"} {
		if !strings.Contains(out, line) {
			t.Errorf("it does not name %s:\n%s", line, out)
		}
	}
}
