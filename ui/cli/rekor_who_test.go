package cli

import (
	"strings"
	"testing"
)

// A log takes any certificate, also one that names a million people.
func TestManyAndLongNamesOfAnEntryAreToldInFewWords(t *testing.T) {
	many := strings.Split(strings.Repeat("mallory@elsewhere.example ", 5000), " ")
	for _, names := range [][]string{many, {strings.Repeat("ä", 100_000)}} {
		if said := orNobody(names); len(said) > 1000 || !strings.Contains(said, "more") && !strings.Contains(said, "…") {
			t.Errorf("%d bytes: %.300s", len(said), said)
		}
	}
	if said := orNobody([]string{"a@x.example", "b@x.example"}); said != "a@x.example, b@x.example" {
		t.Errorf("two names are told as %q", said)
	}
}
