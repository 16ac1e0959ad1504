// Package steps says what a runbook is: incident types with their phases,
// steps and commands, and everything around them that a responder needs
// (severities, RACI, metrics, contacts, notices), together with the rules by
// which what was seen becomes an incident type and a severity.
//
// The package is pure: it reads no file, knows no screen and keeps no time.
// Its rooms turn Markdown into a Runbook (steps/markdown), say what a shell
// command does (steps/shell), and make untrusted text safe to show
// (steps/safe).
package steps

// Runbook is one runbook as a responder works through it. It is a value that
// nothing changes after it was read; the session keeps a copy of it, so its
// JSON form must hold everything that is needed to fold the events again.
type Runbook struct {
	ID string `json:"id,omitempty"`
	// Overlays is the id of the runbook that these files say they lie over;
	// they are no runbook by themselves then.
	Overlays     string           `json:"overlays,omitempty"`
	Document     Document         `json:"document"`
	Incidents    []Incident       `json:"incidents"`
	PostIncident Incident         `json:"post_incident"` // ID is PostIncidentID
	Severities   []SeverityLevel  `json:"severities"`    // gravest first
	RACI         []Activity       `json:"raci"`
	Metrics      []Metric         `json:"metrics"`
	Contacts     []Contact        `json:"contacts"`
	Templates    []Template       `json:"templates"`
	Reference    []ReferenceGroup `json:"reference"`
	Notes        []Note           `json:"notes,omitempty"`
	Questions    []Question       `json:"questions,omitempty"`
	Inputs       []Input          `json:"inputs,omitempty"`
	LegalClocks  []LegalClock     `json:"legal_clocks,omitempty"`
	// StandIns are upper-case words that the notices use as stand-ins, and
	// Placeholders those that the author lists: neither may run in a command.
	StandIns     []string `json:"stand_ins,omitempty"`
	Placeholders []string `json:"placeholders,omitempty"`
	// Strict says that the author wrote our metadata: mistakes are errors
	// then. An unmodified document is lenient, and they are notes.
	Strict  bool     `json:"strict,omitempty"`
	Sources []Source `json:"sources,omitempty"`
}

// PostIncidentID is the incident id of the steps that follow every incident.
const PostIncidentID = "AFTER"

// Document is what the runbook says of itself.
type Document struct {
	Title          string `json:"title"`
	Version        string `json:"version"`
	Date           string `json:"date"` // as written, ISO 8601 where the author kept to it
	Classification string `json:"classification"`
	ReviewCycle    string `json:"review_cycle"` // as written, for example "Annually"
	At             Pos    `json:"at,omitzero"`  // where the date is said
}

// Source is one file that the runbook was read from, with the SHA-256 of its
// bytes in lower-case hex.
type Source struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Overlay bool   `json:"overlay,omitempty"`
	// Strict says that the folder of the file has our metadata, so that
	// mistakes in it are errors.
	Strict bool `json:"strict,omitempty"`
}

// Pos is the place in a source file that a part came from. Lines count from 1.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Incident is one incident type with its plan.
type Incident struct {
	ID         string      `json:"id"` // for example INC-1
	Title      string      `json:"title"`
	Prose      string      `json:"prose,omitempty"`
	Indicators []Indicator `json:"indicators,omitempty"`
	Phases     []Phase     `json:"phases"`
	Questions  []Question  `json:"questions,omitempty"`
	At         Pos         `json:"at"`
}

// Indicator is a sign by which an incident type is recognised.
type Indicator struct {
	ID       string         `json:"id"` // unique in the runbook: INC-1/key-file-found-in-…
	Text     string         `json:"text"`
	Severity Level          `json:"severity,omitempty"`
	Points   map[string]int `json:"points,omitempty"` // beside the one point for its own type
	RulesOut []string       `json:"rules_out,omitempty"`
	At       Pos            `json:"at"`
}

// Phase is a part of the plan with a deadline of its own, if the author gave
// one.
type Phase struct {
	ID    string `json:"id"`
	Title string `json:"title"` // without the deadline in brackets
	// Within is the deadline in seconds after Clock was reached; 0 is none.
	Within Seconds `json:"within_seconds,omitempty"`
	// Clock is the milestone that the deadline counts from, "aware" unless
	// the author named another.
	Clock Milestone `json:"clock,omitempty"`
	Prose string    `json:"prose,omitempty"`
	Steps []Step    `json:"steps"`
	At    Pos       `json:"at"`
}

// Step is one thing to do.
type Step struct {
	ID     string `json:"id"`     // unique within its incident
	Number int    `json:"number"` // as the author numbered it; 0 for an item without a number
	Title  string `json:"title"`
	Prose  string `json:"prose,omitempty"` // Markdown, without the checks and the commands
	// Activity is the activity of the RACI tables that the step carries out.
	Activity string `json:"raci,omitempty"`
	// Roles limits the step to these roles; empty is everybody.
	Roles []string `json:"role,omitempty"`
	// Milestone is asked for when the step is done.
	Milestone Milestone `json:"milestone,omitempty"`
	// Notice is the id of the template that the step fills.
	Notice string `json:"notice,omitempty"`
	// Waits says that the step may stand waiting for something outside.
	Waits    bool      `json:"waits,omitempty"`
	Before   string    `json:"before,omitempty"`
	Replaces string    `json:"replaces,omitempty"`
	Checks   []Check   `json:"checks,omitempty"`
	Commands []Command `json:"commands,omitempty"`
	At       Pos       `json:"at"`
}

// Check is a bullet inside a step.
type Check struct {
	ID   string `json:"id"` // unique within its step
	Text string `json:"text"`
}

// Note is prose of the document that belongs to no step: warnings to
// integrators and the like.
type Note struct {
	Text string `json:"text"`
	At   Pos    `json:"at"`
}

// ReferenceGroup is a group of commands to look up, outside any incident.
type ReferenceGroup struct {
	Group    string    `json:"group"`
	Commands []Command `json:"commands"`
}

// Template is a notice to be filled in and sent.
type Template struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Subject      string   `json:"subject"`
	Body         string   `json:"body"`
	Placeholders []string `json:"placeholders,omitempty"`
	At           Pos      `json:"at"`
}

// Contact is somebody to call. Contact is empty or a stand-in until the
// integrator filled it in; Filled says which.
type Contact struct {
	Group   string `json:"group"`
	Role    string `json:"role"`
	Contact string `json:"contact"`
	Notes   string `json:"notes,omitempty"`
	Filled  bool   `json:"filled"`
	At      Pos    `json:"at"`
}

// Metric is a target that the organisation set itself.
type Metric struct {
	Name   string  `json:"name"`
	Target Seconds `json:"target_seconds"`
	// Milestone is the milestone that ends it ("detected" for "Time to
	// detect"); empty if the reader could not tell.
	Milestone Milestone `json:"milestone,omitempty"`
	At        Pos       `json:"at"`
}

// LegalClock is a duty to report within a time, from awareness.
type LegalClock struct {
	Name   string  `json:"name"`
	Within Seconds `json:"within_seconds"`
	On     bool    `json:"on"`
	At     Pos     `json:"at"`
}
