package markdown

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// Overlay lays a team's own folder over a runbook and gives the whole; base
// stays as it is. Rows of tables replace those of the same name, a step
// stands before the one that it names or takes its place, a phase's heading
// changes its deadline, a default joins the input that the base declares.
//
// It never refuses: what cannot be used is left out, and said in a problem of
// kind left_out. Files that name another runbook in `overlays` are left out
// too. A folder without Markdown files changes nothing. Positions carry the
// name of the options, or "overlay", so that files of the same name in both
// folders can be told apart.
func Overlay(base *steps.Runbook, fsys fs.FS, opts Options) (*steps.Runbook, []steps.Problem) {
	sources, problems := overlaySources(base, fsys, orElse(opts.Name, "overlay"))
	r := newReader()
	r.overlay, r.problems = true, problems
	r.read(sources)
	l := &layer{rb: clone(base), over: r}
	l.lay()
	for _, src := range sources {
		l.clocks(src.meta.clocks)
		if src.meta.document != nil {
			l.leaveOut(src.meta.document.At, "document: an overlay has no document information of its own; it belongs to the runbook below")
		}
	}
	merged := l.rb
	merged.StandIns = unique(slices.Concat(merged.StandIns, r.standInsOf()))
	merged.Placeholders = slices.Concat(merged.Placeholders, r.rb.Placeholders)
	r.facts(merged)
	r.defaults(merged)
	problems = r.finish(sources)
	merged.Sources = slices.Concat(merged.Sources, r.rb.Sources)
	fillLists(merged)
	return merged, problems
}

// layer is one overlay while it is laid over a copy of the base.
type layer struct {
	rb   *steps.Runbook
	over *reader
}

// lay takes over all parts of the overlay. Inputs come last, because a
// default needs to find who uses it.
func (l *layer) lay() {
	over := l.over.rb
	for i := range over.Incidents {
		l.incident(&over.Incidents[i])
	}
	if len(over.PostIncident.Phases) > 0 {
		l.plan(&l.rb.PostIncident, &over.PostIncident)
	}
	l.contacts(over.Contacts)
	l.severities(over.Severities)
	l.metrics(over.Metrics)
	l.raci(over.RACI)
	l.templates(over.Templates)
	l.reference(over.Reference)
	for _, q := range over.Questions {
		l.rb.Questions = putQuestion(l.rb.Questions, q)
	}
	l.rb.Notes = append(l.rb.Notes, over.Notes...)
	for _, in := range over.Inputs {
		l.input(in)
	}
}

// leaveOut says what could not be used and what would be right.
func (l *layer) leaveOut(at steps.Pos, format string, args ...any) {
	l.over.problems = append(l.over.problems, steps.Problem{
		Kind: steps.LeftOut, Error: true, At: at, Detail: fmt.Sprintf(format, args...) + "; it was left out",
	})
}

// overlaySources reads the files of an overlay, and says which cannot be read
// or belong to another runbook.
func overlaySources(base *steps.Runbook, fsys fs.FS, prefix string) ([]*source, []steps.Problem) {
	var problems []steps.Problem
	leaveOut := func(name, detail string) {
		problems = append(problems, steps.Problem{
			Kind: steps.LeftOut, Detail: detail + "; it was left out", At: steps.Pos{File: path.Join(filepath.ToSlash(prefix), name)},
		})
	}
	files, err := listFolder(fsys)
	if err != nil {
		if !errors.Is(err, ErrNoRunbook) {
			leaveOut("", fmt.Sprintf("the folder cannot be read: %v", err))
		}
		return nil, problems
	}
	var sources []*source
	p := newParser()
	for _, name := range files {
		text, err := readRegular(fsys, name)
		var src *source
		if err == nil {
			src, err = newSource(path.Join(filepath.ToSlash(prefix), name), text, p)
		}
		if err != nil {
			leaveOut(name, fmt.Sprintf("the file cannot be read: %v", err))
			continue
		}
		if other := src.meta.overlays; other != "" && !strings.EqualFold(other, base.ID) {
			leaveOut(name, fmt.Sprintf("the file lies over the runbook %q, and this one is %q", other, base.ID))
			continue
		}
		if belongs(src, name, len(files)) {
			sources = append(sources, src)
		}
	}
	return sources, problems
}

// standInsOf are the words that the notices of the overlay use as stand-ins.
func (r *reader) standInsOf() []string {
	r.rb.StandIns = nil
	r.standIns()
	return r.rb.StandIns
}

// input joins an input to those of the same name, or adds it.
func (l *layer) input(in steps.Input) {
	found := false
	for i := range l.rb.Inputs {
		known := &l.rb.Inputs[i]
		if known.Name == in.Name && (in.Incident == "" || in.Incident == known.Incident) {
			*known = joinInput(*known, in)
			found = true
		}
	}
	if found {
		return
	}
	if in.Ask == "" && !l.isUsed(in.Name) {
		var known []string
		for _, other := range l.rb.Inputs {
			known = append(known, other.Name)
		}
		said := "no command uses it"
		if near := nearest(in.Name, known); near != "" {
			said = fmt.Sprintf("did you mean %s?", near)
		}
		l.leaveOut(in.At, "the runbook has no input %s: %s", in.Name, said)
		return
	}
	l.rb.Inputs = append(l.rb.Inputs, in)
}

// joinInput lays what an overlay says of an input over what the base says.
func joinInput(base, over steps.Input) steps.Input {
	base.Ask = orElse(over.Ask, base.Ask)
	base.Kind = steps.InputKind(orElse(string(over.Kind), string(base.Kind)))
	base.Example = orElse(over.Example, base.Example)
	base.Default = orElse(over.Default, base.Default)
	base.Must.Mode = orElse(over.Must.Mode, base.Must.Mode)
	base.Must.Pattern = orElse(over.Must.Pattern, base.Must.Pattern)
	base.Secret = base.Secret || over.Secret
	base.At = over.At
	return base
}

// isUsed reports whether a command names the input.
func (l *layer) isUsed(name string) bool {
	used := false
	each(l.rb, func(_ string, c *steps.Command) {
		used = used || len(shell.Mentions(c.Shell, []string{name})) > 0
	})
	return used
}

// clocks turns legal clocks on or off, changes their time, or adds them.
func (l *layer) clocks(clocks []legalClock) {
	for _, c := range clocks {
		i := slices.IndexFunc(l.rb.LegalClocks, func(known steps.LegalClock) bool { return sameName(known.Name, c.Name) })
		switch {
		case i >= 0:
			if !c.timed {
				c.Within = l.rb.LegalClocks[i].Within
			}
			l.rb.LegalClocks[i] = c.LegalClock
		case c.timed:
			l.rb.LegalClocks = append(l.rb.LegalClocks, c.LegalClock)
		default:
			l.leaveOut(c.At, "the runbook has no legal clock %q, and this one has no time: write within: 24h, or the like", c.Name)
		}
	}
}

// clone copies a runbook as deep as an overlay changes it.
func clone(base *steps.Runbook) *steps.Runbook {
	rb := *base
	rb.Incidents = slices.Clone(rb.Incidents)
	for _, inc := range plansOf(&rb) {
		inc.Indicators = slices.Clone(inc.Indicators)
		inc.Questions = slices.Clone(inc.Questions)
		inc.Phases = slices.Clone(inc.Phases)
		for p := range inc.Phases {
			inc.Phases[p].Steps = slices.Clone(inc.Phases[p].Steps)
		}
		eachStep(inc, func(st *steps.Step) { st.Commands = slices.Clone(st.Commands) })
	}
	rb.Severities = slices.Clone(rb.Severities)
	rb.RACI = slices.Clone(rb.RACI)
	rb.Metrics = slices.Clone(rb.Metrics)
	rb.Contacts = slices.Clone(rb.Contacts)
	rb.Templates = slices.Clone(rb.Templates)
	rb.Notes = slices.Clone(rb.Notes)
	rb.Questions = slices.Clone(rb.Questions)
	rb.Inputs = slices.Clone(rb.Inputs)
	rb.LegalClocks = slices.Clone(rb.LegalClocks)
	rb.Reference = slices.Clone(rb.Reference)
	for g := range rb.Reference {
		rb.Reference[g].Commands = slices.Clone(rb.Reference[g].Commands)
	}
	return &rb
}
