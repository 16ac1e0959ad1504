package markdown

import (
	"os"
	"testing"

	"github.com/yuin/goldmark/text"
)

// BenchmarkRead reads a document of the size of a published runbook.
// BenchmarkParseOnly is its baseline: the Markdown parser alone on the same
// text.
func BenchmarkRead(b *testing.B) {
	doc := benchDocument(b)
	for b.Loop() {
		if _, _, err := ReadFile("kiln.md", doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOnly(b *testing.B) {
	doc := benchDocument(b)
	for b.Loop() {
		newParser().Parse(text.NewReader(doc))
	}
}

// BenchmarkReadEmbedded reads the folder that the program carries.
func BenchmarkReadEmbedded(b *testing.B) {
	fsys := os.DirFS("../../assets/runbook")
	for b.Loop() {
		if _, _, err := Read(fsys, Options{}); err != nil {
			b.Skipf("the embedded runbook is not there: %v", err)
		}
	}
}

func benchDocument(b *testing.B) []byte {
	b.Helper()
	doc, err := os.ReadFile("testdata/plain/kiln.md")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	return doc
}
