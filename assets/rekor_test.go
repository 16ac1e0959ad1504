package assets_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsc-respond/steps"
	"wsc-respond/steps/rekor"
)

const ownRekor, withRekorCLI = "wsc-respond rekor ", "-with-rekor-cli"

// Pairs are told by their names: the console offers "entry" where
// "entry-with-rekor-cli" cannot run.
func TestOurOwnCommandsForTheLogStandFirstAndRekorCLIBesideThem(t *testing.T) {
	rb, _ := readRunbook(t)
	pairs := 0
	for _, group := range groups(rb) {
		at := map[string]int{}
		for i, command := range group {
			at[command.Name] = i
		}
		for i, command := range group {
			switch base, paired := strings.CutSuffix(command.Name, withRekorCLI); {
			case strings.Contains(command.Shell, ownRekor):
				asks := strings.Contains(command.Shell, ownRekor+"get") || strings.Contains(command.Shell, ownRekor+"search")
				if _, ok := at[command.Name+withRekorCLI]; asks && !ok {
					t.Errorf("%s:%d: %s has no %s beside it", command.At.File, command.At.Line, command.Name, command.Name+withRekorCLI)
				}
			case strings.Contains(command.Shell, "rekor-cli "):
				pairs++
				own, ok := at[base]
				if !paired || !ok || own > i || !strings.Contains(group[own].Shell, ownRekor) {
					t.Errorf("%s:%d: %s has no command of ours before it", command.At.File, command.At.Line, command.Name)
				}
			}
		}
	}
	if pairs == 0 {
		t.Error("no command calls rekor-cli")
	}
}

// A log that cannot be asked is exit code 2, and must never pass for an answer.
func TestWhatAsksTheLogOnlyReadsEndsInTimeAndTellsAnAnswerFromSilence(t *testing.T) {
	rb, _ := readRunbook(t)
	for _, command := range commands(rb) {
		if !strings.Contains(command.Shell, ownRekor) {
			continue
		}
		if asks := !strings.Contains(command.Shell, ownRekor+"verify"); asks && command.Timeout == 0 {
			t.Errorf("%s:%d: %s may wait for ever", command.At.File, command.At.Line, command.Name)
		}
		// Only a log that forked is no answer that the work goes on with.
		answers := !strings.Contains(command.Shell, ownRekor+"checkpoint")
		if command.Risk != steps.RiskReads || !command.Expected(0) || command.Expected(1) != answers || command.Expected(2) {
			t.Errorf("%s:%d: %s: risk %s, exit codes %v", command.At.File, command.At.Line, command.Name, command.Risk, command.Expect)
		}
	}
}

func TestAnEntryIsFetchedKeptAndVerifiedWithoutTheLog(t *testing.T) {
	h, log := newLogHost(t)
	h.inputs["REKOR_UUID"], h.inputs["IDENTITY"], h.inputs["ISSUER"] = log.ids[0], "builds@example.org", "https://accounts.example.org"
	h.inputs["SIGNER"], h.inputs["SIGNER_URI"] = "builds@example.org", "https://example.org/none"
	said := h.expect(0, "INC-2", "rekor", "entry")
	if sum := fmt.Sprintf("sha256 %x", sha256.Sum256([]byte(h.read(h.inputs["ENTRY"])))); !strings.Contains(said.stderr, sum) {
		t.Errorf("what was kept has %s, and said is:\n%s", sum, said.stderr)
	}
	if found := h.expect(0, "INC-2", "rekor", "others-by-email"); !strings.Contains(found.stdout, "builds@example.org") || !strings.Contains(found.stderr, "may be incomplete") {
		t.Errorf("the search says:\n%s%s", found.stdout, found.stderr)
	}

	if none := h.expect(0, "INC-2", "rekor", "others"); strings.Contains(none.stdout, log.ids[0]) || !strings.Contains(none.stderr, "0 entries found") {
		t.Errorf("a search for somebody else says:\n%s%s", none.stdout, none.stderr)
	}
	h.inputs["REKOR_UUID"] = strings.Repeat("0", 64)
	if none := h.expect(1, "INC-2", "rekor", "entry"); !strings.Contains(none.stderr, "the log does not have it") || h.exists(filepath.Join(none.evidence, "entry.json")) {
		t.Errorf("of an entry that is in no log it says:\n%s%s", none.stdout, none.stderr)
	}

	log.server.Close()
	h.expect(0, "INC-2", "rekor", "kept-entry")
	h.expect(0, "INC-3", "re-verify", "kept-entry")
	h.expect(0, "", "", "verify-entry")
	for _, another := range []string{"buildsxexample.org", ".*"} {
		h.inputs["IDENTITY"] = another
		h.expect(1, "INC-2", "rekor", "kept-entry")
	}
	h.inputs["IDENTITY"], h.inputs["ISSUER"] = "builds@example.org", "https://elsewhere.example.org"
	h.expect(1, "INC-2", "rekor", "kept-entry")
	h.expect(2, "INC-2", "rekor", "entry")
	h.expect(2, "INC-2", "rekor", "others")

	forged := strings.Replace(h.read(h.inputs["ENTRY"]), `"integratedTime":1`, `"integratedTime":2`, 1)
	h.inputs["ENTRY"] = h.write("forged.json", forged, 0o600)
	h.expect(1, "", "", "verify-entry")
}

func TestAWindowOfTheLogIsAuditedAndVerifiedAgainAfterwards(t *testing.T) {
	h, log := newLogHost(t)
	h.inputs["LOG_FROM"], h.inputs["LOG_TO"], h.inputs["OUR_IDENTITIES"] = "0", "4", `.*@example\.org`
	h.inputs["SIGNERS"] = h.write("signers.txt", "somebody@example.org https://accounts.example.org\n", 0o600)
	h.expect(0, "INC-3", "audit", "checkpoint")
	first := h.inputs["LAST_CHECKPOINT"]
	h.expect(0, "INC-3", "audit", "grown")
	if h.inputs["LAST_CHECKPOINT"] == first {
		t.Error("the next run does not compare with the checkpoint that came last")
	}
	h.expect(0, "INC-3", "re-verify", "still-grown")
	out := h.expect(1, "INC-3", "audit", "window")
	if !strings.Contains(out.stdout, "builds@example.org") || !strings.Contains(out.stdout, "complete: 5 entries, from 0 to 4") {
		t.Errorf("the window says:\n%s%s", out.stdout, out.stderr)
	}
	h.inputs["LOG_WINDOW"] = filepath.Join(out.evidence, "window.jsonl")

	log.server.Close()
	h.expect(0, "INC-3", "re-verify", "kept-window")
}

// groups are the commands of each step, and those of each part of the
// reference.
func groups(rb *steps.Runbook) [][]steps.Command {
	var all [][]steps.Command
	for _, incident := range slices.Concat(rb.Incidents, []steps.Incident{rb.PostIncident}) {
		for _, phase := range incident.Phases {
			for _, step := range phase.Steps {
				all = append(all, step.Commands)
			}
		}
	}
	for _, group := range rb.Reference {
		all = append(all, group.Commands)
	}
	return all
}

// recorded answers as a real log did: five entries of a tree of 2005.
type recorded struct {
	server *httptest.Server
	info   string
	lines  []string
	ids    []string
}

// recordedLog is where those answers lie, with the key of the log.
const recordedLog = "../steps/rekor/testdata"

// newLogHost is a host whose wsc-respond asks a log of its own.
func newLogHost(t *testing.T) (*host, *recorded) {
	t.Helper()
	h := newHost(t)
	log := &recorded{info: h.read(filepath.Join(recordedLog, "log.json"))}
	for line := range strings.Lines(h.read(filepath.Join(recordedLog, "entries.jsonl"))) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		entries, err := rekor.ReadAnswer([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		log.lines, log.ids = append(log.lines, line), append(log.ids, entries[0].UUID)
	}
	log.server = httptest.NewServer(log)
	t.Cleanup(log.server.Close)

	key, err := filepath.Abs(filepath.Join(recordedLog, "log.pub"))
	if err == nil {
		err = os.Remove(h.path("bin/wsc-respond"))
	}
	if err != nil {
		t.Fatal(err)
	}
	h.write("bin/wsc-respond", fmt.Sprintf(`#!/bin/sh
case $2 in
verify) exec '%[1]s' "$@" --log-key '%[2]s' ;;
*) exec '%[1]s' "$@" --server '%[3]s' --log-key '%[2]s' ;;
esac
`, binary, key, log.server.URL), 0o755)
	return h, log
}

func (l *recorded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	question, _ := io.ReadAll(r.Body) // what cannot be read is not answered
	answer := l.answer(r, string(question))
	if answer == "" {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = io.WriteString(w, answer)
}

func (l *recorded) answer(r *http.Request, question string) string {
	switch {
	case r.URL.Path == "/api/v1/log":
		return l.info
	case r.URL.Path == "/api/v1/index/retrieve" && strings.Contains(question, "builds@example.org"):
		return `["` + strings.Join(l.ids, `","`) + `"]`
	case r.URL.Path == "/api/v1/index/retrieve":
		return "[]"
	}
	var found []string
	for i, line := range l.lines {
		asked := question + " " + r.URL.Path
		byIndex := strings.Contains(question, fmt.Sprintf("[%d", i)) || strings.Contains(question, fmt.Sprintf(",%d", i))
		if strings.Contains(asked, l.ids[i]) || byIndex || r.URL.Query().Get("logIndex") == fmt.Sprint(i) {
			found = append(found, line)
		}
	}
	if strings.HasSuffix(r.URL.Path, "/retrieve") {
		return "[" + strings.Join(found, ",") + "]"
	}
	return strings.Join(found, "")
}
