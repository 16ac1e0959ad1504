package rekor

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
)

// maxKey bounds what is read as a public key, in bytes.
const maxKey = 64 << 10

// LogKey is the public key of a log. It must come from somewhere else than the
// log: a log that gives out its own key can prove anything.
type LogKey struct {
	// ID is what entries name the log by: lower-case hex SHA-256 of the key's
	// DER (SubjectPublicKeyInfo). A trusted root may name a log by another id.
	ID string
	// Origin is the log's address; it is for people, and proves nothing.
	Origin string
	// From and Until bound when the key was in use; zero is unbounded.
	From, Until time.Time
	// Key is the public key itself: ECDSA, Ed25519 or RSA.
	Key crypto.PublicKey
}

// ParseLogKey reads the public key of a log, as PEM or DER
// (SubjectPublicKeyInfo).
func ParseLogKey(data []byte) (LogKey, error) {
	if len(data) > maxKey {
		return LogKey{}, fmt.Errorf("read the log's public key: it has %d bytes, and more than %d are not read", len(data), maxKey)
	}
	der := data
	if block, rest := pem.Decode(data); block != nil {
		if block.Type != "PUBLIC KEY" {
			return LogKey{}, fmt.Errorf("read the log's public key: the PEM block is a %.40q, not a PUBLIC KEY", block.Type)
		}
		if len(bytes.TrimSpace(rest)) > 0 {
			return LogKey{}, errors.New("read the log's public key: there is more behind the first PEM block")
		}
		der = block.Bytes
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return LogKey{}, fmt.Errorf("read the log's public key: %w", err)
	}
	return NewLogKey(key)
}

// NewLogKey makes a log key of a public key that was read already.
func NewLogKey(key crypto.PublicKey) (LogKey, error) {
	switch key.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey, *rsa.PublicKey:
	default:
		return LogKey{}, fmt.Errorf("a log does not sign with a key of the type %T", key)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return LogKey{}, fmt.Errorf("name the log's public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return LogKey{ID: hex.EncodeToString(sum[:]), Key: key}, nil
}

// ValidAt says why the key was not in use at a time; nil if it was.
func (k LogKey) ValidAt(at time.Time) error {
	switch {
	case !k.From.IsZero() && at.Before(k.From):
		return fmt.Errorf("the log's key is valid from %s, and the time is %s", stamp(k.From), stamp(at))
	case !k.Until.IsZero() && at.After(k.Until):
		return fmt.Errorf("the log's key was valid until %s, and the time is %s", stamp(k.Until), stamp(at))
	}
	return nil
}

// verifier is what the libraries check the log's signatures with. Logs of the
// first version sign with SHA-256 whatever their curve.
func (k LogKey) verifier() (signature.Verifier, error) {
	if k.Key == nil {
		return nil, errors.New("there is no key of the log")
	}
	verifier, err := signature.LoadVerifier(k.Key, crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("use the log's public key: %w", err)
	}
	return verifier, nil
}

// stamp is a time as messages have it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
