// Package uitest runs a program in a terminal and lets a test use it as a
// person would: type, press keys, read the screen, pull the plug.
//
// The terminal is a real pty with an emulator behind it, so what a test reads
// is what a person would have seen, whichever bytes brought it there. The
// rules are:
//
//   - Nothing sleeps. A test waits for a text, for its absence, for a screen
//     that has come to rest, or for the program's end.
//   - Every wait has a generous limit, and a wait that fails shows the whole
//     screen.
//   - The emulator answers the questions that programs ask a terminal (cursor
//     position, device attributes, colors). A test can drop, hold or delay
//     these answers to be a dumb terminal or a slow link.
//   - Nothing but tests imports this package.
//
// [Commands] brings the same to testscript files, and [Golden] compares a
// screen with the one that was kept.
package uitest

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"
)

// The defaults of [Options].
const (
	defaultCols     = 80
	defaultRows     = 24
	defaultDeadline = 30 * time.Second
	defaultSettle   = 75 * time.Millisecond
)

// T is what a terminal needs of a test. *testing.T and *testing.B are one.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Options say which program runs, and in what kind of terminal.
type Options struct {
	// Args are the program and its arguments. A program without a slash is
	// looked up in PATH.
	Args []string

	// Dir is the working directory, by default the test's own.
	Dir string

	// Env holds KEY=value pairs. They are added to the test's environment,
	// without what describes the terminal the test itself was started in,
	// unless OnlyEnv makes them the whole. TERM is xterm-256color where Env
	// does not say otherwise.
	Env     []string
	OnlyEnv bool

	// Cols and Rows are the size in cells, by default 80 and 24.
	Cols, Rows int

	// Answers and Latency say how the terminal answers queries from the
	// start; see [Terminal.SetAnswers].
	Answers Answers
	Latency time.Duration

	// Deadline limits every wait, by default 30 seconds. Settle is how long a
	// screen must not have changed to be stable, by default 75 milliseconds.
	Deadline time.Duration
	Settle   time.Duration
}

// Terminal is a program in a terminal. Its methods are for the goroutine of
// the test that started it; each ends the test when it cannot do its work.
type Terminal struct {
	t       T
	opts    Options
	master  *os.File
	cmd     *exec.Cmd
	initial *unix.Termios
	answers *answers

	exited  chan struct{} // closed when the program has ended
	drained chan struct{} // closed when no more output can come

	flow    sync.Mutex // held while the terminal does not read
	stalled bool

	mu      sync.Mutex // guards what follows
	screen  *vt.Emulator
	state   state
	raw     []byte
	changed chan struct{} // closed and replaced when output was read
}

// Start runs a program in a new terminal. When the test ends the terminal is
// closed and a program that still runs is killed.
func Start(t T, opts Options) *Terminal {
	t.Helper()
	term, err := start(t, opts.withDefaults())
	if err != nil {
		t.Fatalf("start %s in a terminal: %v", strings.Join(opts.Args, " "), err)
		return nil
	}
	t.Cleanup(term.close)
	return term
}

func start(t T, opts Options) (*Terminal, error) {
	if len(opts.Args) == 0 {
		return nil, errors.New("Options.Args names no program")
	}
	env := environ(opts)
	path, err := lookPath(opts.Args[0], env)
	if err != nil {
		return nil, err
	}

	term := &Terminal{
		t:       t,
		opts:    opts,
		exited:  make(chan struct{}),
		drained: make(chan struct{}),
		changed: make(chan struct{}),
		screen:  vt.NewEmulator(opts.Cols, opts.Rows),
	}
	term.state.watch(term.screen)
	term.cmd = &exec.Cmd{Path: path, Args: opts.Args, Dir: opts.Dir, Env: env}
	if err := term.launch(); err != nil {
		return nil, err
	}
	term.answers = newAnswers(term.master, opts.Answers, opts.Latency)

	go term.read()
	go term.answers.collect(term.screen)
	go term.answers.deliver()
	go func() {
		// The outcome is in ProcessState; an exit code other than 0 is no
		// error here.
		_ = term.cmd.Wait()
		close(term.exited)
	}()
	return term, nil
}

// launch opens the pty and starts the program as the leader of a new session
// whose controlling terminal it is.
func (term *Terminal) launch() error {
	master, tty, err := openPTY(term.opts.Cols, term.opts.Rows)
	if err != nil {
		return err
	}
	defer tty.Close()

	term.master = master
	if term.initial, err = settingsOf(master); err != nil {
		return errors.Join(err, master.Close())
	}
	term.cmd.Stdin, term.cmd.Stdout, term.cmd.Stderr = tty, tty, tty
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := term.cmd.Start(); err != nil {
		return errors.Join(err, master.Close())
	}
	return nil
}

// read takes in what the program writes until the pty says that nobody can
// write any more, or is closed.
func (term *Terminal) read() {
	defer close(term.drained)
	buf := make([]byte, 4096)
	for {
		n, err := term.master.Read(buf)
		term.flow.Lock()
		term.receive(buf[:n])
		term.flow.Unlock()
		if err != nil {
			return
		}
	}
}

func (term *Terminal) receive(p []byte) {
	if len(p) == 0 {
		return
	}
	term.mu.Lock()
	defer term.mu.Unlock()
	term.raw = append(term.raw, p...)
	// The emulator takes every byte there is; it fails only when closed.
	_, _ = term.screen.Write(p)
	close(term.changed)
	term.changed = make(chan struct{})
}

// Pid is the process id of the program.
func (term *Terminal) Pid() int { return term.cmd.Process.Pid }

// Resize gives the terminal another size in cells and tells the program, as
// dragging a window's corner does.
func (term *Terminal) Resize(cols, rows int) {
	term.t.Helper()
	term.mu.Lock()
	term.screen.Resize(cols, rows)
	term.mu.Unlock()
	if err := setSize(term.master, cols, rows); err != nil {
		term.t.Fatalf("resize the terminal: %v", err)
	}
}

// Signal sends a signal to the program alone, not to what it started.
func (term *Terminal) Signal(sig os.Signal) {
	term.t.Helper()
	if err := term.cmd.Process.Signal(sig); err != nil {
		term.t.Fatalf("send %v to the program: %v", sig, err)
	}
}

// Hangup closes the terminal, as a lost connection does: the program gets
// SIGHUP, its reads end and its writes fail. The last screen stays readable.
func (term *Terminal) Hangup() {
	term.t.Helper()
	if err := term.master.Close(); err != nil {
		term.t.Fatalf("hang up: %v", err)
	}
}

// Stall makes the terminal stop reading, as a link does that is up but moves
// nothing: when the kernel's buffer is full the program's writes block.
func (term *Terminal) Stall() {
	if !term.stalled {
		term.flow.Lock()
		term.stalled = true
	}
}

// Flow ends what Stall began.
func (term *Terminal) Flow() {
	if term.stalled {
		term.stalled = false
		term.flow.Unlock()
	}
}

// close frees the terminal and ends a program that is still there.
func (term *Terminal) close() {
	term.Flow()
	// A test may have hung up already.
	if err := term.master.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		term.t.Fatalf("close the pty: %v", err)
	}
	select {
	case <-term.exited:
	default:
		// The program leads its session, so its own process group has its
		// id. It may end by itself between the question and the kill.
		_ = unix.Kill(-term.Pid(), unix.SIGKILL)
		<-term.exited
	}
	<-term.drained
	term.answers.stop(term.screen)
}

func (o Options) withDefaults() Options {
	if o.Cols == 0 {
		o.Cols = defaultCols
	}
	if o.Rows == 0 {
		o.Rows = defaultRows
	}
	if o.Deadline == 0 {
		o.Deadline = defaultDeadline
	}
	if o.Settle == 0 {
		o.Settle = defaultSettle
	}
	return o
}
