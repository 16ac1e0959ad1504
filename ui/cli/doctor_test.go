package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/session/doctor"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
)

// standIn is a program in a folder of the test's own.
func standIn(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAProgramIsAskedWithoutInputOrTerminal(t *testing.T) {
	path := standIn(t, `read -r line && echo "input $line"
(: < /dev/tty) 2> /dev/null && echo a terminal
pwd; echo "$1 $LC_ALL $WSC_RESPOND_SECRET"; echo warned >&2; exit 3`)
	t.Setenv("WSC_RESPOND_SECRET", "hunter2")
	got, err := thisMachine{}.Run(t.Context(), path, "--version")
	if err != nil || string(got.Stdout) != "/\n--version C \n" || string(got.Stderr) != "warned\n" || got.Exit != 3 {
		t.Errorf("%q %q %d %v", got.Stdout, got.Stderr, got.Exit, err)
	}
}

func TestAProgramThatHangsIsEndedWithWhatItStarted(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	path := standIn(t, `trap '' TERM INT HUP
sleep 1000 &
echo "$$ $!" > `+pids+`.part; mv `+pids+`.part `+pids+`; wait; while :; do sleep 1000; done`)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	go func() { // the deadline comes when both are there
		until(patience, func() bool { _, err := os.Stat(pids); return err == nil })
		cancel(context.DeadlineExceeded)
	}()
	if _, err := (thisMachine{}).Run(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	text, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	for pid := range strings.FieldsSeq(string(text)) {
		n, _ := strconv.Atoi(pid)
		if !until(patience, func() bool { return ended(n) }) {
			t.Errorf("process %d lives on", n)
		}
	}
}

// ended reports whether a process is no more, or only waits to be reaped by
// whoever has it now.
func ended(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	return err != nil || strings.HasPrefix(after, "Z") || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	for _, text := range []string{"exec yes 1.2.3", "exec yes 1.2.3 >&2"} {
		if _, err := (thisMachine{}).Run(t.Context(), standIn(t, text)); !errors.Is(err, doctor.ErrFlood) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAProgramThatLeavesAnotherBehindIsHeardAllTheSame(t *testing.T) {
	got, err := thisMachine{}.Run(t.Context(), standIn(t, "sleep 1000 & echo $! 1.2.3"))
	pid, version, _ := strings.Cut(strings.TrimSpace(string(got.Stdout)), " ")
	if err != nil || version != "1.2.3" {
		t.Fatalf("%q %v", got.Stdout, err)
	}
	n, _ := strconv.Atoi(pid)
	if !until(patience, func() bool { return ended(n) }) {
		t.Errorf("process %d lives on", n)
	}
}

func TestTheTypeOfAFileSystemIsThatOfTheNearestMount(t *testing.T) {
	const mounts = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /home rw - nfs4 server:/home rw
31 30 0:27 / /home/ada/my\040disk rw shared:2 master:3 - fuse.sshfs ada@host: rw
32 22 0:28 / /srv rw - xfs /dev/sdb rw
33 32 0:29 / /srv rw - tmpfs none rw
broken line
`
	for path, want := range map[string]string{
		"/": "ext4", "/homes/x": "ext4", "/home": "nfs4", "/home/ada": "nfs4", "/home/ada/my disk/x": "fuse.sshfs", "/srv/x": "tmpfs",
	} {
		if got := fileSystem(mounts, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if got := fileSystem("", "/"); got != "" {
		t.Errorf("%q", got)
	}
}

func TestTheStateFolderIsLookedAtAsItIsOrWillBe(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.Mkdir(there, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s := lookAtState(there); !s.Exists || !s.Usable || s.Octal != "0700" || s.Fault != "" || s.Free == 0 {
		t.Errorf("%+v", s)
	}
	if s := lookAtState(filepath.Join(dir, "not", "yet")); s.Exists || !s.Usable || s.Octal != "" || s.Fault != "" || s.Free == 0 {
		t.Errorf("%+v", s)
	}
	if s := lookAtState(file); !strings.Contains(s.Fault, "is not a folder") {
		t.Errorf("%+v", s)
	}
}

func TestTheDiagnosisFitsEightyColumnsAndShowsNothingRaw(t *testing.T) {
	long := strings.Repeat("word ", 60)
	report := doctor.Report{
		Tools: []doctor.Tool{
			{Name: "wsc", Path: "/usr/bin/wsc", Version: "0.8.1", Commands: 2, Required: true, Problems: []doctor.Problem{{Kind: doctor.KnownFault, Detail: "“valid” \x1b[31m" + long}}},
			{Name: "rekor-cli", Problems: []doctor.Problem{{Kind: doctor.Absent, Detail: long}}},
			{Name: "x\x1b]0;", Problems: []doctor.Problem{}},
		},
		Commands: []doctor.Command{
			{ID: "INC-1/look/scan", Runnable: true},
			{ID: "INC-1/look/scan-with-wsc", Why: long, Instead: "INC-1/look/scan"},
			{ID: "REF/group\x1b/get", Why: long},
		},
		Runnable: 1,
		Console:  doctor.Console{State: doctor.State{Path: "/state", Exists: true, Usable: true}, Sessions: []doctor.Session{{Name: "oak", Status: "live", Holder: "ada\x1b"}}},
		Problems: []doctor.Problem{{Kind: doctor.DiskFull, Detail: long}},
		Notes:    []doctor.Problem{{Kind: doctor.Root, Detail: long}},
	}
	rb := &steps.Runbook{Incidents: []steps.Incident{{ID: "INC-1", Title: "A leak “of” keys"}}}
	for _, ascii := range []bool{false, true} {
		text := printed(t, ascii, rb, report)
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			if safe.Width(line) > 80 || safe.Line(line) != line || ascii && safe.ASCII(line) != line {
				t.Errorf("ASCII %v: %q", ascii, line)
			}
		}
		for _, want := range []string{"INC-1 A leak", "1 of 2 can run", "look/scan-with-wsc", "scan does without", "oak is open in another console: ada", "Not ready: 1 problem"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in:\n%s", want, text)
			}
		}
	}
}

// printed is a report as people read it.
func printed(t *testing.T, ascii bool, rb *steps.Runbook, report doctor.Report) string {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := (&program{out: out, ascii: ascii}).examined(rb, report); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
