package term

import (
	"os"
	"time"

	xterm "github.com/charmbracelet/x/term"
)

// Saved is how a terminal was before the console took it.
type Saved struct {
	in, out *os.File
	state   *xterm.State
}

// Save remembers how the terminal is now. What is no terminal is left alone
// by Restore.
func Save(in, out *os.File) *Saved {
	s := &Saved{in: in, out: out}
	if in != nil && xterm.IsTerminal(in.Fd()) {
		s.state, _ = xterm.GetState(in.Fd()) // without a state there is nothing to put back
	}
	return s
}

// leave puts a screen back by sequences alone: keyboard protocols, bracketed
// paste, the alternate screen, the colours, the cursor.
const leave = "\x1b[<u\x1b[>4m\x1b[?2004l\x1b[?1049l\x1b[m\x1b[?25h\r"

// restoreTime is how long a terminal that takes no bytes may hold up the end.
const restoreTime = 200 * time.Millisecond

// Restore puts the terminal back without the help of anything that may be
// stuck. It is for the end of a program that cannot end otherwise.
func (s *Saved) Restore() {
	written := make(chan struct{})
	go func() {
		defer close(written)
		if s.out != nil && xterm.IsTerminal(s.out.Fd()) {
			_, _ = s.out.WriteString(leave) // nothing is left to do if it fails
		}
	}()
	select {
	case <-written:
	case <-time.After(restoreTime):
	}
	if s.state != nil {
		_ = xterm.Restore(s.in.Fd(), s.state) // the terminal may be gone
	}
}
