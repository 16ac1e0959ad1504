package safe

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// The functions in this file measure and cut safe strings: results of Text,
// Bytes, Line or ASCII, and the program's own words. Width is what lipgloss v2
// measures, so that a layout made with one holds for the other.

// Width returns the width of a safe string in terminal cells: of its widest
// line where it has several.
func Width(s string) int {
	width := 0
	for line := range strings.SplitSeq(s, "\n") {
		_, cells := fit(line, math.MaxInt)
		width = max(width, cells)
	}
	return width
}

// Wrap breaks each line of a safe string after at most width cells, at any
// character, and returns the rows; there is at least one. Nothing is left out
// and nothing added, so a command can be read whole. A width under one counts
// as one. A character that is wider than the whole row is shown by its code
// points.
func Wrap(s string, width int) []string {
	width = max(width, 1)
	rows := []string{}
	for line := range strings.SplitSeq(s, "\n") {
		rows = appendWrapped(rows, line, width)
	}
	return rows
}

func appendWrapped(rows []string, line string, width int) []string {
	if width == 1 {
		line = narrow(line)
	}
	for len(line) > 0 {
		n, _ := fit(line, width)
		if n == len(line) {
			break
		}
		rows = append(rows, line[:n])
		line = line[n:]
	}
	return append(rows, line)
}

// Truncate returns the first line of a safe string if it is all of it and fits
// into width cells, and otherwise as much of it as fits together with tail,
// which says that there was more. A tail that does not fit itself is cut.
func Truncate(s string, width int, tail string) string {
	first, _, more := strings.Cut(s, "\n")
	if !more && Width(first) <= width {
		return first
	}
	room := width - Width(tail)
	if room < 0 {
		n, _ := fit(tail, width)
		return tail[:n]
	}
	n, _ := fit(first, room)
	return first[:n] + tail
}

// fit returns how many bytes at the start of line fit into width cells, and
// how many cells they take.
func fit(line string, width int) (n, cells int) {
	for n < len(line) && cells < width {
		plain := min(plainPrefix(line[n:], false), width-cells)
		if n+plain == len(line) {
			return len(line), cells + plain
		}
		// The last plain character may be joined by what follows it.
		plain = max(plain-1, 0)
		n, cells = n+plain, cells+plain
		character, w := ansi.FirstGraphemeCluster(line[n:], ansi.GraphemeWidth)
		if cells+w > width {
			break
		}
		n, cells = n+len(character), cells+w
	}
	return n, cells
}

// narrow shows characters that are two cells wide by their code points.
func narrow(line string) string {
	if plainPrefix(line, false) == len(line) {
		return line
	}
	var b strings.Builder
	for len(line) > 0 {
		character, w := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		line = line[len(character):]
		if w <= 1 {
			b.WriteString(character)
			continue
		}
		for _, r := range character {
			if r < utf8.RuneSelf {
				b.WriteByte(byte(r))
				continue
			}
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}
