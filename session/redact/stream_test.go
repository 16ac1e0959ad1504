package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// document returns a text of many samples and ordinary output in between.
func document(r *rand.Rand) string {
	var out strings.Builder
	samples := secretSamples()
	plain := []string{"a line\n", "日本語 с\n", "x=1 ", "\x1b[1mbold\x1b[0m\n", "\x81", "\n", "token ", "-----BEGIN PRIVATE KEY-----\n", "https://", "password="}
	for range 12 {
		out.WriteString(samples[r.IntN(len(samples))].text)
		for range r.IntN(4) {
			out.WriteString(plain[r.IntN(len(plain))])
		}
	}
	return out.String()
}

func TestRandomPiecesEqualTheWhole(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		text := document(r)
		literals := []string{"x=1 a line\nх", "line\nпа", text[len(text)/2 : len(text)/2+20]}
		want := cut(t, text, literals)
		for range 4 {
			var ends []int
			for at := 0; at < len(text); at += 1 + r.IntN(1<<r.IntN(9)) {
				ends = append(ends, at)
			}
			if got := cut(t, text, literals, ends...); got != want {
				t.Fatalf("seed %d:\n%s", seed, cmp.Diff(want, got))
			}
		}
	}
}

func TestColourCodesDoNotHideASecret(t *testing.T) {
	const on, off = "\x1b[01;31m\x1b[K", "\x1b[m\x1b[K"
	for _, s := range secretSamples() {
		for at := 0; at < len(s.text); at += 7 {
			text := s.text[:at] + on + s.text[at:min(len(s.text), at+3)] + off + s.text[min(len(s.text), at+3):]
			got := Text(text)
			if plain := string(withoutCodes([]byte(got))); plain != Text(s.text) {
				t.Errorf("%s at %d:\n%s", s.name, at, cmp.Diff(Text(s.text), plain))
				break
			}
			if piped := cut(t, text, nil, at+2); piped != got {
				t.Errorf("%s cut at %d:\n%s", s.name, at, cmp.Diff(got, piped))
				break
			}
		}
	}
}

func TestColourCodesOfASecretFollowItsMarker(t *testing.T) {
	got := Text("a \x1b[31mpassword=hun\x1b[1mter22\x1b[0m b\n")
	want := "a \x1b[31mpassword=[redacted: password, 8 bytes]\x1b[1m\x1b[0m b\n"
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestTheLinesOfAKeyBlockStay(t *testing.T) {
	body := bodyOf(1, 100)
	const label = "EC PRIVATE KEY"
	got := Text("a\n" + pemBlock(label, body) + "b\n")
	want := "a\n" + pemBlock(label, fmt.Sprintf("[redacted: private key, %d bytes]", len(body))) + "b\n"
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestALiteralIsFoundInEveryForm(t *testing.T) {
	const secret = `correct "horse" & <b>/ä`
	forms := map[string]string{
		"plain": secret, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "lower": strings.ToLower(url.QueryEscape(secret)),
		"json": `correct \"horse\" & <b>/ä`,
	}
	for shift := range 3 {
		text := strings.Repeat("\xff", shift) + secret + "\xff"
		forms[fmt.Sprint("base64 ", shift)] = base64.StdEncoding.EncodeToString([]byte(text))
		forms[fmt.Sprint("base64url ", shift)] = base64.URLEncoding.EncodeToString([]byte(text))
	}
	for name, form := range forms {
		text := "see " + form + " here, no line end"
		got := cut(t, text, []string{secret})
		if !strings.Contains(got, "[redacted: input, ") || strings.Contains(got, form[4:len(form)-4]) {
			t.Errorf("%s: %q", name, got)
		}
		for at := range len(text) {
			if piped := cut(t, text, []string{secret}, at); piped != got {
				t.Errorf("%s cut at %d: %q, want %q", name, at, piped, got)
			}
		}
	}
}

func TestALiteralIsFoundWhereverItStands(t *testing.T) {
	for _, c := range []struct{ literal, text, want string }{
		{"hunter2", "ahunter2b", "a[redacted: input, 7 bytes]b"},
		{"two\nlines", "x two\nlines y\ntwo\nlinks\n", "x [redacted: input, 9 bytes] y\ntwo\nlinks\n"},
		{"y", "yes\n", "[redacted: input, 1 bytes]es\n"},
		{"ab", "cabab", "c[redacted: input, 2 bytes][redacted: input, 2 bytes]"},
		{"pass word", "password=xpass word!\n", "password=[redacted: input, 10 bytes]!\n"},
		{"\x00\xff", "a\x00\xffb", "a[redacted: input, 2 bytes]b"},
	} {
		got := cut(t, c.text, []string{c.literal})
		if got != c.want {
			t.Errorf("%q: %s", c.literal, cmp.Diff(c.want, got))
		}
		if again := cut(t, got, []string{c.literal}); again != got {
			t.Errorf("%q again: %s", c.literal, cmp.Diff(got, again))
		}
	}
}

func TestALineIsPassedOnWhenItIsWhole(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, Options{})
	for _, step := range []struct{ write, want string }{
		{"one\ntw", "one\n"},
		{"o\nс\n", "one\ntwo\nс\n"},
		{"gateway\n81\n", "one\ntwo\nс\ngateway\n81\n"},
	} {
		if _, err := w.Write([]byte(step.write)); err != nil {
			t.Fatal(err)
		}
		if out.String() != step.want {
			t.Errorf("after %q: %q, want %q", step.write, out.String(), step.want)
		}
	}
}

func TestFlushShowsAPromptButNoPartOfASecret(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Continue? [y/N] ", "Continue? [y/N] "},
		{"Password: ", "Password: "},
		{"Пароль: ", "Пароль: "},
		{"Enter passphrase for key '/home/a/.ssh/id': ", "Enter passphrase for key '/home/a/.ssh/id': "},
		{"$ ", "$ "},
		{"token ghp" + "_abc", "token "},
		{"password=hunt", ""},
		{"password = hunt", "password = "},
		{`"password": "two words`, `"password": "`},
		{"Authorization: Bearer abc", "Authorization: Bearer "},
		{"http://u:pw", "http://u:"},
		{"key \x81\x01\x02", "key "},
		{"is correct hor", "is "},
	} {
		var out bytes.Buffer
		w := NewWriter(&out, options([]string{"correct horse"}))
		if _, err := w.Write([]byte(c.text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%q: %q, want %q", c.text, out.String(), c.want)
		}
	}
}

func TestFlushAnywhereLosesNothingAndLeaksNothing(t *testing.T) {
	for _, s := range secretSamples() {
		for at := range len(s.text) {
			var out bytes.Buffer
			w := NewWriter(&out, Options{})
			for _, part := range []string{s.text[:at], s.text[at:]} {
				if _, err := w.Write([]byte(part)); err != nil {
					t.Fatal(err)
				}
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if out.String() != Text(s.text) {
				t.Errorf("%s flushed at %d:\n%s", s.name, at, cmp.Diff(Text(s.text), out.String()))
				break
			}
		}
	}
}

func TestMemoryStaysFlat(t *testing.T) {
	endless := map[string]string{
		"no line end": "abc ", "one word": "abcd", "hex": "81", "base64": "gQ", "line ends": "\n", "codes": "\x1b[31m",
		"key block": "MIIabcdefMIIabcdefMIIabcdefMIIabcdefMIIabcdefMIIabcdefMIIabcdef\n", "open colour": "\x1b[", "marks": "\x81",
	}
	for name, unit := range endless {
		for _, begin := range []string{"", "password=", `"password": "`, "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "eyJhbGciOiJ.eyJ"} {
			w := NewWriter(&bytes.Buffer{}, Options{})
			chunk := []byte(strings.Repeat(unit, 4096/len(unit)))
			written := int64(0)
			w.dst = writerFunc(func(p []byte) (int, error) { written += int64(len(p)); return len(p), nil })
			if _, err := w.Write([]byte(begin)); err != nil {
				t.Fatal(err)
			}
			for range 96 {
				if _, err := w.Write(chunk); err != nil {
					t.Fatal(err)
				}
				if held := cap(w.view) + cap(w.out) + w.codeBytes; held > 2<<20 {
					t.Fatalf("%s after %q: %d bytes held", name, begin, held)
				}
			}
		}
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestALongSecretIsReplacedToItsEnd(t *testing.T) {
	secret := chars(1, alphanum, 300_000)
	for _, c := range []struct{ before, after, kind string }{
		{"password=", " x\n", Password}, {`"password": "`, "\"\n", Password}, {"ghp" + "_", "\n", GitHubToken},
		{"-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----\n", PrivateKey},
		{"-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----\n", PrivateKey},
	} {
		text := c.before + secret + c.after
		got := Text(text)
		if strings.Contains(got, secret[1000:1100]) || strings.Contains(got, secret[299_900:]) || !strings.HasSuffix(got, c.after) {
			t.Errorf("%q: %d bytes, %q", c.before, len(got), got[max(0, len(got)-200):])
		}
		for _, at := range []int{5, 100, 20_000, 65_536, 100_001, len(text) - 3} {
			if piped := cut(t, text, nil, at); piped != got {
				t.Errorf("%q cut at %d: %d bytes, want %d", c.before, at, len(piped), len(got))
			}
		}
	}
}

func TestAnEndlessLineEqualsTheWholeHoweverItIsCut(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	text := ""
	for len(text) < 200_000 {
		text += strings.ReplaceAll(document(r), "\n", " ") + strings.Repeat("word ", r.IntN(2000))
	}
	want := Text(text)
	for range 4 {
		var ends []int
		for at := 0; at < len(text); at += 1 + r.IntN(9000) {
			ends = append(ends, at)
		}
		if got := cut(t, text, nil, ends...); got != want {
			t.Fatal(cmp.Diff(want, got))
		}
	}
}

func TestAnErrorOfTheWriterBelowIsGivenAndStays(t *testing.T) {
	full := errors.New("the disk is full")
	w := NewWriter(writerFunc(func([]byte) (int, error) { return 0, full }), Options{})
	if _, err := w.Write([]byte("a line\n")); !errors.Is(err, full) {
		t.Errorf("Write: %v", err)
	}
	if err := w.Flush(); !errors.Is(err, full) {
		t.Errorf("Flush: %v", err)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("Close: %v", err)
	}
}
