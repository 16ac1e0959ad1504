package steps

import (
	"strconv"
	"time"
)

// Milestone is a point that every incident passes, and that clocks run
// between.
type Milestone string

// The milestones in the order in which they are usually reached.
const (
	Began     Milestone = "began"    // when it really started; known only afterwards, if at all
	Detected  Milestone = "detected" // when a person or a machine first saw a sign
	Aware     Milestone = "aware"    // when somebody who must act knew; the clocks count from here
	Contained Milestone = "contained"
	Recovered Milestone = "recovered"
	Reviewed  Milestone = "reviewed"
)

// Milestones lists all of them in order.
func Milestones() []Milestone {
	return []Milestone{Began, Detected, Aware, Contained, Recovered, Reviewed}
}

// Valid reports whether it is one of the milestones.
func (m Milestone) Valid() bool {
	for _, known := range Milestones() {
		if m == known {
			return true
		}
	}
	return false
}

// Seconds is a length of time in whole seconds, the form in which the JSON of
// this program gives durations.
type Seconds int64

// NoTarget stands where a document names no time.
const NoTarget Seconds = -1

// Duration converts to the form that the time package computes with.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// String says a length of time as a person would: "30 minutes", "24 hours".
func (s Seconds) String() string {
	switch {
	case s < 0:
		return "no target"
	case s == 0:
		return "at once"
	}
	units := []struct {
		size Seconds
		name string
	}{{7 * 86400, "week"}, {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}
	for _, u := range units {
		if s%u.size != 0 || (u.name == "day" && s < 3*86400) {
			continue
		}
		return plural(int64(s/u.size), u.name)
	}
	return plural(int64(s), "second")
}

func plural(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.FormatInt(n, 10) + " " + unit + "s"
}
