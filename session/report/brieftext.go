package report

import (
	"fmt"
	"strings"

	"wsc-respond/steps/safe"
)

// labelWidth is the column in which the items of a brief begin, in cells.
const labelWidth = 10

// section lays out one section. Short items share a line; long ones are cut,
// and end in an ellipsis. Where items are left over, the last line says how
// many.
func (h handover) section(s section) []string {
	if len(s.items) == 0 {
		if s.none == "" {
			return nil
		}
		return []string{h.labelled(s.label, s.none)}
	}
	rows, shown := h.pack(s.items, s.rows)
	if left := len(s.items) - shown; left > 0 {
		rows[len(rows)-1] = h.withMore(rows[len(rows)-1], left)
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		label := s.label
		if i > 0 {
			label = ""
		}
		lines[i] = h.labelled(label, row)
	}
	return lines
}

// pack puts items on at most limit rows, and says how many it placed.
func (h handover) pack(items []item, limit int) (rows []string, placed int) {
	for _, it := range items {
		text := safe.Truncate(safe.Line(string(it)), h.room(), "…")
		if last := len(rows) - 1; last >= 0 {
			if joined := rows[last] + " · " + text; safe.Width(joined) <= h.room() {
				rows[last] = joined
				placed++
				continue
			}
		}
		if len(rows) == limit {
			break
		}
		rows = append(rows, text)
		placed++
	}
	return rows, placed
}

func (h handover) withMore(row string, left int) string {
	more := fmt.Sprintf(" · +%d", left)
	return safe.Truncate(row, h.room()-safe.Width(more), "…") + more
}

// room is how wide the items of a section may be.
func (h handover) room() int { return h.width - labelWidth - 1 }

func (h handover) labelled(label, text string) string {
	return h.fit(fmt.Sprintf("%-*s%s", labelWidth, label, text))
}

// fit makes a line of the brief: safe, indented by one cell, and not wider
// than the brief.
func (h handover) fit(line string) string {
	return strings.TrimRight(safe.Truncate(" "+safe.Line(line), h.width, "…"), " ")
}

func orSay(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
