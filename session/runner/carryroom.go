package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wsc-respond/session"
)

// What is carried is bounded, however many commands add to it: it stands in
// one line of the record, and the kernel starts no program whose environment
// is too large. A command cannot make either impossible for those after it.

const (
	// maxValue is the longest value that is carried, in bytes.
	maxValue = 32 << 10
	// maxCarried is how much is carried, names and values together, in bytes.
	// With the detail it is an eighth of the longest line: written down, one
	// byte can become six.
	maxCarried = session.MaxLine/8 - maxDetail
	// maxCarriedNames is how many variables are carried, unset ones included.
	maxCarriedNames = 200
	// maxDetail is the longest detail of a result, in bytes.
	maxDetail = 4 << 10
)

// carryRoom is what is carried so far, with what it takes.
type carryRoom struct {
	sizes map[string]int
	total int
}

func newCarryRoom(c session.Carry) *carryRoom {
	room := &carryRoom{sizes: map[string]int{}}
	for name, value := range c.Set {
		room.put(name, len(name)+len(value))
	}
	for _, name := range c.Unset {
		room.put(name, len(name))
	}
	return room
}

func (r *carryRoom) put(name string, size int) {
	r.total += size - r.sizes[name]
	r.sizes[name] = size
}

// take makes room for a variable, or says why there is none. What was carried
// under its name before makes way for it.
func (r *carryRoom) take(name, value string) (why string) {
	before, known := r.sizes[name]
	size := len(name) + len(value)
	switch {
	case !known && len(r.sizes) >= maxCarriedNames:
		return fmt.Sprintf("no more than %d variables are", maxCarriedNames)
	case r.total+size-before > maxCarried:
		return "all together would be more than " + inKiB(maxCarried)
	}
	r.put(name, size)
	return ""
}

// leftBehind are the names of what is not carried, by the reason.
type leftBehind map[string][]string

func (l leftBehind) add(name, why string) { l[why] = append(l[why], name) }

// notes says what stays behind, a sentence for each reason, in the order of
// the first names.
func (l leftBehind) notes() []string {
	var notes []string
	for _, why := range slices.SortedFunc(maps.Keys(l), func(a, b string) int { return strings.Compare(l[a][0], l[b][0]) }) {
		verb := "was"
		if len(l[why]) > 1 {
			verb = "were"
		}
		notes = append(notes, fmt.Sprintf("%s %s not carried over: %s", someOf(l[why]), verb, why))
	}
	return notes
}

const (
	// someNames is how many names a sentence lists.
	someNames = 20
	// longName is how much of a name it shows, in bytes.
	longName = 60
)

func someOf(names []string) string {
	var shown []string
	for _, name := range names[:min(len(names), someNames)] {
		if len(name) > longName {
			name = name[:longName] + "…" // names of variables are ASCII
		}
		shown = append(shown, name)
	}
	list := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// detail joins the notes on a result, as far as they fit.
func detail(notes []string) string {
	text := strings.Join(notes, "; ")
	if len(text) <= maxDetail {
		return text
	}
	const cut = "… (the rest of these remarks is left out)"
	return strings.ToValidUTF8(text[:maxDetail-len(cut)], "") + cut
}
