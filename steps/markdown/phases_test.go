package markdown

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// phasesOf writes the phases of the first incident as "title within: steps".
func phasesOf(t *testing.T, text string) []string {
	t.Helper()
	rb, _, err := ReadFile("a.md", []byte(text))
	if err != nil || len(rb.Incidents) == 0 {
		t.Fatalf("no incident in %q: %v", text, err)
	}
	var got []string
	for _, p := range rb.Incidents[0].Phases {
		said := fmt.Sprintf("%s %d:", p.Title, p.Within)
		for _, st := range p.Steps {
			said += fmt.Sprintf(" %d %s", st.Number, st.Title)
		}
		got = append(got, said)
	}
	return got
}

func TestPhasesAreToldByTheirHeadings(t *testing.T) {
	const incident = "## INC-1: a\n\n"
	for text, want := range map[string][]string{
		"**Contain (first hour):**\n\n1. b\n":                           {"Contain 3600: 1 b"},
		"**Contain** (first hour):\n\n1. b\n":                           {"Contain 3600: 1 b"},
		"**Contain:** <!-- {within: 2h} -->\n\n- [ ] b\n":               {"Contain 7200: 0 b"},
		"**Contain**:\n<!-- {within: 2h} -->\n\n1. b\n":                 {"Contain 7200: 1 b"},
		"### Contain (within 2 hours)\n\n4. b\n5. c\n\n### End\n1. d\n": {"Contain 7200: 4 b 5 c", "End 0: 1 d"},
		"**Indicators:**\n- x\n\n1. b\n":                                {"Steps 0: 1 b"},
		"**Indicators:**\n1. x\n":                                       {},
		"**Note:**\n\n1. b\n":                                           {"Steps 0: 1 b"},
		"Words **in bold:** and more.\n\n1. b\n":                        {"Steps 0: 1 b"},
		"### Contain\n\n**Why:**\n\n- x\n\n1. b\n":                      {"Contain 0: 1 b"},
		"### Call the owner\n\nNow.\n\n### Wait\n":                      {"Steps 0: 0 Call the owner 0 Wait"},
		"### Work\n\n#### Step 1: Look\n\n#### 2. Act\n\n- x\n":         {"Work 0: 1 Look 2 Act"},
		"### Work\n\n#### Look\n\n1. b\n\n#### Act\n\n1. c\n":           {"Look 0: 1 b", "Act 0: 1 c"},
		"```sh\ndf -h\n```\n":                                           {"Steps 0: 0 a"},
		"### Contain (within 2 hours)\n":                                {"Contain 7200:"},
		"### Background\n\nWords.\n\n### Act\n\n1. b\n":                 {"Act 0: 1 b"},
		"1. b\n\nAn afterthought.\n\n2. c\n":                            {"Steps 0: 1 b 2 c"},
		"1. **Look** closely\n2. Look **closely**\n3.\n":                {"Steps 0: 1 Look 2 Look closely 3 Step 3"},
	} {
		got := phasesOf(t, incident+text)
		if diff := cmp.Diff(want, append([]string{}, got...)); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestIncidentTypesAreToldByTheirHeadings(t *testing.T) {
	for text, want := range map[string][]string{
		"# Plan\n\n## INC-1: a\n1. x\n\n## OPS-12 - b\n1. x\n\n## NET-3 — c\n1. x\n": {"INC-1 a", "OPS-12 b", "NET-3 c"},
		"# Incident types\n\n## Stolen key\n1. x\n\n## How to use this\nRead it.\n":  {"STOLEN-KEY Stolen key"},
		"# Incidents\n\n## Stolen key <!-- {id: KEY} -->\n\n1. x\n":                  {"KEY Stolen key"},
		"---\nid: INC-9\ntitle: Fire\n---\n# What to do\n\n1. x\n":                   {"INC-9 Fire"},
		"# INC-1: a\n\n1. x\n\n## INC-2: b\n\n1. y\n\n## NET-3 c\n\n1. z\n":          {"INC-1 a", "INC-2 b"},
		"# Disk full\n\n1. x\n":                     {"DISK-FULL Disk full"},
		"1. x\n":                                    {"A a"},
		"# After\n\n1. x\n":                         {"AFTER-2 After"},
		"# CVE-2021-44228\n\n1. x\n":                {"CVE-2021-44228 CVE-2021-44228"},
		"# SEV-1: worst\n\n1. x\n":                  {"SEV-1-WORST SEV-1: worst"},
		"# INC-1: a\n1. x\n\n# INC-1: b\n\n1. y\n":  {"INC-1 a", "INC-1-2 b"},
		"# Words\n\n- no steps here\n":              nil,
		"# Contacts\n\n| Role | Contact |\n|-|-|\n": nil,
	} {
		rb, _, err := ReadFile("a.md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, inc := range rb.Incidents {
			got = append(got, inc.ID+" "+inc.Title)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
