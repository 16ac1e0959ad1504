package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wsc-respond/session/runner"
)

// patience is how long a test waits for a process to come or to go.
const patience = 30 * time.Second

// process is one that runs.
type process struct {
	pid, parent int
	line        string // its arguments, with blanks between them
}

// everybody stands for no test in particular.
const everybody = ""

// processesOf lists the processes that belong to a test: those that know its
// folder by their environment, or have a file in it open.
func processesOf(dir string) []process {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	var found []process
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(name))
		if err != nil || pid == os.Getpid() || dir != everybody && !belongs(name, dir) {
			continue
		}
		args, err := os.ReadFile(filepath.Join(name, "cmdline"))
		if err != nil || len(args) == 0 {
			continue // it has ended meanwhile
		}
		line := strings.TrimSpace(string(bytes.ReplaceAll(args, []byte{0}, []byte{' '})))
		found = append(found, process{pid: pid, parent: parentOf(name), line: line})
	}
	return found
}

func belongs(proc, dir string) bool {
	environ, _ := os.ReadFile(filepath.Join(proc, "environ"))
	if bytes.Contains(environ, []byte(dir+"/")) {
		return true
	}
	files, _ := filepath.Glob(filepath.Join(proc, "fd", "*"))
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil && strings.HasPrefix(target, dir+"/") {
			return true
		}
	}
	return false
}

func parentOf(proc string) int {
	stat, err := os.ReadFile(filepath.Join(proc, "stat"))
	if err != nil {
		return 0
	}
	// proc(5): the name stands in parentheses and may hold any character;
	// state and parent follow the last of them.
	var state string
	var parent int
	_, after, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')'):]), " ")
	if _, err := fmt.Sscan(after, &state, &parent); err != nil {
		return 0
	}
	return parent
}

func with(all []process, text string) []process {
	var found []process
	for _, p := range all {
		if strings.Contains(p.line, text) {
			found = append(found, p)
		}
	}
	return found
}

// until looks again and again whether ok holds: there is nothing to wait on
// for a process of somebody else.
func until(limit time.Duration, ok func() bool) bool {
	for end := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		if ok() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// endLeftovers kills what a test has left running, by process id.
func endLeftovers(t testing.TB, dir string) {
	gone := until(patience, func() bool {
		left := processesOf(dir)
		for _, p := range left {
			_ = syscall.Kill(p.pid, syscall.SIGKILL) // it may end by itself first
		}
		return len(left) == 0
	})
	if !gone {
		t.Errorf("processes were left behind: %v", processesOf(dir))
	}
}

// proc is what a script can say about processes:
//
//	proc wait TEXT             waits until a command line holds TEXT
//	proc gone TEXT             waits until none does
//	proc none TEXT             no process of anybody holds TEXT in its command line
//	proc kill TEXT             kills the supervisor of the one that does, with -9
//
// Only processes that belong to the script count. "! proc wait" means nothing.
func proc(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: proc wait|gone|none|kill TEXT")
	}
	dir, text := ts.Getenv("WORK"), args[1]
	running := func() []process { return with(processesOf(dir), text) }
	switch args[0] {
	case "wait":
		if !until(patience, func() bool { return len(running()) > 0 }) {
			ts.Fatalf("no process runs %q", text)
		}
	case "gone":
		if !until(patience, func() bool { return len(running()) == 0 }) {
			ts.Fatalf("still running: %v", running())
		}
	case "none":
		if found := with(processesOf(everybody), text); len(found) > 0 {
			ts.Fatalf("a command line holds it: %v", found)
		}
	case "kill":
		pid := supervisorOf(dir, running())
		if pid == 0 {
			ts.Fatalf("no process runs %q under a supervisor", text)
		}
		ts.Check(syscall.Kill(pid, syscall.SIGKILL))
	default:
		ts.Fatalf("proc has no verb %q", args[0])
	}
}

// supervisorOf goes up from processes to the supervisor that they have in
// common; 0 says that there is none.
func supervisorOf(dir string, from []process) int {
	supervisors := with(processesOf(dir), runner.SuperviseArg)
	for _, p := range from {
		for pid := p.pid; pid > 1; pid = parentOf(fmt.Sprintf("/proc/%d", pid)) {
			for _, s := range supervisors {
				if s.pid == pid {
					return pid
				}
			}
		}
	}
	return 0
}
