package wasmsig

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
)

// Digest is a SHA-256 digest.
type Digest = [sha256.Size]byte

// The bytes that a signature section of the key-based form begins with.
const (
	specVersion  = 0x01
	contentType  = 0x01
	hashFunction = 0x01 // SHA-256
	algEd25519   = 0x01
)

// The bytes that a signature section of the keyless form begins with.
const (
	keylessVersion = 0x02
	keylessType    = 0x02
)

// domain begins every message that a key signs.
const domain = "wasmsig"

// Signatures is the key-based form of a signature section, and the whole of a
// detached signature file.
type Signatures struct {
	Sets []Set
}

// Set is a list of digests and those who signed it.
type Set struct {
	// Hashes are the digests of the module up to each delimiter and up to its
	// end, as the signers saw it.
	Hashes     []Digest
	Signatures []Signature
}

// Signature is one key's signature over the digests of its set.
type Signature struct {
	// KeyID is what the signer wrote there, mostly 12 bytes or none. It is
	// not signed.
	KeyID     []byte
	Algorithm byte // 1 is Ed25519, the only one known
	Value     []byte
	// Certificates is the signer's chain in DER, mostly none.
	Certificates [][]byte
}

// Message is what the signatures of a set are made over.
func (s Set) Message() []byte {
	out := append([]byte(domain), specVersion, contentType, hashFunction)
	for _, h := range s.Hashes {
		out = append(out, h[:]...)
	}
	return out
}

// ParseSignatures reads a signature section of the key-based form. Its error
// is a *Problem. What stands behind the signatures is a problem too, and then
// the signatures are returned with it.
func ParseSignatures(body []byte) (Signatures, error) {
	c := &cursor{data: body}
	if err := c.header(); err != nil {
		return Signatures{}, err
	}
	var s Signatures
	count := c.count("sets of signatures", maxSets)
	for range count {
		set := c.slice("a set of signatures")
		if c.err != nil {
			break
		}
		parsed, err := parseSet(set)
		if err != nil {
			return Signatures{}, err
		}
		s.Sets = append(s.Sets, parsed)
	}
	if c.err != nil {
		return Signatures{}, problem(SignatureMalformed, "the signature cannot be decoded: %v", c.err)
	}
	if c.rest() > 0 {
		return s, problem(TrailingData, "%d bytes stand behind the end of the signature", c.rest())
	}
	return s, nil
}

func parseSet(data []byte) (Set, error) {
	c := &cursor{data: data}
	var set Set
	for range c.count("digests", maxHashes) {
		set.Hashes = append(set.Hashes, Digest(c.bytes("a digest", sha256.Size)))
	}
	for range c.count("signatures", maxSignatures) {
		one := c.slice("a signature")
		if c.err != nil {
			break
		}
		sig, err := parseSignature(one)
		if err != nil {
			return Set{}, err
		}
		set.Signatures = append(set.Signatures, sig)
	}
	return set, c.end("a set of signatures")
}

// parseSignature reads one signature. wasmsign2 writes no number of
// certificates, so the end of the record is none.
func parseSignature(data []byte) (Signature, error) {
	c := &cursor{data: data}
	sig := Signature{KeyID: c.slice("a key id")}
	sig.Algorithm = c.byte("an algorithm")
	sig.Value = c.slice("the bytes of a signature")
	if c.err == nil && c.rest() > 0 {
		for range c.count("certificates", maxCertificates) {
			sig.Certificates = append(sig.Certificates, c.slice("a certificate"))
		}
	}
	if err := c.end("a signature"); err != nil {
		return Signature{}, err
	}
	if sig.Algorithm == algEd25519 && len(sig.Value) != ed25519.SignatureSize {
		return Signature{}, problem(SignatureMalformed, "an Ed25519 signature has %d bytes, this has %d", ed25519.SignatureSize, len(sig.Value))
	}
	return sig, nil
}

// Encode writes the signatures as wsc does, with a number of certificates also
// where there are none.
func (s Signatures) Encode() []byte {
	out := []byte{specVersion, contentType, hashFunction}
	out = appendVarint(out, uint32(len(s.Sets)))
	for _, set := range s.Sets {
		out = appendSlice(out, set.encode())
	}
	return out
}

func (s Set) encode() []byte {
	out := appendVarint(nil, uint32(len(s.Hashes)))
	for _, h := range s.Hashes {
		out = append(out, h[:]...)
	}
	out = appendVarint(out, uint32(len(s.Signatures)))
	for _, sig := range s.Signatures {
		out = appendSlice(out, sig.encode())
	}
	return out
}

func (s Signature) encode() []byte {
	out := appendSlice(nil, s.KeyID)
	out = append(out, s.Algorithm)
	out = appendSlice(out, s.Value)
	out = appendVarint(out, uint32(len(s.Certificates)))
	for _, der := range s.Certificates {
		out = appendSlice(out, der)
	}
	return out
}

func appendSlice(out, data []byte) []byte {
	return append(appendVarint(out, uint32(len(data))), data...)
}

// cursor reads the parts of a signature one after the other. After an error it
// gives nothing more, so that the error is looked at once, at the end.
type cursor struct {
	data []byte
	at   int
	err  error
}

// header reads what every key-based signature begins with.
func (c *cursor) header() error {
	head := c.bytes("the head", 3)
	if c.err != nil {
		return problem(SignatureMalformed, "the signature section has %d bytes, too few for a signature", len(c.data))
	}
	if head[0] != specVersion || head[1] != contentType || head[2] != hashFunction {
		return problem(SignatureVersion, "the signature begins with %x; 010101 is signed with a key, 0202 is keyless, and nothing else is known", head)
	}
	return nil
}

func (c *cursor) rest() int { return len(c.data) - c.at }

// bytes are the next n bytes; on an error there are n zeros, so that a caller
// may look later.
func (c *cursor) bytes(what string, n int) []byte {
	if c.err == nil && n > c.rest() {
		c.err = fmt.Errorf("%s: %w", what, errShort)
	}
	if c.err != nil {
		return make([]byte, min(n, sha256.Size))
	}
	c.at += n
	return c.data[c.at-n : c.at : c.at]
}

func (c *cursor) byte(what string) byte { return c.bytes(what, 1)[0] }

func (c *cursor) number(what string) uint32 {
	if c.err != nil {
		return 0
	}
	value, n, err := varint(c.data[c.at:])
	if err != nil {
		c.err = fmt.Errorf("the length of %s: %w", what, err)
		return 0
	}
	c.at += n
	return value
}

// count is a number of things that follow. Each takes at least a byte, so more
// than there are bytes is refused at once.
func (c *cursor) count(what string, limit int) int {
	n := c.number(what)
	if c.err == nil && int64(n) > int64(limit) {
		c.err = fmt.Errorf("it claims %d %s, more than the %d that wsc reads", n, what, limit)
	}
	if c.err == nil && int64(n) > int64(c.rest()) {
		c.err = fmt.Errorf("it claims %d %s: %w", n, what, errShort)
	}
	if c.err != nil {
		return 0
	}
	return int(n)
}

// slice is a length and as many bytes.
func (c *cursor) slice(what string) []byte {
	n := c.number(what)
	if c.err == nil && n > maxSlice {
		c.err = fmt.Errorf("%s has %d bytes, more than the %d that wsc reads", what, n, maxSlice)
	}
	if c.err != nil || n == 0 {
		return nil
	}
	if int64(n) > int64(c.rest()) {
		c.err = fmt.Errorf("%s: %w", what, errShort)
		return nil
	}
	return c.bytes(what, int(n))
}

// end is the error of all that was read, or of what was left.
func (c *cursor) end(what string) error {
	if c.err != nil {
		return problem(SignatureMalformed, "the signature cannot be decoded: %v", c.err)
	}
	if c.rest() > 0 {
		return problem(SignatureMalformed, "the signature cannot be decoded: %s ends %d bytes early", what, c.rest())
	}
	return nil
}
