package plain

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

// heard is what was said, and waits for a text in it.
type heard struct {
	mu   sync.Mutex
	cond *sync.Cond
	buf  bytes.Buffer
}

func newHeard() *heard {
	h := &heard{}
	h.cond = sync.NewCond(&h.mu)
	return h
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.cond.Broadcast()
	return h.buf.Write(p)
}

func (h *heard) wait(ctx context.Context, t *testing.T, text string) {
	t.Helper()
	defer context.AfterFunc(ctx, h.cond.Broadcast)()
	h.mu.Lock()
	defer h.mu.Unlock()
	for !strings.Contains(h.buf.String(), text) {
		if ctx.Err() != nil {
			t.Fatalf("%q was not said, but:\n%s", text, h.buf.String())
		}
		h.cond.Wait()
	}
}

func echoes(t *testing.T, tty *os.File) bool {
	t.Helper()
	settings, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return settings.Lflag&unix.ECHO != 0
}

func TestATerminalHidesASecretWhileItIsTyped(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("this machine gives no terminal: %v", err)
	}
	defer master.Close()
	defer tty.Close()
	screen := newHeard()
	go copyTo(screen, master)

	s := newScene(t, runbook())
	s.begin(ctx, sessiontest.Opening(s.rb))
	said := newHeard()
	s.options.In, s.options.Out, s.options.Terminal = tty, said, true
	over := make(chan error, 1)
	go func() { over <- Run(ctx, s.options) }()

	typeIn := func(text string) {
		if _, err := master.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	typeIn("set TOKEN\n")
	said.wait(ctx, t, "It is not shown")
	if echoes(t, tty) {
		t.Error("the terminal shows what is typed")
	}
	typeIn("ghp_0123456789\n")
	said.wait(ctx, t, "TOKEN was given")
	if !echoes(t, tty) {
		t.Error("the terminal still hides what is typed")
	}
	typeIn("quit\n")
	if err := <-over; err != nil {
		t.Error(err)
	}
	screen.wait(ctx, t, "quit")
	if strings.Contains(screen.buf.String(), "0123") {
		t.Errorf("the screen shows %q", screen.buf.String())
	}
	for _, e := range s.log.All() {
		if set, ok := e.Data.(*session.InputSet); ok && set.Value != "" {
			t.Errorf("recorded is %+v", set)
		}
	}
}

// copyTo copies what a terminal shows until it is closed.
func copyTo(h *heard, from *os.File) {
	var chunk [512]byte
	for {
		n, err := from.Read(chunk[:])
		if err != nil {
			return
		}
		_, _ = h.Write(chunk[:n])
	}
}
