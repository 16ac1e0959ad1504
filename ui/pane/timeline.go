package pane

import (
	"strings"
	"time"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// TimelineRow is one event in words.
type TimelineRow struct {
	Seq  uint64
	At   time.Time // when it happened
	Who  string
	Text string
	Late bool // it was recorded later than it happened
}

// Timeline is the last events, the newest at the bottom.
type Timeline struct {
	Styles theme.Styles
	Rows   []TimelineRow
	Now    time.Time // events of another day carry their date
}

// View draws the rule and as many of the last events as fit.
func (t Timeline) View(width, height int) string {
	if height < 1 {
		return ""
	}
	rows := []string{rule(t.Styles, t.Styles.Dim.Render("Timeline"), width)}
	from := max(len(t.Rows)-(height-1), 0)
	for _, r := range t.Rows[from:] {
		rows = append(rows, t.row(r, width))
	}
	return Fill(strings.Join(rows, "\n"), height)
}

func (t Timeline) row(r TimelineRow, width int) string {
	s := t.Styles
	text := " " + s.Dim.Render(EventTime(r.At, t.Now)) + "  " + s.Text.Render(safe.Line(r.Who)) + "  " + s.Text.Render(safe.Line(r.Text))
	return line(text, width, s.Glyphs)
}

// EventTime is the time of an event in UTC, with the date where it is not
// today's.
func EventTime(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04:05")
	}
	return at.Format("01-02 15:04")
}
