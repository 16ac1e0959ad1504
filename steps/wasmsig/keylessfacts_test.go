package wasmsig

import (
	"slices"
	"strings"
	"testing"
)

func TestACertificateOfManyNamesIsToldInFewWords(t *testing.T) {
	f := keylessFacts{signer: Signer{Identity: "a@example.com", Others: slices.Repeat([]string{strings.Repeat("x", 1000)}, 5000)}}
	notes := strings.Join(f.report().Notes, "")
	if len(notes) > 4096 || !strings.Contains(notes, "names 5000 more") {
		t.Errorf("it is told in %d bytes: %.100s", len(notes), notes)
	}
}
