package pane

import (
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Item is a command or a check of a step: what Enter and Space act on.
type Item struct {
	Command string // the command's name; empty for a check
	Shell   string // the command's text
	Check   string // the check's text; empty for a command
	Ticked  bool
	State   ItemState
}

// ItemState says how a command stands.
type ItemState int

// The states of a command.
const (
	NotRun    ItemState = iota
	AtWork              // it runs
	Expected            // it ended as its author expects
	Failed              // it ended otherwise, or nobody saw its end
	Elsewhere           // somebody ran it elsewhere, and nobody said how it ended
)

// OutcomeNotKnown says that a command ran elsewhere and that nobody said how it
// ended. It is neither a success nor a failure.
const OutcomeNotKnown = "elsewhere, outcome not known"

// itemRows draws items, each on one row.
type itemRows struct {
	styles  theme.Styles
	items   []Item
	chosen  int
	focused bool
	indent  int
}

func (d itemRows) rows(width int) []string {
	name := d.nameWidth()
	rows := make([]string, len(d.items))
	for i, item := range d.items {
		rows[i] = line(strings.Repeat(" ", d.indent)+d.cursor(i)+d.item(i, item, name), width, d.styles.Glyphs)
	}
	return rows
}

func (d itemRows) cursor(i int) string {
	if i != d.chosen {
		return "  "
	}
	if d.focused {
		return d.styles.Cursor.Render(d.styles.Glyphs.Cursor) + " "
	}
	return d.styles.Dim.Render(d.styles.Glyphs.Cursor) + " "
}

func (d itemRows) item(i int, item Item, name int) string {
	s := d.styles
	style := s.Text
	if i == d.chosen && d.focused {
		style = s.Cursor
	}
	if item.Command == "" {
		mark := s.Glyphs.Unmarked
		if item.Ticked {
			mark = s.Glyphs.Marked
		}
		if item.Ticked && (i != d.chosen || !d.focused) {
			style = s.Dim
		}
		return style.Render("[" + mark + "] " + safe.Line(item.Check))
	}
	label := safe.Truncate(safe.Line(item.Command), name, s.Glyphs.Ellipsis)
	label += strings.Repeat(" ", name-safe.Width(label))
	return style.Render(label) + " " + d.state(item.State) + " " + s.Command.Render(safe.Line(steps.Gist(item.Shell)))
}

func (d itemRows) state(state ItemState) string {
	s := d.styles
	switch state {
	case AtWork:
		return s.Accent.Render(s.Glyphs.Running)
	case Expected:
		return s.Dim.Render(s.Glyphs.Done)
	case Failed:
		return s.Danger.Render(s.Glyphs.Warn)
	case Elsewhere:
		return s.Warn.Render("? " + OutcomeNotKnown)
	}
	return " "
}

// nameWidth is that of the longest name of a command, at least 8 cells and at
// most 16.
func (d itemRows) nameWidth() int {
	width := 8
	for _, item := range d.items {
		width = max(width, safe.Width(safe.Line(item.Command)))
	}
	return min(width, 16)
}
