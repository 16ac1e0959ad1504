package report

import (
	"regexp"
	"strings"

	"wsc-respond/steps/safe"
)

// md is Markdown that may be written as it stands. Text from outside becomes
// md only through the functions of this file, and the writer takes nothing
// else: what is not escaped does not compile.
//
// The rules, for CommonMark with the tables, autolinks and mentions that code
// hosts add:
//
//   - steps/safe comes first, so that no control character is left.
//   - Whatever could begin emphasis, a link, an image, HTML, a table cell or a
//     block is escaped. An underscore inside a word cannot, and stays.
//   - A word that a code host would make a link of (an address, a mention, a
//     number sign before digits) becomes a code span, which never links.
type md string

// esc makes one line of a text, to stand anywhere: in a paragraph, a list
// item, a heading or a table cell. White space around it is left out.
func esc(text string) md {
	text = strings.TrimSpace(safe.Line(text))
	if !strings.ContainsAny(text, special) && !linkish(text) {
		return md(escStart(text)) // most texts
	}
	var b strings.Builder
	b.Grow(len(text) + 8)
	for i := 0; i < len(text); {
		n := word(text[i:])
		if n == 0 {
			escByte(&b, text[i])
			i++
			continue
		}
		if core := strings.TrimRight(text[i:i+n], ".,:;!?"); linkish(core) {
			b.WriteString("`" + core + "`")
			escWord(&b, text[i+len(core):i+n])
		} else {
			escWord(&b, text[i:i+n])
		}
		i += n
	}
	return md(escStart(b.String()))
}

// special is everything that is escaped wherever it stands.
const special = "*[]<|`\\&~$#_"

// separators end a word. Outside of one, all but the first five are escaped.
const separators = ` ()"'*[]<>|` + "`" + `\`

// word is the length of the word that text begins with.
func word(text string) int {
	if n := strings.IndexAny(text, separators); n >= 0 {
		return n
	}
	return len(text)
}

func escByte(b *strings.Builder, c byte) {
	switch c {
	case '<':
		b.WriteString("&lt;")
	case '`':
		b.WriteString("&#96;") // an escaped one beside a code span is read in two ways
	case '*', '[', ']', '|', '\\':
		b.WriteByte('\\')
		b.WriteByte(c)
	default:
		b.WriteByte(c)
	}
}

func escWord(b *strings.Builder, word string) {
	for i := range len(word) {
		switch c := word[i]; c {
		case '&':
			b.WriteString("&amp;")
			continue
		case '~', '$', '#':
			b.WriteByte('\\')
		case '_':
			if i == 0 || i == len(word)-1 || !alphanumeric(word[i-1]) || !alphanumeric(word[i+1]) {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(word[i])
	}
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// linkish reports whether a code host could make a link of a word.
func linkish(word string) bool {
	if strings.Contains(word, "://") || strings.IndexByte(word, '@') >= 0 {
		return true
	}
	for i := range len(word) {
		switch word[i] {
		case '#':
			if i+1 < len(word) && word[i+1] >= '0' && word[i+1] <= '9' {
				return true
			}
		case '.':
			if i >= 3 && strings.EqualFold(word[i-3:i], "www") {
				return true
			}
		}
	}
	return false
}

// escStart keeps a line from beginning a list, a quotation or a heading.
func escStart(line string) string {
	if line == "" {
		return line
	}
	switch line[0] {
	case '-', '+', '=', '>', ':':
		return `\` + line
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits == 0 || digits == len(line) || line[digits] != '.' && line[digits] != ')' {
		return line
	}
	if rest := line[digits+1:]; rest != "" && rest[0] != ' ' {
		return line // a version, or a number with a fraction
	}
	return line[:digits] + `\` + line[digits:]
}

// escLines keeps the lines of a text apart, each behind indent but the first.
// It is no text for a table cell.
func escLines(text string, indent md) md {
	var rows []string
	for line := range strings.SplitSeq(safe.Text(text), "\n") {
		if row := esc(line); row != "" {
			rows = append(rows, string(row))
		}
	}
	return md(strings.Join(rows, "\\\n"+string(indent)))
}

// code shows a name or a value as a code span, which no code host links.
// What a code span could not hold, in a table too, is escaped instead.
func code(text string) md {
	text = safe.Line(text)
	if text == "" {
		return ""
	}
	if strings.ContainsAny(text, "`|\\") || text[0] == ' ' || text[len(text)-1] == ' ' {
		return esc(text)
	}
	return md("`" + text + "`")
}

// fence shows a text as it is, in a fenced block that it cannot end. lang is
// the info string.
func fence(text string, lang md) md {
	text = strings.TrimRight(safe.Text(text), "\n")
	marks := strings.Repeat("`", max(3, longestRun(text)+1))
	return md(marks) + lang + "\n" + md(text) + "\n" + md(marks)
}

// longestRun is the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// plainPath is a name that may stand as the destination of a link: relative,
// and of characters that mean nothing to Markdown or to a URL.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// fileLink names a file of the session folder, as a link where at leads there
// and the name is a plain one.
func fileLink(at, name string) md {
	shown := code(name)
	if at == "" || !plainPath.MatchString(name) {
		return shown
	}
	return "[" + shown + "](" + md(at+name) + ")"
}
