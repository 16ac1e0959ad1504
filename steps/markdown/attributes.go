package markdown

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
)

var comment = lazily(`(?s)<!--(.*?)-->`)

// attributePlaces says where each attribute belongs, for the words of a
// problem and to tell our metadata from other people's.
var attributePlaces = map[string]string{
	"id":       "a heading or a step",
	"severity": "an indicator", "points": "an indicator", "rules_out": "an indicator",
	"raci": "a step", "role": "a step", "milestone": "a step", "notice": "a step", "waits": "a step",
	"before": "a step", "replaces": "a step",
	"within": "a phase", "clock": "a phase",
	"name": "a command", "risk": "a command", "expect": "a command", "after": "a command", "interactive": "a command",
	"timeout": "a command", "yields": "a command", "expects_text": "a command",
}

// inlineMaps are the flow maps in the comments of a heading or a paragraph.
func (s *source) inlineMaps(n ast.Node) []value {
	var found []value
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if raw, ok := c.(*ast.RawHTML); ok && raw.Segments.Len() > 0 {
			found = append(found, s.commentMaps(string(raw.Segments.Value(s.body)), s.at(raw).Line)...)
		}
	}
	return found
}

// blockMaps are the flow maps of a block of HTML; only says that the block is
// comments and nothing else.
func (s *source) blockMaps(n ast.Node) (found []value, only bool) {
	block, ok := n.(*ast.HTMLBlock)
	if !ok {
		return nil, false
	}
	text := s.html(block)
	only = strings.TrimSpace(comment().ReplaceAllString(text, "")) == ""
	return s.commentMaps(text, s.at(n).Line), only
}

// html is the whole text of a block of HTML.
func (s *source) html(block *ast.HTMLBlock) string {
	text := string(block.Lines().Value(s.body))
	if block.HasClosure() {
		text += string(block.ClosureLine.Value(s.body))
	}
	return text
}

func (s *source) commentMaps(text string, line int) []value {
	var found []value
	eachMap(text, line, func(flow string, line int) {
		if v, ok := s.flowMap(flow, line); ok {
			found = append(found, v)
		}
	})
	return found
}

// eachMap visits the text of each map in the comments of a text, with its
// line.
func eachMap(text string, line int, visit func(flow string, line int)) {
	for _, m := range comment().FindAllStringSubmatchIndex(text, -1) {
		inside := text[m[2]:m[3]]
		flow := strings.TrimSpace(inside)
		if isFlowMap(flow) {
			before := text[:m[2]+strings.Index(inside, "{")]
			visit(flow, line+strings.Count(before, "\n"))
		}
	}
}

// isFlowMap tells a map from a plain comment and from the marks of template
// languages.
func isFlowMap(text string) bool {
	return strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "{{") && !strings.HasPrefix(text, "{%")
}

// flowMap reads one map. A map is read once, though several readers may ask
// for it, so that its problems are told once.
func (s *source) flowMap(text string, line int) (value, bool) {
	key := flowKey{text, line}
	if v, ok := s.flows[key]; ok {
		return v, v.kind == mapValue
	}
	v, err := parseYAML(text, line)
	switch {
	case err != nil:
		s.claimsAttributes(text)
		s.problem(steps.BadAttributes, err.line, "%s; attributes are one map, as in {id: isolate, raci: Revoke compromised key}", err.detail)
	case v.kind == mapValue && slices.ContainsFunc(v.entries, func(e entry) bool { return attributePlaces[e.key] != "" }):
		s.strict = true
	}
	s.flows[key] = v
	return v, v.kind == mapValue
}

// claimsAttributes makes the document strict when broken metadata was clearly
// meant to be ours.
func (s *source) claimsAttributes(text string) {
	for name := range attributePlaces {
		if strings.Contains(text, name+":") {
			s.strict = true
		}
	}
}

type flowKey struct {
	text string
	line int
}

// fields are the attributes that a place knows, each with what takes its
// value.
type fields map[string]func(value) error

// deadlineError marks a value that should have been a length of time.
type deadlineError struct{ error }

// apply gives each attribute to its field, and says which are unknown, given
// twice or of a value that they cannot have.
func (s *source) apply(attrs []value, place string, known fields) {
	seen := map[string]bool{}
	for _, m := range attrs {
		for _, e := range m.entries {
			take, ok := known[e.key]
			switch {
			case !ok:
				s.problem(steps.UnknownAttribute, e.line, "%s has no attribute %q%s", place, e.key, hint(e.key, place, known))
			case seen[e.key]:
				s.problem(steps.BadValue, e.line, "the attribute %q is given twice: keep one", e.key)
			default:
				seen[e.key] = true
				s.take(e, take)
			}
		}
	}
}

func (s *source) take(e entry, take func(value) error) {
	err := take(e.value)
	var late deadlineError
	switch {
	case errors.As(err, &late):
		s.problem(steps.UnreadableDeadline, e.line, "%s: %v", e.key, err)
	case err != nil:
		s.problem(steps.BadValue, e.line, "%s: %v", e.key, err)
	}
}

// hint says what an unknown attribute was probably meant to be.
func hint(key, place string, known fields) string {
	names := slices.Sorted(maps.Keys(known))
	if name := nearest(key, names); name != "" {
		return fmt.Sprintf(": did you mean %q?", name)
	}
	if where := attributePlaces[key]; where != "" && where != place {
		return fmt.Sprintf(": it belongs to %s", where)
	}
	if len(names) == 0 {
		return ": it takes none"
	}
	return ": it knows " + strings.Join(names, ", ")
}

// fencePattern cuts the language off a fence's info string.
var fencePattern = lazily(`^\s*([^\s{]*)\s*(\{.*\})?`)

// fence tells the language of a fence in lower case, and its attributes.
func (s *source) fence(n *ast.FencedCodeBlock) (language string, attrs []value) {
	if n.Info == nil {
		return "", nil
	}
	m := fencePattern().FindStringSubmatch(string(n.Info.Segment.Value(s.body)))
	if m[2] != "" && isFlowMap(m[2]) && shells[strings.ToLower(m[1])] {
		if v, ok := s.flowMap(m[2], s.at(n).Line); ok {
			attrs = append(attrs, v)
		}
	}
	return strings.ToLower(m[1]), attrs
}

// shells are the languages whose fences are commands.
var shells = map[string]bool{"sh": true, "bash": true, "shell": true, "console": true, "zsh": true}

// isCommand reports whether a block is a fence of a shell.
func (s *source) isCommand(n ast.Node) bool {
	f, ok := n.(*ast.FencedCodeBlock)
	if !ok {
		return false
	}
	language, _ := s.fence(f)
	return shells[language]
}
