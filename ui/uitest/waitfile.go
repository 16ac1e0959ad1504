package uitest

import (
	"bytes"
	"os"
	"time"
)

// WaitFile waits until a file is there and, if text is not empty, holds text.
// It returns what the file holds then.
func WaitFile(t T, path, text string) []byte {
	t.Helper()
	limit := time.NewTimer(defaultDeadline)
	defer limit.Stop()
	// There is nothing portable to wait on, so it looks again and again.
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(text)) {
			return data
		}
		select {
		case <-again.C:
		case <-limit.C:
			t.Fatalf("wait for %q in %s: not there after %v (%v):\n%s", text, path, defaultDeadline, err, data)
			return nil
		}
	}
}
