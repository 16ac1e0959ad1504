package redact

// Colour codes (CSI sequences, ECMA-48 5.4) may stand anywhere in a secret:
// grep puts them around what it found. They are taken out of the text before
// it is searched, kept with their place in it, and put back when the text is
// passed on. Other escape sequences can carry text and are searched like it.

const (
	esc = 0x1b
	// longestCode is the most bytes a sequence may have to count as a code.
	longestCode = 64
	// mostCodes is the most bytes of codes between two bytes of text; what is
	// beyond it is text. It keeps a flood of codes from being held back.
	mostCodes = 256
)

// code is one colour code that stood before view[at].
type code struct {
	at  int
	seq string
}

// take adds p to the view, and its colour codes to the codes.
func (w *Writer) take(p []byte) {
	for len(p) > 0 {
		if len(w.esc) == 0 {
			n := indexByte(p, esc)
			w.show(p[:n])
			p = p[n:]
			if len(p) == 0 {
				return
			}
			w.esc = append(w.esc, esc)
			p = p[1:]
			continue
		}
		switch codeState(w.esc, p[0]) {
		case codeGoesOn:
			w.esc = append(w.esc, p[0])
			p = p[1:]
		case codeEnds:
			w.keepCode(string(append(w.esc, p[0])))
			w.esc = w.esc[:0]
			p = p[1:]
		case codeIsNone:
			w.dropEscape()
		}
	}
}

// show adds bytes that are no codes to the view.
func (w *Writer) show(b []byte) {
	if len(b) > 0 {
		w.view = append(w.view, b...)
		w.codesHere = 0
	}
}

// keepCode remembers a code, or shows it as text where there are too many.
func (w *Writer) keepCode(seq string) {
	if w.codesHere+len(seq) > mostCodes {
		w.show([]byte(seq))
		return
	}
	w.codesHere += len(seq)
	w.codeBytes += len(seq)
	w.codes = append(w.codes, code{at: len(w.view), seq: seq})
}

// dropEscape treats what looked like the beginning of a code as text.
func (w *Writer) dropEscape() {
	w.show(w.esc)
	w.esc = w.esc[:0]
}

type codeProgress int

const (
	codeIsNone codeProgress = iota
	codeGoesOn
	codeEnds
)

func codeState(begun []byte, next byte) codeProgress {
	switch {
	case len(begun) == 1:
		if next == '[' {
			return codeGoesOn
		}
		return codeIsNone
	case len(begun) >= longestCode:
		return codeIsNone
	case next >= 0x40 && next <= 0x7e:
		return codeEnds
	case next >= 0x20 && next <= 0x3f:
		return codeGoesOn
	}
	return codeIsNone
}

// withoutCodes returns b as the view would show it.
func withoutCodes(b []byte) []byte {
	var w Writer
	w.take(b)
	w.dropEscape()
	return w.view
}
