package pane

import (
	"strings"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Step is the open step: what it is for, its inputs, commands and checks, and
// at the bottom the output of the chosen command.
type Step struct {
	Styles  theme.Styles
	Title   string
	RACI    string // "you: R/A", safe already
	Waits   string // what it waits for, or why it was skipped; safe already
	Prose   []string
	Inputs  []Input
	Items   []Item
	Item    int // the chosen one
	Focused bool
	Top     int // the first row of the text that is shown
	Output  *Output
}

// Input is an input of a step's commands, as far as it is known.
type Input struct {
	Name   string
	Value  string
	Secret bool
	Set    bool
}

// View draws the step: its title, below it the text that scrolls, and the
// output. While keys move in the step, the chosen item is always seen: what
// Enter would run is never out of sight.
func (p Step) View(width, height int) string {
	heading, rows, chosen := p.text(width-1, height)
	textRows, outputRows := p.divide(len(rows)+1, height)
	if !p.Focused {
		chosen = -1
	}
	v := view{rows: rows, top: p.Top, height: textRows - 1, must: chosen}
	shown := append([]string{heading}, v.shown(p.Styles)...)
	block := Fill(strings.Join(shown, "\n"), textRows)
	if outputRows == 0 {
		return block
	}
	return block + "\n" + p.Output.View(width, outputRows)
}

// TopFor is the first row to show so that the chosen item is seen in its place.
func (p Step) TopFor(width, height int) int {
	_, rows, at := p.text(width-1, height)
	textRows, _ := p.divide(len(rows)+1, height)
	if at < 0 {
		return p.Top
	}
	// A row before it and one behind it are kept for what says that there is more.
	last := min(at+1, len(rows)-1)
	return min(window(p.Top, last, len(rows), textRows-1), max(at-1, 0))
}

// Extent is how many rows of text scroll in a pane of this size, and how many
// of them are seen, for who scrolls them.
func (p Step) Extent(width, height int) (rows, seen int) {
	_, text, _ := p.text(width-1, height)
	seen, _ = p.divide(len(text)+1, height)
	return len(text), seen - 1
}

// divide gives the output the rows below the text, a third of the pane at
// least.
func (p Step) divide(text, height int) (textRows, outputRows int) {
	if p.Output == nil {
		return height, 0
	}
	least := max(min(height/3, 12), 3)
	outputRows = min(max(height-text, least), height-2)
	return height - outputRows, outputRows
}

// text is the title, what scrolls below it, and the row of the chosen item.
// Where there is room, an empty row stands before what can be done.
func (p Step) text(width, height int) (heading string, rows []string, chosen int) {
	rows, chosen = p.textWith(width, true)
	if textRows, _ := p.divide(len(rows)+1, height); len(rows)+1 > textRows {
		rows, chosen = p.textWith(width, false)
	}
	return p.heading(width), rows, chosen
}

func (p Step) textWith(width int, gap bool) (rows []string, chosen int) {
	if p.Waits != "" {
		rows = append(rows, p.wrapped(p.Styles.Warn, p.Waits, width)...)
	}
	rows = append(rows, p.Prose...)
	if gap && len(p.Prose) > 0 && len(p.Inputs)+len(p.Items) > 0 {
		rows = append(rows, "")
	}
	if len(p.Inputs) > 0 {
		rows = append(rows, p.inputRows(width)...)
	}
	chosen = -1
	if len(p.Items) > 0 {
		chosen = len(rows) + p.Item
		draw := itemRows{styles: p.Styles, items: p.Items, chosen: p.Item, focused: p.Focused}
		rows = append(rows, draw.rows(width)...)
	}
	return rows, chosen
}

func (p Step) heading(width int) string {
	return sides(p.Styles.Strong.Render(safe.Line(p.Title)), p.Styles.Dim.Render(p.RACI), width, p.Styles.Glyphs)
}

func (p Step) wrapped(style interface{ Render(...string) string }, text string, width int) []string {
	var rows []string
	for _, row := range safe.Wrap(text, width) {
		rows = append(rows, style.Render(row))
	}
	return rows
}

// inputRows puts inputs side by side, as many as fit.
func (p Step) inputRows(width int) []string {
	var rows []string
	row := ""
	for _, in := range p.Inputs {
		cell := line(p.input(in, width), width, p.Styles.Glyphs)
		switch {
		case row == "":
			row = cell
		case displayWidth(row)+4+displayWidth(cell) <= width:
			row += "    " + cell
		default:
			rows = append(rows, row)
			row = cell
		}
	}
	return append(rows, row)
}

func (p Step) input(in Input, width int) string {
	s := p.Styles
	name := s.Dim.Render(safe.Line(in.Name)) + "  "
	switch {
	case in.Secret && in.Set:
		return name + s.Text.Render("given, not shown")
	case !in.Set:
		return name + s.Warn.Render("not set")
	}
	return name + s.Text.Render(safe.Truncate(safe.Line(in.Value), max(width-displayWidth(name), 8), s.Glyphs.Ellipsis))
}
