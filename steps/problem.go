package steps

import "fmt"

// Problem is something in a runbook's source that its author should change,
// with the place and what would be right.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"` // what is wrong, and what would be right
	// Error says that the author's own metadata is wrong. The rest are notes:
	// the runbook works, and would work better.
	Error bool `json:"error"`
	At    Pos  `json:"at"`
}

// String is the form that editors jump to: "file:line: what is wrong".
func (p Problem) String() string {
	level := "note"
	if p.Error {
		level = "error"
	}
	if p.At.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", p.At.File, level, p.Detail)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.At.File, p.At.Line, level, p.Detail)
}

// ProblemKind is one of a closed list, for programs that read the problems.
type ProblemKind string

// The kinds of problem.
const (
	BadFrontMatter     ProblemKind = "bad_front_matter"
	BadAttributes      ProblemKind = "bad_attributes"    // a comment or fence info that is no flow map
	UnknownAttribute   ProblemKind = "unknown_attribute" // a key that means nothing there
	BadValue           ProblemKind = "bad_value"         // a known key with a value it cannot have
	DuplicateID        ProblemKind = "duplicate_id"
	UnreadableDeadline ProblemKind = "unreadable_deadline"
	BadShell           ProblemKind = "bad_shell"
	UndeclaredVariable ProblemKind = "undeclared_variable"
	UnresolvedName     ProblemKind = "unresolved_name" // an id, template, activity or command that does not exist
	ActivityNoStep     ProblemKind = "activity_without_step"
	FileNotYielded     ProblemKind = "file_not_yielded"
	UnfilledContact    ProblemKind = "unfilled_contact"
	HasPlaceholder     ProblemKind = "placeholder"
	ReviewOverdue      ProblemKind = "review_overdue"
	NoIncidents        ProblemKind = "no_incidents"
	LeftOut            ProblemKind = "left_out" // a part of an overlay that could not be used
)
