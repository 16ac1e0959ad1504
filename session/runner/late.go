package runner

import (
	"bytes"
	"io"
	"time"

	"wsc-respond/session/evidence"
)

// When a stream has become longer than what is kept of its beginning, most of
// what follows will be left out. Looking for secrets in it would only slow the
// command down, so from then on the last blocks are held as they came, in
// memory, and go through the redactor when the stream has ended. What is shown
// meanwhile is redacted for itself, a few times a second.

// glanceEvery is how often the end of such a stream is shown.
const glanceEvery = 50 * time.Millisecond

// late holds the last blocks of a stream.
type late struct {
	most    int      // how many blocks are held
	blocks  [][]byte // oldest first, each with room for blockSize
	dropped int64    // bytes that are not held any more
}

// newLate holds at least tail bytes, although the last block may be begun
// only just, and a block before them, in which a secret that reaches into them
// may have begun.
func newLate(tail int64) late { return late{most: int(tail/blockSize) + 2} }

func (l *late) add(p []byte) {
	for len(p) > 0 {
		last := len(l.blocks) - 1
		if last < 0 || len(l.blocks[last]) == blockSize {
			l.grow()
			last = len(l.blocks) - 1
		}
		n := min(len(p), blockSize-len(l.blocks[last]))
		l.blocks[last] = append(l.blocks[last], p[:n]...)
		p = p[n:]
	}
}

// grow puts an empty block at the end, the oldest one if there are enough.
func (l *late) grow() {
	if len(l.blocks) < l.most {
		l.blocks = append(l.blocks, make([]byte, 0, blockSize))
		return
	}
	oldest := l.blocks[0]
	l.dropped += int64(len(oldest))
	copy(l.blocks, l.blocks[1:])
	l.blocks[l.most-1] = oldest[:0]
}

// end is the end of what is held, n bytes or all there is.
func (l *late) end(n int) []byte {
	var end []byte
	for i := len(l.blocks) - 1; i >= 0 && len(end) < n; i-- {
		end = append(bytes.Clone(l.blocks[i]), end...)
	}
	return end[max(0, len(end)-n):]
}

// hold takes a block of a stream that is too long to be kept whole.
func (c *capture) hold(block []byte) {
	c.late.add(block)
	if now := upTime(); now-c.glanced >= glanceEvery {
		c.glanced = now
		c.glance()
	}
}

// glance shows the end of the stream. The redactor sees as much again before
// it, where a secret may have begun.
func (c *capture) glance() {
	end := c.late.end(2 * liveKeep)
	var shown bytes.Buffer
	gate := &gate{to: &shown}
	scrub := evidence.NewScrubber(gate, c.secrets)
	before := max(0, len(end)-liveKeep)
	_, _ = scrub.Write(end[:before])
	gate.open = true
	_, _ = scrub.Write(end[before:])
	_ = scrub.Flush()
	c.screen.replace(c.stream, shown.Bytes())
}

// release redacts and keeps what was held. If nothing was dropped, the stream
// simply goes on; otherwise a new redactor begins a block earlier.
func (c *capture) release() {
	blocks := c.late.blocks
	c.late.blocks = nil
	if c.late.dropped > 0 {
		_ = c.scrub.Close()
		c.found = addCounts(c.found, evidence.Counts(c.scrub))
		c.keep.skip(c.late.dropped + int64(len(blocks[0])))
		gate := &gate{to: &fan{c}}
		c.scrub = evidence.NewScrubber(gate, c.secrets)
		_, _ = c.scrub.Write(blocks[0])
		gate.open = true
		blocks = blocks[1:]
	}
	for _, block := range blocks {
		_, _ = c.scrub.Write(block)
	}
}

// gate lets nothing through until it is open.
type gate struct {
	to   io.Writer
	open bool
}

func (g *gate) Write(p []byte) (int, error) {
	if !g.open {
		return len(p), nil
	}
	return g.to.Write(p)
}
