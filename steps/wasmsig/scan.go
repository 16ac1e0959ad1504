package wasmsig

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/trust"
)

// Query is which modules are looked for. A module is found by any of its
// signatures that any of Keys, IDs, Identity and All asks for.
type Query struct {
	// Keys are tried on the digests of every signature, whatever id that
	// carries: an id is only what the signer wrote there. A signature that
	// carries the id of one of them is found too, whoever made it.
	Keys []NamedKey
	// IDs are key ids that signatures may carry. Without the key itself, such
	// a signature cannot be told from one that only claims the id.
	IDs []keyfile.ID
	// Identity is matched against the identity in the certificate of a keyless
	// signature, and finds nothing if it is nil.
	Identity *Pattern
	// Issuer narrows Identity to who vouched for it, as an exact URL; any if
	// it is empty.
	Issuer string
	// All finds every module with a signature.
	All bool
	// Since and Until narrow keyless signatures to those that a log took in
	// then, both ends included; the zero time is no end. Only a time that the
	// log signed leaves a module out, which needs Trust: anybody can write any
	// time. Signatures with keys have no time at all and are never left out.
	Since, Until time.Time
	// VerifyContent reads each module that was found to its end, and compares
	// it with what was signed.
	VerifyContent bool
	// Expected are those who may have signed; nil if nobody was named. With
	// it, modules with a keyless signature are read to their end as well.
	Expected *Signers
	// Trust is what proves the time of a log and the certificate of an
	// identity; nil proves neither.
	Trust *trust.Material
}

// MatchedBy is how it is known who signed.
type MatchedBy string

// The ways, from proof to claim. It is empty for a signature that All found
// and that names nobody: one without an id that none of the given keys made,
// or without a certificate that can be read.
const (
	BySignature MatchedBy = "signature" // a given key made it
	ByKeyID     MatchedBy = "key_id"    // it carries the id; that is a claim
	ByIdentity  MatchedBy = "identity"  // its certificate says so
)

// Match is one signer of one module that was looked for. A module with several
// has several matches.
type Match struct {
	Path      string    `json:"path"`
	Kind      Kind      `json:"kind"`
	MatchedBy MatchedBy `json:"matched_by"`
	// KeyID is the id of the key that made the signature or, where that is
	// not known, the one that the signature carries; hex.
	KeyID    string `json:"key_id"`
	Identity string `json:"identity"`
	Issuer   string `json:"issuer"`
	// IntegratedTime is when the log took the signature in; nil if unknown.
	// Unless TimeProven it is what the module says.
	IntegratedTime *time.Time `json:"integrated_time"`
	TimeProven     bool       `json:"time_proven"`
	// Expected reports whether all who signed the module are expected, as
	// Signers explains; nil if nobody was named. Unexpected says why not.
	Expected   *bool  `json:"expected"`
	Unexpected string `json:"unexpected,omitempty"`
	// ContentMatches reports whether the module still is what was signed; nil
	// if its content was not read.
	ContentMatches *bool     `json:"content_matches,omitempty"`
	Problems       []Problem `json:"problems"`
}

// Findings is who hears of what is found. The functions are called one at a
// time and in no order.
type Findings struct {
	Match func(Match)
	// Unread is told of every file and folder for which the question could not
	// be answered. A file can be both: a match in its beginning, and not
	// readable behind it.
	Unread func(path string, why error)
	// Progress can be asked while the scan goes on; nil if nobody asks.
	Progress *Progress
}

// Summary counts what was looked at.
type Summary struct {
	Files   int64 `json:"files"`   // regular files
	Modules int64 `json:"modules"` // files that begin as WebAssembly does
	Signed  int64 `json:"signed"`  // modules with a signature section, wherever it stands
	Matched int64 `json:"matched"` // modules that were looked for
	Unread  int64 `json:"unread"`  // files and folders
	Links   int64 `json:"links"`   // symbolic links, which are not followed
	Special int64 `json:"special"` // pipes, sockets and devices, which are not opened
}

// Progress counts while a scan goes on.
type Progress struct {
	files, modules, signed, matched, unread, links, special atomic.Int64
}

// Summary is what was counted so far.
func (p *Progress) Summary() Summary {
	return Summary{Files: p.files.Load(), Modules: p.modules.Load(), Signed: p.signed.Load(), Matched: p.matched.Load(),
		Unread: p.unread.Load(), Links: p.links.Load(), Special: p.special.Load()}
}

// Scan looks at every regular file below a folder, or at one file. What a
// module is, its content says and not its name. Of each file it reads where
// its sections begin and what its signatures say, so that the time it takes
// grows with the number of files and not with their sizes, and the memory with
// neither.
//
// Links are not followed, special files never opened. A tree that implements
// fs.SubFS is asked for each folder once, and its files are opened in there; a
// folder that implements io.Closer is closed. Files must implement
// io.ReaderAt.
//
// Its errors are that of the context and that the name itself cannot be read.
// Everything else that cannot be read goes to Unread.
func Scan(ctx context.Context, fsys fs.FS, name string, q Query, to Findings) (Summary, error) {
	if to.Progress == nil {
		to.Progress = new(Progress)
	}
	s := &scan{ctx: ctx, search: newSearch(q), to: to, jobs: make(chan job)}
	err := s.run(fsys, name)
	return to.Progress.Summary(), errors.Join(err, context.Cause(ctx))
}

// scan is one walk over a tree, and the workers that look at its files.
type scan struct {
	ctx    context.Context
	search *search
	to     Findings
	jobs   chan job

	telling sync.Mutex // Match and Unread
	large   sync.Mutex // large signatures, over all workers
}

// unread tells of a path that could not be read. What it is called within its
// tree says less than the path, so it is left out.
func (s *scan) unread(path string, why error) {
	if named, ok := why.(*fs.PathError); ok {
		why = named.Err
	}
	s.to.Progress.unread.Add(1)
	s.telling.Lock()
	defer s.telling.Unlock()
	if s.to.Unread != nil {
		s.to.Unread(path, why)
	}
}

func (s *scan) matched(all []Match) {
	s.to.Progress.matched.Add(1)
	s.telling.Lock()
	defer s.telling.Unlock()
	if s.to.Match == nil {
		return
	}
	for _, m := range all {
		s.to.Match(m)
	}
}
