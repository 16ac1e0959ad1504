package report

import (
	"wsc-respond/session"
)

func (p *page) allNotes(n Notes) {
	p.section("Decisions, hypotheses, observations")
	p.notes("Decisions", n.Decisions)
	p.notes("Hypotheses", n.Hypotheses)
	p.notes("Observations", n.Observations)
	p.notes("Communications", n.Communications)
	if len(n.Others) > 0 {
		p.notes("Others", n.Others)
	}
}

func (p *page) notes(title md, notes []Note) {
	p.para("### ", title)
	if len(notes) == 0 {
		p.para("None on record.")
		return
	}
	for _, n := range notes {
		p.line("- ", noteHead(n), escLines(n.Text, "  "))
		for _, c := range n.Changes {
			p.line("  - ", moment(c.At), " ", esc(string(c.State)), because(c.Why), " (", actor(c.By), ")")
		}
	}
	p.line()
}

func noteHead(n Note) md {
	head := moment(n.At) + " " + actor(n.By)
	if n.Hypothesis != "" {
		head += ", **" + esc(string(n.Hypothesis)) + "**"
	}
	if n.Step != "" {
		head += ", at " + esc(n.Step)
	}
	if n.Withdrawn {
		head += ", **withdrawn**"
	}
	return head + " (event " + number(n.Seq) + "): "
}

func because(why string) md {
	if why == "" {
		return ""
	}
	return ", because " + esc(why)
}

func (p *page) notices(notices []Notice) {
	p.section("Notices")
	if len(notices) == 0 {
		p.para("None was drafted.")
	}
	for _, n := range notices {
		p.line("- ", esc(n.Draft.Title), ", drafted ", utc(n.At), ", ", fileLink(p.files, n.Draft.File), ", sha256 ", code(n.Draft.SHA256), marked(n.Marks))
		for _, gap := range n.Draft.Missing {
			p.line("  - still missing ", esc(gap))
		}
		for _, s := range n.Sent {
			p.line("  - sent ", utc(s.At), " to ", esc(s.To), by(s.How), " (", actor(s.By), ")")
		}
		if len(n.Sent) == 0 {
			p.line("  - not on record as sent")
		}
	}
	if len(notices) > 0 {
		p.line()
	}
}

func by(how string) md {
	if how == "" {
		return ""
	}
	return " by " + esc(how)
}

func (p *page) evidence(r Report) {
	p.section("Evidence")
	var rows [][]md
	for _, f := range r.Evidence {
		rows = append(rows, []md{fileLink(p.files, f.Name), size(f), code(f.SHA256), esc(f.Source), number(f.Seq), esc(f.Note)})
	}
	p.table("No file was taken in.", []md{"File", "Size", "SHA-256", "From", "Event", "Note"}, rows)
	for _, c := range r.Copies {
		p.line("- ", utc(c.At), " ", actor(c.By), ": a copy of ", code(c.File), " went to ", esc(c.To), ", sha256 ", code(c.SHA256))
	}
	if len(r.Copies) > 0 {
		p.line()
	}
}

func (p *page) roles(r Report) {
	p.section("Roles and contacts")
	for _, a := range r.RACI {
		var parts []md
		for _, role := range a.Order {
			if letters := a.Letters(role); letters != "" {
				parts = append(parts, esc(role)+": "+esc(letters))
			}
		}
		var titles []md
		for _, title := range a.Steps {
			titles = append(titles, esc(title))
		}
		p.line("- ", esc(a.Activity.Activity), " (", joined(parts, ", "), "), carried out by: ", joined(titles, "; "))
	}
	for _, c := range r.Unfilled {
		p.line("- nobody filled in the contact: ", esc(c.Group), ", ", esc(c.Role))
	}
	if len(r.RACI)+len(r.Unfilled) == 0 {
		p.line("No activity of the RACI tables was touched, and every contact is filled in.")
	}
	p.line()
}

func (p *page) runbook(r Runbook) {
	p.section("Runbook")
	items := []md{
		"Title: " + or(esc(r.Title), "not stated"), "Version: " + or(esc(r.Version), "not stated"),
		"Date: " + or(esc(r.Date), "not stated"), "Classification: " + or(esc(r.Classification), "not stated"),
		"Review cycle: " + or(esc(r.ReviewCycle), "not stated"), "The copy that was worked by: sha256 " + code(r.SHA256),
	}
	for _, s := range r.Sources {
		kind := md("Read from ")
		if s.Overlay {
			kind = "Overlay "
		}
		items = append(items, kind+code(s.File)+", sha256 "+code(s.SHA256))
	}
	p.list(items)
}

func (p *page) consoles(r Report) {
	p.section("Consoles and record")
	for _, c := range r.Consoles {
		p.line("- ", utc(c.At), " ", esc(c.Tool), " on ", esc(c.By.User+"@"+c.By.Host), ": ", environment(c.Where))
	}
	if len(r.Consoles) > 0 {
		p.line()
	}
	p.para(number(r.Chain.Events), " events. The head, the SHA-256 of the last line, is ", code(string(r.Chain.Head)),
		". A head that was kept elsewhere tells whether anything was cut off; the chain by itself proves only the order.")
	if from := r.Chain.From; from != nil {
		p.para("It goes on from ", code(from.Folder), " at event ", number(from.Seq), ", head ", code(string(from.Head)), because(from.Reason), ".")
	}
}

func environment(e session.Environment) md {
	synced := md("clock not synchronised")
	if e.ClockSynced {
		synced = "clock synchronised"
	}
	parts := []md{esc(e.OS + " " + e.Kernel), "terminal " + or(esc(e.Term), "unknown"), "folder " + code(e.Dir), synced}
	if e.TimeZone != "" {
		parts = append(parts, "time zone "+esc(e.TimeZone))
	}
	if e.SSH != "" {
		parts = append(parts, "over SSH "+code(e.SSH))
	}
	return joined(parts, ", ")
}
