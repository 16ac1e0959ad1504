package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/session/journal"
)

func TestEveryErrorOfASessionHasItsThreeParts(t *testing.T) {
	h, folder := withSession(t)
	link := filepath.Join(h.dir, "linked")
	if err := os.MkdirAll(link, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(folder, journal.FileName), filepath.Join(link, journal.FileName)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"resume", "/etc"}, {"resume", link}, {"resume", "/nowhere/at/all"}, {"resume", "/etc", "--into", "elsewhere"},
		{"follow", "/etc/passwd"}, {"report", "/etc"}, {"verify", "/etc"}, {"resume", "yew"},
		{"sessions", "--no-such-flag"}, {"start", "NOTHING-1"}, {"runbook", "check", "nope.md"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			runIn(t, h, "", args...).has(t, exitWrongUse, "wsc-respond: ", "safe: nothing was changed", "next: ")
		})
	}
	broken(t, folder)
	for _, args := range [][]string{{"resume", "oak"}, {"follow", folder}} {
		said := runIn(t, h, "", args...)
		said.has(t, exitNo, "safe: ", "next: wsc-respond verify names every fault; wsc-respond report reads it up to there")
	}
}

// broken makes the third line of a record no event.
func broken(t *testing.T, folder string) {
	t.Helper()
	path := filepath.Join(folder, journal.FileName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) < 4 {
		t.Fatalf("the record has only %d lines", len(lines))
	}
	lines[2] = "{}\n"
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAReportOfABrokenRecordEndsThereAndTheAnswerIsNo(t *testing.T) {
	h, folder := withSession(t)
	broken(t, folder)
	runIn(t, h, "", "report", folder).has(t, exitNo, "# ", "damaged after event 2, and the report ends there", "safe: ", "next: wsc-respond verify")
	runIn(t, h, "", "report", folder, "-o", "partial.md").has(t, exitNo, "damaged after event 2")
	if text, err := os.ReadFile(filepath.Join(h.dir, "partial.md")); err != nil || len(text) == 0 {
		t.Errorf("what can be read is not written: %v", err)
	}
}

func TestResumeTellsOfATornLastLine(t *testing.T) {
	h, folder := withSession(t)
	f, err := os.OpenFile(filepath.Join(folder, journal.FileName), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"v":1,"seq`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	const told = "The last line of the record was incomplete; its 11 bytes lie in torn-0001.bin. Nothing that was shown as saved is lost."
	runIn(t, h, "quit\n", "resume", "oak").has(t, exitDone, told)
	again := runIn(t, h, "quit\n", "resume", "oak")
	if again.has(t, exitDone); strings.Contains(again.out, "was incomplete") {
		t.Errorf("it is told once more:\n%s", again.out)
	}
}

func TestARoleIsSpelledAsInTheTables(t *testing.T) {
	h := newHome(t)
	start := []string{"start", "INC-1", "--severity", "low", "--name", "ada", "--code-name", "oak"}
	runIn(t, h, "quit\n", append(start, "--role", "system INTEGRATOR")...).has(t, exitDone)
	resumed := runIn(t, h, "quit\n", "resume", "oak", "--role", " wsc maintainers")
	resumed.has(t, exitDone)
	runIn(t, h, "quit\n", "resume", "oak", "--role", "night watch").has(t, exitDone, `the runbook has no role "night watch"`)
	opened, err := followed(t.Context(), sessionFolder(t, h.dir, "oak"))
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, e := range opened.Events {
		if len(roles) == 0 || roles[len(roles)-1] != e.By.Role {
			roles = append(roles, e.By.Role)
		}
	}
	if got := strings.Join(roles, "; "); got != "System Integrator; WSC Maintainers; night watch" {
		t.Errorf("the record has the roles %s", got)
	}
}

func TestWhatIsNoRunbookIsRefusedWithAWord(t *testing.T) {
	h := newHome(t)
	noise := strings.Repeat("\x00\xff\x9d# 1. a\n", 200)
	for name, text := range map[string]string{"noise.md": noise, "empty.md": "", "words.md": "Only words.\n"} {
		if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, verb := range [][]string{{"runbook", "check"}, {"runbook", "show"}, {"start", "--runbook"}} {
		runIn(t, h, "", append(verb, "noise.md")...).has(t, exitWrongUse, "noise.md:1: it is no text", "safe: nothing was changed", "next: name a Markdown file")
	}
	for _, name := range []string{"empty.md", "words.md"} {
		runIn(t, h, "", "runbook", "check", name).has(t, exitWrongUse, name+":1: error: no incident type was found", ": 1 error, 0 notes", "1 error in the runbook")
		runIn(t, h, "", "start", "--runbook", name).has(t, exitWrongUse, "has no incident type; wsc-respond runbook check "+name+" says why", "safe: nothing", "next: ")
		runIn(t, h, "quit\n", "start", "--triage", "--runbook", name, "--code-name", strings.TrimSuffix(name, ".md")).has(t, exitDone)
	}
}

func TestAPathThatHoldsNoRunbookLeadsSomewhereElse(t *testing.T) {
	h := newHome(t)
	if err := os.Mkdir(filepath.Join(h.dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nope.md", "folder"} {
		said := runIn(t, h, "", "runbook", "check", name)
		said.has(t, exitWrongUse, "next: name a Markdown file, or a folder of them")
		if strings.Contains(said.errs, "runbook check PATH") {
			t.Errorf("it leads back to itself:\n%s", said.errs)
		}
	}
}

func TestCountsAreOfOneOrOfMore(t *testing.T) {
	for n, want := range map[int]string{0: "0 events", 1: "1 event", 2: "2 events"} {
		if got := count(n, "event"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestShowNamesThePlaceOfEachRow(t *testing.T) {
	h := newHome(t)
	said := runIn(t, h, "", "runbook", "show")
	said.has(t, exitDone)
	section := ""
	places := map[string]int{}
	for _, line := range strings.Split(said.out, "\n") {
		if line != "" && line[0] != ' ' {
			section = line
		} else if strings.Contains(line, "embedded/") && strings.Contains(line, ".md:") {
			places[section]++
		}
	}
	for _, want := range []string{"Severities", "RACI", "Metrics", "Legal clocks", "Contacts", "Notices", "Questions", "Inputs", "Commands to look up"} {
		if places[want] == 0 {
			t.Errorf("no row of %q says where it comes from:\n%s", want, said.out)
		}
	}
	said.has(t, exitDone, "): off embedded/")
}
