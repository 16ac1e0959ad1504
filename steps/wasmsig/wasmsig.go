// Package wasmsig reads the signatures inside WebAssembly modules: who signed
// what, whether the module still is what was signed, and whether the log entry
// of a keyless signature speaks of this module at all. No wsc is needed for it.
//
// What is wrong with a file that could be read is a Problem, never an error:
// a responder wants to know what a damaged or forged module still says. A
// reader costs little whatever the file claims: a length is believed only when
// the file has that many bytes, and nothing is read whole but signatures.
//
// The format is that of wsc and wasmsign2 as measured on modules of the real
// tools; the specification of the WebAssembly tool conventions leaves out two
// length prefixes that are on the wire.
//
// The kinds of problems:
//
//	truncated             the file ends before a section does
//	malformed             the bytes are not those of a module's sections
//	unknown_version       the header is that of neither a module nor a component
//	too_many_sections     more sections than wsc reads; the rest was not read
//	signature_malformed   a signature section that cannot be decoded
//	signature_version     a signature section in a form that is not known
//	signature_misplaced   a signature section that is not the first section: verifiers ignore it
//	signature_doubled     more than one signature section, of which verifiers read the first
//	trailing_data         bytes behind the end of a signature
//	too_many_signatures   more signatures than are tried with the given keys, or signature sections than are read
//	content_changed       the module is not what was signed
//	signature_invalid     a signature that the key it names did not make
//	certificate_malformed a certificate that cannot be read
//	no_certificate        a keyless signature without the certificate of its key
//	no_log_entry          a keyless signature that no log entry vouches for
//	log_entry_malformed   a log entry that cannot be read
//	log_entry_unbound     a log entry of another module, signature or certificate
//	log_entry_id          a log entry whose id is not that of its body
//	section_malformed     a section of interest whose content cannot be read
//	not_module            the file does not begin as a WebAssembly module does
//	unreadable            the file, or a part of it, could not be read
package wasmsig

import (
	"errors"
	"fmt"
)

// Kind is what a file with the header of WebAssembly is.
type Kind string

// The kinds, told from the version and layer in the header.
const (
	CoreModule Kind = "module"
	Component  Kind = "component"
	// UnknownKind has the magic number of WebAssembly and a version that is
	// neither.
	UnknownKind Kind = "unknown"
)

// ErrNotModule says that a file does not begin as a WebAssembly module does.
var ErrNotModule = errors.New("not a WebAssembly module")

// The names of the sections that carry signatures.
const (
	signatureName = "signature"
	delimiterName = "signature_delimiter"
)

// The limits of wsc; what is beyond them it refuses to read.
const (
	maxSections     = 4096
	maxSlice        = 16 << 20 // bytes
	maxSets         = 64
	maxHashes       = 64
	maxSignatures   = 256
	maxCertificates = 16
	maxVarint       = 5 // bytes
)

// ProblemKind is one of the kinds in the package's documentation.
type ProblemKind string

// The kinds of problems.
const (
	Truncated            ProblemKind = "truncated"
	Malformed            ProblemKind = "malformed"
	UnknownVersion       ProblemKind = "unknown_version"
	TooManySections      ProblemKind = "too_many_sections"
	SignatureMalformed   ProblemKind = "signature_malformed"
	SignatureVersion     ProblemKind = "signature_version"
	SignatureMisplaced   ProblemKind = "signature_misplaced"
	SignatureDoubled     ProblemKind = "signature_doubled"
	TrailingData         ProblemKind = "trailing_data"
	TooManySignatures    ProblemKind = "too_many_signatures"
	ContentChanged       ProblemKind = "content_changed"
	SignatureInvalid     ProblemKind = "signature_invalid"
	CertificateMalformed ProblemKind = "certificate_malformed"
	NoCertificate        ProblemKind = "no_certificate"
	NoLogEntry           ProblemKind = "no_log_entry"
	LogEntryMalformed    ProblemKind = "log_entry_malformed"
	LogEntryUnbound      ProblemKind = "log_entry_unbound"
	LogEntryID           ProblemKind = "log_entry_id"
	SectionMalformed     ProblemKind = "section_malformed"
	NotModule            ProblemKind = "not_module"
	Unreadable           ProblemKind = "unreadable"
)

// Problem is one thing that is wrong with a file. Its words may hold parts of
// the file: they are made safe where they are shown.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"`
	File   string      `json:"file,omitempty"`
}

// Error makes a problem an error, for readers that end at it.
func (p *Problem) Error() string { return p.Detail }

func problem(kind ProblemKind, format string, args ...any) *Problem {
	return &Problem{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}
