package report

import (
	"wsc-respond/session"
)

// maxEvents is how many events a limit names before it says "and so on".
const maxEvents = 20

func (p *page) limits(limits []Limit) {
	p.section("What this record cannot say")
	var items []md
	for _, l := range limits {
		items = append(items, esc(l.Text)+about(l.Events))
	}
	if len(items) == 0 {
		items = []md{"Nothing that the program knows of."}
	}
	p.list(items)
}

func about(events []uint64) md {
	var numbers []md
	for i, seq := range events {
		if i == maxEvents {
			return " (" + number(uint64(len(events))) + " events: " + joined(numbers, ", ") + " and so on)"
		}
		numbers = append(numbers, number(seq))
	}
	switch len(numbers) {
	case 0:
		return ""
	case 1:
		return " (event " + numbers[0] + ")"
	default:
		return " (events " + joined(numbers, ", ") + ")"
	}
}

func (p *page) review(r Report) {
	p.section("Review, to be written by the people who were there")
	for _, q := range r.Review {
		p.para("### ", esc(q.Title))
		p.para(esc(q.Ask))
		if len(q.Known) > 0 {
			p.para("On record:")
			var items []md
			for _, known := range q.Known {
				items = append(items, escLines(known, "  "))
			}
			p.list(items)
		}
		p.para("*To be added.*")
	}
	p.para("### Actions")
	p.table("", []md{"Action", "Owner", "Due"}, [][]md{{"*to be added*", "", ""}})
	p.leftOpen(r.Plans)
}

// leftOpen names the steps that still wait or stand open, because each of
// them is an action, or a decision to do nothing.
func (p *page) leftOpen(plans []Plan) {
	var items []md
	for _, plan := range plans {
		for _, phase := range plan.Phases {
			for _, s := range phase.Steps {
				if s.Status == session.Waiting || s.Status == session.Todo {
					items = append(items, esc(plan.ID)+" "+esc(s.Title)+": "+standing(s))
				}
			}
		}
	}
	if len(items) > 0 {
		p.para("Steps that the record leaves open:")
		p.list(items)
	}
}
