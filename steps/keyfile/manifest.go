package keyfile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ManifestFormat is the version of the manifests that are written here.
const ManifestFormat = 1

// The comment lines of a manifest. sha256sum reads over them.
const (
	formatLine = "# wsc-respond key manifest "
	folderLine = "# folder "
	madeLine   = "# made "
	fileLine   = "# file " // mode and owner of the file in the next line
)

// Manifest is what the key files of a folder were at some time. As a text it
// is what sha256sum writes, with comments between: sha256sum -c checks the
// content of the files, Verify their modes, their owners and new files too.
type Manifest struct {
	Format   int        `json:"format_version"` // 0 for a list that sha256sum or somebody else wrote
	Folder   string     `json:"folder"`         // as whoever made the manifest names it
	Made     time.Time  `json:"made,omitzero"`  // UTC, to the second
	Files    []Recorded `json:"files"`
	Problems []Problem  `json:"problems"` // what is missing in it, or could not be read of it
}

// Recorded is one file of a manifest.
type Recorded struct {
	Name   string `json:"path"`            // relative to the folder, with slashes
	SHA256 string `json:"sha256"`          // lower-case hex
	Mode   string `json:"mode,omitempty"`  // octal, of four digits; "" when it is not known
	Owner  string `json:"owner,omitempty"` // "" when it is not known
}

// NewManifest records the key files of a folder and all below it, in the order
// of their names: what holds a key, or has the name of one. Links are not
// recorded, what they lead to within the folder is. folder is the folder's
// name for people. What could not be read is missing, and is a problem.
func NewManifest(fsys fs.FS, dir, folder string, o Options) (Manifest, error) {
	found, err := Check(fsys, dir, o)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Format: ManifestFormat, Folder: folder, Made: o.Now.UTC().Truncate(time.Second),
		Files: []Recorded{}, Problems: []Problem{}}
	for _, file := range found {
		if i := slices.IndexFunc(file.Problems, isUnreadable); i >= 0 {
			m.Problems = append(m.Problems, Problem{Kind: Unreadable, Detail: file.Problems[i].Detail, File: file.Path})
			continue
		}
		if !file.recordable() {
			continue
		}
		r, err := record(fsys, file.Path, o)
		if err != nil {
			m.Problems = append(m.Problems, Problem{Kind: Unreadable, Detail: fmt.Sprintf("it could not be read (%v)", cause(err)), File: file.Path})
			continue
		}
		r.Name = below(dir, file.Path)
		m.Files = append(m.Files, r)
	}
	return m, nil
}

func isUnreadable(p Problem) bool { return p.Kind == Unreadable }

// recordable reports whether a file has content of its own.
func (f Checked) recordable() bool {
	return !f.linked && f.Kind != KindSpecial && f.Kind != KindUnknown
}

// below is a path relative to the folder that it lies in.
func below(dir, name string) string {
	if dir == "." {
		return name
	}
	return strings.TrimPrefix(name, dir+"/")
}

// record reads what a file is now. It reads the file to its end, a part at a
// time, and wipes what it read.
func record(fsys fs.FS, name string, o Options) (Recorded, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return Recorded{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return Recorded{}, err
	}
	buffer := make([]byte, maxKeyFile)
	defer clear(buffer)
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, onlyReader{file}, buffer); err != nil {
		return Recorded{}, err
	}
	r := Recorded{Name: name, SHA256: hex.EncodeToString(sum.Sum(nil)), Mode: octal(info.Mode())}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		r.Owner = o.owner(stat.Uid)
	}
	return r, nil
}

// onlyReader keeps io.CopyBuffer to the buffer that it was given.
type onlyReader struct{ io.Reader }

// Text is the manifest as a file.
func (m Manifest) Text() []byte {
	var b []byte
	b = fmt.Appendf(b, "%s%d\n", formatLine, ManifestFormat)
	b = fmt.Appendf(b, "%s%s\n", folderLine, strconv.QuoteToASCII(m.Folder))
	b = fmt.Appendf(b, "%s%s\n", madeLine, m.Made.UTC().Format(time.RFC3339))
	for _, f := range m.Files {
		if f.Mode != "" {
			b = fmt.Appendf(b, "%s%s %s\n", fileLine, f.Mode, strconv.QuoteToASCII(f.Owner))
		}
		b = appendSum(b, f)
	}
	return b
}

// appendSum writes a line as sha256sum does: a name that would break the line
// is escaped, and the line says so with a backslash in front.
func appendSum(b []byte, f Recorded) []byte {
	name := escaper.Replace(f.Name)
	if name != f.Name {
		b = append(b, '\\')
	}
	if name == "-" {
		name = "./-" // alone, it stands for the standard input
	}
	return fmt.Appendf(b, "%s  %s\n", f.SHA256, name)
}

var escaper = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)

// unescape reads a name of an escaped line.
func unescape(name string) (string, bool) {
	var b strings.Builder
	for {
		plain, rest, escaped := strings.Cut(name, `\`)
		b.WriteString(plain)
		switch {
		case !escaped:
			return b.String(), true
		case rest == "":
			return "", false
		}
		i := strings.IndexByte(`\nr`, rest[0])
		if i < 0 {
			return "", false
		}
		b.WriteByte("\\\n\r"[i])
		name = rest[1:]
	}
}

// inFolder makes a name of a manifest a path in the folder, unless it leads
// out of it.
func inFolder(name string) (string, bool) {
	clean := path.Clean(name)
	if path.IsAbs(clean) || clean == "." || leadsOut("x", clean) || strings.ContainsRune(clean, 0) {
		return "", false
	}
	return clean, true
}
