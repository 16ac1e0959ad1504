package ui

import (
	"wsc-respond/session"
	"wsc-respond/ui/pane"
)

// timeline is all events, and the last of them in words. The words are made
// when an event comes, so that drawing costs the same however many there are.
type timeline struct {
	events []session.Event
	rows   []pane.TimelineRow // of the last events, newest last
	said   uint64             // the last event that rows was made for
}

// timelineKept is how many rows are kept in words: more than any screen
// shows.
const timelineKept = 16

func newTimeline(events []session.Event) timeline { return timeline{events: events} }

func (t *timeline) add(e session.Event) { t.events = append(t.events, e) }

// say puts the last events in words anew when there are new ones. The files
// that one run left are one row.
func (t *timeline) say(state *session.State) []pane.TimelineRow {
	n := len(t.events)
	if n == 0 || t.said == t.events[n-1].Seq {
		return t.rows
	}
	t.rows, t.said = nil, t.events[n-1].Seq
	for _, events := range session.Rows(t.events, timelineKept) {
		row := timelineRow(state, events[len(events)-1])
		row.Text = state.SayRow(events)
		t.rows = append(t.rows, row)
	}
	return t.rows
}

func timelineRow(state *session.State, e session.Event) pane.TimelineRow {
	who := e.By.Name
	if e.By.Source == session.FromConsole {
		who = "console"
	}
	return pane.TimelineRow{Seq: e.Seq, At: e.When(), Who: who, Text: state.Say(e), Late: !e.Occurred.IsZero()}
}
