package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/steps/safe"
)

// writing is a text field.
type writing struct {
	editor
	typedOnly bool // a paste does not count
	proposal  bool // what stands there gives way to the first letter
}

func written(text string) *writing { return &writing{editor: editor{before: text}} }

// proposed is text that is right as it is, or is written anew: "now".
func proposed(text string) *writing {
	w := written(text)
	w.proposal = true
	return w
}

func (w *writing) key(k tea.KeyPressMsg) bool {
	if w.proposal && k.Text != "" {
		w.set("")
	}
	w.proposal = false
	switch k.Code {
	case tea.KeyUp:
		return w.up()
	case tea.KeyDown:
		return w.down()
	}
	return w.editor.key(k)
}

func (w *writing) paste(text string) {
	if w.typedOnly {
		w.note = "a paste does not count here; type it"
		return
	}
	if w.proposal {
		w.set("")
	}
	w.proposal = false
	w.editor.paste(text)
}

func (w *writing) told() string { return w.note }

func (w *writing) rows(c canvas, width int, active bool) ([]string, int) {
	return w.editor.rows(c, width, active, c.Text)
}

// option is one of the values of a choice.
type option struct{ value, text string }

func options(values ...string) []option {
	all := make([]option, len(values))
	for i, v := range values {
		all[i] = option{v, v}
	}
	return all
}

// choice is one of a few, told by left and right.
type choice struct {
	options []option
	at      int
}

func chosen(current string, all []option) *choice {
	at := slices.IndexFunc(all, func(o option) bool { return o.value == current })
	return &choice{options: all, at: max(at, 0)}
}

func (ch *choice) value() string {
	if len(ch.options) == 0 {
		return ""
	}
	return ch.options[ch.at].value
}

func (ch *choice) key(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "right", "space":
		ch.turn(1)
	case "left":
		ch.turn(-1)
	default:
		return false
	}
	return true
}

func (ch *choice) turn(by int) {
	if n := len(ch.options); n > 0 {
		ch.at = (ch.at + by + n) % n
	}
}

func (ch *choice) paste(string) {}
func (ch *choice) told() string { return "" }

func (ch *choice) rows(c canvas, width int, active bool) ([]string, int) {
	var parts []string
	for i, o := range ch.options {
		text := "  " + c.line(o.text) + "  "
		if i == ch.at {
			text = "[ " + c.line(o.text) + " ]"
		}
		parts = append(parts, text)
	}
	return c.strip(parts, ch.at, width, active), 0
}

// strip puts parts beside each other in as many rows as they need; the one at
// the index at is the chosen one.
func (c canvas) strip(parts []string, at, width int, active bool, dim ...int) []string {
	rows := []string{""}
	used := 0
	for i, part := range parts {
		part = c.cut(part, width)
		w := safe.Width(part)
		if used > 0 && used+w > width {
			rows, used = append(rows, ""), 0
		}
		style := c.Text
		switch {
		case slices.Contains(dim, i):
			style = c.Dim
		case i == at && active:
			style = c.Accent
		case i == at:
			style = c.Strong
		}
		rows[len(rows)-1] += style.Render(part)
		used += w
	}
	return rows
}

// suggested is a text field with proposals, which left and right go through.
type suggested struct {
	writing
	proposals []string
}

func (s *suggested) key(k tea.KeyPressMsg) bool {
	n := len(s.proposals)
	if n == 0 || (k.Code != tea.KeyLeft && k.Code != tea.KeyRight) || k.Mod != 0 {
		return s.writing.key(k)
	}
	at := slices.Index(s.proposals, s.value())
	switch {
	case k.Code == tea.KeyRight:
		at = (at + 1) % n
	case at < 0:
		at = n - 1
	default:
		at = (at + n - 1) % n
	}
	s.set(s.proposals[at])
	return true
}

// marks are any number of a list, in the order in which they were marked.
type marks struct {
	options []option
	marked  []string // values
	at      int
}

func (m *marks) key(k tea.KeyPressMsg) bool {
	switch k.String() {
	case "up":
		m.at--
	case "down":
		m.at++
	case "space":
		m.toggle()
	default:
		return false
	}
	inside := m.at >= 0 && m.at < len(m.options)
	m.at = max(min(m.at, len(m.options)-1), 0)
	return inside
}

func (m *marks) toggle() {
	value := m.options[m.at].value
	if i := slices.Index(m.marked, value); i >= 0 {
		m.marked = slices.Delete(slices.Clone(m.marked), i, i+1)
		return
	}
	m.marked = append(slices.Clone(m.marked), value)
}

func (m *marks) paste(string) {}
func (m *marks) told() string { return "" }

func (m *marks) rows(c canvas, width int, active bool) (rows []string, at int) {
	for i, o := range m.options {
		style, lead := c.Text, "  "
		if active && i == m.at {
			style, lead, at = c.Strong, pad(c.Glyphs.Cursor, 2), len(rows)
		}
		text := c.line(o.text)
		if len(m.marked) > 1 && m.marked[0] == o.value {
			text += c.own(" · leads")
		}
		box := c.box(slices.Contains(m.marked, o.value))
		rows = append(rows, indent(lead+box+" ", rendered(wrapWords(text, width-6), style))...)
	}
	if len(rows) == 0 {
		rows = []string{""}
	}
	return rows, at
}

// box is a mark in brackets: "[x]" or "[ ]".
func (c canvas) box(marked bool) string {
	sign := c.Glyphs.Unmarked
	if marked {
		sign = c.Glyphs.Marked
	}
	if strings.HasPrefix(sign, "[") {
		return sign
	}
	return "[" + pad(sign, 1) + "]"
}
