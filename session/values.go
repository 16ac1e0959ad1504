package session

import (
	"fmt"
	"slices"
	"strings"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// The variables that every command gets from the console.
const (
	// SessionVariable names the session folder.
	SessionVariable = "WSC_RESPOND_SESSION"
	// EvidenceVariable names a folder of the session in which a command may
	// leave files; they become evidence.
	EvidenceVariable = "WSC_RESPOND_EVIDENCE"
)

// isOurs reports whether the console itself gives the variable to every
// command.
func isOurs(name string) bool {
	return name == SessionVariable || name == EvidenceVariable
}

// fillValues finds the value of every variable that the text reads, and of
// every declared input that it names: what a person set, or else what an
// earlier command set, or else the default.
func (s *Session) fillValues(p *Proposal, facts shell.Facts) {
	names := facts.Needs(p.Shell, s.declaredNames())
	for _, name := range names {
		if !isOurs(name) {
			s.fillValue(p, name)
		}
	}
	for _, name := range slices.Concat(sortedNames(s.state.Carry.Set), s.state.Carry.Unset) {
		if !slices.Contains(names, name) {
			p.Carried = append(p.Carried, name)
		}
	}
}

func (s *Session) fillValue(p *Proposal, name string) {
	in := s.declared(name)
	if carried, ok := s.state.Carry.Set[name]; ok && !s.isSet(name) {
		p.Values = append(p.Values, Value{Name: name, Value: carried, From: "an earlier command"})
		return
	}
	value, from, ok := s.value(in)
	if !ok {
		p.Missing = append(p.Missing, in)
		return
	}
	accepted, names, err := s.accept(in, value)
	if err != nil {
		accepted = value
		p.Blocked = append(p.Blocked, fmt.Sprintf("%s: %s", name, sentence(err)))
	}
	p.order.Values[name] = accepted
	shown := Value{Name: name, Value: accepted, Secret: in.Secret, Names: names, From: from}
	if in.Secret {
		shown.Value, shown.Names = "", ""
	}
	p.Values = append(p.Values, shown)
}

// isSet reports whether somebody gave the input a value.
func (s *Session) isSet(name string) bool {
	_, ok := s.state.Inputs[name]
	return ok
}

// declaredNames are the inputs that are declared for the incident's types.
func (s *Session) declaredNames() []string {
	var names []string
	for _, in := range s.state.Runbook.Inputs {
		if in.Incident == "" || slices.Contains(s.state.Types, in.Incident) {
			names = append(names, in.Name)
		}
	}
	return names
}

// declared is the input's declaration, or one for a name that the runbook
// does not know: a text. What any incident type declares as secret is secret
// in all of them, and so is what was once given as a secret.
func (s *Session) declared(name string) steps.Input {
	found := steps.Input{Name: name}
	for _, id := range slices.Concat(s.state.Types, []string{""}) {
		if in, ok := s.state.Runbook.Input(id, name); ok {
			found = in
			break
		}
	}
	for _, in := range s.state.Runbook.Inputs {
		found.Secret = found.Secret || (in.Name == name && in.Secret)
	}
	found.Secret = found.Secret || s.state.Inputs[name].Secret
	return found
}

// value is what an input stands at: what was set, or else its default. A
// secret has no default, and is gone when its console is.
func (s *Session) value(in steps.Input) (value, from string, ok bool) {
	if in.Secret {
		value, ok = s.secrets.get(in.Name)
		return value, "typed", ok
	}
	if st, set := s.state.Inputs[in.Name]; set {
		return st.Value, st.From, true
	}
	return in.Default, "default", in.Default != ""
}

// sentence is an error without the words that only programs need.
func sentence(err error) string {
	return strings.TrimPrefix(err.Error(), ErrRefused.Error()+": ")
}
