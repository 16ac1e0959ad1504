package uitest

import (
	"bytes"
	"strings"
)

// Screen returns what is on the screen, one line per row, without blanks at
// the end of a row and without empty rows at the end.
func (term *Terminal) Screen() string {
	screen, _ := term.look()
	return screen
}

// Row returns one row of the screen, counted from 0 at the top, without
// blanks at its end. Rows outside of the screen are empty.
func (term *Terminal) Row(n int) string {
	rows := strings.Split(term.Screen(), "\n")
	if n < 0 || n >= len(rows) {
		return ""
	}
	return rows[n]
}

// text is Screen for who holds the mutex.
func (term *Terminal) text() string {
	rows := strings.Split(term.screen.String(), "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " \r")
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

// Raw returns every byte that the program has written so far.
func (term *Terminal) Raw() []byte {
	term.mu.Lock()
	defer term.mu.Unlock()
	return bytes.Clone(term.raw)
}

// Bytes counts what the program has written so far: the bytes that would have
// gone over the wire.
func (term *Terminal) Bytes() int {
	term.mu.Lock()
	defer term.mu.Unlock()
	return len(term.raw)
}

// BytesSince counts what the program has written since Bytes returned mark.
func (term *Terminal) BytesSince(mark int) int { return term.Bytes() - mark }
