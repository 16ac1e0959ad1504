package plain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// stage is a phase of the plan with its steps. Stages are numbered from 1 over
// all incident types of the plan; those after the incident come last.
type stage struct {
	number   int
	incident *steps.Incident
	phase    *steps.Phase
	places   []place
}

func (c *console) stages() []stage {
	var all []stage
	for _, p := range places(c.State) {
		if len(all) == 0 || all[len(all)-1].phase != p.phase {
			all = append(all, stage{number: len(all) + 1, incident: p.incident, phase: p.phase})
		}
		last := &all[len(all)-1]
		last.places = append(last.places, p)
	}
	return all
}

// stage finds a phase by its number, its title or its id.
func (c *console) stage(word string) (stage, error) {
	all := c.stages()
	for _, s := range all {
		if word == strconv.Itoa(s.number) || strings.EqualFold(word, s.phase.Title) || strings.EqualFold(word, s.phase.ID) {
			return s, nil
		}
	}
	if word == "" {
		return stage{}, errForm
	}
	return stage{}, fmt.Errorf("there is no phase %q; they are numbered from 1 to %d", word, len(all))
}

// tellStage says which phase it is, how far it is, and how its clock stands.
func (c *console) tellStage(s stage) {
	done, mine := 0, 0
	for _, p := range s.places {
		if !p.step.For(c.roleName()) {
			continue
		}
		mine++
		if st := c.State.Step(p.ref).Status; st == session.Done || st == session.Skipped {
			done++
		}
	}
	text := fmt.Sprintf("phase %d, %s: %s, %d of %d done", s.number, s.incident.ID, s.phase.Title, done, mine)
	clocks := c.State.Clocks(c.now())
	if i := slices.IndexFunc(clocks, func(k session.Clock) bool {
		return k.ID == "phase:"+string(steps.StepRef(s.incident.ID, s.phase.ID))
	}); i >= 0 {
		text += ", " + sayClock(clocks[i])
	}
	c.out.say("%s", text)
}

func (c *console) tellSteps(s stage) {
	others := 0
	for _, p := range s.places {
		if !p.step.For(c.roleName()) {
			others++
			continue
		}
		c.out.item("%s%s", p.title(), c.standing(p))
	}
	if others > 0 {
		c.out.item("%s for other roles", count(others, "step is", "steps are"))
	}
}
