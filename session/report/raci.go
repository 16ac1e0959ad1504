package report

import (
	"wsc-respond/steps"
)

// raci are the activities whose steps somebody touched, in the order of the
// tables.
func (b *builder) raci() []Activity {
	carried := b.carriedOut()
	var all []Activity
	for _, activity := range b.state.Runbook.RACI {
		if titles := carried[nameOf(activity)]; len(titles) > 0 {
			all = append(all, Activity{Activity: activity, Steps: titles})
		}
	}
	return all
}

// activityName tells activities of the same words in two tables apart.
type activityName struct{ group, activity string }

func nameOf(a steps.Activity) activityName { return activityName{a.Group, a.Activity} }

// carriedOut are the titles of the touched steps, by their activity.
func (b *builder) carriedOut() map[activityName][]string {
	begun := b.begun()
	carried := map[activityName][]string{}
	for _, inc := range b.worked() {
		for _, phase := range inc.Phases {
			for _, step := range phase.Steps {
				ref := steps.StepRef(inc.ID, step.ID)
				activity, known := b.state.Runbook.Activity(step.Activity)
				if _, touched := b.state.Steps[ref]; known && (touched || begun[ref]) {
					name := nameOf(activity)
					carried[name] = append(carried[name], stepTitle(step))
				}
			}
		}
	}
	return carried
}
