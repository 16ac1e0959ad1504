package journal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"wsc-respond/session"
)

// The fault tests run a writer as a process of its own, acknowledge through a
// pipe, and take something away from it: its life, its disk, the truth about
// its syncs. Whatever was acknowledged must still be there.

// faults skips a test that was not asked for.
func faults(t *testing.T) {
	t.Helper()
	if os.Getenv("WSC_RESPOND_FAULTS") != "1" {
		t.Skip("fault tests run with WSC_RESPOND_FAULTS=1 go test -run TestFault ./session/journal/")
	}
}

// countVariable is how many events the writer records; without it, it goes on
// until it is stopped.
const countVariable = "WSC_RESPOND_JOURNAL_TEST_COUNT"

// runWriter records events, and prints "ack SEQUENCE HASH" for each when it is
// durable. An error is printed as "error TEXT", and tried again once.
func runWriter(dir string) int {
	j, err := Open(dir, Holder{User: "writer", PID: os.Getpid()})
	if errors.Is(err, os.ErrNotExist) {
		j, err = Create(dir, Holder{User: "writer", PID: os.Getpid()})
	}
	if err != nil {
		fmt.Println("error", err)
		return 3
	}
	count, _ := strconv.ParseUint(os.Getenv(countVariable), 10, 64)
	fmt.Println("ready", j.Head().Seq)
	for n := j.Head().Seq + 1; count == 0 || n <= count; n++ {
		_, receipt, err := j.Append(context.Background(), n-1, testEvent(n))
		if err != nil {
			fmt.Println("error", err)
			if _, _, again := j.Append(context.Background(), n-1, testEvent(n)); again == nil {
				fmt.Println("ack after an error")
			}
			return 3
		}
		fmt.Println("ack", receipt.Seq, receipt.Hash)
	}
	return 0
}

// heard is what a writer said before it ended.
type heard struct {
	acks map[uint64]session.Hash
	errs []string
	bad  []string
}

// listen reads what a writer says, and calls each after every line.
func listen(out *bufio.Scanner, acks map[uint64]session.Hash, each func(h *heard)) *heard {
	h := &heard{acks: acks}
	for out.Scan() {
		text := out.Text()
		var seq uint64
		var hash session.Hash
		switch n, _ := fmt.Sscanf(text, "ack %d %s", &seq, &hash); {
		case n == 2 && len(hash) == len(session.NoHash):
			h.acks[seq] = hash
		case strings.HasPrefix(text, "error "):
			h.errs = append(h.errs, text)
		case strings.HasPrefix(text, "ack after"):
			h.bad = append(h.bad, text)
		}
		each(h)
	}
	return h
}

// run starts the writer, below a program such as strace if one is given, and
// waits until it ends.
func run(t *testing.T, dir string, count int, below ...string) *heard {
	t.Helper()
	args := append(below, os.Args[0])
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), writerVariable+"="+dir, countVariable+"="+strconv.Itoa(count))
	var said, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	h := listen(bufio.NewScanner(&said), map[uint64]session.Hash{}, func(*heard) {})
	t.Logf("the writer acknowledged %d events and ended with %v %q", len(h.acks), err, h.errs)
	if len(h.acks) == 0 && len(h.errs) == 0 {
		t.Logf("stderr: %s", stderr.String())
	}
	return h
}

// wantKept checks that every acknowledged event stands in the session file.
func wantKept(t *testing.T, dir string, acks map[uint64]session.Hash) {
	t.Helper()
	lines := strings.Split(textOf(t, dir), "\n")
	for seq, hash := range acks {
		if uint64(len(lines)) < seq || session.HashLine([]byte(lines[seq-1])) != hash {
			t.Errorf("event %d was acknowledged as %s and is lost", seq, hash.Short())
		}
	}
}

// wantAll checks that every acknowledged event is kept when the session is
// opened anew for writing, and that the session is whole.
func wantAll(t *testing.T, dir string, acks map[uint64]session.Hash) {
	t.Helper()
	j, err := Open(dir, Holder{})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	wantKept(t, dir, acks)
	report, err := Verify(t.Context(), dir)
	if err != nil || !report.Whole() {
		t.Errorf("%v, %v", report.Problems, err)
	}
}

// wantPoisoned checks that a writer met an error, said what is safe, and did
// not write again.
func wantPoisoned(t *testing.T, h *heard, cause string) {
	t.Helper()
	if len(h.bad) > 0 {
		t.Errorf("the writer went on: %q", h.bad)
	}
	all := strings.Join(h.errs, "\n")
	safe := fmt.Sprintf("events 1 to %d are safe", len(h.acks))
	for _, want := range []string{session.ErrReadOnly.Error(), cause, safe} {
		if !strings.Contains(all, want) {
			t.Errorf("the writer said %q and should say %q", all, want)
		}
	}
}

func TestFaultKillLosesNothingAcknowledged(t *testing.T) {
	faults(t)
	dir := filepath.Join(t.TempDir(), "session")
	acks := map[uint64]session.Hash{}
	for range 100 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerVariable+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		left := 1 + rand.IntN(20)
		h := listen(bufio.NewScanner(out), acks, func(*heard) {
			if left--; left == 0 {
				_ = cmd.Process.Kill()
			}
		})
		_ = cmd.Wait()
		if len(h.errs) > 0 {
			t.Fatalf("the writer said %q", h.errs)
		}
	}
	t.Logf("%d events were acknowledged in 100 rounds", len(acks))
	wantAll(t, dir, acks)
}

// smallDisk mounts a file system in memory, or skips the test.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk could not be mounted (%v); run as root in a mount namespace of your own", err)
	}
	t.Cleanup(func() { check(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

func TestFaultAFullDiskLosesNothingAcknowledged(t *testing.T) {
	faults(t)
	disk := smallDisk(t, "256k")
	dir := filepath.Join(disk, "session")
	h := run(t, dir, 0)
	wantPoisoned(t, h, "no space left on device")

	// While the disk is full the session cannot be opened for writing, because
	// there is no room to keep the torn line, which stays; and it can be read.
	torn := textOf(t, dir)
	j, err := Open(dir, Holder{})
	if !errors.Is(err, session.ErrReadOnly) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("on the full disk it opens with %v", err)
	}
	if j != nil {
		check(t, j.Close())
	}
	if textOf(t, dir) != torn {
		t.Error("the session file was changed")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "torn-*")); len(left) > 0 {
		t.Errorf("half a copy of the torn line is left: %v", left)
	}
	r := reader(t, dir)
	if all, err := readAll(r, 1); err != nil || len(all) < len(h.acks) {
		t.Errorf("a reader sees %d events of %d: %v", len(all), len(h.acks), err)
	}

	// Once there is room it goes on.
	check(t, syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=1m"))
	wantAll(t, dir, h.acks)
	next := run(t, dir, len(h.acks)+50)
	if len(next.errs) > 0 {
		t.Errorf("with room again: %q", next.errs)
	}
	wantAll(t, dir, next.acks)
}

func TestFaultABadDiskLosesNothingAcknowledged(t *testing.T) {
	faults(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed; it makes the disk fail here")
	}
	tests := map[string]struct {
		call, inject string
		cause        string
		want         func(*testing.T, string, map[uint64]session.Hash)
	}{
		"a sync fails once":      {"fsync", "error=EIO:when=7", "input/output error", wantAll},
		"a sync finds no space":  {"fsync", "error=ENOSPC:when=2", "no space left on device", wantAll},
		"a write finds no space": {"write", "error=ENOSPC:when=4", "no space left on device", wantAll},
		"a write fails":          {"write", "error=EIO:when=4", "input/output error", wantAll},
		"a write is a lie":       {"write", "retval=100:when=4", "the disk did not keep what was written", wantKept},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			dir, _ := created(t, 5)
			// With -P only the calls on the session file count.
			h := run(t, dir, 40, strace, "-f", "-qq", "-o", os.DevNull, "-P", filepath.Join(dir, FileName),
				"-e", "trace="+tc.call, "-e", "inject="+tc.call+":"+tc.inject)
			if len(h.acks) == 0 && len(h.errs) == 0 {
				t.Skip("strace could not trace the writer here")
			}
			if len(h.bad) > 0 {
				t.Errorf("the writer went on: %q", h.bad)
			}
			if all := strings.Join(h.errs, "\n"); !strings.Contains(all, tc.cause) {
				t.Errorf("the writer said %q and should say %q", all, tc.cause)
			}
			tc.want(t, dir, h.acks)
		})
	}
}

func TestFaultAFileSizeLimitLosesNothingAcknowledged(t *testing.T) {
	faults(t)
	dir := filepath.Join(t.TempDir(), "session")
	h := run(t, dir, 0, "bash", "-c", `ulimit -f 64 && exec "$0"`)
	wantPoisoned(t, h, "file too large")
	wantAll(t, dir, h.acks)
}
