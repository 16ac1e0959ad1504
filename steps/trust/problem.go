package trust

import "fmt"

// Problem is something that is wrong with a trust bundle.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	Detail string      `json:"detail"`
}

// ProblemKind is one of a closed list, for programs that read the problems.
type ProblemKind string

// The kinds of problem.
const (
	// The file itself.
	UnknownFormat ProblemKind = "unknown_format" // a format version that is not read
	RepeatedName  ProblemKind = "repeated_name"  // a name stands twice in an object, so readers differ
	UnknownField  ProblemKind = "unknown_field"  // something that this program does not understand
	BadValidity   ProblemKind = "bad_validity"   // a period that ends before it begins
	Empty         ProblemKind = "empty"          // neither an authority nor a log

	// The validity of the bundle.
	Expired     ProblemKind = "expired" // also within its grace period
	NotYetValid ProblemKind = "not_yet_valid"

	// Who is in it.
	BadCertificate         ProblemKind = "bad_certificate"  // cannot be read
	NotAnAuthority         ProblemKind = "not_an_authority" // a certificate that may not issue others
	CertificateExpired     ProblemKind = "certificate_expired"
	CertificateNotYetValid ProblemKind = "certificate_not_yet_valid"
	AuthorityOutOfPeriod   ProblemKind = "authority_out_of_period" // the period that the bundle gives it
	BadLogKey              ProblemKind = "bad_log_key"             // cannot be read
	BadHashAlgorithm       ProblemKind = "bad_hash_algorithm"      // a log's, other than sha256
	LogIDMismatch          ProblemKind = "log_id_mismatch"         // not the SHA-256 of the log's key
	LogOutOfPeriod         ProblemKind = "log_out_of_period"
	BadRevocation          ProblemKind = "bad_revocation" // not the SHA-256 of a certificate

	// The signature of the bundle.
	BadSignature     ProblemKind = "bad_signature"     // cannot be read, or of an unknown algorithm
	Unsigned         ProblemKind = "unsigned"          // where a signature was to be checked
	KeyIDMismatch    ProblemKind = "key_id_mismatch"   // the signature names another key
	SignatureInvalid ProblemKind = "signature_invalid" // the key did not sign these bytes

	MoreProblems ProblemKind = "more_problems" // than are worth telling
)

// maxProblems is how many problems are told. A hostile bundle can have one in
// every few bytes.
const maxProblems = 100

// tell adds a problem to those that were found, if they are not too many.
func tell(found []Problem, kind ProblemKind, format string, args ...any) []Problem {
	switch n := len(found); {
	case n < maxProblems:
		return append(found, Problem{Kind: kind, Detail: fmt.Sprintf(format, args...)})
	case n == maxProblems:
		return append(found, Problem{Kind: MoreProblems, Detail: fmt.Sprintf("there are more than %d problems", maxProblems)})
	}
	return found
}
