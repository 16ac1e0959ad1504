package theme_test

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/ui/theme"
)

func TestEverySignIsOneCellWide(t *testing.T) {
	for _, o := range []theme.Options{{}, {ASCII: true}} {
		glyphs := reflect.ValueOf(theme.New(o).Glyphs)
		for i := range glyphs.NumField() {
			name, sign := glyphs.Type().Field(i).Name, glyphs.Field(i).String()
			if ansi.StringWidth(sign) != 1 {
				t.Errorf("%s is %q, %d cells", name, sign, ansi.StringWidth(sign))
			}
			if o.ASCII && (len(sign) != 1 || sign[0] >= 0x80) {
				t.Errorf("%s is %q, which is not ASCII", name, sign)
			}
		}
	}
}

func TestWithoutColourNoStyleHasOne(t *testing.T) {
	s := theme.New(theme.Options{NoColor: true})
	colour := regexp.MustCompile(`\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])[0-9;]*m`)
	for _, style := range []interface{ Render(...string) string }{s.Text, s.Dim, s.Strong, s.Accent, s.Warn, s.Danger, s.Cursor, s.Rule, s.Command} {
		if got := style.Render("x"); colour.MatchString(got) {
			t.Errorf("%q has a colour", got)
		}
	}
}

func TestAnASCIIFrameKeepsItsShape(t *testing.T) {
	s := theme.New(theme.Options{ASCII: true})
	for in, want := range map[string]string{
		"a · b … ─ ✓ ▸":     "a | b ~ - + >",
		"\x1b[1mGrün\x1b[m": "\x1b[1mGr?n\x1b[m",
		"日本":                "????",
		"plain":             "plain",
	} {
		got := s.Frame(in)
		if got != want || ansi.StringWidth(got) != ansi.StringWidth(in) {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
	if got := theme.New(theme.Options{}).Frame("✓ ü"); got != "✓ ü" {
		t.Errorf("a frame for a terminal of today becomes %q", got)
	}
}
