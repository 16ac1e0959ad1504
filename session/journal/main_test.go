package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// writerVariable makes the test binary a writer instead of running tests; the
// fault tests start it so, to kill it or to take its disk away.
const writerVariable = "WSC_RESPOND_JOURNAL_TEST_WRITER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerVariable); dir != "" {
		os.Exit(runWriter(dir))
	}
	os.Exit(m.Run())
}

// testEvent is the nth event of a session in tests, with At a second apart.
func testEvent(n uint64) session.Event {
	at := time.Date(2026, 11, 22, 3, 13, 5, 120394000, time.UTC).Add(time.Duration(n) * time.Second)
	e := session.Event{
		At: at, Boot: "6f1c2f0e-52d0-4a39-9d7f-1a2b3c4d5e6f", Up: 81234*time.Second + time.Duration(n)*time.Second,
		By: session.Actor{Name: "alice", Role: "System Integrator", User: "alice", Host: "bastion1",
			TTY: "/dev/pts/3", Source: session.FromTerminal},
	}
	switch {
	case n == 1:
		e.Data = &session.Opened{Session: "2026-11-22-cobalt-heron", CodeName: "cobalt-heron", Tool: "wsc-respond 0.1.0"}
	case n%5 == 0:
		e.Data = &session.Confirmed{Command: "INC-1/isolate/record", Shell: `stat -- "$KEY_FILE"`,
			Inputs: map[string]string{"KEY_FILE": "/srv/keys/release.sec"}, Dir: "/home/alice",
			Risk: steps.RiskReads, Interpreter: "/usr/bin/bash", Yes: "yes"}
	default:
		e.Data = &session.StepDone{Step: steps.Ref(fmt.Sprintf("INC-1/isolate/%d", n))}
	}
	return e
}

// appendEvents records the events from the log's head on up to number last.
func appendEvents(t testing.TB, log session.Log, last uint64) {
	t.Helper()
	for n := log.Head().Seq + 1; n <= last; n++ {
		if _, _, err := log.Append(t.Context(), n-1, testEvent(n)); err != nil {
			t.Fatal(err)
		}
	}
}

// create makes a session folder with events in it.
func create(t testing.TB, last uint64) *Journal {
	t.Helper()
	j, err := Create(filepath.Join(t.TempDir(), "state", "2026-11-22-cobalt-heron"), Holder{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	appendEvents(t, j, last)
	return j
}

// created is a closed folder with events in it, and the text of its file.
func created(t testing.TB, last uint64) (dir string, text []byte) {
	t.Helper()
	j := create(t, last)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(j.Dir(), FileName))
	if err != nil {
		t.Fatal(err)
	}
	return j.Dir(), text
}

// open opens a session for writing until the test ends.
func open(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := Open(dir, Holder{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// write puts a session file with a text into a folder of its own. It lies in
// memory where that is possible: some tests make a thousand of them.
func write(t testing.TB, text []byte) (dir string) {
	t.Helper()
	base, err := os.MkdirTemp("/dev/shm", "journal-test-")
	if err != nil {
		base = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	dir = filepath.Join(base, "session")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readAll reads the events of a log from a number on.
func readAll(log session.Log, from uint64) ([]session.Event, error) {
	var all []session.Event
	for e, err := range log.Events(context.Background(), from) {
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
	return all, nil
}

// textOf is what a session file holds.
func textOf(t testing.TB, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// badDisk is a sink that fails from its nth call on.
type badDisk struct {
	*os.File
	writes, syncs int // calls left that succeed; negative for all
	short         int // bytes that a failing write still writes
}

// allButNewline as badDisk.short leaves out the last byte.
const allButNewline = -1

var errDisk = errors.New("input/output error")

func (d *badDisk) Write(p []byte) (int, error) {
	if d.writes--; d.writes == -1 {
		if d.short == allButNewline {
			d.short = len(p) - 1
		}
		n, _ := d.File.Write(p[:d.short])
		return n, errDisk
	}
	return d.File.Write(p)
}

func (d *badDisk) Sync() error {
	if d.syncs--; d.syncs == -1 {
		return errDisk
	}
	return d.File.Sync()
}
