package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// MaxLine is the longest line of a session file in bytes, without its
// newline. Long text belongs into the evidence, not into an event.
const MaxLine = 1 << 20

// The fields of a line in their order. "occurred" is the only one that may be
// missing.
const (
	lineStart = `{"v":`
	keySeq    = `,"seq":`
)

var lineFields = []string{"v", "seq", "at", "occurred", "boot", "up", "by", "kind", "data", "prev"}

// EncodeLine gives the line of an event, without a newline.
//
// An event has exactly one line: the fields stand in a fixed order, without
// blanks, and what is empty and may be missing is missing. Times are UTC and
// cut to microseconds, Up is seconds with three to six decimals. In text the
// controls, the line separators and the marks that reorder writing are escaped,
// so that looking at the file with cat does no harm.
//
// Nothing is repaired on the way: text that is not UTF-8, a number that JSON
// does not have, an event of an unknown kind or of more than MaxLine bytes is
// an error.
func EncodeLine(e Event) ([]byte, error) {
	line, err := appendLine(e)
	if err != nil {
		return nil, fmt.Errorf("encode event %d: %w", e.Seq, err)
	}
	return line, nil
}

func appendLine(e Event) ([]byte, error) {
	codec, err := codecOfData(e.Data)
	if err != nil {
		return nil, err
	}
	if !validHash(string(e.Prev)) {
		return nil, fmt.Errorf("prev: %q is not a SHA-256 in lower-case hex", e.Prev)
	}
	w := &lineWriter{b: make([]byte, 0, 512)}
	w.raw(lineStart)
	w.uint(FormatVersion)
	w.raw(keySeq)
	w.uint(e.Seq)
	w.raw(`,"at":`)
	w.stamp(e.At, stampMicros)
	if !e.Occurred.IsZero() {
		w.raw(`,"occurred":`)
		w.stamp(e.Occurred, stampShort)
	}
	w.raw(`,"boot":`)
	w.string(e.Boot)
	w.raw(`,"up":`)
	w.seconds(e.Up)
	w.raw(`,"by":`)
	kindCodecs().actor.write(w, reflect.ValueOf(e.By))
	w.raw(`,"kind":`)
	w.string(string(e.Data.Kind()))
	w.raw(`,"data":`)
	codec.write(w, reflect.ValueOf(e.Data).Elem())
	w.raw(`,"prev":`)
	w.string(string(e.Prev))
	w.raw(`}`)
	if w.err == nil && len(w.b) > MaxLine {
		return nil, fmt.Errorf("the event has %d bytes, and a line may have %d; put long text into the evidence", len(w.b), MaxLine)
	}
	return w.b, w.err
}

// DecodeLine reads one line, without its newline. It accepts exactly what
// EncodeLine writes, so that no two readers can understand one line in two
// ways: a field that is unknown, missing, doubled or out of its place, bytes
// that are not UTF-8, another spelling of a number or a text, and anything
// after the end are errors that name the byte where reading stopped.
//
// An event of a kind that this program does not know comes back with
// *UnknownData. A line of another FormatVersion is an error.
func DecodeLine(line []byte) (Event, error) {
	if len(line) > MaxLine {
		return Event{}, fmt.Errorf("the line has %d bytes, and may have %d", len(line), MaxLine)
	}
	if !utf8.Valid(line) {
		return Event{}, errors.New("the line holds bytes that are not UTF-8")
	}
	r := &lineReader{s: string(line)}
	e := r.event()
	if r.err != nil {
		return Event{}, r.err
	}
	return e, nil
}

// event reads the whole line. After an error every further read does nothing,
// so only the end needs a check.
func (r *lineReader) event() Event {
	var e Event
	if !r.skip(lineStart) {
		r.fail("this is not a line of a session file")
		return e
	}
	if v := r.uint(); r.err == nil && v != FormatVersion {
		r.err = fmt.Errorf("the line has format version %d, and this program reads version %d", v, FormatVersion)
	}
	r.key("seq")
	e.Seq = r.uint()
	r.key("at")
	e.At = r.stamp(stampMicros)
	if r.skip(`,"occurred":`) {
		if e.Occurred = r.stamp(stampShort); r.err == nil && e.Occurred.IsZero() {
			r.fail(`the field "occurred" stands empty`)
		}
	}
	r.key("boot")
	e.Boot = r.string()
	r.key("up")
	e.Up = r.seconds()
	r.key("by")
	kindCodecs().actor.read(r, reflect.ValueOf(&e.By).Elem())
	r.key("kind")
	kind := Kind(r.string())
	r.key("data")
	e.Data = r.data(kind)
	r.key("prev")
	if e.Prev = Hash(r.string()); r.err == nil && !validHash(string(e.Prev)) {
		r.fail(`the field "prev" is not a SHA-256 in lower-case hex`)
	}
	if !r.skip("}") {
		r.unexpected(lineFields, "")
	}
	if r.i != len(r.s) {
		r.fail("something stands after the end of the event")
	}
	return e
}

// key takes the key of a field of the line itself.
func (r *lineReader) key(name string) {
	if r.err != nil {
		return
	}
	rest, ok := strings.CutPrefix(r.s[r.i:], `,"`)
	if ok {
		rest, ok = strings.CutPrefix(rest, name)
	}
	if !ok || !strings.HasPrefix(rest, `":`) {
		r.unexpected(lineFields, name)
		return
	}
	r.i += len(`,"":`) + len(name)
}

// data reads the data of a kind, known or not.
func (r *lineReader) data(k Kind) Data {
	if r.err != nil {
		return nil
	}
	if codec, ok := kindCodecs().byKind[k]; ok {
		d := codec.make()
		codec.read(r, reflect.ValueOf(d).Elem())
		return d
	}
	start := r.i
	r.anyObject(0)
	return &UnknownData{Named: k, Raw: []byte(r.s[start:r.i])}
}

// HashLine is the hash of a line without its newline.
func HashLine(line []byte) Hash {
	sum := sha256.Sum256(line)
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], sum[:])
	return Hash(digits[:])
}

// ScanLine takes the sequence number and the hash of the line before out of a
// line without reading what stands between them. It is for checking a chain
// fast; only DecodeLine says whether the line is a good one.
func ScanLine(line []byte) (seq uint64, prev Hash, ok bool) {
	const (
		head = lineStart + "1" + keySeq // FormatVersion
		mid  = `,"prev":"`
		tail = len(mid) + 2*sha256.Size + len(`"}`)
	)
	if len(line) < len(head)+tail || string(line[:len(head)]) != head {
		return 0, "", false
	}
	i := len(head)
	for ; line[i] >= '0' && line[i] <= '9' && i < len(head)+19; i++ {
		seq = seq*10 + uint64(line[i]-'0')
	}
	end := line[len(line)-tail:]
	digits := end[len(mid) : len(mid)+2*sha256.Size]
	if i == len(head) || line[i] != ',' || string(end[:len(mid)]) != mid ||
		string(end[len(end)-2:]) != `"}` || !validHash(digits) {
		return 0, "", false
	}
	return seq, Hash(digits), true
}

// hexDigit are the digits of a hash.
var hexDigit = [256]bool{'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true,
	'8': true, '9': true, 'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true}

// validHash reports whether s is a SHA-256 in lower-case hex.
func validHash[T string | []byte](s T) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := range len(s) {
		if !hexDigit[s[i]] {
			return false
		}
	}
	return true
}
