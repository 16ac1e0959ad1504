package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"wsc-respond/steps"
)

// section is a heading with what stands below it. A paragraph that is one
// bold span ending in a colon is a heading too, the lowest there is, but only
// where steps are read; until then it is prose.
type section struct {
	level  int
	title  string
	attrs  []value // the flow maps of its comments
	at     steps.Pos
	blocks []ast.Node // its own, without those of the sections below it
	kids   []*section
	parent *section
	kind   sectionKind // told when it was asked for, see kindOf
	// read says that somebody made use of the attributes.
	read bool
}

// labelLevel is the level of a bold paragraph that acts as a heading: below
// all six of Markdown.
const labelLevel = 7

// outline cuts a document into its sections. The root has level 0, and holds
// what stands before the first heading.
func (s *source) outline(doc ast.Node) *section {
	root := &section{at: steps.Pos{File: s.name, Line: 1 + s.skipped}}
	current := root
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		heading, ok := n.(*ast.Heading)
		if !ok {
			current.blocks = append(current.blocks, n)
			continue
		}
		for current.level >= heading.Level {
			current = current.parent
		}
		next := &section{level: heading.Level, title: s.plain(heading), at: s.at(heading), parent: current}
		next.attrs = s.inlineMaps(heading)
		current.kids = append(current.kids, next)
		current = next
	}
	s.takeMaps(root)
	return root
}

// takeMaps moves flow maps in comments right below a heading from the blocks
// of its section to its attributes, in all sections from sec down.
func (s *source) takeMaps(sec *section) {
	for _, kid := range sec.kids {
		s.takeMaps(kid)
	}
	for len(sec.blocks) > 0 {
		maps, only := s.blockMaps(sec.blocks[0])
		if len(maps) == 0 || !only {
			return
		}
		sec.attrs = append(sec.attrs, maps...)
		sec.blocks = sec.blocks[1:]
	}
}

// splitLabels makes sections of the bold paragraphs in a section that acts as
// a plan.
func (s *source) splitLabels(sec *section) {
	if sec.level >= labelLevel {
		return
	}
	own := sec.blocks
	var labels []*section
	for i, n := range sec.blocks {
		title, ok := s.label(n)
		ok = ok && s.heads(title, sec.blocks[i+1:])
		if !ok && len(labels) > 0 {
			last := labels[len(labels)-1]
			last.blocks = append(last.blocks, n)
		}
		if !ok {
			continue
		}
		if len(labels) == 0 {
			own = sec.blocks[:i]
		}
		label := &section{level: labelLevel, title: title, at: s.at(n), parent: sec, attrs: s.inlineMaps(n)}
		labels = append(labels, label)
	}
	for _, label := range labels {
		s.takeMaps(label)
	}
	sec.blocks = own
	sec.kids = append(labels, sec.kids...)
}

// label is the text of a paragraph that is one bold span ending in a colon,
// with the colon inside or outside of it. Comments beside it do not count.
// Indicators are known by their name, so they need no colon.
func (s *source) label(n ast.Node) (string, bool) {
	if n.Kind() != ast.KindParagraph {
		return "", false
	}
	var bold ast.Node
	after := ""
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Emphasis:
			if bold != nil || c.Level != 2 {
				return "", false
			}
			bold = c
		case *ast.RawHTML:
		case *ast.Text:
			after += string(c.Value(s.body))
		default:
			return "", false
		}
	}
	if bold == nil {
		return "", false
	}
	title := s.plain(bold)
	if m := afterLabel().FindStringSubmatch(after); m != nil && (m[2] != "" || strings.HasSuffix(title, ":")) {
		return strings.TrimSpace(strings.TrimSuffix(title, ":") + m[1]), true
	}
	return title, strings.TrimSpace(after) == "" && isIndicators(title)
}

// afterLabel is what may stand behind the bold text of a label: its deadline
// in brackets, and the colon.
var afterLabel = lazily(`^(\s*\([^()\n]*\))?\s*(:?)\s*$`)

// remarks are labels that announce a word to the reader and no phase.
var remarks = map[string]bool{
	"note": true, "notes": true, "warning": true, "caution": true, "important": true, "tip": true, "example": true,
	"output": true, "expected output": true, "expected result": true, "expected": true, "result": true, "why": true,
}

// heads reports whether a label has something to head: a deadline, or a list
// or a command before the next label. Else it is prose.
func (s *source) heads(title string, after []ast.Node) bool {
	if remarks[strings.ToLower(title)] {
		return false
	}
	if _, _, stated, _ := titleDeadline(title); stated {
		return true
	}
	for i, n := range after {
		if _, ok := s.label(n); ok {
			return false
		}
		maps, only := s.blockMaps(n)
		if i == 0 && only && len(maps) > 0 {
			return true
		}
		if n.Kind() == ast.KindList || s.isCommand(n) {
			return true
		}
	}
	return false
}

// hasItems reports whether the section's own blocks hold steps as items.
func (s *source) hasItems(sec *section) bool {
	for _, n := range sec.blocks {
		if isStepList(n) {
			return true
		}
	}
	return false
}

// holdsSteps reports whether steps or commands are found in the section or
// below it.
func (s *source) holdsSteps(sec *section) bool {
	for _, n := range sec.blocks {
		if isStepList(n) || s.isCommand(n) {
			return true
		}
	}
	return slices.ContainsFunc(sec.kids, s.holdsSteps)
}

// isStepList reports whether a list is one of steps: numbered, or of tasks.
func isStepList(n ast.Node) bool {
	list, ok := n.(*ast.List)
	if !ok {
		return false
	}
	return list.IsOrdered() || isTask(list.FirstChild())
}

// isTask reports whether a list item begins with a box to tick.
func isTask(item ast.Node) bool {
	if item == nil || item.FirstChild() == nil || item.FirstChild().FirstChild() == nil {
		return false
	}
	_, ok := item.FirstChild().FirstChild().(*extast.TaskCheckBox)
	return ok
}
