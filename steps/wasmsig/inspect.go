package wasmsig

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
)

// maxTries bounds how often a key is tried on a signature of one file. One try
// takes about 50 µs, and a hostile module has room for thousands.
const maxTries = 8192

// maxProblems bounds the problems that are told of one file.
const maxProblems = 64

// Inspect reads a file and tells everything that it says of itself, and what
// of that holds. Each of the keys is tried on each signature, whatever key id
// that carries: ids are not signed. size is the length of the file in bytes,
// path is what it is called in the answer.
//
// The error is ErrNotModule, or that of reading; whatever is wrong with a
// module is among the problems. That it is not signed is none.
func Inspect(ctx context.Context, r io.ReaderAt, size int64, path string, keys []NamedKey) (Inspection, error) {
	x, err := inspect(ctx, r, size, path, keys)
	if err != nil {
		return Inspection{}, err
	}
	return x.report, nil
}

// inspection is an Inspection in the making, with what Verify judges by.
type inspection struct {
	module  *Module
	content Content
	// keyless is the first keyless signature; its place may be one that
	// verifiers ignore.
	keyless *keylessFacts
	claims  []claim // all signatures made with keys
	report  Inspection
	more    int // problems beyond those that are told
}

func inspect(ctx context.Context, r io.ReaderAt, size int64, path string, keys []NamedKey) (*inspection, error) {
	module, err := Read(r, size)
	if err != nil {
		return nil, err
	}
	content, err := module.ReadContent(ctx)
	if err != nil {
		return nil, err
	}
	x := &inspection{module: module, content: content, report: Inspection{
		Path: path, Kind: module.Kind, Size: size, SHA256: hex.EncodeToString(content.SHA256[:]),
		SignatureSets: []SetReport{}, Sections: []SectionReport{}, Problems: []Problem{},
	}}
	x.found(module.Problems...)
	if module.Whole() {
		x.report.UnsignedSHA256 = hex.EncodeToString(content.Unsigned[:])
	}
	for _, s := range module.Signed {
		x.section(s)
	}
	x.try(keys)
	if err := x.sections(r); err != nil {
		return nil, err
	}
	x.summarize()
	return x, nil
}

// section takes up a signature section. Those that verifiers ignore are listed
// as well: they may be what is left of somebody's honest signature.
func (x *inspection) section(s SignatureSection) {
	for i, set := range s.Sets {
		x.set(s, i, set)
	}
	if s.Keyless == nil || x.keyless != nil {
		return
	}
	facts := examine(*s.Keyless, x.content, s.Leading && x.module.Whole())
	x.keyless, x.report.Keyless = &facts, facts.report()
	x.report.Keyless.Ignored = !s.Leading
	x.found(facts.problems...)
	if s.Keyless.Entry.Absent() && !x.has(LogEntryMalformed) {
		x.found(*problem(NoLogEntry, "the module names no entry in a log, so nothing says when it was signed"))
	}
}

func (x *inspection) set(s SignatureSection, i int, set Set) {
	r := SetReport{Hashes: []string{}, Ignored: !s.Leading, Signatures: []SignatureReport{}}
	for _, h := range set.Hashes {
		r.Hashes = append(r.Hashes, hex.EncodeToString(h[:]))
	}
	if s.Leading && x.module.Whole() {
		if r.ContentMatches = x.content.Matches(set); !r.ContentMatches {
			x.found(*problem(ContentChanged, "%s%s", setName(i, len(s.Sets)), x.content.differs(set)))
		}
	}
	for _, sig := range set.Signatures {
		r.Signatures = append(r.Signatures, x.signature(sig))
	}
	message := set.Message()
	for i, sig := range set.Signatures {
		x.claims = append(x.claims, claim{sig, message, &r.Signatures[i]})
	}
	x.report.SignatureSets = append(x.report.SignatureSets, r)
}

// setName names a set of signatures where there are several.
func setName(i, of int) string {
	if of == 1 {
		return ""
	}
	return fmt.Sprintf("signature set %d of %d: ", i+1, of)
}

// differs says in words how the content is not what was signed. Each digest
// covers everything before it too, so only a beginning can be the same.
func (c Content) differs(s Set) string {
	same := 0
	for same < min(len(s.Hashes), len(c.Parts)) && s.Hashes[same] == c.Parts[same] {
		same++
	}
	switch {
	case len(s.Hashes) == 0:
		return "it covers no content at all, so anything could stand in the module"
	case same == len(c.Parts):
		return fmt.Sprintf("parts are missing at the end: %d were signed, and the module is the first %d of them", len(s.Hashes), same)
	case same == len(s.Hashes):
		return fmt.Sprintf("the first %d of %d parts are as they were signed; what follows was added", same, len(c.Parts))
	case same > 0:
		return fmt.Sprintf("the first %d of %d parts are as they were signed; what follows was changed", same, len(c.Parts))
	}
	return changedAfterSigning
}

// changedAfterSigning is said wherever the content is not what a signature is
// over.
const changedAfterSigning = "changed after signing"

func (x *inspection) signature(sig Signature) SignatureReport {
	r := SignatureReport{
		KeyID: hex.EncodeToString(sig.KeyID), Algorithm: algorithmName(sig.Algorithm),
		VerifiedBy: []string{}, Certificates: []CertificateReport{},
	}
	for _, der := range sig.Certificates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			x.found(*problem(CertificateMalformed, "a certificate that a signature carries: %v", err))
			continue
		}
		r.Certificates = append(r.Certificates, reportOf(certificate))
	}
	return r
}

func algorithmName(algorithm byte) string {
	if algorithm == algEd25519 {
		return "Ed25519"
	}
	return fmt.Sprintf("unknown (%d)", algorithm)
}

// claim is one signature, with what it is over and where it is reported.
type claim struct {
	signature Signature
	message   []byte
	report    *SignatureReport
}

// try tries the keys on the signatures: first each on those that carry its id,
// so that a crowd of others cannot hide what it made.
func (x *inspection) try(keys []NamedKey) {
	var ids []string // of the keys
	for _, key := range keys {
		ids = append(ids, string(key.Key.ID()))
	}
	left, skipped := maxTries, 0
	for _, named := range []bool{true, false} {
		for _, c := range x.claims {
			for i, key := range keys {
				switch {
				case (c.report.KeyID != "" && c.report.KeyID == ids[i]) != named:
				case left == 0:
					skipped++
				default:
					left--
					x.tryOne(c, key, named)
				}
			}
		}
	}
	if skipped > 0 {
		x.found(*problem(TooManySignatures, "the keys were tried %d times, and %d more were left out: the module carries more signatures than anybody needs", maxTries, skipped))
	}
}

// tryOne tries a key on a signature; named says that it carries the key's id.
func (x *inspection) tryOne(c claim, key NamedKey, named bool) {
	switch {
	case c.signature.Algorithm == algEd25519 && key.Key.Verify(c.message, c.signature.Value):
		c.report.VerifiedBy = append(c.report.VerifiedBy, key.Name)
	case named:
		x.found(*problem(SignatureInvalid, "a signature carries the id %s of the key %s, and that key did not make it; the id is only a claim", c.report.KeyID, key.Name))
	}
}

func (x *inspection) has(kind ProblemKind) bool {
	for _, p := range x.report.Problems {
		if p.Kind == kind {
			return true
		}
	}
	return false
}

func (x *inspection) found(problems ...Problem) {
	for _, p := range problems {
		if len(x.report.Problems) == maxProblems {
			x.more++
			continue
		}
		x.report.Problems = append(x.report.Problems, p)
	}
}

// summarize says how many problems were left out.
func (x *inspection) summarize() {
	if x.more > 0 {
		last := &x.report.Problems[maxProblems-1]
		last.Detail = fmt.Sprintf("%s; and %d more problems", last.Detail, x.more)
	}
}
