package dialog

import (
	"strings"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/keys"
)

// NewHelp shows the keys of a mode, and those of the dialogs that open from
// it, as the key table has them.
func NewHelp(mode keys.Mode) *Pager {
	modes := []keys.Mode{mode}
	if mode == keys.Console {
		modes = append(modes, keys.Gate, keys.List, keys.Form, keys.Pager)
	}
	return &Pager{title: "Keys", text: helpText(modes), draw: func(c canvas) []string { return drawHelp(c, modes) }}
}

func helpTitles() map[keys.Mode]string {
	return map[keys.Mode]string{
		keys.Console: "In the console", keys.Gate: "At the gate, and where a question is asked",
		keys.List: "In lists", keys.Form: "Where you write", keys.Pager: "In long texts",
		keys.Intake: "In the questions before a session", keys.Sessions: "In the list of open sessions",
		keys.Follower: "While you follow a session",
	}
}

func drawHelp(c canvas, modes []keys.Mode) []string {
	var rows []string
	for i, mode := range modes {
		if i > 0 {
			rows = append(rows, "")
		}
		rows = append(rows, c.words(helpTitles()[mode], c.Accent)...)
		width := keysWidth(mode)
		for _, b := range keys.For(mode) {
			label := "  " + c.Strong.Render(pad(strings.Join(b.Keys, " "), width))
			rows = append(rows, indent(label, rendered(wrapWords(c.own(b.Help), c.width-width-2), c.Text))...)
		}
	}
	return rows
}

// keysWidth is the width of the column of keys.
func keysWidth(mode keys.Mode) int {
	width := 0
	for _, b := range keys.For(mode) {
		width = max(width, safe.Width(strings.Join(b.Keys, " ")))
	}
	return min(width, 22) + 2
}

func helpText(modes []keys.Mode) string {
	var b strings.Builder
	for _, mode := range modes {
		b.WriteString(helpTitles()[mode] + "\n")
		for _, row := range keys.For(mode) {
			b.WriteString("  " + strings.Join(row.Keys, " ") + "  " + row.Help + "\n")
		}
	}
	return b.String()
}
