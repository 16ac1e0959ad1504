package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestEditorKeys(t *testing.T) {
	for _, tc := range []struct {
		name, text, want string // | is the cursor
		key              tea.KeyPressMsg
	}{
		{"left", "ab|c", "a|bc", tea.KeyPressMsg{Code: tea.KeyLeft}},
		{"left over a whole character", "ae\u0301|", "a|e\u0301", tea.KeyPressMsg{Code: tea.KeyLeft}},
		{"left over a line's end", "a\n|b", "a|\nb", tea.KeyPressMsg{Code: tea.KeyLeft}},
		{"right at the end", "ab|", "ab|", tea.KeyPressMsg{Code: tea.KeyRight}},
		{"home of the line", "a\nbc|d", "a\n|bcd", tea.KeyPressMsg{Code: tea.KeyHome}},
		{"end of the line", "a|b\ncd", "ab|\ncd", tea.KeyPressMsg{Code: tea.KeyEnd}},
		{"backspace of a wide character", "a日|", "a|", tea.KeyPressMsg{Code: tea.KeyBackspace}},
		{"backspace at the start", "|a", "|a", tea.KeyPressMsg{Code: tea.KeyBackspace}},
		{"delete", "a|bc", "a|c", tea.KeyPressMsg{Code: tea.KeyDelete}},
		{"word back", "mv a/b  |c", "mv |c", tea.KeyPressMsg{Code: 'w', Mod: tea.ModCtrl}},
		{"word before a wide blank", "a\u00a0b|", "|", tea.KeyPressMsg{Code: 'w', Mod: tea.ModCtrl}},
		{"to the start of the line", "a\nbc|d", "a\n|d", tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}},
		{"to the end of the line", "a|bc\nd", "a|\nd", tea.KeyPressMsg{Code: 'k', Mod: tea.ModCtrl}},
		{"word right", "a| bc d", "a bc| d", tea.KeyPressMsg{Code: 'f', Mod: tea.ModAlt}},
		{"word left", "a bc| d", "a |bc d", tea.KeyPressMsg{Code: 'b', Mod: tea.ModAlt}},
		{"a letter", "a|c", "ab|c", tea.KeyPressMsg{Code: 'b', Text: "b"}},
		{"a letter with control writes nothing", "a|", "a|", tea.KeyPressMsg{Code: 'g', Mod: tea.ModCtrl}},
		{"a new line", "a|b", "a\n|b", tea.KeyPressMsg{Code: 'j', Mod: tea.ModCtrl}},
		{"up to the column", "日本\nabc|d", "日|本\nabcd", tea.KeyPressMsg{Code: tea.KeyUp}},
		{"up past a short line", "a\nbcd|", "a|\nbcd", tea.KeyPressMsg{Code: tea.KeyUp}},
		{"down", "ab|c\nde", "abc\nde|", tea.KeyPressMsg{Code: tea.KeyDown}},
		{"down from the last line", "ab|c", "ab|c", tea.KeyPressMsg{Code: tea.KeyDown}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := &writing{editor: editor{lines: true}}
			w.before, w.after, _ = strings.Cut(tc.text, "|")
			w.key(tc.key)
			if got := w.before + "|" + w.after; got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestEditorRefusesWhatDoesNotFit(t *testing.T) {
	e := editor{before: "kept"}
	e.paste(strings.Repeat("x", maxText))
	if e.value() != "kept" || e.note == "" {
		t.Errorf("holds %d bytes and says %q", len(e.value()), e.note)
	}
}

func TestWordsAreWrappedWhole(t *testing.T) {
	for _, tc := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one two", 7, []string{"one two"}},
		{"one two", 6, []string{"one", "two"}},
		{"  one two", 6, []string{"  one", "  two"}},
		{"abcdefgh i", 4, []string{"abcd", "efgh", "i"}},
		{"a\n\nb", 4, []string{"a", "", "b"}},
		{"日本語 x", 4, []string{"日本", "語 x"}},
	} {
		got := wrapWords(tc.text, tc.width)
		if strings.Join(got, "|") != strings.Join(tc.want, "|") {
			t.Errorf("%q in %d is %q, want %q", tc.text, tc.width, got, tc.want)
		}
	}
}
