package pane

import (
	"fmt"
	"strings"
	"time"

	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Header is the first row: which incident this is, how grave, and the time.
type Header struct {
	Styles   theme.Styles
	CodeName string
	Types    []string // ids, the leading one first; empty in triage
	Title    string   // of the leading type
	Severity steps.Level
	Drill    bool
	Closed   bool
	Elapsed  time.Duration // since somebody became aware
	Aware    bool          // whether Elapsed is known
	Wall     time.Time     // now
	Zone     *time.Location
}

// View draws one row.
func (h Header) View(width, _ int) string {
	return sides(" "+h.what(width), h.times(width >= 110), width, h.Styles.Glyphs)
}

func (h Header) what(width int) string {
	s := h.Styles
	var parts []string
	if h.Drill {
		parts = append(parts, s.Warn.Render("DRILL"))
	}
	parts = append(parts, s.Strong.Render(safe.Line(h.CodeName)), s.Text.Render(h.incident(width)))
	if h.Severity != "" {
		parts = append(parts, s.Danger.Render(safe.Line(strings.ToUpper(string(h.Severity)))))
	}
	if h.Closed {
		parts = append(parts, s.Strong.Render("CLOSED"))
	}
	return strings.Join(parts, s.Dim.Render(" "+s.Glyphs.Bullet+" "))
}

func (h Header) incident(width int) string {
	if len(h.Types) == 0 {
		return "TRIAGE, not classified yet"
	}
	name := safe.Line(h.Types[0])
	if more := len(h.Types) - 1; more > 0 && width < 80 {
		return fmt.Sprintf("%s +%d", name, more)
	}
	if width >= 110 {
		name += " " + safe.Line(h.Title)
	}
	for _, more := range h.Types[1:] {
		name += " + " + safe.Line(more)
	}
	return name
}

func (h Header) times(wide bool) string {
	s := h.Styles
	dot := s.Dim.Render(" " + s.Glyphs.Bullet + " ")
	text := h.Wall.UTC().Format("15:04 UTC")
	if h.Aware {
		text = s.Strong.Render(Elapsed(h.Elapsed)) + dot + text
	}
	if local := h.Wall.In(zoneOf(h.Zone)); wide && local.Format("-0700") != "+0000" {
		text += dot + s.Dim.Render(local.Format("15:04 ")+offset(local))
	}
	return text + " "
}

func zoneOf(z *time.Location) *time.Location {
	if z == nil {
		return time.UTC
	}
	return z
}

// offset is a zone's distance from UTC: "+01", "+05:30".
func offset(t time.Time) string {
	if o := t.Format("-07:00"); !strings.HasSuffix(o, ":00") {
		return o
	}
	return t.Format("-07")
}

// Elapsed is the time since awareness as the header shows it: "T+00:12:31",
// and from four days on "T+5d 03:12:31".
func Elapsed(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	total := int(d / time.Second)
	h, m, sec := total/3600, total/60%60, total%60
	if h >= 96 {
		return fmt.Sprintf("T%s%dd %02d:%02d:%02d", sign, h/24, h%24, m, sec)
	}
	return fmt.Sprintf("T%s%02d:%02d:%02d", sign, h, m, sec)
}
