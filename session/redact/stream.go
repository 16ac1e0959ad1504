package redact

import (
	"bytes"
	"io"
)

const (
	// mostHeld is how much of a line without an end is held back, in bytes of
	// text without its colour codes.
	mostHeld = 64 << 10
	// mostCodeBytes is how many bytes of colour codes are held back before
	// the line is passed on as if it were too long.
	mostCodeBytes = 256 << 10
	// lookBehind is how much of what was passed on is kept, so that a rule
	// sees what stands before a value.
	lookBehind = 512
	// leastTail is how much of the end of a line without an end stays held
	// back when the rest is passed on; more where a literal is longer.
	leastTail = 512
	// piece is how much is taken in at a time.
	piece = 32 << 10
)

// Options says what else is secret.
type Options struct {
	// Literals are values that never pass, whatever they look like: those of
	// the inputs that are marked secret. From 6 bytes on they are also found
	// as base64, hex, URL-escaped and in JSON. Empty ones are left out.
	Literals [][]byte
}

// Writer takes secrets out of a stream on its way to another writer.
//
// A line is passed on as soon as it is whole, and a partial line is held back
// until it is. Held longer are: lines that may be the beginning of a raw or
// wrapped secret key (at most 65 bytes of it) or of a literal with line ends
// in it, and the body of a key block, which is counted and dropped.
//
// A line without an end is passed on when 64 KiB of it are held, but for its
// last 512 bytes (or the length of the longest literal) and the beginning of
// what may be a secret. A secret longer than 16 KiB is replaced to its end
// without being held. So memory stays under 1 MiB, literals aside.
//
// A Writer is not safe for concurrent use.
type Writer struct {
	dst    io.Writer
	keys   *keywords
	lits   literals
	noise  noise
	counts map[string]int
	err    error

	view  []byte // the text without colour codes
	done  int    // view[:done] was passed on or replaced
	from  int    // the search goes on here
	floor int    // the end of the last secret: the search never goes behind it
	again []int  // places before from at which something was found and not settled

	codes     []code // colour codes in view[done:], by place
	codesHere int    // bytes of codes since the last byte of the view
	codeBytes int    // bytes of codes held
	esc       []byte // the beginning of a colour code

	block *block   // the key block the view is in
	long  *longRun // the secret the view is in
	out   []byte   // on its way to dst
}

// longRun is a secret that goes on beyond what is held.
type longRun struct {
	kind string
	body *class
	size int
}

// NewWriter returns a Writer to dst.
func NewWriter(dst io.Writer, opts Options) *Writer {
	w := &Writer{dst: dst, lits: newLiterals(opts.Literals), counts: map[string]int{}, keys: builtin()}
	if more := w.lits.rules(); len(more) > 0 {
		w.keys = newKeywords(append(rules(), more...))
	}
	return w
}

// Write takes p in and passes on what is ready. An error is that of the
// writer below; after one, nothing is passed on any more.
func (w *Writer) Write(p []byte) (int, error) {
	for n := 0; n < len(p); {
		if w.err != nil {
			return n, w.err
		}
		next := min(len(p), n+piece)
		w.take(p[n:next])
		n = next
		w.advance(whole)
	}
	return len(p), w.err
}

// Flush passes on what is held back and safe to show, for a prompt that waits
// at the end of a partial line. It is called after a quiet period. Not safe
// are: the last word, if the text ends in the middle of it (letters, digits
// and + / = _ . - ~ %); what follows a name such as "password=" on the line;
// the beginning of a key or a literal; anything in a key block.
func (w *Writer) Flush() error {
	w.advance(flush)
	if w.err == nil && w.done == len(w.view) && w.block == nil && w.long == nil {
		w.emitCodes()
		w.send()
	}
	return w.err
}

// Close passes on all that is held back. It does not close the writer below.
func (w *Writer) Close() error {
	w.dropEscape()
	w.advance(last)
	return w.err
}

// Counts returns how many secrets of each kind were taken out so far.
func (w *Writer) Counts() []Count {
	var counts []Count
	for _, kind := range Kinds() {
		if n := w.counts[kind]; n > 0 {
			counts = append(counts, Count{Kind: kind, Count: n})
		}
	}
	return counts
}

// amount says how much of what is held is to be passed on.
type amount int

const (
	whole amount = iota // whole lines
	flush               // what is safe
	last                // everything: nothing follows
)

// advance searches what is new and passes on as much as is wanted.
func (w *Writer) advance(how amount) {
	for w.err == nil {
		if w.block != nil && !w.eatBlock(how == last) {
			break
		}
		if w.long != nil && !w.eatLong(how == last) {
			break
		}
		if w.pass(w.limit(how), how == last) {
			break
		}
	}
	w.send()
	w.forget()
}

// limit returns up to where the view may be searched and passed on.
func (w *Writer) limit(how amount) int {
	if how == last {
		return len(w.view)
	}
	if how == flush {
		end := len(w.view)
		for end > w.done && tokenClass[w.view[end-1]] {
			end--
		}
		return min(end, w.lits.heldFrom(w.view, w.done, false))
	}
	end := max(w.done, bytes.LastIndexByte(w.view[w.done:], '\n')+1+w.done)
	if len(w.view)-end > mostHeld || w.codeBytes > mostCodeBytes {
		return max(end, len(w.view)-w.tail())
	}
	return max(w.done, min(end, w.lits.heldFrom(w.view[:end], w.done, true)))
}

// tail is how much of the end of a long line is not searched yet.
func (w *Writer) tail() int { return max(leastTail, w.lits.longest+1) }

// pass searches the view up to limit, and passes on what is before it and
// certain. It returns false when a key block or an endless secret began.
func (w *Writer) pass(limit int, end bool) bool {
	f := newFinder(w, text{w.view, end}, min(w.from, limit), limit)
	for _, at := range w.again {
		f.lookAgain(at)
	}
	w.again = w.again[:0]
	hold := limit
	for {
		s, ok := f.next(hold)
		if !ok {
			break
		}
		if s.end <= w.done && !s.more && s.block == nil {
			continue
		}
		s.start = max(s.start, w.done)
		if s.more || !f.join(&s) {
			hold = min(hold, s.start)
			f.found = append(f.found, s)
			break
		}
		w.replace(s)
		if w.block != nil || w.long != nil {
			return false
		}
	}
	w.emit(max(w.done, hold))
	if end {
		w.emitCodes()
	}
	w.from = max(w.floor, hold-keywordMost)
	w.again = f.openHits(w.again)
	return true
}

// replace passes on what stands before the span, and the marker.
func (w *Writer) replace(s span) {
	w.emit(s.start)
	if s.block == nil {
		w.emitCodes()
	}
	w.counts[s.kind]++
	w.floor = s.end
	switch {
	case s.block != nil:
		// What another rule found before the block goes with its marker.
		if s.block.size = s.end - s.start; s.block.size > 0 {
			w.mark(s.kind, s.block.size)
			w.skipTo(s.end)
			s.block.size = 0
		}
		w.counts[s.kind]--
		w.block = s.block
	case s.goesOn != nil:
		w.long = &longRun{kind: s.kind, body: s.goesOn, size: s.end - s.start}
		w.skipTo(s.end)
	default:
		w.mark(s.kind, s.end-s.start)
		w.keepCodes(s.end)
		w.skipTo(s.end)
	}
	w.from = w.done
}

func (w *Writer) mark(kind string, size int) { w.out = appendMarker(w.out, kind, size) }

// eatBlock drops the body of the key block; false if it needs more text.
func (w *Writer) eatBlock(end bool) bool {
	k := w.block
	if !k.eat(w, end) {
		return false
	}
	if k.inside {
		w.mark(k.kind, k.size-len(k.ending))
		w.out = append(w.out, k.ending...)
		w.counts[k.kind]++
	}
	w.block = nil
	w.from, w.floor = w.done, w.done
	return true
}

// eatLong drops the rest of an endless secret; false if it needs more text.
func (w *Writer) eatLong(end bool) bool {
	to := runEnd(w.view, w.done, w.long.body, len(w.view))
	w.long.size += to - w.done
	w.skipTo(to)
	if to == len(w.view) && !end {
		return false
	}
	w.mark(w.long.kind, w.long.size)
	w.long = nil
	w.from, w.floor = w.done, w.done
	return true
}
