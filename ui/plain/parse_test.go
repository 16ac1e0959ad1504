package plain

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

func TestAReasonFollowsTheFirstBecause(t *testing.T) {
	for text, want := range map[string][2]string{
		"3 because of x":          {"3", "of x"},
		"3 because x because y":   {"3", "x because y"},
		"3":                       {"3", ""},
		"3 becauseof x":           {"3 becauseof x", ""},
		"because x":               {"", "x"},
		"notbecause because it's": {"notbecause", "it's"},
	} {
		what, reason := because(text)
		if got := [2]string{what, reason}; got != want {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
}

func TestTheLastUntilTellsTheTime(t *testing.T) {
	what, until, ok := cutAtLast("Sigstore waits until they say so until 06:00", "until")
	if what != "Sigstore waits until they say so" || until != "06:00" || !ok {
		t.Errorf("got %q, %q, %t", what, until, ok)
	}
}

func TestOccurredReadsATimeAndALine(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 13, 0, 0, time.UTC)
	verbs := []string{"note", "milestone"}
	for text, want := range map[string]string{
		"02:52 note a":                     "2026-11-22T02:52:00Z note a",
		"02:52 UTC note note it":           "2026-11-22T02:52:00Z note note it",
		"20 minutes ago note a":            "2026-11-22T02:53:00Z note a",
		"yesterday 23:10 milestone began":  "2026-11-21T23:10:00Z milestone began",
		"2026-11-21 23:10 milestone began": "2026-11-21T23:10:00Z milestone began",
	} {
		when, line, err := occurred(text, verbs, now)
		if got := when.Format(time.RFC3339) + " " + line; err != nil || got != want {
			t.Errorf("%q gives %q, %v; not %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "note a", "02:52", "02:52 done 1", "99:99 note a"} {
		if _, _, err := occurred(text, verbs, now); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestALineIsReadToItsEndAndNotFurther(t *testing.T) {
	in := strings.NewReader("one\n" + strings.Repeat("x", maxLine+1) + "\nthree\r\nlast")
	for _, want := range []struct {
		text string
		err  error
	}{{"one", nil}, {"", errTooLong}, {"three\r", nil}, {"last", nil}, {"", io.EOF}} {
		text, err := readLine(in)
		if text != want.text || !errors.Is(err, want.err) {
			t.Errorf("read %.20q, %v; not %.20q, %v", text, err, want.text, want.err)
		}
	}
}

func TestStepsHaveTheAddressesThatTheRunbookGivesThem(t *testing.T) {
	rb := runbook()
	rb.Incidents[0].Phases[1].Steps[0].Number = 2 // as in a document that counts anew in each phase
	state := session.NewState(rb)
	state.Types = []string{"INC-1", "INC-2"}
	var got []string
	for _, p := range places(state) {
		got = append(got, p.label)
	}
	const want = "INC-1:1 a 3 b c d 5 INC-2:1 AFTER:1"
	if strings.Join(got, " ") != want {
		t.Errorf("the addresses are %v, not %s", got, want)
	}
	if letter(25) != "z" || letter(26) != "aa" || letter(27) != "ab" {
		t.Errorf("letters go on with %s %s %s", letter(25), letter(26), letter(27))
	}
}

// FuzzLine gives any line to a conversation: nothing panics, nothing runs, and
// what is said keeps the rules.
func FuzzLine(f *testing.F) {
	for _, v := range Verbs() {
		for _, form := range v.Forms {
			f.Add(form)
		}
	}
	for _, line := range []string{"at at at", "tick .", "tick 1.", "tick 1.999999999999999999999", "set =", "set A=\x00", "sent 1 to", "wait for until",
		"hypothesis 18446744073709551616 open", "evidence add", "\x1b[2J", "note \u202eabc", "find \x9b", "run r1 r1", "run 1", "timeline 99999999999999999999", "list 0", "reclassify ,,, because x", "role ,", "edit r1"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s := newScene(t, runbook())
		s.begin(t.Context(), sessiontest.Opening(s.rb))
		c := newConsole(s.options)
		c.reader = newReader(t.Context(), strings.NewReader(""))
		c.answer(t.Context(), input{text: line})
		c.answer(t.Context(), input{text: "y"})
		s.keep()
		checkSaid(t, s.all.String())
		if n := len(s.runner.Orders()); n > 0 {
			t.Errorf("%d commands ran", n)
		}
	})
}
