package runner

import (
	"encoding/binary"
	"io"
	"os"
	"slices"
	"sync"

	"wsc-respond/session"
)

// viewer is the console's side of a live view. It can be asked a hundred
// times a second: nothing is decoded unless something is new.
type viewer struct {
	mu    sync.Mutex
	file  *os.File
	frame frame
	buf   []byte
}

func newViewer(file *os.File) *viewer {
	return &viewer{file: file, buf: make([]byte, frameHeader+3*liveKeep)}
}

// look returns the present view. The lines are the caller's own.
func (v *viewer) look() session.Live {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refresh()
	l := session.Live{Lines: slices.Clone(v.frame.lines), Stdout: v.frame.stdout, Stderr: v.frame.stderr}
	if now := upTime(); v.frame.start > 0 {
		l.For, l.Silent = now-v.frame.start, now-v.frame.last
	}
	return l
}

func (v *viewer) refresh() {
	if v.file == nil {
		return
	}
	var head [12]byte
	if _, err := v.file.ReadAt(head[:], 0); err != nil || binary.LittleEndian.Uint64(head[4:]) == v.frame.number {
		return
	}
	// A frame that is being written at this moment does not pass its check;
	// the one before stays for this time.
	n, err := v.file.ReadAt(v.buf, 0)
	if err != nil && err != io.EOF {
		return
	}
	if f, ok := decodeFrame(v.buf[:n]); ok {
		v.frame = f
	}
}

func (v *viewer) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.file != nil {
		v.refresh()
		_ = v.file.Close()
		v.file = nil
	}
}
