package session

import (
	"fmt"
	"strings"
)

// keptWhole is how much of an output is kept whole, in bytes: 256 MiB of its
// beginning and 16 MiB of its end. Of a longer one the middle is left out.
const keptWhole = (256 + 16) << 20

// KeptWords say how much of one of the command's outputs its file holds:
// "whole, 40 bytes", "whole but for 2 secrets, 31 bytes", or "the beginning
// and the end, 300 of 500 bytes".
func (d *Ended) KeptWords(o Output) string {
	switch {
	case d.Trimmed(o):
		return fmt.Sprintf("the beginning and the end, %d of %d bytes", o.Kept, o.Bytes)
	case o.Kept != o.Bytes:
		return fmt.Sprintf("whole but for %s, %d bytes", d.hidden(), o.Kept)
	}
	return fmt.Sprintf("whole, %d bytes", o.Kept)
}

// Trimmed reports whether a part of an output was left out, because it was too
// long or the disk did not take it. Secrets that were taken out are no part in
// this sense: they make the file of a short output shorter or longer, too.
func (d *Ended) Trimmed(o Output) bool {
	if o.Kept >= o.Bytes {
		return false
	}
	return o.Bytes > keptWhole || len(d.Redacted) == 0 || o.File == "" || strings.Contains(d.Detail, o.File)
}

// hidden is what was taken out, in words. The count is of both outputs
// together, and is told only where it belongs to one.
func (d *Ended) hidden() string {
	if d.Stdout.Kept != d.Stdout.Bytes && d.Stderr.Kept != d.Stderr.Bytes {
		return "its secrets"
	}
	n := 0
	for _, found := range d.Redacted {
		n += found.Count
	}
	if n == 1 {
		return "1 secret"
	}
	return fmt.Sprintf("%d secrets", n)
}
