package wasmsig

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"wsc-respond/steps/keyfile"
)

// Signers is a list of those who may sign.
//
// What a signature says of its signer is a claim, and whoever asks for those
// not in the list wants to see the ones that only claim to be. So a module
// counts as signed by expected signers only when every signature in it was
// checked:
//
//   - one made with a key, with the key itself: it is one of the query's or of
//     the list's, its id is in the list, and it made the signature. An id
//     alone is never enough.
//   - a keyless one, with what is trusted: the identity and the issuer are in
//     the list, the certificate comes from a trusted authority, its key made
//     the signature, a trusted log signed an entry about just this one, and the
//     module is what it was made over.
//
// Of a module with nothing but key signatures the content is read only where
// VerifyContent asks for it: until then, one that was changed after signing
// has the same signers. Where the content was read, no changed module counts.
type Signers struct {
	keys   []NamedKey
	ids    map[keyfile.ID]bool
	people map[person]bool
}

// person is who signs without a key.
type person struct{ identity, issuer string }

// maxExpectedLine bounds a line of a list, in bytes.
const maxExpectedLine = 64 << 10

// ParseSigners reads a list: one signer a line, as "KEY-ID", "key PATH" or
// "IDENTITY ISSUER". Empty lines, and what follows a # at the beginning of a
// line or behind a space, are no signers. key reads the public key file of a
// path. The error names the first line that is none of these.
func ParseSigners(r io.Reader, key func(path string) (keyfile.Public, error)) (*Signers, error) {
	s := &Signers{ids: map[keyfile.ID]bool{}, people: map[person]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxExpectedLine)
	n := 1
	for ; lines.Scan(); n++ {
		if err := s.add(lines.Text(), key); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n, err)
	}
	return s, nil
}

// add reads one line.
func (s *Signers) add(line string, key func(path string) (keyfile.Public, error)) error {
	line = strings.TrimSpace(uncommented(line))
	if line == "" {
		return nil
	}
	if path, ok := strings.CutPrefix(line, "key "); ok {
		return s.addKey(strings.TrimSpace(path), key)
	}
	words := strings.Fields(line)
	switch len(words) {
	case 1:
		id, err := keyfile.ParseID(words[0])
		if err != nil {
			return fmt.Errorf("%q is neither a key id of 24 hex digits, nor \"key PATH\", nor an identity and its issuer", words[0])
		}
		s.ids[id] = true
	case 2:
		if !strings.Contains(words[1], "://") {
			return fmt.Errorf("the issuer %q is no URL", words[1])
		}
		s.people[person{words[0], words[1]}] = true
	default:
		return fmt.Errorf("there are %d words where an identity and its issuer are two", len(words))
	}
	return nil
}

func (s *Signers) addKey(path string, key func(path string) (keyfile.Public, error)) error {
	public, err := key(path)
	if err != nil {
		return err
	}
	s.keys = append(s.keys, NamedKey{Name: path, Key: public})
	s.ids[public.ID()] = true
	return nil
}

// uncommented is a line without its comment. A # within a word is part of it,
// as in the URL of a workflow.
func uncommented(line string) string {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}
