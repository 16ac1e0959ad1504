package journal

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// How long a follower waits before it looks again by itself. With inotify
// that is only for what the kernel does not tell: a lock that was let go, a
// change made on another machine.
const (
	lookAgain       = time.Second
	lookAgainNoNews = 250 * time.Millisecond
)

// watcher tells when something changed in a folder.
type watcher struct {
	changed chan struct{}
	every   time.Duration
	file    *os.File // of inotify, or nil
}

// watch begins to watch a folder. Where inotify cannot be had, the watcher
// only counts time.
func watch(dir string) *watcher {
	w := &watcher{changed: make(chan struct{}, 1), every: lookAgainNoNews}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return w
	}
	const what = unix.IN_MODIFY | unix.IN_CLOSE_WRITE | unix.IN_CREATE | unix.IN_DELETE |
		unix.IN_MOVED_FROM | unix.IN_MOVED_TO | unix.IN_DELETE_SELF | unix.IN_MOVE_SELF
	if _, err := unix.InotifyAddWatch(fd, dir, what); err != nil {
		_ = unix.Close(fd)
		return w
	}
	w.every = lookAgain
	w.file = os.NewFile(uintptr(fd), "inotify")
	go w.listen()
	return w
}

// listen ends when the file is closed.
func (w *watcher) listen() {
	// Which change it was does not matter, so what the kernel says is not read.
	buf := make([]byte, 16*(unix.SizeofInotifyEvent+unix.NAME_MAX+1))
	for {
		if _, err := w.file.Read(buf); err != nil {
			return
		}
		select {
		case w.changed <- struct{}{}:
		default:
		}
	}
}

// wait returns when something changed, or may have.
func (w *watcher) wait(ctx context.Context) error {
	timer := time.NewTimer(w.every)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.changed:
	case <-timer.C:
	}
	return nil
}

func (w *watcher) close() {
	if w.file != nil {
		_ = w.file.Close()
	}
}
