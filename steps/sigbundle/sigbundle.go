// Package sigbundle verifies Sigstore bundles without a network: a signature,
// the certificate of who made it, and the log entries that prove when. Bundles
// of the versions 0.1 to 0.3 are read, with entries of logs of the first and
// the second version.
//
// Two readers must agree before a bundle is verified. The entries of logs of
// the first version are checked as those that a log answers are, by
// steps/rekor. And all of it, the certificate's chain and its own log, the
// timestamps, and that entry, signature, certificate and artifact belong
// together, is verified by Sigstore's library against a trusted root.
package sigbundle

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"wsc-respond/steps/rekor"
)

// MaxBundle bounds a bundle, in bytes. Those with long attestations have a few
// hundred KiB.
const MaxBundle = 4 << 20

// CheckBundle is the check that Sigstore's library makes, of all together.
const CheckBundle = "bundle"

// Ask is what a bundle is verified against.
type Ask struct {
	Verifier *rekor.Verifier
	// Trust is the trusted root.
	Trust root.TrustedMaterial
	// Artifact is what was signed; nil verifies only that the signature is over
	// what the bundle says.
	Artifact *rekor.Artifact
}

// Verify verifies a bundle: one verdict for each of its log entries. Its error
// says why it is no bundle, or none that can be verified.
func Verify(data []byte, ask Ask) ([]rekor.Verdict, error) {
	if len(data) > MaxBundle {
		return nil, fmt.Errorf("read the bundle: it has %d bytes, and more than %d are not read", len(data), MaxBundle)
	}
	var b bundle.Bundle
	if err := b.UnmarshalJSON(data); err != nil {
		return nil, fmt.Errorf("read the bundle: %w", err)
	}
	logged := b.GetVerificationMaterial().GetTlogEntries()
	if len(logged) == 0 {
		return nil, errors.New("the bundle has no entry of a log; it is not one that this can verify")
	}
	at, together := verifyWhole(&b, ask)
	var verdicts []rekor.Verdict
	for _, one := range logged {
		verdict := verifyEntry(one, ask.Verifier, at)
		if tiled(one) && len(logged) > 1 {
			verdict.Add(rekor.CheckLog, "", errors.New("the bundle has several log entries, and the library does not say which of them it verified"))
		}
		verdict.Add(CheckBundle, "certificate, signature, time and log entry belong together, and to the trusted root", together)
		bind(&verdict, &b, ask.Artifact)
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}

// verifyEntry verifies one entry as far as the log's key goes. A log of the
// second version signs no time, and its checkpoints in another form: who signed
// those, the library checks, for an entry that it makes anew of what the bundle
// says. So that the entry that is shown is that one, its own proof must lead to
// the same root. Its time is what a timestamp authority signed.
func verifyEntry(one *protorekor.TransparencyLogEntry, verifier *rekor.Verifier, at time.Time) rekor.Verdict {
	e := entryOf(one)
	if tiled(one) {
		e.IntegratedTime = at
		return verifier.VerifyTiled(e)
	}
	return verifier.VerifyPromised(e)
}

// tiled tells an entry of a log of the second version, by its kind and that it
// has no promise.
func tiled(one *protorekor.TransparencyLogEntry) bool {
	kind := one.GetKindVersion()
	return len(one.GetInclusionPromise().GetSignedEntryTimestamp()) == 0 && kind.GetVersion() == "0.0.2" &&
		(kind.GetKind() == rekor.Hashedrekord || kind.GetKind() == rekor.DSSE)
}

// entryOf takes an entry over in the form that a log answers.
func entryOf(one *protorekor.TransparencyLogEntry) rekor.Entry {
	e := rekor.Entry{
		LogIndex: one.GetLogIndex(), LogID: hex.EncodeToString(one.GetLogId().GetKeyId()), Body: one.GetCanonicalizedBody(),
		SET: one.GetInclusionPromise().GetSignedEntryTimestamp(),
	}
	if seconds := one.GetIntegratedTime(); seconds != 0 {
		e.IntegratedTime = time.Unix(seconds, 0).UTC()
	}
	if p := one.GetInclusionProof(); p != nil {
		e.Proof = &rekor.Proof{LogIndex: p.GetLogIndex(), TreeSize: p.GetTreeSize(), RootHash: p.GetRootHash(),
			Hashes: p.GetHashes(), Checkpoint: p.GetCheckpoint().GetEnvelope()}
	}
	e.UUID = hex.EncodeToString(e.LeafHash()) // a bundle does not carry it
	return e
}

// verifyWhole has Sigstore's library verify everything together. A time counts
// if a log or a timestamp authority signed it; it returns the earliest.
func verifyWhole(b *bundle.Bundle, ask Ask) (time.Time, error) {
	options := []verify.VerifierOption{verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1)}
	if content, err := b.VerificationContent(); err == nil && content.Certificate() != nil && len(ask.Trust.CTLogs()) > 0 {
		options = append(options, verify.WithSignedCertificateTimestamps(1))
	}
	verifier, err := verify.NewVerifier(ask.Trust, options...)
	if err != nil {
		return time.Time{}, fmt.Errorf("use the trusted root: %w", err)
	}
	artifact, err := artifactOf(b, ask.Artifact)
	if err != nil {
		return time.Time{}, err
	}
	result, err := verifier.Verify(b, verify.NewPolicy(artifact, verify.WithoutIdentitiesUnsafe()))
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	for _, signed := range result.VerifiedTimestamps {
		if at.IsZero() || signed.Timestamp.Before(at) {
			at = signed.Timestamp
		}
	}
	return at.UTC(), nil
}

// artifactOf is what the signature is to be over: the artifact, or without
// one what the bundle says of it.
func artifactOf(b *bundle.Bundle, artifact *rekor.Artifact) (verify.ArtifactPolicyOption, error) {
	if artifact != nil {
		return verify.WithArtifactDigest("sha256", artifact.SHA256), nil
	}
	if b.GetMessageSignature() == nil {
		return verify.WithoutArtifactUnsafe(), nil // an envelope carries what was signed
	}
	content, err := b.SignatureContent()
	if err != nil {
		return nil, err
	}
	message := content.MessageSignatureContent()
	if message == nil || len(message.Digest()) == 0 {
		return nil, errors.New("the bundle does not say what was signed: give --artifact")
	}
	return verify.WithArtifactDigest(algorithm(message.DigestAlgorithm()), message.Digest()), nil
}

// algorithm is a digest's name as the library takes it.
func algorithm(name string) string {
	switch name {
	case "SHA2_384":
		return "sha384"
	case "SHA2_512":
		return "sha512"
	}
	return "sha256"
}

// bind checks once more, on its own, that the entry is about the signature and
// the certificate that the bundle carries, and about the artifact. An envelope
// is bound by the library alone.
func bind(verdict *rekor.Verdict, b *bundle.Bundle, artifact *rekor.Artifact) {
	message := b.GetMessageSignature()
	if message == nil {
		return
	}
	verdict.Bind(artifact)
	record, err := rekor.ReadBody(verdict.Entry.Body)
	if err != nil || len(record.Signatures) != 1 {
		verdict.Add("bound", "", errors.New("the entry does not have one signature"))
		return
	}
	verdict.Add("bound", "the entry is about the signature and the certificate of the bundle", func() error {
		content, err := b.VerificationContent()
		switch leaf := content.Certificate(); {
		case err != nil:
			return err
		case !bytes.Equal(record.Signatures[0].Content, message.GetSignature()):
			return errors.New("the entry is about another signature than that of the bundle")
		case leaf != nil && (record.Signatures[0].Certificate() == nil || !bytes.Equal(record.Signatures[0].Certificate().Raw, leaf.Raw)):
			return errors.New("the entry is about another certificate than that of the bundle")
		}
		return nil
	}())
}
