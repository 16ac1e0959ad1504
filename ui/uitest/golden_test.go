package uitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAGoldenFileIsWrittenComparedAndDiffed(t *testing.T) {
	t.Chdir(t.TempDir())

	missing := &recorder{TB: t}
	Golden(missing, "sub/screen", "one\ntwo")
	if !strings.Contains(missing.failure, "-update") || !strings.Contains(missing.failure, "one\ntwo") {
		t.Errorf("a missing file fails with %q", missing.failure)
	}

	*update = true
	Golden(t, "sub/screen", "one\ntwo")
	*update = false
	kept, err := os.ReadFile(filepath.Join("testdata", "golden", "sub", "screen.txt"))
	if err != nil || string(kept) != "one\ntwo\n" {
		t.Errorf("the file holds %q, %v", kept, err)
	}
	Golden(t, "sub/screen", "one\ntwo\n")

	changed := &recorder{TB: t}
	Golden(changed, "sub/screen", "one\nthree")
	if !strings.Contains(changed.failure, `"two"`) || !strings.Contains(changed.failure, `"three"`) {
		t.Errorf("a changed screen fails with %q", changed.failure)
	}
}
