package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
)

// reportOpen says what begins and never ends, and so hides or shows what it
// should not: front matter without its second line, and comments.
func (s *source) reportOpen() {
	if s.skipped == 0 && bytes.HasPrefix(s.body, []byte("---\n")) && ownKeyLine().Match(s.body) {
		s.strict = true
		s.problem(steps.BadFrontMatter, 1, "the front matter that begins here never ends: close it with a line of ---")
	}
	for at := 0; ; {
		open := bytes.Index(s.body[at:], []byte("<!--"))
		if open < 0 {
			return
		}
		open += at
		at = open + len("<!--")
		end, next := bytes.Index(s.body[at:], []byte("-->")), bytes.Index(s.body[at:], []byte("<!--"))
		if end < 0 || next >= 0 && next < end {
			s.problem(steps.BadAttributes, s.pos(open).Line, "the comment that begins here never ends: close it with -->")
		}
	}
}

// reportUnread says which attributes stand where nobody reads them: on a
// heading that has no use for them, or beside nothing that takes any.
func (s *source) reportUnread() {
	s.unreadSections(s.root)
	if !bytes.Contains(s.body, []byte("<!--")) {
		return
	}
	_ = ast.Walk(s.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			s.unreadMaps(string(n.Segments.Value(s.body)), n)
		case *ast.HTMLBlock:
			s.unreadMaps(s.html(n), n)
		}
		return ast.WalkContinue, nil
	})
}

func (s *source) unreadSections(sec *section) {
	if !sec.read {
		s.apply(sec.attrs, "this heading", fields{})
	}
	for _, kid := range sec.kids {
		s.unreadSections(kid)
	}
}

func (s *source) unreadMaps(text string, n ast.Node) {
	if !strings.Contains(text, "{") {
		return
	}
	eachMap(text, s.at(n).Line, func(flow string, line int) {
		if _, read := s.flows[flowKey{flow, line}]; read {
			return
		}
		if v, ok := s.flowMap(flow, line); ok && len(v.entries) > 0 {
			s.problem(steps.BadAttributes, line, "these attributes belong to nothing: put them at the end of a heading or an item, or on the line after it")
		}
	})
}
