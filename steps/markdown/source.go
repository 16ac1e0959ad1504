package markdown

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"wsc-respond/steps"
)

// source is one Markdown file: its text without the front matter, and where
// its lines are.
type source struct {
	name   string
	digest string // SHA-256 of the bytes as they were, in lower-case hex
	front  string // the YAML between the --- lines, if there is any
	body   []byte
	// skipped is how many lines the front matter took.
	skipped int
	starts  []int // offset in body at which each line starts
	doc     ast.Node
	root    *section
	meta    frontMatter
	// strict says that the file has our metadata.
	strict   bool
	flows    map[flowKey]value
	problems []steps.Problem
}

// newParser makes a parser for CommonMark with tables and task lists, and no
// renderer: nothing is drawn from this tree.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

// newSource reads a file into sections. It refuses what is no text, and what
// nests deeper than any person writes, because the cost of parsing grows with
// the square of it.
func newSource(name string, raw []byte, p parser.Parser) (*source, error) {
	if at := notText(raw); at >= 0 {
		return nil, fmt.Errorf("%s:%d: it is no text: a runbook is Markdown in UTF-8, without NUL bytes", name, 1+bytes.Count(raw[:at], []byte("\n")))
	}
	sum := sha256.Sum256(raw)
	s := &source{name: name, digest: hex.EncodeToString(sum[:]), flows: map[flowKey]value{}}
	s.front, s.body, s.skipped = splitFrontMatter(clean(raw))
	s.starts = lineStarts(s.body)
	for i := range s.starts {
		if line := s.line(i); len(line) > maxDepth && opens(line) > maxDepth {
			return nil, fmt.Errorf("%s:%d: more than %d quotes or lists begin inside each other: write it flat", name, i+1+s.skipped, maxDepth)
		}
	}
	s.doc = p.Parse(text.NewReader(s.body))
	s.root = s.outline(s.doc)
	s.readFrontMatter()
	s.reportOpen()
	return s, nil
}

var (
	opener = lazily(`^\s*(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?:\s|$))`)
	ruler  = lazily(`^[\s>]*(?:[-\s]+|[*\s]+)$`)
)

// opens counts the quotes and lists that a line opens inside each other. A
// ruler of dashes or stars opens none.
func opens(line string) int {
	n := 0
	for found := opener().FindString(line); found != "" && n <= maxDepth; found = opener().FindString(line) {
		line = line[len(found):]
		n++
	}
	if n > maxDepth && ruler().MatchString(line) && !strings.Contains(line, ">") {
		return 0
	}
	return n
}

// notText is where bytes stop being text, or -1: at a NUL byte, or at one that
// is not UTF-8.
func notText(raw []byte) int {
	if utf8.Valid(raw) {
		return bytes.IndexByte(raw, 0)
	}
	for at := 0; at < len(raw); {
		r, size := utf8.DecodeRune(raw[at:])
		if raw[at] == 0 || r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// clean takes the byte order mark off a text, and gives it one kind of line
// end. Everything in the model is cut from this.
func clean(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
}

// splitFrontMatter cuts the YAML between a first line --- and the next one.
func splitFrontMatter(all []byte) (front string, body []byte, lines int) {
	first, rest, ok := bytes.Cut(all, []byte("\n"))
	if !ok || string(bytes.TrimRight(first, " \t")) != "---" {
		return "", all, 0
	}
	lines = 1
	for at := 0; at < len(rest); {
		line, _, _ := bytes.Cut(rest[at:], []byte("\n"))
		next := min(at+len(line)+1, len(rest))
		lines++
		if end := string(bytes.TrimRight(line, " \t")); end == "---" || end == "..." {
			return string(rest[:at]), rest[next:], lines
		}
		at = next
	}
	return "", all, 0
}

func lineStarts(body []byte) []int {
	starts := []int{0}
	for i, b := range body {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// lineAt is the index of the line that an offset of the body lies in,
// counted from 0 without the front matter.
func (s *source) lineAt(offset int) int {
	return max(sort.SearchInts(s.starts, offset+1)-1, 0)
}

// pos is the place of an offset of the body in the file.
func (s *source) pos(offset int) steps.Pos {
	return steps.Pos{File: s.name, Line: s.lineAt(offset) + 1 + s.skipped}
}

// at is the place of a node in the file.
func (s *source) at(n ast.Node) steps.Pos { return s.pos(n.Pos()) }

// line is the text of a line, counted from 0, without its end.
func (s *source) line(i int) string {
	if i < 0 || i >= len(s.starts) {
		return ""
	}
	end := len(s.body)
	if i+1 < len(s.starts) {
		end = s.starts[i+1] - 1
	}
	return string(s.body[s.starts[i]:end])
}

// lastLine is the last line that a block reaches to.
func (s *source) lastLine(n ast.Node) int {
	last := s.lineAt(n.Pos())
	if n.Type() != ast.TypeBlock {
		return last
	}
	if lines := n.Lines(); lines.Len() > 0 {
		if stop := lines.At(lines.Len() - 1).Stop; stop > 0 {
			last = max(last, s.lineAt(stop-1))
		}
	}
	switch n := n.(type) {
	case *ast.FencedCodeBlock:
		return s.fenceEnd(last)
	case *ast.HTMLBlock:
		if n.HasClosure() {
			last = max(last, s.lineAt(n.ClosureLine.Start))
		}
	}
	if child := n.LastChild(); child != nil && child.Type() == ast.TypeBlock {
		last = max(last, s.lastLine(child))
	}
	return last
}

var closingFence = lazily("^[\\s>]*(?:`{3,}|~{3,})\\s*$")

// fenceEnd is the line of the closing fence after the last line of code, or
// that last line if the document ends first.
func (s *source) fenceEnd(last int) int {
	if closingFence().MatchString(s.line(last + 1)) {
		return last + 1
	}
	return last
}

// markdown is the text of a block as the author wrote it, without the
// indentation that it has from the list around it.
func (s *source) markdown(n ast.Node) string {
	first := s.lineAt(n.Pos())
	column := n.Pos() - s.starts[first]
	lines := []string{strings.TrimRight(s.line(first)[column:], " \t")}
	for i := first + 1; i <= s.lastLine(n); i++ {
		lines = append(lines, strings.TrimRight(dedent(s.line(i), column), " \t"))
	}
	whole := strings.Join(lines, "\n")
	if n.Kind() == ast.KindFencedCodeBlock || n.Kind() == ast.KindCodeBlock {
		return whole
	}
	return strings.TrimSpace(comment().ReplaceAllString(whole, ""))
}

// dedent takes up to width columns of white space off the front.
func dedent(line string, width int) string {
	for width > 0 && line != "" {
		switch line[0] {
		case ' ':
			width--
		case '\t':
			width -= 4
		default:
			return line
		}
		line = line[1:]
	}
	return line
}

// code is the text inside a fence or an indented block.
func (s *source) code(n ast.Node) string {
	return strings.TrimRight(string(n.Lines().Value(s.body)), "\n")
}

// plain is the text of a heading, an item or a cell as a reader sees it. The
// address of a link follows its words; line ends become spaces.
func (s *source) plain(n ast.Node) string {
	var b strings.Builder
	s.writePlain(&b, n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (s *source) writePlain(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(util.UnescapePunctuations(c.Value(s.body)))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(s.body))
		case *ast.CodeSpan:
			s.writeCode(b, c)
		case *ast.RawHTML, *extast.TaskCheckBox:
		case *ast.Link:
			s.writeLink(b, c)
		default:
			s.writePlain(b, c)
		}
	}
}

// writeCode writes a code span, whose backslashes are only backslashes.
func (s *source) writeCode(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Value(s.body))
		}
	}
}

func (s *source) writeLink(b *strings.Builder, link *ast.Link) {
	words := s.plain(link)
	b.WriteString(words)
	if to := string(link.Destination); to != "" && to != words && !strings.HasPrefix(to, "#") {
		b.WriteString(" (" + to + ")")
	}
}
