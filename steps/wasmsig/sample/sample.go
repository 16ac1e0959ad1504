// Package sample makes modules that are really signed: with keys, without keys
// by way of certificates and a log, and wrongly in every way that is wanted.
// It serves those who must show a responder something that behaves like the
// real thing without being it: drills that need an incident's modules, and the
// tests of everything that reads modules.
//
// The same names give the same bytes: keys, authorities and logs are derived
// from the words that they are made with, and all times are counted from
// Epoch. Such keys are no secret, and nothing made here is to be trusted.
package sample

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"fmt"
	"time"
)

var epoch = time.Date(2026, time.January, 6, 12, 0, 0, 0, time.UTC)

// Epoch is the time around which everything here happens: certificates begin
// then, and logs take in what was given no other time.
func Epoch() time.Time { return epoch }

// derive makes 32 bytes of words. What for keeps a key and a log of the same
// name apart.
func derive(what, seed string) [sha256.Size]byte {
	return sha256.Sum256([]byte("wsc-respond sample " + what + "\x00" + seed))
}

// ecdsaKey is a P-256 key that is made of words.
func ecdsaKey(what, seed string) *ecdsa.PrivateKey {
	for i := 0; ; i++ {
		scalar := derive(what, fmt.Sprintf("%s\x00%d", seed, i))
		// All but a few of the numbers of 32 bytes are keys.
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar[:]); err == nil {
			return key
		}
	}
}

// must is for what cannot fail with what this package gives it.
func must[T any](value T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("make a sample: %v", err))
	}
	return value
}
