// Package resign replaces the signature of modules by that of a new key, after
// the old one was lost to somebody.
//
// Its rules: a module that was altered, or that nobody vouches for, is never
// signed: whoever took the key signed with it too. Nothing is changed before
// everything was read and everything that would be lost was named. One module
// after the other is signed as a copy, checked by this package itself and not
// only by the tool that signs, and put in its place in one step: at every
// moment it is the old module or the new one. The old signature is kept as
// evidence, and a list that is only appended to says what was done. The first
// failure ends it; what is done already is told from what is not, so it can be
// run again.
//
// Signing is the business of a tool, behind Signer; no secret key is read here.
package resign

import (
	"context"
	"time"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/keyfile"
)

// ListName is the name of the list in the folder of the old signatures.
const ListName = "resigned.jsonl"

// Signer is the tool that signs. It works in a folder of its own, in which the
// names of its arguments are. Each file that it makes is checked.
type Signer interface {
	// Detach parts a module into the module without signatures, and them.
	Detach(ctx context.Context, signed, bare, signature string) error
	// Sign signs a module with the new key.
	Sign(ctx context.Context, bare, signed string) error
	// Verify returns an error unless the new key signed the module.
	Verify(ctx context.Context, signed string) error
}

// Request says what is to be signed anew, and how.
type Request struct {
	Paths []string // of the modules, absolute or relative to the working directory
	New   keyfile.Public
	// Old is the key that was lost; zero if it is not known. With it, every
	// signature of others can be told from that key's.
	Old keyfile.Public
	// Released vouches for modules by SHA-256, in lower-case hex, of the file
	// or of the file without its signature. nil says that the person vouches
	// for all.
	Released map[string]bool
	// LoseCosigners agrees to the loss of the signatures of others.
	LoseCosigners bool

	Open func(dir string) (durable.Folder, error) // opens the folder of a module
	Now  func() time.Time
}

// Desk is where the work is done.
type Desk struct {
	Signer Signer
	Work   durable.Folder // where the Signer works; private, and emptied
	Keep   durable.Folder // for the old signatures and the list; private
}

// Outcome is what came of a module.
type Outcome string

// The outcomes. But for Resigned, the module is as it was; Failed says where
// it is not so.
const (
	Ready      Outcome = "ready" // to be signed; never the last word
	Resigned   Outcome = "resigned"
	Before     Outcome = "done_before" // the new key signed it, and the old one did not
	Left       Outcome = "left"        // nobody vouches for it, or it is not the old key's
	Refused    Outcome = "refused"     // unreadable, damaged or altered
	WouldLose  Outcome = "would_lose"  // signatures of others, and nobody agreed
	Failed     Outcome = "failed"
	NotReached Outcome = "not_reached" // because one before it failed
)

// Result is what came of one module.
type Result struct {
	Path      string  `json:"path"`
	PathBytes []byte  `json:"path_bytes,omitempty"` // where it is no UTF-8
	Outcome   Outcome `json:"outcome"`
	Why       string  `json:"why,omitempty"`
	Before    string  `json:"before,omitempty"`   // SHA-256 of the file
	After     string  `json:"after,omitempty"`    // and of the one that took its place
	Unsigned  string  `json:"unsigned,omitempty"` // SHA-256 without the signature: the same before and after
	// OldSignature is the name of the file with the old signature.
	OldSignature string `json:"old_signature,omitempty"`
	// Signers are those whose signatures were there before; Loses names those
	// of them that are not the old key.
	Signers []string `json:"signers,omitempty"`
	Loses   []string `json:"loses,omitempty"`
	Notes   []string `json:"notes,omitempty"` // what to know of a module that was signed
}

// Entry is one line of the list. "intended" with no "done" behind it is a
// module whose replacement something broke off: its digest says whether it is
// the old one or the new one.
type Entry struct {
	At    time.Time `json:"at"`
	State string    `json:"state"` // intended, done
	Result
	NewKey keyfile.ID `json:"new_key"`
}
