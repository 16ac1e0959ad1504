package plain

import (
	"strings"
	"testing"

	"wsc-respond/steps/safe"
)

// checkSaid proves the rules for every line that was ever said: printable text
// and newlines only, and no line wider than Width.
func checkSaid(t *testing.T, said string) {
	t.Helper()
	for _, r := range said {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028) {
			t.Errorf("a control character %U was written", r)
		}
	}
	for line := range strings.Lines(said) {
		line = strings.TrimSuffix(line, "\n")
		if strings.Contains(line, typed) || strings.HasPrefix(line, "@") || strings.HasPrefix(line, "(") {
			continue
		}
		if w := safe.Width(strings.TrimPrefix(line, "> ")); w > Width {
			t.Errorf("a line is %d cells wide: %q", w, line)
		}
	}
}
