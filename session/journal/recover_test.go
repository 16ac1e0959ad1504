package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestATornTailIsSetAside(t *testing.T) {
	_, good := created(t, 4)
	lastLine := bytes.LastIndexByte(good[:len(good)-1], '\n') + 1
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	withZeros := bytes.Clone(good)
	copy(withZeros[lastLine+20:], zeros(50))
	tests := map[string]struct {
		text string
		keep int // bytes that stay
	}{
		"half a line":                    {string(good) + `{"v":1,"seq":5,"at"`, len(good)},
		"something else":                 {string(good) + "\xff\xfe", len(good)},
		"512 zeros":                      {string(good) + zeros(512), len(good)},
		"4096 zeros":                     {string(good) + zeros(4096), len(good)},
		"zeros beyond the longest line":  {string(good) + zeros(3*session.MaxLine), len(good)},
		"half a line, then zeros":        {string(good[:len(good)-30]) + zeros(4096), lastLine},
		"half a line, then many zeros":   {string(good[:len(good)-30]) + zeros(3*session.MaxLine), lastLine},
		"zeros inside the last line":     {string(withZeros), lastLine},
		"the same, and zeros behind it":  {string(withZeros) + zeros(4096), lastLine},
		"a file of nothing but zeros":    {zeros(4096), 0},
		"a first line that is not whole": {string(good[:50]), 0},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			dir := write(t, []byte(tc.text))
			j := open(t, dir)
			torn := tc.text[tc.keep:]
			sum := sha256.Sum256([]byte(torn))
			want := Recovery{Trimmed: &session.Trimmed{File: "torn-0001.bin", Bytes: int64(len(torn)), SHA256: hex.EncodeToString(sum[:])}}
			if diff := cmp.Diff(want, j.Recovery()); diff != "" {
				t.Errorf("recovery (-want +got):\n%s", diff)
			}
			if textOf(t, dir) != tc.text[:tc.keep] {
				t.Error("the file is not cut behind the last whole line")
			}
			aside, err := os.ReadFile(filepath.Join(dir, "torn-0001.bin"))
			if err != nil || string(aside) != torn {
				t.Errorf("set aside are %d bytes, %v; want %d", len(aside), err, len(torn))
			}
			if info, err := os.Stat(filepath.Join(dir, "torn-0001.bin")); err != nil || info.Mode() != 0o600 {
				t.Errorf("its mode is %v, %v", info.Mode(), err)
			}
			if tc.keep == 0 {
				return
			}
			n := j.Head().Seq
			e := testEvent(n + 1)
			e.Data = j.Recovery().Trimmed
			if _, _, err := j.Append(t.Context(), n, e); err != nil {
				t.Fatal(err)
			}
			report, err := Verify(t.Context(), dir)
			if err != nil || !report.Whole() || len(report.Notes) > 0 || report.Evidence != 1 {
				t.Errorf("%+v, %v", report, err)
			}
		})
	}
}

func TestAWholeLastEventGetsItsNewline(t *testing.T) {
	_, good := created(t, 3)
	dir := write(t, good[:len(good)-1])
	if r := reader(t, dir); r.Head().Seq != 2 || r.Incomplete() == 0 {
		t.Errorf("a reader sees %v and %d bytes more", r.Head(), r.Incomplete())
	}
	j := open(t, dir)
	if j.Recovery() != (Recovery{Completed: true}) || j.Head().Seq != 3 {
		t.Errorf("recovery %+v, head %v", j.Recovery(), j.Head())
	}
	if diff := cmp.Diff(string(good), textOf(t, dir)); diff != "" {
		t.Error(diff)
	}
	appendEvents(t, j, 4)
}

func TestASecondTornTailDoesNotReplaceTheFirst(t *testing.T) {
	_, good := created(t, 2)
	dir := write(t, append(good, "one"...))
	check(t, open(t, dir).Close())
	check(t, os.WriteFile(filepath.Join(dir, FileName), append(good, "two"...), 0o600))
	j := open(t, dir)
	if got := j.Recovery().Trimmed; got == nil || got.File != "torn-0002.bin" {
		t.Errorf("%+v", got)
	}
}

func TestAFileCutAnywhereLosesNoWholeEvent(t *testing.T) {
	_, good := created(t, 2)
	for cut := range len(good) + 1 {
		text := good[:cut]
		whole := uint64(bytes.Count(text, []byte{'\n'}))
		dir := write(t, text)
		j, err := Open(dir, Holder{})
		if err != nil {
			t.Fatalf("cut after %d bytes: %v", cut, err)
		}
		if got := j.Head().Seq; got != whole && got != whole+1 {
			t.Errorf("cut after %d bytes: %d events of %d", cut, got, whole)
		}
		if !strings.HasPrefix(textOf(t, dir), string(text[:bytes.LastIndexByte(text, '\n')+1])) {
			t.Errorf("cut after %d bytes: whole lines were changed", cut)
		}
		check(t, j.Close())
		if report, err := Verify(t.Context(), dir); err != nil || !report.Whole() && got(report) != ProblemNotOpened {
			t.Errorf("cut after %d bytes: %+v, %v", cut, report.Problems, err)
		}
	}
}

// got is the kind of the only problem of a report.
func got(r Report) ProblemKind {
	if len(r.Problems) != 1 {
		return ""
	}
	return r.Problems[0].Kind
}

func TestAnyOtherBadLineStopsTheOpening(t *testing.T) {
	_, good := created(t, 5)
	lines := bytes.SplitAfter(good, []byte{'\n'})
	join := func(order ...int) string {
		var b strings.Builder
		for _, i := range order {
			b.Write(lines[i-1])
		}
		return b.String()
	}
	edit := func(n int, old, new string) string {
		if !bytes.Contains(lines[n-1], []byte(old)) {
			t.Fatalf("line %d does not hold %s", n, old)
		}
		return join(seqTo(n-1)...) + strings.Replace(string(lines[n-1]), old, new, 1) + string(bytes.Join(lines[n:], nil))
	}
	tests := map[string]struct {
		text string
		line uint64
		want string
	}{
		"a changed event":       {edit(3, "INC-1", "INC-2"), 4, "line 3 does not match what line 4 says of it; either may have changed"},
		"a removed line":        {join(1, 2, 4, 5), 3, "it has the sequence number 4, and 3 was expected"},
		"a swapped line":        {join(1, 3, 2, 4, 5), 2, "it has the sequence number 3, and 2 was expected"},
		"a doubled line":        {join(1, 2, 2, 3), 3, "it has the sequence number 2, and 3 was expected"},
		"a bad line":            {edit(2, `"by"`, `"By"`), 2, `field "By" is unknown`},
		"a bad last line":       {edit(5, `"by"`, `"By"`), 5, `field "By" is unknown`},
		"an empty line":         {join(1, 2) + "\n" + join(3), 3, "not a line of a session file"},
		"a missing beginning":   {join(2, 3), 1, "it has the sequence number 2, and 1 was expected"},
		"zeros in the middle":   {edit(3, `"alice"`, "\"al\x00ce\""), 3, "text"},
		"a line too long":       {join(1) + strings.Repeat("x", 2*session.MaxLine) + "\n" + join(2), 2, "longer than 1048576 bytes"},
		"a long tail not torn":  {join(1) + strings.Repeat("x", 2*session.MaxLine), 2, "longer than 1048576 bytes"},
		"another version":       {edit(5, `{"v":1`, `{"v":2`), 5, "format version 2"},
		"windows line endings":  {strings.ReplaceAll(string(good), "\n", "\r\n"), 1, "after the end"},
		"another file entirely": {"# Notes\n", 1, "not a line of a session file"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			dir := write(t, []byte(tc.text))
			_, err := Open(dir, Holder{})
			var bad *LineError
			if !errors.As(err, &bad) || bad.Line != tc.line || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %q; it should name line %d and say %q", err, tc.line, tc.want)
			}
			if textOf(t, dir) != tc.text {
				t.Error("the file was changed")
			}
			if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
				t.Errorf("the folder holds %q", names)
			}
			r := reader(t, dir)
			got, err := readAll(r, 1)
			if uint64(len(got)) != tc.line-1 || !errors.As(err, &bad) {
				t.Errorf("a reader sees %d events and %v", len(got), err)
			}
		})
	}
}

// seqTo lists the numbers from 1 to n.
func seqTo(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func FuzzJournalRead(f *testing.F) {
	_, good := created(f, 4)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(good[:len(good)-100])
	f.Add(append(bytes.Clone(good), make([]byte, 512)...))
	f.Add([]byte(""))
	f.Add([]byte("\n\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := write(t, text)
		report, err := Verify(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyChain(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		whole, _ := readAll(reader(t, dir), 1)
		j, err := Open(dir, Holder{})
		if err != nil {
			if report.Whole() {
				t.Fatalf("verify finds nothing and open says %v", err)
			}
			if textOf(t, dir) != string(text) {
				t.Fatalf("open failed and changed the file: %v", err)
			}
			return
		}
		defer j.Close()
		after := textOf(t, dir)
		if !strings.HasPrefix(string(text)+"\n", after) {
			t.Fatal("open kept something else than the beginning of the file")
		}
		if cut := len(text) - len(after); cut > 0 && bytes.Count(text[len(text)-cut:], []byte{'\n'}) > 1 {
			t.Fatal("open cut more than one line")
		}
		if j.Head().Seq < uint64(len(whole)) {
			t.Fatalf("open left %d of %d events", j.Head().Seq, len(whole))
		}
	})
}
