package steps

import "strings"

// Ref names an incident, a step or a command within a runbook:
// "INC-1", "INC-1/isolate", "INC-1/isolate/record". The steps that follow
// every incident stand under PostIncidentID, the commands of the appendix
// under ReferenceID, as "REF/group/name".
type Ref string

// ReferenceID is the first part of the Ref of a reference command.
const ReferenceID = "REF"

// StepRef names a step.
func StepRef(incident, step string) Ref { return Ref(incident + "/" + step) }

// Command names a command of the step that r names.
func (r Ref) Command(name string) Ref { return r + "/" + Ref(name) }

// Parts splits a Ref; parts that it does not have are empty.
func (r Ref) Parts() (incident, step, command string) {
	parts := strings.SplitN(string(r), "/", 3)
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	return parts[0], parts[1], parts[2]
}

// Step is the Ref of the step that r is, or lies in.
func (r Ref) Step() Ref {
	incident, step, _ := r.Parts()
	return StepRef(incident, step)
}

// Incident finds an incident type by id, whatever its case. PostIncidentID
// finds the steps that follow every incident.
func (r *Runbook) Incident(id string) (*Incident, bool) {
	if strings.EqualFold(id, PostIncidentID) {
		return &r.PostIncident, true
	}
	for i := range r.Incidents {
		if strings.EqualFold(r.Incidents[i].ID, id) {
			return &r.Incidents[i], true
		}
	}
	return nil, false
}

// Step finds the step that ref names, or that the command it names lies in.
func (r *Runbook) Step(ref Ref) (*Step, bool) {
	incident, id, _ := ref.Parts()
	inc, ok := r.Incident(incident)
	if !ok {
		return nil, false
	}
	for p := range inc.Phases {
		for s := range inc.Phases[p].Steps {
			if inc.Phases[p].Steps[s].ID == id {
				return &inc.Phases[p].Steps[s], true
			}
		}
	}
	return nil, false
}

// Command finds the command that ref names, in a step or in the reference.
func (r *Runbook) Command(ref Ref) (*Command, bool) {
	incident, group, name := ref.Parts()
	if incident == ReferenceID {
		return r.referenceCommand(group, name)
	}
	step, ok := r.Step(ref)
	if !ok {
		return nil, false
	}
	return findCommand(step.Commands, name)
}

// Before finds the command that an After names, seen from the command ref.
func (r *Runbook) Before(ref Ref, after string) (Ref, bool) {
	if after == "" {
		return "", false
	}
	if same := ref.Step().Command(after); r.has(same) {
		return same, true
	}
	id, _, _ := ref.Parts()
	if step, name, ok := strings.Cut(after, "/"); ok {
		named := StepRef(id, step).Command(name)
		return named, r.has(named)
	}
	inc, ok := r.Incident(id)
	if !ok {
		return "", false
	}
	for _, p := range inc.Phases {
		for _, s := range p.Steps {
			if _, ok := findCommand(s.Commands, after); ok {
				return StepRef(inc.ID, s.ID).Command(after), true
			}
		}
	}
	return "", false
}

func (r *Runbook) has(ref Ref) bool {
	_, ok := r.Command(ref)
	return ok
}

func (r *Runbook) referenceCommand(group, name string) (*Command, bool) {
	for i := range r.Reference {
		if r.Reference[i].Group == group {
			return findCommand(r.Reference[i].Commands, name)
		}
	}
	return nil, false
}

func findCommand(commands []Command, name string) (*Command, bool) {
	for i := range commands {
		if commands[i].Name == name {
			return &commands[i], true
		}
	}
	return nil, false
}

// Input finds the declaration of an input. One that the incident type's own
// file declares comes before one that stands for all types.
func (r *Runbook) Input(incident, name string) (Input, bool) {
	var found Input
	ok := false
	for _, in := range r.Inputs {
		if in.Name != name {
			continue
		}
		if in.Incident == incident {
			return in, true
		}
		if in.Incident == "" {
			found, ok = in, true
		}
	}
	return found, ok
}

// Template finds a notice by id.
func (r *Runbook) Template(id string) (*Template, bool) {
	for i := range r.Templates {
		if r.Templates[i].ID == id {
			return &r.Templates[i], true
		}
	}
	return nil, false
}

// Unfilled are the contacts that the integrator has still to fill in.
func (r *Runbook) Unfilled() []Contact {
	var open []Contact
	for _, c := range r.Contacts {
		if !c.Filled {
			open = append(open, c)
		}
	}
	return open
}

// PhaseOf finds the phase that a step, or a command of it, lies in.
func (r *Runbook) PhaseOf(ref Ref) (*Phase, bool) {
	incident, id, _ := ref.Parts()
	inc, ok := r.Incident(incident)
	if !ok {
		return nil, false
	}
	for p := range inc.Phases {
		for _, s := range inc.Phases[p].Steps {
			if s.ID == id {
				return &inc.Phases[p], true
			}
		}
	}
	return nil, false
}

// NamesMilestones reports whether any step of the incident type says itself
// which milestone it reaches.
func (i *Incident) NamesMilestones() bool {
	for _, p := range i.Phases {
		for _, s := range p.Steps {
			if s.Milestone != "" {
				return true
			}
		}
	}
	return false
}
