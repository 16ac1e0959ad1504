package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"wsc-respond/session"
)

// This file takes a session file apart for Verify. Reading, hashing and
// decoding lines need nothing of each other, so blocks of lines are worked on
// side by side; the results are handed out in the order of the file. There
// are only ever a few blocks, so memory stays flat.

// line is what is known of one line.
type line struct {
	hash   session.Hash // empty for a line that is too long
	linked bool         // seq and prev could be read
	seq    uint64
	prev   session.Hash
	event  session.Event // without Data if the line was not decoded
	err    error         // why the line is no event
	tail   bool          // bytes behind the last newline; only size is set
	size   int64
}

// block is a piece of the file that ends with a line.
type block struct {
	text  []byte
	odd   *line // instead of text: a line that is too long, or the tail
	lines []line
	ready chan struct{}
}

const (
	// blockSize is how much is read at once.
	blockSize = 256 << 10
	// inFlight is how many blocks exist for each worker.
	inFlight = 4
)

// eachLine hands every line of a file to visit, in order.
func eachLine(ctx context.Context, file io.Reader, decode bool, visit func(line)) error {
	workers := runtime.GOMAXPROCS(0)
	pool := make(chan *block, workers*inFlight)
	for range cap(pool) {
		pool <- &block{ready: make(chan struct{}, 1)}
	}
	todo := make(chan *block, cap(pool))
	inOrder := make(chan *block, cap(pool))
	ctx, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()

	var readErr error // set before inOrder is closed
	group.Go(func() {
		defer close(inOrder)
		defer close(todo)
		readErr = splitBlocks(ctx, file, pool, func(b *block) { todo <- b; inOrder <- b })
	})
	for range workers {
		group.Go(func() {
			for b := range todo {
				b.work(decode)
				b.ready <- struct{}{}
			}
		})
	}
	for b := range inOrder {
		<-b.ready
		for _, l := range b.lines {
			visit(l)
		}
		pool <- b
	}
	return readErr
}

// work makes the lines of a block.
func (b *block) work(decode bool) {
	clear(b.lines) // let go of the events of the block before
	b.lines = b.lines[:0]
	if b.odd != nil {
		b.lines = append(b.lines, *b.odd)
		return
	}
	for rest := b.text; len(rest) > 0; {
		text, after, _ := bytes.Cut(rest, []byte{'\n'})
		b.lines = append(b.lines, readLine(text, decode))
		rest = after
	}
}

func readLine(text []byte, decode bool) line {
	l := line{hash: session.HashLine(text)}
	if decode {
		l.event, l.err = session.DecodeLine(text)
		l.linked, l.seq, l.prev = l.err == nil, l.event.Seq, l.event.Prev
	}
	if l.linked {
		return l
	}
	// A line that is no event can still have its place in the chain.
	l.seq, l.prev, l.linked = session.ScanLine(text)
	if !l.linked && l.err == nil {
		l.err = errors.New("it has no place in the chain")
	}
	return l
}

// splitter cuts a file into blocks.
type splitter struct {
	ctx  context.Context
	file io.Reader
	pool chan *block
	send func(*block)
	rest []byte // what was read and not sent: the beginning of a line
}

func splitBlocks(ctx context.Context, file io.Reader, pool chan *block, send func(*block)) error {
	s := &splitter{ctx: ctx, file: file, pool: pool, send: send}
	for ended := false; !ended; {
		b, err := s.take()
		if err != nil {
			return err
		}
		b.text = append(b.text[:0], s.rest...)
		if ended, err = b.fill(file); err != nil {
			return fmt.Errorf("read the session file: %w", err)
		}
		end := bytes.LastIndexByte(b.text, '\n') + 1
		s.rest = append(s.rest[:0], b.text[end:]...)
		b.text, b.odd = b.text[:end], nil
		send(b)
		if !ended && len(s.rest) > session.MaxLine {
			if ended, err = s.passLong(); err != nil {
				return err
			}
		}
	}
	if len(s.rest) == 0 {
		return nil
	}
	return s.sendOdd(line{tail: true, size: int64(len(s.rest))})
}

// take waits for a free block.
func (s *splitter) take() (*block, error) {
	select {
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	case b := <-s.pool:
		return b, s.ctx.Err()
	}
}

// fill reads up to blockSize bytes more, and reports the end of the file.
func (b *block) fill(file io.Reader) (bool, error) {
	have := len(b.text)
	b.text = slices.Grow(b.text, blockSize)[:have+blockSize]
	n, err := io.ReadFull(file, b.text[have:])
	b.text = b.text[:have+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true, nil
	}
	return false, err
}

// passLong reads on from the middle of a line that is too long, without
// keeping it. It reports the end of the file.
func (s *splitter) passLong() (bool, error) {
	size := int64(len(s.rest))
	piece := make([]byte, blockSize)
	for {
		if err := s.ctx.Err(); err != nil {
			return false, err
		}
		n, err := s.file.Read(piece)
		if i := bytes.IndexByte(piece[:n], '\n'); i >= 0 {
			s.rest = append(s.rest[:0], piece[i+1:n]...)
			size += int64(i)
			return false, s.sendOdd(line{err: fmt.Errorf("it has %d bytes, and may have %d", size, session.MaxLine)})
		}
		size += int64(n)
		if errors.Is(err, io.EOF) {
			s.rest = nil
			return true, s.sendOdd(line{tail: true, size: size})
		}
		if err != nil {
			return false, fmt.Errorf("read the session file: %w", err)
		}
	}
}

// sendOdd sends what is no block of lines.
func (s *splitter) sendOdd(l line) error {
	b, err := s.take()
	if err != nil {
		return err
	}
	b.odd = &l
	s.send(b)
	return nil
}
