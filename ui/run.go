package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wsc-respond/session"
	"wsc-respond/ui/term"
)

// Run shows the console until the person leaves, or something outside ends
// it. Leaving returns nil. What ended it otherwise is a *LeftError. An error
// that wraps session.ErrReadOnly says that the leaving could not be recorded.
//
// Run lets the session go before it returns, however it ends.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	model := &shield{console: newConsole(ctx, o)}
	program := tea.NewProgram(model, programOptions(o)...)
	guard := newGuard(program, cancel, model.leaver, term.Save(o.In, o.Out))
	defer guard.stop()
	_, err := program.Run()
	cancel()
	return guard.ended(err, model.crash)
}

// programOptions are what the terminal library is told. Signals are the
// guard's; colours are chosen by the options and never asked of the terminal.
func programOptions(o Options) []tea.ProgramOption {
	profile := colorprofile.ANSI256
	if o.Theme.NoColor {
		profile = colorprofile.ASCII
	}
	options := []tea.ProgramOption{tea.WithoutSignalHandler(), tea.WithColorProfile(profile)}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	if o.Out != nil {
		options = append(options, tea.WithOutput(o.Out))
	}
	if o.Environ != nil {
		options = append(options, tea.WithEnvironment(o.Environ))
	}
	return options
}

// guard ends the console in an orderly way when something outside ends it. It
// works in a goroutine of its own, because a terminal that takes no bytes
// stops the program's loop for good.
type guard struct {
	program *tea.Program
	cancel  func() // ends what waits, such as a command that has the terminal
	leaver  *leaver
	saved   *term.Saved
	signals chan os.Signal
	done    chan struct{}
	got     chan os.Signal // the signal that ended it
	exit    func(code int)
}

// hardExit is how long an orderly end may take.
const hardExit = 3 * time.Second

func newGuard(p *tea.Program, cancel func(), l *leaver, saved *term.Saved) *guard {
	g := &guard{program: p, cancel: cancel, leaver: l, saved: saved, exit: os.Exit,
		signals: make(chan os.Signal, 4), done: make(chan struct{}), got: make(chan os.Signal, 1)}
	signal.Notify(g.signals, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT)
	go g.watch()
	return g
}

// watch waits for a signal. The first one ends the console; when it has not
// ended in time, the program does.
func (g *guard) watch() {
	select {
	case <-g.done:
		return
	case s := <-g.signals:
		g.got <- s
		go func() {
			_ = g.leaver.leave(why(s)) // left asks for it again
			g.cancel()
			g.program.Kill()
		}()
		g.orExit(s)
	}
}

func (g *guard) orExit(s os.Signal) {
	select {
	case <-g.done:
	case <-time.After(hardExit):
		g.saved.Restore()
		g.exit(codeOf(s))
	}
}

// stop ends the watching.
func (g *guard) stop() {
	signal.Stop(g.signals)
	close(g.done)
}

// ended says why the program ended.
func (g *guard) ended(err error, crashed *crash) error {
	select {
	case s := <-g.got:
		return g.left(why(s), codeOf(s), nil)
	default:
	}
	if crashed != nil {
		left := g.left("panic", 2, crashed)
		left.Stack = string(crashed.stack)
		return left
	}
	if errors.Is(err, tea.ErrProgramPanic) { // in the terminal library itself
		g.saved.Restore()
		return g.left("panic", 2, err)
	}
	if errors.Is(err, syscall.EIO) { // the terminal is gone, and said so before the signal came
		return g.left(why(syscall.SIGHUP), codeOf(syscall.SIGHUP), err)
	}
	leaving := g.leaver.leave("quit") // a second time it returns what the first one did
	switch {
	case err != nil && !errors.Is(err, tea.ErrProgramKilled):
		return fmt.Errorf("show the console: %w", err)
	case leaving != nil:
		return fmt.Errorf("record that the console was left: %w", leaving)
	}
	return nil
}

// left makes the end durable, where it is not yet, and describes it.
func (g *guard) left(why string, code int, cause error) *LeftError {
	recorded := g.leaver.leave(why) == nil
	e := &LeftError{Why: why, Recorded: recorded, Code: code, Cause: cause}
	if o := g.leaver.session(); o != nil {
		o.Session.Look(func(s *session.State) {
			e.Name = s.Session
			for _, r := range s.RunningNow() {
				e.Running = append(e.Running, r.Command)
			}
		})
	}
	return e
}

// why is a signal as the record has it.
func why(s os.Signal) string {
	if s == syscall.SIGHUP {
		return "hang-up"
	}
	return "signal " + s.String()
}

// codeOf is the exit code that a shell gives a program that a signal ended.
func codeOf(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}
