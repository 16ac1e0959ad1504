package ui

import (
	"strings"

	"charm.land/glamour/v2"
	"charm.land/glamour/v2/ansi"
	xansi "github.com/charmbracelet/x/ansi"

	"wsc-respond/ui/theme"
)

// prose renders the Markdown of steps, one step at a time, and keeps what it
// rendered for the width that the screen has. Links are shown with their
// address. The text of a runbook is made safe before it is rendered: the
// renderer adds escape sequences, the text cannot.
type prose struct {
	options theme.Options
	width   int
	render  *glamour.TermRenderer
	kept    map[string][]string
}

func newProse(o theme.Options) *prose { return &prose{options: o} }

// rows are the rows of a text at a width. Text that cannot be rendered is
// shown as it is written.
func (p *prose) rows(markdown string, width int) []string {
	markdown = strings.TrimSpace(markdown)
	if markdown == "" {
		return nil
	}
	if width != p.width || p.kept == nil {
		p.width, p.kept, p.render = width, map[string][]string{}, nil
	}
	if rows, ok := p.kept[markdown]; ok {
		return rows
	}
	rows := p.rendered(safeMarkdown(markdown), width)
	p.kept[markdown] = rows
	return rows
}

func (p *prose) rendered(text string, width int) []string {
	if p.render == nil {
		r, err := glamour.NewTermRenderer(glamour.WithStyles(proseStyle(p.options)), glamour.WithWordWrap(width))
		if err != nil {
			return strings.Split(text, "\n")
		}
		p.render = r
	}
	out, err := p.render.Render(text)
	if err != nil {
		return strings.Split(text, "\n")
	}
	out = onlyStyles(out)
	var rows []string
	for row := range strings.SplitSeq(strings.Trim(out, "\n"), "\n") {
		row = strings.TrimRight(row, " ")
		if xansi.StringWidth(row) > width { // a word that is wider than the pane
			row = xansi.Hardwrap(row, width, true)
		}
		rows = append(rows, strings.Split(row, "\n")...)
	}
	return rows
}

// proseStyle is the console's own style for Markdown: plain text, one accent,
// nothing that takes rows or columns without need.
func proseStyle(o theme.Options) ansi.StyleConfig {
	colour := o.Palette()
	g := theme.New(o).Glyphs
	yes := true
	one, indent := uint(1), uint(2)
	mark := func(c string) *string {
		if c == "" {
			return nil
		}
		return &c
	}
	bar := "│ "
	if o.ASCII {
		bar = "| "
	}
	code := ansi.StylePrimitive{Color: mark(colour.Command)}
	if o.NoColor {
		code.Prefix, code.Suffix = "`", "`" // as it was written
	}
	heading := ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Bold: &yes, BlockSuffix: "\n"}}
	return ansi.StyleConfig{
		Heading: heading, H1: heading, H2: heading, H3: heading, H4: heading, H5: heading, H6: heading,
		BlockQuote:     ansi.StyleBlock{StylePrimitive: ansi.StylePrimitive{Color: mark(colour.Dim)}, Indent: &one, IndentToken: &bar},
		List:           ansi.StyleList{LevelIndent: 2},
		Item:           ansi.StylePrimitive{BlockPrefix: g.Bullet + " "},
		Enumeration:    ansi.StylePrimitive{BlockPrefix: ". "},
		Task:           ansi.StyleTask{Ticked: "[" + g.Marked + "] ", Unticked: "[ ] "},
		Emph:           ansi.StylePrimitive{Italic: &yes},
		Strong:         ansi.StylePrimitive{Bold: &yes},
		HorizontalRule: ansi.StylePrimitive{Format: "\n" + strings.Repeat(g.Rule, 8) + "\n"},
		Link:           ansi.StylePrimitive{Color: mark(colour.Accent), Underline: &yes},
		LinkText:       ansi.StylePrimitive{Bold: &yes},
		Code:           ansi.StyleBlock{StylePrimitive: code},
		CodeBlock: ansi.StyleCodeBlock{StyleBlock: ansi.StyleBlock{
			StylePrimitive: ansi.StylePrimitive{Color: mark(colour.Command)}, Indent: &indent}},
		Table: ansi.StyleTable{},
	}
}
