package redact

// What leaves the view goes through here, with the colour codes in their place.

// emit passes on the view up to a place, with its colour codes.
func (w *Writer) emit(to int) {
	n := 0
	for ; n < len(w.codes) && w.codes[n].at < to; n++ {
		c := w.codes[n]
		w.out = append(append(w.out, w.view[w.done:c.at]...), c.seq...)
		w.codeBytes -= len(c.seq)
		w.done = c.at
	}
	w.out = append(w.out, w.view[w.done:to]...)
	w.done = to
	w.codes = w.codes[n:]
}

// emitCodes passes on the codes that follow what was passed on.
func (w *Writer) emitCodes() {
	n := 0
	for ; n < len(w.codes) && w.codes[n].at == w.done; n++ {
		w.out = append(w.out, w.codes[n].seq...)
		w.codeBytes -= len(w.codes[n].seq)
	}
	w.codes = w.codes[n:]
}

// keepCodes passes on the colour codes that stand inside of a secret.
func (w *Writer) keepCodes(to int) {
	for _, c := range w.codes {
		if c.at < to {
			w.out = append(w.out, c.seq...)
		}
	}
}

// skipTo leaves the view up to a place out, with its colour codes.
func (w *Writer) skipTo(to int) {
	n := 0
	for n < len(w.codes) && w.codes[n].at < to {
		w.codeBytes -= len(w.codes[n].seq)
		n++
	}
	w.codes = w.codes[n:]
	w.done = to
}

// send hands what is ready to the writer below.
func (w *Writer) send() {
	if len(w.out) == 0 || w.err != nil {
		return
	}
	_, w.err = w.dst.Write(w.out)
	w.out = w.out[:0]
}

// forget drops what was passed on and is not needed to look behind.
func (w *Writer) forget() {
	drop := w.done - lookBehind
	if drop <= 0 || drop < len(w.view)-w.done {
		return
	}
	w.view = w.view[:copy(w.view, w.view[drop:])]
	w.done -= drop
	w.from = max(0, w.from-drop)
	w.floor = max(0, w.floor-drop)
	w.noise.seen = max(0, w.noise.seen-drop)
	for i := range w.codes {
		w.codes[i].at -= drop
	}
	for i := range w.again {
		w.again[i] = max(0, w.again[i]-drop)
	}
}
