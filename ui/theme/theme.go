// Package theme is how the console looks: one set of styles with names that
// say what they are for, and one set of glyphs. The rules are:
//
//   - State is told by a word or a glyph; colour only helps. A screen without
//     any colour says the same.
//   - There is one accent. Warn and Danger are kept for what they name.
//   - Colours come from the 256 that every terminal of today has in the same
//     place, so that nothing has to be asked of the terminal.
package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Styles are the tokens that panes and dialogs draw with. There is one accent.
type Styles struct {
	Text    lipgloss.Style // ordinary
	Dim     lipgloss.Style // of less weight: times, hints, what is done
	Strong  lipgloss.Style // headings, the row under the cursor
	Accent  lipgloss.Style // the one thing to look at first
	Warn    lipgloss.Style // a clock that is nearly out, a change
	Danger  lipgloss.Style // overdue, destroys, broken
	Cursor  lipgloss.Style // the selected row as a whole
	Rule    lipgloss.Style // lines between panes
	Command lipgloss.Style // shell text
	Glyphs  Glyphs
	Options Options // what the styles were made from
}

// Glyphs are the signs that tell state, each one cell wide.
type Glyphs struct {
	Done, Skipped, Waiting, Running, Cursor, Marked, Unmarked string
	Full, Empty, Rule, Warn, Bullet, Ellipsis                 string
}

// Options say what the terminal can show.
type Options struct {
	NoColor bool
	ASCII   bool // no sign outside ASCII
	Light   bool // dark text on a light ground
}

// New makes the styles for a terminal.
func New(o Options) Styles {
	s := Styles{Glyphs: glyphs(o.ASCII), Options: o}
	s.Strong = s.Strong.Bold(true)
	s.Cursor = s.Cursor.Bold(true)
	if o.NoColor {
		s.Warn = s.Warn.Bold(true)
		s.Danger = s.Danger.Bold(true)
		s.Accent = s.Accent.Bold(true)
		return s
	}
	p := o.palette()
	s.Dim = s.Dim.Foreground(lipgloss.Color(p.dim))
	s.Rule = s.Rule.Foreground(lipgloss.Color(p.rule))
	s.Accent = s.Accent.Foreground(lipgloss.Color(p.accent))
	s.Cursor = s.Cursor.Foreground(lipgloss.Color(p.accent))
	s.Command = s.Command.Foreground(lipgloss.Color(p.command))
	s.Warn = s.Warn.Foreground(lipgloss.Color(p.warn))
	s.Danger = s.Danger.Foreground(lipgloss.Color(p.danger)).Bold(true)
	return s
}

// Palette is the colours of the styles as numbers of the 256-colour table, for
// what draws with its own styles (runbook prose). Empty is no colour.
type Palette struct {
	Accent, Dim, Command string
}

// Palette returns the colours that the options lead to.
func (o Options) Palette() Palette {
	if o.NoColor {
		return Palette{}
	}
	p := o.palette()
	return Palette{Accent: p.accent, Dim: p.dim, Command: p.command}
}

type palette struct{ accent, dim, rule, command, warn, danger string }

func (o Options) palette() palette {
	if o.Light {
		return palette{accent: "25", dim: "243", rule: "250", command: "23", warn: "130", danger: "160"}
	}
	return palette{accent: "80", dim: "246", rule: "240", command: "152", warn: "214", danger: "203"}
}

func glyphs(ascii bool) Glyphs {
	if ascii {
		return Glyphs{
			Done: "+", Skipped: "-", Waiting: "~", Running: "*", Cursor: ">", Marked: "x", Unmarked: " ",
			Full: "=", Empty: "-", Rule: "-", Warn: "!", Bullet: "|", Ellipsis: "~",
		}
	}
	return Glyphs{
		Done: "✓", Skipped: "–", Waiting: "…", Running: "●", Cursor: "▸", Marked: "x", Unmarked: " ",
		Full: "━", Empty: "─", Rule: "─", Warn: "!", Bullet: "·", Ellipsis: "…",
	}
}

// Frame makes a finished frame fit a terminal that shows nothing but ASCII:
// the program's own signs get the ones that stand for them, and any other
// character becomes as many question marks as it is wide. Escape sequences
// are left alone. Where the terminal shows more, the frame stays as it is.
func (s Styles) Frame(frame string) string {
	if !s.Options.ASCII || isASCII(frame) {
		return frame
	}
	var b strings.Builder
	for len(frame) > 0 {
		cluster, width := ansi.FirstGraphemeCluster(frame, ansi.GraphemeWidth)
		frame = frame[len(cluster):]
		b.WriteString(asASCII(cluster, width))
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func asASCII(cluster string, width int) string {
	if isASCII(cluster) {
		return cluster
	}
	switch cluster {
	case "·", "│":
		return "|"
	case "…":
		return "~"
	case "–", "—", "─", "━", "‐", "‑":
		return "-"
	case "→", "▸":
		return ">"
	case "←":
		return "<"
	case "✓":
		return "+"
	case "•", "●":
		return "*"
	case "“", "”", "„":
		return `"`
	case "‘", "’":
		return "'"
	}
	return strings.Repeat("?", width)
}
