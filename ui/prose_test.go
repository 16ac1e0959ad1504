package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/ui/theme"
)

func TestProseShowsWhatIsWrittenAndNothingElseActs(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"a link with its address", "See [the policy](https://example.org/keys).", "the policy https://example.org/keys"},
		{"an escape sequence", "Clear \x1b[2J the screen", "^[[2J"},
		{"a link by escape sequence", "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07", "^[]8;;https://evil.example^Ghere"},
		{"an escape as an entity", "Clear &#27;[2J and &#x1b;]0;title&#7; and &#x1B;[31mred", "^[[2J and ^[]0;title^G and ^[[31mred"},
		{"an invisible entity", "a&ZeroWidthSpace;b &rlm;c", "a<U+200B>b <U+200F>c"},
		{"an ordinary entity", "a &amp; b &lt; c &eacute;", "a & b < c é"},
		{"an escape in an address", "[x](https://e.org/&#27;[2J)", "^[[2J"},
		{"text that runs backwards", "run \u202egnp.exe", "<U+202E>gnp.exe"},
		{"code without colour", "Run `rm -rf /tmp/x` now", "`rm -rf /tmp/x`"},
		{"a list", "- one\n- two", "· one"},
		{"a quotation", "> careful", "│ careful"},
		{"HTML", "a <b onclick=x>bold</b> word", "bold"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rows := newProse(theme.Options{NoColor: true}).rows(tc.text, 76)
			got := strings.Join(rows, "\n")
			if !strings.Contains(ansi.Strip(got), tc.want) {
				t.Errorf("it shows %q, without %q", got, tc.want)
			}
			for _, bad := range []string{"\x1b[2J", "\x1b[31m", "\x1b]", "\x07", "\u202e", "\u200b", "\u200f"} {
				if strings.Contains(got, bad) {
					t.Errorf("%q holds %q", got, bad)
				}
			}
		})
	}
}

func TestProseIsNeverWiderThanItsPane(t *testing.T) {
	text := "A word " + strings.Repeat("x", 300) + " and `" + strings.Repeat("y", 200) + "` and https://example.org/" + strings.Repeat("z", 200) +
		"\n\n| a | b |\n|---|---|\n| " + strings.Repeat("c ", 80) + " | d |\n\n    " + strings.Repeat("code ", 60)
	for _, width := range []int{30, 58, 78} {
		for _, row := range newProse(theme.Options{}).rows(text, width) {
			if n := ansi.StringWidth(row); n > width {
				t.Errorf("a row has %d cells in %d: %q", n, width, row)
			}
		}
	}
}

func TestProseIsRenderedOnceForAWidth(t *testing.T) {
	p := newProse(theme.Options{})
	first := p.rows("A *text*.", 40)
	if again := p.rows("A *text*.", 40); &again[0] != &first[0] {
		t.Error("the same text was rendered again")
	}
	if other := p.rows("A *text*.", 41); &other[0] == &first[0] {
		t.Error("another width gave the rows of the first one")
	}
}
