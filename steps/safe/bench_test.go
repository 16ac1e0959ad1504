package safe

import (
	"strings"
	"testing"
)

var (
	asciiOutput = strings.Repeat("/srv/modules/auth/token.wasm  verified with the key 6aed008d\n", 1024)
	mixedOutput = strings.Repeat("/srv/modules/auth/tokén.wasm\tgeprüft \x1b[32m✓\x1b[0m 日本\r\n", 1024)
)

func BenchmarkText(b *testing.B) {
	b.Run("copy", func(b *testing.B) {
		dst := make([]byte, len(asciiOutput))
		b.SetBytes(int64(len(asciiOutput)))
		for b.Loop() {
			copy(dst, asciiOutput)
		}
	})
	for name, text := range map[string]string{"ascii": asciiOutput, "mixed": mixedOutput} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Text(text)
			}
		})
	}
}

func BenchmarkStream(b *testing.B) {
	for name, text := range map[string]string{"ascii": asciiOutput, "mixed": mixedOutput} {
		b.Run(name, func(b *testing.B) {
			chunk := []byte(text)
			rows := 0
			s := NewStream(func(Row) { rows++ })
			b.SetBytes(int64(len(chunk)))
			for b.Loop() {
				_, _ = s.Write(chunk)
			}
		})
	}
}
