package redact

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASecretIsReplacedByAMarkerThatNamesIt(t *testing.T) {
	for _, s := range secretSamples() {
		t.Run(s.name, func(t *testing.T) {
			got, counts := String(s.text)
			if strings.Contains(got, s.secret) {
				t.Errorf("the secret is in the result:\n%q", got)
			}
			if !strings.Contains(got, markerStart+s.kind+", ") {
				t.Errorf("no marker of kind %q:\n%q", s.kind, got)
			}
			if len(counts) == 0 {
				t.Error("nothing was counted")
			}
		})
	}
}

func TestWhatWasRedactedStaysAsItIs(t *testing.T) {
	for _, s := range secretSamples() {
		once := Text(s.text)
		if again, counts := String(once); again != once || len(counts) > 0 {
			t.Errorf("%s: %v\n%s", s.name, counts, cmp.Diff(once, again))
		}
	}
}

func TestEveryKindHasASample(t *testing.T) {
	have := map[string]bool{Input: true}
	for _, s := range secretSamples() {
		have[s.kind] = true
	}
	for _, kind := range Kinds() {
		if !have[kind] {
			t.Errorf("no sample of kind %q", kind)
		}
	}
}

// cut writes s in pieces that end at the given places.
func cut(t testing.TB, s string, literals []string, ends ...int) string {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, options(literals))
	from := 0
	for _, end := range append(ends, len(s)) {
		if n, err := w.Write([]byte(s[from:end])); err != nil || n != end-from {
			t.Fatalf("wrote %d of %d bytes: %v", n, end-from, err)
		}
		from = end
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func options(literals []string) Options {
	var o Options
	for _, l := range literals {
		o.Literals = append(o.Literals, []byte(l))
	}
	return o
}

func TestASampleCutAtAnyByteEqualsTheWhole(t *testing.T) {
	for _, s := range secretSamples() {
		want := Text(s.text)
		for at := range len(s.text) {
			if got := cut(t, s.text, nil, at); got != want {
				t.Errorf("%s cut at %d:\n%s", s.name, at, cmp.Diff(want, got))
				break
			}
		}
		bytewise := make([]int, len(s.text))
		for i := range bytewise {
			bytewise[i] = i
		}
		if got := cut(t, s.text, nil, bytewise...); got != want {
			t.Errorf("%s byte by byte:\n%s", s.name, cmp.Diff(want, got))
		}
	}
}
