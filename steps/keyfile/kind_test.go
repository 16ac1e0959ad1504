package keyfile

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// newPair makes the two files of a key, the same for the same number.
func newPair(number byte) (secret, public []byte) {
	return pairOf(bytes.Repeat([]byte{number}, ed25519.SeedSize))
}

func pairOf(seed []byte) (secret, public []byte) {
	key := ed25519.NewKeyFromSeed(seed)
	return append([]byte{secretTag}, key...), append([]byte{publicTag}, key[ed25519.SeedSize:]...)
}

func idOfPair(number byte) ID {
	_, public := newPair(number)
	return idOf(public[1:])
}

func block(label string, headers map[string]string, data []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Headers: headers, Bytes: data})
}

// sshString is a string on the wire of ssh.
func sshString(text string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
}

func openSSHPrivate(cipher string) []byte {
	body := append([]byte("openssh-key-v1\x00"), sshString(cipher)...)
	return block("OPENSSH PRIVATE KEY", nil, append(body, make([]byte, 200)...))
}

func openSSHLine(kind string) []byte {
	blob := append(sshString(kind), sshString(strings.Repeat("k", 32))...)
	return []byte(kind + " " + base64.StdEncoding.EncodeToString(blob) + " ada@host\n")
}

func minisign(comment, head string, size int) []byte {
	data := append([]byte(head), make([]byte, size-len(head))...)
	return []byte("untrusted comment: " + comment + "\n" + base64.StdEncoding.EncodeToString(data) + "\n")
}

// samples are contents of every kind.
func samples(t testing.TB) map[string]struct {
	data   []byte
	kind   Kind
	secret bool
} {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	sec1, err := x509.MarshalECPrivateKey(key)
	must(t, err)
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	secret, public := newPair(1)
	_, other := newPair(2)
	misfit := append(slices.Clone(secret[:33]), other[1:]...)
	procType := map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}
	private := block("PRIVATE KEY", nil, pkcs8)
	return map[string]struct {
		data   []byte
		kind   Kind
		secret bool
	}{
		"a wsc public key":                     {public, KindPublic, false},
		"a wsc secret key":                     {secret, KindSecret, true},
		"a public key with a newline behind":   {append(slices.Clone(public), '\n'), KindDamaged, false},
		"a public key cut short":               {public[:20], KindDamaged, false},
		"a secret key with a newline behind":   {append(slices.Clone(secret), '\n'), KindDamaged, true},
		"a secret key cut short":               {secret[:64], KindDamaged, true},
		"a secret key of two keys":             {misfit, KindDamaged, true},
		"a secret key in hex":                  {[]byte(hex.EncodeToString(secret) + "\n"), KindDamaged, true},
		"a secret key in base64":               {[]byte(base64.StdEncoding.EncodeToString(secret)), KindDamaged, true},
		"a public key in base64":               {[]byte(base64.StdEncoding.EncodeToString(public)), KindDamaged, false},
		"PKCS#8":                               {private, KindPrivatePEM, true},
		"PKCS#8 with Windows line ends":        {bytes.ReplaceAll(private, []byte("\n"), []byte("\r\n")), KindPrivatePEM, true},
		"PKCS#8 in YAML":                       {append([]byte("key: |\n  "), bytes.ReplaceAll(private, []byte("\n"), []byte("\n  "))...), KindPrivatePEM, true},
		"PKCS#8 that was cut":                  {private[:len(private)-30], KindDamaged, true},
		"PKCS#8 in source code":                {append(slices.Clone(private[:len(private)-1]), "`\n)\n"...), KindPrivatePEM, true},
		"certificates beyond what is read":     {bytes.Repeat(block("CERTIFICATE", nil, cert), 1000)[:maxKeyFile], KindCertificatePEM, false},
		"two keys, the first of them cut":      {append(slices.Clone(private[:len(private)-30]), "\n"+string(private)...), KindPrivatePEM, true},
		"EC":                                   {block("EC PRIVATE KEY", nil, sec1), KindPrivatePEM, true},
		"RSA by its label":                     {block("RSA PRIVATE KEY", nil, make([]byte, 300)), KindPrivatePEM, true},
		"encrypted PKCS#8":                     {block("ENCRYPTED PRIVATE KEY", nil, make([]byte, 100)), KindEncryptedPEM, true},
		"encrypted with headers":               {block("EC PRIVATE KEY", procType, sec1), KindEncryptedPEM, true},
		"OpenSSH private":                      {openSSHPrivate("none"), KindPrivatePEM, true},
		"OpenSSH private, encrypted":           {openSSHPrivate("aes256-ctr"), KindEncryptedPEM, true},
		"a public key in PEM":                  {block("PUBLIC KEY", nil, spki), KindPublicPEM, false},
		"a certificate":                        {block("CERTIFICATE", nil, cert), KindCertificatePEM, false},
		"a certificate after words":            {append([]byte("subject: us\n\n"), block("CERTIFICATE", nil, cert)...), KindCertificatePEM, false},
		"a certificate and then a private key": {append(block("CERTIFICATE", nil, cert), private...), KindPrivatePEM, true},
		"a private key and then a certificate": {append(slices.Clone(private), block("CERTIFICATE", nil, cert)...), KindPrivatePEM, true},
		"a request for a certificate":          {block("CERTIFICATE REQUEST", nil, cert), KindOtherPEM, false},
		"an example of PEM in a document":      {[]byte("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"), KindOther, false},
		"OpenSSH public":                       {openSSHLine("ssh-ed25519"), KindOpenSSHPublic, false},
		"OpenSSH public on a token":            {openSSHLine("sk-ssh-ed25519@openssh.com"), KindOpenSSHPublic, false},
		"authorized keys":                      {append([]byte("# ours\n\n"), openSSHLine("ssh-rsa")...), KindOpenSSHPublic, false},
		"two words with a dash":                {[]byte("ssh-ed25519 AAAA\n"), KindOther, false},
		"minisign public":                      {minisign("minisign public key 7", "Ed", 42), KindMinisignPublic, false},
		"minisign secret":                      {minisign("minisign encrypted secret key", "EdScB2", 158), KindMinisignSecret, true},
		"minisign secret without a password":   {minisign("minisign secret key", "Ed\x00\x00B2", 158), KindMinisignSecret, true},
		"a minisign signature":                 {minisign("signature from minisign secret key", "Ed", 74), KindOther, false},
		"nothing":                              {nil, KindOther, false},
		"a module":                             {append([]byte("\x00asm\x01\x00\x00\x00"), make([]byte, 60)...), KindOther, false},
		"a text":                               {[]byte("not a key\n"), KindOther, false},
		"one byte 01":                          {[]byte{publicTag}, KindOther, false},
		"a long file that begins with 81":      {append([]byte{secretTag}, make([]byte, 500)...), KindOther, false},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsWhatItsContentIs(t *testing.T) {
	for name, c := range samples(t) {
		got := judge(c.data)
		if got.kind != c.kind || got.secret != c.secret {
			t.Errorf("%s is judged %q, secret %v, not %q, %v", name, got.kind, got.secret, c.kind, c.secret)
		}
		if whole := c.kind == KindPublic || c.kind == KindSecret; whole != (got.id != "") {
			t.Errorf("%s has the id %q", name, got.id)
		}
		if (c.kind == KindDamaged) != (got.fault != "") {
			t.Errorf("%s has the fault %q", name, got.fault)
		}
		if got.kind.Words() == "" {
			t.Errorf("the kind %q has no words", got.kind)
		}
	}
}

func TestBothHalvesHaveTheSameID(t *testing.T) {
	secret, public := newPair(1)
	if a, b := judge(secret).id, judge(public).id; a != b || len(a) != 2*idSize {
		t.Errorf("the secret half is the key %q, the public one %q", a, b)
	}
}

func TestASecretOfTwoKeysNamesBoth(t *testing.T) {
	secret, _ := newPair(1)
	_, other := newPair(2)
	fault := judge(append(slices.Clone(secret[:33]), other[1:]...)).fault
	for _, id := range []ID{idOfPair(1), idOfPair(2)} {
		if !strings.Contains(fault, string(id)) {
			t.Errorf("the fault does not name %s: %s", id, fault)
		}
	}
}

func TestTheIDOfAFileIsRead(t *testing.T) {
	secret, public := newPair(1)
	fsys := fstest.MapFS{
		"a.pub":    {Data: public},
		"a.sec":    {Data: secret},
		"cut.sec":  {Data: secret[:50]},
		"some.pem": {Data: block("PUBLIC KEY", nil, make([]byte, 90))},
	}
	for _, c := range []struct {
		name   string
		id     ID
		secret bool
		says   string
	}{
		{"a.pub", idOfPair(1), false, ""},
		{"a.sec", idOfPair(1), true, ""},
		{"cut.sec", "", true, "65 bytes, and has 50"},
		{"some.pem", "", false, "PEM public key"},
		{"none", "", false, "read the key none"},
	} {
		id, isSecret, err := ReadID(fsys, c.name)
		if id != c.id || isSecret != c.secret || (err == nil) != (c.says == "") {
			t.Errorf("%s is the key %q, secret %v, %v", c.name, id, isSecret, err)
		}
		if err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error does not say %q: %v", c.name, c.says, err)
		}
	}
}

func TestAPublicKeyIsRead(t *testing.T) {
	secret, public := newPair(1)
	fsys := fstest.MapFS{"a.pub": {Data: public}, "a.sec": {Data: secret}}
	key, err := ReadPublic(fsys, "a.pub")
	if err != nil || !bytes.Equal(key.File(), public) || key.ID() != idOfPair(1) {
		t.Errorf("the key is %x, %v", key.File(), err)
	}
	if _, err := ReadPublic(fsys, "a.sec"); err == nil || !strings.Contains(err.Error(), "secret key") {
		t.Errorf("a secret key given as the public one is told as %v", err)
	}
}

func FuzzJudge(f *testing.F) {
	for _, c := range samples(f) {
		f.Add(c.data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := slices.Clone(data)
		c := judge(data)
		switch {
		case !bytes.Equal(before, data):
			t.Error("the content was changed")
		case c.kind.Words() == "":
			t.Errorf("the kind %q is not in the list", c.kind)
		case (c.id != "") != (c.kind == KindPublic || c.kind == KindSecret):
			t.Errorf("the kind %q has the id %q", c.kind, c.id)
		case (c.fault != "") != (c.kind == KindDamaged):
			t.Errorf("the kind %q has the fault %q", c.kind, c.fault)
		case c.kind == KindSecret && !c.secret:
			t.Error("a secret key is not called secret")
		}
	})
}
