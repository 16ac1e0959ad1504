package steps

// Question tells incident types apart, or grades one.
type Question struct {
	ID  string `json:"id"`
	Ask string `json:"ask"`
	// For names the incident types that the question is about; it is asked
	// only while one of them is a candidate. Empty is all types.
	For     []string `json:"for,omitempty"`
	Answers []Answer `json:"answers"`
	At      Pos      `json:"at"`
}

// Answer is one of the answers to a Question, and what it says.
type Answer struct {
	Say      string         `json:"say"`
	Points   map[string]int `json:"points,omitempty"` // incident type → points for it
	Severity Level          `json:"severity,omitempty"`
	RulesOut []string       `json:"rules_out,omitempty"`
}
