package keyfile

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// The forms of wsc key files: a tag byte, then the key.
const (
	publicTag  = 0x01
	secretTag  = 0x81
	publicSize = 1 + ed25519.PublicKeySize
	secretSize = 1 + ed25519.PrivateKeySize // seed, then public key
)

// idMessage is what the id of a key is made from, keyed with the key itself.
const idMessage = "key_id"

// idSize is the number of bytes of a key id.
const idSize = 12

// ErrNotPublic says that a file is no wsc public key.
var ErrNotPublic = errors.New("not a wsc public key, which is the byte 01 and 32 more")

// ID is the id that a signature may carry for the key that made it: 24
// lower-case hex digits. It helps to find a key and proves nothing: whoever
// signs writes what he likes there, or nothing.
type ID string

// ParseID reads a key id of 24 hex digits in any case.
func ParseID(text string) (ID, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != idSize {
		return "", fmt.Errorf("%q is no key id, which has 24 hex digits", text)
	}
	return ID(strings.ToLower(text)), nil
}

// Public is a public key of wsc: Ed25519. The zero value is no key and
// verifies nothing.
type Public struct {
	key ed25519.PublicKey
}

// NewPublic makes a public key of its 32 bytes. Its error is ErrNotPublic for a
// key under which anybody can sign.
func NewPublic(key ed25519.PublicKey) (Public, error) {
	if len(key) != ed25519.PublicKeySize {
		return Public{}, fmt.Errorf("an Ed25519 public key has %d bytes, this has %d", ed25519.PublicKeySize, len(key))
	}
	if weak(key) {
		return Public{}, fmt.Errorf("%w: it is %w", ErrNotPublic, errWeak)
	}
	return Public{key: append(ed25519.PublicKey(nil), key...)}, nil
}

// ParsePublic reads the content of a public key file. Its error is
// ErrNotPublic; it says so when the content is that of a secret key, and never
// repeats any of it.
func ParsePublic(data []byte) (Public, error) {
	switch {
	case len(data) == publicSize && data[0] == publicTag:
		return NewPublic(data[1:])
	case len(data) == secretSize && data[0] == secretTag:
		return Public{}, fmt.Errorf("%w: this is a secret key; give the public one", ErrNotPublic)
	}
	return Public{}, ErrNotPublic
}

// ReadPublic reads a public key file.
func ReadPublic(fsys fs.FS, name string) (Public, error) {
	var key Public
	var wrong error
	err := withContent(fsys, name, new([maxKeyFile]byte), func(data []byte, _ fs.FileInfo) {
		key, wrong = ParsePublic(data)
	})
	if err = errors.Join(err, wrong); err != nil {
		return Public{}, fmt.Errorf("read the public key %s: %w", name, err)
	}
	return key, nil
}

// IsZero reports whether there is no key.
func (p Public) IsZero() bool { return p.key == nil }

// Bytes are the 32 bytes of the key.
func (p Public) Bytes() []byte { return append([]byte(nil), p.key...) }

// File is the content of the key's file.
func (p Public) File() []byte { return append([]byte{publicTag}, p.key...) }

// ID is the key's id: the first 12 bytes of HMAC-SHA256 over "key_id", keyed
// with the public key. So wsc makes it; no specification says so.
func (p Public) ID() ID {
	if p.IsZero() {
		return ""
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(idMessage))
	return ID(hex.EncodeToString(mac.Sum(nil)[:idSize]))
}

// Verify reports whether the key made the signature over the message.
func (p Public) Verify(message, signature []byte) bool {
	return !p.IsZero() && len(signature) == ed25519.SignatureSize && ed25519.Verify(p.key, message, signature)
}
