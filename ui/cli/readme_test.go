package cli

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"wsc-respond/ui/keys"
	"wsc-respond/ui/uitest"
)

const readme = "../../README.md"

var keyTable = regexp.MustCompile(`(?s)(<!-- keys: [^\n]*-->\n).*?(<!-- /keys -->)`)

func TestREADMEHasTheKeysOfTheKeyTable(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	m := keyTable.FindSubmatch(text)
	if m == nil {
		t.Fatal("README has no place for the keys")
	}
	want := string(m[1]) + keysAsMarkdown() + string(m[2])
	if string(m[0]) == want {
		return
	}
	if !uitest.Updating() {
		t.Fatal("README's keys are not those of the key table; go test ./ui/cli -run README -update writes them")
	}
	text = keyTable.ReplaceAllLiteral(text, []byte(want))
	if err := os.WriteFile(readme, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// keysAsMarkdown is one table for each mode that README speaks of.
func keysAsMarkdown() string {
	var b strings.Builder
	for _, part := range []struct {
		mode  keys.Mode
		title string
	}{{keys.Console, "In the console"}, {keys.Gate, "At the gate"}, {keys.Intake, "In the questions"}} {
		fmt.Fprintf(&b, "\n**%s**\n\n| key | does | in line mode |\n|---|---|---|\n", part.title)
		for _, row := range keys.For(part.mode) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", keyNames(row.Keys), row.Help, code(row.Verb))
		}
	}
	return b.String() + "\n"
}

func keyNames(names []string) string {
	var shown []string
	for _, n := range names {
		shown = append(shown, "`"+n+"`")
	}
	return strings.Join(shown, " ")
}

func code(verb string) string {
	if verb == "" {
		return ""
	}
	return "`" + verb + "`"
}

// The command that CI runs is the one that a newcomer reads first.
func TestREADMEBeginsWithTheTwoCommands(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head := strings.Join(strings.SplitN(string(text), "\n", 9)[:8], "\n")
	for _, command := range []string{"go run .", "go test ./..."} {
		if !strings.Contains(head, command) {
			t.Errorf("the top of README does not say %q:\n%s", command, head)
		}
	}
}
