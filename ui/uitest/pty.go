package uitest

import (
	"errors"
	"fmt"
	"os"

	"github.com/charmbracelet/x/termios"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// openPTY opens a pty of a size in cells. Its master is in non-blocking mode,
// so that a Close ends a Read: the ioctls of creack/pty put a file in blocking
// mode, where a close in the middle of a read would not hang up.
func openPTY(cols, rows int) (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open a pty: %w", err)
	}
	defer blocking.Close()
	defer func() {
		if err != nil {
			err = errors.Join(err, tty.Close())
		}
	}()

	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("duplicate the pty: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make the pty non-blocking: %w", err), unix.Close(fd))
	}
	master = os.NewFile(uintptr(fd), blocking.Name())
	if err := setSize(master, cols, rows); err != nil {
		return nil, nil, errors.Join(err, master.Close())
	}
	return master, tty, nil
}

// setSize gives a pty another size in cells; the kernel sends SIGWINCH.
func setSize(master *os.File, cols, rows int) error {
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	err := control(master, func(fd int) error { return termios.SetWinsize(fd, size) })
	if err != nil {
		return fmt.Errorf("set the size of the pty to %dx%d: %w", cols, rows, err)
	}
	return nil
}

// settingsOf reads the line settings of a pty. The kernel answers for the
// program's side when it is asked on the master's.
func settingsOf(master *os.File) (*unix.Termios, error) {
	var settings *unix.Termios
	err := control(master, func(fd int) (err error) {
		settings, err = termios.GetTermios(fd)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the line settings of the pty: %w", err)
	}
	return settings, nil
}

// control calls do with the descriptor of a file, which stays non-blocking.
func control(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	if err := conn.Control(func(fd uintptr) { done = do(int(fd)) }); err != nil {
		return err
	}
	return done
}
