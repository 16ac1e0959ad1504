package rekor

import (
	"bytes"
	"testing"
)

func FuzzReadBody(f *testing.F) {
	s := newSignature(f)
	for _, seed := range [][]byte{
		s.hashedrekord(s.der, s.certificatePEM()), s.hashedrekord(s.raw(), s.keyPEM()), s.hashedrekord(s.raw(), s.leaf.Raw),
		[]byte(`{"apiVersion":"0.0.1","kind":"dsse","spec":{"payloadHash":{"algorithm":"sha256","value":"00"},"signatures":[{"signature":"AA==","verifier":"AA=="}]}}`),
		[]byte(`{"apiVersion":"0.0.1","kind":"intoto","spec":{"content":{"hash":{"algorithm":"sha256","value":"00"}},"publicKey":""}}`),
		[]byte(`{"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"payloadHash":{"algorithm":"sha256","value":"00"},"envelope":{"signatures":[{"sig":"QUE="}]}}}}`),
		[]byte(`{"kind":"a","kind":"b"}`), []byte(`[[[[`), []byte(`{"\ud800":1}`), nil,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		record, err := ReadBody(body)
		if err != nil {
			return
		}
		if record.Kind == "" || record.Understood != (record.Digest != Digest{}) {
			t.Fatalf("%q is read as %+v", body, record)
		}
		if why := record.Unbound(s.digest, s.der, s.leaf); why == nil && !bytes.Contains(body, []byte("hash")) {
			t.Fatalf("%q is bound to a signature that it does not have", body)
		}
		for _, signature := range record.Signatures {
			if signature.Certificate() != nil && signature.PublicKey() == nil {
				t.Fatalf("%q names a certificate that has no key", body)
			}
		}
	})
}

// FuzzEntry has strangers' proofs and checkpoints go through the libraries. A
// checkpoint of the log over the entry's own root is the only one that passes.
func FuzzEntry(f *testing.F) {
	log := newLog(f)
	good := log.entered([]byte(`{}`), noon)
	f.Add([]byte(`{"logIndex":0,"treeSize":1,"rootHash":"00","hashes":[],"checkpoint":"x"}`), good.Proof.Checkpoint, good.SET)
	f.Add([]byte(`{"logIndex":0,"treeSize":1}`), "log\n1\nAA==\n\n\u2014 log AAAAAAAA\n", []byte{0x30, 0})
	f.Fuzz(func(t *testing.T, proof []byte, checkpoint string, set []byte) {
		e := good
		e.SET = set
		if e.VerifyTimestamp(log.key) == nil && !bytes.Equal(set, good.SET) && !sameSignature(set, good.SET) {
			t.Fatalf("the timestamp %x is accepted", set)
		}
		if p, err := ParseProof(proof); err == nil {
			e.Proof = p
		}
		p := *e.Proof
		p.Checkpoint = checkpoint
		e.Proof = &p
		included, signed := e.CheckInclusion(), e.VerifyCheckpoint(log.key)
		if signed == nil && (included != nil || !bytes.Equal(p.RootHash, good.Proof.RootHash)) {
			t.Fatalf("the checkpoint %q is accepted for %+v", checkpoint, p)
		}
	})
}
