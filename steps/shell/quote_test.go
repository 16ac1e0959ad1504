package shell

import (
	"os/exec"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

var values = map[string]string{
	"":                 `''`,
	"/srv/keys/a.sec":  `/srv/keys/a.sec`,
	"two words":        `'two words'`,
	"it's":             `'it'\''s'`,
	"$HOME `id` \\":    "'$HOME `id` \\'",
	"wow!":             `'wow!'`,
	"-rf":              `-rf`,
	"~/x":              `'~/x'`,
	"*.wasm":           `'*.wasm'`,
	"a\nb\tc":          `$'a\nb\tc'`,
	"\x1b[31m!'\\":     `$'\x1b[31m\x21\x27\\'`,
	"\xff":             `$'\xff'`,
	"a\u202eb":         `$'a\xe2\x80\xaeb'`,
	"Schlüssel":        `'Schlüssel'`,
	"a=b":              `'a=b'`,
	"#x":               `'#x'`,
	"\x01" + "1":       `$'\x011'`,
	"{a,b}":            `'{a,b}'`,
	"sha256:abc@x+y,z": `sha256:abc@x+y,z`,
}

func TestQuote(t *testing.T) {
	for value, want := range values {
		if got := Quote(value); got != want {
			t.Errorf("Quote(%q) = %s, want %s", value, got, want)
		}
	}
	if got := Quote("a\x00b"); got != "a" {
		t.Errorf("Quote of a null byte = %s", got)
	}
}

func TestBashReadsAQuotedValueAsItWas(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	for value := range values {
		text := WithAssignments(`printf %s "$VALUE"`, map[string]string{"VALUE": value, "not a name": "x"})
		out, err := exec.Command(bash, "--norc", "-c", text).Output()
		if err != nil || string(out) != value {
			t.Errorf("%s gives %q, want %q (%v)", text, out, value, err)
		}
	}
}

func TestAValueStaysAValueInsideOtherShells(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	const value = `a'b"c $(echo d) ; e`
	for _, text := range []string{
		`printf %s <x>`, `printf %s "<x>"`, `printf %s '<x>'`, `printf %s $'<x>'`, "cat <<EOF\n<x>\nEOF",
		`sh -c 'printf %s <x>'`, `sh -c 'printf %s "<x>"'`, `sh -c "printf %s <x>"`, `sh -c "printf %s \"<x>\""`, `sh -c "printf %s '<x>'"`,
		`eval 'printf %s <x>'`, `bash -c 'sh -c "printf %s <x>"'`,
	} {
		command := exec.Command(bash, "-c", WithVariables(text, StandIns{}, map[string]string{"<x>": "X"}))
		command.Env = append(command.Environ(), "X="+value)
		out, err := command.CombinedOutput()
		if got := string(out); err != nil || got != value && got != value+"\n" {
			t.Errorf("%s as %s gives %q (%v)", text, command.Args[2], out, err)
		}
	}
}

func TestAssignmentsComeFirstAndInOrder(t *testing.T) {
	got := WithAssignments(`mv "$B" "$A"`, map[string]string{"B": "two words", "A": "/x"})
	want := "export A=/x\nexport B='two words'\nmv \"$B\" \"$A\""
	if got != want {
		t.Errorf("got %s", got)
	}
}

func FuzzQuote(f *testing.F) {
	for value := range values {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		quoted := Quote(value)
		file, err := parse("x "+quoted, nil)
		if err != nil {
			t.Fatalf("Quote(%q) = %s: %v", value, quoted, err)
		}
		call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
		if !ok || len(call.Args) != 2 || len(file.Stmts) != 1 || len(file.Stmts[0].Redirs) > 0 {
			t.Errorf("Quote(%q) = %s is not one word", value, quoted)
		}
	})
}
