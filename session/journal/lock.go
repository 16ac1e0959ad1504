package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

// Holder is who has a session open for writing. It is told to others that
// want to; the lock does not depend on it.
type Holder struct {
	User  string    `json:"user"`
	Host  string    `json:"host,omitempty"`
	TTY   string    `json:"tty,omitempty"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// holderFile lies in the session folder while a console has it open.
const holderFile = "holder.json"

// String says who it is: "alice on /dev/pts/3 since 2026-11-22 03:13:05 UTC
// (process 4711)". Make it safe to show: it comes from a file.
func (h Holder) String() string {
	s := h.User
	if s == "" {
		s = "somebody"
	}
	if h.Host != "" {
		s += "@" + h.Host
	}
	if h.TTY != "" {
		s += " on " + h.TTY
	}
	if !h.Since.IsZero() {
		s += " since " + h.Since.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	if h.PID != 0 {
		s += fmt.Sprintf(" (process %d)", h.PID)
	}
	return s
}

// LockedError says that another console has the session open. It is
// session.ErrLocked.
type LockedError struct {
	Dir string
	// Holder is who has it, as far as it is known.
	Holder Holder
}

// Error names the holder, if it is known.
func (e *LockedError) Error() string {
	if e.Holder == (Holder{}) {
		return fmt.Sprintf("%v (%s)", session.ErrLocked, e.Dir)
	}
	return fmt.Sprintf("%v: %v (%s)", session.ErrLocked, e.Holder, e.Dir)
}

// Unwrap makes it session.ErrLocked.
func (e *LockedError) Unwrap() error { return session.ErrLocked }

// lock takes the lock of the session file, and makes sure that the file is
// still the one in the folder: whoever removes the file and makes a new one
// could else hold a lock on the new one at the same time.
//
// The lock is an open file description lock. A record lock of POSIX would be
// lost as soon as any other descriptor of the file is closed.
func (fo *folder) lock(f *os.File) error {
	err := ofdLock(f, unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return &LockedError{Dir: fo.path, Holder: fo.readHolder()}
	}
	if err != nil {
		return fmt.Errorf("lock the session file %s: %w; two consoles could write to it, so it stays closed", fo.pathOf(FileName), err)
	}
	if err := fo.isRegular(f, FileName); err != nil {
		return fmt.Errorf("open the session file %s: %w; try again", fo.pathOf(FileName), err)
	}
	return nil
}

// locked reports whether somebody has the session file open for writing. It
// asks, and never takes the lock, so it disturbs nobody.
func locked(f *os.File) bool {
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	return ofdLock(f, unix.F_OFD_GETLK, &lock) == nil && lock.Type != unix.F_UNLCK
}

func ofdLock(f *os.File, cmd int, lock *unix.Flock_t) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = unix.FcntlFlock(fd, cmd, lock) }); err != nil {
		return err
	}
	return failed
}

// writeHolder leaves word of who has the session. It is a courtesy: on a full
// disk there is none, and the lock holds all the same.
func (fo *folder) writeHolder(who Holder) {
	text, err := json.Marshal(who)
	if err != nil {
		return
	}
	fo.removeHolder()
	f, err := fo.create(holderFile)
	if err != nil {
		return
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		fo.removeHolder()
	}
	_ = f.Close()
}

func (fo *folder) removeHolder() { _ = fo.root.Remove(holderFile) }

// readHolder is the zero Holder if nothing is known.
func (fo *folder) readHolder() Holder {
	f, err := fo.open(holderFile, os.O_RDONLY)
	if err != nil {
		return Holder{}
	}
	defer f.Close()
	var h Holder
	if err := json.NewDecoder(io.LimitReader(f, 4096)).Decode(&h); err != nil {
		return Holder{}
	}
	return h
}
