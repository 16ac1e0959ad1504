package trust

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// root is a trusted root of Sigstore with one authority and one log, each
// trusted from some day on.
func (w world) root(from, until time.Time, chain ...issued) object {
	period := object{"start": from.Format(time.RFC3339), "end": until.Format(time.RFC3339)}
	var certificates []object
	for _, c := range chain {
		certificates = append(certificates, object{"rawBytes": c.Raw})
	}
	return object{
		"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
		"tlogs": []any{object{
			"baseUrl": "https://log.example", "hashAlgorithm": "SHA2_256", "logId": object{"keyId": must(hex.DecodeString(w.log.ID))},
			"publicKey": object{"rawBytes": must(x509.MarshalPKIXPublicKey(w.log.Key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": period}}},
		"certificateAuthorities": []any{object{"uri": "https://ca.example", "certChain": object{"certificates": certificates}, "validFor": period}},
	}
}

func TestATrustedRootSaysWhoMayIssueAndWhichLogsCount(t *testing.T) {
	w := newWorld()
	between := anAuthority("intermediate", day(-400), day(400), w.ca)
	m, err := ReadRoot(indented(w.root(day(-10), day(10), between, w.ca)))
	if err != nil {
		t.Fatal(err)
	}
	if name, err := m.CheckCertificate(between.leaf(noon), noon.Add(time.Minute)); err != nil || name != "CN=root (https://ca.example)" {
		t.Errorf("%q, %v", name, err)
	}
	for name, tc := range map[string]struct {
		leaf *x509.Certificate
		at   time.Time
	}{
		"none":                     {nil, noon},
		"no time":                  {between.leaf(noon), time.Time{}},
		"before the leaf":          {between.leaf(noon), noon.Add(-time.Second)},
		"after the leaf":           {between.leaf(noon), noon.Add(time.Hour)},
		"before the authority":     {between.leaf(day(-11)), day(-11)},
		"after the authority":      {between.leaf(day(11)), day(11)},
		"another authority":        {anAuthority("root", day(-400), day(400)).leaf(noon), noon},
		"authority itself":         {w.ca.Certificate, noon},
		"authority below":          {between.Certificate, noon},
		"not for signing code":     {issue(&x509.Certificate{NotBefore: noon, NotAfter: day(1), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, w.ca).Certificate, noon},
		"for no use in particular": {issue(&x509.Certificate{NotBefore: noon, NotAfter: day(1)}, w.ca).Certificate, noon},
		"issued by a non-issuer":   {issue(&x509.Certificate{NotBefore: noon, NotAfter: day(1)}, issue(&x509.Certificate{NotBefore: noon, NotAfter: day(1)}, w.ca)).Certificate, noon},
	} {
		if by, err := m.CheckCertificate(tc.leaf, tc.at); !errors.Is(err, ErrUntrusted) || by != "" {
			t.Errorf("%s: trusted by %q, %v", name, by, err)
		}
	}
	if key, err := m.Log(w.log.ID, noon); err != nil || key.Origin != "https://log.example" {
		t.Errorf("%+v, %v", key, err)
	}
	if _, err := m.Log(w.log.ID, day(11)); err == nil || errors.Is(err, ErrUnknownLog) {
		t.Errorf("after the log's key was in use: %v", err)
	}
	for _, id := range []string{"", strings.ToUpper(w.log.ID), strings.Repeat("0", 64)} {
		if _, err := m.Log(id, noon); !errors.Is(err, ErrUnknownLog) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, revoked := m.Revoked(between.leaf(noon)); revoked {
		t.Error("a trusted root revokes something")
	}
}

func TestWhatComesWithTheModuleOnlyHelpsToFindTheWay(t *testing.T) {
	w := newWorld()
	between := anAuthority("intermediate", day(-400), day(400), w.ca)
	m, err := ReadRoot(indented(w.root(day(-10), day(10), w.ca)))
	if err != nil {
		t.Fatal(err)
	}
	leaf := between.leaf(noon)
	if _, err := m.CheckCertificate(leaf, noon); err == nil {
		t.Error("a chain with a gap is accepted")
	}
	if _, err := m.CheckCertificate(leaf, noon, between.Certificate); err != nil {
		t.Errorf("with the intermediate: %v", err)
	}
	stranger := anAuthority("stranger", day(-400), day(400))
	if _, err := m.CheckCertificate(stranger.leaf(noon), noon, stranger.Certificate); err == nil {
		t.Error("an authority that the module brings along is trusted")
	}
	over := anAuthority("over", day(-400), day(-1), w.ca)
	if _, err := m.CheckCertificate(over.leaf(noon), noon, over.Certificate); err == nil {
		t.Error("an intermediate whose time is over is used")
	}
	if _, err := m.CheckCertificate(leaf, noon, make([]*x509.Certificate, maxIntermediates+1)...); err == nil {
		t.Error("any number of intermediates is tried")
	}
	if _, err := m.CheckCertificate(between.leaf(noon), noon); err == nil {
		t.Error("an intermediate of one module is there for the next")
	}
}

// Without a time, the library would take the present one.
func TestNoTimeIsNotThePresent(t *testing.T) {
	w := newWorld()
	w.ca = anAuthority("root", time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	always := issue(&x509.Certificate{
		NotBefore: time.Time{}, NotAfter: w.ca.NotAfter, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}, w.ca).Certificate
	m := &Material{authorities: Authority{Certificates: []*x509.Certificate{w.ca.Certificate}}.anchors()}
	if _, err := m.CheckCertificate(always, noon); err != nil {
		t.Fatalf("at a time: %v", err)
	}
	if _, err := m.CheckCertificate(always, time.Time{}); err == nil {
		t.Error("a certificate is accepted at no time")
	}
}

func TestNobodyIsTrustedWithoutMaterial(t *testing.T) {
	w, m := newWorld(), &Material{Source: "nothing"}
	if _, err := m.CheckCertificate(w.ca.leaf(noon), noon); !errors.Is(err, ErrUntrusted) {
		t.Error(err)
	}
	if _, err := m.Log(w.log.ID, noon); !errors.Is(err, ErrUnknownLog) {
		t.Error(err)
	}
	if m.NamesRevoked() {
		t.Error("a trusted root names no revoked certificates")
	}
	if _, revoked := m.Revoked(nil); revoked {
		t.Error("no certificate is revoked")
	}
}

func TestWhatIsNoTrustedRootIsRefused(t *testing.T) {
	w := newWorld()
	good := w.root(day(-10), day(10), w.ca)
	for name, change := range map[string]func(object){
		"type":        func(o object) { o["mediaType"] = "x" },
		"unknown":     func(o object) { o["x"] = 1 },
		"log twice":   func(o object) { o["tlogs"] = append(o["tlogs"].([]any), o["tlogs"].([]any)...) },
		"log no key":  func(o object) { o["tlogs"].([]any)[0].(object)["publicKey"] = nil },
		"log null":    func(o object) { o["tlogs"] = []any{nil} },
		"no chain":    func(o object) { o["certificateAuthorities"] = []any{object{}} },
		"empty chain": func(o object) { o["certificateAuthorities"] = []any{object{"certChain": object{}}} },
		"certificate": func(o object) {
			o["certificateAuthorities"] = []any{object{"certChain": object{"certificates": []any{object{}}}}}
		},
		"null in list": func(o object) { o["certificateAuthorities"] = []any{nil} },
	} {
		bad := w.root(day(-10), day(10), w.ca)
		change(bad)
		if _, err := ReadRoot(indented(bad)); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	for _, data := range [][]byte{nil, []byte("{}"), []byte("[]"), w.text(), make([]byte, maxRoot+1)} {
		if _, err := ReadRoot(data); err == nil {
			t.Errorf("%.20q is read", data)
		}
	}
	m, err := ReadRoot(indented(good))
	if err != nil {
		t.Fatalf("the root that the changes start from is refused: %v", err)
	}
	if diff := cmp.Diff([]string{"CN=root (https://ca.example)"}, m.Authorities()); diff != "" || len(m.Logs()) != 1 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
