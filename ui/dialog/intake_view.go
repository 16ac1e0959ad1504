package dialog

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"wsc-respond/session"
	"wsc-respond/steps"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/keys"
	"wsc-respond/ui/theme"
)

const nothingSaved = "Nothing is saved until it opens."

// View draws the page.
func (d *Intake) View(s theme.Styles, width, height int) string {
	c := newCanvas(s, width, height)
	switch d.page {
	case pageSeen:
		return c.draw(d.drawSeen(c), &d.scroll)
	case pageQuestion:
		return c.draw(d.drawQuestion(c), &d.scroll)
	case pageOutcome:
		return c.draw(d.drawOutcome(c), &d.scroll)
	case pageEdit:
		p := d.form.page(c, "What should be different?", "", nil, hint{keys.Accept, "takes it over"}, hint{keys.Next, "next field"}, hint{action: keys.Back})
		return c.draw(p, &d.form.scroll)
	}
	intro := c.words("The clocks count from when it was noticed, not from now. Accounts are shared: the record needs your name.", c.Dim)
	p := d.form.page(c, "When was it noticed, and who are you?", d.time(), intro, hint{keys.Accept, "goes on"}, hint{keys.Next, "next field"}, hint{action: keys.Back})
	return c.draw(p, &d.form.scroll)
}

func (d *Intake) time() string { return d.now().UTC().Format("15:04:05 UTC") }

// drawSeen draws the indicators. The last two rows, that it is none of them
// and that nobody is sure, are always seen.
func (d *Intake) drawSeen(c canvas) page {
	all := d.indicators()
	p := page{title: "New incident", tag: d.time(), tight: true}
	how := strings.Join(keyWords(keys.Intake, keys.Mark, keys.Accept), ", ")
	p.lead = []string{spread(c.Strong.Render("What have you seen?"), c.Dim.Render(c.own(how)), c.width)}
	for i, ind := range all {
		from := len(p.body)
		p.items = append(p.items, from)
		p.body = append(p.body, c.marked(ind.Text, i == d.at, slices.Contains(d.in.Said.Indicators, ind.ID))...)
		if i == d.at {
			p.focus = span{from, len(p.body)}
		}
	}
	if d.at >= len(all) {
		p.focus = span{len(p.body) - 1, len(p.body)}
	}
	p.foot = append(c.marked("None of these", d.at == len(all), d.none), c.unsure(d.at > len(all))...)
	if d.problem != "" {
		p.foot = append(p.foot, c.words(d.problem, c.Warn)...)
	}
	p.hints = append(c.words(nothingSaved, c.Dim), c.hints(keys.Intake, hint{keys.Triage, "starts at once, in triage"}, hint{keys.Leave, "leaves"})...)
	return p
}

func (c canvas) marked(text string, here, marked bool) []string {
	style, lead := c.Text, "  "
	if here {
		style, lead = c.Strong, c.Accent.Render(pad(c.Glyphs.Cursor, 2))
	}
	return indent(lead+style.Render(c.box(marked))+" ", rendered(wrapWords(c.line(text), c.width-6), style))
}

// unsure is the row that needs no mark: it opens in triage at once.
func (c canvas) unsure(here bool) []string {
	style, lead := c.Text, "  "
	if here {
		style, lead = c.Strong, c.Accent.Render(pad(c.Glyphs.Cursor, 2))
	}
	return indent(lead+"    ", rendered(wrapWords("I am not sure: open in triage", c.width-6), style))
}

// keyWords are keys with what they do, for use in a sentence.
func keyWords(mode keys.Mode, actions ...keys.Action) []string {
	var said []string
	for _, a := range actions {
		said = append(said, sayKey(keys.For(mode), hint{action: a}))
	}
	return said
}

// drawQuestion draws one question.
func (d *Intake) drawQuestion(c canvas) page {
	p := page{title: c.line(d.open.Ask), tag: d.time()}
	for i := 0; i <= len(d.open.Answers); i++ {
		text := "I am not sure"
		if i < len(d.open.Answers) {
			text = d.open.Answers[i].Say
		}
		style, lead := c.Text, "  "
		from := len(p.body)
		if i == d.at {
			style, lead = c.Strong, c.Accent.Render(pad(c.Glyphs.Cursor, 2))
		}
		p.body = append(p.body, indent(lead, rendered(wrapWords(c.line(text), c.width-2), style))...)
		p.items = append(p.items, from)
		if i == d.at {
			p.focus = span{from, len(p.body)}
		}
	}
	p.hints = append(c.words("Doubt raises the severity; it never lowers it.", c.Dim),
		c.hints(keys.Intake, hint{keys.Accept, "answers"}, hint{action: keys.Back}, hint{keys.Triage, "starts at once, in triage"}, hint{keys.Leave, "leaves"})...)
	return p
}

// drawOutcome says what it looks like, and why.
func (d *Intake) drawOutcome(c canvas) page {
	types, level := d.in.Plan()
	if len(types) == 0 {
		return d.drawTriage(c)
	}
	also := d.in.Also()
	p := page{title: c.own(d.verdict(c, types, level))}
	p.body = append(d.reasons(c), c.also(also)...)
	p.body = append(p.body, "")
	p.body = append(p.body, d.facts(c, level)...)
	p.body = append(p.body, d.contacts(c)...)
	hints := []hint{{keys.Accept, "opens the session"}, {action: keys.Edit}}
	if len(also) > 0 {
		hints = append(hints, hint{keys.Add, "adds " + c.line(also[0].ID)})
	}
	p.hints = c.hints(keys.Intake, append(hints, hint{action: keys.Back}, hint{keys.Leave, "leaves, nothing saved"})...)
	return p
}

func (d *Intake) verdict(c canvas, types []string, level steps.Level) string {
	names := make([]string, len(types))
	for i, id := range types {
		names[i] = c.line(id)
		if inc, ok := d.in.Runbook.Incident(id); ok {
			names[i] += " " + c.line(inc.Title)
		}
	}
	begin := "This looks like "
	if d.in.NeedsReason() || len(d.in.Said.Indicators)+len(d.in.Said.Answers) == 0 {
		begin = "This is taken for "
	}
	return begin + strings.Join(names, " and ") + " · " + strings.ToUpper(c.line(string(level)))
}

// drawTriage is the outcome when nothing tells which incident it is, or when
// that is left for later.
func (d *Intake) drawTriage(c canvas) page {
	p := page{title: "Nothing tells yet which incident this is"}
	if d.in.Triage {
		p.title = "This session opens in triage"
	}
	p.body = c.words("A triage session has notes, contacts and evidence. Preserve what there is; the incident is classified later.", c.Text)
	p.body = append(p.body, "")
	p.body = append(p.body, d.facts(c, "")...)
	p.body = append(p.body, d.contacts(c)...)
	p.hints = c.hints(keys.Intake, hint{keys.Accept, "opens a triage session"}, hint{keys.Edit, "names a type"}, hint{action: keys.Back}, hint{keys.Leave, "leaves, nothing saved"})
	return p
}

// labelled puts a label before rows, in a column that all of the outcome
// shares.
func (c canvas) labelled(label string, rows []string) []string {
	return indent(c.Dim.Render(pad(label, labelWidth)), rows)
}

const labelWidth = 10

// reasons are what was said, each with what follows from it.
func (d *Intake) reasons(c canvas) []string {
	all := d.in.Outcome().Reasons
	if len(d.in.Said.Indicators)+len(d.in.Said.Answers) == 0 {
		all = nil
	}
	room := c.width - labelWidth
	arrows := make([]string, len(all))
	widest := 0
	for i, r := range all {
		arrows[i] = c.arrow(r)
		widest = max(widest, safe.Width(arrows[i]))
	}
	column := 0 // where the arrows stand: right of the widest that leaves room for them
	for _, r := range all {
		if w := safe.Width(c.line(r.Said)); w <= room-widest-2 {
			column = max(column, w)
		}
	}
	var rows []string
	for i, r := range all {
		said := c.line(r.Said)
		if safe.Width(said) <= column {
			rows = append(rows, c.Text.Render(pad(said, column+2))+c.Dim.Render(arrows[i]))
			continue
		}
		rows = append(rows, rendered(wrapWords(said, room), c.Text)...)
		if arrows[i] != "" {
			rows = append(rows, c.Dim.Render("  "+c.cut(arrows[i], room-2)))
		}
	}
	if d.in.Reason != "" && (d.in.NeedsReason() || len(all) == 0) {
		rows = append(rows, rendered(wrapWords("you decided so: "+c.line(d.in.Reason), room), c.Text)...)
	}
	if len(all) > 0 {
		rows = append(rows, rendered(wrapWords("doubt raises severity, it never lowers it", room), c.Dim)...)
	}
	if len(rows) == 0 {
		return nil
	}
	return c.labelled("because", rows)
}

// arrow is what follows from a reason: "→ INC-1, critical".
func (c canvas) arrow(r steps.Reason) string {
	var parts []string
	parts = append(parts, r.Types...)
	if r.Severity != "" {
		parts = append(parts, string(r.Severity))
	}
	for _, id := range r.RulesOut {
		parts = append(parts, "not "+id)
	}
	if len(parts) == 0 {
		return ""
	}
	return c.own("→ ") + c.line(strings.Join(parts, ", "))
}

// also are the other types that something speaks for.
func (c canvas) also(also []steps.Candidate) []string {
	var rows []string
	for _, one := range also {
		count := fmt.Sprintf("(%d indicators)", one.Indicators)
		switch one.Indicators {
		case 0:
			count = "(an answer points to it)"
		case 1:
			count = "(1 indicator)"
		}
		rows = append(rows, rendered(wrapWords(c.line(one.ID+" "+one.Title+" "+count), c.width-16), c.Text)...)
	}
	return indent(c.Dim.Render(pad("also possible", 16)), rows)
}

// facts are the rest of what the session opens with, in two columns where
// there is room.
func (d *Intake) facts(c canvas, level steps.Level) []string {
	who := d.in.Name
	if d.in.Role != "" {
		who += ", " + d.in.Role
	}
	respond := "not known yet"
	if l, ok := d.in.Runbook.Severity(level); ok {
		respond = l.Response.String()
	}
	cells := [][2]string{{"Noticed", noticed(d.in, d.now)}, {"You", who}, {"Code name", d.in.CodeName}, {"Respond", respond}}
	column := c.width / 2
	var rows []string
	for i := 0; i < len(cells); i += 2 {
		left, right := c.fact(cells[i]), c.fact(cells[i+1])
		if lipgloss.Width(left) < column && lipgloss.Width(right) <= c.width-column {
			rows = append(rows, pad(left, column)+right)
			continue
		}
		for _, cell := range cells[i : i+2] {
			rows = append(rows, c.labelled(cell[0], rendered(wrapWords(c.line(cell[1]), c.width-labelWidth), c.Text))...)
		}
	}
	return rows
}

func (c canvas) fact(cell [2]string) string {
	return c.Dim.Render(pad(cell[0], labelWidth)) + c.Text.Render(c.line(cell[1]))
}

func noticed(in session.Intake, now Now) string { return ago(in.Noticed, now()) }

// contacts says at the start which of them nobody filled in.
func (d *Intake) contacts(c canvas) []string {
	said := unfilled(d.in.Runbook)
	if said == "" {
		return nil
	}
	return append([]string{""}, c.words(c.text(said), c.Warn)...)
}
