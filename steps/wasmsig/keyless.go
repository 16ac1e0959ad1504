package wasmsig

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"wsc-respond/steps/strictjson"
)

// keylessValueSize is the length of an ECDSA P-256 signature as r and s.
const keylessValueSize = 64

// Keyless is the keyless form of a signature section: signed with a key that
// was thrown away, whose certificate names who signed.
type Keyless struct {
	Value []byte // ECDSA P-256 over ModuleHash, r and s of 32 bytes each
	// Chain is the signer's certificate and those above it, as PEM texts.
	Chain []string
	// Entry is what the module says of the log entry.
	Entry LogEntry
	// ModuleHash is the digest that was signed: of the whole file, header
	// included, without the signature section.
	ModuleHash Digest
}

// LogEntry is the log entry as a keyless signature carries it.
type LogEntry struct {
	UUID     string
	LogIndex int64
	LogID    string // hex
	Body     []byte
	// SET is the log's signature over body, time, log and index.
	SET            []byte
	IntegratedTime time.Time
	// Proof is JSON with hashes, logIndex, rootHash and treeSize. No
	// checkpoint comes with it, so nobody has signed its root.
	Proof []byte
}

// Absent reports whether the module was signed without a log: wsc then writes
// nothing or "skipped" where the id of the entry belongs.
func (e LogEntry) Absent() bool { return e.UUID == "" || e.UUID == "skipped" }

// isKeyless tells the keyless form of a signature section from the other.
func isKeyless(body []byte) bool {
	return len(body) >= 2 && body[0] == keylessVersion && body[1] == keylessType
}

// ParseKeyless reads a signature section of the keyless form. Its error is a
// *Problem. What stands behind the signature, and a log entry that cannot be
// read, are problems too, and then what was read is returned with them.
func ParseKeyless(body []byte) (Keyless, error) {
	if !isKeyless(body) {
		return Keyless{}, problem(SignatureVersion, "this is no keyless signature")
	}
	c := &cursor{data: body, at: 2}
	k := Keyless{Value: c.slice("the bytes of the signature")}
	for range c.byte("the number of certificates") {
		if c.err != nil {
			break
		}
		k.Chain = append(k.Chain, string(c.slice("a certificate")))
	}
	entry := c.slice("the log entry")
	hash := c.slice("the digest of the module")
	switch {
	case c.err != nil:
		return Keyless{}, problem(SignatureMalformed, "the keyless signature cannot be decoded: %v", c.err)
	case len(k.Value) != keylessValueSize:
		return Keyless{}, problem(SignatureMalformed, "the keyless signature has %d bytes, ECDSA P-256 has %d", len(k.Value), keylessValueSize)
	case len(hash) != sha256.Size:
		return Keyless{}, problem(SignatureMalformed, "the digest in the keyless signature has %d bytes, SHA-256 has %d", len(hash), sha256.Size)
	}
	k.ModuleHash = Digest(hash)
	var err error
	if k.Entry, err = parseLogEntry(entry); err == nil && c.rest() > 0 {
		err = problem(TrailingData, "%d bytes stand behind the end of the signature", c.rest())
	}
	return k, err
}

// Encode writes the signature as wsc does.
func (k Keyless) Encode() []byte {
	out := appendSlice([]byte{keylessVersion, keylessType}, k.Value)
	out = append(out, byte(len(k.Chain)))
	for _, text := range k.Chain {
		out = appendSlice(out, []byte(text))
	}
	out = appendSlice(out, k.Entry.encode())
	return appendSlice(out, k.ModuleHash[:])
}

// maxLogEntry bounds the text of a log entry in a module, in bytes. Those of
// the public log are below 200 KiB.
const maxLogEntry = 2 << 20

// logEntryJSON is the log entry on the wire.
type logEntryJSON struct {
	UUID     string `json:"uuid"`
	LogIndex int64  `json:"log_index"`
	Body     string `json:"body"` // base64
	LogID    string `json:"log_id"`
	// Proof is an array of numbers, one a byte.
	Proof          []uint16 `json:"inclusion_proof"`
	SET            string   `json:"signed_entry_timestamp"` // base64
	IntegratedTime string   `json:"integrated_time"`
}

// decodeBase64 refuses what could be written in two ways: the log signed the
// text, not the bytes.
func decodeBase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && strings.ContainsAny(text, "\r\n") {
		err = errors.New("there is a line break in it")
	}
	return data, err
}

func parseLogEntry(data []byte) (LogEntry, error) {
	var wire logEntryJSON
	if _, err := strictjson.DecodeOnce(data, maxLogEntry, &wire); err != nil {
		return LogEntry{}, problem(LogEntryMalformed, "the log entry in the module cannot be read: %v", err)
	}
	body, err := decodeBase64(wire.Body)
	if err != nil {
		return LogEntry{}, problem(LogEntryMalformed, "the body of the log entry in the module is not in base64: %v", err)
	}
	set, err := decodeBase64(wire.SET)
	if err != nil {
		return LogEntry{}, problem(LogEntryMalformed, "the log's signature in the module is not in base64: %v", err)
	}
	e := LogEntry{UUID: wire.UUID, LogIndex: wire.LogIndex, LogID: wire.LogID, Body: body, SET: set}
	for _, b := range wire.Proof {
		if b > 0xff {
			return LogEntry{}, problem(LogEntryMalformed, "the inclusion proof in the module holds %d where a byte belongs", b)
		}
		e.Proof = append(e.Proof, byte(b))
	}
	if e.Absent() {
		return e, nil
	}
	if _, err := hex.DecodeString(e.LogID); err != nil {
		return LogEntry{}, problem(LogEntryMalformed, "the id of the log in the module is no hex: %v", err)
	}
	if e.UUID != strings.ToLower(e.UUID) || e.LogID != strings.ToLower(e.LogID) {
		return LogEntry{}, problem(LogEntryMalformed, "an id in the log entry in the module is in capitals, and logs write none")
	}
	at, err := time.Parse(time.RFC3339, wire.IntegratedTime)
	if err != nil {
		return LogEntry{}, problem(LogEntryMalformed, "the time of the log entry in the module cannot be read: %v", err)
	}
	e.IntegratedTime = at.UTC()
	return e, nil
}

func (e LogEntry) encode() []byte {
	wire := logEntryJSON{UUID: e.UUID, LogIndex: e.LogIndex, Body: e.Base64(), LogID: e.LogID,
		SET: base64.StdEncoding.EncodeToString(e.SET), Proof: make([]uint16, len(e.Proof))}
	for i, b := range e.Proof {
		wire.Proof[i] = uint16(b)
	}
	if !e.IntegratedTime.IsZero() {
		wire.IntegratedTime = e.IntegratedTime.UTC().Format(time.RFC3339)
	}
	out, err := json.Marshal(wire)
	if err != nil {
		panic(fmt.Sprintf("a log entry is always JSON: %v", err))
	}
	return out
}

// Base64 is the body as the log's signature is made over it.
func (e LogEntry) Base64() string { return base64.StdEncoding.EncodeToString(e.Body) }
