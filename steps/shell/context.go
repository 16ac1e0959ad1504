package shell

// context is what surrounds a byte of shell text, told without parsing, since a
// text with stand-ins in it need not parse.
type context byte

const (
	plain     context = iota
	single            // '…'
	double            // "…", and the body of a here-document that expands
	ansi              // $'…'
	comment           // # …
	verbatim          // the body of a here-document that does not expand
	parameter         // ${…}, where a word is a name or a pattern
)

// contexts returns the context of each byte of text. Quotes count as inside
// what they quote. Broken text gets an answer too.
func contexts(text string) []context {
	l := lexer{text: text, at: make([]context, len(text)), stack: []frame{{}}}
	for l.pos < len(text) {
		l.step()
	}
	return l.at
}

// lexer walks shell text with a stack of what is open.
type lexer struct {
	text  string
	at    []context
	pos   int
	stack []frame
	docs  []hereDocument // announced on this line
}

type frame struct {
	context context
	close   byte // what ends it, 0 for the outermost
	depth   int  // parentheses open within $( )
}

type hereDocument struct {
	delimiter string
	context   context
	indented  bool
}

// hereDocumentStart matches the operator and the delimiter after it.
var hereDocumentStart = pattern(`^<<(-?)[ \t]*(\\?)(['"]?)([A-Za-z_0-9.!+-]+)`)

func (l *lexer) step() {
	top := &l.stack[len(l.stack)-1]
	c := l.text[l.pos]
	switch top.context {
	case plain:
		l.plainByte(top, c)
	case double, parameter:
		l.doubleByte(top, c)
	case single:
		l.mark(1)
		if c == '\'' {
			l.pop()
		}
	case ansi:
		if c == '\\' {
			l.mark(2)
			return
		}
		l.mark(1)
		if c == '\'' {
			l.pop()
		}
	}
}

func (l *lexer) plainByte(top *frame, c byte) {
	switch {
	case c == '\\':
		l.mark(2)
	case c == '\n':
		l.mark(1)
		l.hereDocuments()
	case c == '#' && l.atWordStart(top):
		l.untilLineEnd(comment)
	case c == '\'':
		l.push(frame{context: single, close: '\''}, 1)
	case c == '"':
		l.push(frame{context: double, close: '"'}, 1)
	case c == '`':
		l.backquote(top)
	case c == '$':
		l.dollar()
	case c == '(':
		top.depth++
		l.mark(1)
	case c == ')' && top.close == ')' && top.depth == 0:
		l.mark(1)
		l.pop()
	case c == ')':
		top.depth = max(top.depth-1, 0)
		l.mark(1)
	case c == '<':
		l.less()
	default:
		l.mark(1)
	}
}

func (l *lexer) doubleByte(top *frame, c byte) {
	switch c {
	case '\\':
		l.mark(2)
	case top.close:
		l.mark(1)
		l.pop()
	case '$':
		l.dollar()
	case '`':
		l.backquote(top)
	case '"':
		l.push(frame{context: double, close: '"'}, 1)
	default:
		l.mark(1)
	}
}

// dollar opens what begins with a dollar sign.
func (l *lexer) dollar() {
	next := byte(0)
	if l.pos+1 < len(l.text) {
		next = l.text[l.pos+1]
	}
	inPlain := l.stack[len(l.stack)-1].context == plain
	switch {
	case next == '(':
		l.push(frame{context: plain, close: ')'}, 2)
	case next == '{':
		l.push(frame{context: parameter, close: '}'}, 2)
	case next == '\'' && inPlain:
		l.push(frame{context: ansi, close: '\''}, 2)
	default:
		l.mark(1)
	}
}

func (l *lexer) backquote(top *frame) {
	if top.close == '`' {
		l.mark(1)
		l.pop()
		return
	}
	l.push(frame{context: plain, close: '`'}, 1)
}

// less takes a here-string whole and remembers a here-document.
func (l *lexer) less() {
	rest := l.text[l.pos:]
	if len(rest) >= 3 && rest[:3] == "<<<" {
		l.mark(3)
		return
	}
	m := hereDocumentStart().FindStringSubmatch(rest)
	if m == nil {
		l.mark(1)
		return
	}
	doc := hereDocument{delimiter: m[4], context: double, indented: m[1] != ""}
	if m[2]+m[3] != "" {
		doc.context = verbatim
	}
	l.docs = append(l.docs, doc)
	l.mark(len(m[0]))
	if m[3] != "" && l.pos < len(l.text) && l.text[l.pos] == m[3][0] {
		l.mark(1)
	}
}

// hereDocuments marks the bodies that begin on this line.
func (l *lexer) hereDocuments() {
	docs := l.docs
	l.docs = nil
	for _, doc := range docs {
		for l.pos < len(l.text) {
			start := l.pos
			l.untilLineEnd(doc.context)
			line := l.text[start:l.pos]
			if l.pos < len(l.text) {
				l.mark(1)
			}
			for doc.indented && line != "" && line[0] == '\t' {
				line = line[1:]
			}
			if line == doc.delimiter {
				break
			}
		}
	}
}

func (l *lexer) atWordStart(top *frame) bool {
	if l.pos == 0 {
		return true
	}
	switch l.text[l.pos-1] {
	case ' ', '\t', '\n', ';', '&', '|', '(', ')':
		return true
	case '`': // one that opens; behind one that closes the word goes on
		return top.close == '`'
	}
	return false
}

func (l *lexer) untilLineEnd(c context) {
	for l.pos < len(l.text) && l.text[l.pos] != '\n' {
		l.at[l.pos] = c
		l.pos++
	}
}

// mark gives the next n bytes the context that is open.
func (l *lexer) mark(n int) {
	c := l.stack[len(l.stack)-1].context
	for ; n > 0 && l.pos < len(l.text); n-- {
		l.at[l.pos] = c
		l.pos++
	}
}

func (l *lexer) push(f frame, n int) {
	l.stack = append(l.stack, f)
	l.mark(n)
}

func (l *lexer) pop() {
	if len(l.stack) > 1 {
		l.stack = l.stack[:len(l.stack)-1]
	}
}
