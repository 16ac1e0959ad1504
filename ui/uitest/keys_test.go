package uitest

import "testing"

func TestAKeySendsWhatATerminalSends(t *testing.T) {
	for _, tc := range []struct {
		key         string
		application bool
		want        string
	}{
		{"enter", false, "\r"},
		{"shift+tab", false, "\x1b[Z"},
		{"up", false, "\x1b[A"},
		{"up", true, "\x1bOA"},
		{"pgdown", true, "\x1b[6~"},
		{"f1", false, "\x1bOP"},
		{"f12", false, "\x1b[24~"},
		{"ctrl+a", false, "\x01"},
		{"ctrl+z", false, "\x1a"},
		{"ctrl+_", false, "\x1f"},
		{"alt+x", false, "\x1bx"},
		{"alt+left", false, "\x1b\x1b[D"},
		{"?", false, "?"},
		{"é", false, "é"},
	} {
		got, err := keySequence(tc.key, tc.application)
		if err != nil || got != tc.want {
			t.Errorf("%s (application %v) sends %q, %v; a terminal sends %q", tc.key, tc.application, got, err, tc.want)
		}
	}
}

func TestAKeyThatDoesNotExistIsRefused(t *testing.T) {
	for _, key := range []string{"", "entr", "ctrl+up", "ctrl+", "f13", "alt+nothing"} {
		if got, err := keySequence(key, false); err == nil {
			t.Errorf("%q sends %q", key, got)
		}
	}
}

func TestCursorKeysFollowTheProgramsMode(t *testing.T) {
	plain := bash(t, `echo ready; exec cat -v`)
	plain.WaitFor("ready")
	plain.Press("up", "enter")
	plain.WaitFor("^[[A\n^[[A")

	application := bash(t, `printf '\e[?1hready\n'; exec cat -v`)
	application.WaitFor("ready")
	application.Press("up", "enter")
	application.WaitFor("^[OA\n^[OA")
}
