package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"wsc-respond/steps"
)

// table is a table of the document as text.
type table struct {
	head []string // in lower case
	cols []string // as written
	rows []row
}

type row struct {
	cells []string
	at    steps.Pos
}

// cell is the text in a column, or empty if the row is short.
func (r row) cell(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return r.cells[column]
}

func (s *source) table(n ast.Node) (table, bool) {
	if n.Kind() != extast.KindTable {
		return table{}, false
	}
	var t table
	for line := n.FirstChild(); line != nil; line = line.NextSibling() {
		var cells []string
		for c := line.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, s.plain(c))
		}
		if line.Kind() == extast.KindTableHeader {
			t.cols = cells
			for _, c := range cells {
				t.head = append(t.head, strings.ToLower(c))
			}
			continue
		}
		t.rows = append(t.rows, row{cells, s.at(line)})
	}
	return t, len(t.head) > 0
}

// column is the index of the first column whose heading has one of the words,
// or -1.
func (t table) column(words ...string) int {
	return slices.IndexFunc(t.head, func(h string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(h, w) })
	})
}

// first reports whether the first column is headed by one of the words.
func (t table) first(words ...string) bool { return slices.Contains(words, t.head[0]) }

// tableForm is a kind of table that means something to a runbook.
type tableForm struct {
	is   func(t table, sec *section) bool
	read func(r *reader, t table, sec *section)
}

func tableForms() []tableForm {
	return []tableForm{
		{isSeverities, (*reader).severities},
		{isRACI, (*reader).raci},
		{isMetrics, (*reader).metrics},
		{isDocument, (*reader).documentTable},
		{isContacts, (*reader).contacts},
	}
}

// tables reads the tables of a section that have a known form.
func (r *reader) tables(sec *section) {
	for _, n := range sec.blocks {
		t, ok := r.current.table(n)
		if !ok {
			continue
		}
		for _, form := range tableForms() {
			if form.is(t, sec) {
				form.read(r, t, sec)
				break
			}
		}
	}
}

// hasKnownTable reports whether a section has a table of a known form.
func (r *reader) hasKnownTable(sec *section) bool {
	for _, n := range sec.blocks {
		t, ok := r.current.table(n)
		if ok && slices.ContainsFunc(tableForms(), func(f tableForm) bool { return f.is(t, sec) }) {
			return true
		}
	}
	return false
}

func isSeverities(t table, _ *section) bool {
	return t.first("level", "severity", "severity level", "priority") && t.column("response", "description", "time") > 0
}

func (r *reader) severities(t table, _ *section) {
	description, response, examples := t.column("description", "meaning", "definition"), t.column("response", "time"), t.column("example")
	for _, row := range t.rows {
		if row.cell(0) == "" {
			continue
		}
		level := steps.SeverityLevel{
			Level: steps.ParseLevel(row.cell(0)), Description: row.cell(description),
			Examples: row.cell(examples), Response: r.target(row, response), At: row.at,
		}
		if slices.ContainsFunc(r.rb.Severities, func(s steps.SeverityLevel) bool { return s.Level == level.Level }) {
			r.current.problem(steps.DuplicateID, row.at.Line, "the severity %q stands in the table twice: the first is used", row.cell(0))
			continue
		}
		r.rb.Severities = append(r.rb.Severities, level)
	}
	gravestFirst(r.rb.Severities)
}

// gravestFirst turns a table around that begins with the mildest level: the
// one with the longest time to respond.
func gravestFirst(levels []steps.SeverityLevel) {
	if len(levels) < 2 {
		return
	}
	first, last := levels[0].Response, levels[len(levels)-1].Response
	if first != steps.NoTarget && last != steps.NoTarget && first > last {
		slices.Reverse(levels)
	}
}

// target reads a length of time from a cell, or says that it cannot.
func (r *reader) target(row row, column int) steps.Seconds {
	text := row.cell(column)
	if text == "" || text == "-" || text == "–" || text == "—" {
		return steps.NoTarget
	}
	d, err := Deadline(text)
	if err != nil {
		r.current.problem(steps.UnreadableDeadline, row.at.Line, "the time %q of %q cannot be read: %v", text, row.cell(0), err)
		return steps.NoTarget
	}
	return d
}

var raciLetters = lazily(`^(?:[RACIraci]+(?:[/, ]+[RACIraci]+)*|[-–—]?)$`)

func isRACI(t table, _ *section) bool {
	if len(t.head) < 2 || !t.first("activity", "task", "action") || len(t.rows) == 0 {
		return false
	}
	for _, row := range t.rows {
		for c := 1; c < len(t.head); c++ {
			if !raciLetters().MatchString(row.cell(c)) {
				return false
			}
		}
	}
	return true
}

func (r *reader) raci(t table, sec *section) {
	for _, row := range t.rows {
		a := steps.Activity{Group: sec.title, Activity: row.cell(0), Roles: map[string]string{}, At: row.at}
		if a.Activity == "" {
			continue
		}
		for c := 1; c < len(t.cols); c++ {
			if t.cols[c] == "" || slices.Contains(a.Order, t.cols[c]) {
				continue
			}
			a.Order = append(a.Order, t.cols[c])
			a.Roles[t.cols[c]] = strings.ToUpper(strings.Trim(row.cell(c), "-–—"))
		}
		r.rb.RACI = append(r.rb.RACI, a)
	}
}

func isMetrics(t table, _ *section) bool {
	return t.first("metric", "measure", "kpi") && t.column("target", "goal", "objective") > 0
}

func (r *reader) metrics(t table, _ *section) {
	column := t.column("target", "goal", "objective")
	for _, row := range t.rows {
		name := row.cell(0)
		if name == "" {
			continue
		}
		r.rb.Metrics = append(r.rb.Metrics, steps.Metric{
			Name: name, Target: r.target(row, column), Milestone: endOf(name), At: row.at,
		})
	}
}

// endOf is the milestone that a metric is measured to, told by its name.
func endOf(metric string) steps.Milestone {
	metric = strings.ToLower(metric)
	for _, known := range []struct {
		word string
		end  steps.Milestone
	}{
		{"review", steps.Reviewed}, {"detect", steps.Detected}, {"contain", steps.Contained},
		{"recover", steps.Recovered}, {"restore", steps.Recovered}, {"resolve", steps.Recovered},
		{"acknowledge", steps.Aware},
	} {
		if strings.Contains(metric, known.word) {
			return known.end
		}
	}
	return ""
}

func isDocument(t table, sec *section) bool {
	return t.first("field", "property", "key") && len(t.head) == 2 || strings.HasPrefix(slug(sec.title), "document-info") && len(t.head) == 2
}

// documentTable takes what the front matter has not said already.
func (r *reader) documentTable(t table, _ *section) {
	d := &r.rb.Document
	for _, row := range t.rows {
		var to *string
		switch slug(row.cell(0)) {
		case "title":
			to = &d.Title
		case "version":
			to = &d.Version
		case "date", "last-updated", "last-reviewed", "updated":
			to = &d.Date
			if d.Date == "" {
				d.At = row.at
			}
		case "classification":
			to = &d.Classification
		case "review-cycle", "review":
			to = &d.ReviewCycle
		}
		if to != nil && *to == "" {
			*to = row.cell(1)
		}
	}
}

func isContacts(t table, sec *section) bool {
	if len(t.head) < 2 {
		return false
	}
	named := false
	for above := sec; above != nil; above = above.parent {
		named = named || strings.Contains(strings.ToLower(above.title), "contact")
	}
	return t.column("contact", "phone", "e-mail", "email", "pager", "reach") > 0 && (named || t.first("role", "service", "team", "name", "who"))
}

func (r *reader) contacts(t table, sec *section) {
	column := t.column("contact", "reach", "phone", "pager", "e-mail", "email")
	for _, row := range t.rows {
		c := steps.Contact{Group: sec.title, Role: row.cell(0), Contact: row.cell(column), At: row.at}
		var notes []string
		for i := 1; i < len(t.head); i++ {
			if i != column && row.cell(i) != "" {
				notes = append(notes, row.cell(i))
			}
		}
		c.Notes = strings.Join(notes, " · ")
		c.Filled = filled(c.Contact)
		if c.Role != "" || c.Contact != "" {
			r.rb.Contacts = append(r.rb.Contacts, c)
		}
	}
}

var emptyContact = lazily(`(?i)^(?:\[[^\]]*\]|<[^>]*>|tbd|tba|todo|fixme|n/?a|none|unknown|fill(?: me)? in|\?+|[-–—.…_ ]*)$`)

// filled reports whether a contact is somebody, and not a stand-in.
func filled(contact string) bool { return !emptyContact().MatchString(strings.TrimSpace(contact)) }
