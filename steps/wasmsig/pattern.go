package wasmsig

import "wsc-respond/steps/rekor"

// Pattern says which identities are meant; see rekor.Pattern.
type Pattern = rekor.Pattern

// ParsePattern reads a pattern; see rekor.ParsePattern.
func ParsePattern(text string) (*Pattern, error) { return rekor.ParsePattern(text) }

// Exactly is the pattern that matches one identity and no other; see
// rekor.Exactly.
func Exactly(identity string) (*Pattern, error) { return rekor.Exactly(identity) }
