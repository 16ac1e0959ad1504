package markdown

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
)

// facts are what a document must give, counted and named.
type facts struct {
	Steps      map[string][]int // incident → numbers
	Indicators map[string]int
	Within     map[string]steps.Seconds // deadlines of the first type
	After      []int
	Checks     []int // of the post-incident steps
	Commands   [2]int
	Responses  []steps.Seconds
	Groups     []string
	Activities int
	Targets    []steps.Seconds
	Templates  int
	Contacts   []string // groups, in order
	Notes      int
	Reference  []string
}

func factsOf(rb *steps.Runbook) facts {
	f := facts{Steps: map[string][]int{}, Indicators: map[string]int{}, Within: map[string]steps.Seconds{}}
	for i, inc := range rb.Incidents {
		f.Indicators[inc.ID] = len(inc.Indicators)
		for _, p := range inc.Phases {
			if i == 0 {
				f.Within[p.Title] = p.Within
			}
			for _, st := range p.Steps {
				f.Steps[inc.ID] = append(f.Steps[inc.ID], st.Number)
				f.Commands[0] += len(st.Commands)
			}
		}
	}
	eachStep(&rb.PostIncident, func(st *steps.Step) {
		f.After = append(f.After, st.Number)
		f.Checks = append(f.Checks, len(st.Checks))
	})
	for _, s := range rb.Severities {
		f.Responses = append(f.Responses, s.Response)
	}
	for _, a := range rb.RACI {
		f.Groups = append(f.Groups, a.Group)
	}
	f.Groups, f.Activities = unique(f.Groups), len(rb.RACI)
	for _, m := range rb.Metrics {
		f.Targets = append(f.Targets, m.Target)
	}
	for _, c := range rb.Contacts {
		f.Contacts = append(f.Contacts, c.Group)
	}
	f.Contacts = unique(f.Contacts)
	for _, g := range rb.Reference {
		f.Reference = append(f.Reference, g.Group)
		f.Commands[1] += len(g.Commands)
	}
	f.Templates, f.Notes = len(rb.Templates), len(rb.Notes)
	return f
}

// plainFacts are those of an unmodified document of the published shape.
func plainFacts(prefix string, groups, contacts, reference []string) facts {
	return facts{
		Steps: map[string][]int{
			prefix + "-1": {1, 2, 3, 4, 5, 6, 7}, prefix + "-2": {1, 2, 3, 4, 5, 6},
			prefix + "-3": {1, 2, 3, 4, 5, 6}, prefix + "-4": {1, 2, 3, 4, 5},
		},
		Indicators: map[string]int{prefix + "-1": 4, prefix + "-2": 3, prefix + "-3": 3, prefix + "-4": 3},
		Within:     map[string]steps.Seconds{"Immediate Actions": 1800, "Recovery Actions": 86400},
		After:      []int{1, 2, 3, 4}, Checks: []int{3, 2, 2, 2},
		Commands: [2]int{11, 3}, Responses: []steps.Seconds{0, 14400, 86400, 604800},
		Groups: groups, Activities: 15, Targets: []steps.Seconds{86400, 14400, 172800, 604800},
		Templates: 2, Contacts: contacts, Notes: 2, Reference: reference,
	}
}

func TestAnUnmodifiedDocumentIsReadWhole(t *testing.T) {
	rb, problems, err := ReadPath("testdata/plain/kiln.md")
	if err != nil {
		t.Fatal(err)
	}
	want := plainFacts("TOK",
		[]string{"Registry Incidents", "Token Incidents", "Mirror Incidents"},
		[]string{"Kiln Project", "Others", "Operator (Fill In)"}, []string{"Tokens", "Packages", "Log"})
	if diff := cmp.Diff(want, factsOf(rb)); diff != "" {
		t.Error(diff)
	}
	if len(problems) > 0 || rb.Strict {
		t.Errorf("an unmodified document has the problems %v, strict is %v", problems, rb.Strict)
	}
	document := steps.Document{
		Title: "Kiln Registry Incident Plan", Version: "2.3", Date: "2025-03-01", Classification: "Internal",
		ReviewCycle: "Every 6 months", At: steps.Pos{File: "testdata/plain/kiln.md", Line: 12},
	}
	if diff := cmp.Diff(document, rb.Document); diff != "" {
		t.Error(diff)
	}
	if rb.ID != "kiln" {
		t.Errorf("the runbook is called %q, want the file's name", rb.ID)
	}
	placeholders := map[string][]string{}
	each(rb, func(_ string, c *steps.Command) {
		if len(c.Placeholders) > 0 {
			placeholders[c.Name] = c.Placeholders
		}
	})
	if diff := cmp.Diff(map[string][]string{
		"kiln": {"/path/to/registry", "TOKEN_ID"}, "export": {"/path/to/index.json"},
	}, map[string][]string{"kiln": commandAt(t, rb, "TOK-1/find-the-uploads").Placeholders, "export": placeholders["export"]}); diff != "" {
		t.Error(diff)
	}
	if got := commandAt(t, rb, "TOK-2/look-into-the-log").Placeholders; !cmp.Equal(got, []string{"<uuid-from-index>"}) {
		t.Errorf("placeholders are %q", got)
	}
	notice := rb.Templates[0]
	if notice.Subject != "[SECURITY] A Kiln token was stolen - please act" || !strings.HasPrefix(notice.Body, "Token: [TOKEN_ID]\n") {
		t.Errorf("the notice is %+v", notice)
	}
	if diff := cmp.Diff([]string{"[TOKEN_ID]", "[DATE]", "[NEW_TOKEN_ID]"}, notice.Placeholders); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(steps.Contact{
		Group: "Others", Role: "Mirrors", Contact: "noc@mirrors.example.net", Notes: "A mirror is false", Filled: true,
		At: steps.Pos{File: "testdata/plain/kiln.md", Line: 322},
	}, rb.Contacts[2]); diff != "" {
		t.Error(diff)
	}
	if open := rb.Unfilled(); len(open) != 4 || open[0].Role != "Lead" {
		t.Errorf("unfilled are %v", open)
	}
}

func commandAt(t *testing.T, rb *steps.Runbook, step steps.Ref) steps.Command {
	t.Helper()
	st, ok := rb.Step(step)
	if !ok || len(st.Commands) == 0 {
		t.Fatalf("there is no command in %s", step)
	}
	return st.Commands[0]
}

// TestThePublishedRunbookIsReadWhole reads the document that the embedded
// runbook follows, where it is at hand.
func TestThePublishedRunbookIsReadWhole(t *testing.T) {
	const published = "../../../shared/runbooks/wsc-incident-response.md"
	if _, err := os.Stat(published); err != nil {
		t.Skip("the published runbook is not at hand; a document of the same shape is read in another test")
	}
	rb, _, err := ReadPath(published)
	if err != nil {
		t.Fatal(err)
	}
	want := plainFacts("INC",
		[]string{"WSC Project Incidents", "Deployment Incidents", "Sigstore Incidents"},
		[]string{"WSC Project", "External Services", "System Integrator (Fill In Your Contacts)"},
		[]string{"Key Operations", "Module Analysis", "Rekor Operations"})
	if diff := cmp.Diff(want, factsOf(rb)); diff != "" {
		t.Error(diff)
	}
	for step, want := range map[steps.Ref][]string{
		"INC-1/identify-scope":                 {"/path/to/modules", "KEY_ID"},
		"INC-2/check-rekor-for-signing-record": {"<uuid-from-signature>"},
	} {
		if diff := cmp.Diff(want, commandAt(t, rb, step).Placeholders); diff != "" {
			t.Errorf("%s: %s", step, diff)
		}
	}
	for _, p := range Check(rb, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)) {
		if p.Error {
			t.Errorf("an unmodified document has an error: %s", p)
		}
	}
}

// TestTheEmbeddedRunbookHasNoErrors reads what the program carries.
func TestTheEmbeddedRunbookHasNoErrors(t *testing.T) {
	rb, problems, err := Read(os.DirFS("../../assets/runbook"), Options{Name: "runbook"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(problems, Check(rb, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))...) {
		if p.Error || p.Kind != steps.UnfilledContact {
			t.Error(p)
		}
	}
	got := factsOf(rb)
	want := plainFacts("INC", got.Groups, got.Contacts, got.Reference)
	got.Notes, want.Notes = 0, 0
	got.Commands, want.Commands = [2]int{}, [2]int{}
	got.Checks, want.Checks = nil, nil
	got.Templates, want.Templates = min(got.Templates, 3), 3
	got.Within["Immediate Actions"], got.Within["Recovery Actions"] = got.Within["Immediate actions"], got.Within["Recovery actions"]
	delete(got.Within, "Immediate actions")
	delete(got.Within, "Recovery actions")
	for id, numbers := range got.Steps {
		got.Steps[id] = numbered(numbers)
	}
	got.After = numbered(got.After)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// numbered leaves out the steps that the published text does not have.
func numbered(all []int) (kept []int) {
	for _, n := range all {
		if n > 0 {
			kept = append(kept, n)
		}
	}
	return kept
}

func TestTheJSONFormHoldsTheWholeRunbook(t *testing.T) {
	for _, folder := range []string{"testdata/folder", "testdata/plain"} {
		rb, _, err := Read(os.DirFS(folder), Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(rb)
		if err != nil {
			t.Fatal(err)
		}
		var again steps.Runbook
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		second, err := json.Marshal(again)
		if err != nil || string(second) != string(text) {
			t.Errorf("%s: the runbook is not the same after a round trip: %v", folder, err)
		}
	}
}

func TestAReadmeThatOnlyDescribesTheFolderIsNoPartOfIt(t *testing.T) {
	step := []byte("# INC-1: a\n\n1. b\n")
	readme := []byte("# About\n\n1. Read the others\n")
	rb, _, err := Read(fstest.MapFS{"README.md": {Data: readme}, "inc.md": {Data: step}, "notes.txt": {Data: step}}, Options{})
	if err != nil || len(rb.Sources) != 1 || len(rb.Incidents) != 1 {
		t.Errorf("sources %v, incidents %v, %v", rb.Sources, rb.Incidents, err)
	}
	rb, _, err = Read(fstest.MapFS{"README.md": {Data: readme}}, Options{})
	if err != nil || len(rb.Incidents) != 1 {
		t.Errorf("the only file was not read: %v", err)
	}
	rb, _, err = Read(fstest.MapFS{"README.md": {Data: []byte("---\noverlays: x\n---\n# INC-2: c\n1. d\n")}, "inc.md": {Data: step}}, Options{})
	if err != nil || len(rb.Incidents) != 2 {
		t.Errorf("a README with our front matter was not read: %v", err)
	}
}

func TestWhatIsNoRunbookIsRefused(t *testing.T) {
	many := fstest.MapFS{}
	for i := range MaxFiles + 1 {
		many[strings.Repeat("a", 1+i/26)+string(rune('a'+i%26))+".md"] = &fstest.MapFile{}
	}
	for name, c := range map[string]struct {
		fsys fs.FS
		want string
	}{
		"no file":        {fstest.MapFS{"a.txt": {}}, "no Markdown file"},
		"a large file":   {fstest.MapFS{"a.md": {Data: make([]byte, MaxFile+1)}}, "larger than 4 MiB"},
		"many files":     {many, "501 Markdown files"},
		"a special file": {fstest.MapFS{"a.md": {Mode: fs.ModeNamedPipe}}, "no regular file"},
		"a deep file":    {fstest.MapFS{"a.md": {Data: []byte("x\n" + strings.Repeat(">", 60))}}, "a.md:2: more than 50 quotes"},
	} {
		if _, _, err := Read(c.fsys, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	pipe := filepath.Join(t.TempDir(), "pipe.md")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no pipe can be made here: %v", err)
	}
	if _, _, err := ReadPath(pipe); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a pipe: %v", err)
	}
}

func TestAFileThatIsNoTextIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"a zero byte":         "# INC-1: a\n\n1. b\x00\n",
		"invalid UTF-8":       "# INC-1: a\n\n1. b\xff\n",
		"both":                "# INC-1: a\n\n1. \x00\xff\n",
		"half a character":    "# INC-1: a\n\n1. \xe2\x82",
		"a replaced original": "# INC-1: \uFFFD\n\n1. \xc3(\n",
	} {
		_, _, err := ReadFile("a.md", []byte(text))
		if err == nil || !strings.Contains(err.Error(), "a.md:3: it is no text") {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := Read(fstest.MapFS{"a.md": {Data: []byte(text)}}, Options{}); err == nil {
			t.Errorf("%s is read in a folder", name)
		}
	}
	if _, _, err := ReadFile("a.md", []byte("# INC-1: \uFFFD\n\n1. b\n")); err != nil {
		t.Errorf("a replacement character is a character: %v", err)
	}
}

func TestADocumentWithoutAnIncidentTypeIsAMistakeWhoeverWroteIt(t *testing.T) {
	for _, text := range []string{"", "Some words.\n", "---\ninputs: {}\n---\n"} {
		_, problems, err := ReadFile("a.md", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(problems, func(p steps.Problem) bool { return p.Kind == steps.NoIncidents && p.Error })
		if !found {
			t.Errorf("%q: %v", text, problems)
		}
	}
}

func TestAllTextOfTheModelIsCleanAndInItsPlace(t *testing.T) {
	rb, _, err := ReadFile("a.md", []byte("\xef\xbb\xbf# INC-1: a b\r\n\r\n1. c\rd\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	sound(t, rb, nil, map[string]int{"a.md": 5})
	if rb.Incidents[0].Title != "a b" {
		t.Errorf("the title is %q", rb.Incidents[0].Title)
	}
}
