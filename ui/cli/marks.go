package cli

// mark is a state as one sign; the word for it stands beside it.
type mark int

// The marks.
const (
	markPassed mark = iota
	markFailed
	markNone // neither: not asked, not known, or only to be read
)

// mark is the sign of a state, in ASCII where nothing else is wanted.
func (p *program) mark(m mark) string {
	signs := [...]string{markPassed: "✓", markFailed: "✗", markNone: "–"}
	if p.ascii {
		signs = [...]string{markPassed: "+", markFailed: "x", markNone: "-"}
	}
	return signs[m]
}
