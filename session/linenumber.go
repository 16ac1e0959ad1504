package session

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// This file spells the numbers and times of a line. Every value has one
// spelling: what is read is spelled again and compared.

func (w *lineWriter) uint(n uint64) { w.b = strconv.AppendUint(w.b, n, 10) }
func (w *lineWriter) int(n int64)   { w.b = strconv.AppendInt(w.b, n, 10) }

// numeric are the bytes that can belong to a number.
var numeric = [256]bool{'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true,
	'8': true, '9': true, '.': true, '-': true, '+': true, 'e': true, 'E': true}

// token takes everything that can belong to a number.
func (r *lineReader) token() string {
	start := r.i
	for r.i < len(r.s) && numeric[r.s[r.i]] {
		r.i++
	}
	return r.s[start:r.i]
}

func (r *lineReader) uint() uint64 {
	if r.err != nil {
		return 0
	}
	start, tok := r.i, r.token()
	n, err := strconv.ParseUint(tok, 10, 64)
	if err != nil || len(tok) > 1 && tok[0] == '0' || tok[0] == '+' {
		r.i = start
		r.fail("%q is not a whole number from 0 on", tok)
	}
	return n
}

func (r *lineReader) int() int64 {
	if r.err != nil {
		return 0
	}
	start, tok := r.i, r.token()
	n, err := strconv.ParseInt(tok, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != tok {
		r.i = start
		r.fail("%q is not a whole number", tok)
	}
	return n
}

func (w *lineWriter) float(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.fail(fmt.Errorf("%v is no number that JSON has", f))
		return
	}
	w.b = strconv.AppendFloat(w.b, f, 'f', -1, 64)
}

func (r *lineReader) float() float64 {
	if r.err != nil {
		return 0
	}
	start, tok := r.i, r.token()
	f, err := strconv.ParseFloat(tok, 64)
	if err != nil || strconv.FormatFloat(f, 'f', -1, 64) != tok {
		r.i = start
		r.fail("%q is not a number in its shortest decimal form", tok)
	}
	return f
}

// The two forms of a time. The short one leaves the fraction away where it is
// zero.
type stampForm bool

const (
	stampMicros stampForm = false
	stampShort  stampForm = true
)

// appendStamp spells a time of the years 0 to 9999. It does what
// time.Time.AppendFormat does, in a third of the time: reading a session
// spells every time once more to compare it.
func appendStamp(b []byte, t time.Time, form stampForm) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = appendDigits(b, year, 4)
	b = appendDigits(append(b, '-'), int(month), 2)
	b = appendDigits(append(b, '-'), day, 2)
	b = appendDigits(append(b, 'T'), hour, 2)
	b = appendDigits(append(b, ':'), minute, 2)
	b = appendDigits(append(b, ':'), second, 2)
	micros := t.Nanosecond() / int(time.Microsecond)
	if form == stampMicros || micros > 0 {
		b = appendDigits(append(b, '.'), micros, 6)
	}
	return append(b, 'Z')
}

// appendDigits spells a number with leading zeros.
func appendDigits(b []byte, n, width int) []byte {
	b = append(b, "000000"[:width]...)
	for i := len(b) - 1; n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

func (w *lineWriter) stamp(t time.Time, form stampForm) {
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		w.fail(fmt.Errorf("the year %d has no RFC 3339 form", year))
		return
	}
	w.b = append(w.b, '"')
	w.b = append(appendStamp(w.b, t, form), '"')
}

func (r *lineReader) stamp(form stampForm) time.Time {
	start := r.i
	s := r.string()
	if r.err != nil {
		return time.Time{}
	}
	var same [40]byte
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1 || string(appendStamp(same[:0], t, form)) != s {
		r.i = start
		r.fail("%q is not a time in UTC in the form of the record", s)
	}
	return t
}

// appendSeconds spells a duration in seconds with three to six decimals.
func appendSeconds(b []byte, d time.Duration) []byte {
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	b = appendDigits(append(b, '.'), int(d%time.Second/time.Microsecond), 6)
	for range 3 {
		b = bytes.TrimSuffix(b, []byte{'0'})
	}
	return b
}

func (w *lineWriter) seconds(d time.Duration) {
	if d < 0 {
		w.fail(fmt.Errorf("up: the boot-time clock cannot stand at %v", d))
		return
	}
	w.b = appendSeconds(w.b, d)
}

func (r *lineReader) seconds() time.Duration {
	if r.err != nil {
		return 0
	}
	start, tok := r.i, r.token()
	d, ok := parseSeconds(tok)
	var same [40]byte
	if !ok || string(appendSeconds(same[:0], d)) != tok {
		r.i = start
		r.fail("%q is not a number of seconds with three to six decimals", tok)
	}
	return d
}

// parseSeconds turns a spelling of appendSeconds back, and perhaps others.
func parseSeconds(s string) (time.Duration, bool) {
	whole, part, ok := strings.Cut(s, ".")
	if !ok || len(part) > 6 {
		return 0, false
	}
	seconds, err := strconv.ParseUint(whole, 10, 33) // 2^33 seconds are 272 years
	if err != nil {
		return 0, false
	}
	micros, err := strconv.ParseUint(part, 10, 20)
	if err != nil {
		return 0, false
	}
	for range 6 - len(part) {
		micros *= 10
	}
	return time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond, true
}
