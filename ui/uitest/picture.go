package uitest

import (
	"encoding/xml"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The look of a picture: the size of a cell in the picture's units, which are
// about pixels, and the two colours of a terminal that chose none.
const (
	cellWidth, cellHeight = 8, 17
	fontSize              = 13
	baseline              = 13 // from a cell's top
	margin                = 12
	inkDefault            = "#d6d9e0"
	groundDefault         = "#14171f"
)

// Picture draws the screen as it is now, with its colours, as an SVG image that
// needs nothing else: no font file, no script. Its text can be selected, and
// title says in words what is to be seen.
//
// Every run of text has the width of its cells, so that columns stand straight
// in whatever monospaced font the viewer has.
func (term *Terminal) Picture(title string) string {
	term.mu.Lock()
	defer term.mu.Unlock()
	cols, rows := term.screen.Width(), term.screen.Height()
	width, height := cols*cellWidth+2*margin, rows*cellHeight+2*margin

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n", escapeXML(title))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="%s"/>`+"\n", width, height, groundDefault)
	fmt.Fprintf(&b, `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="%d" fill="%s">`+"\n", fontSize, inkDefault)
	for y := range rows {
		for _, run := range term.runs(y) {
			run.draw(&b, y)
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// WritePicture keeps a picture in a file, below the folder of the test.
func WritePicture(path, svg string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder of the picture: %w", err)
	}
	return os.WriteFile(path, []byte(svg), 0o644)
}

// Updating reports whether the tests were asked, with -update, to write anew
// what they compare with.
func Updating() bool { return *update }

// textRun is cells of one row that look the same.
type textRun struct {
	at, cells int
	text      string
	style     uv.Style
}

// runs are those of a row, without the blanks that look like nothing. The
// caller holds the mutex.
func (term *Terminal) runs(y int) []textRun {
	var all []textRun
	for x := 0; x < term.screen.Width(); {
		cell := term.screen.CellAt(x, y)
		next := textRun{at: x, cells: 1, text: " "}
		if cell != nil {
			next.cells, next.style = max(cell.Width, 1), cell.Style
			if cell.Content != "" {
				next.text = cell.Content
			}
		}
		x += next.cells
		if last := len(all) - 1; last >= 0 && all[last].style.Equal(&next.style) {
			all[last].cells += next.cells
			all[last].text += next.text
			continue
		}
		all = append(all, next)
	}
	return all
}

// draw writes a run: its ground if it has one, and its text without the blanks
// around it.
func (r textRun) draw(b *strings.Builder, y int) {
	ink, ground := hex(r.style.Fg), hex(r.style.Bg)
	if r.style.Attrs&uv.AttrReverse != 0 {
		ink, ground = or(ground, groundDefault), or(ink, inkDefault)
	}
	left, top := margin+r.at*cellWidth, margin+y*cellHeight
	if ground != "" {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, r.cells*cellWidth, cellHeight, ground)
	}
	text := strings.TrimLeft(r.text, " ")
	left += (len(r.text) - len(text)) * cellWidth
	cells := r.cells - (len(r.text) - len(text))
	trimmed := strings.TrimRight(text, " ")
	cells -= len(text) - len(trimmed)
	if trimmed == "" {
		return
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" xml:space="preserve"%s>%s</text>`+"\n",
		left, top+baseline, cells*cellWidth, r.look(ink), escapeXML(trimmed))
}

// look is the run's style as attributes.
func (r textRun) look(ink string) string {
	var b strings.Builder
	if ink != "" {
		fmt.Fprintf(&b, ` fill="%s"`, ink)
	}
	if r.style.Attrs&uv.AttrBold != 0 {
		b.WriteString(` font-weight="bold"`)
	}
	if r.style.Attrs&uv.AttrItalic != 0 {
		b.WriteString(` font-style="italic"`)
	}
	if r.style.Attrs&uv.AttrFaint != 0 {
		b.WriteString(` opacity="0.6"`)
	}
	switch {
	case r.style.Attrs&uv.AttrStrikethrough != 0:
		b.WriteString(` text-decoration="line-through"`)
	case r.style.Underline != 0:
		b.WriteString(` text-decoration="underline"`)
	}
	return b.String()
}

// hex is a colour as SVG writes it; empty for none.
func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
