// Package pane draws the parts of the console. A pane is a plain struct that
// holds what is to be seen, and View(width, height) gives at most that many
// cells of it. Panes take no keys and do nothing; the same fields always give
// the same cells.
//
// Whatever came from outside (a runbook, an input, a name, output) is made
// safe here, in the pane that shows it, unless a field says that it is safe
// already.
package pane

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/ui/theme"
)

// line cuts a styled line to the width.
func line(styled string, width int, g theme.Glyphs) string {
	if ansi.StringWidth(styled) <= width {
		return styled
	}
	return ansi.Truncate(styled, max(width, 0), g.Ellipsis)
}

// sides puts one text at the left and one at the right of a line. Where both
// do not fit, the left one is cut; where it would have less than half of the
// line, the right one is left out.
func sides(left, right string, width int, g theme.Glyphs) string {
	if right == "" {
		return line(left, width, g)
	}
	room := width - ansi.StringWidth(right) - 2
	if room < width/2 && ansi.StringWidth(left) > room {
		return line(left, width, g)
	}
	left = line(left, room, g)
	return left + strings.Repeat(" ", width-ansi.StringWidth(left)-ansi.StringWidth(right)) + right
}

// pad fills a styled line with blanks up to the width.
func pad(styled string, width int) string {
	return styled + strings.Repeat(" ", max(width-ansi.StringWidth(styled), 0))
}

// rule is a line between panes, with a title in it.
func rule(s theme.Styles, title string, width int) string {
	if title == "" {
		return s.Rule.Render(strings.Repeat(s.Glyphs.Rule, max(width, 0)))
	}
	head := s.Rule.Render(s.Glyphs.Rule) + " " + line(title, width-4, s.Glyphs) + " "
	return head + s.Rule.Render(strings.Repeat(s.Glyphs.Rule, max(width-ansi.StringWidth(head), 0)))
}

// window is the first row to show so that row at is seen among total rows,
// height of which fit, with top as the row that was first before.
func window(top, at, total, height int) int {
	top = min(top, at)
	if at >= top+height {
		top = at - height + 1
	}
	return max(min(top, total-height), 0)
}

func clip(rows []string, height int) []string {
	if len(rows) > height {
		return rows[:max(height, 0)]
	}
	return rows
}

// Beside puts two blocks side by side: the left one is filled up to its width.
func Beside(left, right string, leftWidth, height int) string {
	a, b := strings.Split(left, "\n"), strings.Split(right, "\n")
	rows := make([]string, height)
	for i := range rows {
		l, r := at(a, i), at(b, i)
		if r == "" {
			rows[i] = l
			continue
		}
		rows[i] = pad(l, leftWidth) + r
	}
	return strings.Join(rows, "\n")
}

// Fill gives a block exactly height rows.
func Fill(block string, height int) string {
	rows := strings.Split(block, "\n")
	for len(rows) < height {
		rows = append(rows, "")
	}
	return strings.Join(rows[:max(height, 0)], "\n")
}

func at(rows []string, i int) string {
	if i < len(rows) {
		return rows[i]
	}
	return ""
}

func displayWidth(styled string) int { return ansi.StringWidth(styled) }

// ruled fills a line up to the width with the rule.
func ruled(s theme.Styles, styled string, width int) string {
	styled = line(styled, width, s.Glyphs)
	return styled + s.Rule.Render(strings.Repeat(s.Glyphs.Rule, max(width-ansi.StringWidth(styled), 0)))
}
