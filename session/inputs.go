package session

import (
	"context"
	"strconv"

	"wsc-respond/steps"
)

// SetInput gives an input its value: paths become absolute, and what its kind
// asks for is checked. The value of a secret input stays in memory; the
// record says only that it was given. A value that has the form of a secret
// is taken as one, whatever the runbook says.
func (s *Session) SetInput(ctx context.Context, name, value, from string) ([]Recorded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.declared(name)
	value, names, err := s.accept(in, value)
	if err != nil {
		return nil, err
	}
	d := &InputSet{Name: name, Value: value, From: from, Names: names}
	if in.Secret || s.redact(value) != value {
		d.Value, d.Secret, d.Names = "", true, ""
		s.secrets.put(name, value)
	}
	return s.record(ctx, entry{data: d})
}

// accept checks a value and gives it the form that commands see.
func (s *Session) accept(in steps.Input, value string) (accepted, names string, err error) {
	if err := in.Accept(value); err != nil {
		return "", "", refuse("%v", err)
	}
	if !in.Kind.IsPath() {
		return value, "", nil
	}
	path, err := s.ports.Host.Abs(s.state.Carry.Dir, value)
	if err != nil {
		return "", "", refuse("%v", err)
	}
	seen, err := s.ports.Host.Look(path)
	if err != nil && in.Kind == steps.KindPath {
		return path, "", nil
	}
	if err != nil {
		return "", "", refuse("%v", err)
	}
	return path, seen.Words, fits(in, seen)
}

func fits(in steps.Input, seen Seen) error {
	switch {
	case in.Kind == steps.KindDir && !seen.Dir:
		return refuse("that is a file; a folder is needed")
	case in.Kind == steps.KindFile && seen.Dir:
		return refuse("that is a folder; a file is needed")
	case in.Must.Mode != "" && !sameMode(in.Must.Mode, seen.Mode):
		return refuse("its permissions are %s and must be %s", seen.Mode, in.Must.Mode)
	}
	return nil
}

func sameMode(a, b string) bool {
	x, errX := strconv.ParseUint(a, 8, 32)
	y, errY := strconv.ParseUint(b, 8, 32)
	return errX == nil && errY == nil && x == y
}

// Values are the inputs that are not secret, by name: what notices are filled
// from.
func (s *State) Values() map[string]string {
	values := map[string]string{}
	for _, in := range s.Runbook.Inputs {
		if in.Default != "" && !in.Secret {
			values[in.Name] = in.Default
		}
	}
	for name, in := range s.Inputs {
		if !in.Secret {
			values[name] = in.Value
		}
	}
	return values
}
