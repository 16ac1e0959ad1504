package resign

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// ParseList reads a list of paths: with a NUL byte after each if it holds any
// NUL, else one a line. Empty ones are passed over.
func ParseList(data []byte) []string {
	separator := "\n"
	if bytes.IndexByte(data, 0) >= 0 {
		separator = "\x00"
	}
	var paths []string
	for path := range strings.SplitSeq(string(data), separator) {
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// sumLine is a line of sha256sum(1): the digest, a blank, a blank or an
// asterisk, the name; a backslash stands first where the name is escaped.
var sumLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\\?([0-9A-Fa-f]{64})(?:[ \t]|$)`)
})

// ParseReleased reads a list as sha256sum writes it; only the digests count.
// The error names the first line that has none, or says that there is no line.
func ParseReleased(data []byte) (map[string]bool, error) {
	released := map[string]bool{}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		found := sumLine().FindStringSubmatch(line)
		if found == nil {
			return nil, fmt.Errorf("line %d does not begin with a SHA-256 digest, as the lines of sha256sum do", number)
		}
		digest, err := hex.DecodeString(found[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		released[hex.EncodeToString(digest)] = true
	}
	if len(released) == 0 {
		return nil, fmt.Errorf("there is no digest in it")
	}
	return released, nil
}
