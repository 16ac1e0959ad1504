package steps

import "strings"

// Level is a severity by name, in lower case: "critical". The order of levels
// is that of the runbook's severity table.
type Level string

// The levels of a runbook that states none itself.
const (
	Critical Level = "critical"
	High     Level = "high"
	Medium   Level = "medium"
	Low      Level = "low"
)

// SeverityLevel is one row of the severity table.
type SeverityLevel struct {
	Level       Level  `json:"level"`
	Description string `json:"description"`
	// Response is the response time in seconds: 0 is immediate, NoTarget is
	// a level whose time the document does not state.
	Response Seconds `json:"response_seconds"`
	Examples string  `json:"examples"`
	At       Pos     `json:"at"`
}

// ParseLevel makes a level of what a person wrote: "Critical", " HIGH ".
func ParseLevel(s string) Level { return Level(strings.ToLower(strings.TrimSpace(s))) }

// Levels are the runbook's severities, gravest first: those of its table, or
// the four usual ones without response times when it has none.
func (r *Runbook) Levels() []SeverityLevel {
	if len(r.Severities) > 0 {
		return r.Severities
	}
	return []SeverityLevel{
		{Level: Critical, Description: "Active compromise", Response: NoTarget},
		{Level: High, Description: "Suspected compromise", Response: NoTarget},
		{Level: Medium, Description: "Weakness found", Response: NoTarget},
		{Level: Low, Description: "Rule not kept", Response: NoTarget},
	}
}

// Severity finds a level of the runbook.
func (r *Runbook) Severity(l Level) (SeverityLevel, bool) {
	for _, s := range r.Levels() {
		if s.Level == l {
			return s, true
		}
	}
	return SeverityLevel{}, false
}

// Graver returns the graver of two levels. The empty level is below all, and
// so is one that the runbook does not know.
func (r *Runbook) Graver(a, b Level) Level {
	if r.gravity(b) > r.gravity(a) {
		return b
	}
	return a
}

// gravity is 0 for no level, and grows with the severity.
func (r *Runbook) gravity(l Level) int {
	levels := r.Levels()
	for i, s := range levels {
		if s.Level == l {
			return len(levels) - i
		}
	}
	return 0
}
