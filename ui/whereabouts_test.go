package ui

import (
	"testing"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
)

func TestAConsoleThatComesBackOpensWhereTheWorkWas(t *testing.T) {
	opened := func(data ...session.Data) (*session.State, []session.Event) {
		rb := sessiontest.Runbook()
		state := session.NewState(rb)
		opening := sessiontest.Opening(rb)
		var events []session.Event
		for i, d := range append([]session.Data{&opening.Opened, &opening.Incident}, data...) {
			e := session.Event{Seq: uint64(i + 1), By: sessiontest.Actor(), Data: d}
			if err := state.Apply(e, session.Receipt{Seq: e.Seq}); err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
		return state, events
	}
	tests := map[string]struct {
		data []session.Data
		want session.Ref // empty is the first open step
		item int
	}{
		"nothing was done":    {nil, "", 0},
		"a check was ticked":  {[]session.Data{&session.CheckTicked{Step: "INC-1/scope"}}, "INC-1/scope", 0},
		"a step was finished": {[]session.Data{&session.StepDone{Step: "INC-1/scope"}}, "", 0},
		"a command is at work": {[]session.Data{
			&session.Confirmed{Command: "INC-1/isolate/move"}, &session.Started{Command: "INC-1/isolate/move", Of: 3},
			&session.CheckTicked{Step: "INC-1/scope"},
		}, "INC-1/isolate", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			state, events := opened(tt.data...)
			ch, ok := whereabouts(state, events, planOf(state, ""))
			if ok != (tt.want != "") || ch.open != tt.want || ch.item != tt.item {
				t.Errorf("opens %q at item %d (%v), want %q at %d", ch.open, ch.item, ok, tt.want, tt.item)
			}
		})
	}
}
