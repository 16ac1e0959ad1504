package steps

import (
	"fmt"
	"strings"
)

// Command is a fenced shell block of a runbook: text that a person may decide
// to run.
type Command struct {
	Name  string `json:"name"` // unique within its step
	Shell string `json:"shell"`
	// Placeholders are the stand-ins that the author left in the text. A
	// command with one cannot run as it is.
	Placeholders []string `json:"placeholders,omitempty"`
	// Variables are the environment variables that the text reads and does
	// not set itself.
	Variables []string `json:"variables,omitempty"`
	Risk      Risk     `json:"risk"`
	// RiskReasons say in words what the risk was told from; empty when the
	// author stated it.
	RiskReasons []string `json:"risk_reasons,omitempty"`
	// Expect are the exit codes that are an answer and not a failure; empty
	// means 0 only.
	Expect []int `json:"expect,omitempty"`
	// ExpectsText must appear in the output for the command to have done
	// what it is for.
	ExpectsText string `json:"expects_text,omitempty"`
	// After names a command that must have run before this one: of the same
	// step, or else of the same incident type; "step/name" says which step.
	After       string  `json:"after,omitempty"`
	Interactive bool    `json:"interactive,omitempty"`
	Timeout     Seconds `json:"timeout_seconds,omitempty"`
	// Yields maps an input to where its value comes from, as ParseYield reads
	// it.
	Yields map[string]string `json:"yields,omitempty"`
	At     Pos               `json:"at"`
}

// Expected reports whether an exit code is one that the author foresaw.
func (c Command) Expected(exit int) bool {
	if len(c.Expect) == 0 {
		return exit == 0
	}
	for _, code := range c.Expect {
		if code == exit {
			return true
		}
	}
	return false
}

// Gist is a command in one row: its first line that says something, with the
// number of lines where there are more. It is not made safe to show.
func Gist(shell string) string {
	lines := strings.Split(strings.TrimSpace(shell), "\n")
	first := strings.TrimSpace(lines[0])
	for _, next := range lines[1:] {
		if first != "(" && first != "{" && !strings.HasPrefix(first, "set -") && !strings.HasPrefix(first, "#") {
			break
		}
		first = strings.TrimSpace(next)
	}
	first = strings.TrimSuffix(first, "\\")
	if len(lines) == 1 {
		return first
	}
	return fmt.Sprintf("%s  (%d lines)", first, len(lines))
}

// Risk is what a command does to the world, in three words that the gate
// shows.
type Risk string

// The risks, from the least to the gravest.
const (
	RiskReads    Risk = "reads"    // looks, and leaves things as they were
	RiskChanges  Risk = "changes"  // changes something that can be put back
	RiskDestroys Risk = "destroys" // what it takes away does not come back
)

// Rank orders risks: 0 for reads, 1 for changes, 2 for destroys. A risk that
// is none of the three ranks as changes, because unknown is not harmless.
func (r Risk) Rank() int {
	switch r {
	case RiskReads:
		return 0
	case RiskDestroys:
		return 2
	default:
		return 1
	}
}

// Valid reports whether the risk is one of the three words.
func (r Risk) Valid() bool {
	return r == RiskReads || r == RiskChanges || r == RiskDestroys
}
