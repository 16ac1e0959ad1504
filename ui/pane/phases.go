package pane

import (
	"fmt"

	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// Tab is one phase in the row of phases.
type Tab struct {
	Incident string // said only where the plan has several types
	Name     string
	Done     int
	Total    int
}

// Phases is the row of phases; the chosen one has the cursor before it.
type Phases struct {
	Styles theme.Styles
	Tabs   []Tab
	Chosen int
}

// View draws one row. Where not all tabs fit, those before the chosen one are
// the first to go; how many are left out on a side is said there.
func (p Phases) View(width, _ int) string {
	for first := 0; ; first++ {
		row, last := p.row(first, width)
		if last >= p.Chosen || first >= p.Chosen {
			return ruled(p.Styles, row, width)
		}
	}
}

// row draws tabs from first on, and returns the last one that fits.
func (p Phases) row(first, width int) (row string, last int) {
	s := p.Styles
	if first > 0 {
		row = s.Rule.Render(s.Glyphs.Rule) + s.Dim.Render(fmt.Sprintf(" +%d ", first))
	}
	for i := first; i < len(p.Tabs); i++ {
		rule := s.Rule.Render(s.Glyphs.Rule)
		if row != "" {
			rule += rule
		}
		tab, more := rule+p.tab(i), ""
		if rest := len(p.Tabs) - i - 1; rest > 0 {
			more = fmt.Sprintf("── +%d ", rest)
		}
		if i > first && displayWidth(row)+displayWidth(tab)+displayWidth(more) > width {
			rest := s.Dim.Render(fmt.Sprintf(" +%d ", len(p.Tabs)-i))
			return row + s.Rule.Render(s.Glyphs.Rule+s.Glyphs.Rule) + rest, i - 1
		}
		row += tab
	}
	return row, len(p.Tabs) - 1
}

func (p Phases) tab(i int) string {
	s, t := p.Styles, p.Tabs[i]
	name := fmt.Sprintf("%d %s", i+1, firstWord(t.Name))
	if t.Incident != "" {
		name = fmt.Sprintf("%d %s %s", i+1, safe.Line(t.Incident), firstWord(t.Name))
	}
	count := fmt.Sprintf(" %d/%d ", t.Done, t.Total)
	switch {
	case i == p.Chosen:
		return s.Cursor.Render(s.Glyphs.Cursor + name + count)
	case t.Total > 0 && t.Done == t.Total:
		return s.Dim.Render(" " + name + count)
	}
	return " " + s.Text.Render(name) + s.Dim.Render(count)
}
