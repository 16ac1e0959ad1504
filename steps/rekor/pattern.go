package rekor

import (
	"errors"
	"fmt"
	"regexp"
)

// Pattern says which identities are meant: a regular expression (RE2) that has
// to match an identity from its first character to its last. A name without
// signs that mean something there matches itself; a dot matches itself too,
// and any other character, so that `release@example\.com` is stricter.
type Pattern struct {
	expression *regexp.Regexp
}

// ParsePattern reads a pattern. An empty one is refused: it would match a
// certificate that names nobody.
func ParsePattern(text string) (*Pattern, error) {
	if text == "" {
		return nil, errors.New("the pattern of the identity is empty")
	}
	expression, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("read the pattern of the identity: %w", err)
	}
	// Of all matches the leftmost and then the longest: if the whole can be
	// matched, that is it. Anchors put around the text could be escaped from.
	expression.Longest()
	return &Pattern{expression}, nil
}

// Exactly is the pattern that matches one identity and no other.
func Exactly(identity string) (*Pattern, error) {
	return ParsePattern(regexp.QuoteMeta(identity))
}

// Matches reports whether the whole identity is one that is meant.
func (p *Pattern) Matches(identity string) bool {
	at := p.expression.FindStringIndex(identity)
	return at != nil && at[0] == 0 && at[1] == len(identity)
}

// String is the pattern as it was given.
func (p *Pattern) String() string { return p.expression.String() }
