package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps"
)

// Markdown writes a report as Markdown that reads well on a code host and as
// plain text. Text from outside can neither break a table nor bring in links,
// HTML or control characters. The error is that of w.
func Markdown(w io.Writer, r Report) error {
	p := &page{w: bufio.NewWriter(w), files: r.FilesAt}
	p.top(r)
	p.summary(r)
	p.classification(r)
	p.times(r)
	p.timeline(r)
	p.plans(r.Plans)
	p.commands(r.Commands)
	p.allNotes(r.Notes)
	p.notices(r.Notices)
	p.evidence(r)
	p.roles(r)
	p.runbook(r.Runbook)
	p.consoles(r)
	p.limits(r.Limits)
	p.review(r)
	p.bottom(r)
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// page writes the parts of a document. Its errors wait in the buffer until
// the end.
type page struct {
	w     *bufio.Writer
	files string // leads to the session folder, for links
}

// line writes one line.
func (p *page) line(parts ...md) {
	for _, part := range parts {
		_, _ = p.w.WriteString(string(part)) // kept by the buffer, and returned by Flush
	}
	_ = p.w.WriteByte('\n')
}

// para writes a paragraph and the empty line after it.
func (p *page) para(parts ...md) {
	p.line(parts...)
	p.line()
}

// section begins a section.
func (p *page) section(title md) { p.para("## ", title) }

// list writes items, one a line.
func (p *page) list(items []md) {
	for _, item := range items {
		p.line("- ", item)
	}
	p.line()
}

// table writes a table, or a sentence where it has no rows.
func (p *page) table(none md, head []md, rows [][]md) {
	if len(rows) == 0 {
		p.para(none)
		return
	}
	p.row(head)
	p.line("|", md(strings.Repeat(" --- |", len(head))))
	for _, row := range rows {
		p.row(row)
	}
	p.line()
}

func (p *page) row(cells []md) {
	_, _ = p.w.WriteString("|")
	for _, cell := range cells {
		_, _ = p.w.WriteString(" " + string(cell) + " |")
	}
	_ = p.w.WriteByte('\n')
}

// top is the marking and the title. The code name stands in the title and the
// incident does not: titles travel further than reports.
func (p *page) top(r Report) {
	p.marking(r)
	title := md("# Incident report: ")
	if r.Drill {
		title = "# DRILL, incident report: "
	}
	p.para(title, esc(r.Summary.CodeName))
}

func (p *page) bottom(r Report) {
	p.para("---")
	p.para("Made ", utc(r.Made), " by ", esc(r.Tool), " from ", esc(r.Summary.Session),
		", ", number(r.Chain.Events), " events, head ", code(string(r.Chain.Head)), ".")
	p.marking(r)
}

func (p *page) marking(r Report) {
	if r.TLP != "" {
		p.para("**", esc(r.TLP), "**")
	}
	if r.Drill {
		p.para("**DRILL.** This was an exercise; it tells of no real incident.")
	}
}

func (p *page) summary(r Report) {
	s := r.Summary
	var types []md
	for _, t := range s.Types {
		types = append(types, esc(strings.TrimSpace(t.ID+" "+t.Title)))
	}
	state := md("open when this report was made")
	if !s.Closed.IsZero() {
		state = "closed " + utc(s.Closed)
	}
	p.section("Summary")
	p.list([]md{
		"Incident type: " + or(joined(types, ", "), "not classified; handled as triage"),
		"Severity: " + or(esc(strings.ToUpper(string(s.Severity))), "not stated"),
		"State: " + state,
		"Opened: " + utc(s.Opened),
		"Command of the incident: " + who(s.Lead),
		"Session: " + esc(s.Session),
	})
	if s.Closing != "" {
		p.para("Said at closing: ", escLines(s.Closing, ""))
	}
	p.people(s.People)
}

func (p *page) people(people []Participant) {
	var rows [][]md
	for _, one := range people {
		var accounts []md
		for _, a := range one.Accounts {
			accounts = append(accounts, esc(a))
		}
		rows = append(rows, []md{esc(one.Name), or(esc(one.Role), "none"), joined(accounts, ", "),
			moment(one.First), moment(one.Last), number(uint64(one.Acts))})
	}
	p.table("Nobody is on record.", []md{"Who", "Role", "Account", "First act (UTC)", "Last act (UTC)", "Acts"}, rows)
}

func (p *page) classification(r Report) {
	p.section("Classification")
	if len(r.Classification) == 0 {
		p.para("None is on record.")
	}
	for _, c := range r.Classification {
		p.para(utc(c.At), ", ", actor(c.By), ": ", esc(c.Words), " (event ", number(c.Seq), ")", marked(c.Marks))
		var items []md
		for _, because := range c.Because {
			items = append(items, reason(because))
		}
		if c.Override != "" {
			items = append(items, "decided against the questions' outcome, because "+esc(c.Override))
		}
		if len(items) > 0 {
			p.list(items)
		}
	}
}

func reason(b session.Because) md {
	var follows []string
	if len(b.Types) > 0 {
		follows = append(follows, strings.Join(b.Types, ", "))
	}
	if b.Severity != "" {
		follows = append(follows, string(b.Severity))
	}
	if len(b.RulesOut) > 0 {
		follows = append(follows, "rules out "+strings.Join(b.RulesOut, ", "))
	}
	if len(follows) == 0 {
		return esc(b.Said)
	}
	return esc(b.Said) + " (" + esc(strings.Join(follows, "; ")) + ")"
}

func (p *page) times(r Report) {
	p.section("Milestones and times")
	var rows [][]md
	for _, m := range r.Milestones {
		at := or(moment(m.At), "unknown")
		if !m.Recorded.IsZero() {
			at += " (recorded " + moment(m.Recorded) + ")"
		}
		rows = append(rows, []md{esc(string(m.Name)), at, actor(m.By), esc(m.Note) + marked(m.Marks)})
	}
	p.table("", []md{"Milestone", "Time (UTC)", "Recorded by", "Note"}, rows)
	rows = nil
	for _, m := range append(r.Metrics[:len(r.Metrics):len(r.Metrics)], r.Clocks...) {
		took := md("unknown")
		if m.Verdict != Unknown {
			took = esc(session.Span(m.Took))
		}
		verdict := esc(string(m.Verdict))
		if m.Why != "" {
			verdict += ": " + esc(m.Why)
		}
		rows = append(rows, []md{esc(m.Name), esc(string(m.Group)), took, target(m.Target), verdict})
	}
	p.table("No time was measured.", []md{"Time", "Kind", "Taken", "Target", "Result"}, rows)
}

// The words of the program and the forms of times and names.

func target(s steps.Seconds) md { return esc(targetWords(s)) }

// moment is a time in a column that says UTC; empty for none.
func moment(t time.Time) md {
	if t.IsZero() {
		return ""
	}
	return md(t.UTC().Format("2006-01-02 15:04:05"))
}

func utc(t time.Time) md { return md(stamp(t)) }

func number(n uint64) md { return md(strconv.FormatUint(n, 10)) }

func who(p session.Person) md {
	if p.Role == "" {
		return esc(p.Name)
	}
	return esc(p.Name) + ", " + esc(p.Role)
}

// actor is who acted. What the program recorded by itself is not laid to the
// person at the console.
func actor(a session.Actor) md {
	if a.Source == session.FromConsole {
		return "the console"
	}
	return who(session.Person{Name: a.Name, Role: a.Role})
}

func joined(parts []md, between string) md {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = string(part)
	}
	return md(strings.Join(texts, between))
}

func or(text, otherwise md) md {
	if text == "" {
		return otherwise
	}
	return text
}
