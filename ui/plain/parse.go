package plain

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
)

// errForm says that a line has not the form that its verb needs; what it needs
// is told from the table.
var errForm = errors.New("this line is not complete, or has another form")

// cutWord splits a line into its first word and the rest.
func cutWord(line string) (word, rest string) {
	line = strings.TrimSpace(line)
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimSpace(line[i:])
}

// cutAt splits a text at the first place where a word stands by itself.
func cutAt(text, word string) (before, after string, found bool) {
	from := 0
	for {
		i := indexWord(text, word, from)
		if i < 0 {
			return text, "", false
		}
		if alone(text, i, len(word)) {
			return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+len(word):]), true
		}
		from = i + 1
	}
}

// cutAtLast is cutAt for the last such place.
func cutAtLast(text, word string) (before, after string, found bool) {
	for i := strings.LastIndex(text, word); i >= 0; i = strings.LastIndex(text[:i], word) {
		if alone(text, i, len(word)) {
			return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+len(word):]), true
		}
	}
	return text, "", false
}

func indexWord(text, word string, from int) int {
	i := strings.Index(text[from:], word)
	if i < 0 {
		return -1
	}
	return from + i
}

func alone(text string, at, length int) bool {
	blank := func(i int) bool { return i < 0 || i >= len(text) || text[i] == ' ' || text[i] == '\t' }
	return blank(at-1) && blank(at+length)
}

// because splits off the reason that a line gives.
func because(text string) (what, reason string) {
	what, reason, _ = cutAt(text, "because")
	return what, reason
}

// eventNumber reads the number of an event: "41" or "#41".
func eventNumber(word string) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no event; they are numbered from 1, as saved #1 says", word)
	}
	return n, nil
}

var nameForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// assignment reads NAME=VALUE. given is false for NAME alone.
func assignment(text string) (name, value string, given bool, err error) {
	name, value, given = strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case name == "":
		return "", "", false, errForm
	case !nameForm.MatchString(name):
		return "", "", false, fmt.Errorf("%q is no name of an input; a name has letters, digits and _", name)
	}
	return name, value, given, nil
}

// person reads "NAME, ROLE". The role may be left out.
func person(text string) (name, role string) {
	name, role, _ = strings.Cut(text, ",")
	return strings.TrimSpace(name), strings.TrimSpace(role)
}

// occurred reads "TIME VERB …" of a line that began with "at": the time, and
// the line from the verb on.
func occurred(text string, verbs []string, now time.Time) (when time.Time, line string, err error) {
	words := strings.Fields(text)
	i := slices.IndexFunc(words, func(w string) bool { return slices.Contains(verbs, w) })
	if i < 1 {
		return time.Time{}, "", errForm
	}
	_, rest, _ := cutAt(text, words[i])
	when, err = session.ParseWhen(strings.Join(words[:i], " "), now)
	return when, words[i] + " " + rest, err
}

// judgement is "K confirmed because …" of a hypothesis.
type judgement struct {
	note  uint64
	state session.HypothesisState
	why   string
}

// judged reads a judgement; false is a new hypothesis.
func judged(text string) (judgement, bool) {
	what, why := because(text)
	words := strings.Fields(what)
	if len(words) != 2 {
		return judgement{}, false
	}
	states := []session.HypothesisState{session.Open, session.Holds, session.Disproven}
	n, err := eventNumber(words[0])
	state := session.HypothesisState(words[1])
	if err != nil || !slices.Contains(states, state) {
		return judgement{}, false
	}
	return judgement{note: n, state: state, why: why}, true
}

// numbers reads a choice among n rows: "1 3" or "1, 3".
func numbers(text string, n int) ([]int, error) {
	var chosen []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		k, err := strconv.Atoi(word)
		if err != nil || k < 1 || k > n {
			return nil, fmt.Errorf("%q is none of the numbers 1 to %d", word, n)
		}
		if !slices.Contains(chosen, k) {
			chosen = append(chosen, k)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("a number from 1 to %d is needed", n)
	}
	return chosen, nil
}

// nearest is the name that a word was probably meant to be; empty if none is
// near.
func nearest(word string, names []string) string {
	best, least := "", 1+len([]rune(word))/3
	for _, name := range names {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d <= least && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// distance is how many runes must be put in, taken out or changed to make one
// word of the other. Long words are not compared to their end.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), 64)], y[:min(len(y), 64)]
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
