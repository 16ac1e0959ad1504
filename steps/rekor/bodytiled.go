package rekor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
)

// This file reads the bodies of Rekor's second version, whose trees are tiles.
// They are the protobuf messages HashedRekordLogEntryV002 and DSSELogEntryV002
// of rekor-tiles as JSON.

type tiledDigest struct {
	Algorithm string `json:"algorithm"` // "SHA2_256"
	Digest    string `json:"digest"`    // base64
}

// hash is the digest as bodies of the first version have it.
func (d tiledDigest) hash() (hashSpec, error) {
	raw, err := base64.StdEncoding.DecodeString(d.Digest)
	if err != nil {
		return hashSpec{}, errors.New("its digest is not in base64")
	}
	name := strings.ToLower(d.Algorithm)
	if bits, ok := strings.CutPrefix(name, "sha2_"); ok {
		name = "sha" + bits
	}
	return hashSpec{Algorithm: name, Value: hex.EncodeToString(raw)}, nil
}

type tiledSignature struct {
	Content  string `json:"content"` // base64
	Verifier struct {
		Certificate *rawBytes `json:"x509Certificate"`
		PublicKey   *rawBytes `json:"publicKey"`
	} `json:"verifier"`
}

// rawBytes is DER in base64.
type rawBytes struct {
	RawBytes string `json:"rawBytes"`
}

// signed is the signature as bodies of the first version have it, whose
// verifiers are PEM.
func (s tiledSignature) signed() (signed, error) {
	kind, raw := "CERTIFICATE", s.Verifier.Certificate
	if raw == nil {
		kind, raw = "PUBLIC KEY", s.Verifier.PublicKey
	}
	if raw == nil {
		return signed{}, errors.New("its signature names neither a certificate nor a key")
	}
	der, err := base64.StdEncoding.DecodeString(raw.RawBytes)
	if err != nil {
		return signed{}, errors.New("its certificate or key is not in base64")
	}
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	return signed{s.Content, base64.StdEncoding.EncodeToString(text)}, nil
}

type tiledArtifactSpec struct {
	Spec struct {
		Data      tiledDigest    `json:"data"`
		Signature tiledSignature `json:"signature"`
	} `json:"hashedRekordV002"`
}

func (s *tiledArtifactSpec) fill(r *Record) error {
	return r.setTiled(s.Spec.Data, s.Spec.Signature)
}

type tiledDSSESpec struct {
	Spec struct {
		PayloadHash tiledDigest      `json:"payloadHash"`
		Signatures  []tiledSignature `json:"signatures"`
	} `json:"dsseV002"`
}

func (s *tiledDSSESpec) fill(r *Record) error {
	return r.setTiled(s.Spec.PayloadHash, s.Spec.Signatures...)
}

func (r *Record) setTiled(digest tiledDigest, signatures ...tiledSignature) error {
	hash, err := digest.hash()
	if err != nil {
		return err
	}
	var all []signed
	for _, one := range signatures {
		plain, err := one.signed()
		if err != nil {
			return err
		}
		all = append(all, plain)
	}
	return r.set(hash, all...)
}
