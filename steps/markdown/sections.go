package markdown

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
)

// sectionKind is what the heading of a section says that it holds.
type sectionKind int

const (
	unknownKind sectionKind = iota // not asked yet
	plainKind
	incidentKind
	incidentsKind // its subsections are incident types
	postKind
	templatesKind
	referenceKind
	contactsKind
	tableKind // it holds a table of known form and no steps
)

// section reads a section outside of any incident, and all below it.
func (r *reader) section(sec *section) {
	switch r.kindOf(sec) {
	case incidentKind:
		r.incident(sec)
	case postKind:
		sec.read = true
		if r.post.inc.At.Line == 0 {
			r.post.inc.At, r.post.inc.Title = sec.at, sec.title
		}
		r.post.read(sec)
	case templatesKind:
		r.templates(sec)
	case referenceKind:
		r.reference(sec)
	default:
		r.tables(sec)
		r.notes(sec)
		r.strays(sec)
		for _, kid := range sec.kids {
			r.section(kid)
		}
	}
}

// strays says which steps of an overlay stand under no incident type, and so
// nowhere.
func (r *reader) strays(sec *section) {
	if !r.overlay {
		return
	}
	for _, n := range sec.blocks {
		if isStepList(n) || r.current.isCommand(n) {
			r.problems = append(r.problems, steps.Problem{
				Kind: steps.LeftOut, At: r.current.at(n),
				Detail: "these steps stand under no incident type: put them below a heading such as \"## INC-1: …\"; they were left out",
			})
			return
		}
	}
}

// incidentID is an id as teams give them to their incident types.
var incidentID = lazily(`^[A-Z]{2,}-[0-9]+$`)

var incidentTitle = lazily(`^([A-Z]{2,}-[0-9]+)(?:\s*[:–—]\s*|\s+-\s+|\s+|$)(.*)$`)

// otherNumbers look like ids of incident types and are those of something
// else.
var otherNumbers = map[string]bool{
	"CVE": true, "RFC": true, "ISO": true, "SHA": true, "SEV": true, "PRIO": true, "AES": true, "UTF": true,
	"STEP": true, "PHASE": true, "TASK": true,
}

// splitIncidentID cuts the id off the front of a heading: "INC-1: Private key
// compromise".
func splitIncidentID(title string) (id, rest string, ok bool) {
	m := incidentTitle().FindStringSubmatch(title)
	if m == nil {
		return "", title, false
	}
	if prefix, _, _ := strings.Cut(m[1], "-"); otherNumbers[prefix] {
		return "", title, false
	}
	return m[1], strings.TrimSpace(m[2]), true
}

// kindOf tells what a section holds, by its heading first and then by what
// stands in it.
func (r *reader) kindOf(sec *section) sectionKind {
	if sec.kind == unknownKind {
		sec.kind = r.tellKind(sec)
	}
	return sec.kind
}

func (r *reader) tellKind(sec *section) sectionKind {
	if sec.level == 0 {
		return plainKind
	}
	if _, _, ok := splitIncidentID(sec.title); ok {
		return incidentKind
	}
	if sec.parent != nil && r.kindOf(sec.parent) == incidentsKind {
		if hasKey(sec, "id") || r.current.holdsSteps(sec) {
			return incidentKind
		}
	}
	title := strings.ReplaceAll(slug(sec.title), "-", " ")
	for _, known := range sectionTitles {
		if known.pattern.MatchString(title) {
			return known.kind
		}
	}
	if r.hasKnownTable(sec) && !r.current.hasItems(sec) {
		return tableKind
	}
	return plainKind
}

// sectionTitles tell what a section holds by its heading, in lower case with
// single spaces between the words.
var sectionTitles = []struct {
	pattern *regexp.Regexp
	kind    sectionKind
}{
	{regexp.MustCompile(`^(incident types?|incidents|scenarios|playbooks)$`), incidentsKind},
	{regexp.MustCompile(`^(post incident|postmortem|post mortem|after (the|an|every|each) incident|aftermath)`), postKind},
	{regexp.MustCompile(`^(communication|notification|notice|message)s? templates?$|^templates$|^notices$`), templatesKind},
	{regexp.MustCompile(`^appendix|useful commands|command reference|reference commands|quick reference|cheat ?sheet`), referenceKind},
	{regexp.MustCompile(`\b(contacts?|contact list|phone numbers)$`), contactsKind},
}

var indicatorTitle = lazily(`(?i)^(indicators?( of compromise)?|symptoms?|signs?|detection|how to recogni[sz]e( it)?|what you (see|may see))$`)

func isIndicators(title string) bool {
	return indicatorTitle().MatchString(strings.TrimRight(title, ": "))
}

// hasKey reports whether a section's attributes have the key.
func hasKey(sec *section, keys ...string) bool {
	for _, m := range sec.attrs {
		for _, e := range m.entries {
			if slices.Contains(keys, e.key) {
				return true
			}
		}
	}
	return false
}

// notes keeps what the document says to its readers outside of any incident:
// quoted blocks, and paragraphs that begin with a bold "Note".
func (r *reader) notes(sec *section) {
	for _, n := range sec.blocks {
		text := ""
		switch n.Kind() {
		case ast.KindBlockquote:
			text = unquote(r.current.markdown(n))
		case ast.KindParagraph:
			if isNote(r.current, n) {
				text = r.current.markdown(n)
			}
		}
		if text != "" {
			r.rb.Notes = append(r.rb.Notes, steps.Note{Text: text, At: r.current.at(n)})
		}
	}
}

func isNote(src *source, n ast.Node) bool {
	bold, ok := n.FirstChild().(*ast.Emphasis)
	if !ok || bold.Level != 2 {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(src.plain(bold)), " ")
	return remarks[strings.TrimRight(first, ":")]
}

// unquote takes the marks of a quoted block off its lines.
func unquote(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimPrefix(strings.TrimLeft(line, " "), ">")
		lines[i] = strings.TrimPrefix(line, " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
