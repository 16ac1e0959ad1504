// Package quarantine takes a file out of use as evidence: what it was is
// recorded first, then it is moved to where nobody runs it, then it is compared
// with what was recorded.
//
// The rules: the file lies at its old place or in quarantine, at every moment
// and whatever fails; nothing in quarantine is ever overwritten; the list there
// is only appended to, and says of each move what was intended before it says
// what was done. An entry "intended" with no other behind it is a move that
// something broke off.
//
// The kinds of problems, each of a file that was moved:
//
//	changed     what lies in quarantine is not what was recorded before the move
//	other_names the file has further names (hard links) under which it can still be reached
//	mode_kept   it could not be made read-only
//	not_synced  the move may be lost if the machine fails now
package quarantine

import (
	"time"

	"wsc-respond/steps/wasmsig"
)

// ListName is the name of the list in a quarantine folder.
const ListName = "quarantine.jsonl"

// State says how far a move had come when an entry was written.
type State string

// The states. Each move has an entry Intended, and Done or Failed behind it.
const (
	Intended State = "intended"
	Done     State = "done"
	Failed   State = "failed" // and the file is at its old place
)

// Entry is one line of the list.
type Entry struct {
	At    time.Time `json:"at"`
	State State     `json:"state"`
	// Path is where the file was, absolute; PathBytes are its bytes where it
	// is no UTF-8.
	Path      string `json:"path"`
	PathBytes []byte `json:"path_bytes,omitempty"`
	Name      string `json:"name"` // in quarantine
	Note      string `json:"note,omitempty"`
	SHA256    string `json:"sha256"` // before the move
	File      File   `json:"file"`
	// Kind is what the file is as WebAssembly, "unknown" where it is none.
	Kind       wasmsig.Kind        `json:"kind"`
	Inspection *wasmsig.Inspection `json:"inspection,omitempty"` // of a module, in the first entry

	SHA256After string    `json:"sha256_after,omitempty"`
	Why         string    `json:"why,omitempty"` // of Failed
	Problems    []Problem `json:"problems,omitempty"`
}

// File is what the file system said of the file before the move.
type File struct {
	Size   int64  `json:"size"` // bytes
	Mode   string `json:"mode"` // octal
	UID    uint32 `json:"uid"`
	GID    uint32 `json:"gid"`
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
	Links  uint64 `json:"links"` // its names, this one included
	// The times as stat(2) has them.
	Modified      time.Time `json:"modified"`
	Accessed      time.Time `json:"accessed"`
	StatusChanged time.Time `json:"status_changed"`
}

// ProblemKind is one of the kinds in the package's documentation.
type ProblemKind string

// The kinds of problems.
const (
	Changed    ProblemKind = "changed"
	OtherNames ProblemKind = "other_names"
	ModeKept   ProblemKind = "mode_kept"
	NotSynced  ProblemKind = "not_synced"
)

// Problem is something that a responder must know of a file that was moved.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"`
}
