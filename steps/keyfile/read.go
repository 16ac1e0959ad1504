package keyfile

import (
	"io"
	"io/fs"
)

// maxKeyFile bounds what is read of a file that may be a key, in bytes. Key
// files are far smaller, PEM chains included.
const maxKeyFile = 1 << 20

// readBounded reads a file up to maxKeyFile bytes.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxKeyFile))
}
