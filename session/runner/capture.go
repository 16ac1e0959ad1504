package runner

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
	"wsc-respond/session/redact"
)

const (
	// pipeSize is what a pipe from the command may hold, in bytes: the most
	// that Linux gives to everybody.
	pipeSize = 1 << 20
	// quiet is how long a stream is silent before the beginning of a line
	// that has not ended is passed on.
	quiet = 150 * time.Millisecond
)

// capture takes one stream of a command: it counts the bytes, takes the
// secrets out, keeps the rest and shows the end of it. Reading and the rest
// are two goroutines, so that the command is not held up by either.
type capture struct {
	stream int
	in     *os.File
	scrub  *redact.Writer
	found  []session.RedactCount // by redactors before this one
	keep   *keeper
	screen *screen
	find   finder
	copyTo io.Writer // sees every byte as it comes; nil for none

	secrets []string
	late    late
	glanced time.Duration // when the end of a long stream was last shown

	full, empty chan []byte
	waits       atomic.Bool // the reader waits for the command, and for nothing else
	done        chan struct{}
	ended       bool // the stream ended, and was not just left
}

func newCapture(stream int, in *os.File, file *os.File, name string, j *job, sc *screen) *capture {
	c := &capture{stream: stream, in: in, screen: sc, keep: newKeeper(file, name, j.Keep),
		find: finder{text: []byte(j.Order.ExpectsText)}, secrets: j.Order.Secrets, late: newLate(j.Keep.Tail),
		full: make(chan []byte, blocks/2), empty: make(chan []byte, blocks/2+2), done: make(chan struct{})}
	c.scrub = evidence.NewScrubber(&fan{c}, j.Order.Secrets)
	for range blocks/2 + 2 {
		c.empty <- nil
	}
	return c
}

func (c *capture) start() {
	go c.read()
	go c.work()
}

// read moves bytes out of the pipe as fast as they come.
func (c *capture) read() {
	defer close(c.full)
	for {
		block := c.block()
		c.waits.Store(true)
		n, err := c.in.Read(block)
		c.waits.Store(false)
		c.pass(block, n)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = c.readRest()
		}
		if err != nil {
			// A pseudo-terminal ends with EIO.
			c.ended = errors.Is(err, io.EOF) || errors.Is(err, unix.EIO)
			return
		}
	}
}

// readRest reads what lies in a pipe that is left: until it is empty or ends,
// and at most what a pipe can hold, because something may go on writing.
func (c *capture) readRest() error {
	for got := 0; got < pipeSize; {
		block := c.block()
		n, err := readNow(c.in, block)
		c.pass(block, n)
		if err != nil {
			return err
		}
		got += n
	}
	return os.ErrDeadlineExceeded
}

// readNow reads what is there without waiting for more.
func readNow(f *os.File, p []byte) (n int, err error) {
	err = control(f, func(fd int) (err error) {
		for {
			if n, err = unix.Read(fd, p); !errors.Is(err, unix.EINTR) {
				return err
			}
		}
	})
	if err == nil && n == 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

// block takes an empty block, which may take as long as the disk does.
func (c *capture) block() []byte {
	block := <-c.empty
	if block == nil {
		block = make([]byte, blockSize)
	}
	return block[:blockSize]
}

// pass counts n bytes of a block and passes them on.
func (c *capture) pass(block []byte, n int) {
	if n <= 0 {
		c.empty <- block
		return
	}
	c.screen.count(c.stream, n)
	c.full <- block[:n]
}

// idle reports whether the stream has ended, or its reader has read all that
// is there. A reader that waits for the disk has not.
func (c *capture) idle() bool {
	select {
	case <-c.done:
		return true
	default:
		return c.waits.Load()
	}
}

// work does the rest, and passes on what is there when nothing more waits.
func (c *capture) work() {
	defer close(c.done)
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case block, ok := <-c.full:
			if !ok {
				c.release()
				_ = c.scrub.Close() // the writers behind it never fail
				return
			}
			c.take(block)
			c.empty <- block
			if len(c.full) == 0 {
				c.keep.flush()
			}
			timer.Reset(quiet)
		case <-timer.C:
			c.rest()
		}
	}
}

// rest shows all that can be shown, when nothing has come for a while. A
// prompt has no line end: what is safe of it is passed on.
func (c *capture) rest() {
	if len(c.late.blocks) > 0 {
		c.glance()
		return
	}
	_ = c.scrub.Flush()
}

func (c *capture) take(block []byte) {
	c.find.look(block)
	if c.copyTo != nil {
		_, _ = c.copyTo.Write(block)
	}
	if c.keep.headFull() {
		c.hold(block)
		return
	}
	_, _ = c.scrub.Write(block)
}

// redacted says what was taken out of the stream.
func (c *capture) redacted() []session.RedactCount {
	return addCounts(c.found, evidence.Counts(c.scrub))
}

// leave stops reading, also from a pipe that something still holds open. What
// was written before is read and kept.
func (c *capture) leave() {
	_ = c.in.SetReadDeadline(time.Unix(1, 0))
	<-c.done
}

// drain goes on reading without keeping anything, until the last process that
// holds the pipe is gone: a pipe that nobody reads would kill it.
func (c *capture) drain() {
	if c.ended {
		return
	}
	_ = c.in.SetReadDeadline(time.Time{})
	_, _ = io.Copy(struct{ io.Writer }{io.Discard}, c.in)
}

// output ends the keeping and says what is in the file.
func (c *capture) output() (session.Output, string) {
	out, why := c.keep.close()
	c.screen.mu.Lock()
	out.Bytes = c.screen.counts[c.stream]
	c.screen.mu.Unlock()
	return out, why
}

// fan is where redacted output goes.
type fan struct{ c *capture }

func (f *fan) Write(p []byte) (int, error) {
	_, _ = f.c.keep.Write(p)
	f.c.screen.show(f.c.stream, p)
	return len(p), nil
}

// newPipe makes a pipe for a stream of a command.
func newPipe() (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	// A smaller pipe is slower and does no harm.
	if conn, err := r.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
	}
	return r, w, nil
}

// finder looks for a text in a stream that comes in pieces.
type finder struct {
	text  []byte
	rest  []byte // the end of what came, one byte shorter than the text
	found bool
}

func (f *finder) look(p []byte) {
	if f.found || len(f.text) == 0 {
		return
	}
	edge := append(f.rest, p[:min(len(p), len(f.text)-1)]...)
	if bytes.Contains(edge, f.text) || bytes.Contains(p, f.text) {
		f.found, f.rest = true, nil
		return
	}
	if len(p) >= len(f.text)-1 {
		edge = p
	}
	f.rest = append([]byte(nil), edge[max(0, len(edge)-len(f.text)+1):]...)
}
