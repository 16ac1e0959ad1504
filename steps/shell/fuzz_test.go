package shell

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func FuzzShell(f *testing.F) {
	for _, seed := range []string{
		"find /path/to/modules -exec wsc info {} \\; | grep -l \"KEY_ID\"", "rekor-cli get --uuid <uuid-from-signature>",
		"for m in $(cat l); do wsc sign -k k \"$m\"; done", "sh -c 'rm \"$A\"' > <x>", "cat <<EOF\n<x> ${A:-$(id)}\nEOF\n", "$ ls \\\n> a\nout",
		"a=(1 [x]=2); echo ${a[i+1]} ${!a@} ${b/c/d} $((x++)) `id \\`ls\\``", "ssh h \"sh -c '<x>'\"", "case a in b) c;; esac", "[[ -v A && $B =~ ^x ]]",
		"f() { local a; read -ra b; }; f", "echo $'a\\'<x>' \"$(echo \"<y>\")\"", "sudo -u", "find -exec", "env", "xargs -n", "> ", "git -C", "\\", "'", "\"${", "<<", "((",
		"coproc x { y; }; select a in b; do c; done", "let a=b+=c", "{fd}>x", "sha256:abc...…",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc := StandIns{Words: []string{"KEY_ID"}, Own: []string{"own"}}
		facts, err := Parse(text, doc)
		var syntaxErr *SyntaxError
		if err != nil && !errors.As(err, &syntaxErr) {
			t.Fatalf("Parse(%q): %T %v", text, err, err)
		}
		if !facts.Risk.Valid() {
			t.Errorf("Parse(%q): risk %q", text, facts.Risk)
		}
		end := 0
		names := map[string]string{}
		for _, p := range facts.Placeholders {
			if p.Start < end || p.End <= p.Start || text[p.Start:p.End] != p.Text {
				t.Fatalf("%q: %+v after %d", text, p, end)
			}
			end = p.End
			names[p.Text] = VariableName(p.Text)
		}
		WithVariables(text, doc, names)
		if plainText := StripPrompts(text, true); len(plainText) > len(text) {
			t.Errorf("StripPrompts(%q) = %q", text, plainText)
		}
		NoticePlaceholders(text)
		// A name can be glued together from parts in several quotes, as in
		// sh -c '$A'B. It is read, and stands nowhere as a word.
		asWords := slices.DeleteFunc(slices.Clone(facts.Variables), func(name string) bool { return !strings.Contains(text, name) })
		if got := Mentions(text, asWords); err == nil && !strings.Contains(text, "\\") && len(got) != len(asWords) {
			t.Errorf("%q reads %q and mentions %q", text, asWords, got)
		}
	})
}

func FuzzAPlaceholderBecomesAVariable(f *testing.F) {
	for _, seed := range []string{"a ", "a \"", "a '", "sh -c '", "sh -c \"", "x=$(", "a <<E\n", "ssh h '", "a $'", "a=", "a >", "for x in "} {
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		// Backslashes and backquotes change what quotes mean in ways that the
		// reference does not follow; what it makes of them must only parse or not.
		if strings.ContainsAny(before+after, "\\`#{") || strings.Contains(before+after, "$") {
			return
		}
		text := before + "<x>" + after
		if facts, err := Parse(text, StandIns{}); err != nil || len(facts.Placeholders) != 1 {
			return
		}
		got := WithVariables(text, StandIns{}, map[string]string{"<x>": "X"})
		if got == text {
			return
		}
		if _, err := Parse(got, StandIns{}); err != nil {
			t.Errorf("%q becomes %q: %v", text, got, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := "# Which modules carry it\nfind /path/to/modules -name \"*.wasm\" -exec wsc show -i {} \\; | grep -l \"KEY_ID\" > list.txt\nsh -c 'cat \"$KEY_FILE\"'"
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse(text, document); err != nil {
			b.Fatal(err)
		}
	}
}
