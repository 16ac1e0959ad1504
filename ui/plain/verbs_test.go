package plain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsc-respond/ui/keys"
)

func TestEveryKeyWithAVerbHasItInTheTable(t *testing.T) {
	said := 0
	for _, b := range keys.All() {
		if b.Verb == "" {
			continue
		}
		said++
		word, _ := cutWord(b.Verb)
		v, ok := findVerb(word)
		if !ok {
			t.Errorf("%s %v has the verb %q, which line mode does not know", b.Mode, b.Keys, b.Verb)
			continue
		}
		if !slices.Contains(v.Forms, b.Verb) {
			t.Errorf("%s %v has the verb %q; line mode writes it %q", b.Mode, b.Keys, b.Verb, v.Forms)
		}
	}
	if said == 0 {
		t.Error("no key has a verb")
	}
}

func TestEveryFormBeginsWithItsVerb(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range Verbs() {
		if seen[v.Name] {
			t.Errorf("%s stands twice in the table", v.Name)
		}
		seen[v.Name] = true
		if len(v.Forms) == 0 || v.Help == "" || strings.HasSuffix(v.Help, ".") {
			t.Errorf("%s is not told of", v.Name)
		}
		for _, form := range v.Forms {
			if word, _ := cutWord(form); word != v.Name && v.Name != "at" {
				t.Errorf("%q does not begin with %s", form, v.Name)
			}
		}
	}
}

func TestEveryVerbIsInAConversation(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script, _ := scriptOf(string(text))
		for _, line := range script {
			word, _ := cutWord(line)
			used[strings.ToLower(word)] = true
		}
	}
	for _, name := range verbNames() {
		if !used[name] {
			t.Errorf("no conversation uses %s", name)
		}
	}
}

func TestTheNearestVerbIsNamed(t *testing.T) {
	for word, want := range map[string]string{
		"lst": "list", "runn": "run", "mileston": "milestone", "hypotesis": "hypothesis", "quitt": "quit",
		"xyzzy": "", "": "", "gehtnicht": "",
	} {
		if got := nearest(word, verbNames()); got != want {
			t.Errorf("%q is near to %q, not %q", word, got, want)
		}
	}
}
