package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wsc-respond/steps"
)

// draft is a step while its parts are being gathered.
type draft struct {
	number int
	title  string
	prose  string
	attrs  []value
	blocks []ast.Node // all but the title
	at     steps.Pos
}

// drafts gathers the steps among a section's own blocks. What stands before
// the first is prose of the phase, unless it is a command: then the section
// itself is a step. What stands after one belongs to it.
func (p *plan) drafts(sec *section) (found []*draft, prose string) {
	src := p.r.current
	for _, n := range sec.blocks {
		switch {
		case isStepList(n):
			found = append(found, src.listDrafts(n.(*ast.List))...)
		case len(found) == 0 && src.isCommand(n):
			title := sec.title
			if title == "" || p.r.kindOf(sec) == incidentKind {
				title = p.inc.Title
			}
			found = append(found, &draft{title: title, blocks: []ast.Node{n}, at: sec.at})
		case len(found) == 0:
			prose = join(prose, p.proseOf([]ast.Node{n}))
		default:
			last := found[len(found)-1]
			last.blocks = append(last.blocks, n)
		}
	}
	return found, prose
}

// listDrafts makes a draft of each item of a list of steps.
func (s *source) listDrafts(list *ast.List) []*draft {
	var found []*draft
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		d := &draft{at: s.at(item)}
		if list.IsOrdered() {
			d.number = number
			number++
		}
		rest := item.FirstChild()
		if rest != nil && isText(rest) {
			d.title, d.prose = s.splitTitle(rest)
			d.attrs = s.inlineMaps(rest)
			rest = rest.NextSibling()
		}
		for ; rest != nil; rest = rest.NextSibling() {
			d.blocks = append(d.blocks, rest)
		}
		found = append(found, d)
	}
	return found
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

// splitTitle cuts the first paragraph of an item into its title and the rest:
// the bold text that it begins with, or its first sentence if it goes over
// several lines, or all of it.
func (s *source) splitTitle(n ast.Node) (title, rest string) {
	first := n.FirstChild()
	for first != nil && (first.Kind().String() == "TaskCheckBox" || first.Kind() == ast.KindRawHTML) {
		first = first.NextSibling()
	}
	if bold, ok := first.(*ast.Emphasis); ok && bold.Level == 2 {
		title = strings.TrimRight(s.plain(bold), ": ")
		rest = strings.TrimLeft(s.afterBold(n, bold), " :–—-")
		return title, rest
	}
	text := s.plain(n)
	if n.Lines().Len() < 2 {
		return text, ""
	}
	if end := sentenceEnd().FindStringIndex(text); end != nil {
		return strings.TrimRight(text[:end[0]+1], ":. "), strings.TrimSpace(text[end[1]:])
	}
	return text, ""
}

var sentenceEnd = lazily(`[.?!:]\s+`)

// afterBold is the source text of a paragraph after its leading bold text.
func (s *source) afterBold(n ast.Node, bold ast.Node) string {
	stop := 0
	_ = ast.Walk(bold, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			stop = max(stop, t.Segment.Stop)
		}
		return ast.WalkContinue, nil
	})
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		if segment.Stop <= stop {
			continue
		}
		if segment.Start < stop {
			segment = segment.WithStart(stop)
		}
		b.Write(segment.Value(s.body))
	}
	// What closes the bold text stands before what follows it.
	text := strings.TrimLeft(comment().ReplaceAllString(b.String(), ""), "`*_")
	return strings.TrimSpace(text)
}

var numberedTitle = lazily(`^(?:(?:[Ss]tep\s+)([0-9]{1,4})\s*[.:)–—-]?|([0-9]{1,4})[.:)])\s+(.+)$`)

// bareStep makes a step of a section that holds no list of steps.
func (p *plan) bareStep(phase int, sec *section) {
	sec.read = true
	d := &draft{title: sec.title, attrs: sec.attrs, at: sec.at, blocks: sec.blocks}
	if m := numberedTitle().FindStringSubmatch(sec.title); m != nil {
		d.number, _ = strconv.Atoi(m[1] + m[2])
		d.title = m[3]
	}
	step := p.step(d)
	for _, kid := range sec.kids {
		kid.read = true
		step.Prose = join(step.Prose, p.explained(kid))
	}
	p.inc.Phases[phase].Steps = append(p.inc.Phases[phase].Steps, step)
}

// step makes a step of a draft.
func (p *plan) step(d *draft) steps.Step {
	src := p.r.current
	st := steps.Step{Number: d.number, Title: d.title, Prose: d.prose, At: d.at}
	parts := &stepParts{plan: p, step: &st, attrs: d.attrs, checkIDs: names{}, commandIDs: names{}}
	for _, n := range d.blocks {
		parts.block(n)
	}
	stated := false
	src.apply(parts.attrs, "a step", fields{
		"id": idField(&st.ID, &stated), "raci": word(&st.Activity), "role": words(&st.Roles),
		"milestone": milestone(&st.Milestone), "notice": word(&st.Notice), "waits": flag(&st.Waits),
		"before": word(&st.Before), "replaces": word(&st.Replaces),
	})
	if st.Title == "" {
		st.Title = "Step"
		if st.Number > 0 {
			st.Title = "Step " + strconv.Itoa(st.Number)
		}
	}
	wanted := orElse(st.ID, orElse(slug(st.Title), "step"))
	var free bool
	if st.ID, free = p.stepIDs.claim(wanted); stated && !free {
		p.r.duplicate(d.at, "step", wanted, st.ID)
	}
	p.r.stated[st.At] = stated
	return st
}

// stepParts sorts the blocks of a step into checks, commands and prose.
type stepParts struct {
	plan       *plan
	step       *steps.Step
	attrs      []value
	checkIDs   names
	commandIDs names
}

func (sp *stepParts) block(n ast.Node) {
	src := sp.plan.r.current
	switch n := n.(type) {
	case *ast.FencedCodeBlock:
		if src.isCommand(n) {
			sp.command(n)
			return
		}
	case *ast.List:
		if !n.IsOrdered() || isTask(n.FirstChild()) {
			sp.checks(n, 0)
			return
		}
	case *ast.HTMLBlock:
		maps, only := src.blockMaps(n)
		sp.attrs = append(sp.attrs, maps...)
		if only {
			return
		}
	case *ast.ThematicBreak:
		return
	}
	if isText(n) {
		sp.attrs = append(sp.attrs, src.inlineMaps(n)...)
	}
	sp.step.Prose = join(sp.step.Prose, src.markdown(n))
	sp.inner(n)
}

// inner finds the commands deeper inside a block, in a quote or a sub-list.
func (sp *stepParts) inner(n ast.Node) {
	for c := n.FirstChild(); c != nil && c.Type() == ast.TypeBlock; c = c.NextSibling() {
		if fence, ok := c.(*ast.FencedCodeBlock); ok && sp.plan.r.current.isCommand(fence) {
			sp.command(fence)
			continue
		}
		sp.inner(c)
	}
}

func (sp *stepParts) command(n *ast.FencedCodeBlock) {
	sp.step.Commands = append(sp.step.Commands, sp.plan.r.command(n, sp.commandIDs))
}

// checks takes the items of a list. Those of a list inside it follow their
// item, indented by two spaces a level.
func (sp *stepParts) checks(list *ast.List, depth int) {
	src := sp.plan.r.current
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		text := src.itemText(item)
		check := steps.Check{Text: strings.Repeat("  ", depth) + text}
		src.apply(src.itemMaps(item), "a check", fields{"id": id(&check.ID)})
		if text != "" {
			check.ID, _ = sp.checkIDs.claim(orElse(check.ID, orElse(slug(text), "check")))
			sp.step.Checks = append(sp.step.Checks, check)
		}
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if inner, ok := c.(*ast.List); ok {
				sp.checks(inner, min(depth+1, 8))
			} else if fence, ok := c.(*ast.FencedCodeBlock); ok && src.isCommand(fence) {
				sp.command(fence)
			} else {
				sp.inner(c)
			}
		}
	}
}

// itemText is what a list item says, without the lists and the code in it.
func (s *source) itemText(item ast.Node) string {
	var said []string
	for c := item.FirstChild(); c != nil; c = c.NextSibling() {
		if isText(c) {
			if text := s.plain(c); text != "" {
				said = append(said, text)
			}
		}
	}
	return strings.Join(said, " ")
}

// itemMaps are the flow maps in the comments of a list item.
func (s *source) itemMaps(item ast.Node) []value {
	var found []value
	for c := item.FirstChild(); c != nil; c = c.NextSibling() {
		if isText(c) {
			found = append(found, s.inlineMaps(c)...)
		}
		maps, _ := s.blockMaps(c)
		found = append(found, maps...)
	}
	return found
}
