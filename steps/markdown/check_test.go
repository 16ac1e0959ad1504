package markdown

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
)

// broken has one mistake a line, and says on which line it expects what.
const broken = `---
id: broken
document: {title: Broken, version: 1, date: 2020-01-31, review_cycle: Every 6 months, versoin: 2}
inputs:
  KEY_FILE: {ask: Which key?, kind: fiel}
  "KEY FILE": {ask: No}
questions:
  - ask: Nothing?
  - {ask: Who?, for: INC-9, answers: [{say: I, severity: severe}]}
legal_clocks:
  - {name: Soon, within: a while}
inptus: {}
---

# Broken

| Activity | Team |
|---|---|
| Dig | R/A |
| Rest | I |

| Metric | Target |
|---|---|
| Time to contain | soon |

## Emergency contacts

| Role | Contact |
|---|---|
| Lead | TBD |

## INC-1: One

**Indicators:**

- Smoke <!-- {severity: severe, weight: 3} -->

**Act (within a while):**

1. **Dig** <!-- {id: dig, raci: Digg, notice: none, risk: reads, role: Tem} -->

   ~~~sh {name: a, after: b, expect: [300], risk: harmless}
   cat "$KEY_FIEL" list.txt
   if true; then
   ~~~

   ~~~sh {name: a, yields: {2X: stdout}}
   cat "$KEY_FIEL" list.txt
   ~~~

2. **Hold** <!-- {id: dig, before: dig, milestone: done} -->

   ~~~sh
   rekor-cli get --uuid <uuid> > out.txt
   sort out.txt
   ~~~

## INC-1: Again <!-- {id: "a b"} -->

1. x <!-- {id: x -->
`

func TestEveryMistakeIsToldAtOnceWithItsLine(t *testing.T) {
	rb, problems, err := Read(fstest.MapFS{"b.md": {Data: []byte(broken)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range Sort(append(problems, Check(rb, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))...)) {
		got = append(got, p.String())
	}
	want := []string{
		`b.md:3: error: document has no attribute "versoin": did you mean "version"?`,
		`b.md:3: note: the review of this document was due on 2020-07-31 (Every 6 months, last dated 2020-01-31): review it, and change its date`,
		`b.md:5: error: the input KEY_FILE is of kind "fiel", which is none of text, file, dir, path, digest, id, url, email, host, number`,
		`b.md:6: error: "KEY FILE" cannot be an input: its name is of letters, digits and _, as in KEY_FILE`,
		`b.md:8: error: a question needs an ask and answers, so this one is left out`,
		`b.md:9: error: for: there is no incident type "INC-9": did you mean "INC-1"?`,
		`b.md:9: error: severity: there is no severity "severe": it is one of critical, high, medium, low`,
		`b.md:11: error: within: "a while" cannot be read: write a number and a unit, for example "30 minutes", "24 hours", "1h30m", or "immediate"`,
		`b.md:11: error: the legal clock "Soon" has no time: write within: 24h, or the like`,
		`b.md:12: error: the front matter has no attribute "inptus": did you mean "inputs"?`,
		`b.md:20: error: no step carries out the activity "Rest": give the step that does {raci: Rest}, or write one`,
		`b.md:24: error: the time "soon" of "Time to contain" cannot be read: write a number and a unit, for example "30 minutes", "24 hours", "1h30m", or "immediate"`,
		`b.md:30: note: the contact "Lead" (Emergency contacts) is not filled in: lay a folder over the runbook with a row for it, before it is needed`,
		`b.md:36: error: an indicator has no attribute "weight": it knows id, points, rules_out, severity`,
		`b.md:36: error: severity: there is no severity "severe": it is one of critical, high, medium, low`,
		`b.md:38: error: the deadline "within a while" cannot be read: write a number and a unit, for example "30 minutes", "24 hours", "1h30m", or "immediate"`,
		`b.md:40: error: a step has no attribute "risk": it belongs to a command`,
		`b.md:40: error: raci: there is no activity "Digg": did you mean "Dig"?`,
		`b.md:40: error: notice: there is no notice "none": the runbook has no notice at all`,
		`b.md:40: error: role: there is no role "Tem": did you mean "Team"?`,
		`b.md:42: error: expect: "300" is no exit code: it is a number from 0 to 255`,
		`b.md:42: error: risk: "harmless" is no risk: it is one of reads, changes, destroys`,
		`b.md:42: error: after: there is no command "b": it is one of a, a-2, dig/a, dig/a-2, rekor-cli-get, dig-2/rekor-cli-get`,
		`b.md:44: error: the command "a" is not valid shell: `,
		`b.md:47: error: yields: "2X" is no input: its name is of letters, digits and _`,
		`b.md:47: error: the command id "a" is taken already, so this one is called "a-2": give it an id of its own`,
		`b.md:47: error: the command "a-2" reads $KEY_FIEL, which nobody declares: did you mean $KEY_FILE?`,
		`b.md:47: error: the command "a-2" reads list.txt, and no command before it writes that: let an earlier one write it with {yields: list.txt}, or ask for it as an input`,
		`b.md:51: error: milestone: "done" is no milestone: it is one of began, detected, aware, contained, recovered, reviewed`,
		`b.md:51: error: the step id "dig" is taken already, so this one is called "dig-2": give it an id of its own`,
		`b.md:51: error: before and replaces place a step of an overlay: in the runbook itself put the step where it belongs`,
		`b.md:53: error: the command "rekor-cli-get" holds <uuid>, so it cannot run as it is: use an input, as in "$KEY_FILE"`,
		`b.md:58: error: id: an id is one word of letters, digits and . _ - that begins with a letter or digit`,
		`b.md:58: error: the incident id "INC-1" is taken already, so this one is called "INC-1-2": give it an id of its own`,
		`b.md:60: error: this is not YAML: `,
	}
	// What the parsers of shell and YAML say in their own words is not ours
	// to fix here.
	for i := range got {
		for _, theirs := range []string{"is not valid shell: ", "this is not YAML: "} {
			if at := strings.Index(got[i], theirs); at >= 0 {
				got[i] = got[i][:at+len(theirs)]
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnmodifiedDocumentHasNotesOnly(t *testing.T) {
	rb, problems, err := ReadPath("testdata/plain/kiln.md")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[steps.ProblemKind]int{}
	for _, p := range append(problems, Check(rb, time.Date(2025, 9, 2, 0, 0, 0, 0, time.UTC))...) {
		if p.Error {
			t.Errorf("%s", p)
		}
		kinds[p.Kind]++
	}
	for kind, want := range map[steps.ProblemKind]int{
		steps.UnfilledContact: 4, steps.ReviewOverdue: 1, steps.ActivityNoStep: 12, steps.HasPlaceholder: 4, steps.BadShell: 0,
	} {
		if kinds[kind] != want {
			t.Errorf("%d findings of kind %s, want %d", kinds[kind], kind, want)
		}
	}
	if kinds[steps.FileNotYielded] == 0 {
		t.Error("nobody says that uploads.txt is read and never written")
	}
}

func TestAReviewIsOverdueOnlyAfterItsDay(t *testing.T) {
	for cycle, due := range map[string]string{
		"Annually": "2027-01-31", "yearly": "2027-01-31", "Every 6 months": "2026-07-31", "Quarterly": "2026-05-01",
		"Monthly": "2026-03-03", "every two weeks": "2026-02-14", "Semi-annually": "2026-07-31", "every 18 months": "2027-07-31",
	} {
		date, _ := parseDate("2026-01-31")
		got, ok := nextReview(date, cycle)
		if !ok || got.Format(time.DateOnly) != due {
			t.Errorf("%s after 2026-01-31 is %s, %v, want %s", cycle, got.Format(time.DateOnly), ok, due)
		}
	}
	for _, cycle := range []string{"when we feel like it", "every 0 days", "every 99999999999999999999 days"} {
		if _, ok := nextReview(time.Now(), cycle); ok {
			t.Errorf("%q was read", cycle)
		}
	}
}

func TestAVariableThatAnEarlierCommandSetIsDeclared(t *testing.T) {
	text := "---\ninputs: {A: {ask: a}}\n---\n# INC-1: x\n\n1. a\n   ```sh {yields: {C: stdout}}\n   export B=\"$A\"\n   ```\n2. b\n   ```sh\n   echo \"$B\" \"$C\" \"$WSC_RESPOND_EVIDENCE\" \"$HOME\"\n   ```\n"
	rb, problems, err := ReadFile("a.md", []byte(text))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if found := Check(rb, time.Time{}); len(found) > 0 {
		t.Error(found)
	}
}

func TestAFileOfTheEvidenceFolderIsNotThereForTheNextCommand(t *testing.T) {
	for text, want := range map[string]int{
		`cat "$WSC_RESPOND_EVIDENCE/a.txt"`:                                               1,
		`cat "${WSC_RESPOND_EVIDENCE}/a.txt" - < "$WSC_RESPOND_EVIDENCE"/b.txt`:           2,
		`sort -o "$WSC_RESPOND_EVIDENCE/b.txt" "$WSC_RESPOND_EVIDENCE/a.txt"`:             1,
		`sh -c 'cat "$WSC_RESPOND_EVIDENCE/a.txt"'`:                                       1,
		`ls > "$WSC_RESPOND_EVIDENCE/a.txt"; cat "${WSC_RESPOND_EVIDENCE}/a.txt"`:         0,
		`cp x.conf "$WSC_RESPOND_EVIDENCE/"; cat "$WSC_RESPOND_EVIDENCE/x.conf"`:          0,
		`cp x.conf "$WSC_RESPOND_EVIDENCE"; cat "$WSC_RESPOND_EVIDENCE/x.conf"`:           0,
		`split x "$WSC_RESPOND_EVIDENCE/$n"; cat "$WSC_RESPOND_EVIDENCE/x.conf"`:          0,
		`OUT="$WSC_RESPOND_EVIDENCE/a.txt"; ls > "$OUT"; cat $WSC_RESPOND_EVIDENCE/a.txt`: 0,
		`tool --to="$WSC_RESPOND_EVIDENCE/a.txt"; cat "$WSC_RESPOND_EVIDENCE/a.txt"`:      0,
		`cat "$HOME/a.txt"`: 0,
	} {
		_, found := checked(t, "---\ninputs: {n: {ask: a}}\n---\n# INC-1: x\n\n1. a\n   ```sh {yields: {X: x.conf}}\n   "+text+"\n   ```\n")
		n := 0
		for _, p := range found {
			if p.Kind == steps.FileNotYielded && p.Error && strings.Contains(p.Detail, "new for each command") && p.At.Line == 7 {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d findings, want %d: %v", text, n, want, found)
		}
	}
}

func TestAValueOfJSONNamesItsFileAndItsPlace(t *testing.T) {
	text := func(yields string) string {
		return "# INC-1: x\n\n1. a\n   ```sh {yields: " + yields + "}\n   inspect --to \"$WSC_RESPOND_EVIDENCE/i.json\"\n   ```\n"
	}
	for _, yields := range []string{"{A: i.json#a.b, B: i.json#a.0, C: stdout#a}", "{A: stdout}", "list.txt"} {
		if _, found := checked(t, text(yields)); len(found) > 0 {
			t.Errorf("%s: %v", yields, found)
		}
	}
	for yields, want := range map[string]string{
		"{A: 'i.json#'}":    `a.md:4: error: yields: A: "#" leads to no value`,
		"{A: i.json#a..b}":  `a.md:4: error: yields: A: "#a..b" leads to no value`,
		"{A: '#a'}":         `a.md:4: error: yields: A: it comes from stdout`,
		"{A: /i.json#a}":    `a.md:4: error: yields: A: "/i.json" is no file of the evidence folder`,
		"{A: ../i.json#a}":  `a.md:4: error: yields: A: "../i.json" is no file of the evidence folder`,
		"{A: [i.json#a]}":   `a.md:4: error: yields: A: one text is wanted here`,
		"{A: other.json#a}": `a.md:4: error: the command "inspect" yields A from other.json, and its text does not name that file`,
	} {
		rb, problems, err := ReadFile("a.md", []byte(text(yields)))
		if err != nil {
			t.Fatal(err)
		}
		problems = append(problems, Check(rb, time.Time{})...)
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want) {
			t.Errorf("%s: %v, want %s", yields, problems, want)
		}
	}
}

// checked reads a document and checks it. Its text alone must be sound.
func checked(t *testing.T, text string) (*steps.Runbook, []steps.Problem) {
	t.Helper()
	rb, problems, err := ReadFile("a.md", []byte(text))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return rb, Check(rb, time.Time{})
}

func TestAFileThatAForeignDocumentOnlyNamesIsNoted(t *testing.T) {
	const command = "# INC-1: x\n\n1. a\n   ```sh\n   wsc info found.wasm\n   wsc sign -i in.wasm -o out.wasm\n   wsc verify -K key.pub out.wasm\n   ```\n\n# Useful commands\n\n```sh\ndiff -- made.txt stored.txt\n```\n"
	_, found := checked(t, command)
	var got []string
	for _, p := range found {
		if p.Kind != steps.FileNotYielded || p.Error {
			t.Errorf("%s", p)
		}
		got = append(got, strings.Fields(p.Detail)[4])
	}
	if diff := cmp.Diff([]string{"in.wasm,", "key.pub,", "found.wasm,", "made.txt,", "stored.txt,"}, got); diff != "" {
		t.Errorf("%s\n%v", diff, found)
	}
	_, found = checked(t, "---\nid: a\ninputs: {}\n---\n"+command)
	for _, p := range found {
		if strings.Contains(p.Detail, "found.wasm") || strings.Contains(p.Detail, "stored.txt") {
			t.Errorf("a strict document is held to files that its commands may find: %s", p)
		}
	}
}

func TestAStatedRiskMayNotHideWhatTheTextDestroys(t *testing.T) {
	for info, want := range map[string]bool{"{risk: reads}": true, "{risk: changes}": true, "{risk: destroys}": false, "{name: a}": false} {
		_, found := checked(t, "# INC-1: x\n\n1. a\n   ```sh "+info+"\n   rm -f -- /srv/a\n   ```\n")
		got := len(found) == 1 && found[0].Kind == steps.BadValue && found[0].Error &&
			strings.Contains(found[0].String(), "a.md:4: ") && strings.Contains(found[0].Detail, "(rm)): say risk: destroys")
		if got != want || !want && len(found) > 0 {
			t.Errorf("%s: %v", info, found)
		}
	}
}

func TestAPatternOfAnInputMustCompile(t *testing.T) {
	rb, _ := checked(t, "---\ninputs: {A: {ask: a, must: {pattern: 'sha256:[0-9a-f]{64}'}}}\n---\n# INC-1: x\n\n1. a\n")
	if got := rb.Inputs[0].Must.Pattern; got != "sha256:[0-9a-f]{64}" {
		t.Errorf("the pattern is %q", got)
	}
	rb, problems, err := ReadFile("a.md", []byte("---\ninputs:\n  A:\n    must: {pattern: '[a'}\n---\n# INC-1: x\n\n1. a\n"))
	if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].String(), "a.md:4: error: pattern: ") || rb.Inputs[0].Must.Pattern != "" {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestHostileYAMLIsRefusedInItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"a: &x [1]\nb: *x":                         "anchors, aliases",
		"a: !!binary abc":                          "anchors, aliases",
		strings.Repeat("[", 100):                   "too deeply",
		"a: 1\na: 2":                               "already defined",
		"a: {b":                                    "not YAML",
		"[a, b]":                                   "a map of keys",
		"inputs: [a]":                              "a map is wanted",
		"inputs: {A: text}":                        "wants a map",
		"questions: x":                             "a list is wanted",
		"placeholders: {a: b}":                     "a text or a list",
		"a: \"" + strings.Repeat("x", maxYAML):     "KiB of YAML",
		"document: {date: [2026]}":                 "one text is wanted",
		"inputs: {A: {must: {mode: 9}}}":           "in octal",
		"inputs: {A: {secret: maybe}}":             "true or false",
		"legal_clocks: [{within: 24h}]":            "needs a name",
		"inputs: {A: {ask: a}, B: {ask: b, A: c}}": "no attribute \"A\"",
	} {
		_, problems, err := ReadFile("a.md", []byte("---\ninputs:\n---\n# INC-1: a\n1. b\n"))
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		_, problems, err = ReadFile("a.md", []byte("---\n"+text+"\n---\n# INC-1: a\n1. b\n"))
		if err != nil || len(problems) == 0 || !strings.Contains(problems[0].Detail, want) || problems[0].At.Line > 4 {
			t.Errorf("%.40q: %v, %v, want %q", text, problems, err, want)
		}
	}
}

func TestWhatIsLeftOpenOrBelongsToNothingIsTold(t *testing.T) {
	for text, want := range map[string]string{
		"# INC-1: a\n\n1. b\n\n<!-- {id: x}\n\n2. c\n":           "a.md:5: note: the comment that begins here never ends",
		"# INC-1: a\n\n1. b <!-- {id: x}\n2. c <!-- d -->\n":     "a.md:3: note: the comment that begins here never ends",
		"---\ninputs: {}\n\n# INC-1: a\n\n1. b\n":                "a.md:1: error: the front matter that begins here never ends",
		"words\n<!-- {id: x} -->\n# INC-1: a\n1. b\n":            "a.md:2: error: these attributes belong to nothing",
		"| a |\n|---|\n| b <!-- {id: x} --> |\n# INC-1: a\n1. b": "a.md:3: error: these attributes belong to nothing",
		"# a <!-- {id: x} -->\n## INC-1: a\n1. b\n":              "a.md:1: error: this heading has no attribute \"id\"",
	} {
		_, problems, err := ReadFile("a.md", []byte(text))
		if err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want) {
			t.Errorf("%q: %v, %v, want %s", text, problems, err, want)
		}
	}
}

func TestForeignFrontMatterIsLeftAlone(t *testing.T) {
	rb, problems, err := ReadFile("a.md", []byte("---\nlayout: page\nid: outage\ntags: [a]\n---\n# Outage\n\n1. b\n"))
	if err != nil || len(problems) > 0 || rb.Strict {
		t.Errorf("strict %v, problems %v, %v", rb.Strict, problems, err)
	}
}
