package wasmsig

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"wsc-respond/steps/rekor"
)

// keylessFacts is what a keyless signature says and what of that holds, as far
// as the module alone can tell. Nothing in it says whom to believe.
type keylessFacts struct {
	signature Keyless
	chain     []*x509.Certificate // nil where one cannot be read
	signer    Signer
	signerErr error

	contentMatches bool
	invalid        error    // why the signature is not that of the certificate's key
	entryID        error    // why the entry's id is not its own
	unbound        []string // why the entry is not about this signature
	inclusion      string   // what the proof is worth
	problems       []Problem
}

// examine looks at a keyless signature. compare says that the content was read
// and is to be compared with it.
func examine(k Keyless, content Content, compare bool) keylessFacts {
	f := keylessFacts{signature: k}
	f.chain, f.problems = k.Certificates()
	if compare {
		f.compare(content)
	}
	if leaf := f.leaf(); leaf != nil {
		if f.signer, f.signerErr = SignerOf(leaf); f.signerErr != nil {
			f.found(CertificateMalformed, f.signerErr.Error())
		}
	} else if len(f.chain) == 0 {
		f.found(NoCertificate, "the keyless signature carries no certificate, so it names nobody")
	}
	if f.invalid = verifyDigest(f.leaf(), k.ModuleHash, k.Value); f.invalid != nil {
		f.found(SignatureInvalid, f.invalid.Error())
	}
	if !k.Entry.Absent() {
		f.examineEntry()
	}
	return f
}

func (f *keylessFacts) compare(content Content) {
	f.contentMatches = f.signature.ModuleHash == content.Unsigned
	if !f.contentMatches {
		f.found(ContentChanged, fmt.Sprintf(changedAfterSigning+": the signature is for %x, and this module is %x",
			f.signature.ModuleHash, content.Unsigned))
	}
}

// leaf is the certificate of who signed; nil if there is none that can be
// read.
func (f *keylessFacts) leaf() *x509.Certificate {
	if len(f.chain) == 0 {
		return nil
	}
	return f.chain[0]
}

// verifyDigest checks an ECDSA P-256 signature, r and s of 32 bytes each. As
// measured on a module of wsc, it is over the digest itself: the 32 bytes are
// not hashed again.
func verifyDigest(leaf *x509.Certificate, digest Digest, value []byte) error {
	if leaf == nil {
		return errors.New("there is no certificate to check the signature with")
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return fmt.Errorf("the certificate's key is %v, and keyless signatures are made with ECDSA P-256", leaf.PublicKeyAlgorithm)
	}
	half := len(value) / 2
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:])})
	if err != nil || !ecdsa.VerifyASN1(key, digest[:], der) {
		return errors.New("the key in the certificate did not make the signature")
	}
	return nil
}

// examineEntry asks whether the log entry is about this signature.
func (f *keylessFacts) examineEntry() {
	k := f.signature
	if f.entryID = k.Entry.rekor().CheckUUID(); f.entryID != nil {
		f.found(LogEntryID, fmt.Sprintf("the id of the log entry is wrong: %v", f.entryID))
	}
	record, err := rekor.ReadBody(k.Entry.Body)
	if err != nil {
		f.unbound = []string{err.Error()}
		f.found(LogEntryMalformed, err.Error())
	} else {
		f.unbound = record.Unbound(k.ModuleHash[:], k.Value, f.leaf())
		for _, reason := range f.unbound {
			f.found(LogEntryUnbound, reason)
		}
	}
	f.inclusion = inclusion(k.Entry)
}

// bound reports whether the log entry is about this module, signature and
// certificate.
func (f *keylessFacts) bound() bool {
	return !f.signature.Entry.Absent() && f.contentMatches && len(f.unbound) == 0
}

func (f *keylessFacts) found(kind ProblemKind, detail string) {
	f.problems = append(f.problems, Problem{Kind: kind, Detail: detail})
}

// inclusion says what the inclusion proof in a module is worth. It carries no
// checkpoint, so whatever it leads to, nobody has signed: that is no fault of
// the module, and no proof.
func inclusion(e LogEntry) string {
	if len(e.Proof) == 0 {
		return "the module carries no inclusion proof"
	}
	entry := e.rekor()
	proof, err := rekor.ParseProof(e.Proof)
	if err != nil {
		return fmt.Sprintf("the inclusion proof in the module cannot be read: %v", err)
	}
	entry.Proof = proof
	if err := entry.CheckInclusion(); err != nil {
		return "the inclusion proof in the module does not lead to its own root; its root is signed by nobody either way"
	}
	return "the inclusion proof in the module leads to a root that nobody signed; only the log can prove that the entry is in it"
}

// rekor is the entry as the log's own tools have it, without the proof.
func (e LogEntry) rekor() rekor.Entry {
	return rekor.Entry{UUID: e.UUID, LogIndex: e.LogIndex, LogID: e.LogID, Body: e.Body,
		SET: e.SET, IntegratedTime: e.IntegratedTime}
}

// report is the signature in words.
func (f *keylessFacts) report() *KeylessReport {
	e := f.signature.Entry
	r := &KeylessReport{
		Identity: f.signer.Identity, Issuer: f.signer.Issuer,
		LogIndex: e.LogIndex, LogID: e.LogID, IntegratedTime: e.IntegratedTime,
		ModuleHash:     hex.EncodeToString(f.signature.ModuleHash[:]),
		ContentMatches: f.contentMatches, SignatureValid: f.invalid == nil, EntryBound: f.bound(),
		Certificates: []CertificateReport{}, Notes: []string{},
	}
	if !e.Absent() {
		r.RekorUUID = e.UUID
	}
	for _, c := range f.chain {
		if c != nil {
			r.Certificates = append(r.Certificates, reportOf(c))
		}
	}
	if others := f.signer.Others; len(others) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("the certificate names %d more: %.200q", len(others), others[:min(len(others), maxTold)]))
	}
	if f.inclusion != "" {
		r.Notes = append(r.Notes, f.inclusion)
	}
	return r
}
