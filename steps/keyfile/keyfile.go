// Package keyfile reads the key files of wsc and says what a responder must
// know of them: which key a file holds, whether others can reach it, whether
// its two halves belong together, and whether it is the file it was before.
//
// The rules it keeps:
//
//   - No byte of a secret key leaves the package, not in an answer and not in
//     an error, and what was read of one is wiped when it was judged. A digest
//     of it is held while a check runs, to find copies, and a digest of the
//     whole file does leave the package, in a manifest.
//   - A file is judged by its content. Its name counts only where it promises
//     a key: .sec, .key, .pub, .pem, and id_… as ssh-keygen names them.
//   - Reading is bounded, whatever a file's size. Pipes, sockets and devices
//     are never opened, and links lead only to what lies in the same tree.
//   - What is wrong with a file is a problem in the answer; an error means that
//     there is no answer.
//
// The kinds of problem are a closed list. Check finds:
//
//   - readable_by_others: a secret key that its group or everybody can read
//   - writable_by_others: a key that others can change
//   - hard_links: a secret key that has more names than this one
//   - loose_folder: a folder above the key in which others can exchange it, or
//     that hands its group on to new files
//   - foreign_owner: a secret key of somebody who is neither the caller nor root
//   - link: the name is a symbolic link
//   - future_time: it was modified later than now
//   - in_git: a secret key in a git work tree
//   - damaged: the shape of a key, and no key
//   - no_key: the name promises a key, and there is none
//   - pair_mismatch: a secret key beside the public half of another one
//   - copy: the secret key of another file (MarkCopies)
//   - special_file: a pipe, a socket or a device with the name of a key
//   - unreadable: it could not be read
//
// Verify finds unreadable, and:
//
//   - changed, missing, added, mode_changed: what became of a file
//   - nothing_matched: no file is what the manifest says, or it names none
//   - bad_line: a line of the manifest that says nothing that can be checked
package keyfile

// ProblemKind is one of the closed list in the package's documentation.
type ProblemKind string

// The kinds of problem.
const (
	ReadableByOthers ProblemKind = "readable_by_others"
	WritableByOthers ProblemKind = "writable_by_others"
	HardLinks        ProblemKind = "hard_links"
	LooseFolder      ProblemKind = "loose_folder"
	ForeignOwner     ProblemKind = "foreign_owner"
	Link             ProblemKind = "link"
	FutureTime       ProblemKind = "future_time"
	InGit            ProblemKind = "in_git"
	Damaged          ProblemKind = "damaged"
	NoKey            ProblemKind = "no_key"
	PairMismatch     ProblemKind = "pair_mismatch"
	Copy             ProblemKind = "copy"
	SpecialFile      ProblemKind = "special_file"
	Unreadable       ProblemKind = "unreadable"

	Changed        ProblemKind = "changed"
	Missing        ProblemKind = "missing"
	Added          ProblemKind = "added"
	ModeChanged    ProblemKind = "mode_changed"
	NothingMatched ProblemKind = "nothing_matched"
	BadLine        ProblemKind = "bad_line"
)

// Problem is something that a responder should know of a file, and what to do.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"`
	File   string      `json:"file,omitempty"` // where the problem stands alone
	Line   int         `json:"line,omitempty"` // of the manifest, from 1
}
