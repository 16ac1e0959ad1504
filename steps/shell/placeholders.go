package shell

import (
	"regexp"
	"sort"
	"strings"
)

// Kind says what made a text a placeholder.
type Kind string

// The kinds of placeholder.
const (
	Bracketed Kind = "bracketed" // <uuid-from-signature>, or [DATE] in a notice
	Shortened Kind = "shortened" // sha256:abc123...
	Word      Kind = "word"      // KEY_ID, where the document uses it as a stand-in
	Path      Kind = "path"      // /path/to/modules
	Host      Kind = "host"      // signer@example.com
	Own       Kind = "own"       // from the author's list
)

// Placeholder is a stand-in that its author left to be filled.
type Placeholder struct {
	Text       string // as it stands there, brackets included
	Start, End int    // byte offsets in the text
	Kind       Kind
}

// StandIns are what only the document knows of its placeholders. The zero value
// is a document that says nothing of them.
type StandIns struct {
	// Words are upper-case words that the document uses as stand-ins, as
	// [StandInWords] finds them in its notices.
	Words []string
	// Own is the author's list, taken literally.
	Own []string
}

// letter is what a word may have: beyond ASCII every rune but the ellipsis.
const letter = `\w\x{80}-\x{2025}\x{2027}-\x{10ffff}`

var (
	// A redirection has a space or nothing where a stand-in has its brackets:
	// "<file", "< in >out" and "<in >out" are none, "<in>out" is one.
	bracketed = pattern(`<[A-Za-z\x{80}-\x{10ffff}](?:[` + letter + ` ./:#|-]*[` + letter + `.#])?>`)
	shortened = pattern(`[` + letter + `:./@%+=-]*(?:\.\.\.|…)[` + letter + `:./@%+-]*`)
	somePath  = pattern(`(?:~/|\./|/)?\bpath/to(?:/[` + letter + `.+@%~-]*)*`)
	someHost  = pattern(`[A-Za-z0-9._%+@:/~-]*\bexample\.(?:com|org|net)\b[A-Za-z0-9._%+@:/~-]*`)
	noticed   = pattern(`\[[A-Za-z\x{80}-\x{10ffff}][^\[\]\n]*\]`)
	upperCase = pattern(`^[A-Z][A-Z0-9_]+$`)
	naming    = pattern(`\b(?:export|read|for|select|local|declare|readonly|typeset|unset|printenv)(?:[ \t]+-\w+)*[ \t]+$`)
)

// Placeholders returns the stand-ins in the text of a command, in order and not
// overlapping. Comments are not searched: a stand-in there hinders nothing.
func Placeholders(text string, doc StandIns) []Placeholder {
	f := finder{text: text, at: contexts(text)}
	f.own(doc.Own)
	f.each(bracketed(), Bracketed, f.isBracketed)
	f.each(somePath(), Path, f.isPath)
	f.each(someHost(), Host, isHost)
	f.shortened()
	f.words(doc.Words)
	return f.inOrder()
}

// NoticePlaceholders returns the stand-ins of a notice: words in square
// brackets, as [DATE]. Check boxes, links and the tag that a subject begins with
// are none.
func NoticePlaceholders(text string) []Placeholder {
	var found []Placeholder
	for _, m := range noticed().FindAllStringIndex(text, -1) {
		word := text[m[0]:m[1]]
		lineStart := strings.LastIndexByte(text[:m[0]], '\n') + 1
		switch {
		case word == "[x]" || word == "[X]":
		case strings.HasPrefix(text[m[1]:], "("):
		case strings.EqualFold(strings.TrimSpace(text[lineStart:m[0]]), "subject:"):
		default:
			found = append(found, Placeholder{Text: word, Start: m[0], End: m[1], Kind: Bracketed})
		}
	}
	return found
}

// StandInWords returns the upper-case words that a notice uses as stand-ins:
// KEY_ID for [KEY_ID]. Its commands may use the same words bare.
func StandInWords(notice string) []string {
	var words []string
	for _, p := range NoticePlaceholders(notice) {
		if word := strings.Trim(p.Text, "[]"); upperCase().MatchString(word) {
			words = appendNew(words, word)
		}
	}
	return words
}

// finder collects placeholders; what was found first keeps its place.
type finder struct {
	text  string
	at    []context
	found []Placeholder
}

func (f *finder) add(start, end int, kind Kind) {
	if start == end || f.at[start] == comment {
		return
	}
	for _, p := range f.found {
		if start < p.End && p.Start < end {
			return
		}
	}
	f.found = append(f.found, Placeholder{Text: f.text[start:end], Start: start, End: end, Kind: kind})
}

func (f *finder) each(pattern *regexp.Regexp, kind Kind, accept func(start, end int) bool) {
	for _, m := range pattern.FindAllStringIndex(f.text, -1) {
		if accept == nil || accept(m[0], m[1]) {
			f.add(m[0], m[1], kind)
		}
	}
}

func (f *finder) own(list []string) {
	for _, own := range list {
		if own == "" {
			continue
		}
		f.whole(own, Own)
	}
}

func (f *finder) words(list []string) {
	for _, word := range list {
		if word == "" {
			continue
		}
		f.whole(word, Word)
	}
}

// whole finds a text where no letter, digit or underscore continues it.
func (f *finder) whole(word string, kind Kind) {
	for from := 0; ; {
		i := strings.Index(f.text[from:], word)
		if i < 0 {
			return
		}
		start := from + i
		end := start + len(word)
		if !f.continues(start) && !f.continues(end) && f.isBare(start, end) {
			f.add(start, end, kind)
		}
		from = end
	}
}

// continues reports whether a word goes on across an offset.
func (f *finder) continues(at int) bool {
	return at > 0 && at < len(f.text) && isNameByte(f.text[at-1]) && isNameByte(f.text[at])
}

// isBare tells a stand-in from the variable of that name.
func (f *finder) isBare(start, end int) bool {
	before, after := f.text[:start], f.text[end:]
	if strings.HasSuffix(before, "$") || f.at[start] == parameter {
		return false
	}
	assigned := strings.HasPrefix(after, "=") || strings.HasPrefix(after, "+=")
	if assigned && (before == "" || strings.ContainsAny(before[len(before)-1:], " \t\n;&|(")) {
		return false
	}
	return !naming().MatchString(before)
}

// isBracketed leaves out the second half of a here-document operator and a tag
// that is closed further on.
func (f *finder) isBracketed(start, end int) bool {
	if start > 0 && f.text[start-1] == '<' {
		return false
	}
	return !strings.Contains(f.text, "</"+f.text[start+1:end])
}

func (f *finder) isPath(start, _ int) bool {
	return start == 0 || !isNameByte(f.text[start-1]) && f.text[start-1] != '/'
}

func isHost(int, int) bool { return true }

// shortened finds words that an ellipsis cuts short. It is none where it means
// something else: a folder and all below it (./...), a range of revisions, and
// in a sentence within quotes.
func (f *finder) shortened() {
	for _, m := range shortened().FindAllStringIndex(f.text, -1) {
		start, end := m[0], m[1]
		word := f.text[start:end]
		if equals := strings.IndexByte(word, '='); equals >= 0 && !strings.Contains(word[:equals], "...") {
			start += equals + 1
			word = f.text[start:end]
		}
		if f.isShortened(word, start) {
			f.add(start, end, Shortened)
		}
	}
}

func (f *finder) isShortened(word string, start int) bool {
	if !strings.ContainsAny(word, "….") || strings.Contains(word, "/...") || strings.Contains(word, "....") {
		return false
	}
	before := byte(' ')
	if start > 0 {
		before = f.text[start-1]
	}
	if before == '$' || before == '}' || before == ')' || f.at[start] == parameter {
		return false
	}
	if (word == "..." || word == "…") && (f.at[start] != plain || strings.IndexByte(" \t\n", before) < 0) {
		return false
	}
	line := f.text[strings.LastIndexByte(f.text[:start], '\n')+1 : start]
	if strings.Contains(line, "git ") && !strings.HasSuffix(word, "...") && !strings.Contains(word, "…") {
		return false
	}
	if f.at[start] != plain && f.inSentence(start) {
		return strings.ContainsAny(word, "0123456789")
	}
	return true
}

// inSentence reports whether the quotes around start hold more than one word.
func (f *finder) inSentence(start int) bool {
	quoted := f.at[start]
	from, to := start, start
	for from > 0 && f.at[from-1] == quoted {
		from--
	}
	for to < len(f.text) && f.at[to] == quoted {
		to++
	}
	return strings.ContainsAny(f.text[from:to], " \t\n")
}

func (f *finder) inOrder() []Placeholder {
	sort.Slice(f.found, func(i, j int) bool { return f.found[i].Start < f.found[j].Start })
	return f.found
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
