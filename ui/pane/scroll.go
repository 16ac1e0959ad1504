package pane

import (
	"fmt"
	"slices"

	"wsc-respond/ui/theme"
)

// view is the part of a text that is seen. What is left out above and below is
// said in a row there, and one row can be kept in sight wherever the text
// stands.
type view struct {
	rows   []string
	top    int // the first row that is shown
	height int
	must   int // the row that is always seen; -1 is none
}

// shown are the rows of the view, height of them at most.
func (v view) shown(s theme.Styles) []string {
	if v.height < 1 {
		return nil
	}
	top := max(min(v.top, len(v.rows)-v.height), 0)
	end := min(top+v.height, len(v.rows))
	out := slices.Clone(v.rows[top:end])
	from, to := top, end // the rows that stand in their own place
	if end < len(v.rows) && len(out) > 1 {
		to--
	}
	if top > 0 && len(out) > 2 {
		from++
	}
	keeps := v.must >= 0 && v.must < len(v.rows) && (v.must < from || v.must >= to)
	switch {
	case keeps && len(out) < 3:
		out[len(out)-1] = v.rows[v.must]
		return out
	case keeps && v.must >= to:
		to = end - 2
		out[len(out)-1] = v.rows[v.must]
	case keeps:
		from = top + 2
		out[1] = v.rows[v.must]
	}
	if from > top {
		above := from
		if keeps && v.must < from {
			above--
		}
		out[0] = more(s, above, "more rows above; pgup")
	}
	if to < end {
		below := len(v.rows) - to
		if keeps && v.must >= to {
			below--
		}
		out[to-top] = more(s, below, "more rows; pgdown")
	}
	return out
}

// more says how many rows are left out.
func more(s theme.Styles, n int, words string) string {
	return s.Dim.Render(fmt.Sprintf("%s %d %s", s.Glyphs.Ellipsis, n, words))
}
