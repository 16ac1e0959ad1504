package trust

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps/keyfile"
)

func TestABundleThatIsRightHasNoProblem(t *testing.T) {
	w := newWorld()
	key, secret := aKey()
	unsigned, err := ReadBundle(w.text())
	if err != nil {
		t.Fatal(err)
	}
	if got := unsigned.Inspect(noon); len(got.Problems) > 0 || got.SignedBy != nil || got.SignatureValid != nil || got.Expired || got.Version != 7 {
		t.Errorf("unsigned: %+v", got)
	}
	b, err := ReadBundle(signed(w.text(), secret))
	if err != nil {
		t.Fatal(err)
	}
	got := b.Verify(key, noon)
	if !got.OK || len(got.Problems) > 0 || !*got.SignatureValid || *got.SignedBy != bundleKeyID(key) || len(got.Checks) != 4 {
		t.Errorf("signed: %+v", got)
	}
	if len(got.Authorities) != 1 || len(got.Logs) != 1 || got.Authorities[0].Certificates[0].Subject != "CN=root" || got.Logs[0].ID != w.log.ID {
		t.Errorf("members: %+v", got)
	}
}

func TestTimeMakesABundleInvalid(t *testing.T) {
	w := newWorld()
	w.bundle["validity"].(object)["grace_period_seconds"] = 86400
	b := w.read(t)
	for name, tc := range map[string]struct {
		now    time.Time
		want   []ProblemKind
		detail string
	}{
		"before":       {day(-15).Add(-time.Second), []ProblemKind{NotYetValid}, "not valid before 2026-02-14"},
		"first second": {day(-15), nil, ""},
		"last second":  {day(15), nil, ""},
		"after":        {day(15).Add(time.Second), []ProblemKind{Expired}, "grace period until 2026-03-17"},
		"end of grace": {day(16), []ProblemKind{Expired}, "grace period until 2026-03-17"},
		"after grace":  {day(16).Add(time.Second), []ProblemKind{Expired}, "it expired on 2026-03-16 12:00:00 UTC"},
	} {
		got := b.Inspect(tc.now)
		if diff := cmp.Diff(tc.want, kinds(got.Problems)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
			continue
		}
		if got.Expired != slices.Contains(tc.want, Expired) || tc.detail != "" && !strings.Contains(got.Problems[0].Detail, tc.detail) {
			t.Errorf("%s: expired %v, %+v", name, got.Expired, got.Problems)
		}
	}
	if strings.Contains(b.Inspect(day(20)).Problems[0].Detail, "grace") {
		t.Error("a bundle is in its grace period for ever")
	}
}

func TestAGracePeriodBeyondAllTimeEndsWithIt(t *testing.T) {
	w := newWorld()
	w.bundle["validity"].(object)["grace_period_seconds"] = uint64(1<<64 - 1)
	if got := w.read(t).GraceUntil; got.Year() != 9999 {
		t.Errorf("the grace period ends on %s", got)
	}
}

func TestEachFaultOfABundleHasItsKind(t *testing.T) {
	_, otherLog := aLog()
	stray := newWorld().ca.leaf(noon)
	for name, tc := range map[string]struct {
		change func(world)
		want   ProblemKind
	}{
		"format":         {func(w world) { w.bundle["format_version"] = 2 }, UnknownFormat},
		"unknown":        {func(w world) { w.bundle["x"] = 1 }, UnknownField},
		"unknown below":  {func(w world) { w.member("transparency_logs")["x"] = nil }, UnknownField},
		"validity":       {func(w world) { w.bundle["validity"] = between(day(15), day(-15)) }, BadValidity},
		"CA's period":    {func(w world) { w.member("certificate_authorities")["valid_for"] = between(day(2), day(1)) }, BadValidity},
		"log's period":   {func(w world) { w.member("transparency_logs")["valid_for"] = between(day(2), day(1)) }, BadValidity},
		"empty":          {func(w world) { w.bundle["certificate_authorities"], w.bundle["transparency_logs"] = []any{}, []any{} }, Empty},
		"no certificate": {func(w world) { w.member("certificate_authorities")["certificates_pem"] = []string{} }, BadCertificate},
		"empty PEM":      {func(w world) { w.member("certificate_authorities")["certificates_pem"] = []string{""} }, BadCertificate},
		"no PEM":         {func(w world) { w.member("certificate_authorities")["certificates_pem"] = []string{"x"} }, BadCertificate},
		"rest of PEM":    {func(w world) { w.member("certificate_authorities")["certificates_pem"] = []string{w.ca.pem() + "x"} }, BadCertificate},
		"other PEM":      {func(w world) { w.member("certificate_authorities")["certificates_pem"] = []string{otherLog} }, BadCertificate},
		"bad DER": {func(w world) {
			w.member("certificate_authorities")["certificates_pem"] = []string{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}
		}, BadCertificate},
		"no authority": {func(w world) {
			w.member("certificate_authorities")["certificates_pem"] = []string{issued{Certificate: stray}.pem()}
		}, NotAnAuthority},
		"over": {func(w world) {
			w.member("certificate_authorities")["certificates_pem"] = []string{anAuthority("a", day(-9), day(-1)).pem()}
		}, CertificateExpired},
		"to come": {func(w world) {
			w.member("certificate_authorities")["certificates_pem"] = []string{anAuthority("a", day(1), day(9)).pem()}
		}, CertificateNotYetValid},
		"CA out":          {func(w world) { w.member("certificate_authorities")["valid_for"] = between(day(-9), day(-1)) }, AuthorityOutOfPeriod},
		"log out":         {func(w world) { w.member("transparency_logs")["valid_for"] = between(day(1), day(9)) }, LogOutOfPeriod},
		"log key":         {func(w world) { w.member("transparency_logs")["public_key_pem"] = "x" }, BadLogKey},
		"log's algorithm": {func(w world) { w.member("transparency_logs")["hash_algorithm"] = "md5" }, BadHashAlgorithm},
		"log id":          {func(w world) { w.member("transparency_logs")["log_id"] = strings.Repeat("0", 64) }, LogIDMismatch},
		"other log's key": {func(w world) { w.member("transparency_logs")["public_key_pem"] = otherLog }, LogIDMismatch},
		"revocation":      {func(w world) { w.bundle["revocations"] = []any{"abc"} }, BadRevocation},
		"null revoked":    {func(w world) { w.bundle["revocations"] = []any{nil} }, BadRevocation},
		"number revoked":  {func(w world) { w.bundle["revocations"] = []any{1} }, BadRevocation},
	} {
		w := newWorld()
		tc.change(w)
		got := kinds(w.read(t).Inspect(noon).Problems)
		if !slices.Contains(got, tc.want) {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
	}
}

func TestWhatIsNoBundleIsNotRead(t *testing.T) {
	for name, change := range map[string]func(object){
		"no format":          func(o object) { delete(o, "format_version") },
		"no version":         func(o object) { delete(o, "version") },
		"no time":            func(o object) { delete(o, "created_at") },
		"no validity":        func(o object) { delete(o, "validity") },
		"no authorities":     func(o object) { delete(o, "certificate_authorities") },
		"no logs":            func(o object) { delete(o, "transparency_logs") },
		"null authorities":   func(o object) { o["certificate_authorities"] = nil },
		"null authority":     func(o object) { o["certificate_authorities"] = []any{nil} },
		"version is text":    func(o object) { o["version"] = "7" },
		"version too big":    func(o object) { o["version"] = uint64(1 << 32) },
		"version negative":   func(o object) { o["version"] = -1 },
		"format too big":     func(o object) { o["format_version"] = 256 },
		"time is text":       func(o object) { o["created_at"] = "2026" },
		"time is a fraction": func(o object) { o["created_at"] = 1.5 },
		"time beyond time":   func(o object) { o["created_at"] = uint64(1 << 60) },
		"validity half":      func(o object) { o["validity"] = object{"not_before": 1} },
		"validity beyond":    func(o object) { o["validity"] = object{"not_before": 1, "not_after": uint64(1 << 62)} },
		"member beyond": func(o object) {
			o["transparency_logs"].([]any)[0].(object)["valid_for"] = object{"not_before": uint64(1 << 62), "not_after": 1}
		},
		"other case": func(o object) { o["Version"] = 7 },
	} {
		w := newWorld()
		change(w.bundle)
		if _, err := ReadBundle(w.text()); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	good := newWorld().text()
	for name, data := range map[string][]byte{
		"nothing": nil, "array": []byte("[]"), "null": []byte("null"), "rest": append(bytes.Clone(good), '}'), "cut": good[:len(good)-1],
		"signed null": []byte(`{"bundle":null,"signature":null}`), "signed text": []byte(`{"bundle":"x","signature":{}}`),
		"huge": append(bytes.Clone(good), make([]byte, MaxBundle)...), "signature is text": []byte(`{"bundle":` + string(good) + `,"signature":"x"}`),
	} {
		if _, err := ReadBundle(data); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// Another reader may take the first of two, so that it sees another bundle
// than was signed.
func TestANameThatStandsTwiceIsAProblemAndDecidesNothing(t *testing.T) {
	text := string(newWorld().text())
	for name, data := range map[string]string{
		"version":  strings.Replace(text, `"version": 7`, `"version": 8, "version": 7`, 1),
		"in a log": strings.Replace(text, `"log_id":`, `"log_id": "x", "log_id":`, 1),
		"bundle":   `{"bundle":` + text + `,"bundle":` + text + `,"signature":{"key_id":"","algorithm":"Ed25519","signature":""}}`,
		"escaped":  strings.Replace(text, `"version": 7`, `"\u0076ersion": 8, "version": 7`, 1),
	} {
		b, err := ReadBundle([]byte(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := kinds(b.Inspect(noon).Problems); !slices.Contains(got, RepeatedName) {
			t.Errorf("%s: %v", name, got)
		}
		if _, err := b.Material(); err == nil {
			t.Errorf("%s: something is decided with it", name)
		}
	}
}

func TestASignatureCoversEveryByteOfTheBundleThatMeansSomething(t *testing.T) {
	w := newWorld()
	w.member("certificate_authorities")["name"] = "Zoë <ca> & \u2028 \u007f \x01 \b\f\"\\/"
	key, secret := aKey()
	// The encoder of Go escapes two characters that serde_json does not.
	text := bytes.ReplaceAll(w.text(), []byte(`\u2028`), []byte("\u2028"))
	file := signed(text, secret)
	valid := func(data []byte) bool {
		b, err := ReadBundle(data)
		return err == nil && *b.Verify(key, noon).SignatureValid
	}
	if !valid(file) {
		t.Fatal("the signature does not hold")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, file); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"compact": compact.Bytes(), "tabs": bytes.ReplaceAll(file, []byte("\n"), []byte("\n\t")), "CR LF": bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")),
		"escaped":       bytes.ReplaceAll(file, []byte("ë"), []byte(`\u00EB`)),
		"escaped slash": bytes.ReplaceAll(file, []byte("https://"), []byte(`https:\/\/`)),
		"escaped name":  bytes.Replace(file, []byte(`"revocations"`), []byte(`"revo\u0063ations"`), 1),
	} {
		if !valid(data) {
			t.Errorf("%s: the same bundle, laid out otherwise, is not taken", name)
		}
	}
	for name, changes := range map[string][]string{
		"value":       {`"version": 7`, `"version": 8`},
		"new field":   {`"version": 7`, `"version": 7, "x": 1`},
		"order":       {`"bundle_id": "id",`, ``, `"format_version": 1,`, `"format_version": 1, "bundle_id": "id",`},
		"revocation":  {`"revocations": []`, `"revocations": ["` + strings.Repeat("0", 64) + `"]`},
		"space":       {`ca.example`, `ca.example `},
		"number form": {`"version": 7`, `"version": 7e0`},
		"normal form": {`Zoë`, "Zoe\u0308"},
	} {
		changed := strings.NewReplacer(changes...).Replace(string(file))
		if changed == string(file) || valid([]byte(changed)) {
			t.Errorf("%s: a changed bundle is taken", name)
		}
	}
}

func TestASignatureThatCannotHoldIsTold(t *testing.T) {
	w := newWorld()
	key, secret := aKey()
	_, other := aKey()
	file := string(signed(w.text(), secret))
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(secret, w.text()))
	for name, tc := range map[string]struct {
		data string
		want []ProblemKind
	}{
		"another key's":      {string(signed(w.text(), other)), []ProblemKind{SignatureInvalid, KeyIDMismatch}},
		"another key's name": {string(signedAs(w.text(), secret, "00000000")), []ProblemKind{KeyIDMismatch}},
		"borrowed name":      {string(signedAs(w.text(), other, bundleKeyID(key))), []ProblemKind{SignatureInvalid}},
		"none":               {string(w.text()), []ProblemKind{Unsigned}},
		"no signature":       {`{"bundle":` + string(w.text()) + `}`, []ProblemKind{BadSignature, KeyIDMismatch}},
		"algorithm":          {strings.Replace(file, "Ed25519", "EcdsaP256Sha256", 1), []ProblemKind{BadSignature}},
		"no base64":          {strings.Replace(file, signature, "?", 1), []ProblemKind{BadSignature}},
		"too short":          {strings.Replace(file, signature, "AAAA", 1), []ProblemKind{BadSignature}},
	} {
		b, err := ReadBundle([]byte(tc.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := b.Verify(key, noon)
		if diff := cmp.Diff(tc.want, kinds(got.Problems)); diff != "" || got.OK {
			t.Errorf("%s: passes %v (-want +got):\n%s", name, got.OK, diff)
		}
	}
	b, err := ReadBundle([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if b.Verify(keyfile.Public{}, noon).OK {
		t.Error("a bundle is verified with no key")
	}
}

func TestAnExpiredBundleDoesNotPassThoughItsSignatureHolds(t *testing.T) {
	key, secret := aKey()
	b, err := ReadBundle(signed(newWorld().text(), secret))
	if err != nil {
		t.Fatal(err)
	}
	got := b.Verify(key, day(20))
	failed := slices.DeleteFunc(got.Checks, func(c Check) bool { return c.Outcome == Passed })
	if got.OK || !*got.SignatureValid || len(failed) != 1 || failed[0].Name != ValidityCheck {
		t.Errorf("%+v", got)
	}
}

func TestAHostileBundleHasNoMoreProblemsThanAreRead(t *testing.T) {
	w := newWorld()
	var junk []any
	for range 10_000 {
		junk = append(junk, 1)
	}
	w.bundle["revocations"] = junk
	key, _ := aKey()
	got := w.read(t).Verify(key, day(20))
	found := kinds(got.Problems)
	if len(found) > maxProblems+5 || !slices.Contains(found, MoreProblems) {
		t.Errorf("%d problems are told", len(found))
	}
	for _, kind := range []ProblemKind{Expired, Unsigned} {
		if !slices.Contains(found, kind) {
			t.Errorf("among so many, %s is not told: %v", kind, found[:3])
		}
	}
	for _, check := range got.Checks {
		if check.Outcome == Passed || len(check.Detail) > 300 {
			t.Errorf("%+v", check)
		}
	}
}
