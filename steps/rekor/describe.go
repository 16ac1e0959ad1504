package rekor

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// describe says what the body says. A kind that is not read is no failure of
// the log: it is named, and whom it is about stays open.
func (v *Verifier) describe(verdict *Verdict) error {
	record, err := ReadBody(verdict.Entry.Body)
	if err != nil {
		return err
	}
	verdict.Kind = record.Kind
	if !record.Understood {
		return nil
	}
	verdict.ArtifactDigest = record.Digest.String()
	for _, signature := range record.Signatures {
		if leaf := signature.Certificate(); leaf != nil {
			v.describeSigner(verdict, leaf)
			continue
		}
		verdict.Identities = append(verdict.Identities, KeyName(signature.Verifier))
	}
	return nil
}

// describeSigner adds whom a certificate names. Names that cannot be read are
// said to be so: an entry must not be overlooked because of them.
func (v *Verifier) describeSigner(verdict *Verdict, leaf *x509.Certificate) {
	signer, err := SignerOf(leaf)
	switch {
	case signer.Identity != "":
		verdict.Identities = append(append(verdict.Identities, signer.Identity), signer.Others...)
	case err != nil:
		verdict.Identities = append(verdict.Identities, "unreadable certificate "+digestName(leaf.Raw))
	default:
		verdict.Identities = append(verdict.Identities, "certificate without a name "+digestName(leaf.Raw))
	}
	by := ""
	if v.Authority != nil {
		by, _ = v.Authority(leaf, verdict.IntegratedTime) // an error is that there is none
	}
	verdict.Certificates++
	if verdict.Certificates == 1 {
		verdict.Issuer, verdict.CertifiedBy = signer.Issuer, by
		return
	}
	// What is true of one must not be taken for true of the others.
	if verdict.Issuer != signer.Issuer {
		verdict.Issuer += ", " + signer.Issuer
	}
	if by == "" || verdict.CertifiedBy == "" {
		verdict.CertifiedBy = ""
	}
}

// KeyName names a public key that stands for itself: as ssh-keygen -l does if
// it is one of SSH, else by the SHA-256 of its DER, or of the text.
func KeyName(verifier []byte) string {
	text := string(verifier)
	if fields := strings.Fields(text); len(fields) >= 2 && (strings.HasPrefix(text, "ssh-") || strings.HasPrefix(text, "ecdsa-") || strings.HasPrefix(text, "sk-")) {
		if blob, err := base64.StdEncoding.DecodeString(fields[1]); err == nil {
			sum := sha256.Sum256(blob)
			return "ssh key SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
		}
	}
	if key := (Signature{Verifier: verifier}).PublicKey(); key != nil {
		if der, err := x509.MarshalPKIXPublicKey(key); err == nil {
			return "key " + digestName(der)
		}
	}
	if strings.HasPrefix(text, "-----BEGIN PGP") {
		return "PGP key " + digestName(verifier)
	}
	return "key of another kind " + digestName(verifier)
}

func digestName(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// short is the beginning of a long name, enough to compare by eye.
func short(name string) string {
	const enough = 60
	if len(name) == 2*hashSize {
		return name[:12] + "…"
	}
	if len(name) > enough {
		return name[:enough] + "…"
	}
	return name
}
