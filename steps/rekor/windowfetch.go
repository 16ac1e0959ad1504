package rekor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sigstore/rekor/pkg/generated/models"
)

// Span fetches and verifies the entries of a range of indexes, both included,
// and hands them over in their order. It ends with the first entry that the
// log does not give, that does not verify, or that each refuses.
func (c *Client) Span(ctx context.Context, from, to int64, each func(Verdict) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	coming := make(chan chan part, workers)
	go func() {
		defer close(coming)
		for begin := from; begin <= to; begin += maxRetrieve {
			answer := make(chan part, 1)
			select {
			case coming <- answer:
			case <-ctx.Done():
				return
			}
			end := min(begin+maxRetrieve-1, to)
			go func() {
				verdicts, err := c.part(ctx, begin, end)
				answer <- part{verdicts, err}
			}()
		}
	}()
	for answer := range coming {
		got := <-answer
		for _, verdict := range got.verdicts {
			if err := each(verdict); err != nil {
				return err
			}
		}
		if got.err != nil {
			return got.err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return c.failed("read a span of the log", err)
	}
	return nil
}

// part is what one question of a span came to.
type part struct {
	verdicts []Verdict
	err      error
}

// part fetches up to ten entries in their order. With an error come those
// before the one that is missing.
func (c *Client) part(ctx context.Context, from, to int64) ([]Verdict, error) {
	query := &models.SearchLogQuery{}
	for index := from; index <= to; index++ {
		query.LogIndexes = append(query.LogIndexes, &index)
	}
	answers, err := c.retrieve(ctx, query)
	if err != nil {
		return nil, err
	}
	var inOrder []Verdict
	for index := from; index <= to; index++ {
		at := slices.IndexFunc(answers, func(v Verdict) bool { return v.LogIndex == index })
		if at < 0 {
			return inOrder, fmt.Errorf("%w: entry %d is missing", ErrIncomplete, index)
		}
		verdict := answers[at]
		verdict.Add(CheckAsked, "the entry is the one that was asked for", nil)
		inOrder = append(inOrder, verdict)
	}
	return inOrder, nil
}

// IndexAt finds the first entry of the log that was taken in at a time or
// later, by halving; it is the log's size if there is none. A log's clock is
// only roughly even: entries taken in within the same seconds can stand in
// another order than their times.
func (c *Client) IndexAt(ctx context.Context, trees Trees, at time.Time) (int64, error) {
	return bisect(trees.Size(), at, func(index int64) (time.Time, error) {
		verdict, err := c.getByIndex(ctx, index)
		if err != nil {
			return time.Time{}, err
		}
		if !verdict.Verified {
			return time.Time{}, fmt.Errorf("entry %d, of which the time was asked, is not verified: %s", index, verdict.Failed()[0].Detail)
		}
		return verdict.IntegratedTime, nil
	})
}

// bisect finds the first of size entries whose time is not before another.
func bisect(size int64, at time.Time, timeOf func(int64) (time.Time, error)) (int64, error) {
	low, high := int64(0), size
	for low < high {
		middle := low + (high-low)/2
		when, err := timeOf(middle)
		if err != nil {
			return 0, err
		}
		if when.Before(at) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}
