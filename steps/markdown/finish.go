package markdown

import (
	"slices"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// nameDocument gives the runbook a title and an id where its author gave
// none: the first heading of the first file, and the file's own name.
func (r *reader) nameDocument(sources []*source, fallback string) {
	d := &r.rb.Document
	for _, src := range sources {
		if d.Title != "" {
			break
		}
		if len(src.root.kids) > 0 && src.root.kids[0].kind != incidentKind {
			d.Title = src.root.kids[0].title
		}
		if src.meta.title != "" && src.meta.id == "" {
			d.Title = src.meta.title
		}
	}
	if d.Title == "" && len(r.rb.Incidents) > 0 {
		d.Title = r.rb.Incidents[0].Title
	}
	d.Title = orElse(d.Title, fallback)
	if r.rb.ID == "" {
		r.rb.ID = orElse(slug(fallback), slug(d.Title))
	}
}

// standIns gathers the words that notices use as stand-ins, so that they are
// known in commands too.
func (r *reader) standIns() {
	for _, t := range r.rb.Templates {
		for _, word := range shell.StandInWords(noticeWords(t)) {
			if !slices.Contains(r.rb.StandIns, word) {
				r.rb.StandIns = append(r.rb.StandIns, word)
			}
		}
	}
	slices.Sort(r.rb.StandIns)
}

// facts fills in what the text of each command says: its stand-ins, its
// variables, and its risk where the author did not state one. Only commands
// of the reader's own files are looked at: an overlay leaves the others as
// they are.
func (r *reader) facts(rb *steps.Runbook) {
	each(rb, func(incident string, c *steps.Command) {
		if !r.files[c.At.File] {
			return
		}
		found, _ := shell.Parse(c.Shell, standInsIn(rb, c.Shell))
		c.Placeholders = nil
		for _, p := range found.Placeholders {
			if !slices.Contains(c.Placeholders, p.Text) {
				c.Placeholders = append(c.Placeholders, p.Text)
			}
		}
		c.Variables = found.Needs(c.Shell, inputNames(rb, incident))
		if c.Risk == "" {
			c.Risk, c.RiskReasons = found.Risk, found.Reasons
		}
		if stated, ok := r.interactive[c.At]; ok {
			c.Interactive = stated
		} else {
			c.Interactive = found.Interactive
		}
	})
}

// defaults names the milestone that a deadline counts from where the author
// did not.
func (r *reader) defaults(rb *steps.Runbook) {
	for _, inc := range plansOf(rb) {
		for p := range inc.Phases {
			if inc.Phases[p].Clock == "" {
				inc.Phases[p].Clock = steps.Aware
			}
		}
	}
}

// standInsIn are the document's stand-ins that a text can hold at all. Few of
// them stand in any one command, and looking for the others takes most of the
// time.
func standInsIn(rb *steps.Runbook, text string) shell.StandIns {
	in := func(words []string) (held []string) {
		for _, w := range words {
			if strings.Contains(text, w) {
				held = append(held, w)
			}
		}
		return held
	}
	return shell.StandIns{Words: in(rb.StandIns), Own: in(rb.Placeholders)}
}

// inputNames are the inputs that an incident type knows: its own and those of
// all types. A reference command knows those of every type.
func inputNames(rb *steps.Runbook, incident string) []string {
	var known []string
	for _, in := range rb.Inputs {
		if in.Incident == "" || in.Incident == incident || incident == steps.ReferenceID {
			if !slices.Contains(known, in.Name) {
				known = append(known, in.Name)
			}
		}
	}
	return known
}

// each visits every command of the runbook, with the id of its incident type.
func each(rb *steps.Runbook, visit func(incident string, c *steps.Command)) {
	for _, inc := range plansOf(rb) {
		for p := range inc.Phases {
			for s := range inc.Phases[p].Steps {
				commands := inc.Phases[p].Steps[s].Commands
				for c := range commands {
					visit(inc.ID, &commands[c])
				}
			}
		}
	}
	for g := range rb.Reference {
		for c := range rb.Reference[g].Commands {
			visit(steps.ReferenceID, &rb.Reference[g].Commands[c])
		}
	}
}

// plansOf are the incident types, and after them the steps that follow every
// incident.
func plansOf(rb *steps.Runbook) []*steps.Incident {
	var all []*steps.Incident
	for i := range rb.Incidents {
		all = append(all, &rb.Incidents[i])
	}
	return append(all, &rb.PostIncident)
}

// finish notes the sources, settles which problems are errors, and makes sure
// that the JSON form has lists where there may be lists.
func (r *reader) finish(sources []*source) []steps.Problem {
	rb := r.rb
	for _, src := range sources {
		rb.Strict = rb.Strict || src.strict
	}
	problems := r.problems
	for _, src := range sources {
		problems = append(problems, src.problems...)
		rb.Sources = append(rb.Sources, steps.Source{File: src.name, SHA256: src.digest, Overlay: r.overlay, Strict: rb.Strict})
	}
	for i := range problems {
		// Without an incident type there is nothing to work through, whoever
		// wrote the file.
		problems[i].Error = problems[i].Error && (rb.Strict || problems[i].Kind == steps.NoIncidents)
	}
	fillLists(rb)
	return Sort(problems)
}

func fillLists(rb *steps.Runbook) {
	rb.Severities = orEmpty(rb.Severities)
	rb.RACI = orEmpty(rb.RACI)
	rb.Metrics = orEmpty(rb.Metrics)
	rb.Contacts = orEmpty(rb.Contacts)
	rb.Templates = orEmpty(rb.Templates)
	rb.Reference = orEmpty(rb.Reference)
	for _, inc := range plansOf(rb) {
		inc.Phases = orEmpty(inc.Phases)
		for p := range inc.Phases {
			inc.Phases[p].Steps = orEmpty(inc.Phases[p].Steps)
		}
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// sameName reports whether two names are the same to a reader: without case,
// and whatever stands between the words.
func sameName(a, b string) bool {
	return slug(a) != "" && slug(a) == slug(b) || strings.EqualFold(a, b)
}
