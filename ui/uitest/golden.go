package uitest

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew instead of comparing with them")

// Golden compares a text with testdata/golden/NAME.txt in the package of the
// test. With -update it writes the file instead; read the change before you
// keep it. A file ends with one newline whether the text does or not.
func Golden(t T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", filepath.FromSlash(name)+".txt")
	got = strings.TrimRight(got, "\n") + "\n"
	if *update {
		if err := writeGolden(path, got); err != nil {
			t.Fatalf("update the golden file: %v", err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("there is no %s yet; run the test with -update to write it. It would hold:\n%s", path, got)
		return
	}
	if err != nil {
		t.Fatalf("read the golden file: %v", err)
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Fatalf("%s differs (- kept, + now); if the change is meant, run the test with -update\n%s", path, diff)
	}
}

func writeGolden(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
