package keyfile

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The bounds of a manifest that is read: far more than any folder of keys
// needs.
const (
	maxManifest = 16 << 20 // bytes
	maxLine     = 64 << 10 // bytes
	maxBadLines = 20       // that are told one by one
)

// ErrNotManifest says that a file has lines, and none that a manifest has.
var ErrNotManifest = errors.New("this is no manifest: no line of it is a SHA-256 digest and a file name")

// ReadManifest reads a manifest, or a list that sha256sum wrote. Lines that
// say nothing are problems of the manifest, told by their number alone: the
// file may be anything, a secret key too.
func ReadManifest(r io.Reader) (Manifest, error) {
	limited := &io.LimitedReader{R: r, N: maxManifest + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, maxLine)
	p := manifestReader{seen: make(map[string]bool), manifest: Manifest{Files: []Recorded{}, Problems: []Problem{}}}
	for lines.Scan() {
		p.line++
		if err := p.read(lines.Text()); err != nil {
			return Manifest{}, err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return Manifest{}, fmt.Errorf("read line %d of the manifest: it has more than %d bytes", p.line+1, maxLine)
	case err != nil:
		return Manifest{}, fmt.Errorf("read the manifest: %w", err)
	case limited.N <= 0:
		return Manifest{}, fmt.Errorf("read the manifest: it has more than %d MiB", maxManifest>>20)
	case p.bad > 0 && len(p.manifest.Files) == 0:
		return Manifest{}, ErrNotManifest
	}
	if more := p.bad - maxBadLines; more > 0 {
		p.manifest.Problems = append(p.manifest.Problems, Problem{Kind: BadLine, Detail: fmt.Sprintf("%d more lines say nothing that can be checked", more)})
	}
	return p.manifest, nil
}

// manifestReader reads a manifest line by line.
type manifestReader struct {
	manifest Manifest
	line     int // from 1
	bad      int
	next     Recorded        // what a comment said of the file in the next line
	seen     map[string]bool // the names so far
}

// read takes one line. Its error is that of the whole manifest.
func (p *manifestReader) read(line string) error {
	line = strings.TrimLeft(strings.TrimSuffix(line, "\r"), " \t")
	switch {
	case line == "":
	case strings.HasPrefix(line, "#"):
		return p.comment(line)
	default:
		p.sum(line)
		p.next = Recorded{}
	}
	return nil
}

// comment reads a comment. Those of other programs say nothing here.
func (p *manifestReader) comment(line string) error {
	if version, ok := strings.CutPrefix(line, formatLine); ok && p.line == 1 {
		format, err := strconv.Atoi(version)
		if err != nil || format != ManifestFormat {
			return fmt.Errorf("read the manifest: it is of another format than %d, which this program reads; sha256sum -c checks its digests", ManifestFormat)
		}
		p.manifest.Format = format
		return nil
	}
	if p.manifest.Format == 0 {
		return nil
	}
	if text, ok := strings.CutPrefix(line, folderLine); ok {
		folder, err := strconv.Unquote(text)
		p.manifest.Folder = folder
		p.badComment(err)
	} else if text, ok := strings.CutPrefix(line, madeLine); ok {
		made, err := time.Parse(time.RFC3339, text)
		p.manifest.Made = made.UTC()
		p.badComment(err)
	} else if text, ok := strings.CutPrefix(line, fileLine); ok {
		mode, quoted, _ := strings.Cut(text, " ")
		owner, err := strconv.Unquote(quoted)
		if _, notOctal := strconv.ParseUint(mode, 8, 12); len(mode) != 4 || notOctal != nil {
			err = errors.Join(err, strconv.ErrSyntax)
		}
		if err == nil {
			p.next = Recorded{Mode: mode, Owner: owner}
		}
		p.badComment(err)
	}
	return nil
}

func (p *manifestReader) badComment(err error) {
	if err != nil {
		p.report("the comment cannot be read: what it said is not checked")
	}
}

const digestLength = 64 // hex digits

// sum reads a line of a digest and a name, as sha256sum writes it.
func (p *manifestReader) sum(line string) {
	line, escaped := strings.CutPrefix(line, `\`)
	if len(line) < digestLength+3 || line[digestLength] != ' ' || !strings.ContainsRune(" *", rune(line[digestLength+1])) {
		p.report("it is no SHA-256 digest with a file name")
		return
	}
	digest, name := strings.ToLower(line[:digestLength]), line[digestLength+2:]
	if _, err := hex.DecodeString(digest); err != nil {
		p.report("it does not begin with a SHA-256 digest")
		return
	}
	if escaped {
		var ok bool
		if name, ok = unescape(name); !ok {
			p.report("its name is not escaped as sha256sum does it")
			return
		}
	}
	name, ok := inFolder(name)
	switch {
	case !ok:
		p.report("its file lies outside the folder: check it with sha256sum -c where the list was made")
	case p.seen[name]:
		p.report("it names a file that an earlier line names too")
	default:
		p.seen[name] = true
		p.manifest.Files = append(p.manifest.Files, Recorded{Name: name, SHA256: digest, Mode: p.next.Mode, Owner: p.next.Owner})
	}
}

func (p *manifestReader) report(detail string) {
	if p.bad++; p.bad <= maxBadLines {
		p.manifest.Problems = append(p.manifest.Problems, Problem{Kind: BadLine, Detail: detail, Line: p.line})
	}
}
