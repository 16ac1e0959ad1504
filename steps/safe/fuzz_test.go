package safe

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"plain\n", "\x1b[31mred\x1b[0m", "\x1b]0;never ends\nnext", "a\r\nb\rc\r", "\ta\t日本\t",
		"\u202e\u2066\u200b\ufeff", "a\u0301\u0301\u0301\u0301\u0301\u0301", "\xe2\x82", "\u009b\x9b",
		"\u1100\u1161\u11a8\u1100\u1100\u1100\u1100\u1100\u1100", "🇨🇭🇨🇭🇨", "👍🏽", "\u0d4e<", "क्षत्रिय",
		strings.Repeat("é", 20), strings.Repeat("x", 40) + "\t\u0301",
	} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		got := Text(s)
		assertSafe(t, s, got)
		if again := Text(got); again != got {
			t.Errorf("Text is not idempotent:\nonce  %q\ntwice %q", got, again)
		}
		line := Line(s)
		assertSafe(t, s, line)
		if strings.Contains(line, "\n") || Line(line) != line {
			t.Errorf("Line(%q) = %q", s, line)
		}
		for _, size := range []int{1, 2, 1 + n&0xff, max(1, len(s))} {
			for _, limit := range []int{1, 16, MaxRow} {
				if whole := streamed(s, size, limit); whole != got {
					t.Errorf("in chunks of %d, rows of %d:\n got %q\nwant %q", size, limit, whole, got)
				}
			}
		}
		assertMarksAreBounded(t, got)
		assertWraps(t, got, n&0x7f)
		assertTruncates(t, line, n&0x7f)
	})
}

func assertMarksAreBounded(t *testing.T, text string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		for rest := line; rest != ""; {
			first, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			if n := len([]rune(first)); n > 1+MaxJoined {
				t.Errorf("%q joins %d runes", first, n)
			}
			rest = rest[len(first):]
		}
	}
}

func assertWraps(t *testing.T, text string, width int) {
	t.Helper()
	rows := Wrap(text, width)
	for _, row := range rows {
		if w := ansi.StringWidth(row); w > max(width, 1) || w != Width(row) {
			t.Errorf("the row %q is %d cells of %d, and Width says %d", row, w, width, Width(row))
		}
	}
	if width < 2 {
		return
	}
	if got, want := strings.Join(rows, ""), strings.ReplaceAll(text, "\n", ""); got != want {
		t.Errorf("Wrap(%q, %d) lost text: %q", text, width, got)
	}
}

func assertTruncates(t *testing.T, line string, width int) {
	t.Helper()
	if got := Truncate(line, width, "…"); ansi.StringWidth(got) > width {
		t.Errorf("Truncate(%q, %d) = %q is too wide", line, width, got)
	}
}
