package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/ui/uitest"
)

// run runs the program without a terminal, and returns what it wrote and its
// exit code.
func (h home) run(t testing.TB, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = h.dir, h.env, &stdout, &stderr
	var ended *exec.ExitError
	if err := cmd.Run(); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		t.Fatalf("run wsc-respond %s: %v", strings.Join(args, " "), err)
	}
	return stdout.String(), stderr.String(), code
}

// note writes a note in the console.
func note(term *uitest.Terminal, text string) {
	term.Press("n")
	term.WaitFor("Note")
	term.Type(text)
	term.Press("enter")
}

// stillGuides checks that a console whose record cannot be written says so,
// shows its steps and runs nothing.
func stillGuides(t *testing.T, term *uitest.Terminal) {
	t.Helper()
	term.WaitFor("The record cannot be written")
	term.WaitFor("--into DIR")
	term.Press("enter")
	term.WaitFor("▸ hello")
	term.Press("enter")
	if strings.Contains(term.Stable(), "Run this?") {
		t.Errorf("a command is offered:\n%s", term.Screen())
	}
	term.Press("?")
	term.WaitFor("show all keys")
	term.Press("esc")
	term.WaitGone("show all keys")
}

// leave leaves the console by its keys, and returns the exit code.
func leave(term *uitest.Terminal) int {
	term.Press("q")
	term.WaitFor("Leave?")
	term.Press("enter")
	return term.Wait()
}

func TestFaultAFullDiskLeavesAConsoleThatGuidesShowsAndGoesOnElsewhere(t *testing.T) {
	uitest.Faults(t, "mount", "umount")
	h := newHome(t)
	disk := uitest.SmallDisk(t, 512)
	term := trial(t, h, uitest.Options{Cols: 120, Rows: 40}, "--dir", disk)
	term.WaitFor("saved #3")
	note(term, "before the disk was full")
	term.WaitFor("saved #4")
	fill(t, disk)

	// More than is left of the record's last page. It is pasted, not typed.
	note(term, "\x1b[200~"+strings.Repeat("a long note for a full disk ", 200)+"\x1b[201~")
	stillGuides(t, term)
	term.WaitFor("before the disk was full")
	if code := leave(term); code != exitUnwritable {
		t.Errorf("the exit code is %d", code)
	}
	term.MustBeClean()

	old := only(t, disk)
	report, _, code := h.run(t, "report", old)
	if code != exitDone || !strings.Contains(report, "before the disk was full") {
		t.Errorf("report ends with %d:\n%s", code, report)
	}
	into := filepath.Join(h.dir, "elsewhere")
	term = h.start(t, uitest.Options{Args: []string{"wsc-respond", "resume", old, "--into", into}, Cols: 120, Rows: 40})
	term.WaitFor("going on from")
	note(term, "goes on elsewhere")
	term.WaitFor("observation: goes on elsewhere")
	if code := leave(term); code != exitDone {
		t.Errorf("the exit code is %d", code)
	}
	var verified struct{ Head string }
	said, _, _ := h.run(t, "verify", old, "--json")
	if err := json.Unmarshal([]byte(said), &verified); err != nil || verified.Head == "" {
		t.Fatalf("verify of the old record: %v\n%s", err, said)
	}
	record, err := os.ReadFile(filepath.Join(only(t, into), "session.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := bytes.Cut(record, []byte("\n")); !bytes.Contains(first, []byte(verified.Head)) {
		t.Errorf("the first line of the new record does not name the old head %s:\n%s", verified.Head, first)
	}
	if said, _, code := h.run(t, "verify", only(t, into)); code != exitDone {
		t.Errorf("the new record is not whole:\n%s", said)
	}
}

// fill writes until nothing more goes onto a disk.
func fill(t *testing.T, disk string) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 1<<10))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
}

// only is the one session folder below a folder.
func only(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", "session.jsonl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("sessions below %s: %v (%v)", dir, found, err)
	}
	return filepath.Dir(found[0])
}

func TestFaultASyncErrorMakesTheConsoleReadOnlyAndLosesNothingThatWasShown(t *testing.T) {
	uitest.Faults(t, "strace")
	h := newHome(t)
	term := trial(t, h, uitest.Options{Cols: 120, Rows: 40})
	term.WaitFor("saved #3")
	note(term, "shown as saved")
	term.WaitFor("saved #4")

	breaks := failSyncs(t, term.Pid())
	note(term, "never shown")
	stillGuides(t, term)
	screen := term.Stable()
	if !strings.Contains(screen, "saved #4") || strings.Contains(screen, "observation: never shown") {
		t.Errorf("something is shown that was not synced:\n%s", screen)
	}
	if code := leave(term); code != exitUnwritable {
		t.Errorf("the exit code is %d", code)
	}
	term.MustBeClean()
	breaks()

	report, _, code := h.run(t, "report", "oak")
	if code != exitDone || !strings.Contains(report, "shown as saved") {
		t.Errorf("report ends with %d:\n%s", code, report)
	}
	term = h.start(t, uitest.Options{Args: []string{"wsc-respond", "resume", "oak"}})
	term.WaitFor("resumed")
	if code := leave(term); code != exitDone {
		t.Errorf("the exit code is %d", code)
	}
	if said, _, code := h.run(t, "verify", "oak"); code != exitDone {
		t.Errorf("the record is not whole:\n%s", said)
	}
}

// failSyncs makes every sync of a process fail from now on, until the returned
// function is called.
func failSyncs(t *testing.T, pid int) (end func()) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace")
	said, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd := exec.Command("strace", "-f", "-p", fmt.Sprint(pid), "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO")
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Kill() // it may have ended with the program
			_ = cmd.Wait()
		}
	}
	t.Cleanup(end)
	uitest.WaitFile(t, log, "attached")
	return end
}
