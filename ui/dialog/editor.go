package dialog

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wsc-respond/steps/safe"
)

// editor is text that is being written, on one line or several, with the keys
// of readline. It keeps every character as it came, a tab in a here-document
// included, and shows it through steps/safe: the usual widgets turn tabs into
// blanks and show direction marks as they are, which a command that a person
// is about to confirm does not allow.
type editor struct {
	before, after string // around the cursor, cut between whole characters
	lines         bool   // may hold more than one line
	masked        bool   // is never shown
	note          string // what was done to the last paste, in words
}

// maxText bounds what can be written, in bytes: what an environment string on
// Linux surely carries.
const maxText = 64 << 10

func (e *editor) value() string { return e.before + e.after }

func (e *editor) set(text string) { e.before, e.after = text, "" }

// key takes a key; false if it is none of writing.
func (e *editor) key(k tea.KeyPressMsg) bool {
	e.note = ""
	switch k.String() {
	case "left", "ctrl+b":
		e.shift(lastCharacter(e.before))
	case "right", "ctrl+f":
		e.shift(-firstCharacter(e.after))
	case "home", "ctrl+a":
		e.shift(len(e.before) - 1 - strings.LastIndexByte(e.before, '\n'))
	case "end", "ctrl+e":
		e.shift(-lineLength(e.after))
	case "alt+left", "ctrl+left", "alt+b":
		e.shift(lastWord(e.before))
	case "alt+right", "ctrl+right", "alt+f":
		e.shift(-firstWord(e.after))
	default:
		return e.change(k)
	}
	return true
}

// change takes a key that changes the text.
func (e *editor) change(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "backspace", "ctrl+h":
		e.before = e.before[:len(e.before)-lastCharacter(e.before)]
	case "delete", "ctrl+d":
		e.after = e.after[firstCharacter(e.after):]
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		e.before = e.before[:len(e.before)-lastWord(e.before)]
	case "alt+d":
		e.after = e.after[firstWord(e.after):]
	case "ctrl+u":
		e.before = e.before[:strings.LastIndexByte(e.before, '\n')+1]
	case "ctrl+k":
		e.after = e.after[lineLength(e.after):]
	case "ctrl+j", "alt+enter", "shift+enter":
		if !e.lines {
			return false
		}
		e.insert("\n")
	default:
		if k.Text == "" || k.Mod&(tea.ModCtrl|tea.ModAlt) != 0 {
			return false
		}
		e.insert(k.Text)
	}
	return true
}

// shift moves n bytes of text from before the cursor to after it, or -n back.
func (e *editor) shift(n int) {
	text, at := e.value(), len(e.before)-n
	e.before, e.after = text[:at], text[at:]
}

func (e *editor) insert(text string) {
	if len(e.before)+len(e.after)+len(text) > maxText {
		e.note = fmt.Sprintf("that does not fit; at most %d bytes do", maxText)
		return
	}
	e.before += text
}

// paste takes pasted text as if it were typed. A terminal may paste anything:
// what acts on terminals is left out, and that is said.
func (e *editor) paste(text string) {
	clean, dropped := e.clean(text)
	e.note = ""
	if dropped > 0 {
		e.note = fmt.Sprintf("%d control characters of the paste were left out", dropped)
	}
	e.insert(clean)
}

func (e *editor) clean(text string) (clean string, dropped int) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if !e.lines {
		text = strings.TrimRight(text, "\n")
	}
	clean = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && e.lines, r == '\t' && e.lines:
			return r
		case r == '\n', r == '\t':
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError:
			dropped++
			return -1
		}
		return r
	}, text)
	return clean, dropped
}

// up and down report whether the cursor could move by a line.
func (e *editor) up() bool {
	i := strings.LastIndexByte(e.before, '\n')
	if i < 0 {
		return false
	}
	start := strings.LastIndexByte(e.before[:i], '\n') + 1
	e.place(start, i, e.before[i+1:])
	return true
}

func (e *editor) down() bool {
	i := strings.IndexByte(e.after, '\n')
	if i < 0 {
		return false
	}
	column := e.before[strings.LastIndexByte(e.before, '\n')+1:]
	start := len(e.before) + i + 1
	e.place(start, start+lineLength(e.value()[start:]), column)
	return true
}

// place puts the cursor into the line from start to end, below or above where
// it stood in its own line.
func (e *editor) place(start, end int, column string) {
	text, at := e.value(), start
	for width := ansi.StringWidth(column); at < end; {
		n := firstCharacter(text[at:end])
		if ansi.StringWidth(text[start:at+n]) > width {
			break
		}
		at += n
	}
	e.before, e.after = text[:at], text[at:]
}

// rows draws the text into width cells; at is the row of the cursor, which is
// shown only if the editor has the keys.
func (e *editor) rows(c canvas, width int, active bool, style lipgloss.Style) (rows []string, at int) {
	if e.masked {
		dots := editor{before: strings.Repeat("*", utf8.RuneCountInString(e.before)), after: strings.Repeat("*", utf8.RuneCountInString(e.after))}
		return dots.rows(c, width, active, style)
	}
	if !active {
		return c.exact(e.shown(c, e.value()), width, style), 0
	}
	n := firstCharacter(e.after)
	under := e.after[:n]
	rest := e.after[n:]
	if under == "\n" || under == "" {
		under, rest = " ", e.after
	}
	before, mark := e.shown(c, e.before), c.line(under)
	return styled(before, mark, e.shown(c, rest), width, style)
}

// shown is a part of the text as it is drawn: line ends as they are, tabs to
// be seen.
func (e *editor) shown(c canvas, part string) string {
	lines := strings.Split(part, "\n")
	for i, line := range lines {
		lines[i] = c.line(line)
	}
	return strings.Join(lines, "\n")
}

// styled wraps three parts as one text and marks the middle one.
func styled(before, mark, after string, width int, style lipgloss.Style) (rows []string, at int) {
	start, end := len(before), len(before)+len(mark)
	offset := 0
	for line := range strings.SplitSeq(before+mark+after, "\n") {
		for _, row := range safe.Wrap(line, width) {
			from, to := clampTo(start-offset, len(row)), clampTo(end-offset, len(row))
			if from < to {
				at = len(rows)
			}
			rows = append(rows, style.Render(row[:from])+style.Reverse(true).Render(row[from:to])+style.Render(row[to:]))
			offset += len(row)
		}
		offset++ // the line's end
	}
	return rows, at
}

func clampTo(n, most int) int { return max(0, min(n, most)) }

func firstCharacter(text string) int {
	character, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
	return len(character)
}

func lastCharacter(text string) int {
	// A character does not reach over a line's end, so the last line is
	// enough to look at.
	line := text[strings.LastIndexByte(text, '\n')+1:]
	if line == "" {
		return min(len(text), 1)
	}
	last := 0
	for len(line) > 0 {
		last = firstCharacter(line)
		line = line[last:]
	}
	return last
}

func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

func lastWord(text string) int {
	trimmed := strings.TrimRightFunc(text, isBlank)
	i := strings.LastIndexFunc(trimmed, isBlank)
	return len(text) - i - 1
}

func firstWord(text string) int {
	trimmed := strings.TrimLeftFunc(text, isBlank)
	i := strings.IndexFunc(trimmed, isBlank)
	if i < 0 {
		return len(text)
	}
	return len(text) - len(trimmed) + i
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }
