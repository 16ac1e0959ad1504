package dialog

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/ui/keys"
)

// page is one drawn dialog: a title, a body that scrolls where it does not
// fit, and a foot that is always whole.
type page struct {
	title string
	tag   string   // at the right of the title
	lead  []string // between title and body; always whole
	body  []string
	// items are the first rows of the items in body, where it is a list; the
	// position is told in items then, and otherwise in rows.
	items []int
	note  string // at the left of the position, where there is one
	focus span   // rows of body that must be seen
	foot  []string
	tight bool // no empty row between body and foot
	hints []string
}

// span is a range of rows, without its end.
type span struct{ from, to int }

// scroller is where a body stands. It keeps what was drawn last, so that keys
// scroll by what is seen.
type scroller struct {
	top           int
	window, total int
}

// fit moves as little as needed to show the focus, and stays inside.
func (s *scroller) fit(total, window int, focus span) {
	s.total, s.window = total, window
	if focus.to > focus.from {
		s.top = max(s.top, focus.to-window)
		s.top = min(s.top, focus.from)
	}
	s.top = max(min(s.top, total-window), 0)
}

// move scrolls by an action; false if the action does not scroll.
func (s *scroller) move(a keys.Action) bool {
	switch a {
	case keys.Up:
		s.top--
	case keys.Down:
		s.top++
	case keys.PageUp:
		s.top -= max(s.window-1, 1)
	case keys.PageDown:
		s.top += max(s.window-1, 1)
	case keys.Top:
		s.top = 0
	case keys.Bottom:
		s.top = s.total
	default:
		return false
	}
	s.top = max(min(s.top, s.total-s.window), 0)
	return true
}

// atEnd reports whether the last row is seen, as it was drawn last.
func (s *scroller) atEnd() bool { return s.top+s.window >= s.total }

// leastBody is how many rows of a body are worth more than the empty rows
// around it.
const leastBody = 6

// draw puts a page on the canvas. Where the body does not fit, a row says
// which part of it is seen.
func (c canvas) draw(p page, s *scroller) string {
	head := c.head(p)
	fixed := len(head) + len(p.lead) + len(p.foot) + len(p.hints)
	gaps := p.gaps()
	if fixed+gaps+len(p.body) > c.height && c.height-fixed-gaps-1 < leastBody {
		gaps = 0
	}
	window := max(c.height-fixed-gaps, 1)
	var position []string
	if len(p.body) > window {
		window = max(window-1, 1)
		s.fit(len(p.body), window, p.focus)
		position = []string{spread(c.Warn.Render(p.note), c.Dim.Render(p.position(s)), c.width)}
	} else {
		s.fit(len(p.body), len(p.body), p.focus)
	}
	seen := append(p.body[s.top:min(s.top+s.window, len(p.body)):len(p.body)], position...)
	if p.tight {
		seen = append(seen, p.foot...)
		p.foot = nil
	}
	gap := make([]string, min(gaps, 1))
	rows := head
	for _, part := range [][]string{p.lead, seen, p.foot, p.hints} {
		if len(part) > 0 {
			rows = append(append(rows, gap...), part...)
		}
	}
	return c.join(rows)
}

// gaps is how many empty rows the page has where there is room.
func (p page) gaps() int {
	n := 0
	for _, part := range [][]string{p.lead, p.body, p.hints} {
		n += min(len(part), 1)
	}
	if len(p.foot) > 0 && !p.tight {
		n++
	}
	return n
}

// head is the title with its tag, in as many rows as they need.
func (c canvas) head(p page) []string {
	if ansi.StringWidth(p.title)+1+ansi.StringWidth(p.tag) <= c.width {
		return []string{spread(c.Strong.Render(p.title), c.Dim.Render(p.tag), c.width)}
	}
	head := c.words(p.title, c.Strong)
	if p.tag != "" {
		head = append(head, c.words(p.tag, c.Dim)...)
	}
	return head
}

// position says which part of the body is seen: "1-5 of 13".
func (p page) position(s *scroller) string {
	first, last, total := s.top+1, s.top+s.window, s.total
	if len(p.items) > 0 {
		first, last, total = 0, 0, len(p.items)
		for i, row := range p.items {
			if row >= s.top && first == 0 {
				first = i + 1
			}
			if row < s.top+s.window {
				last = i + 1
			}
		}
		first = max(min(first, last), 1)
	}
	return fmt.Sprintf("%d-%d of %d", first, last, total)
}

// join puts the margin before each row, and bounds the whole.
func (c canvas) join(rows []string) string {
	rows = rows[:min(len(rows), c.height)]
	for i, row := range rows {
		if row = ansi.Truncate(row, c.width, c.Glyphs.Ellipsis); row != "" {
			rows[i] = strings.Repeat(" ", margin) + row
		}
	}
	return strings.Join(rows, "\n")
}

// hint is a key that is told at the foot of a page; the word is the table's
// own where it is empty.
type hint struct {
	action keys.Action
	word   string
}

// hints tells the keys of a mode: those that are asked for, or all that the
// table shows in a footer. This is the one place where dialogs say keys.
func (c canvas) hints(mode keys.Mode, wanted ...hint) []string {
	rows := keys.For(mode)
	if len(wanted) == 0 {
		for _, b := range rows {
			if b.Footer != "" {
				wanted = append(wanted, hint{action: b.Action})
			}
		}
	}
	var lines []string
	line := ""
	for _, h := range wanted {
		part := c.own(sayKey(rows, h))
		switch {
		case part == "":
		case line == "":
			line = part
		case ansi.StringWidth(line)+len(between)+ansi.StringWidth(part) <= c.width:
			line += between + part
		default:
			lines, line = append(lines, line), part
		}
	}
	return rendered(append(lines, line), c.Dim)
}

// between stands between two hints.
const between = "   "

func sayKey(rows []keys.Binding, h hint) string {
	for _, b := range rows {
		if b.Action != h.action {
			continue
		}
		word := h.word
		if word == "" {
			word = b.Footer
		}
		if word == "" {
			word = b.Help
		}
		return b.Keys[0] + " " + word
	}
	return ""
}
