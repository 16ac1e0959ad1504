package trust

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

func (w world) material(t testing.TB) *Material {
	t.Helper()
	m, err := w.read(t).Material()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wsc stamps the bundle's own validity on each member. Taken at its word, a
// signature from before the bundle was made could never be verified.
func TestAPeriodThatOnlyRepeatsTheBundlesOwnIsNotHeldAgainstAnybody(t *testing.T) {
	for name, shift := range map[string]time.Duration{"the same": 0, "a second later": time.Second} {
		w := newWorld()
		w.member("certificate_authorities")["valid_for"] = between(day(-15).Add(shift), day(15).Add(shift))
		w.member("transparency_logs")["valid_for"] = between(day(-15).Add(shift), day(15).Add(shift))
		m := w.material(t)
		if _, err := m.CheckCertificate(w.ca.leaf(day(-100)), day(-100)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.Log(w.log.ID, day(-100)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnyOtherPeriodIsEnforcedAtTheTimeOfTheSignature(t *testing.T) {
	w := newWorld()
	w.member("certificate_authorities")["valid_for"] = between(day(-20), day(15))
	w.member("transparency_logs")["valid_for"] = between(day(-15), day(14))
	m := w.material(t)
	for at, want := range map[time.Time]bool{day(-21): false, day(-20): true, day(15).Add(-time.Minute): true, day(16): false} {
		if _, err := m.CheckCertificate(w.ca.leaf(at), at); (err == nil) != want {
			t.Errorf("authority at %s: %v", at, err)
		}
	}
	for at, want := range map[time.Time]bool{day(-16): false, day(-15): true, day(14): true, day(15): false} {
		if _, err := m.Log(w.log.ID, at); (err == nil) != want {
			t.Errorf("log at %s: %v", at, err)
		}
	}
}

func TestTheCertificatesOwnDatesCountInAnyCase(t *testing.T) {
	w := newWorld()
	if _, err := w.material(t).CheckCertificate(w.ca.leaf(day(-401)), day(-401)); err == nil {
		t.Error("an authority counts before its own certificate does")
	}
}

func TestARevokedCertificateIsFoundHoweverItsDigestIsWritten(t *testing.T) {
	w := newWorld()
	leaf, other := w.ca.leaf(noon), w.ca.leaf(noon)
	digits := fingerprint(leaf)
	var pairs []string
	for i := 0; i < len(digits); i += 2 {
		pairs = append(pairs, digits[i:i+2])
	}
	for name, entry := range map[string]any{
		"plain": digits, "capitals": strings.ToUpper(digits), "colons": strings.ToUpper(strings.Join(pairs, ":")),
		"object": object{"fingerprint": digits, "reason": "stolen"},
	} {
		w.bundle["revocations"] = []any{entry}
		m := w.material(t)
		r, revoked := m.Revoked(leaf)
		if !revoked || r.Fingerprint != digits || (name == "object") != (r.Reason == "stolen") {
			t.Errorf("%s: %v, %+v", name, revoked, r)
		}
		if _, revoked := m.Revoked(other); revoked {
			t.Errorf("%s: another certificate is revoked too", name)
		}
	}
}

func TestNothingIsDecidedWithABundleThatCannotBeReadWhole(t *testing.T) {
	for name, change := range map[string]func(world){
		"revocation": func(w world) { w.bundle["revocations"] = []any{"abc"} },
		"unknown":    func(w world) { w.bundle["restrictions"] = []any{} },
		"log key":    func(w world) { w.member("transparency_logs")["public_key_pem"] = "x" },
	} {
		w := newWorld()
		change(w)
		if m, err := w.read(t).Material(); err == nil || m != nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestAnAuthorityIsARootWithWhatLiesBetween(t *testing.T) {
	w := newWorld()
	middle := anAuthority("middle", day(-400), day(400), w.ca)
	below := anAuthority("below", day(-400), day(400), middle)
	for name, tc := range map[string]struct {
		texts []string
		leaf  *x509.Certificate
		want  bool
	}{
		"root last":          {[]string{middle.pem(), w.ca.pem()}, middle.leaf(noon), true},
		"root first":         {[]string{w.ca.pem(), middle.pem()}, middle.leaf(noon), true},
		"in one text":        {[]string{middle.pem() + "\n" + w.ca.pem()}, middle.leaf(noon), true},
		"the root's own":     {[]string{middle.pem(), w.ca.pem()}, w.ca.leaf(noon), true},
		"gap":                {[]string{w.ca.pem()}, middle.leaf(noon), false},
		"no root":            {[]string{middle.pem()}, middle.leaf(noon), true},
		"no root, chain":     {[]string{below.pem(), middle.pem()}, below.leaf(noon), true},
		"no root, not above": {[]string{middle.pem()}, w.ca.leaf(noon), false},
	} {
		w.member("certificate_authorities")["certificates_pem"] = tc.texts
		if _, err := w.material(t).CheckCertificate(tc.leaf, noon); (err == nil) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
