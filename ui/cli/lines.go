package cli

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/signal"
	"syscall"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/ui/plain"
)

// This file holds line mode's side of the command line: the same ways in as
// the full-screen console has.

// errHangup and errTerminated are why a conversation ended, as the record has
// it.
var (
	errHangup     = errors.New("hang-up")
	errTerminated = errors.New("signal terminated")
)

// untilSignal is a context that ends with a hang-up or a termination, and says
// which.
func untilSignal(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM)
	go func() {
		select {
		case <-ctx.Done():
		case s := <-signals:
			if s == syscall.SIGHUP {
				cancel(errHangup)
				return
			}
			cancel(errTerminated)
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// goOn is what to do after a conversation ended before its time.
const goOn = "wsc-respond resume goes on where it was"

// afterLines gives the end of a conversation the exit code that fits.
func afterLines(err error) error {
	const signalled = 128 // what a shell adds to the number of a signal
	switch {
	case err == nil:
		return nil
	case errors.Is(err, plain.ErrLeft):
		return &failure{code: exitDone, err: err}
	case errors.Is(err, plain.ErrNotDone):
		return &failure{code: exitNo, err: err, safe: "what was done is in the record", next: goOn}
	case errors.Is(err, errHangup):
		return &failure{code: signalled + int(syscall.SIGHUP), err: err, safe: "everything that was told as saved", next: goOn}
	case errors.Is(err, errTerminated):
		return &failure{code: signalled + int(syscall.SIGTERM), err: err, safe: "everything that was told as saved", next: goOn}
	}
	return err
}

func (p *program) plainLobby(ctx context.Context, l loaded, in session.Intake, list []listed) error {
	if len(list) == 0 {
		return p.plainBegin(ctx, l, in)
	}
	var open []plain.OpenSession
	folders := map[string]string{}
	for _, item := range list {
		folders[item.Name] = item.Folder
		row := item.row()
		open = append(open, plain.OpenSession{Name: item.Name, About: item.plan() + ", " + row.Status, Since: row.Lines})
	}
	chosen, err := plain.Choose(ctx, plain.Chooser{In: p.in, Out: p.out, Terminal: isTerminal(p.in), ASCII: p.ascii}, open)
	if err != nil {
		return afterLines(err)
	}
	switch chosen.Verdict {
	case plain.StartNew:
		return p.plainBegin(ctx, l, in)
	case plain.ToFollow:
		return p.plainFollow(ctx, folders[chosen.Name])
	}
	s, err := p.resume(ctx, folders[chosen.Name], resumeFlags{})
	if err != nil {
		return err
	}
	return p.plainConsole(ctx, s)
}

func (p *program) plainBegin(ctx context.Context, l loaded, in session.Intake) error {
	if !whole(in) {
		asked, err := plain.Intake(ctx, plain.Questions{In: p.in, Out: p.out, Terminal: isTerminal(p.in), ASCII: p.ascii,
			Now: localNow, Start: in, Login: p.login()})
		if err != nil {
			return afterLines(err)
		}
		in = asked
	}
	s, err := p.openNew(ctx, l, in)
	if err != nil {
		return err
	}
	return p.plainConsole(ctx, s)
}

func localNow() time.Time { return host.NewClock().Now().Wall.Local() }

func (p *program) plainConsole(ctx context.Context, s *sitting) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	return afterLines(plain.Run(ctx, plain.Options{
		Session: s.Session, State: s.state, Events: s.events, Folder: s.folder, Read: s.store.Read,
		In: p.in, Out: p.out, Terminal: isTerminal(p.in), ASCII: p.ascii, Zone: time.Local, Say: s.warnings,
	}))
}

func (p *program) plainFollow(ctx context.Context, folder string) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	opened, err := followed(ctx, folder)
	if err != nil {
		return err
	}
	for _, text := range opened.Say {
		p.note("%s", text)
	}
	return afterLines(plain.Follow(ctx, plain.Watching{
		State: opened.State, Events: withReceipts(opened.Follow(ctx)), Out: p.out, ASCII: p.ascii, Zone: time.Local, Now: localNow,
	}))
}

// withReceipts adds to each event the head that the record has after it: the
// form of a line is canonical, so its hash follows from the event.
func withReceipts(events iter.Seq2[session.Event, error]) iter.Seq2[session.Recorded, error] {
	return func(yield func(session.Recorded, error) bool) {
		for e, err := range events {
			r := session.Recorded{Event: e, Receipt: session.Receipt{Seq: e.Seq}}
			if err == nil {
				var line []byte
				if line, err = session.EncodeLine(e); err == nil {
					r.Receipt.Hash = session.HashLine(line)
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
