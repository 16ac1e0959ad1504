package runner

import (
	"errors"
	"fmt"
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// openPTY makes a pseudo-terminal. Reading the supervisor's side can be ended
// by a deadline or by closing it, which the library's own descriptor does not
// allow: it blocks in the kernel.
func openPTY() (master, slave *os.File, err error) {
	blocking, slave, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("make a pseudo-terminal: %w", err)
	}
	defer blocking.Close()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("make a pseudo-terminal: %w", err), slave.Close())
	}
	return os.NewFile(uintptr(fd), "pseudo-terminal"), slave, nil
}

// size is the rows and columns of a terminal.
type size struct{ rows, cols uint16 }

func setSize(f *os.File, s size) error {
	return control(f, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: s.rows, Col: s.cols})
	})
}

func getSize(f *os.File) (s size, err error) {
	err = control(f, func(fd int) error {
		ws, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
		if err == nil {
			s = size{rows: ws.Row, cols: ws.Col}
		}
		return err
	})
	return s, err
}

// control works on a descriptor without making it block.
func control(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return errors.Join(conn.Control(func(fd uintptr) { err = do(int(fd)) }), err)
}
