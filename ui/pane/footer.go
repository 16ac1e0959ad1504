package pane

import (
	"strings"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Hint is a key and the word for what it does.
type Hint struct{ Key, Word string }

// Footer is the last row: the keys that fit, and what is saved.
type Footer struct {
	Styles theme.Styles
	Hints  []Hint // the last one is always shown
	Saved  string // "saved #41 9f2c41d0", safe
	Busy   bool   // something is being saved: Saved says so
}

// View draws one row.
func (f Footer) View(width, _ int) string {
	s := f.Styles
	saved := s.Dim.Render(f.Saved)
	if f.Busy {
		saved = s.Warn.Render(f.Saved)
	}
	room := width - displayWidth(saved) - 4
	return sides(" "+f.hints(room), saved+" ", width, s.Glyphs)
}

func (f Footer) hints(room int) string {
	if len(f.Hints) == 0 {
		return ""
	}
	last := f.Hints[len(f.Hints)-1]
	room -= last.width()
	var shown []string
	for _, h := range f.Hints[:len(f.Hints)-1] {
		if room -= h.width() + 2; room < 0 {
			break
		}
		shown = append(shown, f.hint(h))
	}
	return strings.Join(append(shown, f.hint(last)), "  ")
}

func (h Hint) width() int { return safe.Width(h.Key) + 1 + safe.Width(h.Word) }

func (f Footer) hint(h Hint) string {
	return f.Styles.Accent.Render(h.Key) + " " + f.Styles.Dim.Render(h.Word)
}

// Weight says how much a message matters.
type Weight int

// The weights of a message.
const (
	Info Weight = iota
	Warn
	Danger
)

// Message is something that the console has to say, safe already.
type Message struct {
	Text   string
	Weight Weight
}

// Notice is the rows above the footer in which the console speaks.
type Notice struct {
	Styles   theme.Styles
	Messages []Message
}

// Rows is how many rows the messages need at a width.
func (n Notice) Rows(width int) int { return len(n.rows(width)) }

// View draws the messages, the newest last. Where not all rows fit, the first
// messages keep theirs: they are the gravest.
func (n Notice) View(width, height int) string {
	return strings.Join(clip(n.rows(width), height), "\n")
}

func (n Notice) rows(width int) []string {
	s := n.Styles
	var rows []string
	for _, m := range n.Messages {
		style, mark := s.Text, "  "
		switch m.Weight {
		case Warn:
			style, mark = s.Warn, s.Glyphs.Warn+" "
		case Danger:
			style, mark = s.Danger, s.Glyphs.Warn+" "
		}
		for _, row := range WrapWords(m.Text, width-4) {
			rows = append(rows, " "+style.Render(mark+row))
			mark = "  "
		}
	}
	return rows
}

// WrapWords breaks safe text between words, and inside a word only where the
// word alone is too long.
func WrapWords(text string, width int) []string {
	width = max(width, 1)
	var rows []string
	for para := range strings.SplitSeq(text, "\n") {
		row := ""
		for word := range strings.FieldsSeq(para) {
			if row != "" && safe.Width(row)+1+safe.Width(word) > width {
				rows = append(rows, row)
				row = ""
			}
			if row != "" {
				row += " "
			}
			row += word
			for safe.Width(row) > width {
				pieces := safe.Wrap(row, width)
				rows = append(rows, pieces[0])
				row = strings.Join(pieces[1:], "")
			}
		}
		rows = append(rows, row)
	}
	return rows
}
