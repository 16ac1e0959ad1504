package sigbundle

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"google.golang.org/protobuf/encoding/protojson"

	"wsc-respond/steps/rekor"
)

// withoutCT is an instance of Sigstore for a test, whose certificates are in no
// log of their own.
type withoutCT struct{ *ca.VirtualSigstore }

func (withoutCT) CTLogs() map[string]*root.TransparencyLog { return nil }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

const (
	signer = "builds@example.org"
	issuer = "https://accounts.example.org"
)

var statement = []byte(`{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"customFoo","subject":[{"name":"a","digest":{"sha256":"deadbeef"}}],"predicate":{}}`)

// made is a bundle of what an instance signed.
func made(t *testing.T, sigstore *ca.VirtualSigstore, media string, entity *ca.TestEntity) *protobundle.Bundle {
	t.Helper()
	leaf := must(entity.VerificationContent()).Certificate()
	b := &protobundle.Bundle{MediaType: media, VerificationMaterial: &protobundle.VerificationMaterial{
		TimestampVerificationData: &protobundle.TimestampVerificationData{},
	}}
	certificate := &protocommon.X509Certificate{RawBytes: leaf.Raw}
	if strings.Contains(media, "0.3") {
		b.VerificationMaterial.Content = &protobundle.VerificationMaterial_Certificate{Certificate: certificate}
	} else {
		b.VerificationMaterial.Content = &protobundle.VerificationMaterial_X509CertificateChain{
			X509CertificateChain: &protocommon.X509CertificateChain{Certificates: []*protocommon.X509Certificate{certificate}}}
	}
	for _, stamp := range must(entity.Timestamps()) {
		b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps = append(b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps,
			&protocommon.RFC3161SignedTimestamp{SignedTimestamp: stamp})
	}
	for _, entry := range must(entity.TlogEntries()) {
		one := entry.TransparencyLogEntry()
		if body := entry.Body().(string); one.KindVersion == nil {
			var kind struct{ Kind, APIVersion string }
			if err := json.Unmarshal(must(base64.StdEncoding.DecodeString(body)), &kind); err != nil {
				t.Fatal(err)
			}
			one.KindVersion = &protorekor.KindVersion{Kind: kind.Kind, Version: kind.APIVersion}
		}
		if entry.HasInclusionPromise() {
			promise := must(sigstore.RekorSignPayload(tlog.RekorPayload{Body: entry.Body(), IntegratedTime: one.IntegratedTime,
				LogIndex: one.LogIndex, LogID: hex.EncodeToString(one.LogId.KeyId)}))
			one.InclusionPromise = &protorekor.InclusionPromise{SignedEntryTimestamp: promise}
		}
		b.VerificationMaterial.TlogEntries = append(b.VerificationMaterial.TlogEntries, one)
	}
	content := must(entity.SignatureContent())
	if envelope := content.EnvelopeContent(); envelope != nil {
		raw := envelope.RawEnvelope()
		b.Content = &protobundle.Bundle_DsseEnvelope{DsseEnvelope: &protodsse.Envelope{
			Payload: must(base64.StdEncoding.DecodeString(raw.Payload)), PayloadType: raw.PayloadType,
			Signatures: []*protodsse.Signature{{Sig: must(base64.StdEncoding.DecodeString(raw.Signatures[0].Sig))}},
		}}
		return b
	}
	message := content.MessageSignatureContent()
	b.Content = &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
		MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: message.Digest()},
		Signature:     content.Signature(),
	}}
	return b
}

// verified is what becomes of a bundle after a change.
func verified(t *testing.T, sigstore *ca.VirtualSigstore, b *protobundle.Bundle, artifact []byte) (bool, []rekor.Check) {
	t.Helper()
	var keys []rekor.LogKey
	for _, log := range sigstore.RekorLogs() {
		key, err := rekor.NewLogKey(log.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	ask := Ask{Verifier: rekor.NewVerifier(keys), Trust: withoutCT{sigstore}}
	if artifact != nil {
		sum := sha256.Sum256(artifact)
		ask.Artifact = &rekor.Artifact{SHA256: sum[:]}
	}
	verdicts, err := Verify(must(protojson.Marshal(b)), ask)
	if err != nil {
		return false, []rekor.Check{{Name: "read", Detail: err.Error()}}
	}
	ok := true
	var failed []rekor.Check
	for _, v := range verdicts {
		ok = ok && v.Verified
		failed = append(failed, v.Failed()...)
		if v.Verified && (len(v.Identities) != 1 || v.Identities[0] != signer || v.IntegratedTime.IsZero()) {
			t.Errorf("it is by %v at %s", v.Identities, v.IntegratedTime)
		}
	}
	return ok, failed
}

// changes are what must not pass unseen in any bundle.
var changes = map[string]func(*protobundle.Bundle){
	"entry's body":         func(b *protobundle.Bundle) { body := entry(b).CanonicalizedBody; body[len(body)/2] ^= 1 },
	"log's id":             func(b *protobundle.Bundle) { entry(b).LogId.KeyId[0] ^= 1 },
	"no entry":             func(b *protobundle.Bundle) { b.VerificationMaterial.TlogEntries = nil },
	"no promise, no proof": func(b *protobundle.Bundle) { entry(b).InclusionPromise, entry(b).InclusionProof = nil, nil },
	"certificate": func(b *protobundle.Bundle) {
		if c := b.VerificationMaterial.GetCertificate(); c != nil {
			c.RawBytes[len(c.RawBytes)-1] ^= 1
		} else {
			raw := b.VerificationMaterial.GetX509CertificateChain().Certificates[0].RawBytes
			raw[len(raw)-1] ^= 1
		}
	},
	"signature": func(b *protobundle.Bundle) {
		if m := b.GetMessageSignature(); m != nil {
			m.Signature[len(m.Signature)-1] ^= 1
		} else {
			sig := b.GetDsseEnvelope().Signatures[0].Sig
			sig[len(sig)-1] ^= 1
		}
	},
}

func entry(b *protobundle.Bundle) *protorekor.TransparencyLogEntry {
	return b.VerificationMaterial.TlogEntries[0]
}

func TestBundlesOfBothVersionsOfTheLogAreVerifiedAndNoChangePasses(t *testing.T) {
	sigstore := must(ca.NewVirtualSigstore())
	artifact := []byte("what was signed")
	for name, tc := range map[string]struct {
		make     func() *protobundle.Bundle
		artifact []byte
		more     map[string]func(*protobundle.Bundle)
	}{
		"0.1, with a promise": {func() *protobundle.Bundle {
			return made(t, sigstore, "application/vnd.dev.sigstore.bundle+json;version=0.1", must(sigstore.Sign(signer, issuer, artifact)))
		}, artifact, map[string]func(*protobundle.Bundle){
			"promise": func(b *protobundle.Bundle) {
				sig := entry(b).InclusionPromise.SignedEntryTimestamp
				sig[len(sig)-1] ^= 1
			},
			"time":   func(b *protobundle.Bundle) { entry(b).IntegratedTime++ },
			"index":  func(b *protobundle.Bundle) { entry(b).LogIndex++ },
			"digest": func(b *protobundle.Bundle) { b.GetMessageSignature().MessageDigest.Digest[0] ^= 1 },
		}},
		"0.3, of the second version": {func() *protobundle.Bundle {
			return made(t, sigstore, "application/vnd.dev.sigstore.bundle.v0.3+json", must(sigstore.AttestAtTimeHashedRekordV2(signer, issuer, statement, time.Now().Add(time.Minute))))
		}, nil, map[string]func(*protobundle.Bundle){
			"root": func(b *protobundle.Bundle) {
				entry(b).InclusionProof.RootHash[0] ^= 1
				entry(b).InclusionProof.Checkpoint.Envelope = "x"
			},
			"checkpoint": func(b *protobundle.Bundle) { entry(b).InclusionProof.Checkpoint.Envelope += "x" },
			"index":      func(b *protobundle.Bundle) { entry(b).LogIndex++ },
			"no stamp":   func(b *protobundle.Bundle) { b.VerificationMaterial.TimestampVerificationData = nil },
			"payload":    func(b *protobundle.Bundle) { b.GetDsseEnvelope().Payload = append(b.GetDsseEnvelope().Payload, ' ') },
			"two entries": func(b *protobundle.Bundle) {
				other := made(t, sigstore, "application/vnd.dev.sigstore.bundle.v0.3+json", must(sigstore.AttestHashedRekordV2("mallory@elsewhere.example", issuer, statement)))
				b.VerificationMaterial.TlogEntries = append(b.VerificationMaterial.TlogEntries, entry(other))
			},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if ok, failed := verified(t, sigstore, tc.make(), tc.artifact); !ok {
				t.Fatalf("as it is, it is not verified: %v", failed)
			}
			if tc.artifact != nil {
				if ok, _ := verified(t, sigstore, tc.make(), []byte("another")); ok {
					t.Error("it is verified for another artifact")
				}
			}
			if ok, _ := verified(t, must(ca.NewVirtualSigstore()), tc.make(), tc.artifact); ok {
				t.Error("another instance verifies it")
			}
			for _, all := range []map[string]func(*protobundle.Bundle){changes, tc.more} {
				for what, change := range all {
					b := tc.make()
					change(b)
					if ok, _ := verified(t, sigstore, b, tc.artifact); ok {
						t.Errorf("%s: it is still verified", what)
					}
				}
			}
		})
	}
}

func TestWhatIsNoBundleIsRefused(t *testing.T) {
	ask := Ask{Verifier: rekor.NewVerifier(nil), Trust: withoutCT{must(ca.NewVirtualSigstore())}}
	for _, text := range []string{"", "{}", "[]", "null", `{"mediaType":"x"}`, `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`,
		`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"tlogEntries":[null]}}`,
		`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"tlogEntries":[{}]},"messageSignature":{}}`,
		strings.Repeat(" ", MaxBundle+1)} {
		if _, err := Verify([]byte(text), ask); err == nil {
			t.Errorf("%.80q is taken for a bundle", text)
		}
	}
}

// vectors is a folder of real bundles of the public instance.
const vectors = "../../../shared/rekor-vectors"

func TestBundlesOfThePublicInstanceAreVerified(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(vectors, "trust", "trusted_root.json"))
	if err != nil {
		t.Skip("the folder with bundles of the public instance is not beside this repository")
	}
	trusted := must(root.NewTrustedRootFromJSON(text))
	key, err := rekor.ParseLogKey(must(os.ReadFile(filepath.Join(vectors, "trust", "rekor.pub"))))
	if err != nil {
		t.Fatal(err)
	}
	paths := must(filepath.Glob(filepath.Join(vectors, "v1-bundles", "*.json")))
	if len(paths) == 0 {
		t.Fatal("there are no bundles beside the trusted root")
	}
	for _, path := range paths {
		data := must(os.ReadFile(path))
		verdicts, err := Verify(data, Ask{Verifier: rekor.NewVerifier([]rekor.LogKey{key}), Trust: trusted})
		if err != nil || len(verdicts) != 1 || !verdicts[0].Verified {
			t.Errorf("%s: %v, %v", path, err, verdicts)
		}
	}
}
