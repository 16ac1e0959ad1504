package rekor

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
)

// Unbound says in sentences what keeps the entry from being about a signature:
// another artifact, another signature, another certificate. There are none if
// the entry is about exactly this. The digest is the artifact's SHA-256; the
// signature is raw (r and s) or DER, and both forms of one signature are the
// same; the certificate is the one that was made for the signature.
//
// Only hashedrekord and rekord entries can be bound: the signature of an
// envelope is not over the artifact.
func (r Record) Unbound(digest, signature []byte, leaf *x509.Certificate) []string {
	switch {
	case !r.Understood:
		return []string{fmt.Sprintf("the log entry is of the kind %.40q %.20q, which cannot be compared with a signature", r.Kind, r.APIVersion)}
	case r.Kind != Hashedrekord && r.Kind != Rekord:
		return []string{fmt.Sprintf("the log entry is of the kind %s, whose signature is over an envelope and not over the artifact", r.Kind)}
	case len(r.Signatures) != 1:
		return []string{"the log entry does not have one signature"}
	}
	var why []string
	if want := (Digest{Algorithm: "sha256", Hex: hex.EncodeToString(digest)}); r.Digest != want {
		why = append(why, fmt.Sprintf("the log entry is for another artifact, %.160s", r.Digest))
	}
	if !sameSignature(r.Signatures[0].Content, signature) {
		why = append(why, "the log entry is for another signature")
	}
	return append(why, r.Signatures[0].notOf(leaf)...)
}

// notOf says why a signature is not by a certificate's holder. An entry that
// names the bare key leaves open whose it was, so it does not count.
func (s Signature) notOf(leaf *x509.Certificate) []string {
	if leaf == nil {
		return []string{"there is no certificate to compare the log entry with"}
	}
	if named := s.Certificate(); named != nil {
		if !bytes.Equal(named.Raw, leaf.Raw) {
			return []string{"the log entry is for another certificate"}
		}
		return nil
	}
	key, ok := s.PublicKey().(interface{ Equal(crypto.PublicKey) bool })
	if ok && key.Equal(leaf.PublicKey) {
		return []string{"the log entry names the key alone, and no certificate"}
	}
	return []string{"the log entry is for another key"}
}

// Certificate is the certificate that verifies the signature, the first if
// there is a chain; nil if the entry names none, or one that cannot be read.
func (s Signature) Certificate() *x509.Certificate {
	der := s.Verifier
	if block, _ := pem.Decode(s.Verifier); block != nil {
		if block.Type != "CERTIFICATE" {
			return nil
		}
		der = block.Bytes
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return certificate
}

// PublicKey is the key that verifies the signature, of the certificate if
// there is one; nil if it is of a kind that only other tools read.
func (s Signature) PublicKey() crypto.PublicKey {
	if certificate := s.Certificate(); certificate != nil {
		return certificate.PublicKey
	}
	der := s.Verifier
	if block, _ := pem.Decode(s.Verifier); block != nil {
		der = block.Bytes
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil
	}
	return key
}

// sameSignature compares two signatures. wsc writes an ECDSA signature as r
// and s side by side, others as DER.
func sameSignature(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	if bytes.Equal(a, b) {
		return true
	}
	return slices.ContainsFunc(forms(a), func(form pair) bool { return slices.ContainsFunc(forms(b), form.equal) })
}

// pair is an ECDSA signature.
type pair struct{ R, S *big.Int }

func (p pair) equal(q pair) bool { return p.R.Cmp(q.R) == 0 && p.S.Cmp(q.S) == 0 }

// forms are the ECDSA signatures that bytes can be read as. Raw ones have the
// sizes of the curves P-256, P-384 and P-521.
func forms(signature []byte) []pair {
	var found []pair
	switch n := len(signature); n {
	case 64, 96, 132:
		found = append(found, pair{new(big.Int).SetBytes(signature[:n/2]), new(big.Int).SetBytes(signature[n/2:])})
	}
	var der pair
	if rest, err := asn1.Unmarshal(signature, &der); err == nil && len(rest) == 0 && der.R.Sign() > 0 && der.S.Sign() > 0 {
		found = append(found, der)
	}
	return found
}
