package journal

import (
	"wsc-respond/session"
)

// ProblemKind names what is wrong with a session. The list is closed; the
// names are part of the JSON that the program prints.
type ProblemKind string

// The kinds of problem.
const (
	ProblemTornTail           ProblemKind = "torn_tail"           // bytes behind the last newline
	ProblemBadLine            ProblemKind = "bad_line"            // a line that is no event in the form of the record
	ProblemUnknownKind        ProblemKind = "unknown_kind"        // an event that this program does not know
	ProblemNotOpened          ProblemKind = "not_opened"          // the first event does not open a session
	ProblemSequenceGap        ProblemKind = "sequence_gap"        // events are missing before a line
	ProblemReordered          ProblemKind = "reordered"           // a line comes after one with a higher number
	ProblemPrevMismatch       ProblemKind = "prev_mismatch"       // a line and the next do not fit together
	ProblemCountDiffers       ProblemKind = "count_differs"       // the closing event counts otherwise
	ProblemEvidenceMissing    ProblemKind = "evidence_missing"    // a file that an event names is not there
	ProblemEvidenceChanged    ProblemKind = "evidence_changed"    // a file is not the one that the event names
	ProblemEvidenceUnreadable ProblemKind = "evidence_unreadable" // a file could not be read
	ProblemEvidenceOutside    ProblemKind = "evidence_outside"    // an event names a file that is not in the folder
	ProblemEvidenceUnnamed    ProblemKind = "evidence_unnamed"    // a file that no event names; always a note
)

// Problem is one thing that is wrong.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"`
	File   string      `json:"file,omitempty"` // below the session folder; the session file if empty
	Line   uint64      `json:"line,omitempty"` // of the session file, from 1
}

// Report is what Verify finds. A chain proves the order of events, and that
// none was changed or taken out of the middle; that none is missing at the
// end only the closing event shows, or a head that was kept elsewhere. Who
// can write the file can write a new chain: a head kept elsewhere, or signed,
// shows that too.
type Report struct {
	// Session and Drill are what the first event says.
	Session string `json:"session,omitempty"`
	Drill   bool   `json:"drill"`
	// Events is how many lines hold an event.
	Events uint64 `json:"events"`
	// Head is the hash of the last line.
	Head session.Hash `json:"head,omitempty"`
	// Closed says that the last event closes the session. If it does not,
	// the file may have been cut at the end of a line.
	Closed bool `json:"closed"`
	// Live says that a console had the session open during the check.
	Live bool `json:"live"`
	// Decoded is false when only the chain was checked.
	Decoded bool `json:"decoded"`
	// Continues is the session that this one goes on from; its folder is
	// checked on its own, and its head must be this one.
	Continues *session.Predecessor `json:"continues,omitempty"`
	// Evidence is how many files were compared with their digest.
	Evidence      int   `json:"evidence_files"`
	EvidenceBytes int64 `json:"evidence_bytes"`
	// Problems are at most maxProblems; More is how many there were beyond.
	Problems []Problem `json:"problems"`
	More     int       `json:"more_problems,omitempty"`
	// Notes are worth knowing and no damage.
	Notes []Problem `json:"notes,omitempty"`
}

// maxProblems keeps a report of a file that is all wrong readable.
const maxProblems = 1000

// Whole reports whether nothing is wrong.
func (r *Report) Whole() bool { return len(r.Problems) == 0 }

func (r *Report) problem(p Problem) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, p)
}

func (r *Report) note(p Problem) {
	if len(r.Notes) < maxProblems {
		r.Notes = append(r.Notes, p)
	}
}
