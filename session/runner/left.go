package runner

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"wsc-respond/session"
	"wsc-respond/session/evidence"
)

const (
	// maxLeft is how many files of one command become evidence by themselves.
	maxLeft = 200
	// maxRefused is how many of those that cannot are named.
	maxRefused = 10
	// maxSearched is how large a file may be to be searched for secrets, in
	// bytes.
	maxSearched = 64 << 20
)

// leftFiles are the files that a command left for the record, in the folder
// that is made for them. They stay as the command wrote them.
type leftFiles struct {
	root    *os.Root
	order   session.Order
	files   []session.EvidenceAdded
	refused []string // why a file is not on record, the first few
	further int      // how many more
	beyond  int      // files after the first maxLeft
}

// gatherLeft lists them. An empty folder is removed.
func gatherLeft(root *os.Root, o session.Order) *leftFiles {
	l := &leftFiles{root: root, order: o}
	folder := leftFolder(o.Evidence)
	if root.Remove(folder) == nil {
		return l
	}
	_ = fs.WalkDir(root.FS(), folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if !absent(err) {
				l.refuse(name, "and could not be read: "+plain(err).Error())
			}
		case d.IsDir():
		case len(l.files) == maxLeft:
			l.beyond++
		default:
			l.add(name)
		}
		return nil
	})
	return l
}

// add puts a file on record. Its name stands there as it is.
func (l *leftFiles) add(name string) {
	const notOnRecord = "and is not on record: "
	switch {
	case !utf8.ValidString(name):
		l.refuse(name, notOnRecord+"its name is not valid UTF-8")
		return
	case holdsSecret(name, l.order.Secrets):
		l.refuse("a file", notOnRecord+"its name holds a secret")
		return
	}
	found, err := evidence.Inspect(l.root, name, l.order.Secrets, maxSearched)
	if err == nil {
		err = evidence.Sync(l.root, name)
	}
	if err != nil {
		l.refuse(name, notOnRecord+plain(err).Error())
		return
	}
	l.files = append(l.files, session.EvidenceAdded{File: name, Source: "left by " + string(l.order.Command),
		SHA256: found.SHA256, Size: found.Size, Note: whatItHolds(found)})
}

// whatItHolds says what a redactor would take out of a file.
func whatItHolds(found evidence.Inspected) string {
	if !found.Searched {
		return "not searched for secrets: it is larger than " + inMiB(maxSearched)
	}
	var kinds []string
	for _, c := range found.Secrets {
		kinds = append(kinds, c.Kind)
	}
	if len(kinds) == 0 {
		return ""
	}
	return "holds what looks like: " + strings.Join(kinds, ", ")
}

func (l *leftFiles) refuse(name, why string) {
	if len(l.refused) == maxRefused {
		l.further++
		return
	}
	l.refused = append(l.refused, fmt.Sprintf("%s was left by the command %s", name, why))
}

// remarks says what is not on record.
func (l *leftFiles) remarks() []string {
	remarks := l.refused
	if l.further > 0 {
		remarks = append(remarks, fmt.Sprintf("so were %s that are not on record either", count(l.further, "other", "others")))
	}
	if l.beyond > 0 {
		remarks = append(remarks, fmt.Sprintf("%s in %s beyond the first %d: not on record, and still there",
			count(l.beyond, "file", "files"), leftFolder(l.order.Evidence), maxLeft))
	}
	return remarks
}
