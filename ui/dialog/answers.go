package dialog

import "wsc-respond/ui/keys"

// answers are what a question can be answered with, beside each other. The
// first one is the default and the harmless one.
type answers struct {
	all []answer
	at  int
}

type answer struct{ id, label string }

// move chooses another answer; false if the action does not choose. It stops
// at both ends, so that a key held down cannot come around.
func (a *answers) move(action keys.Action) bool {
	switch action {
	case keys.Left:
		a.at = max(a.at-1, 0)
	case keys.Right:
		a.at = min(a.at+1, len(a.all)-1)
	default:
		return false
	}
	return true
}

func (a *answers) chosen() string { return a.all[a.at].id }

func (a *answers) rows(c canvas, active bool) []string {
	parts := make([]string, len(a.all))
	at := a.at
	if !active {
		at = -1
	}
	for i, one := range a.all {
		parts[i] = "  " + c.own(one.label) + "  "
		if i == at {
			parts[i] = "[ " + c.own(one.label) + " ]"
		}
	}
	return c.strip(parts, at, c.width, active)
}

// waiting is said while a dialog takes no keys yet.
func (c canvas) waiting() []string {
	return c.words("waiting for the terminal; keys pressed until then do not count", c.Dim)
}
