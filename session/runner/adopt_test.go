package runner

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

// console starts a command from a console of its own, and returns when it is
// at work.
func (f *fixture) console(o session.Order) *exec.Cmd {
	f.t.Helper()
	return f.consoleOf(nil, o)
}

// consoleOf does it as another user.
func (f *fixture) consoleOf(user *syscall.Credential, o session.Order) *exec.Cmd {
	f.t.Helper()
	var order bytes.Buffer
	if err := gob.NewEncoder(&order).Encode(job{Order: o, SessionDir: f.dir, Self: self(f.t), Env: f.env}); err != nil {
		f.t.Fatal(err)
	}
	cmd := exec.Command("/proc/self/exe", consoleArg)
	cmd.Stdin = &order
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: user}
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "started\n" {
		f.t.Fatalf("the console said %q", line)
	}
	return cmd
}

func (f *fixture) adopt(base string) *run {
	f.t.Helper()
	adopted, err := f.r.Adopt(f.t.Context(), base)
	if err != nil {
		f.t.Fatalf("adopt: %v", err)
	}
	return adopted.(*run)
}

// gate is a command that waits until the test lets it go on, or is over.
func (f *fixture) gate(rest string) (o session.Order, open func()) {
	o = f.order(`echo ready; until [ -e "$WSC_RESPOND_SESSION/open" ] || [ ! -d "$WSC_RESPOND_SESSION" ]; do sleep 0.01; done; ` + rest)
	return o, func() {
		if err := os.WriteFile(filepath.Join(f.dir, "open"), nil, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
}

func TestACommandOutlivesItsConsole(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			f := newFixture(t)
			o, open := f.gate("echo late >&2; cd /usr; exit 5")
			console := f.console(o)
			// A hang-up reaches every process of the console's session.
			if err := syscall.Kill(-console.Process.Pid, sig); err != nil {
				t.Fatal(err)
			}
			_ = console.Wait()
			r := f.adopt(o.Evidence)
			eventually(t, "the next console sees what was written before", func() bool { return liveText(r) == "ready\n" })
			if live := r.Live(); live.Ended || live.Stdout != 6 || live.For <= 0 {
				t.Errorf("%+v", live)
			}
			open()
			result := f.wait(r)
			if result.Exit != 5 || result.Carry.Dir != "/usr" {
				t.Errorf("%+v", result)
			}
			if out, errs := f.out(result); out != "ready\n" || errs != "late\n" {
				t.Errorf("%q, %q", out, errs)
			}
			// And once more, from the result alone.
			again := f.adopt(o.Evidence)
			if live := again.Live(); !live.Ended || liveText(again) != "ready\n" {
				t.Errorf("%+v", live)
			}
			if diff := cmp.Diff(result, f.wait(again)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnyConsoleCanCancel(t *testing.T) {
	f := newFixture(t)
	o, _ := f.gate("")
	_ = f.console(o)
	if err := f.adopt(o.Evidence).Cancel(); err != nil {
		t.Fatal(err)
	}
	if r := f.wait(f.adopt(o.Evidence)); r.Outcome != session.Cancelled {
		t.Errorf("%+v", r)
	}
}

func TestALostSupervisorIsSaid(t *testing.T) {
	f := newFixture(t)
	o, _ := f.gate("")
	r := f.start(o)
	watching := f.adopt(o.Evidence)
	eventually(t, "its output is in the evidence", func() bool { return f.read(outName(o.Evidence)) == "ready\n" })
	if err := r.process.signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	want := session.Output{File: "evidence/0001-test.out", Bytes: 6, Kept: 6, SHA256: "0dc7ae5b7eaae3d4fa2a3c2dbfa68c96d2b5b0dc28a5b32cd8bb4fbef4bb1b32"}
	for _, each := range []session.Run{r, watching} {
		result := f.wait(each)
		if result.Outcome != session.Unknown || result.Exit != -1 || result.Detail == "" {
			t.Errorf("%+v", result)
		}
		want.SHA256 = result.Stdout.SHA256
		if diff := cmp.Diff(want, result.Stdout); diff != "" || len(want.SHA256) != 64 {
			t.Error(diff)
		}
	}
	if _, err := f.r.Adopt(t.Context(), o.Evidence); !errors.Is(err, session.ErrGone) {
		t.Errorf("adopt: %v", err)
	}
	if out, _ := f.r.Remains(o.Evidence); out != want {
		t.Errorf("remains %+v", out)
	}
	if err := r.Cancel(); err != nil {
		t.Errorf("cancel what is gone: %v", err)
	}
}

func TestWhatNeverStartedIsGone(t *testing.T) {
	f := newFixture(t)
	if _, err := f.r.Adopt(t.Context(), "0009-never"); !errors.Is(err, session.ErrGone) {
		t.Errorf("%v", err)
	}
}

func TestALockWithoutASupervisorIsNotBelieved(t *testing.T) {
	f := newFixture(t)
	f.sh("true")
	// As after a crash of the machine: the file is there, and its number
	// belongs to somebody else now.
	record := `{"process":{"pid":1,"start":1},"boot":"` + bootID() + `","live_fd":6}`
	if err := os.WriteFile(filepath.Join(f.dir, "run/0002-x.lock"), []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.r.Adopt(t.Context(), "0002-x"); !errors.Is(err, session.ErrGone) {
		t.Errorf("%v", err)
	}
}

func TestASupervisorThatIsJustStartingIsWaitedFor(t *testing.T) {
	f := newFixture(t)
	f.sh("true")
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	lock, err := makeLock(root, "0002-x")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan error, 1)
	go func() {
		_, err := f.r.Adopt(ctx, "0002-x")
		asked <- err
	}()
	cancel()
	if err := <-asked; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.r.Adopt(t.Context(), "0002-x"); !errors.Is(err, session.ErrGone) {
		t.Errorf("%v", err)
	}
}

func TestAResultThatCannotBeReadIsAsGoodAsGone(t *testing.T) {
	f := newFixture(t)
	f.sh("echo kept")
	name := filepath.Join(f.dir, "run/0001-test.json")
	for content, why := range map[string]string{"": "EOF", "{": "unexpected EOF", `{"v":99}`: "version 99 is not known", "\x00\x00": "invalid character"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.r.Adopt(t.Context(), "0001-test"); !errors.Is(err, session.ErrGone) || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if err := errors.Join(os.Remove(name), os.Mkdir(name, 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.r.Adopt(t.Context(), "0001-test"); !errors.Is(err, session.ErrGone) || !errors.Is(err, evidence.ErrNotRegular) {
		t.Errorf("%v", err)
	}
	if out, _ := f.r.Remains("0001-test"); out.Kept != 5 {
		t.Errorf("%+v", out)
	}
}

func TestASupervisorOnAnotherMachineIsNotGone(t *testing.T) {
	f := newFixture(t)
	f.sh("true")
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	lock, err := makeLock(root, "0002-x")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := writeRecord(lock, record{Process: process{PID: 1, Start: 1}, Boot: "another"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.r.Adopt(t.Context(), "0002-x"); !errors.Is(err, ErrElsewhere) || errors.Is(err, session.ErrGone) {
		t.Errorf("%v", err)
	}
}

func TestAConsoleIsToldTheResultThatTheDiskDoesNotTake(t *testing.T) {
	f := newFixture(t)
	f.r.answer = 200 * time.Millisecond
	// Without the file that is to become the result it cannot be written.
	o, open := f.gate(`rm "$WSC_RESPOND_SESSION"/run/*.part; exit 7`)
	r := f.start(o)
	t.Cleanup(func() { _ = r.process.signal(unix.SIGKILL) }) // it would go on trying
	eventually(t, "it took longer than a supervisor may take to be at work", func() bool { return r.Live().For > 2*f.r.answer })
	open()
	if result := f.wait(r); result.Outcome != session.Exited || result.Exit != 7 {
		t.Errorf("%+v", result)
	}
	if _, err := os.Stat(filepath.Join(f.dir, resultName(o.Evidence))); !os.IsNotExist(err) {
		t.Errorf("the result is on disk: %v", err)
	}
}

func TestAProcessIsNamedForCertain(t *testing.T) {
	st, err := parseStatus("42 (a) b (c) R 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1 1\n")
	want := status{process: process{PID: 42, Start: 12345}, parent: 7, state: 'R'}
	if err != nil || st != want {
		t.Errorf("%+v, %v", st, err)
	}
	for _, line := range []string{"", "x", "1 (a) R", "a (b) R " + strings.Repeat("1 ", 30)} {
		if _, err := parseStatus(line); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
	me := process{PID: os.Getpid(), Start: 1}
	if err := me.signal(unix.SIGKILL); !errors.Is(err, errEnded) {
		t.Errorf("another process was meant: %v", err)
	}
}
