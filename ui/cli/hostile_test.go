package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsc-respond/session"
)

// What a hostile user or a tired responder does to the command line.

// without is an environment without some variables, and with others.
func without(env []string, gone string, more ...string) []string {
	kept := slices.DeleteFunc(slices.Clone(env), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(strings.Fields(gone), name)
	})
	return append(kept, more...)
}

func TestAFileInThePlaceOfTheSessionsFolderIsTold(t *testing.T) {
	h := newHome(t)
	runIn(t, h, "", "--dir", "trial.md", "sessions").has(t, 2, "not a directory", "next: --dir")
	runIn(t, h, "", "--dir", "trial.md", "resume").has(t, 2, "not a directory")
	runIn(t, h, "quit\n", "--dir", "trial.md", "start", "--triage").has(t, 3, "not a directory", "nothing ran", "next: --dir")
}

func TestWithoutAHomeNothingIsPutSomewhere(t *testing.T) {
	h := newHome(t)
	for _, home := range []string{"", "HOME=", "HOME=here", "XDG_STATE_HOME=here"} {
		bare := h
		bare.env = without(h.env, "HOME XDG_STATE_HOME XDG_CONFIG_HOME", home)
		runIn(t, bare, "quit\n", "start", "--triage").has(t, 2, "HOME is not set", "next: --dir")
		runIn(t, bare, "", "sessions").has(t, 2, "HOME is not set")
		runIn(t, bare, "", "runbook", "init").has(t, 2, "HOME is not set")
		runIn(t, bare, "", "runbook", "check").has(t, 0, "0 errors")
		runIn(t, bare, "quit\n", "--dir", "given", "start", "--triage", "--code-name", "oak").has(t, 0)
		if err := os.RemoveAll(filepath.Join(h.dir, "given")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(h.dir, "here")); !os.IsNotExist(err) {
		t.Errorf("something was made: %v", err)
	}
}

func TestALinkToASessionIsNotFollowed(t *testing.T) {
	h, folder := withSession(t)
	link := filepath.Join(filepath.Dir(folder), "2020-01-01-elm")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"report", link}, {"verify", link}, {"resume", link}, {"follow", link}} {
		runIn(t, h, "quit\n", args...).has(t, 2, "it is a symbolic link, not a folder")
	}
	runIn(t, h, "", "sessions", "--all").has(t, 0, "elm bad")
	runIn(t, h, "quit\n", "resume").has(t, 0, "You are ada") // the link is no second open session
}

func TestAReportOverwritesNothing(t *testing.T) {
	h, _ := withSession(t)
	path := filepath.Join(h.dir, "report.md")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	runIn(t, h, "", "report", "oak", "-o", path).has(t, 2, "file exists", "never overwritten")
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("it holds %q, %v", text, err)
	}
	runIn(t, h, "", "report", "oak", "-o", filepath.Join(h.dir, "none", "report.md")).has(t, 2, "no such file")
}

func TestWhatIsNoSessionIsWrongUse(t *testing.T) {
	h := newHome(t)
	empty := filepath.Join(h.dir, "state", "wsc-respond", "2026-01-01-oak")
	if err := os.MkdirAll(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	runIn(t, h, "", "verify", h.dir).has(t, 2, "no such file", "next: name the folder of a session")
	runIn(t, h, "", "verify", filepath.Join(h.dir, "trial.md")+"/").has(t, 2, "not a folder")
	runIn(t, h, "", "report", empty).has(t, 2, "no such file")
	if err := os.WriteFile(filepath.Join(empty, "session.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	runIn(t, h, "", "report", "oak").has(t, 2, "holds no event")
	runIn(t, h, "quit\n", "resume", "oak").has(t, 2, "holds no event")
	runIn(t, h, "", "verify", "oak").has(t, 1, "no event")
	runIn(t, h, "", "sessions", "--all").has(t, 0, "oak empty")
}

func TestARecordThatDoesNotBeginIsTold(t *testing.T) {
	h, folder := withSession(t)
	path := filepath.Join(folder, "session.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append([]byte("{"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"report", folder}, {"follow", folder}, {"resume", folder}, {"resume", folder, "--into", "elsewhere"}} {
		runIn(t, h, "quit\n", args...).has(t, 1, "line 1", "next: wsc-respond verify names every fault")
	}
	runIn(t, h, "", "verify", folder).has(t, 1, "line 1", "NOT WHOLE")
	runIn(t, h, "", "sessions").has(t, 0, "bad")
}

func TestAReaderWhoStopsReadingEndsTheProgramQuietly(t *testing.T) {
	h, folder := withSession(t)
	for _, args := range [][]string{{"report", "oak"}, {"runbook", "show"}, {"runbook", "show", "--json"}, {"man"}, {"completion", "bash"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		var errs strings.Builder
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = h.dir, h.env, w, &errs
		if err := cmd.Run(); err == nil || strings.Contains(errs.String(), "panic") {
			t.Errorf("%v: %v, %s", args, err, errs.String())
		}
		w.Close()
	}
	runIn(t, h, "", "verify", folder).has(t, 0, "whole so far")
}

func TestAFullStdoutIsNoSuccess(t *testing.T) {
	h, _ := withSession(t)
	for _, args := range [][]string{{"report", "oak"}, {"sessions"}, {"sessions", "--json"}, {"verify", "oak"}, {"runbook", "show"}, {"runbook", "check"}} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Skip("this machine has no /dev/full")
		}
		var errs strings.Builder
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = h.dir, h.env, full, &errs
		if err := cmd.Run(); err == nil || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%v: %v, %s", args, err, errs.String())
		}
		full.Close()
	}
}

func TestArgumentsReachNoTerminalRaw(t *testing.T) {
	h := newHome(t)
	const evil = "\x1b]0;owned\a\u009b31m\u202e"
	for _, args := range [][]string{
		{evil}, {"--" + evil}, {"-" + evil}, {"help", evil}, {"help", "runbook", evil}, {"completion", evil}, {"man", evil},
		{"runbook", evil}, {"runbook", "show", evil}, {"runbook", "check", "--overlay", evil}, {"start", evil}, {"start", "--severity", evil},
		{"start", "--code-name", evil}, {"start", "--noticed", evil}, {"resume", evil}, {"resume", "./" + evil}, {"verify", evil}, {"verify", "./" + evil},
		{"report", evil}, {"follow", evil}, {"sessions", evil}, {"sessions", "--json=" + evil}, {"verify", "--no-such" + evil},
	} {
		got := runIn(t, h, "", args...)
		if got.code != 2 {
			t.Errorf("%q ends with %d: %s", args, got.code, got.errs)
		}
		visible(t, got.out)
		visible(t, got.errs)
	}
}

func TestTheRecordHasTheEnvironmentThatCommandsGet(t *testing.T) {
	h := newHome(t)
	h.env = append(h.env, "LC_TIME=en_GB.UTF-8", "https_proxy=http://ada:correcthorse@proxy:8080", "LD_PRELOAD=", "GITHUB_TOKEN=correcthorse",
		"XDG_LONG="+strings.Repeat("x", 100_000))
	runIn(t, h, "quit\n", "start", "--triage", "--code-name", "oak").has(t, 0)
	runIn(t, h, "quit\n", "resume", "oak").has(t, 0)
	folder := sessionFolder(t, h.dir, "oak")
	opened, err := followed(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	var places []session.Environment
	for _, e := range opened.Events {
		switch d := e.Data.(type) {
		case *session.Opened:
			places = append(places, d.Where)
		case *session.Resumed:
			places = append(places, d.Where)
		}
	}
	if len(places) != 2 {
		t.Fatalf("%d events say where", len(places))
	}
	for _, where := range places {
		got := where.Variables
		if got["LC_TIME"] != "en_GB.UTF-8" || got["XDG_LONG"] != "(100000 bytes, left out)" || !strings.HasPrefix(got["https_proxy"], "http://ada:[redacted") {
			t.Errorf("%v", got)
		}
		if _, there := got["GITHUB_TOKEN"]; there {
			t.Error("a variable stands in the record that no command gets")
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "session.jsonl"))
	if err != nil || strings.Contains(string(text), "correcthorse") {
		t.Errorf("the password stands in the record, %v", err)
	}
}

func TestAnEndlessEnvironmentFitsIntoTheRecord(t *testing.T) {
	var pairs []string
	for i := range 100_000 {
		pairs = append(pairs, fmt.Sprintf("LC_%d=%s", i, strings.Repeat("y", 50)))
	}
	size := 0
	for name, value := range variables(pairs) {
		size += len(name) + len(value)
	}
	if size > 2*maxVariables {
		t.Errorf("%d bytes", size)
	}
}

func TestHelpOfWhatThereIsNotIsWrongUse(t *testing.T) {
	h := newHome(t)
	for _, args := range [][]string{{"help", "nosuch"}, {"help", "runbook", "nosuch"}, {"completion", "nosuch"}, {"nosuch"}, {"runbook", "nosuch"}, {"--nosuch"}} {
		runIn(t, h, "", args...).has(t, 2, "nosuch", "next: ")
	}
	for _, args := range [][]string{{"help"}, {"help", "runbook", "check"}, {"completion"}, {"completion", "bash"}, {"man"}, {"--version"}} {
		if got := runIn(t, h, "", args...); got.code != 0 || got.out == "" || got.errs != "" {
			t.Errorf("%v: %d, %q, %s", args, got.code, got.out, got.errs)
		}
	}
}
