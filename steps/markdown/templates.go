package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
	"wsc-respond/steps/shell"
)

// templates reads a section of notices: each heading below it with a fence
// that is no command is one. Without a fence the text below the heading is
// the notice.
func (r *reader) templates(sec *section) {
	sec.read = true
	for _, kid := range sec.kids {
		r.template(kid)
	}
}

func (r *reader) template(sec *section) {
	src := r.current
	sec.read = true
	t := steps.Template{Title: sec.title, At: sec.at}
	stated := false
	src.apply(sec.attrs, "a notice", fields{"id": idField(&t.ID, &stated)})
	t.Subject, t.Body = splitSubject(r.noticeText(sec))
	if t.Body != "" || t.Subject != "" {
		t.Placeholders = noticePlaceholders(t)
		wanted := orElse(t.ID, orElse(slug(t.Title), "notice"))
		var free bool
		if t.ID, free = r.templateIDs.claim(wanted); stated && !free {
			r.duplicate(t.At, "notice", wanted, t.ID)
		}
		r.rb.Templates = append(r.rb.Templates, t)
	}
	for _, kid := range sec.kids {
		r.template(kid)
	}
}

// noticeText is the text of the first fence, or else all that the section
// says.
func (r *reader) noticeText(sec *section) string {
	text := ""
	for _, n := range sec.blocks {
		if n.Kind() == ast.KindFencedCodeBlock && !r.current.isCommand(n) {
			return r.current.code(n)
		}
		switch n.Kind() {
		case ast.KindBlockquote:
			text = join(text, unquote(r.current.markdown(n)))
		case ast.KindThematicBreak:
		default:
			text = join(text, r.current.markdown(n))
		}
	}
	return text
}

// splitSubject cuts the line "Subject: …" off the front of a notice.
func splitSubject(text string) (subject, body string) {
	text = strings.TrimSpace(text)
	first, rest, _ := strings.Cut(text, "\n")
	if label, after, ok := strings.Cut(first, ":"); ok && strings.EqualFold(strings.Trim(label, "* "), "subject") {
		return strings.TrimSpace(strings.TrimPrefix(after, "**")), strings.TrimSpace(rest)
	}
	return "", text
}

// mailTag is a label in front of a subject, which stays as it is:
// "[SECURITY] Signing key compromise".
var mailTag = lazily(`^\[[A-Z]+\]`)

// noticeWords is the text of a notice in which stand-ins are looked for.
func noticeWords(t steps.Template) string {
	return mailTag().ReplaceAllString(t.Subject, "") + "\n" + t.Body
}

// noticePlaceholders are the stand-ins of a notice, each once, in the order
// of the text.
func noticePlaceholders(t steps.Template) []string {
	var found []string
	for _, p := range shell.NoticePlaceholders(noticeWords(t)) {
		if !slices.Contains(found, p.Text) {
			found = append(found, p.Text)
		}
	}
	return found
}
