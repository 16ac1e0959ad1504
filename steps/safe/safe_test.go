package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

func TestTextShowsWhatATerminalWouldActOn(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain text", "exit 0 · 37 modules\nsecond line\n", "exit 0 · 37 modules\nsecond line\n"},
		{"a colour", "\x1b[31mred\x1b[0m", "^[[31mred^[[0m"},
		{"bell, backspace, delete, null", "\a\b\x7f\x00", "^G^H^?^@"},
		{"a carriage return that overwrites", "rm -rf /\rls", "rm -rf /^Mls"},
		{"a carriage return of a line's end", "one\r\ntwo\r\n", "one\ntwo\n"},
		{"two carriage returns at a line's end", "one\r\r\n", "one^M\n"},
		{"a carriage return at the end of the text", "one\r", "one^M"},
		{"vertical tab and form feed", "a\vb\fc", "a^Kb^Lc"},
		{"tabs", "a\tb\n\tc\n12345678\td", "a       b\n        c\n12345678        d"},
		{"a tab after wide characters", "日本\tx", "日本    x"},
		{"a tab after a notation", "\x1b\tx", "^[      x"},
		{"C1 as UTF-8", "\u009b31m\u0085", `\x9b31m\x85`},
		{"C1 as a byte", "\x9b31m", `\x9b31m`},
		{"invalid UTF-8", "a\xff\xc3(\xe2\x82", `a\xff\xc3(\xe2\x82`},
		{"an encoded surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"the replacement character itself", "\ufffd", "\ufffd"},
		{"an OSC that never ends", "\x1b]0;title\nevidence\nmore", "^[]0;title\nevidence\nmore"},
		{"a bidirectional override", "user\u202etxt.exe", "user<U+202E>txt.exe"},
		{"bidirectional isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"},
		{"zero-width runes", "a\u200bb\u200dc\u2060d", "a<U+200B>b<U+200D>c<U+2060>d"},
		{"byte order mark and soft hyphen", "\ufeffa\u00adb", "<U+FEFF>a<U+00AD>b"},
		{"line and paragraph separators", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c"},
		{"spaces that are not the space", "a\u00a0b\u3000c", "a<U+00A0>b<U+3000>c"},
		{"tag characters", "a\U000e0041", "a<U+E0041>"},
		{"variation selectors", "❤\ufe0f \U000e0100", "❤<U+FE0F> <U+E0100>"},
		{"private use", "\ue000\U000f0000", "<U+E000><U+F0000>"},
		{"noncharacters", "\uffff\U0010ffff", "<U+FFFF><U+10FFFF>"},
		{"unassigned", "\u0378", "<U+0378>"},
		{"letters and symbols without ink", "\u3164\u2800\u115f", "<U+3164><U+2800><U+115F>"},
		{"a rune that joins the next", "\u0d4ea", "<U+0D4E>a"},
		{"a base with its mark", "e\u0301", "e\u0301"},
		{"a mark at the start of a line", "a\n\u0301b", "a\n<U+0301>b"},
		{"a mark on a space", "a \u0301", "a <U+0301>"},
		{"a mark on a notation", "\x1b\u0301", "^[<U+0301>"},
		{"a run of marks", "a" + strings.Repeat("\u0301", 6) + "b", "a\u0301\u0301\u0301\u0301<U+0301><U+0301>b"},
		{"Vietnamese, decomposed", "Vie\u0323\u0302t", "Vie\u0323\u0302t"},
		{"Hebrew with points", "שָׁלוֹם", "שָׁלוֹם"},
		{"Hindi", "नमस्ते", "नमस्ते"},
		{"Burmese", "မြန်မာ", "မြန်မာ"},
		{"Korean, decomposed", "한글", "한글"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Text(tt.in); got != tt.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if got := Bytes([]byte(tt.in)); got != tt.want {
				t.Errorf("Bytes(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLineStaysOnOneLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"release.sec", "release.sec"},
		{"a\nb", `a\nb`},
		{"a\r\nb", `a^M\nb`},
		{"a\tb", `a^Ib`},
		{"a\x1b[2Jb", "a^[[2Jb"},
		{"a\u202eb", "a<U+202E>b"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Line(tt.in); got != tt.want {
			t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestASCIIHoldsNothingElse(t *testing.T) {
	if got, want := ASCII("é\t日\x1b\n"), "<U+00E9>       <U+65E5>^[\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryRuneThatIsShownTakesACell(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r == '\n' || r == '\t' {
			continue
		}
		got := Text(string(r))
		if Width(got) < 1 {
			t.Errorf("%U is shown as %q, which has no width", r, got)
		}
		assertSafe(t, string(r), got)
	}
}

func TestNoRuneThatIsShownJoinsTheNotationAfterIt(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if !shown(r) {
			continue
		}
		for _, after := range []string{"<", `\`} {
			if first, _ := ansi.FirstGraphemeCluster(string(r)+after, ansi.GraphemeWidth); strings.HasSuffix(first, after) {
				t.Errorf("%U joins the %q after it", r, after)
			}
		}
	}
}

func TestAnOrdinaryRuneStandsByItself(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !ordinary(r) {
			continue
		}
		if !shown(r) || unicode.Is(unicode.M, r) || Width(string(r)) < 1 {
			t.Errorf("%U is not shown as itself", r)
		}
		for _, before := range []string{"a", "é", "\u1100", "क\u094d", "🇨", "❤"} {
			if first, _ := ansi.FirstGraphemeCluster(before+string(r), ansi.GraphemeWidth); first != before {
				t.Errorf("%U joins %q", r, before)
			}
		}
	}
}

func TestStreamGivesEachRowOnceItIsComplete(t *testing.T) {
	var rows []Row
	s := NewStream(func(r Row) { rows = append(rows, r) })
	for _, chunk := range []string{"one\r", "\ntwo \xe2", "\x82", "\xac\n", "pro"} {
		if n, err := s.Write([]byte(chunk)); n != len(chunk) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", chunk, n, err)
		}
	}
	want := []Row{{Text: "one"}, {Text: "two €"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Fatalf("rows before the end (-want +got):\n%s", diff)
	}
	if got := s.Partial(); got != "pro" {
		t.Errorf("Partial() = %q, want %q", got, "pro")
	}
	s.Flush()
	s.Flush()
	want = append(want, Row{Text: "pro"})
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows after the end (-want +got):\n%s", diff)
	}
}

func TestStreamEndsInTheMiddleOfARune(t *testing.T) {
	if got, want := streamed("a\xe2\x82", 1, MaxRow), `a\xe2\x82`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStreamMemoryDoesNotGrowWithALine(t *testing.T) {
	s := NewStream(func(r Row) {
		if len(r.Text) > MaxRow+32 {
			t.Fatalf("a row of %d bytes", len(r.Text))
		}
	})
	for _, unit := range []string{"x", "\x00", "é", "a\u0301\u0301\u0301\u0301", "\u1100", "\u0301", "\t", "\r"} {
		chunk := []byte(strings.Repeat(unit, 64<<10))
		_, _ = s.Write(chunk)
	}
	if c := cap(s.escaper.out); c > 4*MaxRow {
		t.Errorf("the buffer grew to %d bytes", c)
	}
}

func TestWrapShowsEverything(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"abc", 5, []string{"abc"}},
		{"abcde", 5, []string{"abcde"}},
		{"abcdef", 5, []string{"abcde", "f"}},
		{"ab\n\ncd", 5, []string{"ab", "", "cd"}},
		{"日本語", 4, []string{"日本", "語"}},
		{"日本語", 3, []string{"日", "本", "語"}},
		{"a日", 1, []string{"a", "<", "U", "+", "6", "5", "E", "5", ">"}},
		{"ae\u0301b", 2, []string{"ae\u0301", "b"}},
		{"ab", 0, []string{"a", "b"}},
		{"ab", -3, []string{"a", "b"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Wrap(tt.in, tt.width)); diff != "" {
			t.Errorf("Wrap(%q, %d) (-want +got):\n%s", tt.in, tt.width, diff)
		}
	}
}

func TestTruncateSaysThatThereWasMore(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdef", 5, "abcd…"},
		{"abcdef", 1, "…"},
		{"abcdef", 0, ""},
		{"abcdef", -1, ""},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"ab\ncd", 10, "ab…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	}
	for _, tt := range tests {
		if got := Truncate(tt.in, tt.width, "…"); got != tt.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

// streamed returns what a stream makes of s in chunks of n bytes, with rows of
// limit bytes joined again.
func streamed(s string, n, limit int) string {
	var b strings.Builder
	stream := NewStream(func(r Row) {
		b.WriteString(r.Text)
		if !r.Cut {
			b.WriteByte('\n')
		}
	})
	stream.escaper.limit = limit
	for len(s) > 0 {
		size := min(n, len(s))
		_, _ = stream.Write([]byte(s[:size]))
		s = s[size:]
	}
	unended := stream.Partial() != "" || len(stream.rest) > 0
	stream.Flush()
	if unended {
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// assertSafe checks the result of Text by the rules of the package comment.
func assertSafe(t *testing.T, in, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("Text(%q) = %q is not valid UTF-8", in, got)
	}
	for _, r := range got {
		switch {
		case r == '\n', r >= ' ' && r <= '~':
		case r < 0xa0, !unicode.IsPrint(r),
			unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Zs),
			unicode.In(r, unicode.Bidi_Control, unicode.Variation_Selector, unicode.Noncharacter_Code_Point):
			t.Errorf("Text(%q) = %q holds %U", in, got, r)
		}
	}
}
