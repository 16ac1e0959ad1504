package runner

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// ErrNotInteractive says that a command has no terminal to join.
var ErrNotInteractive = errors.New("this command does not run in a terminal")

// Attach joins an interactive command to a terminal: keys go in, output comes
// out, sizes pass. It returns nil when the supervisor lets the terminal go:
// because the command ended, or because another console joined. Otherwise the
// error says why; the command goes on, and can be joined again. The terminal is
// given back as it was, and a key that was typed after the end is still in it.
func (r *run) Attach(ctx context.Context, tty session.Terminal) error {
	if !r.interactive {
		return ErrNotInteractive
	}
	conn, err := r.dial()
	if err != nil {
		select {
		case <-r.done:
			return nil
		default:
			return fmt.Errorf("join the terminal of %s: %w", r.base, err)
		}
	}
	defer conn.Close()
	before, err := term.MakeRaw(tty.Fd())
	if err != nil {
		return fmt.Errorf("set the terminal up for %s: %w", r.base, err)
	}
	defer func() { _ = term.Restore(tty.Fd(), before) }()
	return join(ctx, conn, tty)
}

func (r *run) dial() (*net.UnixConn, error) {
	root, err := r.runner.open(r.base)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	addr, release, err := socketAddr(root, r.base)
	if err != nil {
		return nil, err
	}
	defer release()
	return net.DialUnix("unix", nil, addr)
}

// join copies both ways until one side ends.
func join(ctx context.Context, conn *net.UnixConn, tty session.Terminal) error {
	keys, err := cancelreader.NewReader(file{tty})
	if err != nil {
		return fmt.Errorf("read the terminal: %w", err)
	}
	defer keys.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()

	link := &link{conn: conn}
	stopSizes := link.followSize(tty.Fd())
	defer stopSizes()
	lost := make(chan error, 1)
	var typing sync.WaitGroup
	typing.Go(func() {
		if err := link.sendKeys(keys); err != nil {
			lost <- err
			_ = conn.Close()
		}
	})
	_, err = io.Copy(struct{ io.Writer }{tty}, struct{ io.Reader }{conn})
	keys.Cancel()
	typing.Wait()
	select {
	case err := <-lost:
		return fmt.Errorf("the terminal is gone: %w", err)
	default:
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && !errors.Is(err, unix.ECONNRESET) {
		return fmt.Errorf("show the command's output: %w", err)
	}
	return nil
}

// link is a connection to a supervisor that two goroutines write to.
type link struct {
	mu   sync.Mutex
	conn *net.UnixConn
}

func (l *link) send(kind byte, payload []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return writeMessage(l.conn, kind, payload)
}

// sendKeys returns an error only if the terminal itself has failed.
func (l *link) sendKeys(keys io.Reader) error {
	buf := make([]byte, 4<<10)
	for {
		n, err := keys.Read(buf)
		if n > 0 && l.send(sendsKeys, buf[:n]) != nil {
			return nil // the supervisor let go; the other direction says so
		}
		switch {
		case errors.Is(err, cancelreader.ErrCanceled):
			return nil
		case err != nil:
			return err
		}
	}
}

// followSize sends the terminal's size now and whenever it changes.
func (l *link) followSize(fd uintptr) (stop func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, unix.SIGWINCH)
	send := func() {
		cols, rows, err := term.GetSize(fd)
		if err != nil || cols <= 0 || rows <= 0 {
			return
		}
		var size [4]byte
		binary.LittleEndian.PutUint16(size[:], uint16(rows))
		binary.LittleEndian.PutUint16(size[2:], uint16(cols))
		_ = l.send(sendsSize, size[:])
	}
	send()
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-changed:
				send()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(changed)
		close(done)
	}
}

// file gives a terminal the two methods that a cancel reader asks for and
// does not need.
type file struct{ session.Terminal }

func (file) Close() error { return nil }
func (file) Name() string { return "terminal" }
