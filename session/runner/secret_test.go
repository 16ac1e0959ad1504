package runner

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASecretStandsInNoFileAndNoArgumentList(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	f := newFixture(t)
	o := f.order(`echo ready; until [ -e go ]; do sleep 0.01; done; [ "$PASS" = correct-horse-battery"-staple" ] && echo right; export OTHER="$PASS"`)
	o.Values = map[string]string{"PASS": secret}
	o.Secrets = []string{secret}
	r := f.start(o)
	eventually(t, "the command is at work", func() bool { return strings.Contains(liveText(r), "ready") })
	lists, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		if line, _ := os.ReadFile(list); strings.Contains(string(line), secret) {
			t.Errorf("%s holds it", list)
		}
	}
	supervisor, err := os.ReadFile(filepath.Join("/proc", filepath.Base(filepath.Dir(lists[0])), "cmdline"))
	if err != nil || len(supervisor) == 0 {
		t.Fatalf("argument lists cannot be read here: %v", err)
	}
	searchFor(t, f.dir, secret)
	if err := os.WriteFile(filepath.Join(f.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := f.out(f.wait(r)); !strings.Contains(out, "right") {
		t.Errorf("the command did not get it: %q", out)
	}
	searchFor(t, f.dir, secret)
}

// searchFor looks for a text in every file of a session folder.
func searchFor(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if strings.Contains(string(content), text) {
			t.Errorf("%s holds the secret", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
