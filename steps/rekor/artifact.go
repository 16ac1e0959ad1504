package rekor

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"
)

// The checks that bind an entry to something else than its log.
const (
	CheckArtifact  = "artifact"  // the entry is about this file
	CheckSignature = "signature" // its key made its signature over the artifact
	CheckIdentity  = "identity"  // it is by whom it is to be
)

// Artifact is a file that an entry is to be about.
type Artifact struct {
	SHA256 []byte
	// Open opens it, for keys that sign a file and not its digest.
	Open func() (io.ReadCloser, error)
}

// Bind checks that the entry is about an artifact, if there is one, and that
// its own key made its own signature. A log checks the latter before it takes
// an entry in, so it matters where the log is not trusted.
//
// The signature of an envelope, and those of SSH, PGP and other keys, are not
// checked here, and then no check of that name is there: the digest alone binds
// them.
func (v *Verdict) Bind(artifact *Artifact) {
	record, err := ReadBody(v.Entry.Body)
	if err != nil || !record.Understood {
		if artifact != nil {
			v.Add(CheckArtifact, "", errors.New("the entry is of a kind that is not read, so nobody knows what it is about"))
		}
		return
	}
	if artifact != nil {
		v.Add(CheckArtifact, "the entry is about this file, "+record.Digest.String(), record.isOf(*artifact))
	}
	if err := record.checkSignature(artifact); !errors.Is(err, errNotChecked) {
		v.Add(CheckSignature, "the key of the entry made the signature of the entry", err)
	}
}

// isOf says why an entry is not about an artifact.
func (r Record) isOf(artifact Artifact) error {
	if r.Digest != (Digest{Algorithm: "sha256", Hex: hex.EncodeToString(artifact.SHA256)}) {
		return fmt.Errorf("the entry is about %.160s, and the file is sha256:%x", r.Digest, artifact.SHA256)
	}
	return nil
}

// errNotChecked says that a signature is of a form that others check.
var errNotChecked = errors.New("the signature is not checked here")

// hashes are the digests that entries have.
var hashes = map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

func (r Record) checkSignature(artifact *Artifact) error {
	if r.Kind != Hashedrekord && r.Kind != Rekord || len(r.Signatures) != 1 {
		return errNotChecked
	}
	key, hash := r.Signatures[0].PublicKey(), hashes[r.Digest.Algorithm]
	if key == nil || hash == 0 {
		return errNotChecked
	}
	verifier, err := signature.LoadVerifier(key, hash)
	if err != nil {
		return fmt.Errorf("use the key of the entry: %w", err)
	}
	made := bytes.NewReader(r.Signatures[0].Content)
	if _, whole := verifier.(*signature.ED25519Verifier); whole {
		if artifact == nil || artifact.Open == nil {
			return errNotChecked
		}
		file, err := artifact.Open()
		if err != nil {
			return fmt.Errorf("read what was signed: %w", err)
		}
		defer file.Close()
		return wrongSignature(verifier.VerifySignature(made, file))
	}
	digest, err := hex.DecodeString(r.Digest.Hex)
	if err != nil || len(digest) != hash.Size() {
		return errors.New("the digest of the entry has another length than its algorithm gives")
	}
	return wrongSignature(verifier.VerifySignature(made, nil, options.WithDigest(digest)))
}

func wrongSignature(err error) error {
	if err != nil {
		return fmt.Errorf("the key of the entry did not make its signature: %w", err)
	}
	return nil
}

// CheckBy checks that an entry names an identity that a pattern matches whole,
// and the issuer, if one is given, exactly. Where the trusted authorities are
// known, one of them must have issued the certificate.
func (v *Verdict) CheckBy(pattern *Pattern, issuer string, authorities bool) {
	err := func() error {
		switch {
		case len(v.Identities) == 0:
			return errors.New("nobody is named")
		case issuer != "" && v.Issuer != issuer:
			return fmt.Errorf("the issuer is %.200q", v.Issuer)
		case authorities && v.CertifiedBy == "":
			return errors.New("no trusted authority stands behind the name")
		}
		for _, name := range v.Identities {
			if !pattern.Matches(name) {
				return fmt.Errorf("it is by %.200q", name)
			}
		}
		return nil
	}()
	v.Add(CheckIdentity, "it is by whom it is to be", err)
}
