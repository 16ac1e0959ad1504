package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// uploaded is an artifact whose signature was entered into the log.
type uploaded struct {
	uuid     string
	index    int64
	artifact string // its file
}

type object = map[string]any

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// upload enters an entry into the log, as it answered.
func upload(server string, entry object) (uploaded, error) {
	question, err := json.Marshal(entry)
	if err != nil {
		return uploaded{}, err
	}
	response, err := http.Post(server+"/api/v1/log/entries", "application/json", bytes.NewReader(question))
	if err != nil {
		return uploaded{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusCreated {
		return uploaded{}, fmt.Errorf("status %d: %s, %w", response.StatusCode, text, err)
	}
	var answer map[string]struct {
		LogIndex int64 `json:"logIndex"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return uploaded{}, err
	}
	for uuid, one := range answer {
		return uploaded{uuid: uuid, index: one.LogIndex}, nil
	}
	return uploaded{}, fmt.Errorf("the log answered with no entry: %s", text)
}

// identity is whom a certificate names.
type identity struct {
	email, uri, issuer string
}

// certificate is one that nobody vouches for, as a log takes it.
func certificate(key *ecdsa.PrivateKey, who identity) []byte {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signer"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		ExtraExtensions: []pkix.Extension{{
			Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: must(asn1.MarshalWithParams(who.issuer, "utf8")),
		}},
	}
	if who.email != "" {
		template.EmailAddresses = []string{who.email}
	}
	if who.uri != "" {
		template.URIs = []*url.URL{must(url.Parse(who.uri))}
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// hashedrekord is an entry of a signature by a certificate, over some bytes.
func hashedrekord(artifact []byte, who identity) object {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	digest := sha256.Sum256(artifact)
	signature := must(key.Sign(rand.Reader, digest[:], crypto.SHA256))
	return object{"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": object{
		"data":      object{"hash": object{"algorithm": "sha256", "value": hex.EncodeToString(digest[:])}},
		"signature": object{"content": signature, "publicKey": object{"content": certificate(key, who)}},
	}}
}

// rekord is an entry of a signature over bytes that the log is given too.
func rekord(format string, artifact, signature, key []byte) object {
	return object{"apiVersion": "0.0.1", "kind": "rekord", "spec": object{
		"data":      object{"content": artifact},
		"signature": object{"format": format, "content": signature, "publicKey": object{"content": key}},
	}}
}

func ed25519Entry(artifact []byte) object {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(public))})
	return rekord("x509", artifact, ed25519.Sign(private, artifact), key)
}

// sshEntry is signed as people do it, with ssh-keygen.
func sshEntry(dir string, artifact []byte) (object, error) {
	key, file := filepath.Join(dir, "id"), filepath.Join(dir, "artifact")
	if err := os.WriteFile(file, artifact, 0o600); err != nil {
		return nil, err
	}
	for _, line := range [][]string{
		{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key},
		{"ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key, file},
	} {
		if said, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", strings.Join(line, " "), err, said)
		}
	}
	signature, err := os.ReadFile(file + ".sig")
	if err != nil {
		return nil, err
	}
	public, err := os.ReadFile(key + ".pub")
	return rekord("ssh", artifact, signature, public), err
}

// TestRecord writes entries of a real log for the tests of the root module,
// when RECORD names the folder.
func TestRecord(t *testing.T) {
	server, folder := os.Getenv("RECORD_SERVER"), os.Getenv("RECORD")
	if server == "" || folder == "" {
		t.Skip("only with RECORD_SERVER and RECORD")
	}
	const issuer = "https://accounts.example.org"
	ssh, err := sshEntry(t.TempDir(), []byte("signed with ssh"))
	if err != nil {
		t.Fatal(err)
	}
	for i, entry := range []object{
		hashedrekord([]byte("by an address"), identity{email: "builds@example.org", issuer: issuer}),
		hashedrekord([]byte("by a workflow"), identity{uri: "https://ci.example.org/release.yml@refs/heads/main", issuer: issuer}),
		ssh, ed25519Entry([]byte("signed with ed25519")),
		hashedrekord([]byte("by a stranger"), identity{email: "mallory@elsewhere.example", issuer: issuer}),
	} {
		if _, err := upload(server, entry); err != nil {
			t.Fatal(i, err)
		}
	}
	n := 0
	fmt.Sscan(os.Getenv("RECORD_MORE"), &n)
	for i := range n {
		if _, err := upload(server, hashedrekord(fmt.Append(nil, "more", i), identity{email: fmt.Sprintf("dev%d@example.org", i%7), issuer: issuer})); err != nil {
			t.Fatal(i, err)
		}
	}
}
