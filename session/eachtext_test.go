package session_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/session"
)

func TestEachTextGoesThroughTheFixAndTheOriginalStays(t *testing.T) {
	type inner struct {
		Lines []string
		Named map[string]session.Kind // the name of a kind is no text
		Sum   string                  `text:"no"`
		When  time.Time
	}
	type outer struct {
		Inner  *inner
		Number int
	}
	when := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	make := func(text string) outer {
		return outer{Number: 7, Inner: &inner{Lines: []string{text}, Named: map[string]session.Kind{text: "kind"}, Sum: "sum", When: when}}
	}
	given := make("a")
	got := session.EachText(given, strings.ToUpper)
	if diff := cmp.Diff(make("A"), got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(make("a"), given); diff != "" {
		t.Errorf("the original changed:\n%s", diff)
	}
	if got := session.EachText("\xff", strings.ToUpper); got != "\uFFFD" {
		t.Errorf("invalid text became %q", got)
	}
}
