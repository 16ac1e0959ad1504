package dialog

import (
	"fmt"
	"time"

	"wsc-respond/session"
)

// Now is the clock that a dialog reads "20 minutes ago" by. It is handed in,
// with the local zone, so that a dialog makes no clock of its own.
type Now func() time.Time

// whenHelp says how a time in the past may be written.
const whenHelp = "now, 20 (minutes ago), 2h, 02:52, 02:52 UTC, 2026-11-21 23:10"

// when is a time of day in UTC, as screens say it.
func when(t time.Time) string { return t.UTC().Format("15:04 UTC") }

// ago says a time in the past as a person would, with the time in UTC.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "now"
	}
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now (" + when(t) + ")"
	case d < 2*time.Minute:
		return "1 minute ago (" + when(t) + ")"
	case d < time.Hour:
		return fmt.Sprintf("%d minutes ago (%s)", int(d.Minutes()), when(t))
	}
	return session.Span(d) + " ago (" + t.UTC().Format("2006-01-02 15:04 UTC") + ")"
}
