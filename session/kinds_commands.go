package session

import "wsc-respond/steps"

// Confirmed is the yes to a command: exactly what will run, with which values,
// where, and how the yes was given.
type Confirmed struct {
	Command     Ref               `json:"command"`
	Shell       string            `json:"shell"`
	Edited      bool              `json:"edited,omitempty"` // the person changed the runbook's text
	Inputs      map[string]string `json:"inputs,omitempty"` // secret ones without their value
	Secret      []string          `json:"secret,omitempty"` // names of the inputs that are secret
	Dir         string            `json:"dir"`
	Risk        steps.Risk        `json:"risk"`
	Interpreter string            `json:"interpreter"`
	Interactive bool              `json:"interactive,omitempty"`
	Yes         string            `json:"yes"` // what was typed or chosen: "yes", "shred release.sec", "run scan"
	// Carried are the names of variables that earlier commands set and that
	// this one sees; their values stand in the ended events of those.
	Carried []string `json:"carried,omitempty"`
	// Redacted says that the text held a secret: Shell has a marker in its
	// place, while the command ran with the secret.
	Redacted bool `json:"redacted,omitempty"`
}

// Declined is the no to a command.
type Declined struct {
	Command Ref    `json:"command"`
	Shell   string `json:"shell"`
	Reason  string `json:"reason,omitempty"`
}

// Started is durable before the process is: a crash leaves "started, outcome
// unknown", never a silent run.
type Started struct {
	Command  Ref    `json:"command"`
	Of       uint64 `json:"of"`                 // the event that holds the yes
	Evidence string `json:"evidence" text:"no"` // base name of the output files: "0007-move"
}

// Outcome says how a command ended.
type Outcome string

// The outcomes.
const (
	Exited    Outcome = "exited"
	Cancelled Outcome = "cancelled" // stopped by the responder
	TimedOut  Outcome = "timed out"
	Signalled Outcome = "signalled" // ended by a signal from elsewhere
	NotRun    Outcome = "not run"   // it could not be started
	Unknown   Outcome = "unknown"   // its supervisor is gone; nobody saw the end
)

// Ended is the result of a command.
type Ended struct {
	Command  Ref           `json:"command"`
	Of       uint64        `json:"of"` // the started event
	Outcome  Outcome       `json:"outcome"`
	Exit     int           `json:"exit"` // the exit code; -1 unless Outcome is "exited"
	Signal   string        `json:"signal,omitempty"`
	Duration float64       `json:"duration_seconds"` // of the boot-time clock
	Stdout   Output        `json:"stdout,omitzero"`
	Stderr   Output        `json:"stderr,omitzero"`
	Carry    Carry         `json:"carry,omitzero"`
	Redacted []RedactCount `json:"redacted,omitempty"`
	// Detail explains an outcome that is not "exited", and says when the
	// directory and variables could not be carried over.
	Detail string `json:"detail,omitempty"`
	// Missing is the text that the runbook expects in the output and that
	// was not there.
	Missing string `json:"missing_text,omitempty"`
}

// Output is what a command wrote to one stream, as it lies in the evidence.
type Output struct {
	File string `json:"file,omitempty" text:"no"` // below the session folder
	// Bytes is how much the command wrote; Kept is how much of it is in the
	// file (the beginning and the end, where it was too much to keep all).
	Bytes  int64  `json:"bytes"`
	Kept   int64  `json:"kept"`
	SHA256 string `json:"sha256,omitempty" text:"no"` // of the file as it lies on disk
}

// Carry is what goes on from one command to the next: the directory, and the
// variables that the command itself exported, changed or unset.
type Carry struct {
	Dir   string            `json:"dir,omitempty"`
	Set   map[string]string `json:"set,omitempty"`
	Unset []string          `json:"unset,omitempty"`
}

// RedactCount says how many secrets of one kind were taken out of an output.
type RedactCount struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// Elsewhere says that the responder ran a command outside the console.
type Elsewhere struct {
	Command Ref    `json:"command"`
	Shell   string `json:"shell"`
	Where   string `json:"where,omitempty"`
	Exit    *int   `json:"exit,omitempty"`
	Result  string `json:"result,omitempty"`
}

// EvidenceAdded says that a file was taken into the session.
type EvidenceAdded struct {
	File   string `json:"file" text:"no"` // below the session folder
	Source string `json:"source"`         // where it came from: a path, or the command that left it
	SHA256 string `json:"sha256" text:"no"`
	Size   int64  `json:"size"`
	Of     uint64 `json:"of,omitempty"` // the command's started event
	Note   string `json:"note,omitempty"`
}

// EvidenceCopied says that a copy of a file of the session went somewhere.
type EvidenceCopied struct {
	File   string `json:"file" text:"no"`
	To     string `json:"to"`
	SHA256 string `json:"sha256" text:"no"`
}
