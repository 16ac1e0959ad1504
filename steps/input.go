package steps

// Input is a value that commands need and the responder gives: a file, a
// folder, an id. It reaches a command as the environment variable Name.
type Input struct {
	Name    string    `json:"name"`
	Ask     string    `json:"ask,omitempty"`
	Kind    InputKind `json:"kind,omitempty"`
	Example string    `json:"example,omitempty"`
	Default string    `json:"default,omitempty"`
	// Secret values stand in no file and on no screen. They are asked for
	// again after a resume.
	Secret bool `json:"secret,omitempty"`
	Must   Must `json:"must,omitzero"`
	// Incident is the incident type whose file declared it; empty for all.
	Incident string `json:"incident,omitempty"`
	At       Pos    `json:"at"`
}

// Must says what a value has to fulfil beside its kind.
type Must struct {
	// Mode is the permission that a file or folder must have, in octal as
	// written in the runbook, for example "0700".
	Mode string `json:"mode,omitempty"`
	// Pattern is a regular expression (RE2) that the whole value must match.
	Pattern string `json:"pattern,omitempty"`
}

// InputKind says what a value is, and so how it is checked and completed.
type InputKind string

// The kinds of input. Text is what an input without a kind is.
const (
	KindText   InputKind = "text"
	KindFile   InputKind = "file"   // an existing file; becomes absolute
	KindDir    InputKind = "dir"    // an existing folder; becomes absolute
	KindPath   InputKind = "path"   // a file or folder that need not exist yet; becomes absolute
	KindDigest InputKind = "digest" // SHA-256 in hex, with or without "sha256:"
	KindID     InputKind = "id"     // one word: letters, digits and ._:-
	KindURL    InputKind = "url"
	KindEmail  InputKind = "email"
	KindHost   InputKind = "host"
	KindNumber InputKind = "number"
)

// IsPath reports whether values of the kind name something in the file
// system.
func (k InputKind) IsPath() bool {
	return k == KindFile || k == KindDir || k == KindPath
}

// Valid reports whether the kind is one of those above, or empty.
func (k InputKind) Valid() bool {
	switch k {
	case "", KindText, KindFile, KindDir, KindPath, KindDigest, KindID, KindURL, KindEmail, KindHost, KindNumber:
		return true
	}
	return false
}
