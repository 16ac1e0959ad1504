package durable

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// Digest is the SHA-256 digest of a file from beginning to end, in lower-case
// hex.
func Digest(ctx context.Context, r io.ReaderAt) (string, error) { return Copy(ctx, io.Discard, r) }

// Copy copies a file from beginning to end and returns the SHA-256 digest of
// what it copied. It does not sync.
func Copy(ctx context.Context, w io.Writer, r io.ReaderAt) (string, error) {
	sum := sha256.New()
	buffer := make([]byte, 1<<18)
	for at := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := r.ReadAt(buffer, at)
		at += int64(n)
		sum.Write(buffer[:n])
		if _, failed := w.Write(buffer[:n]); failed != nil {
			return "", failed
		}
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}
