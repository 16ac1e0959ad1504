package pane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Clocks is the row of clocks. Those that are overdue come first, then those
// with a quarter of their time left, then the others, the nearest deadline
// first, and last those that have stopped; how many do not fit is said at the
// end.
type Clocks struct {
	Styles theme.Styles
	Clocks []session.Clock
}

// View draws one row. On a wide screen bars are left out, from the last one
// on, so that more clocks are there; the two nearest deadlines keep theirs.
func (c Clocks) View(width, _ int) string {
	clocks := byUrgency(c.Clocks)
	bars := len(clocks)
	if width < wideClocks {
		row, _ := c.row(clocks, bars, width)
		return row
	}
	for ; ; bars-- {
		row, rest := c.row(clocks, bars, width)
		if rest == 0 || bars <= 2 {
			return row
		}
	}
}

const (
	clockGap   = "   "
	wideClocks = 110 // from here on clocks say "left", and may go without a bar
)

// row draws the clocks that fit, the first ones with a bar, and says how many
// are left.
func (c Clocks) row(clocks []session.Clock, bars, width int) (row string, rest int) {
	names := shortNames(clocks)
	row, used := " ", 1
	for i, clock := range clocks {
		gap := clockGap
		if i == 0 {
			gap = ""
		}
		rest := len(clocks) - i - 1
		shown := c.fit(clock, names[i], width-used-len(gap)-moreRoom(rest), width >= wideClocks, i < bars)
		if shown == "" {
			return row + gap + c.Styles.Dim.Render(fmt.Sprintf("+%d", rest+1)), rest + 1
		}
		row += gap + shown
		used += len(gap) + ansi.StringWidth(shown)
	}
	return row, 0
}

// moreRoom is what "+2" behind a clock needs while others follow it.
func moreRoom(rest int) int {
	if rest == 0 {
		return 0
	}
	return len(clockGap) + len(fmt.Sprintf("+%d", rest))
}

// fit draws a clock, with its bar if it is to have one. It is empty if there is
// no room; on a wide screen the bar is given up first.
func (c Clocks) fit(clock session.Clock, name string, room int, wide, barred bool) string {
	text, style := c.words(clock, name, wide)
	full := style.Render(text)
	bar := 10
	if wide {
		bar = 12
	}
	if clock.Target > 0 && !clock.Stopped && barred {
		withBar := full + " " + c.bar(clock, bar)
		if ansi.StringWidth(withBar) <= room {
			return withBar
		}
		if !wide {
			return ""
		}
	}
	if ansi.StringWidth(full) <= room {
		return full
	}
	return ""
}

func (c Clocks) words(clock session.Clock, name string, wide bool) (string, interface{ Render(...string) string }) {
	s := c.Styles
	warn := s.Glyphs.Warn + " "
	switch clock.Word() {
	case session.ClockStops:
		style, note := s.Dim, ""
		if clock.Missed() {
			style, note = s.Danger, warn
		}
		if clock.Target <= 0 {
			return name + " took " + Coarse(clock.Took), style
		}
		return note + name + " took " + Coarse(clock.Took) + " of " + Coarse(clock.Target), style
	case session.ClockAtOnce:
		return name + " at once", s.Warn
	case session.ClockOverdue:
		return warn + name + " over " + Left(clock.Left), s.Danger
	case session.ClockWarns:
		return warn + name + " " + Left(clock.Left) + " soon", s.Warn
	}
	if !wide {
		return name + " " + Left(clock.Left), s.Text
	}
	return name + " " + Left(clock.Left) + " left", s.Text
}

// bar shows how much of the time has gone.
func (c Clocks) bar(clock session.Clock, cells int) string {
	gone := clock.Target - clock.Left
	full := int((int64(gone)*int64(cells) + int64(clock.Target)/2) / int64(clock.Target))
	full = min(max(full, 0), cells)
	s := c.Styles
	style := s.Accent
	switch clock.Word() {
	case session.ClockWarns:
		style = s.Warn
	case session.ClockOverdue:
		style = s.Danger
	}
	return style.Render(strings.Repeat(s.Glyphs.Full, full)) + s.Rule.Render(strings.Repeat(s.Glyphs.Empty, cells-full))
}

// Left is the time that a clock has, as the clocks show it: under an hour in
// minutes and seconds, "17:29"; from an hour on "3h47", so that the two cannot
// be taken for one another and no second ticks without need.
func Left(d time.Duration) string {
	total := int(d.Abs() / time.Second)
	h, m, sec := total/3600, total/60%60, total%60
	switch {
	case h >= 100:
		return fmt.Sprintf("%dd%02dh", h/24, h%24)
	case h > 0:
		return fmt.Sprintf("%dh%02d", h, m)
	}
	return fmt.Sprintf("%d:%02d", m, sec)
}

// Coarse is a length of time that does not change any more: "41m", "4h",
// "1h20", "7d".
func Coarse(d time.Duration) string {
	d = d.Abs()
	total := int(d / time.Minute)
	h, m := total/60, total%60
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d/time.Second))
	case h == 0:
		return fmt.Sprintf("%dm", m)
	case h >= 72 && h%24 == 0 && m == 0:
		return fmt.Sprintf("%dd", h/24)
	case h >= 72:
		return fmt.Sprintf("%dd%02dh", h/24, h%24)
	case m == 0:
		return fmt.Sprintf("%dh", h)
	}
	return fmt.Sprintf("%dh%02d", h, m)
}

func byUrgency(clocks []session.Clock) []session.Clock {
	sorted := slices.Clone(clocks)
	slices.SortStableFunc(sorted, func(a, b session.Clock) int {
		return cmp.Or(cmp.Compare(a.Urgency(), b.Urgency()), a.Due.Compare(b.Due))
	})
	return sorted
}

// shortNames are the first words of the clocks' names, and more of them where
// two would be called the same.
func shortNames(clocks []session.Clock) []string {
	names := make([]string, len(clocks))
	count := map[string]int{}
	for i, c := range clocks {
		names[i] = firstWord(c.Name)
		count[names[i]]++
	}
	for i, c := range clocks {
		if count[names[i]] > 1 {
			names[i] = safe.Truncate(safe.Line(c.Name), 24, "…")
		}
	}
	return names
}

func firstWord(name string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return safe.Truncate(safe.Line(word), 14, "…")
}
