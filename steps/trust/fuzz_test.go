package trust

import (
	"bytes"
	"encoding/json"
	"testing"
)

func FuzzReadBundle(f *testing.F) {
	w := newWorld()
	key, secret := aKey()
	good := signed(w.text(), secret)
	f.Add(w.text())
	f.Add(good)
	f.Add([]byte(`{"bundle":{},"bundle":{}}`))
	f.Add([]byte(`{"format_version":1,"version":1,"created_at":0,"validity":{"not_before":0,"not_after":0},"certificate_authorities":[{}],"transparency_logs":[{}],"revocations":["\u0041",{"fingerprint":""}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadBundle(data)
		if err != nil {
			return
		}
		found := b.Verify(key, noon)
		if _, err := json.Marshal(found); err != nil {
			t.Fatalf("%q cannot be shown: %v", data, err)
		}
		if found.OK && !covers(b, w) {
			t.Fatalf("%q is verified", data)
		}
		m, err := b.Material()
		if err != nil {
			return
		}
		if _, err := m.CheckCertificate(w.ca.leaf(noon), noon); err == nil && !bytes.Contains(data, []byte("CERTIFICATE")) {
			t.Fatalf("%q trusts an authority that it does not name", data)
		}
	})
}

// covers reports whether a bundle is the one that was signed.
func covers(b Bundle, w world) bool { return bytes.Equal(b.covered, w.text()) }

func FuzzReadRoot(f *testing.F) {
	w := newWorld()
	f.Add(indented(w.root(day(-10), day(10), w.ca)))
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[{}],"certificateAuthorities":[{}]}`))
	leaf := w.ca.leaf(noon)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadRoot(data)
		if err != nil {
			return
		}
		_, _ = m.CheckCertificate(leaf, noon, w.ca.Certificate) // whatever it trusts, it must not fall over
		for _, key := range m.Logs() {
			if key.Key == nil || key.ID == "" {
				t.Fatalf("%q has a log without a key or an id", data)
			}
		}
	})
}
