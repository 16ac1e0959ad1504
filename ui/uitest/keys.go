package uitest

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// namedKeys are the keys that send the same in every mode, with what xterm
// sends for them (invisible-island.net, "XTerm Control Sequences").
var namedKeys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z",
	"space": " ", "backspace": "\x7f", "delete": "\x1b[3~", "insert": "\x1b[2~",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "ctrl+space": "\x00",
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
	"f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~",
	"f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}

// cursorKeys send CSI and this letter, or SS3 and this letter when the program
// has asked for application cursor keys.
var cursorKeys = map[string]string{
	"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F",
}

// Type sends text as if it were typed, all at once. A newline is not the
// enter key; see [Terminal.Press].
func (term *Terminal) Type(text string) {
	term.t.Helper()
	// A program that reads nothing lets the kernel's buffer run full.
	if err := term.master.SetWriteDeadline(time.Now().Add(term.opts.Deadline)); err != nil {
		term.t.Fatalf("type %q: %v", text, err)
		return
	}
	_, err := term.master.WriteString(text)
	// The limit was for this text, not for later answers.
	if err := errors.Join(err, term.master.SetWriteDeadline(time.Time{})); err != nil {
		term.fail(fmt.Sprintf("type %q: %v", text, err))
	}
}

// Press sends keys by name: enter, esc, tab, shift+tab, space, backspace,
// delete, insert, up, down, left, right, home, end, pgup, pgdown, f1 to f12,
// ctrl+a to ctrl+z, alt+ and any key, or a single character for itself.
//
// A program tells esc from the start of another key by the time that passes:
// after esc, wait for its effect before the next key.
func (term *Terminal) Press(keys ...string) {
	term.t.Helper()
	term.mu.Lock()
	application := term.state.set[ansi.ModeCursorKeys]
	term.mu.Unlock()
	for _, key := range keys {
		sequence, err := keySequence(key, application)
		if err != nil {
			term.t.Fatalf("press: %v", err)
			return
		}
		term.Type(sequence)
	}
}

// keySequence returns what a terminal sends for a key.
func keySequence(key string, application bool) (string, error) {
	if s, ok := namedKeys[key]; ok {
		return s, nil
	}
	if letter, ok := cursorKeys[key]; ok {
		if application {
			return "\x1bO" + letter, nil
		}
		return "\x1b[" + letter, nil
	}
	if utf8.RuneCountInString(key) == 1 {
		return key, nil
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok {
		s, err := keySequence(rest, application)
		return "\x1b" + s, err
	}
	// A control character is its letter with the upper bits cleared.
	if c, ok := strings.CutPrefix(key, "ctrl+"); ok && len(c) == 1 && strings.Contains(`abcdefghijklmnopqrstuvwxyz[\]^_`, c) {
		return string(rune(c[0] & 0x1f)), nil
	}
	return "", fmt.Errorf("there is no key %q", key)
}
