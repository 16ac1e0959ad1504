package runner

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkCapture measures how fast a command can write, against a shell that
// keeps and hashes its output by itself. Both are measured to the moment when
// the file is durable.
func BenchmarkCapture(b *testing.B) {
	for _, size := range []int64{64 << 20, 200 << 20, 600 << 20} {
		for name, source := range map[string]string{
			"zero":  fmt.Sprintf("head -c %d /dev/zero", size),
			"lines": fmt.Sprintf("yes 'Nov 22 03:12:07 bastion sshd[811]: Accepted publickey for build' | head -c %d", size),
		} {
			label := fmt.Sprintf("%s/%dMiB", name, size>>20)
			b.Run("baseline/"+label, func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					file := filepath.Join(b.TempDir(), "out")
					if out, err := exec.Command("sh", "-c", source+" | tee "+file+" | sha256sum; sync "+file).CombinedOutput(); err != nil {
						b.Fatalf("%v: %s", err, out)
					}
					_ = os.Remove(file)
				}
			})
			b.Run("capture/"+label, func(b *testing.B) {
				b.SetBytes(size)
				f := newFixture(b)
				for b.Loop() {
					r := f.sh(source)
					if r.Stdout.Bytes != size {
						b.Fatalf("%+v", r)
					}
					_ = os.Remove(filepath.Join(f.dir, r.Stdout.File))
				}
			})
		}
	}
}

// BenchmarkStart is what a command that does nothing takes from start to
// result.
func BenchmarkStart(b *testing.B) {
	f := newFixture(b)
	for b.Loop() {
		f.sh("true")
	}
}

// BenchmarkLook is one look of the console, when nothing is new and when
// everything is.
func BenchmarkLook(b *testing.B) {
	s, v := newTestScreen(b)
	s.show(stdout, []byte(strings.Repeat("a line of output that is of ordinary length\n", 2000)))
	b.Run("nothing new", func(b *testing.B) {
		s.publish()
		for b.Loop() {
			v.look()
		}
	})
	b.Run("all new", func(b *testing.B) {
		for b.Loop() {
			s.publish()
			v.look()
		}
	})
}
