package wasmsig

import (
	"context"
	"fmt"
)

// finish completes what was found with what is known of the whole module. The
// error says why there may be more, or what of it could not be read.
func (at *sighting) finish(ctx context.Context) ([]Match, error) {
	if at.err != nil {
		at.unclearly(Unreadable, "it could not be read to its end: %v", at.err)
	}
	if len(at.found) == 0 {
		return nil, at.missed()
	}
	content, err := at.content(ctx)
	if at.err != nil {
		err = at.err
	}
	if at.unclear != nil {
		at.unexpectedly("%s", at.unclear.Detail)
		at.module.found(at.unclear)
	}
	if !at.module.whole {
		at.unexpectedly("its sections could not be read to the end")
	}
	if content != nil {
		at.compare(*content)
	}
	matches := make([]Match, 0, len(at.found))
	for _, c := range at.found {
		matches = append(matches, at.match(c.Match))
	}
	return matches, err
}

// missed is why nothing may have been found though it is there; nil if it is
// not there.
func (at *sighting) missed() error {
	switch {
	case at.err != nil:
		return at.err
	case at.unclear != nil:
		return at.unclear
	case !at.module.whole:
		return fmt.Errorf("what it holds behind its damage is not known: %w", &at.module.Problems[len(at.module.Problems)-1])
	}
	return nil
}

// content reads the whole module where that was asked for, and where a keyless
// signature is to be judged: its bytes can be put into any module, and nothing
// but the content tells. What cannot be passed over has no content to compare.
func (at *sighting) content(ctx context.Context) (*Content, error) {
	if !at.search.VerifyContent && len(at.judged) == 0 {
		return nil, nil
	}
	if !at.module.whole {
		return new(Content), nil
	}
	content, err := at.module.ReadContent(ctx)
	if err != nil {
		at.unclearly(Unreadable, "its content could not be read: %v", err)
		return nil, err
	}
	return &content, nil
}

// compare says of each candidate whether the module still is what was signed.
func (at *sighting) compare(content Content) {
	for i := range at.found {
		c := &at.found[i]
		same := content.Matches(c.set)
		if c.keyless {
			same = at.module.whole && content.Unsigned == c.moduleHash
		}
		c.ContentMatches = &same
		if !same {
			c.Problems = append(c.Problems, *problem(ContentChanged, changedAfterSigning))
			at.unexpectedly(changedAfterSigning)
		}
	}
	for _, signed := range at.judged {
		if !at.module.whole || content.Unsigned != signed {
			at.unexpectedly(changedAfterSigning)
		}
	}
}

// match is what is told of a candidate, when all is known of the module.
func (at *sighting) match(m Match) Match {
	if at.search.Expected != nil {
		expected := at.unexpected == ""
		m.Expected, m.Unexpected = &expected, at.unexpected
	}
	m.Problems = append(append([]Problem{}, m.Problems...), at.module.Problems...) // in JSON none is a list, too
	if more := len(m.Problems) - maxTold; more > 0 {
		m.Problems = append(m.Problems[:maxTold:maxTold], *problem(Unreadable, "%d more problems are not listed here", more))
	}
	return m
}
