package dialog

import "wsc-respond/ui/keys"

// answers are what a question can be answered with, beside each other. The
// first one is the default and the harmless one.
type answers struct {
	all []answer
	at  int
}

// answer is one of them. One with a word in off keeps its place, so that a
// habit does not lead to its neighbour, and cannot be chosen; the word says why.
type answer struct{ id, label, off string }

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

// chosen is the id of the chosen answer; empty for one that is off.
func (a *answers) chosen() string {
	if a.all[a.at].off != "" {
		return ""
	}
	return a.all[a.at].id
}

func (a *answers) rows(c canvas, active bool) []string {
	parts := make([]string, len(a.all))
	at := a.at
	if !active {
		at = -1
	}
	for i, one := range a.all {
		label := one.label
		if one.off != "" {
			label = "(" + label + ", " + one.off + ")"
		}
		parts[i] = "  " + c.own(label) + "  "
		if i == at {
			parts[i] = "[ " + c.own(label) + " ]"
		}
	}
	return c.strip(parts, at, c.width, active, a.off()...)
}

// off are the places of the answers that cannot be chosen.
func (a *answers) off() []int {
	var places []int
	for i, one := range a.all {
		if one.off != "" {
			places = append(places, i)
		}
	}
	return places
}

// waiting is said while a dialog takes no keys yet.
func (c canvas) waiting() []string {
	return c.words("waiting for the terminal; keys pressed until then do not count", c.Dim)
}
