package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/steps/safe"
	"wsc-respond/ui/theme"
)

// SilentAfter is when a command that writes nothing is flagged. It is never
// killed for that.
const SilentAfter = 2 * time.Minute

// Output is the end of what a command wrote, with a line that says what came
// of it.
type Output struct {
	Styles  theme.Styles
	Name    string // of the command, safe already
	Result  string // "exit 0 · 2.1 s · sha256 9f2c41d0"; safe; empty while it runs
	Failed  bool   // the result is not what the author expects
	Running bool
	For     time.Duration // how long it has run
	Silent  time.Duration // since it last wrote
	Bytes   int64         // written so far
	// Rows are the last rows of the output, safe and wrapped to the width
	// already (see [Tail]); Stderr says which of them came from there.
	Rows []TailRow
	Note string // said instead of rows, safe: where the output lies
}

// TailRow is one row of output, safe and wrapped.
type TailRow struct {
	Text   string
	Stderr bool
}

// View draws the line and as much of the end of the output as fits.
func (o *Output) View(width, height int) string {
	if height < 1 {
		return ""
	}
	rows := []string{o.rule(width)}
	if len(o.Rows) == 0 && o.Note != "" {
		rows = append(rows, o.Styles.Dim.Render(line(o.Note, width-1, o.Styles.Glyphs)))
	}
	from := max(len(o.Rows)-(height-len(rows)), 0)
	for _, r := range o.Rows[from:] {
		style := o.Styles.Text
		text := r.Text
		if r.Stderr {
			style = o.Styles.Dim
			text = stderrSign(o.Styles) + " " + text
		}
		rows = append(rows, style.Render(line(text, width-1, o.Styles.Glyphs)))
	}
	return Fill(strings.Join(clip(rows, height), "\n"), height)
}

// stderrSign begins a row of standard error. It is a quiet one: many programs
// tell their progress there, and "!" is kept for an end that is not expected.
func stderrSign(s theme.Styles) string {
	if s.Options.ASCII {
		return "|"
	}
	return "│"
}

func (o *Output) rule(width int) string {
	s := o.Styles
	dot := " " + s.Glyphs.Bullet + " "
	title := s.Text.Render("output" + dot + o.Name)
	switch {
	case o.Running && o.Silent >= SilentAfter:
		title += s.Warn.Render(dot + s.Glyphs.Warn + " silent for " + Coarse(o.Silent) + "; still running")
	case o.Running:
		title += s.Accent.Render(dot + "running " + Left(o.For) + dot + Bytes(o.Bytes))
	case o.Failed:
		title += s.Danger.Render(dot + s.Glyphs.Warn + " " + o.Result)
	default:
		title += s.Text.Render(dot + o.Result)
	}
	return rule(s, title, width)
}

// Bytes is a size as the screens say it: "312 B", "1.2 MB".
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	size := float64(n)
	for _, unit := range []string{"kB", "MB", "GB"} {
		size /= 1000
		if size < 1000 {
			return fmt.Sprintf("%.1f %s", size, unit)
		}
	}
	return fmt.Sprintf("%.1f TB", size/1000)
}

// maxTailLine is how much of the end of one line is looked at: more than any
// screen holds.
const maxTailLine = 16 << 10

// Tail makes the last lines of an output safe and wraps them, at most rows of
// them. The work is bounded by the screen, not by the output.
func Tail(lines []session.LiveLine, width, rows int) []TailRow {
	var tail []TailRow // last row first
	for i := len(lines) - 1; i >= 0 && len(tail) < rows; i-- {
		text := lines[i].Text
		if len(text) > maxTailLine {
			text = text[len(text)-maxTailLine:]
		}
		wrapped := safe.Wrap(safe.Text(text), width-3)
		for j := len(wrapped) - 1; j >= 0 && len(tail) < rows; j-- {
			tail = append(tail, TailRow{Text: wrapped[j], Stderr: lines[i].Stderr})
		}
	}
	slices.Reverse(tail)
	return tail
}
