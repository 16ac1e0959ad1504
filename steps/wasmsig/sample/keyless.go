package sample

import (
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"time"

	"wsc-respond/steps/wasmsig"
)

// entryDelay is how long after the certificate the log takes in the entry.
const entryDelay = 5 * time.Second

// Keyless signs a module without a key: with a certificate that names who
// signed, and an entry in a log. A signature that was there gives way.
func Keyless(module []byte, id Identity, ca CA, log *Log) []byte {
	return Attach(module, KeylessSignature(module, id, ca, log).Encode())
}

// KeylessSignature is the signature that Keyless puts into the module. What a
// test wants wrong, it changes there.
func KeylessSignature(module []byte, id Identity, ca CA, log *Log) wasmsig.Keyless {
	leaf := ca.Issue(id)
	digest := Digest(module)
	der := must(leaf.Key.Sign(nil, digest[:], crypto.SHA256))
	return wasmsig.Keyless{
		Value:      Raw(der),
		Chain:      leaf.Chain,
		Entry:      log.Enter(Record(digest, der, leaf.Chain[0]), leaf.Certificate.NotBefore.Add(entryDelay)),
		ModuleHash: digest,
	}
}

// Record is the body of a log entry of the kind hashedrekord about a digest,
// a signature in DER and the PEM text of a certificate.
func Record(digest wasmsig.Digest, der []byte, certificate string) []byte {
	type hash struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"value"`
	}
	type content struct {
		Content []byte `json:"content"`
	}
	var body struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Spec       struct {
			Data struct {
				Hash hash `json:"hash"`
			} `json:"data"`
			Signature struct {
				Content   []byte  `json:"content"`
				PublicKey content `json:"publicKey"`
			} `json:"signature"`
		} `json:"spec"`
	}
	body.APIVersion, body.Kind = "0.0.1", "hashedrekord"
	body.Spec.Data.Hash = hash{"sha256", hex.EncodeToString(digest[:])}
	body.Spec.Signature.Content = der
	body.Spec.Signature.PublicKey.Content = []byte(certificate)
	return must(json.Marshal(body))
}

// Raw is an ECDSA P-256 signature as r and s of 32 bytes each, of one in DER.
func Raw(der []byte) []byte {
	var pair struct{ R, S *big.Int }
	must(asn1.Unmarshal(der, &pair))
	out := make([]byte, 2*sha256.Size)
	pair.R.FillBytes(out[:sha256.Size])
	pair.S.FillBytes(out[sha256.Size:])
	return out
}
