package sample_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample"
)

var workflow = sample.Identity{
	Name:   "https://git.example/team/app/.github/workflows/release.yml@refs/tags/v1",
	Issuer: "https://token.example",
}

func TestTheSameWordsGiveTheSameBytes(t *testing.T) {
	make := func() [][]byte {
		ca, log := sample.NewCA("authority"), sample.NewLog("log")
		module := sample.Core(300, 7)
		return [][]byte{
			sample.KeyOf("release").SecretFile(),
			sample.Sign(sample.Split(module, 1), true, sample.KeyOf("release")),
			sample.Keyless(module, workflow, ca, log),
			sample.TrustedRoot(ca, log),
			sample.TrustBundle(sample.Bundle{CA: ca, Log: log, Signer: sample.KeyOf("bundle")}),
		}
	}
	for i, want := range make() {
		if got := make()[i]; !bytes.Equal(got, want) {
			t.Errorf("thing %d differs when it is made again", i)
		}
	}
}

func TestACoreModuleHasTheSizeThatWasAskedFor(t *testing.T) {
	for _, size := range []int{0, 8, 33, 45, 46, 200, 4096, 1 << 20} {
		module := sample.Core(size, 1)
		if len(module) != size && !(size < 46 && len(module) == 33) {
			t.Errorf("a module of %d bytes was made for %d", len(module), size)
		}
		m, err := wasmsig.Read(bytes.NewReader(module), int64(len(module)))
		if err != nil || !m.Whole() || len(m.Problems) > 0 {
			t.Errorf("a module of %d bytes: %v, %v", size, m.Problems, err)
		}
	}
}

func TestSigningAgainKeepsTheSignaturesOverTheSameContent(t *testing.T) {
	a, b := sample.KeyOf("a"), sample.KeyOf("b")
	twice := sample.Sign(sample.Sign(sample.Core(100, 1), true, a), false, b)
	if !bytes.Equal(twice[:8], sample.Core(100, 1)[:8]) {
		t.Fatal("the header changed")
	}
	m, err := wasmsig.Read(bytes.NewReader(twice), int64(len(twice)))
	if err != nil || len(m.Signed) != 1 || len(m.Signed[0].Sets) != 1 || len(m.Signed[0].Sets[0].Signatures) != 2 {
		t.Fatalf("the module holds %+v, %v; want one set with two signatures", m.Signed, err)
	}
	if !bytes.Equal(sample.Detach(twice), sample.Core(100, 1)) {
		t.Error("detaching does not give back what was signed")
	}
}

func TestAnAuthorityCertifiesIdentitiesOfEachKind(t *testing.T) {
	ca := sample.NewCA("authority")
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root)
	for _, name := range []string{"alice@example.com", workflow.Name, "build.example"} {
		leaf := ca.Issue(sample.Identity{Name: name, Issuer: "https://token.example"}).Certificate
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: sample.Epoch().Add(time.Minute),
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}})
		if err != nil {
			t.Errorf("the certificate of %s: %v", name, err)
		}
		if got := fmt.Sprint(leaf.EmailAddresses, leaf.URIs, leaf.DNSNames); !bytes.Contains([]byte(got), []byte(name)) {
			t.Errorf("the certificate of %s names %s", name, got)
		}
	}
}

func TestAKeyComesFromTheSourceThatIsGiven(t *testing.T) {
	a, err := sample.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := sample.NewKey(rand.Reader)
	if err != nil || bytes.Equal(a.PublicFile(), b.PublicFile()) {
		t.Errorf("two keys are the same, or %v", err)
	}
	if _, err := sample.NewKey(bytes.NewReader(nil)); err == nil {
		t.Error("a key was made of nothing")
	}
}
