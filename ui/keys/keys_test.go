package keys_test

import (
	"testing"

	"wsc-respond/ui/keys"
)

func TestAKeyMeansOneThingInAMode(t *testing.T) {
	seen := map[string]keys.Action{}
	for _, b := range keys.All() {
		for _, k := range b.Keys {
			id := string(b.Mode) + " " + k
			if other, twice := seen[id]; twice {
				t.Errorf("in %s the key %s means %s and %s", b.Mode, k, other, b.Action)
			}
			seen[id] = b.Action
		}
	}
}

func TestEveryRowSaysWhatItsKeysDo(t *testing.T) {
	for _, b := range keys.All() {
		if len(b.Keys) == 0 || b.Help == "" || b.Action == "" {
			t.Errorf("the row %+v is not whole", b)
		}
		if got, ok := keys.Lookup(b.Mode, b.Keys[0]); !ok || got != b.Action {
			t.Errorf("in %s the key %s leads to %q, not to %q", b.Mode, b.Keys[0], got, b.Action)
		}
	}
}

func TestEscIsNeverTheOnlyWayBack(t *testing.T) {
	for _, b := range keys.All() {
		if b.Keys[0] == "esc" && len(b.Keys) == 1 {
			t.Errorf("in %s only esc leads to %s", b.Mode, b.Action)
		}
	}
}

func TestLeavingIsPossibleInEveryMode(t *testing.T) {
	for _, mode := range []keys.Mode{keys.Console, keys.Follower, keys.Gate, keys.List, keys.Form, keys.Intake, keys.Sessions, keys.Pager} {
		if len(keys.For(mode)) == 0 {
			t.Errorf("%s has no keys", mode)
		}
		if _, ok := keys.Lookup(mode, "ctrl+c"); !ok {
			t.Errorf("in %s ctrl+c leads nowhere", mode)
		}
	}
}
