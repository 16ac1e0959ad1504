package markdown

import (
	"fmt"
	"slices"
	"strings"

	"wsc-respond/steps"
)

// reader puts the files of one folder together into one runbook.
type reader struct {
	rb      *steps.Runbook
	plans   []*plan
	post    *plan
	current *source
	// overlay says that the files add to another runbook: an incident may be
	// named by more than one of them.
	overlay bool

	incidentIDs names
	templateIDs names
	questionIDs names
	groups      map[string]names // the command names of each reference group
	interactive map[steps.Pos]bool
	// stated are the places of the steps whose id the author gave.
	stated   map[steps.Pos]bool
	files    map[string]bool // that it reads
	problems []steps.Problem
}

// build reads all sources as one document. fallback names the runbook when
// nothing in it does.
func build(sources []*source, fallback string) (*steps.Runbook, []steps.Problem) {
	r := newReader()
	r.read(sources)
	r.nameDocument(sources, fallback)
	r.standIns()
	r.facts(r.rb)
	r.defaults(r.rb)
	if len(r.rb.Incidents) == 0 && len(sources) > 0 && r.rb.Overlays == "" {
		r.problems = append(r.problems, steps.Problem{
			Kind: steps.NoIncidents, Error: true, At: steps.Pos{File: sources[0].name, Line: 1},
			Detail: "no incident type was found: begin a heading with an id, as in \"## INC-1: Private key compromise\"",
		})
	}
	return r.rb, r.finish(sources)
}

func newReader() *reader {
	r := &reader{
		rb:          &steps.Runbook{},
		incidentIDs: names{strings.ToLower(steps.PostIncidentID): 1, strings.ToLower(steps.ReferenceID): 1},
		templateIDs: names{}, questionIDs: names{}, groups: map[string]names{},
		interactive: map[steps.Pos]bool{}, stated: map[steps.Pos]bool{}, files: map[string]bool{},
	}
	r.post = newPlan(r, steps.PostIncidentID, "Post-incident actions", steps.Pos{})
	return r
}

func (r *reader) read(sources []*source) {
	for _, src := range sources {
		r.current, r.files[src.name] = src, true
		r.file(src)
		src.reportUnread()
	}
	r.rb.Incidents = []steps.Incident{}
	for _, p := range r.plans {
		r.rb.Incidents = append(r.rb.Incidents, p.inc)
	}
	r.rb.PostIncident = r.post.inc
}

// file reads one file: its front matter, then its sections.
func (r *reader) file(src *source) {
	own := r.ownIncident(src)
	incident := ""
	if own != nil {
		own.kind = incidentKind
		incident = src.meta.id
	}
	r.frontMatter(src, incident)
	if own == nil && r.isLone(src) {
		lone := src.root
		if len(src.root.kids) == 1 {
			lone = src.root.kids[0]
		}
		lone.kind = incidentKind
	}
	r.section(src.root)
}

// ownIncident is the section that the id in the front matter speaks of, or
// nil if that id is the runbook's or there is none.
func (r *reader) ownIncident(src *source) *section {
	m := src.meta
	if m.id == "" || m.document != nil {
		return nil
	}
	if named := findSection(src.root, func(sec *section) bool {
		id, _, ok := splitIncidentID(sec.title)
		return ok && strings.EqualFold(id, m.id)
	}); named != nil {
		return named
	}
	if len(src.root.kids) > 0 {
		return src.root.kids[0]
	}
	return src.root
}

func findSection(sec *section, is func(*section) bool) *section {
	if is(sec) {
		return sec
	}
	for _, kid := range sec.kids {
		if found := findSection(kid, is); found != nil {
			return found
		}
	}
	return nil
}

// isLone reports whether a file without any mark of an incident is one as a
// whole. One that says it is the document, or that it lies over another, is
// not.
func (r *reader) isLone(src *source) bool {
	if src.meta.document != nil || src.meta.overlays != "" {
		return false
	}
	marked := findSection(src.root, func(sec *section) bool { return r.kindOf(sec) == incidentKind })
	return marked == nil && r.holdsLooseSteps(src.root)
}

// holdsLooseSteps reports whether there are steps or commands outside the
// sections whose names say what they hold.
func (r *reader) holdsLooseSteps(sec *section) bool {
	if r.kindOf(sec) != plainKind {
		return false
	}
	for _, n := range sec.blocks {
		if isStepList(n) || r.current.isCommand(n) {
			return true
		}
	}
	return slices.ContainsFunc(sec.kids, r.holdsLooseSteps)
}

// frontMatter takes over what the YAML of a file declares. What stands in an
// incident's own file is that incident's.
func (r *reader) frontMatter(src *source, incident string) {
	m := src.meta
	if m.document != nil {
		r.rb.Document = *m.document
		r.rb.ID = m.id
	}
	r.rb.Overlays = orElse(r.rb.Overlays, m.overlays)
	r.rb.Placeholders = append(r.rb.Placeholders, m.placeholders...)
	for _, in := range m.inputs {
		in.Incident = incident
		r.addInput(in)
	}
	if incident == "" {
		for _, q := range m.questions {
			r.rb.Questions = append(r.rb.Questions, r.nameQuestion(q))
		}
	}
	if !r.overlay {
		r.legalClocks(m.clocks)
	}
}

func (r *reader) addInput(in steps.Input) {
	for _, known := range r.rb.Inputs {
		if known.Name == in.Name && known.Incident == in.Incident {
			r.current.problem(steps.DuplicateID, in.At.Line, "the input %s is declared already in %s:%d: keep one of them", in.Name, known.At.File, known.At.Line)
			return
		}
	}
	r.rb.Inputs = append(r.rb.Inputs, in)
}

func (r *reader) legalClocks(clocks []legalClock) {
	for _, c := range clocks {
		if !c.timed {
			r.current.problem(steps.UnreadableDeadline, c.At.Line, "the legal clock %q has no time: write within: 24h, or the like", c.Name)
			continue
		}
		r.rb.LegalClocks = append(r.rb.LegalClocks, c.LegalClock)
	}
}

func (r *reader) nameQuestion(q steps.Question) steps.Question {
	stated := q.ID
	if q.ID == "" {
		q.ID = orElse(slug(q.Ask), "question")
	}
	var free bool
	if q.ID, free = r.questionIDs.claim(q.ID); stated != "" && !free {
		r.duplicate(q.At, "question", stated, q.ID)
	}
	return q
}

// duplicate says that an id was given twice, and under which one the second
// is kept.
func (r *reader) duplicate(at steps.Pos, what, stated, kept string) {
	r.current.problem(steps.DuplicateID, at.Line, "the %s id %q is taken already, so this one is called %q: give it an id of its own", what, stated, kept)
}

// problem notes something wrong in a file. It is an error if the file turns
// out to be strict.
func (s *source) problem(kind steps.ProblemKind, line int, format string, args ...any) {
	s.problems = append(s.problems, steps.Problem{
		Kind: kind, Detail: fmt.Sprintf(format, args...), Error: true,
		At: steps.Pos{File: s.name, Line: max(line, 1)},
	})
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
