package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sys/unix"
)

// maxLine bounds a line, in bytes. What is longer is read to its end and
// refused whole.
const maxLine = 128 << 10

var errTooLong = fmt.Errorf("a line may have %d bytes; this one has more", maxLine)

// input is a line without its end, or why there is none.
type input struct {
	text string
	err  error
}

// reader reads lines in a goroutine of its own, each only when it was asked
// for: between two lines the stream belongs to whoever else may need it, such
// as an interactive command.
type reader struct {
	asked bool
	wants chan struct{}
	lines chan input
}

// newReader makes a reader that lives as long as the context. A read that is
// under way when the context ends cannot be stopped; its line is lost.
func newReader(ctx context.Context, in io.Reader) *reader {
	r := &reader{wants: make(chan struct{}, 1), lines: make(chan input, 1)}
	go func() {
		for {
			select {
			case <-r.wants:
				text, err := readLine(in)
				r.lines <- input{strings.TrimSuffix(text, "\r"), err}
			case <-ctx.Done():
				return
			}
		}
	}()
	return r
}

// ask asks for a line, unless one is asked for already. It arrives in lines.
func (r *reader) ask() {
	if !r.asked {
		r.asked = true
		r.wants <- struct{}{}
	}
}

// got says that the line that was asked for has arrived.
func (r *reader) got() { r.asked = false }

// readLine reads up to the next newline and not a byte further. The last line
// may lack its newline.
func readLine(in io.Reader) (string, error) {
	var line []byte
	var one [1]byte
	long := false
	for {
		n, err := in.Read(one[:])
		switch {
		case n == 1 && one[0] == '\n' && long:
			return "", errTooLong
		case n == 1 && one[0] == '\n':
			return string(line), nil
		case n == 1 && len(line) < maxLine:
			line = append(line, one[0])
		case n == 1:
			long = true
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) > 0 && !long {
			return string(line), nil
		}
		return "", err
	}
}

// quiet stops a terminal from showing what is typed, but for the line's end,
// and returns what puts it back.
func quiet(tty any) (restore func(), err error) {
	f, ok := tty.(interface{ Fd() uintptr })
	if !ok {
		return nil, errors.New("this input cannot be told to hide what is typed")
	}
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, fmt.Errorf("ask the terminal for its settings: %w", err)
	}
	hidden := *before
	hidden.Lflag = hidden.Lflag&^unix.ECHO | unix.ECHONL
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &hidden); err != nil {
		return nil, fmt.Errorf("tell the terminal to hide what is typed: %w", err)
	}
	return func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, before) }, nil // it is gone if this fails
}
