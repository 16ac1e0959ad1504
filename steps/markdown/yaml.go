package markdown

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of one piece of metadata. They are far above what a person writes,
// and keep a hostile file from costing more than it is long.
const (
	maxYAML      = 256 << 10
	maxYAMLDepth = 32
)

// value is a piece of YAML with its line in the file. Every scalar is the
// text that the author wrote: whether "1.10" is a version or a number is for
// the key to say, not for the notation.
type value struct {
	kind    valueKind
	text    string  // of a scalar
	items   []value // of a list
	entries []entry // of a map, in the author's order
	line    int
}

// entry is one key of a map.
type entry struct {
	key   string
	line  int
	value value
}

type valueKind int

const (
	nullValue valueKind = iota
	scalarValue
	listValue
	mapValue
)

// yamlError is a mistake in YAML with its line in the file.
type yamlError struct {
	line   int
	detail string
}

func (e *yamlError) Error() string { return e.detail }

// parseYAML reads one YAML document that begins on the given line of its
// file. Anchors, aliases, merge keys, tags and further documents are refused:
// a runbook has no use for them, and they are how a short text becomes a long
// one.
func parseYAML(text string, line int) (value, *yamlError) {
	if len(text) > maxYAML {
		return value{}, &yamlError{line, fmt.Sprintf("this is more than %d KiB of YAML: move the text into the document", maxYAML>>10)}
	}
	if deep(text) {
		return value{}, &yamlError{line, "brackets are nested too deeply: one level of maps and lists is enough"}
	}
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return value{}, syntaxError(err, line)
	}
	switch {
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		return value{line: line}, nil
	case len(file.Docs) > 1:
		return value{}, &yamlError{line, "there is more than one YAML document here: remove the inner ---"}
	}
	return convert(file.Docs[0].Body, line, 0)
}

// deep reports whether brackets are open deeper than any map of a runbook
// needs. It counts those in quotes too, which only makes it stricter.
func deep(text string) bool {
	open := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
		if open > maxYAMLDepth {
			return true
		}
	}
	return false
}

// syntaxError gives a parser's error in one line, at its place in the file.
func syntaxError(err error, line int) *yamlError {
	var at interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if !errors.As(err, &at) {
		return &yamlError{line, "this is not YAML: " + firstLine(err.Error())}
	}
	if tk := at.GetToken(); tk != nil && tk.Position != nil && tk.Position.Line > 0 {
		line += tk.Position.Line - 1
	}
	return &yamlError{line, "this is not YAML: " + firstLine(at.GetMessage())}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

func convert(n ast.Node, base, depth int) (value, *yamlError) {
	line := nodeLine(n, base)
	if depth > maxYAMLDepth {
		return value{}, &yamlError{line, "maps and lists are nested too deeply: one or two levels are enough"}
	}
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return value{line: line}, nil
	case *ast.MappingNode:
		return convertMap(n.Values, base, line, depth)
	case *ast.MappingValueNode:
		return convertMap([]*ast.MappingValueNode{n}, base, line, depth)
	case *ast.SequenceNode:
		return convertList(n.Values, base, line, depth)
	case *ast.LiteralNode:
		return value{kind: scalarValue, text: n.Value.Value, line: line}, nil
	case *ast.StringNode:
		return value{kind: scalarValue, text: n.Value, line: line}, nil
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return value{kind: scalarValue, text: n.GetToken().Value, line: line}, nil
	default:
		return value{}, &yamlError{line, "anchors, aliases, merge keys and tags are not read here: write the value out"}
	}
}

func convertMap(nodes []*ast.MappingValueNode, base, line, depth int) (value, *yamlError) {
	m := value{kind: mapValue, line: line}
	for _, n := range nodes {
		key, err := convertKey(n.Key, base)
		if err != nil {
			return value{}, err
		}
		v, err := convert(n.Value, base, depth+1)
		if err != nil {
			return value{}, err
		}
		m.entries = append(m.entries, entry{key: key, line: nodeLine(n.Key, base), value: v})
	}
	return m, nil
}

func convertKey(key ast.MapKeyNode, base int) (string, *yamlError) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, nil
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode:
		return key.GetToken().Value, nil
	default:
		return "", &yamlError{nodeLine(key, base), "a key must be one plain word"}
	}
}

func convertList(nodes []ast.Node, base, line, depth int) (value, *yamlError) {
	list := value{kind: listValue, line: line}
	for _, n := range nodes {
		v, err := convert(n, base, depth+1)
		if err != nil {
			return value{}, err
		}
		list.items = append(list.items, v)
	}
	return list, nil
}

// nodeLine is the line of a node in its file. A value that the parser made up
// (nothing after a colon) has no place of its own; it stands at the base.
func nodeLine(n ast.Node, base int) int {
	if n == nil {
		return base
	}
	tk := n.GetToken()
	if tk == nil || tk.Position == nil || tk.Position.Line < 1 {
		return base
	}
	return base + tk.Position.Line - 1
}
