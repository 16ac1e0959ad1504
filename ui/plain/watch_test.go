package plain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps/safe"
)

func TestACommandThatWentOnIsTakenUpAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := held(t, true, keySet, "run scan", "run scan", "@ hang-up")
		s.clock.Pass(time.Minute)
		s.resume(t.Context())
		said, err := s.hold(t.Context(), []string{"watch scan", "@ writes out:a.wasm out:b.wasm", "@ ends 0 out:a.wasm out:b.wasm", "take AFFECTED", "quit"})
		if err != nil {
			t.Error(err)
		}
		for _, want := range []string{"scan has been running since 03:13:08 UTC", "scan, output:\n  a.wasm\n", "scan · exit 0", "AFFECTED = a.wasm"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in:\n%s", want, said)
			}
		}
		if n := strings.Count(said, "  b.wasm\n"); n != 1 {
			t.Errorf("a line was told %d times:\n%s", n, said)
		}
	})
}

func TestAnEndBetweenTwoEventsIsFoldedInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, runbook())
		s.begin(t.Context(), sessiontest.Opening(s.rb))
		c := newConsole(s.options)
		c.reader = newReader(t.Context(), s)
		for _, line := range []string{keySet, "run scan", "run scan"} {
			c.answer(t.Context(), input{text: line})
		}
		s.direct([]string{"ends", "0", "out:x"})
		synctest.Wait() // the end is on record now, and nobody has taken it
		c.answer(t.Context(), input{text: "note after it"})
		if got := len(s.log.All()); c.State.Events != uint64(got) {
			t.Errorf("the state is at event %d of %d", c.State.Events, got)
		}
		s.keep()
		said := s.all.String()
		if end, note := strings.Index(said, "scan · exit 0"), strings.Index(said, "observation: after it"); end < 0 || note < end {
			t.Errorf("the events are told in another order:\n%s", said)
		}
		if c.mine() != 0 || c.awaited() {
			t.Error("the command is still waited for")
		}
	})
}

func TestOutputOfAnEarlierConsoleIsShownFromTheEvidence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := held(t, false, keySet, "@ will scan 0 out:a.wasm out:b.wasm", "run scan", "run scan", "no record because x")
		s.resume(t.Context())
		said, err := s.hold(t.Context(), []string{"watch scan", "show 2", "take AFFECTED"})
		if err != nil {
			t.Error(err)
		}
		for _, want := range []string{"its first lines of 14 bytes in\n  evidence/0001-scan.out:\n  a.wasm\n  b.wasm\n", "command scan, reads, exit 0", "AFFECTED = a.wasm"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in:\n%s", want, said)
			}
		}
	})
}

func TestALongOutputIsToldByItsBeginningAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, said := held(t, false, keySet, "@ will scan 0 out:line:x390", "run scan", "run scan")
		if !strings.Contains(said, "  line 390\n") || strings.Contains(said, "  line 369\n") {
			t.Errorf("the end is not told:\n%s", said)
		}
		if !strings.Contains(said, "in evidence/0001-scan.out: whole") {
			t.Errorf("where the whole lies is not told:\n%s", said)
		}
		if !slices.Contains(s.log.Kinds(), session.KindEnded) {
			t.Errorf("the record has %v", s.log.Kinds())
		}
	})
}

func TestOutputThatRanAheadIsNotMixedUp(t *testing.T) {
	w := &watch{told: []string{"a", "b"}}
	if !w.goesOn([]session.LiveLine{{Text: "a"}, {Text: "b"}, {Text: "c"}}) || w.full {
		t.Error("lines that follow are taken for others")
	}
	for _, lines := range [][]session.LiveLine{{{Text: "a"}}, {{Text: "b"}, {Text: "c"}}, nil} {
		w := &watch{told: []string{"a", "b"}}
		if w.goesOn(lines) || !w.full {
			t.Errorf("%v is taken to go on", lines)
		}
	}
}

func TestAnEndlessLineIsCut(t *testing.T) {
	got := shorten(strings.Repeat("ä", longLine))
	if len(got) > longLine+40 || !strings.HasSuffix(got, fmt.Sprintf(" … and %d bytes more", longLine)) {
		t.Errorf("the line has %d bytes and ends with %q", len(got), got[len(got)-30:])
	}
}

func TestRowsAreBrokenBetweenWords(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three", []string{"one two", "three"}},
		{"  one two three", []string{"  one", "two", "three"}},
		{"onetwothreefour", []string{"onetwoth", "reefou", "r"}},
		{"one twothreefour", []string{"one", "twothr", "eefour"}},
		{"eight888 more", []string{"eight888", "more"}},
		{"東京東京東京", []string{"東京東京", "東京"}},
	} {
		got := wrapWords(tc.text, 8, 6)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%q becomes %q, not %q", tc.text, got, tc.want)
		}
		for i, row := range got {
			if limit := []int{8, 6}[min(i, 1)]; safe.Width(row) > limit {
				t.Errorf("%q is wider than %d", row, limit)
			}
		}
	}
}
