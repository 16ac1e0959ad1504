package redact

import (
	"bytes"
	"testing"
)

// FuzzRedact checks for any text, literal and cut: the result does not depend
// on the cut, redacting twice changes nothing, the literal is gone, and what
// holds no secret is unchanged.
func FuzzRedact(f *testing.F) {
	for _, s := range secretSamples() {
		f.Add([]byte(s.text), []byte("opensesame"), uint16(len(s.text)/2), uint16(3))
	}
	for _, text := range ordinary() {
		f.Add([]byte(text[:min(len(text), 2000)]), []byte("a\nb"), uint16(7), uint16(100))
	}
	f.Fuzz(func(t *testing.T, data, literal []byte, first, second uint16) {
		if len(literal) < keywordMin {
			literal = nil
		}
		literals := []string{string(literal)}
		text := string(data)
		want := cut(t, text, literals)
		a := min(int(first), len(text))
		b := min(a+int(second), len(text))
		if got := cut(t, text, literals, a, b); got != want {
			t.Errorf("cut at %d and %d: %q, want %q", a, b, got, want)
		}
		if again := cut(t, want, literals); again != want {
			t.Errorf("redacted again: %q, want %q", again, want)
		}
		if n := len(literal); n > 0 && bytes.Contains(withoutCodes([]byte(want)), withoutCodes(literal)) && !bytes.Contains([]byte(want), []byte(markerStart)) {
			t.Errorf("the literal %q is in %q", literal, want)
		}
		if _, counts := String(text); len(counts) == 0 && Text(text) != text {
			t.Errorf("nothing found, and changed: %q", text)
		}
	})
}
