package steps_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsc-respond/steps"
)

func TestAYieldIsReadAndWrittenTheSameWay(t *testing.T) {
	for text, want := range map[string]steps.Yield{
		"stdout":           {File: steps.Stdout},
		"affected.nul":     {File: "affected.nul"},
		"/srv/list.txt":    {File: "/srv/list.txt"},
		"i.json#keyless.0": {File: "i.json", Path: []string{"keyless", "0"}},
		"stdout#a":         {File: steps.Stdout, Path: []string{"a"}},
		"sub/i.json#a.b.c": {File: "sub/i.json", Path: []string{"a", "b", "c"}},
	} {
		got, err := steps.ParseYield(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
		if got.String() != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
	for _, text := range []string{"", "#a", "i.json#", "i.json#a.", "i.json#.a", "/i.json#a", "../i.json#a", "a/../i.json#a"} {
		if got, err := steps.ParseYield(text); err == nil {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}

func TestTheGistOfACommandIsItsFirstLineThatSaysSomething(t *testing.T) {
	for text, want := range map[string]string{
		"ls -l": "ls -l",
		"(\n  set -o pipefail\n  scan |\n  sort\n)":  "scan |  (5 lines)",
		"# why\nset -eu\n{\nmv -n -- a b\n}":         "mv -n -- a b  (5 lines)",
		"wsc-respond module inspect a \\\n  --key b": "wsc-respond module inspect a   (2 lines)",
	} {
		if got := steps.Gist(text); got != want {
			t.Errorf("the gist of %q is %q, want %q", text, got, want)
		}
	}
}
