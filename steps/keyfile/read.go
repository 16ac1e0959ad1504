package keyfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxKeyFile bounds what is read of a file that may be a key, in bytes. Key
// files are far smaller, certificate chains included.
const maxKeyFile = 64 << 10

// firstLook is what tells a binary file from a text, in bytes.
const firstLook = 1 << 10

// withContent reads a file up to maxKeyFile bytes into the buffer, hands them
// to use with what the open file says of itself, and wipes them. Of a binary
// file that is longer than any wsc key there is no more than its beginning.
func withContent(fsys fs.FS, name string, buffer *[maxKeyFile]byte, use func([]byte, fs.FileInfo)) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	n, err := readHead(file, buffer)
	defer clear(buffer[:n])
	if err != nil {
		return err
	}
	use(buffer[:n], info)
	return nil
}

func readHead(file io.Reader, buffer *[maxKeyFile]byte) (int, error) {
	n, err := io.ReadFull(file, buffer[:firstLook])
	if err == nil && bytes.IndexByte(buffer[:n], 0) < 0 {
		var more int
		more, err = io.ReadFull(file, buffer[n:])
		n += more
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// ReadID reads which wsc key a file holds. Of a secret key it is the id of the
// public half, and secret is true. It fails for keys of other kinds, and for a
// secret key whose halves do not fit.
func ReadID(fsys fs.FS, name string) (id ID, secret bool, err error) {
	var is content
	err = withContent(fsys, name, new([maxKeyFile]byte), func(data []byte, _ fs.FileInfo) { is = judge(data) })
	switch {
	case err != nil:
		return "", false, fmt.Errorf("read the key %s: %w", name, err)
	case is.kind == KindDamaged:
		return "", is.secret, fmt.Errorf("read the key %s: %s", name, is.fault)
	case is.id == "":
		return "", is.secret, fmt.Errorf("read the key %s: %w (%s)", name, ErrNotPublic, is.kind.Words())
	}
	return is.id, is.secret, nil
}
