package markdown

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"wsc-respond/steps"
)

// maxDeadline bounds a deadline at a hundred years, so that a slip of the
// keyboard is said and does not overflow a clock.
const maxDeadline = 100 * 365 * 86400

// unitSeconds are the lengths of the units, under every name that people give
// them. A month is 28 days, the shortest there is: a clock that counts to a
// legal duty may warn early, never late.
var unitSeconds = map[string]float64{
	"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
	"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
	"d": 86400, "day": 86400, "days": 86400,
	"w": 604800, "wk": 604800, "wks": 604800, "week": 604800, "weeks": 604800,
	"month": 28 * 86400, "months": 28 * 86400,
	"year": 365 * 86400, "years": 365 * 86400,
}

// numberWords are the numbers that people write out.
var numberWords = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
	"seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "half": 0.5,
}

// lead is what stands before a length of time and says only that it is a
// limit.
var lead = lazily(`^(?:within|in|the|first|next|under|below|by|max(?:imum)?|up to|at most|less than|no(?:t)? (?:later|more|longer) than|<=|<|≤|t\+)[\s:.]*`)

// at once, under the names that documents give it.
var immediate = map[string]bool{
	"immediate": true, "immediately": true, "at once": true, "now": true, "instant": true, "instantly": true, "0": true,
}

// oneOf are the units that stand for one of themselves: "the first hour".
var oneOf = map[string]bool{"minute": true, "hour": true, "day": true, "week": true, "month": true, "year": true}

var (
	amount     = lazily(`^([0-9]+(?:\.[0-9]+)?|[a-z]+)\s*-?\s*([a-z]+)\s*`)
	looksTimed = lazily(`(?i)^\s*(?:within|in the|first|next|under|by|max(?:imum)?\b|up to|at most|less than|no(?:t)? (?:later|more|longer) than|deadline|target|immediate|at once|<|≤|t\+|[0-9]+(?:\.[0-9]+)?\s*(?:s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|months?|business|working)\b|[0-9]+[hm][0-9])`)
)

// Deadline reads a length of time as people write it: "First 30 minutes",
// "within 24 hours", "< 4 hours", "1h30m", "90 min", "two weeks",
// "Immediate" (which is 0). The error says what would be right.
func Deadline(text string) (steps.Seconds, error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	for {
		cut := lead().ReplaceAllString(rest, "")
		if cut == rest {
			break
		}
		rest = cut
	}
	rest = strings.TrimRight(rest, " .;,")
	if immediate[rest] {
		return 0, nil
	}
	if strings.Contains(rest, "business") || strings.Contains(rest, "working") {
		return 0, errors.New("working days have no fixed length: write days or hours, for example \"48 hours\"")
	}
	if oneOf[rest] {
		rest = "1 " + rest
	}
	total, err := amounts(strings.TrimPrefix(rest, "half an "), strings.HasPrefix(rest, "half an "))
	if err != nil {
		return 0, err
	}
	if total > maxDeadline {
		return 0, errors.New("more than a hundred years is no deadline: check the number and the unit")
	}
	return steps.Seconds(math.Round(total)), nil
}

// amounts adds up pairs of number and unit: "1h30m", "2 hours and 30 minutes".
func amounts(rest string, half bool) (float64, error) {
	total := 0.0
	for first := true; rest != "" || first; first = false {
		number, unit, after, ok := nextAmount(rest, half)
		if !ok {
			return 0, errors.New("write a number and a unit, for example \"30 minutes\", \"24 hours\", \"1h30m\", or \"immediate\"")
		}
		total += number * unit
		rest = strings.TrimPrefix(strings.TrimPrefix(after, ","), "and ")
		rest = strings.TrimSpace(rest)
	}
	return total, nil
}

func nextAmount(s string, half bool) (number, unit float64, rest string, ok bool) {
	if half {
		name, after, _ := strings.Cut(s, " ")
		unit, ok = unitSeconds[name]
		return 0.5, unit, after, ok
	}
	m := amount().FindStringSubmatch(s)
	if m == nil {
		return 0, 0, "", false
	}
	number, known := numberWords[m[1]]
	if !known {
		var err error
		if number, err = strconv.ParseFloat(m[1], 64); err != nil {
			return 0, 0, "", false
		}
	}
	unit, ok = unitSeconds[m[2]]
	return number, unit, s[len(m[0]):], ok
}

// titleDeadline takes the deadline in brackets off the end of a phase's
// title. Brackets that do not speak of time belong to the title; those that
// do and cannot be read are an error, and are taken off too.
func titleDeadline(title string) (name string, within steps.Seconds, stated bool, err error) {
	open := strings.LastIndexByte(title, '(')
	if open < 0 || !strings.HasSuffix(title, ")") {
		return title, 0, false, nil
	}
	inside := title[open+1 : len(title)-1]
	if !looksTimed().MatchString(inside) {
		return title, 0, false, nil
	}
	name = strings.TrimSpace(title[:open])
	within, err = Deadline(inside)
	if err != nil {
		return name, 0, true, fmt.Errorf("the deadline %q cannot be read: %w", inside, err)
	}
	return name, within, true, nil
}
