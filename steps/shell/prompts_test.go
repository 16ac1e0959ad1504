package shell

import "testing"

func TestStripPrompts(t *testing.T) {
	tests := []struct {
		name, text string
		console    bool
		want       string
	}{
		{"no prompt", "ls\ncat f", false, "ls\ncat f"},
		{"no prompt in a console text", "ls\ncat f", true, "ls\ncat f"},
		{"prompts and output", "$ ls\na b\n$ cat a\nx", true, "ls\ncat a"},
		{"prompts in a shell text", "$ ls\na b\n$ cat a", false, "ls\ncat a"},
		{"a comment in a shell text", "# List\nls", false, "# List\nls"},
		{"root's prompt", "# ls\na\n# id\nuid=0", true, "ls\nid"},
		{"a comment between prompts", "$ ls\n# then\n$ id", true, "ls\n# then\nid"},
		{"a continued line", "$ wsc sign \\\n    -i a\nok", true, "wsc sign \\\n    -i a"},
		{"a secondary prompt", "$ for f in *; do\n>   echo $f\n> done\na\nb", true, "for f in *; do\n  echo $f\ndone"},
		{"an open quote", "$ echo 'a\nb'\na\nb", true, "echo 'a\nb'"},
		{"a here-document", "$ cat <<EOF\n$ not\nEOF\n", true, "cat <<EOF\nnot"},
		{"user and host", "alice@bastion:~$ ls\na\n[root@bastion ~]# id", true, "ls"},
		{"a stand-in", "$ rekor-cli get --uuid <uuid>\nLogID: x", true, "rekor-cli get --uuid <uuid>"},
		{"output first", "Welcome\n$ ls", true, "ls"},
		{"a variable is no prompt", "$HOME/x\n", false, "$HOME/x\n"},
		{"empty", "", true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := StripPrompts(tt.text, tt.console); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
