package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

// Milestones records that a milestone was reached, now or earlier.
//
// Its action is MilestoneGiven.
type Milestones struct {
	asking
	now     Now
	rows    rowList
	writing steps.Milestone // the one that is recorded; empty while one is chosen
}

// NewMilestones lists the milestones with when they were reached. The state
// is not kept.
func NewMilestones(state *session.State, now Now) *Milestones {
	var rows []Row
	for _, m := range steps.Milestones() {
		row := Row{Key: string(m), Text: string(m), Below: milestoneWords()[m]}
		if moment, ok := state.MilestoneAt(m); ok {
			row.Detail = moment.When.UTC().Format("2006-01-02 15:04:05 UTC")
			if moment.Note != "" {
				row.Below += "\n" + moment.Note
			}
		}
		rows = append(rows, row)
	}
	return &Milestones{now: now, rows: newRowList(rows)}
}

func milestoneWords() map[steps.Milestone]string {
	return map[steps.Milestone]string{
		steps.Began:     "when it really started, if that is known",
		steps.Detected:  "when a person or a machine first saw a sign",
		steps.Aware:     "when somebody who must act knew; the clocks count from here",
		steps.Contained: "when it could not get worse any more",
		steps.Recovered: "when everything worked again as it should",
		steps.Reviewed:  "when the review was held",
	}
}

// Mode is List, and Form while the time is written.
func (d *Milestones) Mode() keys.Mode {
	if d.writing == "" {
		return keys.List
	}
	return keys.Form
}

// Paste takes pasted text while the time is written.
func (d *Milestones) Paste(text string) Result {
	if d.writing != "" {
		d.form.paste(text)
	}
	return Result{}
}

// Key takes one key.
func (d *Milestones) Key(k tea.KeyPressMsg) Result {
	if d.writing != "" {
		return d.write(k)
	}
	a, _ := keys.Lookup(keys.List, k.String())
	row, ok := d.rows.chosen()
	switch {
	case d.rows.move(a):
	case a == keys.Back:
		return Result{Close: true}
	case a == keys.Accept && ok:
		d.writing = steps.Milestone(row.Key)
		d.form = milestoneForm()
	}
	return Result{}
}

func milestoneForm() form {
	return form{fields: []field{
		{label: "When", help: whenHelp, control: proposed("now")},
		{label: "Note", help: "may be empty", control: written("")},
	}}
}

func (d *Milestones) write(k tea.KeyPressMsg) Result {
	switch d.form.key(k) {
	case keys.Back:
		d.writing = ""
	case keys.Accept:
		return reach(&d.form, d.writing, d.now)
	}
	return Result{}
}

// reach reads when a milestone was reached, and says so if it cannot.
func reach(f *form, m steps.Milestone, now Now) Result {
	at, err := session.ParseWhen(f.text(0), now())
	if err != nil {
		f.refuse(0, err)
		return Result{}
	}
	return Result{Close: true, Action: MilestoneGiven{Milestone: m, When: at, Note: f.trimmed(1)}}
}

// View draws the list, or the milestone that is recorded.
func (d *Milestones) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	if d.writing != "" {
		intro := c.words(milestoneWords()[d.writing], c.Dim)
		return c.draw(d.form.page(c, fmt.Sprintf("Milestone: %s", d.writing), "", intro), &d.form.scroll)
	}
	p := d.rows.page(c, "Milestones", "", "", "", []hint{{keys.Accept, "records it"}, {action: keys.Back}})
	return c.draw(p, &d.rows.scroll)
}
