package redact

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ordinary returns what commands print when no secret is in it.
func ordinary() map[string]string {
	var log, sums, tree, uuids strings.Builder
	for i := range 200 {
		h := sha256.Sum256([]byte{byte(i)})
		x := hex.EncodeToString(h[:])
		fmt.Fprintf(&log, "commit %s\nAuthor: alice <alice@example.org>\nDate:   Fri Nov 20 10:00:00 2026\n\n    Reject a token that is expired\n\n", x[:40])
		fmt.Fprintf(&sums, "%s  modules/auth/token-%d.wasm\n81%s\n", x, i, x[2:])
		fmt.Fprintf(&tree, "├── secret-service v%d.0.1 (*)\n│   └── password-hash v0.5.0\n", i)
		fmt.Fprintf(&uuids, "%s-%s-%s-%s-%s\n", x[:8], x[8:12], x[12:16], x[16:20], x[20:32])
	}
	public := bodyOf(3, 500)
	return map[string]string{
		"git log": log.String(), "sha256sum": sums.String(), "cargo tree": tree.String(), "uuids": uuids.String(),
		"ls": "total 8\n-rw------- 1 build build   65 Nov 20 10:00 release.sec\n-rw-r--r-- 1 build build   33 Nov 20 10:00 password.txt\n" +
			"drwx------ 2 root root 4096 Nov 20 10:00 secrets\n",
		"certificate":    pemBlock("CERTIFICATE", public) + pemBlock("PUBLIC KEY", public) + pemBlock("RSA PUBLIC KEY", public),
		"ssh public key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + chars(4, alphanum, 43) + " alice@host\n",
		"minisign":       "untrusted comment: minisign public key\nRWQ" + chars(5, alphanum, 53) + "\nuntrusted comment: signature\nRUQ" + chars(6, alphanum, 97) + "\n",
		"base64":         wrap(base64.StdEncoding.EncodeToString([]byte(log.String())), 76) + "\n",
		"hex":            wrap(hex.EncodeToString([]byte(tree.String())), 60) + "\n",
		"wsc public key": "\x01" + string(wscKey(3)[33:]),
		"not a key":      "\x81" + chars(1, alphanum, 64) + "\n\x81\xff" + strings.Repeat("\x00", 100) + "\n",
		"rekor": `{"108e9186e8c5677a":{"body":"` + base64.StdEncoding.EncodeToString([]byte(`{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"signature":{"content":"x"}}}`)) +
			`","integratedTime":1763632800,"logID":"c0d23d6ad406973f","verification":{"inclusionProof":{"hashes":["` + chars(2, lowerHex, 64) +
			`"],"checkpoint":"rekor - 123\n456\n"},"signedEntryTimestamp":"MEUCIQ` + chars(3, alphanum, 86) + `=="}}}` + "\n",
		"prompts":   "Password: \nEnter passphrase for key '/home/alice/.ssh/id_ed25519': \n[sudo] password for alice: \npassword:\nToken:\npassword=\n\"password\": \"\"\n",
		"prose":     "The token is checked before the secret is used. Rotate any token: the old one stays valid.\nSet the password (see below): it must be long. Authorization: Basic authentication is off.\nA secret: nobody knows. error: unexpected token: identifier\n",
		"tools":     "passwd: password updated successfully\npasswd: Authentication token manipulation error\npasswd:         files systemd\npasswd: files\n--- PASS: TestToken (0.00s)\nPWD=/home/alice\n",
		"variables": "password=$DB_PASSWORD token=${TOKEN} secret=<secret> api_key=**** curl -H \"Authorization: Bearer $TOKEN\" https://user:$PASS@host/\n",
		"settings":  "password=none,user=x1 passwd=files;sss password=true&next=1 password={{ lookup }} password=,x passwd=;\npassword: [none, 1]\n",
		"source":    "f(password=get(1), password=None, x1=2)\nif token == nextToken() {\n\tpassword := readPassword(tty)\n\tsecret = load(path)\n\ttoken = lexer.Next()\n}\n",
		"mentions":  "grep -- '-----BEGIN PRIVATE KEY-----' file\n-----BEGIN PRIVATE KEY-----\nthen some words, which are no key\n\nx := \"-----BEGIN RSA PRIVATE KEY-----\"\n\ny := 1\n",
		"kubernetes": "  secretName: my-tls\n  tokenExpirationSeconds: 3607\nimagePullSecrets:\n- name: regcred\n" +
			`{"token_endpoint":"https://issuer.example/token","token_type":"Bearer","max_tokens":512,"secretKeyRef":{"name":"a","key":"b"}}` + "\n",
		"urls":   "https://example.org:8443/a@b http://[::1]:8080/ ssh://git@example.org:22/x git@example.org:a/b.git\n",
		"public": `{"kty":"EC","crv":"P-256","x":"` + chars(1, alphanum, 43) + `","y":"` + chars(2, alphanum, 43) + `"}` + "\n",
		"languages": "пароль: да, с сайта\nすべてのモジュールが検証されました。あああああああああああああああああああああああああ\nс\n" +
			strings.Repeat("ā", 100) + "\n",
		"bytes": "a\x00b\xff\xfe\x80\x81\r\n\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b\x1b[\x1b[999",
	}
}

func TestOrdinaryOutputPassesUnchanged(t *testing.T) {
	for name, text := range ordinary() {
		got, counts := String(text)
		if len(counts) > 0 {
			t.Errorf("%s: found %v in\n%s", name, counts, cmp.Diff(text, got))
		}
		if piped := cut(t, text, nil, len(text)/3, len(text)/2); piped != text {
			t.Errorf("%s: changed on its way:\n%s", name, cmp.Diff(text, piped))
		}
	}
}

func TestRandomBytesPassUnchanged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, 200<<10)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	var out bytes.Buffer
	w := NewWriter(&out, Options{})
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), b) {
		t.Errorf("changed: %v", w.Counts())
	}
}

func TestAKeyWithAWrongPublicHalfIsNone(t *testing.T) {
	key := wscKey(4)
	key[64] ^= 1
	if got := Text(string(key)); got != string(key) {
		t.Errorf("replaced although it is no key: %q", got)
	}
	if n := len(ed25519.PrivateKey(key[1:])); n != ed25519.PrivateKeySize {
		t.Fatalf("the key has %d bytes", n)
	}
}
