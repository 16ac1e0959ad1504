package wasmsig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"
)

// magic is how every WebAssembly file begins; version and layer follow.
const magic = "\x00asm"

const (
	moduleVersion    = "\x01\x00\x00\x00"
	componentVersion = "\x0d\x00\x01\x00"
	headerSize       = len(magic) + len(moduleVersion)
)

// customID is the id of sections that carry a name of their own.
const customID = 0

// maxName is the length of the longest section name that is read, in bytes.
const maxName = windowSize

// windowSize is how much is read at once while sections are passed over, in
// bytes. Most signatures lie within the first window.
const windowSize = 4096

// Section says where a section lies; its payload is not read.
type Section struct {
	ID   byte
	Name string // of a custom section
	// Start is where its id stands, Body where its payload begins (behind the
	// name of a custom section), End where the next one starts. In bytes from
	// the beginning of the file.
	Start, Body, End int64
}

// Size is the length of the payload in bytes, without a custom section's name.
func (s Section) Size() int64 { return s.End - s.Body }

// is reports whether this is the custom section of a name.
func (s Section) is(name string) bool { return s.ID == customID && s.Name == name }

// walker passes over the sections of a module, one after the other.
type walker struct {
	r    io.ReaderAt
	size int64
	at   int64 // where the next section starts
	kind Kind
	seen int

	window []byte
	from   int64 // where in the file the window begins

	// large keeps several walkers from holding large signatures at the same
	// time; nil where there is but one.
	large sync.Locker
}

// start reads the header of a file. A *Problem is what is wrong with it; a file
// that is no module, or that cannot be read, leaves the walker without a kind.
// A walker goes from file to file and keeps its window.
func (w *walker) start(r io.ReaderAt, size int64) error {
	*w = walker{r: r, size: size, at: int64(headerSize), window: w.window[:0], large: w.large}
	head, err := w.peek(0, headerSize)
	if err != nil {
		return err
	}
	if len(head) < len(magic) || string(head[:len(magic)]) != magic {
		return ErrNotModule
	}
	w.kind = UnknownKind
	switch string(head[len(magic):]) {
	case moduleVersion:
		w.kind = CoreModule
	case componentVersion:
		w.kind = Component
	}
	if len(head) < headerSize {
		return problem(Truncated, "the file ends within its header, after %d bytes", len(head))
	}
	if w.kind == UnknownKind {
		return problem(UnknownVersion, "the version in the header is %x; a module has 01000000, a component 0d000100", head[len(magic):])
	}
	return nil
}

// next is the next section. It ends with io.EOF, or with the *Problem that
// keeps the rest from being read.
func (w *walker) next() (Section, error) {
	if w.at == w.size {
		return Section{}, io.EOF
	}
	if w.seen == maxSections {
		return Section{}, problem(TooManySections, "there are more than %d sections; what follows byte %d was not read", maxSections, w.at)
	}
	w.seen++
	s := Section{Start: w.at}
	head, err := w.peek(w.at, 1+maxVarint)
	if err != nil {
		return Section{}, err
	}
	s.ID = head[0]
	if s.ID >= 0x80 {
		return Section{}, problem(Malformed, "no section has the id %#02x, which stands at byte %d", s.ID, w.at)
	}
	length, n, err := varint(head[1:])
	if err != nil {
		return Section{}, w.cutOr(err, len(head) < 1+maxVarint, s)
	}
	s.Body = s.Start + 1 + int64(n)
	s.End = s.Body + int64(length)
	if s.End > w.size {
		return Section{}, problem(Truncated, "the section at byte %d claims %d bytes and the file ends after %d", s.Start, length, w.size-s.Body)
	}
	if s.ID == customID {
		if err := w.name(&s); err != nil {
			return Section{}, err
		}
	}
	w.at = s.End
	return s, nil
}

// name reads the name of a custom section, which stands before its payload.
func (w *walker) name(s *Section) error {
	within := s.End - s.Body
	head, err := w.peek(s.Body, int(min(within, maxVarint)))
	if err != nil {
		return err
	}
	length, n, err := varint(head)
	if err != nil {
		return problem(Malformed, "the name of the section at byte %d has no length: %v", s.Start, err)
	}
	start := s.Body + int64(n)
	if start+int64(length) > s.End {
		return problem(Malformed, "the name of the section at byte %d is longer than the section", s.Start)
	}
	if length > maxName {
		return problem(Malformed, "the name of the section at byte %d has %d bytes, more than the %d that are read", s.Start, length, maxName)
	}
	name, err := w.peek(start, int(length))
	if err != nil {
		return err
	}
	if !utf8.Valid(name) {
		return problem(Malformed, "the name of the section at byte %d is no UTF-8", s.Start)
	}
	s.Name, s.Body = string(name), start+int64(length)
	return nil
}

// cutOr tells a length that the end of the file cuts off from one that is
// wrong in itself.
func (w *walker) cutOr(err error, atEnd bool, s Section) error {
	if atEnd && errors.Is(err, errShort) {
		return problem(Truncated, "the file ends within the head of the section at byte %d", s.Start)
	}
	return problem(Malformed, "the section at byte %d has no length: %v", s.Start, err)
}

// peek gives n bytes from a place on, or those that there are up to the end of
// the file; n is at most windowSize. They stay valid until the next call.
func (w *walker) peek(at int64, n int) ([]byte, error) {
	n = int(min(int64(n), max(0, w.size-at)))
	if from := at - w.from; from >= 0 && from+int64(n) <= int64(len(w.window)) {
		return w.window[from : from+int64(n)], nil
	}
	want := int(min(int64(windowSize), w.size-at))
	if cap(w.window) == 0 {
		w.window = make([]byte, windowSize)
	}
	w.window, w.from = w.window[:want], at
	if err := w.read(w.window, at); err != nil {
		w.window = w.window[:0]
		return nil, err
	}
	return w.window[:n], nil
}

// bytes gives a copy of n bytes that are there, however many.
func (w *walker) bytes(at int64, n int) ([]byte, error) {
	out := make([]byte, n)
	if n > windowSize {
		return out, w.read(out, at)
	}
	part, err := w.peek(at, n)
	copy(out, part)
	return out, err
}

// read fills a buffer from a place on.
func (w *walker) read(into []byte, at int64) error {
	n, err := w.r.ReadAt(into, at)
	if n == len(into) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // shorter than it was when it was opened
	}
	return fmt.Errorf("read %d bytes at byte %d: %w", len(into), at, err)
}

// errShort says that a number or a slice goes on behind the end of the bytes.
var errShort = errors.New("it ends too early")

// varint reads an unsigned LEB128 number of 32 bits and says how many bytes it
// took. As in wsc, a number may be written longer than it needs, up to 5 bytes.
func varint(data []byte) (value uint32, n int, err error) {
	var wide uint64
	for n < maxVarint {
		if n == len(data) {
			return 0, 0, errShort
		}
		b := data[n]
		wide |= uint64(b&0x7f) << (7 * n)
		n++
		if b < 0x80 {
			if wide > 0xffffffff {
				return 0, 0, errors.New("a number has more than 32 bits")
			}
			return uint32(wide), n, nil
		}
	}
	return 0, 0, fmt.Errorf("a number has more than %d bytes", maxVarint)
}

// appendVarint writes an unsigned LEB128 number, as short as it can be.
func appendVarint(out []byte, value uint32) []byte {
	for value >= 0x80 {
		out = append(out, byte(value)|0x80)
		value >>= 7
	}
	return append(out, byte(value))
}

// AppendSection writes a section as a module holds it: id, length, payload.
func AppendSection(out []byte, id byte, payload []byte) []byte {
	out = append(out, id)
	out = appendVarint(out, uint32(len(payload)))
	return append(out, payload...)
}

// CustomPayload is the payload of a custom section: its name, then its body.
func CustomPayload(name string, body []byte) []byte {
	out := appendVarint(nil, uint32(len(name)))
	return append(append(out, name...), body...)
}

// Header is how a file of a kind begins.
func Header(kind Kind) []byte {
	if kind == Component {
		return bytes.Clone([]byte(magic + componentVersion))
	}
	return bytes.Clone([]byte(magic + moduleVersion))
}
