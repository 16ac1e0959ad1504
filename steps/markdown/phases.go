package markdown

import (
	"strings"

	"wsc-respond/steps"
)

// ownSteps reports whether a section has steps or commands before its first
// subsection.
func (p *plan) ownSteps(sec *section) bool {
	for _, n := range sec.blocks {
		if isStepList(n) || p.r.current.isCommand(n) {
			return true
		}
	}
	return false
}

// part reads one section of an incident.
func (p *plan) part(sec *section) {
	src := p.r.current
	src.splitLabels(sec)
	switch kind := p.kindOf(sec); {
	case isIndicators(sec.title) && !p.timed(sec):
		p.readIndicators(sec)
		return
	case kind == incidentKind || kind == postKind && p.lone:
		p.r.section(sec)
		return
	case kind != plainKind && !src.hasItems(sec):
		p.r.section(sec)
		return
	case src.hasItems(sec) || p.timed(sec):
		p.phaseWithSteps(sec)
		return
	case p.holdsBareStep(sec):
		p.phaseWithSteps(sec)
		return
	case p.isBareStep(sec):
		p.bareStep(p.loosePhase(), sec)
		return
	}
	sec.read = sec.read || len(sec.kids) > 0
	p.prose(p.explained(sec))
	for _, kid := range sec.kids {
		p.part(kid)
	}
}

// kindOf is the kind of a section inside the incident. A heading with an id of
// another sort ("NET-3 Check the switch") is no further incident type there.
func (p *plan) kindOf(sec *section) sectionKind {
	kind := p.r.kindOf(sec)
	if kind != incidentKind {
		return kind
	}
	id, _, _ := splitIncidentID(sec.title)
	own, _, _ := strings.Cut(p.inc.ID, "-")
	if prefix, _, _ := strings.Cut(id, "-"); prefix != own {
		sec.kind = plainKind
	}
	return sec.kind
}

// timed reports whether a section says a deadline, which makes it a phase.
func (p *plan) timed(sec *section) bool {
	_, _, stated, _ := titleDeadline(sec.title)
	return stated || hasKey(sec, "within", "clock")
}

// holdsBareStep reports whether a subsection is a step itself.
func (p *plan) holdsBareStep(sec *section) bool {
	for _, kid := range sec.kids {
		if p.isBareStep(kid) {
			return true
		}
	}
	return false
}

// explains are headings of foreign runbooks that explain and do not ask for
// anything.
var explains = map[string]bool{
	"overview": true, "summary": true, "background": true, "description": true, "context": true, "scope": true,
	"purpose": true, "impact": true, "references": true, "reference": true, "see-also": true, "links": true,
	"related": true, "notes": true, "introduction": true, "about": true, "about-this-alert": true, "meaning": true,
	"further-reading": true, "causes": true, "possible-causes": true, "revision-history": true, "changelog": true,
}

// isBareStep reports whether a section holds neither lists of steps nor
// anything below that does: the heading is the step.
func (p *plan) isBareStep(sec *section) bool {
	src := p.r.current
	if isIndicators(sec.title) || p.timed(sec) || p.kindOf(sec) != plainKind {
		return false
	}
	if src.hasItems(sec) {
		return false
	}
	for _, kid := range sec.kids {
		if src.holdsSteps(kid) || p.kindOf(kid) != plainKind {
			return false
		}
	}
	return !explains[slug(sec.title)] || p.ownSteps(sec)
}

// loosePhase is the index of the phase for steps that stand in none.
func (p *plan) loosePhase() int {
	if p.loose == 0 {
		p.inc.Phases = append(p.inc.Phases, steps.Phase{ID: p.newPhaseID("steps"), Title: looseTitle, At: p.inc.At})
		p.loose = len(p.inc.Phases)
	}
	return p.loose - 1
}

// looseTitle is the phase of steps that stand in none.
const looseTitle = "Steps"

func (p *plan) newPhaseID(wanted string) string {
	got, _ := p.phaseIDs.claim(wanted)
	return got
}

// phaseWithSteps reads a section as a phase, and its subsections as steps of
// it or phases after it.
func (p *plan) phaseWithSteps(sec *section) {
	phase := p.phase(sec, sec.title)
	for _, kid := range sec.kids {
		p.r.current.splitLabels(kid)
		if p.isBareStep(kid) {
			p.bareStep(phase, kid)
		} else {
			p.part(kid)
		}
	}
}

// phase reads a section's own blocks as a phase, and gives its index.
func (p *plan) phase(sec *section, title string) int {
	src := p.r.current
	name, within, _, err := titleDeadline(title)
	if err != nil {
		src.problem(steps.UnreadableDeadline, sec.at.Line, "%v", err)
	}
	phase := steps.Phase{Title: name, Within: within, At: sec.at}
	stated := false
	if title == sec.title {
		sec.read = true
		src.apply(sec.attrs, "a phase", fields{
			"id": idField(&phase.ID, &stated), "within": duration(&phase.Within), "clock": milestone(&phase.Clock),
		})
	}
	wanted := orElse(phase.ID, orElse(slug(name), "phase"))
	var free bool
	if phase.ID, free = p.phaseIDs.claim(wanted); stated && !free {
		p.r.duplicate(sec.at, "phase", wanted, phase.ID)
	}
	drafts, prose := p.drafts(sec)
	phase.Prose = prose
	for _, d := range drafts {
		phase.Steps = append(phase.Steps, p.step(d))
	}
	p.inc.Phases = append(p.inc.Phases, phase)
	return len(p.inc.Phases) - 1
}
