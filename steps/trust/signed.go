package trust

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"wsc-respond/steps/keyfile"
)

// signedForm is what a bundle's signature is over: the bundle's own JSON,
// indented by two spaces a level from the outside in, with a text's characters
// as themselves unless JSON forbids it, and no newline at the end. So wsc
// writes it (serde_json::to_string_pretty).
//
// It is made from the bytes of the file: each name, text, number and their
// order are those that stand there, fields that nobody knows included. Only
// the space between them is laid out anew, and texts that were escaped without
// need are written as wsc would. So a signature that holds covers every value
// of the file's bundle, and nothing can be added to it unseen.
func signedForm(raw []byte) ([]byte, error) {
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(raw), "", "  "); err != nil {
		return nil, fmt.Errorf("lay out the bundle as it was signed: %w", err)
	}
	return plainTexts(indented.Bytes())
}

// plainTexts writes each text of a JSON value without escapes that are not
// needed.
func plainTexts(value []byte) ([]byte, error) {
	out := make([]byte, 0, len(value))
	for len(value) > 0 {
		start := bytes.IndexByte(value, '"')
		if start < 0 {
			break
		}
		end := textEnd(value[start:])
		if end < 0 {
			return nil, errors.New("lay out the bundle as it was signed: a text does not end")
		}
		out = append(out, value[:start]...)
		text, err := plainText(value[start : start+end])
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
		value = value[start+end:]
	}
	return append(out, value...), nil
}

// textEnd is the length of the JSON text that a value begins with, quotes
// included; -1 if it does not end.
func textEnd(value []byte) int {
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func plainText(quoted []byte) ([]byte, error) {
	if !bytes.Contains(quoted, []byte(`\u`)) && !bytes.Contains(quoted, []byte(`\/`)) {
		return quoted, nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return nil, fmt.Errorf("lay out the bundle as it was signed: %w", err)
	}
	return quote(text), nil
}

// short are the escapes that have a letter.
var short = map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// quote writes a text as serde_json does: only what JSON forbids is escaped
// (RFC 8259, section 7), by a letter where there is one.
func quote(text string) []byte {
	out := []byte{'"'}
	for i := range len(text) {
		c := text[i]
		letter, escaped := short[c]
		switch {
		case escaped:
			out = append(out, '\\', letter)
		case c < ' ':
			out = fmt.Appendf(out, `\u%04x`, c)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

// bundleKeyID is what a bundle's signature calls a key: the first four bytes
// of the SHA-256 of its 32 bytes, in hex. It is another id than that of
// signatures in modules.
func bundleKeyID(key keyfile.Public) string {
	sum := sha256.Sum256(key.Bytes())
	return hex.EncodeToString(sum[:4])
}

// bothIDs is a key as bundles name it and as signatures in modules do.
func bothIDs(key keyfile.Public) string {
	return fmt.Sprintf("%s (key id %s)", bundleKeyID(key), key.ID())
}

// readable says why the signature cannot be checked with any key, as a
// problem; it is empty if it can, or if there is none.
func (b Bundle) readable() (signature []byte, why string) {
	if !b.signed {
		return nil, ""
	}
	if b.signature.Algorithm != "Ed25519" {
		return nil, fmt.Sprintf("the signature is of the algorithm %q, and only Ed25519 is known", b.signature.Algorithm)
	}
	signature, err := base64.StdEncoding.DecodeString(b.signature.Signature)
	if err != nil || len(signature) != ed25519.SignatureSize {
		return nil, fmt.Sprintf("the signature is not one of Ed25519, which has %d bytes in base64", ed25519.SignatureSize)
	}
	return signature, ""
}
