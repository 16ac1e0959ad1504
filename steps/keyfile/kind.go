package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// Kind is what a file holds.
type Kind string

// The kinds of content. The first group are keys; the last three are what the
// name alone brought into a list.
const (
	KindPublic         Kind = "wsc_public" // 01, then the key: 33 bytes
	KindSecret         Kind = "wsc_secret" // 81, then seed and public key: 65 bytes
	KindPrivatePEM     Kind = "private_pem"
	KindEncryptedPEM   Kind = "private_pem_encrypted"
	KindPublicPEM      Kind = "public_pem"
	KindCertificatePEM Kind = "certificate_pem"
	KindOpenSSHPublic  Kind = "openssh_public"
	KindMinisignPublic Kind = "minisign_public"
	KindMinisignSecret Kind = "minisign_secret"
	KindDamaged        Kind = "damaged" // the shape of a key, and no key
	KindOtherPEM       Kind = "other_pem"
	KindOther          Kind = "other"
	KindSpecial        Kind = "special" // a pipe, a socket or a device
	KindUnknown        Kind = "unknown" // it was not or could not be read
)

// kindWords are the kinds in words.
var kindWords = map[Kind]string{
	KindPublic: "wsc public key", KindSecret: "wsc secret key",
	KindPrivatePEM: "PEM private key", KindEncryptedPEM: "PEM private key, encrypted",
	KindPublicPEM: "PEM public key", KindCertificatePEM: "PEM certificate",
	KindOpenSSHPublic:  "OpenSSH public key",
	KindMinisignPublic: "minisign public key", KindMinisignSecret: "minisign secret key",
	KindDamaged: "damaged key", KindOtherPEM: "other PEM", KindOther: "no known key",
	KindSpecial: "no regular file", KindUnknown: "not read",
}

// Words are the kind as people say it.
func (k Kind) Words() string { return kindWords[k] }

// content is what the bytes of a file are.
type content struct {
	kind   Kind
	secret bool   // whoever reads it can use a key, or a part of one
	id     ID     // of a wsc key that is whole
	fault  string // of one that is damaged: what is wrong with it
}

// isKey reports whether the bytes alone put the file into a list of keys.
func (c content) isKey() bool { return c.kind != KindOther && c.kind != KindOtherPEM }

// judge says what the beginning of a file is. It keeps nothing of it.
func judge(data []byte) content {
	if c, ok := judgeBinary(data); ok {
		return c
	}
	if c, ok := judgePEM(data); ok {
		return c
	}
	if kind, ok := judgeLine(data); ok {
		return content{kind: kind, secret: kind == KindMinisignSecret}
	}
	if c, ok := judgeEncoded(data); ok {
		return c
	}
	return content{kind: KindOther}
}

// judgeBinary knows the forms of wsc. A file of another length is a damaged
// key as long as a cut or a slip could explain it: from half to twice the
// length. Neither tag can begin a text.
func judgeBinary(data []byte) (content, bool) {
	if len(data) == 0 {
		return content{}, false
	}
	switch tag, size := data[0], len(data); {
	case tag == publicTag && size == publicSize:
		return judgePublic(data[1:]), true
	case tag == secretTag && size == secretSize:
		return judgeSecret(data[1:]), true
	case tag == publicTag && size > publicSize/2 && size < 2*publicSize:
		return content{kind: KindDamaged, fault: wrongLength("public", publicSize, size)}, true
	case tag == secretTag && size > secretSize/2 && size < 2*secretSize:
		return content{kind: KindDamaged, secret: true, fault: wrongLength("secret", secretSize, size)}, true
	}
	return content{}, false
}

func wrongLength(half string, want, got int) string {
	return fmt.Sprintf("it begins as a wsc %s key, which has %d bytes, and has %d: it was cut or added to, so put a good copy in its place",
		half, want, got)
}

func judgePublic(key []byte) content {
	if weak(key) {
		return content{kind: KindDamaged, fault: fmt.Sprintf("it is %v: verify nothing with it, and ask who put it there", errWeak)}
	}
	return content{kind: KindPublic, id: idOf(key)}
}

// judgeSecret checks that the seed gives the public half.
func judgeSecret(key []byte) content {
	seed, half := key[:ed25519.SeedSize], key[ed25519.SeedSize:]
	full := ed25519.NewKeyFromSeed(seed)
	defer clear(full)
	derived := full[ed25519.SeedSize:]
	if subtle.ConstantTimeCompare(derived, half) == 1 {
		return content{kind: KindSecret, secret: true, id: idOf(half)}
	}
	return content{kind: KindDamaged, secret: true, fault: fmt.Sprintf(
		"its secret half belongs to the key %s and its public half is that of %s: it was altered or put together, so sign nothing with it and treat both keys as in doubt",
		idOf(derived), idOf(half))}
}

func idOf(key []byte) ID {
	return Public{key: key}.ID()
}

// judgeEncoded finds keys of wsc that somebody wrote down as a text, to mail
// them or to keep them in a variable.
func judgeEncoded(data []byte) (content, bool) {
	var buffer [secretSize + 3]byte
	defer clear(buffer[:])
	text := bytes.TrimSpace(data)
	for _, form := range []struct {
		name    string
		decode  func(dst, src []byte) (int, error)
		decoded int
	}{
		{"hex", hex.Decode, hex.DecodedLen(len(text))},
		{"base64", base64.StdEncoding.Decode, base64.StdEncoding.DecodedLen(len(text))},
	} {
		if form.decoded > len(buffer) {
			continue
		}
		n, err := form.decode(buffer[:], text)
		if err != nil {
			continue
		}
		if c, ok := judgeBinary(buffer[:n]); ok && c.kind != KindDamaged {
			return content{kind: KindDamaged, secret: c.secret, fault: fmt.Sprintf(
				"it is the %s written as %s, which wsc does not read: decode it, and ask where else the text was pasted",
				c.kind.Words(), form.name)}, true
		}
	}
	return content{}, false
}
