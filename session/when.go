package session

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseWhen reads a time in the past as people say it: "now" or nothing,
// "20", "20 minutes ago", "2h", "02:52", "02:52 UTC", "yesterday 23:10",
// "2026-11-21 23:10", or RFC 3339. A time of day without a zone is read in the
// local zone of now, and means the latest such time that is not in the future.
// The zero time means now. The error is one sentence for the person.
func ParseWhen(text string, now time.Time) (time.Time, error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if text == "" || text == "now" {
		return time.Time{}, nil
	}
	if fourDigits().MatchString(text) {
		return time.Time{}, fmt.Errorf("%q may be a time or a number of minutes; write %s:%s, or %s min", text, text[:2], text[2:], text)
	}
	if d, ok := parseSpan(strings.TrimSuffix(text, " ago")); ok {
		return now.Add(-d).UTC(), nil
	}
	t, clock, err := parsePoint(text, now)
	if err != nil {
		return time.Time{}, err
	}
	if clock && t.After(now) {
		t = t.AddDate(0, 0, -1)
	}
	if t.After(now) {
		return time.Time{}, fmt.Errorf("%s lies in the future", t.UTC().Format("2006-01-02 15:04 UTC"))
	}
	if now.Sub(t) > longAgo {
		return time.Time{}, fmt.Errorf("%s is too long ago to be meant", t.UTC().Format("2006-01-02 15:04 UTC"))
	}
	return t.UTC(), nil
}

// ParseUntil reads a time in the future: "06:00", "in 2 hours", "2h",
// "tomorrow 06:00", "2026-11-23 06:00". A time of day means the next such
// time.
func ParseUntil(text string, now time.Time) (time.Time, error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if d, ok := parseSpan(strings.TrimPrefix(text, "in ")); ok {
		return now.Add(d).UTC(), nil
	}
	t, clock, err := parsePoint(text, now)
	if err != nil {
		return time.Time{}, err
	}
	if clock && !t.After(now) {
		t = t.AddDate(0, 0, 1)
	}
	if !t.After(now) {
		return time.Time{}, fmt.Errorf("%s lies in the past", t.UTC().Format("2006-01-02 15:04 UTC"))
	}
	return t.UTC(), nil
}

// longAgo is the oldest time that anybody means: ten years.
const longAgo = 10 * 365 * 24 * time.Hour

var fourDigits = lazily(`^\d{4}$`)

var spanForm = lazily(`^(?:(\d{1,4}) ?d(?:ays?)?)? ?(?:(\d{1,4}) ?h(?:ours?)?)? ?(?:(\d{1,5}) ?(?:m(?:in(?:ute)?s?)?)?)?$`)

// parseSpan reads a length of time; a bare number is minutes.
func parseSpan(text string) (time.Duration, bool) {
	m := spanForm().FindStringSubmatch(text)
	if m == nil || m[0] == "" {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(m[i+1]) // empty is 0, and the form bounds the digits
		d += time.Duration(n) * unit
	}
	return d, true
}

// parsePoint reads a point in time. clock reports that only a time of day was
// given, whose day is still to be told.
func parsePoint(text string, now time.Time) (t time.Time, clock bool, err error) {
	zone := now.Location()
	for _, utc := range []string{" utc", "z"} {
		if cut, ok := strings.CutSuffix(text, utc); ok {
			text, zone = cut, time.UTC
			break
		}
	}
	day, shifted := now.In(zone), false
	for word, days := range map[string]int{"yesterday ": -1, "today ": 0, "tomorrow ": 1} {
		if cut, ok := strings.CutPrefix(text, word); ok {
			text, day, shifted = cut, day.AddDate(0, 0, days), true
			break
		}
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(form, text); err == nil {
			y, m, d := day.Date()
			return time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, zone), !shifted, nil
		}
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02t15:04:05", "2006-01-02t15:04"} {
		if at, err := time.ParseInLocation(form, text, zone); err == nil {
			return at, false, nil
		}
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return at, false, nil
	}
	return time.Time{}, false, fmt.Errorf("%q is no time; write 20 (minutes), 2h, 02:52, 02:52 UTC or 2026-11-21 23:10", text)
}
