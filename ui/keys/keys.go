// Package keys is the one table of keys. The footer, the help page and README's
// table are made from it, so that what the console says of its keys is what
// they do. Each row names the verb of line mode that does the same.
package keys

// Action is what a key asks for.
type Action string

// The actions of the console.
const (
	Up        Action = "up"
	Down      Action = "down"
	Top       Action = "top"
	Bottom    Action = "bottom"
	PageUp    Action = "page up"
	PageDown  Action = "page down"
	Open      Action = "open" // a step opens, a command goes to the gate
	Back      Action = "back"
	NextPhase Action = "next phase"
	PrevPhase Action = "previous phase"
	Done      Action = "done" // a check is ticked, a step is marked done
	Undo      Action = "undo"
	Skip      Action = "skip"
	Wait      Action = "wait"
	Note      Action = "note"
	Notices   Action = "notices"
	Contacts  Action = "contacts"
	Reference Action = "reference"
	Inputs    Action = "inputs"
	Milestone Action = "milestone"
	Timeline  Action = "timeline"
	Clocks    Action = "clocks"
	Classify  Action = "classify" // reclassify, widen, change severity
	Role      Action = "role"
	Cancel    Action = "cancel" // stop a running command
	Find      Action = "find"
	FindNext  Action = "find next"
	Help      Action = "help"
	Quit      Action = "quit"

	Hypotheses Action = "hypotheses"
	HandOver   Action = "hand over"
	Brief      Action = "brief"
	Evidence   Action = "evidence"
	Suspend    Action = "suspend"

	// In dialogs.
	Mark   Action = "mark"
	Accept Action = "accept"
	Edit   Action = "edit"
	Copy   Action = "copy"
	Left   Action = "left"
	Right  Action = "right"
	Next   Action = "next field"
	Prev   Action = "previous field"
	Leave  Action = "leave"
	Follow Action = "follow"
	New    Action = "new"
	Triage Action = "triage"
	Add    Action = "add"

	NewLine Action = "new line"
)

// Mode is where keys are read: each has its own handler, and its own rows in
// the table.
type Mode string

// The modes.
const (
	Console  Mode = "console"
	Gate     Mode = "gate"
	List     Mode = "list"     // choosing among rows
	Form     Mode = "form"     // writing text into fields
	Intake   Mode = "intake"   // the questions before a session
	Sessions Mode = "sessions" // the list of open sessions
	Pager    Mode = "pager"    // reading a long text
	Follower Mode = "follower" // watching without writing
)

// Binding is one row of the table.
type Binding struct {
	Mode   Mode
	Keys   []string // as Bubble Tea names them; the first is the one that is shown
	Action Action
	Footer string // word in the footer; empty is not shown there
	Help   string // sentence on the help page
	Verb   string // the same in line mode; empty if it has no meaning there
}

// For returns the rows of a mode, in the table's order, which is the order of
// the footer.
func For(mode Mode) []Binding {
	var rows []Binding
	for _, b := range table() {
		if b.Mode == mode {
			rows = append(rows, b)
		}
	}
	return rows
}

// Lookup returns the action of a key in a mode; false if the key has none.
func Lookup(mode Mode, key string) (Action, bool) {
	for _, b := range table() {
		if b.Mode != mode {
			continue
		}
		for _, k := range b.Keys {
			if k == key {
				return b.Action, true
			}
		}
	}
	return "", false
}

// All returns the whole table, for documents.
func All() []Binding { return table() }
