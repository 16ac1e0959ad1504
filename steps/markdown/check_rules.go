package markdown

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"wsc-respond/steps"
)

// classification looks at what indicators and answers say: the types and the
// severities that they name must exist.
func (c *checker) classification() {
	for _, inc := range c.rb.Incidents {
		for _, in := range inc.Indicators {
			c.verdict(in.At, in.Severity, in.Points, in.RulesOut)
		}
		for _, q := range inc.Questions {
			c.question(q)
		}
	}
	for _, q := range c.rb.Questions {
		c.question(q)
	}
}

func (c *checker) question(q steps.Question) {
	c.types(q.At, "for", q.For)
	for _, a := range q.Answers {
		c.verdict(q.At, a.Severity, a.Points, a.RulesOut)
	}
}

func (c *checker) verdict(at steps.Pos, level steps.Level, points map[string]int, rulesOut []string) {
	if _, ok := c.rb.Severity(level); level != "" && !ok {
		var known []string
		for _, l := range c.rb.Levels() {
			known = append(known, string(l.Level))
		}
		c.unresolved(at, "severity", "severity", string(level), known)
	}
	c.types(at, "points", slices.Sorted(maps.Keys(points)))
	c.types(at, "rules_out", rulesOut)
}

// types looks for incident types that are named.
func (c *checker) types(at steps.Pos, attribute string, ids []string) {
	for _, id := range ids {
		if _, ok := c.rb.Incident(id); ok && !strings.EqualFold(id, steps.PostIncidentID) {
			continue
		}
		var known []string
		for _, inc := range c.rb.Incidents {
			known = append(known, inc.ID)
		}
		c.unresolved(at, attribute, "incident type", id, known)
	}
}

// review says when the document should have been looked at again.
func (c *checker) review(now time.Time) {
	d := c.rb.Document
	at := d.At
	if at.File == "" && len(c.rb.Sources) > 0 {
		at = steps.Pos{File: c.rb.Sources[0].File, Line: 1}
	}
	if d.ReviewCycle == "" || d.Date == "" {
		return
	}
	date, ok := parseDate(d.Date)
	if !ok {
		c.note(steps.BadValue, at, "the document's date %q cannot be read, so nobody can tell when its review is due: write it as 2026-01-31", d.Date)
		return
	}
	due, ok := nextReview(date, d.ReviewCycle)
	if !ok {
		c.note(steps.BadValue, at, "the review cycle %q cannot be read: write Annually, Quarterly, Monthly, or Every 6 months", d.ReviewCycle)
		return
	}
	if now.After(due) {
		c.note(steps.ReviewOverdue, at, "the review of this document was due on %s (%s, last dated %s): review it, and change its date", due.Format(time.DateOnly), d.ReviewCycle, d.Date)
	}
}

var dateForms = []string{
	time.DateOnly, "2006/01/02", "2006-01", "2 January 2006", "January 2, 2006", "2 Jan 2006", "Jan 2, 2006", "January 2006", "02.01.2006", time.RFC3339,
}

func parseDate(text string) (time.Time, bool) {
	for _, form := range dateForms {
		if t, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// cycles are the words for review cycles, in months.
var cycles = map[string]int{
	"annually": 12, "annual": 12, "yearly": 12, "every year": 12, "once a year": 12,
	"semiannually": 6, "semi annually": 6, "biannually": 6, "twice a year": 6, "half yearly": 6, "every half year": 6,
	"quarterly": 3, "every quarter": 3, "monthly": 1, "every month": 1, "biennially": 24,
}

var everyPattern = lazily(`^(?:every|each)?\s*([0-9]+|one|two|three|four|five|six|nine|twelve|eighteen)?\s*(day|week|month|quarter|year)s?$`)

var cycleNumbers = map[string]int{
	"": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "twelve": 12, "eighteen": 18,
}

// maxCycle bounds a review cycle, in whatever unit it is given.
const maxCycle = 10_000

// nextReview is the day on which a document of a date is due again.
func nextReview(date time.Time, cycle string) (time.Time, bool) {
	text := strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(cycle, "-", " "))), " ")
	if months, ok := cycles[text]; ok {
		return date.AddDate(0, months, 0), true
	}
	if text == "weekly" {
		return date.AddDate(0, 0, 7), true
	}
	m := everyPattern().FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	n, known := cycleNumbers[m[1]]
	if !known {
		var err error
		if n, err = strconv.Atoi(m[1]); err != nil || n < 1 || n > maxCycle {
			return time.Time{}, false
		}
	}
	switch m[2] {
	case "day":
		return date.AddDate(0, 0, n), true
	case "week":
		return date.AddDate(0, 0, 7*n), true
	case "quarter":
		return date.AddDate(0, 3*n, 0), true
	case "year":
		return date.AddDate(n, 0, 0), true
	default:
		return date.AddDate(0, n, 0), true
	}
}
