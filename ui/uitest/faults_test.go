package uitest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFaultASmallDiskRunsFull(t *testing.T) {
	Faults(t, "mount", "umount")
	file := filepath.Join(SmallDisk(t, 64), "file")
	if err := os.WriteFile(file, make([]byte, 16<<10), 0o600); err != nil {
		t.Fatalf("16 KiB do not fit: %v", err)
	}
	if err := os.WriteFile(file, make([]byte, 128<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("128 KiB on a disk of 64: %v", err)
	}
}

func TestBreakingThingsIsLeftOutUnlessAskedFor(t *testing.T) {
	for _, tc := range []struct {
		name, asked string
		tools       []string
		skipped     bool
	}{
		{"not asked for", "", nil, true},
		{"a tool is missing", "1", []string{"no-such-tool"}, true},
		{"asked for", "1", []string{"sh"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv(FaultsVariable, tc.asked)
			ran := false
			t.Run("the test", func(t *testing.T) {
				defer func() {
					if t.Skipped() != tc.skipped || ran == tc.skipped {
						t.Errorf("skipped: %v, ran: %v", t.Skipped(), ran)
					}
				}()
				Faults(t, tc.tools...)
				ran = true
			})
		})
	}
}
