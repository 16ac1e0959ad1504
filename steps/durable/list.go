package durable

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unicode/utf16"

	"golang.org/x/sys/unix"
)

// ErrInUse says that another program holds a list.
var ErrInUse = errors.New("another wsc-respond is at work with this list")

// List is an append-only list of what was done: one JSON object a line. A line
// is durable when Append returns. What a crash tore off stays as a line of its
// own, to be seen.
type List struct {
	name   string
	file   File
	failed error
	torn   bool // the last line has no end
}

// OpenList opens a list of a folder, and makes it where it is missing.
func OpenList(f Folder, name string) (*List, error) {
	l, err := openList(f, name)
	if err != nil {
		return nil, fmt.Errorf("open the list %s: %w", name, err)
	}
	return l, nil
}

func openList(f Folder, name string) (*List, error) {
	before, err := f.Lstat(name)
	missing := errors.Is(err, fs.ErrNotExist)
	if err == nil {
		err = regular(before)
	}
	if err != nil && !missing {
		return nil, err
	}
	file, err := f.Open(name, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	l := &List{name: name, file: file}
	if l.torn, err = torn(file); err == nil && missing {
		err = f.Sync()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// torn reports whether the last line of a list was cut off.
func torn(file File) (bool, error) {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil {
		return false, err
	}
	return last[0] != '\n', nil
}

// Append adds an entry. After an error nothing more is appended: what the end
// of the file looks like then is not known.
func (l *List) Append(entry any) error {
	if l.failed != nil {
		return l.failed
	}
	if err := l.write(entry); err != nil {
		l.failed = fmt.Errorf("write the list %s: %w", l.name, err)
	}
	return l.failed
}

func (l *List) write(entry any) error {
	var line bytes.Buffer
	if l.torn {
		line.WriteByte('\n')
	}
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(entry); err != nil {
		return err
	}
	if _, err := l.file.Write(ascii(line.Bytes())); err != nil {
		return err
	}
	l.torn = false
	return l.file.Sync()
}

// ascii escapes what is not ASCII, as JSON lets one do everywhere that it can
// stand. The names in a list come from outside, and people look at lists in
// their terminals.
func ascii(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r < 0x7f {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

// Hold keeps other programs from holding the list until it is closed; it fails
// with ErrInUse where one does.
func (l *List) Hold() error {
	file, ok := l.file.(interface{ Fd() uintptr })
	if !ok {
		return nil // a test's own; a host's file always has a descriptor
	}
	err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}

// Close closes the list.
func (l *List) Close() error { return l.file.Close() }
