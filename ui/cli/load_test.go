package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
)

// overlayIn writes an overlay folder and returns it.
func overlayIn(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// configHome gives the test an XDG configuration folder of its own.
func configHome(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return filepath.Join(dir, "wsc-respond", "runbook")
}

func overlayOf(id, contact string) map[string]string {
	return map[string]string{"contacts.md": "---\noverlays: " + id + "\n---\n\n## Emergency contacts\n\n### System Integrator\n\n" +
		"| Role | Contact | Notes |\n|---|---|---|\n| Security lead | " + contact + " | first |\n"}
}

func contact(t *testing.T, l loaded, role string) string {
	t.Helper()
	for _, c := range l.runbook.Contacts {
		if c.Role == role {
			return c.Contact
		}
	}
	t.Fatalf("there is no contact %q", role)
	return ""
}

func TestANamedOverlayGoesBeforeOnesOwnAndBeforeNone(t *testing.T) {
	own := configHome(t)
	named := overlayIn(t, filepath.Join(t.TempDir(), "named"), overlayOf("wsc-incident-response", "named"))

	l, err := loadRunbook("", "")
	if err != nil || l.overlay != "" || len(l.leftOut()) > 0 {
		t.Fatalf("without a folder: overlay %q, left out %v, %v", l.overlay, l.leftOut(), err)
	}
	overlayIn(t, own, overlayOf("wsc-incident-response", "own"))
	if l, err = loadRunbook("", ""); err != nil || contact(t, l, "Security lead") != "own" {
		t.Errorf("one's own folder is not laid over it: %v", err)
	}
	if l, err = loadRunbook("", named); err != nil || contact(t, l, "Security lead") != "named" {
		t.Errorf("the named folder is not laid over it: %v", err)
	}
}

func TestOnlyAnOverlayThatWasAskedForMustBeThere(t *testing.T) {
	own := configHome(t)
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := loadRunbook("", missing); exitCode(err) != exitWrongUse || !strings.Contains(sayFailure(err), "runbook init") {
		t.Errorf("a named overlay that is not there: %v", err)
	}
	// A file in the place of one's own folder is told, and stops nothing.
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := loadRunbook("", "")
	if err != nil || len(l.leftOut()) != 1 || !strings.Contains(l.leftOut()[0], "is not a folder") {
		t.Errorf("left out %v, %v", l.leftOut(), err)
	}
}

func TestABrokenOverlayIsToldAndTheRestIsUsed(t *testing.T) {
	configHome(t)
	files := overlayOf("wsc-incident-response", "kept")
	files["broken.md"] = "---\noverlays: wsc-incident-response\ninputs: [\n---\n"
	dir := overlayIn(t, filepath.Join(t.TempDir(), "ours"), files)
	l, err := loadRunbook("", dir)
	if err != nil || contact(t, l, "Security lead") != "kept" {
		t.Fatalf("the sound part is not used: %v", err)
	}
	if left := l.leftOut(); len(left) != 1 || !strings.Contains(left[0], "broken.md:3: ") {
		t.Errorf("left out: %v", left)
	}
	if said := strings.Join(warnings(l), "\n"); !strings.Contains(said, "1 mistake") {
		t.Errorf("the start of an incident says only:\n%s", said)
	}
}
