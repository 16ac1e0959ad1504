package wasmsig

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	// batchSize is how many entries of a folder are read at once, and how many
	// files a worker takes at most. More would leave workers without work in
	// trees of small folders.
	batchSize = 64

	// maxDepth bounds how deep folders lie in one another: each that is being
	// read stays open. A path of that many names is longer than systems take.
	maxDepth = 2048

	// maxWorkers bounds how many files are open at once.
	maxWorkers = 16
)

var (
	errTooDeep   = fmt.Errorf("it lies more than %d folders deep, and was not read", maxDepth)
	errNoReadAt  = errors.New("its file system reads files from beginning to end only")
	errNoReadDir = errors.New("it does not list what it holds")
	errChanged   = errors.New("it was changed while it was read")
	errNoRegular = errors.New("it is no regular file and no folder, so it is not opened")
)

// folder is a folder whose files are being looked at.
type folder struct {
	fsys fs.FS  // in which its entries are
	base string // what stands before their names there
	path string // what stands before their names in what is told
	own  bool   // it has a tree of its own, which is closed in the end
	// users are the walk and the workers; the last of them closes it.
	users atomic.Int64
}

// release is called by each user once.
func (f *folder) release() {
	if f.users.Add(-1) > 0 || !f.own {
		return
	}
	if c, ok := f.fsys.(io.Closer); ok {
		_ = c.Close() // nothing was written
	}
}

// sub is a folder in this one. A tree that can makes it a tree of its own, so
// that its files are opened without asking for every folder above them again.
func (f *folder) sub(name string) (*folder, error) {
	sub := &folder{fsys: f.fsys, base: join(f.base, name), path: join(f.path, name)}
	if tree, ok := f.fsys.(fs.SubFS); ok {
		own, err := tree.Sub(sub.base)
		if err != nil {
			return nil, err
		}
		sub.fsys, sub.base, sub.own = own, ".", true
	}
	return sub, nil
}

// join is a path of a folder and a name in it, as they are. Names are what the
// file system says, UTF-8 or not.
func join(folder, name string) string {
	if folder == "" || folder == "." {
		return name
	}
	return folder + "/" + name
}

// job is some files of a folder.
type job struct {
	folder *folder
	names  []string
}

// run walks while the workers work, and returns when all are done.
func (s *scan) run(fsys fs.FS, name string) error {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "scan", Path: name, Err: errNoRegular}
	}
	var workers sync.WaitGroup
	for range min(2*runtime.GOMAXPROCS(0), maxWorkers) {
		workers.Go(s.work)
	}
	if info.IsDir() {
		s.walk(&folder{fsys: fsys, base: name, path: name}, 0)
	} else {
		single := &folder{fsys: fsys}
		single.users.Add(1)
		s.jobs <- job{single, []string{name}}
	}
	close(s.jobs)
	workers.Wait()
	return nil
}

// walk sends the files of a folder to the workers and goes into the folders in
// it. It reads them in batches and holds no more than one of each at a time.
func (s *scan) walk(f *folder, depth int) {
	f.users.Add(1)
	defer f.release()
	dir, err := open(f)
	if err != nil {
		s.unread(f.path, err)
		return
	}
	defer dir.Close()
	for s.ctx.Err() == nil {
		entries, err := dir.ReadDir(batchSize)
		s.batch(f, entries, depth)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.unread(f.path, err)
			return
		}
	}
}

func open(f *folder) (fs.ReadDirFile, error) {
	file, err := f.fsys.Open(f.base)
	if err != nil {
		return nil, err
	}
	dir, ok := file.(fs.ReadDirFile)
	if !ok {
		return nil, errors.Join(errNoReadDir, file.Close())
	}
	return dir, nil
}

// batch sorts some entries of a folder: the files first, so that workers have
// work while the walk goes on.
func (s *scan) batch(f *folder, entries []fs.DirEntry, depth int) {
	var names, folders []string
	for _, e := range entries {
		switch t := e.Type(); {
		case t.IsRegular():
			names = append(names, e.Name())
		case t.IsDir():
			folders = append(folders, e.Name())
		case t&fs.ModeSymlink != 0:
			s.to.Progress.links.Add(1)
		default:
			s.to.Progress.special.Add(1)
		}
	}
	if len(names) > 0 {
		f.users.Add(1)
		select {
		case s.jobs <- job{f, names}:
		case <-s.ctx.Done():
			f.release()
		}
	}
	for _, name := range folders {
		s.enter(f, name, depth+1)
	}
}

func (s *scan) enter(f *folder, name string, depth int) {
	if s.ctx.Err() != nil {
		return
	}
	if depth > maxDepth {
		s.unread(join(f.path, name), errTooDeep)
		return
	}
	sub, err := f.sub(name)
	if err != nil {
		s.unread(join(f.path, name), err)
		return
	}
	s.walk(sub, depth)
}

// work looks at files until there are no more.
func (s *scan) work() {
	f := &finder{search: s.search, walker: walker{large: &s.large}}
	for job := range s.jobs {
		for _, name := range job.names {
			if s.ctx.Err() != nil {
				break
			}
			s.look(f, job.folder, name)
		}
		job.folder.release()
	}
}

// look looks at one file and tells what came of it.
func (s *scan) look(f *finder, in *folder, name string) {
	path := join(in.path, name)
	s.to.Progress.files.Add(1)
	file, err := in.fsys.Open(join(in.base, name))
	if err != nil {
		s.unread(path, err)
		return
	}
	defer file.Close()
	found, err := s.find(f, file)
	if len(found) > 0 {
		for i := range found {
			found[i].Path = path
		}
		s.matched(found)
	}
	if err != nil && s.ctx.Err() == nil {
		s.unread(path, err)
	}
}

// find looks at an open file. The error says why the answer may be incomplete.
func (s *scan) find(f *finder, file fs.File) ([]Match, error) {
	before, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, errNoRegular // it was one when the folder was read
	}
	r, ok := file.(io.ReaderAt)
	if !ok {
		return nil, errNoReadAt
	}
	at := f.sight(r, before.Size())
	if at.module.Kind == "" {
		return nil, at.err
	}
	s.to.Progress.modules.Add(1)
	if at.sections > 0 {
		s.to.Progress.signed.Add(1)
	}
	found, err := at.finish(s.ctx)
	if len(found) == 0 && err == nil {
		return nil, nil
	}
	if after, again := file.Stat(); again != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		err = errors.Join(errChanged, err)
	}
	return found, err
}
