package session

import (
	"slices"
	"sync"
)

// secrets holds the values of secret inputs; they live here and nowhere else.
// It has a lock of its own, so that whoever writes something may ask for what
// must not be written at any time.
type secrets struct {
	mu   sync.Mutex
	held map[string]string
	ever []string // all values that were ever held: the record must not have them later either
}

func (v *secrets) put(name, value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held == nil {
		v.held = map[string]string{}
	}
	v.held[name] = value
	if !slices.Contains(v.ever, value) {
		v.ever = append(v.ever, value)
	}
}

func (v *secrets) get(name string) (string, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	value, ok := v.held[name]
	return value, ok
}

func (v *secrets) all() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.ever)
}

// Secrets are the values of secret inputs that this console held, for the
// ports that must keep them out of what they write.
func (s *Session) Secrets() []string { return s.secrets.all() }
