package shell

import "strings"

// Mentions returns those of names that stand anywhere in the text as a whole
// word, in the order of names: as $NAME, within sh -c '…', in the text of
// another language, or bare. Comments do not count.
func Mentions(text string, names []string) []string {
	at := contexts(text)
	var found []string
	for _, name := range names {
		if mentions(text, at, name) {
			found = appendNew(found, name)
		}
	}
	return found
}

func mentions(text string, at []context, name string) bool {
	if name == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(name)
		whole := (start == 0 || !isNameByte(text[start-1])) && (end == len(text) || !isNameByte(text[end]))
		if whole && at[start] != comment {
			return true
		}
		from = start + 1
	}
}
