package rekor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"wsc-respond/steps/strictjson"
)

// The kinds of entry that are read. Their bodies are fixed by the schemas of
// Rekor's pluggable types, pkg/types in its source.
const (
	Hashedrekord = "hashedrekord" // a signature over an artifact's digest
	Rekord       = "rekord"       // a signature over an artifact
	DSSE         = "dsse"         // an envelope of signed statements
	Intoto       = "intoto"       // an envelope, as it was entered before dsse
)

// Record is what an entry's body says.
type Record struct {
	Kind       string // "hashedrekord"; what kinds there are, logs decide
	APIVersion string // of the kind: "0.0.1"
	// Understood says that the kind is one of those above in a version that is
	// read. Of any other, Kind and APIVersion are all that is known.
	Understood bool
	// Digest is that of the artifact; of an envelope, that of its payload.
	Digest Digest
	// Signatures are one, or those of an envelope.
	Signatures []Signature
}

// Digest is a digest and how it was made.
type Digest struct {
	Algorithm string // "sha256"
	Hex       string // lower case
}

// String is the digest as log and tools write it: "sha256:…".
func (d Digest) String() string { return d.Algorithm + ":" + d.Hex }

// Signature is one signature of a record, and what verifies it.
type Signature struct {
	Content []byte
	// Verifier is a certificate (with its chain, maybe) or public key, PEM as
	// a rule; the log takes others too, such as PGP and SSH keys.
	Verifier []byte
}

// ReadBody reads an entry's body. It refuses what two readers could understand
// differently: names that stand twice, nesting beyond measure, anything behind
// the JSON. A kind that is not known is no error.
func ReadBody(body []byte) (Record, error) {
	var envelope struct {
		APIVersion string          `json:"apiVersion"`
		Kind       string          `json:"kind"`
		Spec       json.RawMessage `json:"spec"`
	}
	if _, err := strictjson.DecodeOnce(body, maxBody, &envelope); err != nil {
		return Record{}, fmt.Errorf("read the body of the log entry: %w", err)
	}
	if envelope.Kind == "" {
		return Record{}, errors.New("read the body of the log entry: it names no kind")
	}
	r := Record{Kind: envelope.Kind, APIVersion: envelope.APIVersion}
	spec := specOf(r.Kind, r.APIVersion)
	if spec == nil {
		return r, nil
	}
	if _, err := strictjson.DecodeOnce(envelope.Spec, maxBody, spec); err != nil {
		return Record{}, fmt.Errorf("read the log entry of kind %s %s: %w", r.Kind, r.APIVersion, err)
	}
	if err := spec.fill(&r); err != nil {
		return Record{}, fmt.Errorf("read the log entry of kind %s %s: %w", r.Kind, r.APIVersion, err)
	}
	r.Understood = true
	return r, nil
}

// spec is the part of a body that its kind gives form to.
type spec interface{ fill(*Record) error }

// specOf is the spec of a kind in a version, nil if it is not known.
func specOf(kind, version string) spec {
	switch kind + " " + version {
	case Hashedrekord + " 0.0.1", Rekord + " 0.0.1":
		return &artifactSpec{}
	case DSSE + " 0.0.1":
		return &dsseSpec{}
	case Intoto + " 0.0.1":
		return &intotoSpec1{}
	case Intoto + " 0.0.2":
		return &intotoSpec2{}
	case Hashedrekord + " 0.0.2":
		return &tiledArtifactSpec{}
	case DSSE + " 0.0.2":
		return &tiledDSSESpec{}
	}
	return nil
}

type hashSpec struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}

func (h hashSpec) digest() (Digest, error) {
	if raw, err := hex.DecodeString(h.Value); err != nil || len(raw) == 0 || h.Algorithm == "" {
		return Digest{}, errors.New("it has no digest in hex")
	}
	return Digest{Algorithm: h.Algorithm, Hex: strings.ToLower(h.Value)}, nil
}

// artifactSpec is that of hashedrekord and rekord: one digest, one signature.
type artifactSpec struct {
	Data struct {
		Hash hashSpec `json:"hash"`
	} `json:"data"`
	Signature struct {
		Content   string `json:"content"`
		PublicKey struct {
			Content string `json:"content"`
		} `json:"publicKey"`
	} `json:"signature"`
}

func (s *artifactSpec) fill(r *Record) error {
	return r.set(s.Data.Hash, signed{s.Signature.Content, s.Signature.PublicKey.Content})
}

type dsseSpec struct {
	PayloadHash hashSpec `json:"payloadHash"`
	Signatures  []struct {
		Signature string `json:"signature"`
		Verifier  string `json:"verifier"`
	} `json:"signatures"`
}

func (s *dsseSpec) fill(r *Record) error {
	var all []signed
	for _, one := range s.Signatures {
		all = append(all, signed{one.Signature, one.Verifier})
	}
	return r.set(s.PayloadHash, all...)
}

// intotoSpec1 has the digest of the envelope, in early entries without that of
// the payload, and no signature: those are in the envelope, which is not kept.
type intotoSpec1 struct {
	Content struct {
		Hash        hashSpec  `json:"hash"`
		PayloadHash *hashSpec `json:"payloadHash"`
	} `json:"content"`
	PublicKey string `json:"publicKey"`
}

func (s *intotoSpec1) fill(r *Record) error {
	hash := s.Content.Hash
	if s.Content.PayloadHash != nil {
		hash = *s.Content.PayloadHash
	}
	return r.set(hash, signed{"", s.PublicKey})
}

type intotoSpec2 struct {
	Content struct {
		Envelope struct {
			Signatures []struct {
				PublicKey string `json:"publicKey"`
				Sig       string `json:"sig"`
			} `json:"signatures"`
		} `json:"envelope"`
		PayloadHash hashSpec `json:"payloadHash"`
	} `json:"content"`
}

// fill unpacks the signatures once more: the envelope has them in base64, and
// the log put that into base64 again.
func (s *intotoSpec2) fill(r *Record) error {
	var all []signed
	for _, one := range s.Content.Envelope.Signatures {
		inner, err := base64.StdEncoding.DecodeString(one.Sig)
		if err != nil {
			return fmt.Errorf("its signature is not in base64: %w", err)
		}
		all = append(all, signed{string(inner), one.PublicKey})
	}
	return r.set(s.Content.PayloadHash, all...)
}

// signed is a signature and what verifies it, both in base64.
type signed struct{ signature, verifier string }

func (r *Record) set(hash hashSpec, all ...signed) error {
	digest, err := hash.digest()
	if err != nil {
		return err
	}
	r.Digest = digest
	for _, one := range all {
		content, err := base64.StdEncoding.DecodeString(one.signature)
		if err != nil {
			return fmt.Errorf("its signature is not in base64: %w", err)
		}
		verifier, err := base64.StdEncoding.DecodeString(one.verifier)
		if err != nil {
			return fmt.Errorf("its key is not in base64: %w", err)
		}
		r.Signatures = append(r.Signatures, Signature{Content: content, Verifier: verifier})
	}
	return nil
}
