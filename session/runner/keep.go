package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"wsc-respond/session"
)

const (
	// keepHead and keepTail are how much of one stream is kept: from its
	// start, and of its end, in bytes.
	keepHead = 256 << 20
	keepTail = 16 << 20
	// keepFree is how much disk evidence leaves free, in bytes, so that the
	// events of the session still fit.
	keepFree = 64 << 20
	// blockSize is what goes to the disk at a time, in bytes; blocks is how
	// many may wait for it.
	blockSize = 256 << 10
	blocks    = 8
	// stuckAfter is how long a disk may take nothing before the command's
	// output goes on without it.
	stuckAfter = 10 * time.Second
	// finishWithin is how long the last writes and the sync may take.
	finishWithin = 2 * time.Minute
)

// limits are the bounds of what is kept of one stream, in bytes; tests use
// smaller ones.
type limits struct {
	Head, Tail int64
	Free       int64
}

func standardLimits() limits { return limits{Head: keepHead, Tail: keepTail, Free: keepFree} }

// keeper keeps the beginning and the end of a stream in a file. Writing to it
// never fails, and never waits for a disk that takes nothing.
type keeper struct {
	limits
	name  string
	total int64  // bytes that came
	head  int64  // bytes handed to the disk
	block []byte // being filled
	ring  ring
	full  chan []byte
	empty chan []byte
	stuck bool

	// From here on the fields belong to the goroutine that writes.
	file    *os.File
	toDisk  func(p []byte) (int, error) // writes to file; a test brings a slow disk
	hash    hash.Hash
	written int64
	stopped atomic.Bool // the disk takes no more, or should not
	low     bool        // because it is nearly full
	broken  bool        // because it refused
	why     string
	done    chan struct{}
}

func newKeeper(file *os.File, name string, l limits) *keeper {
	k := &keeper{limits: l, name: name, file: file, toDisk: file.Write, hash: sha256.New(), ring: ring{size: l.Tail},
		full: make(chan []byte, blocks), empty: make(chan []byte, blocks+2), done: make(chan struct{})}
	for range blocks + 2 {
		k.empty <- nil // made when it is needed
	}
	go k.write()
	return k
}

// Write takes the next bytes of the stream. It always takes all of them.
func (k *keeper) Write(p []byte) (int, error) {
	n := len(p)
	k.total += int64(n)
	for len(p) > 0 {
		if k.headFull() {
			k.ring.add(p)
			break
		}
		took := k.fill(p[:min(int64(len(p)), k.Head-k.head)])
		k.head += int64(took)
		p = p[took:]
	}
	return n, nil
}

// headFull reports whether what follows can only become the end of the file.
func (k *keeper) headFull() bool {
	return k.head >= k.Head || k.stuck || k.stopped.Load()
}

// skip says that n bytes of the stream were left out here. The end that is
// kept begins anew.
func (k *keeper) skip(n int64) {
	k.total += n
	k.ring = ring{size: k.Tail}
}

// fill copies p into the block at hand and returns how much fitted.
func (k *keeper) fill(p []byte) int {
	if k.block == nil {
		if k.block = (<-k.empty)[:0]; cap(k.block) == 0 {
			k.block = make([]byte, 0, blockSize)
		}
	}
	n := min(len(p), blockSize-len(k.block))
	k.block = append(k.block, p[:n]...)
	if len(k.block) == blockSize {
		k.flush()
	}
	return n
}

// flush hands the block at hand to the disk.
func (k *keeper) flush() {
	if len(k.block) == 0 || k.stuck {
		return
	}
	select {
	case k.full <- k.block:
		k.block = nil
		return
	default:
	}
	timer := time.NewTimer(stuckAfter)
	defer timer.Stop()
	select {
	case k.full <- k.block:
		k.block = nil
	case <-timer.C:
		k.stuck = true
	}
}

// close ends the stream and returns what is in the file now. The text says
// what is wrong with it, and is empty if nothing is.
func (k *keeper) close() (session.Output, string) {
	k.flush()
	close(k.full)
	timer := time.NewTimer(finishWithin)
	defer timer.Stop()
	select {
	case <-k.done:
	case <-timer.C:
		return session.Output{File: k.name, Bytes: k.total}, "the disk does not answer, so nobody knows what " + k.name + " holds"
	}
	if k.stuck && k.why == "" {
		k.why = k.name + " is not whole: the disk took nothing for a while"
	}
	return session.Output{File: k.name, Bytes: k.total, Kept: k.written, SHA256: hex.EncodeToString(k.hash.Sum(nil))}, k.why
}

// write is the goroutine that waits for the disk.
func (k *keeper) write() {
	defer close(k.done)
	for block := range k.full {
		if !k.stopped.Load() && k.roomFor(len(block)) {
			k.written += k.put(block)
		}
		k.empty <- block[:0]
	}
	k.end()
	if err := errors.Join(k.file.Sync(), k.file.Close()); err != nil {
		k.stop(err.Error())
	}
}

// roomFor reports whether n more bytes leave enough of the disk free.
func (k *keeper) roomFor(n int) bool {
	if freeBytes(k.file)-int64(n) >= k.Free {
		return true
	}
	k.low = true
	k.stop("less than " + inMiB(k.Free) + " of disk would have remained")
	return false
}

func (k *keeper) put(p []byte) int64 {
	n, err := k.toDisk(p)
	k.hash.Write(p[:n])
	if err != nil {
		k.broken = true
		k.stop(err.Error())
	}
	return int64(n)
}

func (k *keeper) stop(why string) {
	k.stopped.Store(true)
	k.why = k.name + " is not whole: " + why
}

// end writes the end of the stream, behind a line that says what is missing.
// A disk that refused once is not asked again.
func (k *keeper) end() {
	if k.broken {
		return
	}
	first, second := k.ring.parts()
	if k.low || !k.roomFor(len(first)+len(second)) {
		first, second = nil, nil
	}
	if missing := k.total - k.written - int64(len(first)+len(second)); missing > 0 {
		k.put([]byte(k.marker(missing)))
	}
	k.written += k.put(first)
	k.written += k.put(second)
}

func (k *keeper) marker(missing int64) string {
	if k.low {
		return fmt.Sprintf("\n[wsc-respond: %d bytes of output are left out from here on, because less than %s of disk would have remained]\n", missing, inMiB(k.Free))
	}
	return fmt.Sprintf("\n[wsc-respond: %d bytes of output are left out here; the first %s and the last %s are kept]\n", missing, inMiB(k.Head), inMiB(k.Tail))
}

func inMiB(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

func inKiB(n int64) string { return fmt.Sprintf("%d KiB", n>>10) }

// freeBytes is how much of the disk below f anybody may still use. A file
// system that does not say is taken to have room.
func freeBytes(f *os.File) int64 {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &st); err != nil || st.Blocks == 0 {
		return math.MaxInt64
	}
	return int64(st.Bavail) * st.Bsize
}

// ring holds the last size bytes that were added. Its memory grows with what
// comes, up to size.
type ring struct {
	size  int64
	data  []byte
	start int
}

func (r *ring) add(p []byte) {
	if int64(len(p)) > r.size {
		p = p[int64(len(p))-r.size:]
	}
	if grow := min(r.size-int64(len(r.data)), int64(len(p))); grow > 0 {
		r.data = append(r.data, p[:grow]...)
		p = p[grow:]
	}
	for len(p) > 0 {
		n := copy(r.data[r.start:], p)
		r.start = (r.start + n) % len(r.data)
		p = p[n:]
	}
}

// parts returns what the ring holds, in order.
func (r *ring) parts() (first, second []byte) {
	return r.data[r.start:], r.data[:r.start]
}
