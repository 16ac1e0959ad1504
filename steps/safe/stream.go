package safe

// MaxRow is the length in bytes of safe text at which [Stream] cuts a line that
// does not end. A row is longer than this by one character or notation at most.
const MaxRow = 4096

// Row is a line of safe text, or a piece of one.
type Row struct {
	Text string
	// Cut says that the line was too long and goes on in the next row.
	Cut bool
}

// Stream makes text safe that arrives in chunks, as a command's output does,
// and hands on each row as soon as it is complete. A rune or line end may be
// split between chunks: the rows are the same however the text was split, and
// joined together they are what [Text] makes of the whole. Memory does not grow
// with the length of a line.
//
// A Stream belongs to one goroutine. It is an io.Writer whose Write always
// takes everything and never fails.
type Stream struct {
	escaper escaper
	rest    []byte // the start of a rune, or a carriage return, not yet understood
}

// NewStream returns a stream that calls emit for each row, in order, from
// within Write and Flush.
func NewStream(emit func(Row)) *Stream {
	s := &Stream{}
	s.escaper = escaper{
		tabs:  true,
		lines: true,
		limit: MaxRow,
		row: func(text []byte, cut bool) {
			emit(Row{Text: string(text), Cut: cut})
		},
	}
	return s
}

// Write takes the next chunk.
func (s *Stream) Write(chunk []byte) (int, error) {
	written := len(chunk)
	for len(s.rest) > 0 && len(chunk) > 0 {
		s.rest = append(s.rest, chunk[0])
		chunk = chunk[1:]
		s.rest = s.rest[s.escaper.consume(s.rest, false):]
	}
	used := s.escaper.consume(chunk, false)
	if used < len(chunk) {
		s.rest = append(s.rest[:0], chunk[used:]...)
	}
	return written, nil
}

// Partial returns the safe text of the line that has not ended yet, such as a
// prompt or a progress line. It does not change the stream.
func (s *Stream) Partial() string { return string(s.escaper.out) }

// Flush hands on the line that has not ended yet, if there is one. After it the
// stream stands at the start of a line.
func (s *Stream) Flush() {
	s.escaper.consume(s.rest, true)
	s.rest = s.rest[:0]
	if len(s.escaper.out) > 0 {
		s.escaper.newline()
	}
}
