package runner

import (
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/session"
)

// leave puts files where a command leaves them, and lists them.
func leave(t *testing.T, secrets []string, files map[string]string) *leftFiles {
	t.Helper()
	dir := t.TempDir()
	o := session.Order{Command: "INC-1/step/command", Evidence: "0001-test", Secrets: secrets}
	folder := filepath.Join(dir, leftFolder(o.Evidence))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return gatherLeft(root, o)
}

func TestALeftFileWithASecretIsKeptAndSaid(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: []byte(strings.Repeat("no key at all ", 20))}))
	l := leave(t, []string{secret}, map[string]string{
		"a-key": key, "b-both": key + "pass " + secret + "\n", "c-plain": "nothing\n"})
	var notes []string
	for _, left := range l.files {
		notes = append(notes, left.Note)
	}
	want := "holds what looks like: private key|holds what looks like: private key, input|"
	if got := strings.Join(notes, "|"); got != want {
		t.Errorf("notes %q", got)
	}
	content, err := os.ReadFile(filepath.Join(l.root.Name(), l.files[1].File))
	if err != nil || string(content) != key+"pass "+secret+"\n" {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestALargeLeftFileIsNotSearchedAndThatIsSaid(t *testing.T) {
	f := newFixture(t)
	r := f.sh(fmt.Sprintf(`truncate -s %d "$WSC_RESPOND_EVIDENCE/large"`, maxSearched+1))
	if len(r.Left) != 1 || r.Left[0].Note != "not searched for secrets: it is larger than 64 MiB" || r.Left[0].Size != maxSearched+1 {
		t.Errorf("%+v", r.Left)
	}
}

func TestNotMoreThanSomeFilesAreListedAndTheRestIsCounted(t *testing.T) {
	f := newFixture(t)
	r := f.sh(`cd "$WSC_RESPOND_EVIDENCE"; for i in $(seq -w 210); do echo $i > f$i; done; for i in $(seq 30); do ln -s x a$i; done`)
	if len(r.Left) != maxLeft || r.Left[0].File != "evidence/0001-test.d/f001" {
		t.Errorf("%d files", len(r.Left))
	}
	for _, want := range []string{"a1 was left by the command and is not on record: ", "so were 20 others", "10 files in evidence/0001-test.d beyond the first 200"} {
		if !strings.Contains(r.Detail, want) {
			t.Errorf("%q is missing: %q", want, r.Detail)
		}
	}
}

func TestANameThatCannotStandInTheRecordIsRefused(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	l := leave(t, []string{secret}, map[string]string{"\xff": "x", "the " + secret: "x", "fine": "x"})
	remarks := strings.Join(l.remarks(), "; ")
	if len(l.files) != 1 || !strings.Contains(remarks, "not valid UTF-8") || !strings.Contains(remarks, "its name holds a secret") || strings.Contains(remarks, secret) {
		t.Errorf("%+v, %q", l.files, remarks)
	}
}
