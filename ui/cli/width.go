package cli

import "github.com/charmbracelet/x/term"

// leastColumns is the narrowest that texts are laid out for; below that a
// terminal breaks the lines itself.
const leastColumns = 24

// columns is the width that texts keep to: that of the terminal where it is
// narrower than textColumns.
func (p *program) columns() int {
	if screen := p.screenColumns(); screen > 0 {
		return max(leastColumns, min(screen, textColumns))
	}
	return textColumns
}

// screenColumns is how wide the terminal is, or 0 where there is none.
func (p *program) screenColumns() int {
	columns, _, err := term.GetSize(p.out.Fd())
	if err != nil {
		return 0
	}
	return columns
}
