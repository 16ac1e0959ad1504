package evidence

import (
	"io"

	"wsc-respond/session"
	"wsc-respond/session/redact"
)

// NewScrubber returns a writer that takes secrets out of a stream on its way
// to w: what has the form of a credential, and the literals.
func NewScrubber(w io.Writer, literals []string) *redact.Writer {
	var values [][]byte
	for _, l := range literals {
		values = append(values, []byte(l))
	}
	return redact.NewWriter(w, redact.Options{Literals: values})
}

// Counts returns what a writer took out, in the form of an event.
func Counts(w *redact.Writer) []session.RedactCount {
	var counts []session.RedactCount
	for _, c := range w.Counts() {
		counts = append(counts, session.RedactCount{Kind: c.Kind, Count: c.Count})
	}
	return counts
}
