package keyfile

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// half is one half of a pair of keys, by the name that both files would have
// but for the extension.
type half struct {
	kind Kind
	stem string
}

// identity is one half of a certain key.
type identity struct {
	kind Kind
	id   ID
}

// match says of every wsc key whether its other half is there. Files of the
// same name but for the extension are meant for each other; a file without
// such a partner belongs to any that is the same key.
func match(found []Checked) {
	named := make(map[half][]*Checked)
	keys := make(map[identity]*Checked) // the first of each
	for i := range found {
		key := &found[i]
		if key.KeyID == "" {
			continue
		}
		place := half{key.Kind, stem(key.Path)}
		named[place] = append(named[place], key)
		if same := (identity{key.Kind, key.KeyID}); keys[same] == nil {
			keys[same] = key
		}
	}
	for i := range found {
		key := &found[i]
		if key.KeyID == "" {
			continue
		}
		other := otherHalf(key.Kind)
		partners := named[half{other, stem(key.Path)}]
		if len(partners) > 0 {
			key.compare(partners)
		} else if partner := keys[identity{other, key.KeyID}]; partner != nil {
			key.matches(partner)
		}
	}
}

func otherHalf(kind Kind) Kind {
	if kind == KindSecret {
		return KindPublic
	}
	return KindSecret
}

// compare looks for the key among those that are named as its other half.
func (key *Checked) compare(partners []*Checked) {
	for _, partner := range partners {
		if partner.KeyID == key.KeyID {
			key.matches(partner)
			return
		}
	}
	key.PairMatches = new(bool)
	if key.Kind != KindSecret {
		return
	}
	beside := partners[0]
	key.Problems = append(key.Problems, Problem{Kind: PairMismatch, Detail: fmt.Sprintf(
		"this is the key %s, and %s beside it is the public half of %s: find out which of them was exchanged before you sign or verify with either",
		key.KeyID, path.Base(beside.Path), beside.KeyID)})
}

func (key *Checked) matches(partner *Checked) {
	yes := true
	key.PairMatches, key.Pair = &yes, partner.Path
}

// visitPartners looks at the files beside a single one that may hold its other
// half, for match.
func (c *checker) visitPartners() {
	if len(c.found) != 1 || c.found[0].KeyID == "" {
		return
	}
	named := c.found[0].Path
	for _, ext := range append([]string{""}, extensions...) {
		name := stem(named) + ext
		if info, err := fs.Stat(c.fsys, name); err == nil && info.Mode().IsRegular() && name != named {
			c.look(name, folder{})
		}
	}
}

// extensions are those that promise a key.
var extensions = []string{".sec", ".key", ".pub", ".pem"}

// stem is a path without an extension of keys.
func stem(name string) string {
	for _, ext := range extensions {
		if base, ok := strings.CutSuffix(name, ext); ok {
			return base
		}
	}
	return name
}

// promisesKey reports whether a name says that there is a key. id_… is a key
// of ssh only without an extension of another kind: id_map.go is none.
func promisesKey(name string) bool {
	base := path.Base(name)
	return stem(base) != base || strings.HasPrefix(base, "id_") && path.Ext(base) == ""
}
