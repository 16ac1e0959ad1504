package keyfile

import (
	"fmt"
	"os"
)

// MarkCopies adds a problem to each file that holds the same secret key as one
// before it. Other names of the same file are no copies: links are problems of
// their own, and a file may have been named twice. The paths of the files are
// told as they stand, so they should mean something to whoever reads them.
func MarkCopies(found []Checked) {
	first := make(map[[32]byte]*Checked)
	for i := range found {
		key := &found[i]
		if key.content == ([32]byte{}) {
			continue
		}
		original, seen := first[key.content]
		switch {
		case !seen:
			first[key.content] = key
		case !os.SameFile(original.info, key.info):
			key.Problems = append(key.Problems, Problem{Kind: Copy, Detail: fmt.Sprintf(
				"the same secret key as %s: a copy; keep one, and find out who made the other", original.Path)})
		}
	}
}
