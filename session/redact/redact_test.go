package redact

import (
	"bytes"
	"regexp"
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

func TestAPasswordWithoutQuotesIsReplacedToItsEnd(t *testing.T) {
	for text, want := range map[string]string{
		"password=a,b;c":                           "password=…5",
		"password=a,b;c next":                      "password=…5 next",
		"x --password=a&b|c(d)<e>{f}[g] -h":        "x --password=…17 -h",
		"f(password=get(a1,b2), c)":                "f(password=get(a1,b2), c)",
		"sh -c 'PGPASS=1; DB_PASS=a,b' x":          "sh -c 'PGPASS=1; DB_PASS=…3' x",
		"{\"cmd\":\"login --password=a;b,\\\"x\"}": "{\"cmd\":\"login --password=…4\\\"x\"}",
		"passwd: {x1y2z3},w\n":                     "passwd: …10\n",
		"`password=a\\b,c`":                        "`password=…5`",
		"password=a,b\tc\r\n":                      "password=…3\tc\r\n",
		"password=a[redacted: token, 9 bytes]":     "password=…1[redacted: token, 9 bytes]",
		"password=a,[redacted: none]":              "password=…12 none]",
		"secret=abcd12,efgh34":                     "secret=[redacted: secret, 6 bytes],efgh34",
	} {
		size := regexp.MustCompile("…([0-9]+)")
		want = size.ReplaceAllString(want, "[redacted: password, $1 bytes]")
		if got := Text(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
		for at := range len(text) {
			if got := cut(t, text, nil, at); got != want {
				t.Errorf("%q cut at %d became %q", text, at, got)
			}
		}
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
