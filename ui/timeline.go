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
	said   uint64             // the last event that rows has
}

// timelineKept is how many events are kept in words: more than any screen
// shows.
const timelineKept = 16

func newTimeline(events []session.Event) timeline { return timeline{events: events} }

func (t *timeline) add(e session.Event) { t.events = append(t.events, e) }

// say puts the events that are new in words.
func (t *timeline) say(state *session.State) []pane.TimelineRow {
	from := max(len(t.events)-timelineKept, 0)
	for _, e := range t.events[from:] {
		if e.Seq > t.said {
			t.rows = append(t.rows, timelineRow(state, e))
			t.said = e.Seq
		}
	}
	t.rows = t.rows[max(len(t.rows)-timelineKept, 0):]
	return t.rows
}

func timelineRow(state *session.State, e session.Event) pane.TimelineRow {
	who := e.By.Name
	if e.By.Source == session.FromConsole {
		who = "console"
	}
	return pane.TimelineRow{Seq: e.Seq, At: e.When(), Who: who, Text: state.Say(e), Late: !e.Occurred.IsZero()}
}
