package keyfile

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
)

// This file knows keys that are texts. Nothing of a secret one is decoded: its
// frame says what it is.

// pemStrength orders what the blocks of one file are: the file is what its
// strongest block is.
var pemStrength = []Kind{KindOtherPEM, KindPublicPEM, KindCertificatePEM, KindDamaged, KindEncryptedPEM, KindPrivatePEM}

// judgePEM finds blocks as RFC 7468 has them, also indented ones, as they
// stand in YAML. A frame around words is an example in a document, no key.
func judgePEM(data []byte) (content, bool) {
	best, found := content{}, false
	if !bytes.Contains(data, []byte(pemBegin)) {
		return best, false
	}
	more := len(data) == maxKeyFile // what follows was not read
	for len(data) > 0 {
		var line []byte
		line, data = cutLine(data)
		label, ok := pemLabel(line)
		if !ok {
			continue
		}
		var c content
		if c, data = judgeBlock(label, data, more); c.kind == "" {
			continue
		}
		if !found || slices.Index(pemStrength, c.kind) > slices.Index(pemStrength, best.kind) {
			best, found = c, true
		}
	}
	return best, found
}

// judgeBlock reads a block up to its last line, and returns what follows it.
// more says that the end of the data is not the end of the file.
func judgeBlock(label string, data []byte, more bool) (content, []byte) {
	kind := labelKind(label)
	secret := kind == KindPrivatePEM || kind == KindEncryptedPEM
	end := []byte("-----END " + label + "-----") // in source code, more may follow
	filled, ended := false, false
	for len(data) > 0 && !ended {
		line, rest := cutLine(data)
		if _, ok := pemLabel(line); ok {
			more = false
			break
		}
		data = rest
		ended = bytes.HasPrefix(line, end)
		kind = lineKind(kind, line, !filled)
		filled = filled || isBase64(line)
	}
	switch {
	case !filled:
		return content{}, data
	case ended || more || kind == KindOtherPEM:
		return content{kind: kind, secret: secret}, data
	}
	return content{kind: KindDamaged, secret: secret, fault: "its PEM block has no end: it was cut, so put a good copy in its place"}, data
}

// labelKind says what a block with a label holds.
func labelKind(label string) Kind {
	switch {
	case strings.Contains(label, "ENCRYPTED PRIVATE KEY"):
		return KindEncryptedPEM
	case strings.Contains(label, "PRIVATE KEY"):
		return KindPrivatePEM
	case strings.Contains(label, "PUBLIC KEY"):
		return KindPublicPEM
	case label == "CERTIFICATE", label == "X509 CERTIFICATE", label == "TRUSTED CERTIFICATE":
		return KindCertificatePEM
	}
	return KindOtherPEM
}

// openSSHPlain is how the body of an OpenSSH private key begins that no
// passphrase protects: "openssh-key-v1", a null byte, and the cipher "none"
// (PROTOCOL.key of OpenSSH).
const openSSHPlain = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"

// openSSHAny is the beginning with any cipher.
const openSSHAny = "b3BlbnNzaC1rZXktdjEA"

// lineKind tells encrypted private keys by a line of the block: the header of
// RFC 1421, or the first line of OpenSSH's own form.
func lineKind(kind Kind, line []byte, first bool) Kind {
	if kind != KindPrivatePEM {
		return kind
	}
	ssh := first && bytes.HasPrefix(line, []byte(openSSHAny)) && !bytes.HasPrefix(line, []byte(openSSHPlain))
	if ssh || bytes.HasPrefix(line, []byte("Proc-Type: 4,ENCRYPTED")) {
		return KindEncryptedPEM
	}
	return kind
}

const pemBegin = "-----BEGIN "

// pemLabel reads the first line of a block.
func pemLabel(line []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(line, []byte(pemBegin))
	if !ok {
		return "", false
	}
	label, ok := bytes.CutSuffix(rest, []byte("-----"))
	return string(label), ok
}

// leastBody is how many characters a line of a key has at least. PEM lines
// have 64; an example has words or dots.
const leastBody = 16

func isBase64(line []byte) bool {
	return len(line) >= leastBody && !bytes.ContainsFunc(line, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+/=", r)
	})
}

// judgeLine knows the keys that are a line or two.
func judgeLine(data []byte) (Kind, bool) {
	first, rest := cutLine(data)
	for len(rest) > 0 && (len(first) == 0 || first[0] == '#') {
		first, rest = cutLine(rest)
	}
	if isOpenSSHPublic(first) {
		return KindOpenSSHPublic, true
	}
	if !bytes.HasPrefix(first, []byte("untrusted comment:")) {
		return "", false
	}
	second, _ := cutLine(rest)
	return minisignKind(second)
}

// isOpenSSHPublic reports whether a line is a type and a blob that names the
// same type (RFC 4253, section 6.6).
func isOpenSSHPublic(line []byte) bool {
	fields := bytes.Fields(line)
	if len(fields) < 2 || !bytes.ContainsRune(fields[0], '-') {
		return false
	}
	blob, err := base64.StdEncoding.DecodeString(string(fields[1]))
	if err != nil || len(blob) < 4 {
		return false
	}
	length := uint64(binary.BigEndian.Uint32(blob))
	return length == uint64(len(fields[0])) && bytes.HasPrefix(blob[4:], fields[0])
}

// The forms of minisign, from its manual: two bytes of algorithm, then for a
// public key 8 of key number and 32 of key; a secret one goes on with the name
// of its key derivation and checksum, "Sc" and "B2".
const (
	minisignPublicSize   = 2 + 8 + 32
	minisignPublicBegin  = "RW"
	minisignSecretBegin  = "RWRTY0Iy"
	minisignPlainBegin   = "RWQAAEIy" // made without a password
	minisignSecretLength = 212        // of the text of 158 bytes
)

func minisignKind(line []byte) (Kind, bool) {
	secret := bytes.HasPrefix(line, []byte(minisignSecretBegin)) || bytes.HasPrefix(line, []byte(minisignPlainBegin))
	switch {
	case secret && len(line) == minisignSecretLength:
		return KindMinisignSecret, true
	case bytes.HasPrefix(line, []byte(minisignPublicBegin)) && len(line) == base64.StdEncoding.EncodedLen(minisignPublicSize) && isBase64(line):
		return KindMinisignPublic, true
	}
	return "", false
}

// cutLine returns the first line without the space around it, and the rest.
func cutLine(data []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(data, []byte{'\n'})
	return bytes.TrimSpace(line), rest
}
