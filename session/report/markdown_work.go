package report

import (
	"fmt"
	"strings"
	"time"

	"wsc-respond/session"
)

// timeline keeps the order of the record. A time that somebody said stands in
// its column, with the time of writing down beside the event.
func (p *page) timeline(r Report) {
	p.section("Timeline")
	p.para("In the order of the record. Where an event happened at another time than it was written down, both are given.")
	var rows [][]md
	for _, row := range r.Timeline {
		rows = append(rows, []md{number(row.Seq), when(row), p.event(row), esc(string(row.By.Source)), actor(row.By)})
	}
	p.table("It is empty.", []md{"No.", "Time (UTC)", "Event", "Source", "Actor"}, rows)
}

// when is the time of a row, and beside it the local one with its offset.
func when(row Row) md {
	at := moment(row.At)
	if row.Local.IsZero() {
		return at
	}
	form := "15:04:05 -07:00"
	if row.Local.Format(time.DateOnly) != row.At.Format(time.DateOnly) {
		form = "2006-01-02 " + form
	}
	return at + " (" + md(row.Local.Format(form)) + ")"
}

func (p *page) event(row Row) md {
	cell := esc(row.Words) + marked(row.Marks)
	for _, name := range row.Files {
		cell += " · " + fileLink(p.files, name)
	}
	if !row.Recorded.IsZero() {
		cell += " (recorded " + moment(row.Recorded) + ")"
	}
	return cell
}

// marked says which later events have to be read with this one.
func marked(marks []Mark) md {
	var text md
	for _, mark := range marks {
		text += " · **" + esc(string(mark.Said)) + " by event " + number(mark.By) + "**"
	}
	return text
}

func (p *page) plans(plans []Plan) {
	p.section("Steps")
	if len(plans) == 0 {
		p.para("No plan was followed.")
	}
	for _, plan := range plans {
		p.para("### ", esc(plan.ID), ": ", esc(plan.Title))
		var rows [][]md
		for _, phase := range plan.Phases {
			for _, s := range phase.Steps {
				checks := md("")
				if s.Checks > 0 {
					checks = number(uint64(s.Ticked)) + " of " + number(uint64(s.Checks))
				}
				rows = append(rows, []md{esc(phase.Title), esc(s.Title), standing(s), checks, moment(s.At), actor(s.By)})
			}
		}
		p.table("It has no steps for the role that had the command.",
			[]md{"Phase", "Step", "What became of it", "Checks", "Time (UTC)", "Actor"}, rows)
	}
}

// standing says how a step ended up, and where the document was left.
func standing(s Step) md {
	text := md("open")
	switch s.Status {
	case session.Done:
		text = "done"
	case session.Skipped:
		text = "skipped, because " + esc(s.Reason)
	case session.Waiting:
		text = "waits for " + esc(s.Reason)
		if !s.Until.IsZero() {
			text += ", reminder at " + utc(s.Until)
		}
	case session.Todo:
		if s.Begun {
			text = "open; work on it began"
		}
	}
	if (s.Status == session.Done || s.Status == session.Todo) && s.Reason != "" {
		text += " · " + esc(s.Reason)
	}
	for i, title := range s.Before {
		lead := md(" · out of order, before: ")
		if i > 0 {
			lead = "; "
		}
		text += lead + esc(title)
	}
	return text + marked(s.Marks)
}

func (p *page) commands(commands []Command) {
	p.section("Commands")
	if len(commands) == 0 {
		p.para("None was proposed.")
	}
	for _, c := range commands {
		p.command(c)
	}
}

func (p *page) command(c Command) {
	p.para("### ", number(c.Seq), " ", esc(c.Name), ": ", answer(c), marked(c.Marks))
	p.para(fence(c.Shell, "sh"))
	items := []md{"Step: " + esc(c.Step), "Asked: " + utc(c.At) + ", " + actor(c.By)}
	if c.Yes.Dir != "" {
		items = append(items, "In "+code(c.Yes.Dir)+", with "+code(c.Yes.Interpreter)+", risk: "+or(esc(string(c.Yes.Risk)), "not stated")+", the yes: "+code(c.Yes.Yes))
	}
	if c.Yes.Edited {
		items = append(items, "The text is not the runbook's: it was edited.")
	}
	if len(c.Yes.Carried) > 0 {
		items = append(items, "Earlier commands had set: "+esc(strings.Join(c.Yes.Carried, ", ")))
	}
	if c.Yes.Redacted {
		items = append(items, "Its text held a secret, which stands here as a marker; it ran with the secret.")
	}
	for _, v := range c.Values {
		value := md("secret")
		if !v.Secret {
			value = code(v.Value)
		}
		items = append(items, "Value: "+code(v.Name)+" = "+value)
	}
	items = append(items, result(c)...)
	for _, f := range c.Files {
		items = append(items, "Output: "+fileLink(p.files, f.Name)+", "+size(f)+", sha256 "+code(f.SHA256))
	}
	p.list(items)
	p.head(c)
}

func (p *page) head(c Command) {
	if c.Head == "" {
		return
	}
	if c.HeadCut {
		p.para("Its output begins:")
	} else {
		p.para("Its output:")
	}
	p.para(fence(c.Head, "text"))
}

func answer(c Command) md {
	switch {
	case c.Answer == Ran && c.Result == nil:
		return "its end is not on record"
	case c.Answer == Ran:
		return esc(c.Sum)
	default:
		return esc(string(c.Answer))
	}
}

// result is what came of a command, in items of its list.
func result(c Command) []md {
	var items []md
	if c.Reason != "" {
		items = append(items, "Declined, because "+esc(c.Reason))
	}
	if e := c.Elsewhere; e != nil {
		items = append(items, "Ran on: "+or(esc(e.Where), "not said"), "Its result, as a person said: "+or(escLines(e.Result, "  "), "not said"))
		if e.Exit != nil {
			items = append(items, md(fmt.Sprintf("Exit code, as a person said: %d", *e.Exit)))
		}
	}
	if c.Surprise {
		items = append(items, "**It did not end as its author expects.**")
	}
	if c.Result != nil && c.Result.Signal != "" {
		items = append(items, "Signal: "+esc(c.Result.Signal))
	}
	return items
}

// size is how large a file is, and how much of the output that is.
func size(f File) md {
	switch {
	case f.Bytes == unsized:
		return "size not on record"
	case f.Kept != "":
		return esc(f.Kept)
	default:
		return md(fmt.Sprintf("%d bytes", f.Bytes))
	}
}
