package rekor

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Expected is a list of those who may sign.
type Expected struct {
	people map[person]bool
	keys   map[string]bool // by KeyName
}

// person is who signs with a certificate.
type person struct{ identity, issuer string }

// maxExpectedLine bounds a line of a list, in bytes.
const maxExpectedLine = 64 << 10

// ParseExpected reads a list, one signer a line: an identity and its issuer,
// or a key as Verdict.Identities names it ("key sha256:…", "ssh key
// SHA256:…"). "key PATH" is a public key file, which key reads into such a
// name. A line of one word is the id of a key of wsc, as lists for modules have
// it; no entry of a log names such an id, so it is passed over. Empty lines,
// and what follows a # at the beginning of a line or behind a space, are no
// signers. The error names the first line that is none of these.
func ParseExpected(r io.Reader, key func(path string) (string, error)) (*Expected, error) {
	e := &Expected{people: map[person]bool{}, keys: map[string]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxExpectedLine)
	n := 1
	for ; lines.Scan(); n++ {
		if err := e.add(strings.TrimSpace(uncommented(lines.Text())), key); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n, err)
	}
	return e, nil
}

func (e *Expected) add(line string, key func(path string) (string, error)) error {
	words := strings.Fields(line)
	path, named := strings.CutPrefix(line, "key ")
	switch {
	case len(words) < 2:
		return nil
	case named && !strings.HasPrefix(path, "sha256:"):
		name, err := key(strings.TrimSpace(path))
		if err != nil {
			return err
		}
		e.keys[name] = true
	case named, strings.HasPrefix(line, "ssh key SHA256:"), strings.HasPrefix(line, "PGP key sha256:"):
		e.keys[line] = true
	case len(words) == 2 && strings.Contains(words[1], "://"):
		e.people[person{words[0], words[1]}] = true
	default:
		return fmt.Errorf("%.100q is neither an identity and its issuer nor a key", line)
	}
	return nil
}

// Has reports whether everybody whom an entry names is expected. A name in a
// certificate is only a claim, so where authorities are known, one of them must
// have issued it; certified says whether they are.
func (e *Expected) Has(v Verdict, certified bool) bool {
	if !v.Verified || len(v.Identities) == 0 {
		return false
	}
	return !slices.ContainsFunc(v.Identities, func(name string) bool {
		if e.keys[name] {
			return false
		}
		return !e.people[person{name, v.Issuer}] || certified && v.CertifiedBy == ""
	})
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
