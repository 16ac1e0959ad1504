// Package markdown reads a runbook as people write one: a folder of Markdown
// files, or one file that knows nothing of this program. What comes out is a
// [steps.Runbook], and the list of what its author should change, each with
// file and line.
//
// What is read, and how it is told:
//
//   - An incident type is a heading that begins with an id ("INC-1: Private
//     key compromise"), a heading with {id: …} in a comment or with steps
//     below it under "Incident types", or the whole of a file whose front
//     matter gives the id. A file without any of these that has steps is one
//     incident of its own, named after its title: "# Database outage" becomes
//     DATABASE-OUTAGE.
//   - Below it, "Indicators", "Symptoms" or "Signs" are what it is recognised
//     by. Any other heading, and any paragraph that is one bold span ending
//     in a colon, is a phase; a time in brackets at its end is its deadline.
//     A heading that holds neither numbered nor task items is a step itself,
//     unless it only explains ("Background", "References"). Steps that stand
//     in no phase get one called "Steps".
//   - A step is an item of a numbered list, whose number is kept, or a task.
//     Its title is the bold text that it begins with, or its first sentence.
//     Bullets inside it are checks, fences of a shell are commands, and the
//     rest is its prose. What follows a list without being indented belongs
//     to the last step before it.
//   - Tables are told by their first row: levels, activities, metrics,
//     contacts, document information. Sections called "Communication
//     templates" or "Notices", "Post-incident …" and "Appendix …" or "Useful
//     commands" hold what they say.
//
// What prose cannot say stands in YAML: front matter, a map in a comment of a
// heading or item, a map after a fence's language. A document that has any of
// it is strict, and mistakes in it are errors; in any other document the same
// findings are notes. A runbook is never refused for them: what can be used
// is used, and the rest is said.
//
// All text in the model is as the author wrote it: valid UTF-8 and free of
// NUL, because a file that is not is no text and is refused. It is not safe to show; that is for the screens to do.
package markdown

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"wsc-respond/steps"
)

// Bounds of what is read. A runbook that a person can work through is far
// smaller.
const (
	MaxFile  = 4 << 20 // bytes of one file
	MaxFiles = 500     // Markdown files in one folder
	maxDepth = 50      // quotes and lists that one line opens inside each other
)

// Options say how a folder is read.
type Options struct {
	// Name stands before the names of the files in every position:
	// "our-runbook" gives "our-runbook/inc-1.md". It may be empty.
	Name string
}

// ErrNoRunbook says that a folder holds no Markdown file.
var ErrNoRunbook = errors.New("there is no Markdown file in it")

// Read reads the Markdown files of a folder, in the order of their names, as
// one runbook. A README.md is part of it only if it has our front matter or
// is the only file. The problems are those of the text, sorted by place; see
// [Check] for those of the runbook as a whole. An error means that a file
// could not be read, or is too large to be one of a runbook.
func Read(fsys fs.FS, opts Options) (*steps.Runbook, []steps.Problem, error) {
	sources, err := readFolder(fsys, opts.Name)
	if err != nil {
		return nil, nil, err
	}
	rb, problems := build(sources, path.Base(filepath.ToSlash(opts.Name)))
	return rb, problems, nil
}

// ReadFile reads one Markdown file as a runbook. The name is what positions
// show.
func ReadFile(name string, text []byte) (*steps.Runbook, []steps.Problem, error) {
	if len(text) > MaxFile {
		return nil, nil, tooLarge(name)
	}
	src, err := newSource(name, text, newParser())
	if err != nil {
		return nil, nil, err
	}
	rb, problems := build([]*source{src}, baseName(name))
	return rb, problems, nil
}

// ReadPath reads a runbook from disk: a file, or a folder of files. Anything
// that is neither is refused, so that a device or a pipe is never opened.
func ReadPath(name string) (*steps.Runbook, []steps.Problem, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read the runbook: %w", err)
	}
	if info.IsDir() {
		rb, problems, err := Read(os.DirFS(name), Options{Name: filepath.Clean(name)})
		if err != nil {
			return nil, nil, fmt.Errorf("read the runbook folder %s: %w", name, err)
		}
		return rb, problems, nil
	}
	text, err := readRegular(os.DirFS(filepath.Dir(name)), filepath.Base(name))
	if err != nil {
		return nil, nil, fmt.Errorf("read the runbook: %w", err)
	}
	return ReadFile(filepath.Clean(name), text)
}

// Sort puts problems in the order of their places, and leaves out those that
// say the same thing of the same place.
func Sort(problems []steps.Problem) []steps.Problem {
	slices.SortStableFunc(problems, func(a, b steps.Problem) int {
		if c := strings.Compare(a.At.File, b.At.File); c != 0 {
			return c
		}
		return a.At.Line - b.At.Line
	})
	return slices.Compact(problems)
}

// readFolder reads the Markdown files that belong to the runbook of a folder.
func readFolder(fsys fs.FS, prefix string) ([]*source, error) {
	files, err := listFolder(fsys)
	if err != nil {
		return nil, err
	}
	var sources []*source
	p := newParser()
	for _, name := range files {
		text, err := readRegular(fsys, name)
		if err != nil {
			return nil, err
		}
		src, err := newSource(path.Join(filepath.ToSlash(prefix), name), text, p)
		if err != nil {
			return nil, err
		}
		if belongs(src, name, len(files)) {
			sources = append(sources, src)
		}
	}
	if len(sources) == 0 {
		return nil, ErrNoRunbook
	}
	return sources, nil
}

// listFolder names the Markdown files of a folder, in order.
func listFolder(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.EqualFold(path.Ext(e.Name()), ".md") {
			files = append(files, e.Name())
		}
	}
	if len(files) == 0 {
		return nil, ErrNoRunbook
	}
	if len(files) > MaxFiles {
		return nil, fmt.Errorf("it holds %d Markdown files, and a runbook has at most %d: name the folder of the runbook alone", len(files), MaxFiles)
	}
	return files, nil
}

// belongs keeps a README that only describes the folder out of the runbook.
func belongs(src *source, name string, files int) bool {
	return !strings.EqualFold(name, "readme.md") || src.meta.ours || files == 1
}

// readRegular reads a regular file of bounded size. Symbolic links are
// followed: mounted configuration is made of them.
func readRegular(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: a runbook is Markdown text", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > MaxFile {
		return nil, tooLarge(name)
	}
	return text, nil
}

func tooLarge(name string) error {
	return fmt.Errorf("%s is larger than %d MiB: a runbook is text that a person reads", name, MaxFile>>20)
}

func baseName(name string) string {
	base := path.Base(filepath.ToSlash(name))
	return strings.TrimSuffix(base, path.Ext(base))
}
