// Package chroma stands in for the syntax highlighter that the Markdown
// renderer imports. The console colours no code: a command is shown as it will
// run, in one colour. The real one reads hundreds of lexers and styles whenever
// the program starts, half of the start-up of every subcommand, and is 3 MB of
// the binary.
//
// It is a module of its own, which go.mod puts in the place of the real one. It
// has what the renderer names of it and nothing more, so a renderer that needs
// more does not build.
package chroma

// TokenType is a kind of word in a program's text.
type TokenType int

// The kinds that the renderer gives colours to.
const (
	Background TokenType = iota
	Comment
	CommentPreproc
	Error
	GenericDeleted
	GenericEmph
	GenericInserted
	GenericStrong
	GenericSubheading
	Keyword
	KeywordNamespace
	KeywordReserved
	KeywordType
	Literal
	LiteralDate
	LiteralNumber
	LiteralString
	LiteralStringEscape
	Name
	NameAttribute
	NameBuiltin
	NameClass
	NameConstant
	NameDecorator
	NameException
	NameFunction
	NameOther
	NameTag
	Operator
	Punctuation
	Text
)

// StyleEntries are the colours of a style.
type StyleEntries map[TokenType]string

// Style is a style by its name; colours are not kept.
type Style struct {
	Name string
}

// MustNewStyle makes a style.
func MustNewStyle(name string, _ StyleEntries) *Style { return &Style{Name: name} }
