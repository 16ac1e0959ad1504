package pane

import (
	"fmt"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// StepRow is one step in the list.
type StepRow struct {
	Number  int // 0 for a step without a number
	Title   string
	Status  session.StepStatus
	Running bool // one of its commands is at work
	// Note is what stands at the right where there is room: who did it and
	// when, or what the step is to the reader's role. It is safe already.
	Note string
	// Items are what the step holds, shown below it under the cursor.
	Items []Item
}

// StepList is the list of steps of one phase.
type StepList struct {
	Styles  theme.Styles
	Rows    []StepRow
	Cursor  int
	Focused bool // keys move in the list
	Item    int  // the chosen item of the step under the cursor
	// Unfold shows notes at the right and the items of the step under the
	// cursor, where the open step has no pane of its own.
	Unfold bool
	Empty  string // said where there are no steps, safe
}

// View draws as many rows as fit, around the cursor.
func (l StepList) View(width, height int) string {
	if len(l.Rows) == 0 {
		return l.empty(width, height)
	}
	var rows []string
	first, last := 0, 0
	for i := range l.Rows {
		if i == l.Cursor {
			first = len(rows)
		}
		rows = append(rows, l.row(i, width))
		if i == l.Cursor && l.Unfold {
			rows = append(rows, l.items(i, width, height-1)...)
		}
		if i == l.Cursor {
			last = len(rows) - 1
		}
	}
	top := window(0, last, len(rows), height)
	top = min(top, first)
	return strings.Join(clip(rows[top:], height), "\n")
}

func (l StepList) empty(width, height int) string {
	text := l.Empty
	if text == "" {
		text = "This phase has no steps for your role."
	}
	rows := WrapWords(text, width-3)
	for i := range rows {
		rows[i] = "  " + l.Styles.Dim.Render(rows[i])
	}
	return strings.Join(clip(rows, height), "\n")
}

func (l StepList) row(i, width int) string {
	r, s := l.Rows[i], l.Styles
	number := "   "
	if r.Number > 0 {
		number = fmt.Sprintf("%2d ", r.Number)
	}
	left := l.mark(i) + number + safe.Line(r.Title)
	style := s.Text
	switch {
	case i == l.Cursor && l.Focused:
		style = s.Cursor
	case i == l.Cursor:
		style = s.Strong
	case r.Status == session.Done || r.Status == session.Skipped:
		style = s.Dim
	}
	note := ""
	if l.Unfold && r.Note != "" {
		note = s.Dim.Render(r.Note) + " "
	}
	return sides(style.Render(left), note, width, s.Glyphs)
}

// mark is the cursor and how the step stands, two cells.
func (l StepList) mark(i int) string {
	g := l.Styles.Glyphs
	cursor := " "
	if i == l.Cursor {
		cursor = g.Cursor
	}
	status := statusGlyph(g, l.Rows[i].Status, l.Rows[i].Running)
	if status == " " {
		return " " + cursor
	}
	return cursor + status
}

func statusGlyph(g theme.Glyphs, status session.StepStatus, running bool) string {
	switch {
	case running:
		return g.Running
	case status == session.Done:
		return g.Done
	case status == session.Skipped:
		return g.Skipped
	case status == session.Waiting:
		return g.Waiting
	}
	return " "
}

// items are the step's items, the chosen one among them, in room rows at most.
func (l StepList) items(i, width, room int) []string {
	items := l.Rows[i].Items
	if len(items) == 0 || room < 1 {
		return nil
	}
	draw := itemRows{styles: l.Styles, items: items, chosen: l.Item, focused: l.Focused, indent: 5}
	rows := draw.rows(width)
	room = max(min(room-(len(l.Rows)-1), len(rows)), min(3, len(rows)))
	top := window(0, l.Item, len(rows), room)
	return clip(rows[top:], room)
}
