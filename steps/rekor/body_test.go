package rekor

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryKindGivesItsDigestSignatureAndKey(t *testing.T) {
	s := newSignature(t)
	hash := object{"algorithm": "sha256", "value": hex.EncodeToString(s.digest)}
	envelope := object{"algorithm": "sha256", "value": strings.Repeat("0", 64)}
	inBase64 := []byte(base64.StdEncoding.EncodeToString(s.der))
	for name, spec := range map[string]object{
		"hashedrekord 0.0.1": {"data": object{"hash": hash}, "signature": object{"content": s.der, "publicKey": object{"content": s.certificatePEM()}}},
		"rekord 0.0.1":       {"data": object{"hash": hash}, "signature": object{"format": "x509", "content": s.der, "publicKey": object{"content": s.certificatePEM()}}},
		"dsse 0.0.1":         {"envelopeHash": envelope, "payloadHash": hash, "signatures": []object{{"signature": s.der, "verifier": s.certificatePEM()}}},
		"intoto 0.0.2": {"content": object{"hash": envelope, "payloadHash": hash,
			"envelope": object{"payloadType": "t", "signatures": []object{{"publicKey": s.certificatePEM(), "sig": inBase64}}}}},
	} {
		kind, version, _ := strings.Cut(name, " ")
		got, err := ReadBody(encode(object{"apiVersion": version, "kind": kind, "spec": spec}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := Record{Kind: kind, APIVersion: version, Understood: true,
			Digest:     Digest{"sha256", hex.EncodeToString(s.digest)},
			Signatures: []Signature{{Content: s.der, Verifier: s.certificatePEM()}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got.Signatures[0].Certificate() == nil || got.Signatures[0].PublicKey() == nil {
			t.Errorf("%s: its certificate or key is not read", name)
		}
	}
}

func TestAnEarlyEnvelopeHasADigestAndNoSignature(t *testing.T) {
	s := newSignature(t)
	hash := object{"algorithm": "sha256", "value": strings.ToUpper(hex.EncodeToString(s.digest))}
	got, err := ReadBody(encode(object{"apiVersion": "0.0.1", "kind": "intoto",
		"spec": object{"content": object{"hash": hash}, "publicKey": s.keyPEM()}}))
	if err != nil || got.Digest.Hex != hex.EncodeToString(s.digest) || len(got.Signatures[0].Content) != 0 || got.Signatures[0].PublicKey() == nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOtherKindsAreNamedAndNothingMore(t *testing.T) {
	got, err := ReadBody([]byte(`{"kind":"helm","apiVersion":"0.0.1","spec":{"chart":{}}}`))
	if want := (Record{Kind: "helm", APIVersion: "0.0.1"}); err != nil || !cmp.Equal(want, got) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ReadBody([]byte(`{"kind":"hashedrekord","apiVersion":"0.0.3","spec":{}}`)); err != nil || got.Understood {
		t.Errorf("a later version is taken for a known one: %+v, %v", got, err)
	}
}

func TestABodyThatTwoReadersCouldReadDifferentlyIsRefused(t *testing.T) {
	s := newSignature(t)
	good := string(s.hashedrekord(s.der, s.certificatePEM()))
	if _, err := ReadBody([]byte(good)); err != nil {
		t.Fatalf("the body that the changes start from is refused: %v", err)
	}
	for name, body := range map[string]string{
		"empty":           "",
		"no object":       "[]",
		"null":            "null",
		"no kind":         `{"apiVersion":"0.0.1","spec":{}}`,
		"kind is null":    strings.Replace(good, `"hashedrekord"`, "null", 1),
		"kind is number":  strings.Replace(good, `"hashedrekord"`, "1", 1),
		"cut":             good[:len(good)-1],
		"trailing":        good + "{}",
		"twice":           strings.Replace(good, `"kind":`, `"kind":"dsse","kind":`, 1),
		"twice in spec":   strings.Replace(good, `"algorithm":`, `"algorithm":"sha1","algorithm":`, 1),
		"twice unknown":   strings.Replace(good, `"kind":`, `"x":1,"x":2,"kind":`, 1),
		"escaped twice":   strings.Replace(good, `"kind":`, `"\u006bind":"dsse","kind":`, 1),
		"other case":      strings.Replace(good, `"kind":`, `"Kind":"dsse","kind":`, 1),
		"not UTF-8":       strings.Replace(good, `"kind":`, "\"\xff\":1,\"kind\":", 1),
		"deep":            `{"kind":"x","spec":` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `}`,
		"digest no hex":   strings.Replace(good, hex.EncodeToString(s.digest), "xx", 1),
		"no digest":       strings.Replace(good, hex.EncodeToString(s.digest), "", 1),
		"no base64":       strings.Replace(good, base64.StdEncoding.EncodeToString(s.der), "?", 1),
		"huge":            good + strings.Repeat(" ", maxBody),
		"spec is missing": `{"kind":"hashedrekord","apiVersion":"0.0.1"}`,
	} {
		if got, err := ReadBody([]byte(body)); err == nil {
			t.Errorf("%s is read as %+v", name, got)
		}
	}
}

func TestAnEntryIsBoundToItsSignatureInBothForms(t *testing.T) {
	s := newSignature(t)
	for name, signature := range map[string][]byte{"DER": s.der, "raw": s.raw()} {
		record, err := ReadBody(s.hashedrekord(signature, s.certificatePEM()))
		if err != nil {
			t.Fatal(err)
		}
		for other, form := range map[string][]byte{"DER": s.der, "raw": s.raw()} {
			if why := record.Unbound(s.digest, form, s.leaf); why != nil {
				t.Errorf("%s in the entry, %s at hand: %q", name, other, why)
			}
		}
	}
}

func TestAnEntryOfSomethingElseIsNotBound(t *testing.T) {
	s, other := newSignature(t), newSignature(t)
	read := func(body []byte) Record {
		t.Helper()
		record, err := ReadBody(body)
		if err != nil {
			t.Fatal(err)
		}
		return record
	}
	bound := read(s.hashedrekord(s.der, s.certificatePEM()))
	for name, tc := range map[string]struct {
		why  []string
		want string
	}{
		"artifact":       {bound.Unbound(make([]byte, 32), s.der, s.leaf), "another artifact"},
		"no artifact":    {bound.Unbound(nil, s.der, s.leaf), "another artifact"},
		"signature":      {bound.Unbound(s.digest, other.der, s.leaf), "another signature"},
		"raw":            {bound.Unbound(s.digest, other.raw(), s.leaf), "another signature"},
		"no signature":   {read(s.hashedrekord([]byte{}, s.certificatePEM())).Unbound(s.digest, nil, s.leaf), "another signature"},
		"certificate":    {bound.Unbound(s.digest, s.der, other.leaf), "another certificate"},
		"no certificate": {bound.Unbound(s.digest, s.der, nil), "no certificate"},
		"bare key":       {read(s.hashedrekord(s.der, s.keyPEM())).Unbound(s.digest, s.der, s.leaf), "the key alone"},
		"other key":      {read(s.hashedrekord(s.der, other.keyPEM())).Unbound(s.digest, s.der, s.leaf), "another key"},
		"no key":         {read(s.hashedrekord(s.der, []byte("ssh-ed25519 AAAA"))).Unbound(s.digest, s.der, s.leaf), "another key"},
		"other kind":     {Record{Kind: "helm"}.Unbound(s.digest, s.der, s.leaf), "cannot be compared"},
		"envelope":       {Record{Kind: DSSE, Understood: true}.Unbound(s.digest, s.der, s.leaf), "envelope"},
		"no record":      {Record{}.Unbound(s.digest, s.der, s.leaf), "cannot be compared"},
	} {
		if len(tc.why) != 1 || !strings.Contains(tc.why[0], tc.want) {
			t.Errorf("%s: %q, want one sentence with %q", name, tc.why, tc.want)
		}
	}
	if why := bound.Unbound(other.digest[:31], other.der, other.leaf); len(why) != 3 {
		t.Errorf("an entry of something else altogether: %q, want three sentences", why)
	}
}

func TestBothHalvesOfASignatureCount(t *testing.T) {
	s := newSignature(t)
	for half := range 2 {
		changed := s.raw()
		changed[half*32+31] ^= 1
		if sameSignature(s.der, changed) || sameSignature(changed, s.der) {
			t.Errorf("half %d may be another", half)
		}
	}
}

// A hash that is not SHA-256 is another digest, whatever its digits.
func TestTheDigestIsComparedWithItsAlgorithm(t *testing.T) {
	s := newSignature(t)
	record, err := ReadBody([]byte(strings.Replace(string(s.hashedrekord(s.der, s.certificatePEM())), `"sha256"`, `"sha512"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if why := record.Unbound(s.digest, s.der, s.leaf); len(why) != 1 {
		t.Errorf("%q", why)
	}
}

func TestAProofIsReadAsLogsWriteIt(t *testing.T) {
	p := newLog(t).proof(make([]byte, 32))
	text := object{"checkpoint": p.Checkpoint, "logIndex": p.LogIndex, "treeSize": p.TreeSize,
		"rootHash": hex.EncodeToString(p.RootHash), "hashes": []string{}}
	for _, hash := range p.Hashes {
		text["hashes"] = append(text["hashes"].([]string), hex.EncodeToString(hash))
	}
	got, err := ParseProof(encode(text))
	if diff := cmp.Diff(p, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	good := string(encode(text))
	for name, data := range map[string]string{
		"nothing": "", "no index": strings.Replace(good, `"logIndex":2`, `"x":2`, 1), "no size": strings.Replace(good, `"treeSize":5`, `"x":5`, 1),
		"size zero": strings.Replace(good, `"treeSize":5`, `"treeSize":0`, 1), "twice": strings.Replace(good, `"treeSize":5`, `"treeSize":6,"treeSize":5`, 1),
		"no hex": strings.Replace(good, `"rootHash":"`, `"rootHash":"x`, 1), "short hash": strings.Replace(good, `"hashes":["`, `"hashes":["00","`, 1),
		"hash no hex": strings.Replace(good, `"hashes":["`, `"hashes":["zz","`, 1), "huge": good + strings.Repeat(" ", maxProof),
		"too many hashes": strings.Replace(good, `"hashes":["`, `"hashes":[`+strings.Repeat(`"`+strings.Repeat("00", 32)+`",`, maxPath)+`"`, 1),
	} {
		if p, err := ParseProof([]byte(data)); err == nil || p != nil {
			t.Errorf("%s is read as %+v", name, p)
		}
	}
}
