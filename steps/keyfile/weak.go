package keyfile

import (
	"crypto/ed25519"
	"errors"
	"slices"
)

// errWeak says that a public key is one of those that verify what nobody
// signed.
var errWeak = errors.New("an Ed25519 public key of small order, under which anybody can make signatures; wsc never makes one, and refuses it")

// weak reports whether a public key is a point of small order, in any encoding
// that verifiers take: the y coordinates of the eight points of the torsion
// subgroup of Curve25519, little-endian, and the two that are also read when
// they are written without reduction by p = 2^255-19 (RFC 8032, section 5.1.7
// leaves such keys to the verifier). crypto/ed25519 takes them, and with one of
// them accepts one and the same signature over every message.
func weak(key ed25519.PublicKey) bool {
	y := [ed25519.PublicKeySize]byte(key)
	y[len(y)-1] &= 0x7f // without the sign of x
	return slices.Contains([][ed25519.PublicKeySize]byte{
		{},          // order 4
		{0: 1},      // order 1
		nearP(0xec), // order 2: p-1
		nearP(0xed), // order 4: p, for 0
		nearP(0xee), // order 1: p+1, for 1
		{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, // order 8
			0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
		{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, // order 8
			0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	}, y)
}

// nearP is a number near p, by its lowest byte.
func nearP(lowest byte) (y [ed25519.PublicKeySize]byte) {
	for i := range y {
		y[i] = 0xff
	}
	y[0], y[len(y)-1] = lowest, 0x7f
	return y
}
