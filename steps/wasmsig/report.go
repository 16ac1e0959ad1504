package wasmsig

import (
	"encoding/json"
	"time"

	"wsc-respond/steps/keyfile"
)

// NamedKey is a public key and what the person calls it: the path that was
// given.
type NamedKey struct {
	Name string
	Key  keyfile.Public
}

// Inspection is everything that a file says of itself, and what of that is
// true as far as the file alone can tell. Whom to believe, it does not say:
// that is Verify's.
type Inspection struct {
	Path           string          `json:"path"`
	Kind           Kind            `json:"kind"`
	Size           int64           `json:"size"` // bytes
	SHA256         string          `json:"sha256"`
	UnsignedSHA256 string          `json:"unsigned_sha256"` // empty where the sections could not be passed over
	SignatureSets  []SetReport     `json:"signature_sets"`
	Keyless        *KeylessReport  `json:"keyless"`
	Sections       []SectionReport `json:"sections"`
	Problems       []Problem       `json:"problems"`
}

// SetReport is one list of digests and its signatures.
type SetReport struct {
	Hashes         []string `json:"hashes"`
	ContentMatches bool     `json:"content_matches"`
	// Ignored says that verifiers do not read it, since its section is not the
	// first; its content was not compared.
	Ignored    bool              `json:"ignored,omitempty"`
	Signatures []SignatureReport `json:"signatures"`
}

// SignatureReport is one key's signature.
type SignatureReport struct {
	KeyID     string `json:"key_id"`    // hex; empty where the signer wrote none
	Algorithm string `json:"algorithm"` // "Ed25519", or "unknown (2)"
	// VerifiedBy names the given keys that made the signature; the digests,
	// not the content, are what it covers.
	VerifiedBy   []string            `json:"verified_by"`
	Certificates []CertificateReport `json:"certificates"`
}

// CertificateReport is a certificate in words.
type CertificateReport struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"` // of its DER: what a trust bundle's revocations name
	Serial    string    `json:"serial"`
}

// KeylessReport is a keyless signature in words.
type KeylessReport struct {
	Identity       string              `json:"identity"`
	Issuer         string              `json:"issuer"`
	RekorUUID      string              `json:"rekor_uuid"`
	LogIndex       int64               `json:"log_index"`
	LogID          string              `json:"log_id"`
	IntegratedTime time.Time           `json:"integrated_time,omitzero"`
	ModuleHash     string              `json:"module_hash"`
	ContentMatches bool                `json:"content_matches"`
	SignatureValid bool                `json:"signature_valid"`
	EntryBound     bool                `json:"entry_bound"`
	Ignored        bool                `json:"ignored,omitempty"` // as in SetReport
	Certificates   []CertificateReport `json:"certificates"`
	// Notes are what a reader should know and that is no fault: an inclusion
	// proof whose root nobody signed, for example.
	Notes []string `json:"notes"`
}

// SectionReport is a section of interest other than the signature.
type SectionReport struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"` // bytes from the beginning of the file
	Size   int64  `json:"size"`   // bytes of its payload
	SHA256 string `json:"sha256"`
	// Content is its content where that is JSON and not too long; a DSSE
	// envelope is opened, and its payload shown.
	Content json.RawMessage `json:"content,omitempty"`
	// NotShown says why nobody looked at the content, in words. Such a section
	// may hold anything.
	NotShown string `json:"not_shown,omitempty"`
	About    string `json:"about"` // what the section is for, in words
}

// Verdict is the outcome of verifying one file.
type Verdict struct {
	Path   string  `json:"path"`
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
	// Problems are those that reading the file found. A file with one does not
	// pass.
	Problems []Problem `json:"problems"`
}

// Outcome is what came of a check.
type Outcome string

// The outcomes. A check that could not be made where it had to be has failed.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	NotMade Outcome = "not_made" // nothing asked for it, or it would prove nothing
)

// Check is one question that was asked of a file.
type Check struct {
	Name    string  `json:"name"` // one of a closed list, see Verify
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail"`
}
