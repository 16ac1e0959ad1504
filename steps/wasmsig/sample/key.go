package sample

import (
	"crypto/ed25519"
	"fmt"
	"io"

	"wsc-respond/steps/keyfile"
)

// Key is a key of wsc: Ed25519.
type Key struct {
	private ed25519.PrivateKey
}

// KeyOf is the key of a name.
func KeyOf(name string) Key {
	seed := derive("key", name)
	return Key{ed25519.NewKeyFromSeed(seed[:])}
}

// NewKey makes a key of 32 bytes from a source of randomness.
func NewKey(random io.Reader) (Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return Key{}, fmt.Errorf("make a key: %w", err)
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// Public is the public half.
func (k Key) Public() keyfile.Public {
	return must(keyfile.NewPublic(k.private.Public().(ed25519.PublicKey)))
}

// PublicFile is the content of the public key's file.
func (k Key) PublicFile() []byte { return k.Public().File() }

// SecretFile is the content of the secret key's file: a tag, the seed, the
// public key.
func (k Key) SecretFile() []byte { return append([]byte{0x81}, k.private...) }

// Sign is the key's signature over a message.
func (k Key) Sign(message []byte) []byte { return ed25519.Sign(k.private, message) }
