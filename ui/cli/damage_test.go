package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/uitest"
)

// said is how a run of the program ended, and what it said.
type said struct {
	code      int
	out, errs string
}

// runIn runs the program in the folder of an account, with stdin, and fails
// the test if it hangs.
func runIn(t *testing.T, h home, stdin string, args ...string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = h.dir, h.env, strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("run %v: %v", args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%v hung; it said %s%s", args, out.String(), errs.String())
	}
	return said{code: cmd.ProcessState.ExitCode(), out: out.String(), errs: errs.String()}
}

// has fails the test unless the program ended with a code and said each text.
func (s said) has(t *testing.T, code int, texts ...string) {
	t.Helper()
	all := strings.Join(strings.Fields(s.out+s.errs), " ")
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("it does not say %q:\n%s%s", text, s.out, s.errs)
		}
	}
	if s.code != code {
		t.Errorf("the exit code is %d, not %d:\n%s%s", s.code, code, s.out, s.errs)
	}
}

// withSession is an account that has one open session, oak, with one note.
func withSession(t *testing.T) (h home, folder string) {
	t.Helper()
	h = newHome(t)
	runIn(t, h, "note seen by me\nquit\n", "start", "TRIAL-1", "--severity", "high",
		"--runbook", "trial.md", "--name", "ada", "--role", "Lead", "--code-name", "oak").has(t, 0, "seen by me")
	return h, sessionFolder(t, h.dir, "oak")
}

// damages are what can have become of a session's copy of the runbook, and
// what is said of it.
var damages = map[string]struct {
	do  func(path string) error
	say string
}{
	"removed":  {os.Remove, "runbook is missing"},
	"changed":  {func(path string) error { return os.WriteFile(path, []byte("{}"), 0o600) }, "runbook was changed"},
	"a pipe":   {replacedBy(func(path string) error { return syscall.Mkfifo(path, 0o600) }), "runbook cannot be read"},
	"a link":   {replacedBy(func(path string) error { return os.Symlink("/dev/zero", path) }), "runbook cannot be read"},
	"a folder": {replacedBy(func(path string) error { return os.Mkdir(path, 0o700) }), "runbook cannot be read"},
	"enlarged": {func(path string) error { return os.Truncate(path, maxRunbook+1) }, "runbook was changed: it is larger"},
}

func replacedBy(what func(string) error) func(string) error {
	return func(path string) error { return errors.Join(os.Remove(path), what(path)) }
}

func TestADamagedRunbookCopyKeepsNobodyFromTheRecord(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			h, folder := withSession(t)
			if err := damage.do(filepath.Join(folder, runbookFile)); err != nil {
				t.Fatal(err)
			}
			report := runIn(t, h, "", "report", "oak")
			report.has(t, 0, "seen by me", damage.say)
			if !strings.Contains(report.errs, damage.say) || !strings.Contains(report.out, damage.say) {
				t.Errorf("the fault stands in one of two places:\n%s%s", report.out, report.errs)
			}
			runIn(t, h, "", "sessions").has(t, 0, "oak open TRIAL-1 high ada", damage.say)
			runIn(t, h, "", "verify", "oak").has(t, 1, "runbook.json", "NOT WHOLE")
			opened, err := followed(t.Context(), folder)
			if err != nil || len(opened.Say) != 1 || !strings.Contains(opened.Say[0], damage.say) {
				t.Errorf("a follower is told %+v, %v", opened, err)
			}

			into := runIn(t, h, "quit\n", "resume", "oak", "--into", "elsewhere", "--runbook", "trial.md")
			into.has(t, 0, damage.say, "going on with the runbook trial.md")
			resumed := runIn(t, h, "quit\n", "resume", "oak")
			resumed.has(t, 0, damage.say, "going on with the embedded runbook", "no incident type TRIAL-1")
			runIn(t, h, "list\nquit\n", "resume", "oak", "--runbook", "trial.md").has(t, 0, "going on with the runbook trial.md", "Look around")
			recordSays(t, folder, damage.say)
		})
	}
}

// recordSays fails the test unless a note of the console says a text.
func recordSays(t *testing.T, folder, text string) {
	t.Helper()
	opened, err := followed(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range opened.Events {
		note, ok := e.Data.(*session.NoteAdded)
		if ok && strings.Contains(note.Text, text) && strings.Contains(note.Text, "going on with") && e.By.Source == session.FromConsole {
			return
		}
	}
	t.Errorf("no note of the console says %q", text)
}

func TestAWholeRunbookCopyIsUsedWhateverFlagSays(t *testing.T) {
	h, folder := withSession(t)
	runIn(t, h, "list\nquit\n", "resume", "oak", "--runbook", "nothing.md").has(t, 0, "own copy of the runbook is whole and is used", "Look around")
	runIn(t, h, "", "verify", folder).has(t, 0, "whole so far")
}

func TestARunbookCopyOfAnotherVersionIsReadLeniently(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct{ text, fault, remark string }{
		"known":   {`{"document":{"title":"One"}}`, "", ""},
		"newer":   {`{"document":{"title":"One","colour":"blue"},"moods":[1]}`, "", "another version of this program"},
		"foreign": {`{"document":[]}`, "cannot be read by this version", ""},
		"cut":     {`{"document":`, "cannot be read by this version", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got := readCopy(dir, session.RunbookCopy{Title: "One", File: name, SHA256: digest([]byte(tt.text))})
			if got.runbook.Document.Title != "One" {
				t.Errorf("its title is %q", got.runbook.Document.Title)
			}
			if (got.fault == "") != (tt.fault == "") || !strings.Contains(got.fault, tt.fault) || !strings.Contains(got.remark, tt.remark) {
				t.Errorf("fault %q, remark %q", got.fault, got.remark)
			}
		})
	}
}

func TestARunbookCopyOutsideTheFolderIsNotRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text := []byte(`{"document":{"title":"Outside"}}`)
	if err := os.WriteFile(filepath.Join(dir, "..", "outside.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	got := readCopy(dir, session.RunbookCopy{Title: "Inside", File: "../outside.json", SHA256: digest(text)})
	if got.fault == "" || got.runbook.Document.Title != "Inside" {
		t.Errorf("%+v", got)
	}
}

// hidden has one of each that a terminal obeys, or that hides or turns text.
const hidden = "a\u202eb\u0085c\u009bd\u200be\u2028f\u2029g\ufeffh\x7fi\u2066j\U000e0041k\ttab\x1b[31m <ü日é✓> 👩\u200d💻"

func TestJSONShowsNothingThatATerminalObeys(t *testing.T) {
	var out bytes.Buffer
	if err := writeJSON(&out, map[string]string{hidden: hidden}, " "); err != nil {
		t.Fatal(err)
	}
	visible(t, out.String())
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{hidden: hidden}, back); diff != "" {
		t.Error(diff)
	}
	for _, plain := range []string{"<ü日", "✓>", `\u202e`, `\udb40\udc41`} {
		if !strings.Contains(out.String(), plain) {
			t.Errorf("%s is not in %s", plain, out.String())
		}
	}
}

// visible fails the test if a text has a character that no terminal should
// get.
func visible(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U stands in %q", r, text)
		}
	}
	if !utf8.ValidString(text) {
		t.Error("it is not UTF-8")
	}
}

func TestJSONOfACommandIsSafeToLookAt(t *testing.T) {
	h, folder := withSession(t)
	if err := os.Rename(folder, folder+"\u202e\u009b31m"); err != nil {
		t.Fatal(err)
	}
	text := "---\ntitle: \"One \u202e\u0085\"\n---\n\n# One\n\n## INC-1: A\u202eB\u200b\u009b\n\n**Act:**\n\n1. **Look\u2066**\n"
	if err := os.WriteFile(filepath.Join(h.dir, "hidden.md"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"sessions", "--json"}, {"verify", "--json", folder + "\u202e\u009b31m"}, {"runbook", "show", "--json", "hidden.md"},
	} {
		got := runIn(t, h, "", args...)
		if got.code != 0 || !json.Valid([]byte(got.out)) {
			t.Errorf("%v: %d, %s%s", args, got.code, got.out, got.errs)
		}
		visible(t, got.out)
	}
}

func TestResumeSaysWhoseNameTheRecordWillHave(t *testing.T) {
	h, _ := withSession(t)
	const who = "You are recorded as ada, Lead; R (or: role NAME, ROLE) changes it."
	runIn(t, h, "quit\n", "resume", "oak").has(t, 0, who)
	named := runIn(t, h, "quit\n", "resume", "oak", "--name", "bob")
	named.has(t, 0, "You are bob")
	if strings.Contains(named.out, "You are recorded as") {
		t.Errorf("bob gave the name himself:\n%s", named.out)
	}
}

// held is a console that has a session open, line by line.
type held struct{ cmd *exec.Cmd }

func hold(t *testing.T, h home, lines, text string) held {
	t.Helper()
	cmd := exec.Command(binary, "resume", "oak")
	cmd.Dir, cmd.Env = h.dir, h.env
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if _, err := io.WriteString(in, lines); err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	for piece := make([]byte, 4096); !strings.Contains(seen.String(), text); {
		n, err := out.Read(piece)
		seen.Write(piece[:n])
		if err != nil {
			t.Fatalf("it ended before it said %q: %s", text, seen.String())
		}
	}
	return held{cmd}
}

func TestResumeIntoIsASecondWriterWhileAConsoleIsThere(t *testing.T) {
	h, _ := withSession(t)
	hold(t, h, "", "The record is in")
	runIn(t, h, "quit\n", "resume", "oak", "--into", "elsewhere").has(t, 3, "open in another console: ", "(process ", "safe: both")
	if _, err := os.Stat(filepath.Join(h.dir, "elsewhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was made: %v", err)
	}
}

func TestTheScreenStandsWithoutTheRunbookToo(t *testing.T) {
	h, folder := withSession(t)
	hold(t, h, "", "The record is in")
	if err := os.Remove(filepath.Join(folder, runbookFile)); err != nil {
		t.Fatal(err)
	}
	follower := uitest.Start(t, uitest.Options{Args: []string{binary, "follow", "oak"}, Dir: h.dir, Env: h.env, OnlyEnv: true})
	follower.WaitFor("runbook is missing")
	follower.WaitFor("resumed at head")
	for _, key := range []string{"j", "enter", "tab", "c", "m", "r", "/", "esc", "?", "esc"} {
		follower.Press(key)
		follower.Stable()
	}
	follower.Press("q")
	if code := follower.Wait(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	follower.MustBeClean()
}

func TestAListSaysHowACommandEndedThatOutlivedItsConsole(t *testing.T) {
	h, folder := withSession(t)
	console := hold(t, h, "run hold\nrun hold\n", "The record is in")
	if !until(patience, func() bool { return len(with(processesOf(h.dir), "wait-for-go")) > 0 }) {
		t.Fatal("the command does not run")
	}
	if err := console.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = console.cmd.Wait() // killed
	runIn(t, h, "", "sessions").has(t, 0, `"hold" was running; resuming finds out what became of it`)
	if err := os.WriteFile(filepath.Join(h.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ended := until(patience, func() bool {
		results, _ := filepath.Glob(filepath.Join(folder, "run", "*.json"))
		return len(results) == 1
	})
	if !ended {
		t.Fatal("the command left no result")
	}
	runIn(t, h, "", "sessions").has(t, 0, `"hold" finished after that: exit 0`)
	runIn(t, h, "2\n", "--plain").has(t, 0, `"hold" finished after that: exit 0`)
}

func TestADamagedResultIsNoResult(t *testing.T) {
	l := listed{Folder: t.TempDir()}
	run := &session.RunState{Command: "INC-1/look/hold", Evidence: "0001-hold", At: time.Unix(0, 0)}
	for _, text := range []string{"", "{", `{"v":99}`} {
		path := filepath.Join(l.Folder, "run", "0001-hold.json")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		if got := l.running(run, false); !strings.Contains(got, "was running") {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestARunbookOfTheSessionIsWholeAfterItsOwnRoundTrip(t *testing.T) {
	want := &steps.Runbook{Document: steps.Document{Title: "One", Version: "1"}}
	text, err := encodeRunbook(want)
	if err != nil {
		t.Fatal(err)
	}
	got, fault := decodeCopy(text)
	if diff := cmp.Diff(want, got.runbook); diff != "" || fault != "" || got.remark != "" {
		t.Errorf("%q, %q, %s", fault, got.remark, diff)
	}
}
