package runner

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// terminalInTest is a terminal with a person in front of it: the test.
type terminalInTest struct {
	t      *testing.T
	master *os.File
	slave  *os.File

	mu   sync.Mutex
	seen bytes.Buffer
}

func newTerminal(t *testing.T) *terminalInTest {
	t.Helper()
	master, slave, err := openPTY()
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	if err := setSize(master, size{rows: 33, cols: 101}); err != nil {
		t.Fatal(err)
	}
	tt := &terminalInTest{t: t, master: master, slave: slave}
	var reading sync.WaitGroup
	reading.Go(func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			tt.mu.Lock()
			tt.seen.Write(buf[:n])
			tt.mu.Unlock()
			if err != nil {
				return
			}
		}
	})
	t.Cleanup(func() { _ = slave.Close(); _ = master.Close(); reading.Wait() })
	return tt
}

func (tt *terminalInTest) screen() string {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	return tt.seen.String()
}

func (tt *terminalInTest) sees(text string) {
	tt.t.Helper()
	eventually(tt.t, "the terminal shows "+text, func() bool { return strings.Contains(tt.screen(), text) })
}

func (tt *terminalInTest) types(keys string) {
	tt.t.Helper()
	if _, err := tt.master.WriteString(keys); err != nil {
		tt.t.Fatal(err)
	}
}

func (tt *terminalInTest) settings() unix.Termios {
	tt.t.Helper()
	s, err := unix.IoctlGetTermios(int(tt.slave.Fd()), unix.TCGETS)
	if err != nil {
		tt.t.Fatal(err)
	}
	return *s
}

// attach joins in the background; the function that it returns waits for the
// end.
func (tt *terminalInTest) attach(ctx context.Context, r session.Run) func() error {
	ended := make(chan error, 1)
	go func() { ended <- r.Attach(ctx, tt.slave) }()
	return func() error {
		select {
		case err := <-ended:
			return err
		case <-time.After(30 * time.Second):
			tt.t.Fatal("the terminal is still joined")
			return nil
		}
	}
}

func (f *fixture) interactive(shell string) session.Order {
	o := f.order(shell)
	o.Interactive = true
	return o
}

func TestAnInteractiveCommandHasTheTerminal(t *testing.T) {
	f, tt := newFixture(t), newTerminal(t)
	before := tt.settings()
	r := f.start(f.interactive(`stty size; read -rp 'Name? ' name; echo "hello $name"; read -rsp 'Pass? ' p; cd /usr; exit 3`))
	wait := tt.attach(t.Context(), r)
	tt.sees("Name? ")
	tt.types("bob\r")
	tt.sees("hello bob\r\n")
	tt.sees("Pass? ")
	tt.types("silent\r")
	if err := wait(); err != nil {
		t.Fatal(err)
	}
	if after := tt.settings(); after != before {
		t.Errorf("the terminal was not given back: %+v, before %+v", after, before)
	}
	tt.types("next\n")
	buf := make([]byte, 64)
	if n, err := tt.slave.Read(buf); err != nil || string(buf[:n]) != "next\n" {
		t.Errorf("what was typed after the end: %q, %v", buf[:n], err)
	}
	result := f.wait(r)
	if result.Exit != 3 || result.Carry.Dir != "/usr" || result.Stderr.File != "" {
		t.Errorf("%+v", result)
	}
	transcript := f.read(result.Stdout.File)
	if !strings.Contains(transcript, "Name? bob\r\nhello bob\r\n") || strings.Contains(transcript, "silent") {
		t.Errorf("%q", transcript)
	}
}

func TestATerminalsSizePasses(t *testing.T) {
	f, tt := newFixture(t), newTerminal(t)
	r := f.start(f.interactive(`while read -r; do stty size; done; echo asleep; exec sleep 1000`))
	wait := tt.attach(t.Context(), r)
	becomes := func(size string) {
		t.Helper()
		eventually(t, "the size is "+size, func() bool {
			tt.types("\r")
			return strings.Contains(tt.screen(), size)
		})
	}
	becomes("33 101")
	if err := setSize(tt.master, size{rows: 50, cols: 120}); err != nil {
		t.Fatal(err)
	}
	// The kernel tells the processes of the terminal's session; this one is
	// not among them.
	if err := unix.Kill(os.Getpid(), unix.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	becomes("50 120")
	tt.types("\x04")
	tt.sees("asleep")
	tt.types("\x03")
	if err := wait(); err != nil {
		t.Fatal(err)
	}
	if result := f.wait(r); result.Outcome != session.Signalled || result.Signal != "SIGINT" {
		t.Errorf("%+v", result)
	}
}

func TestAnInteractiveCommandOutlivesItsConsole(t *testing.T) {
	f := newFixture(t)
	o := f.interactive(`read -rp 'Go on? ' a; echo "first $a"; read -rp 'And now? ' b; echo "second $b"`)
	console := f.console(o)
	if err := console.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = console.Wait()

	tt := newTerminal(t)
	ctx, hangUp := context.WithCancel(t.Context())
	wait := tt.attach(ctx, f.adopt(o.Evidence))
	tt.sees("Go on? ")
	tt.types("yes\r")
	tt.sees("first yes")
	tt.sees("And now? ")
	hangUp()
	if err := wait(); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}

	next := newTerminal(t)
	r := f.adopt(o.Evidence)
	wait = next.attach(t.Context(), r)
	next.sees("And now? ") // the question that is open, also for the one who joins late
	next.types("too\r")
	next.sees("second too")
	if err := wait(); err != nil {
		t.Error(err)
	}
	if result := f.wait(r); result.Exit != 0 {
		t.Errorf("%+v", result)
	}
}

func TestATerminalThatJoinsTakesTheOthersPlace(t *testing.T) {
	f, first, second := newFixture(t), newTerminal(t), newTerminal(t)
	r := f.start(f.interactive(`read -rp 'Who? ' a; echo "it is $a"`))
	waitFirst := first.attach(t.Context(), r)
	first.sees("Who? ")
	waitSecond := second.attach(t.Context(), r)
	if err := waitFirst(); err != nil {
		t.Errorf("%v", err)
	}
	second.sees("Who? ")
	second.types("two\r")
	second.sees("it is two")
	if err := waitSecond(); err != nil {
		t.Errorf("%v", err)
	}
	f.wait(r)
	if strings.Contains(first.screen(), "it is two") {
		t.Error("the first terminal still sees")
	}
}

func TestALostTerminalDoesNotEndTheCommand(t *testing.T) {
	f, tt := newFixture(t), newTerminal(t)
	r := f.start(f.interactive(`read -rp 'Go on? ' a; echo end`))
	wait := tt.attach(t.Context(), r)
	tt.sees("Go on? ")
	if err := tt.master.Close(); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err == nil {
		t.Error("the terminal is gone and nobody says so")
	}
	if r.Live().Ended {
		t.Error("the command ended with it")
	}
	if err := r.Cancel(); err != nil {
		t.Fatal(err)
	}
	f.wait(r)
}

func TestACommandWithoutATerminalCannotAskForOne(t *testing.T) {
	f, tt := newFixture(t), newTerminal(t)
	r := f.start(f.order(`: </dev/tty`))
	if err := r.Attach(t.Context(), tt.slave); !errors.Is(err, ErrNotInteractive) {
		t.Errorf("%v", err)
	}
	if result := f.wait(r); result.Exit == 0 {
		t.Error("it has found a terminal")
	}
}

func TestASessionFolderMayHaveALongPath(t *testing.T) {
	f := newFixture(t)
	f.dir += "/" + strings.Repeat("long", 50)
	if err := os.Mkdir(f.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f.r = New(Options{SessionDir: f.dir, Self: self(t), Env: f.env})
	tt := newTerminal(t)
	r := f.start(f.interactive(`read -rp 'Here? ' a`))
	wait := tt.attach(t.Context(), r)
	tt.sees("Here? ")
	tt.types("\r")
	if err := wait(); err != nil {
		t.Error(err)
	}
	f.wait(r)
}

func TestABackgroundProcessCannotHoldTheTerminalsEndBack(t *testing.T) {
	f := newFixture(t)
	r := f.run(f.interactive(`trap '' HUP; setsid sh -c 'trap "" HUP TERM; exec sleep 20' & disown; echo end`))
	if r.Outcome != session.Exited || !strings.Contains(r.Detail, "still ran when it ended") {
		t.Errorf("%+v", r)
	}
}
