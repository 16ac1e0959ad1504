package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
)

// plan is an incident type while it is being read.
type plan struct {
	r          *reader
	inc        steps.Incident
	phaseIDs   names
	stepIDs    names
	indicators names
	// loose is the phase of the steps that stand in none: its index and one,
	// or 0 while there is no such step.
	loose int
	// lone says that the whole file is this incident, so that what its
	// sections are called decides what they are.
	lone bool
}

func newPlan(r *reader, id, title string, at steps.Pos) *plan {
	return &plan{
		r: r, inc: steps.Incident{ID: id, Title: title, At: at},
		phaseIDs: names{}, stepIDs: names{}, indicators: names{},
	}
}

// incident reads a section as an incident type.
func (r *reader) incident(sec *section) {
	sec.read = true
	id, title, numbered := splitIncidentID(sec.title)
	stated := numbered
	r.current.apply(sec.attrs, "an incident", fields{"id": idField(&id, &stated)})
	if m := r.current.meta; m.id != "" && m.document == nil && r.ownIncident(r.current) == sec {
		id, stated = m.id, true
		title = orElse(m.title, title)
	}
	title = orElse(title, orElse(id, baseName(r.current.name)))
	if id == "" {
		id = orElse(strings.ToUpper(slug(title)), "INCIDENT")
	}
	p := r.planOf(id, title, stated, sec.at)
	p.lone = !stated
	if m := r.current.meta; m.id != "" && m.document == nil && strings.EqualFold(m.id, p.inc.ID) {
		for _, q := range m.questions {
			if len(q.For) == 0 {
				q.For = []string{p.inc.ID}
			}
			p.inc.Questions = append(p.inc.Questions, r.nameQuestion(q))
		}
	}
	p.read(sec)
}

// planOf is a new incident type, or in an overlay the one of that id that an
// earlier file of it began.
func (r *reader) planOf(id, title string, stated bool, at steps.Pos) *plan {
	for _, p := range r.plans {
		if r.overlay && stated && strings.EqualFold(p.inc.ID, id) {
			return p
		}
	}
	kept, free := r.incidentIDs.claim(id)
	if stated && !free {
		r.duplicate(at, "incident", id, kept)
	}
	p := newPlan(r, kept, title, at)
	r.plans = append(r.plans, p)
	return p
}

// idField takes an id that the author states.
func idField(to *string, stated *bool) func(value) error {
	return func(v value) error {
		err := id(to)(v)
		*stated = *stated || err == nil
		return err
	}
}

// read reads what stands below the heading of the incident.
func (p *plan) read(sec *section) {
	src := p.r.current
	src.splitLabels(sec)
	if own := p.ownSteps(sec); own {
		p.phase(sec, looseTitle)
	} else {
		p.prose(p.proseOf(sec.blocks))
	}
	for _, kid := range sec.kids {
		p.part(kid)
	}
}

// readIndicators takes every item of the section's lists, or its paragraphs
// where there is no list. A list of steps after that is the plan, which its
// author began without a heading.
func (p *plan) readIndicators(sec *section) {
	src := p.r.current
	sec.read = true
	src.apply(sec.attrs, "a list of indicators", fields{})
	listed := false
	for i, n := range sec.blocks {
		if listed && isStepList(n) {
			p.phase(&section{title: looseTitle, at: src.at(n), blocks: sec.blocks[i:]}, looseTitle)
			break
		}
		switch {
		case n.Kind() == ast.KindList:
			listed = true
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				p.indicator(src.itemText(item), src.itemMaps(item), item)
			}
		case n.Kind() == ast.KindParagraph && !hasList(sec):
			p.indicator(src.plain(n), src.inlineMaps(n), n)
		case n.Kind() == ast.KindParagraph:
			p.prose(src.markdown(n))
		}
	}
	for _, kid := range sec.kids {
		p.readIndicators(kid)
	}
}

func hasList(sec *section) bool {
	for _, n := range sec.blocks {
		if n.Kind() == ast.KindList {
			return true
		}
	}
	return false
}

func (p *plan) indicator(text string, attrs []value, n ast.Node) {
	src := p.r.current
	in := steps.Indicator{Text: text, At: src.at(n)}
	stated := false
	src.apply(attrs, "an indicator", fields{
		"id": idField(&in.ID, &stated), "severity": level(&in.Severity),
		"points": points(&in.Points), "rules_out": words(&in.RulesOut),
	})
	if text == "" {
		return
	}
	wanted := orElse(in.ID, orElse(slug(text), "indicator"))
	kept, free := p.indicators.claim(wanted)
	if stated && !free {
		p.r.duplicate(in.At, "indicator", wanted, kept)
	}
	in.ID = p.inc.ID + "/" + kept
	p.inc.Indicators = append(p.inc.Indicators, in)
}

// prose adds to what the incident says before its plan.
func (p *plan) prose(text string) {
	p.inc.Prose = join(p.inc.Prose, text)
}

// join puts two pieces of Markdown together as paragraphs of their own.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

// explained is a section without steps as prose, under its heading.
func (p *plan) explained(sec *section) string {
	text := p.proseOf(sec.blocks)
	if text == "" || sec.title == "" {
		return text
	}
	return "**" + sec.title + "**\n\n" + text
}

// proseOf is the text of blocks as it was written.
func (p *plan) proseOf(blocks []ast.Node) string {
	text := ""
	for _, n := range blocks {
		if n.Kind() != ast.KindThematicBreak {
			text = join(text, p.r.current.markdown(n))
		}
	}
	return text
}
