package rekor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-openapi/strfmt"
	"github.com/sigstore/rekor/pkg/generated/client/index"
	"github.com/sigstore/rekor/pkg/generated/models"
)

// Query is what to look for in a log's index. One of them is asked at a time.
type Query struct {
	Email   string // of an X.509 or PGP identity; its case does not count
	Subject string // any other identity, such as the URI of a workflow
	SHA256  string // of an artifact, in hex
	// Key is a public key or certificate, and KeyFormat its kind: x509, pgp,
	// ssh, minisign or tuf.
	Key       []byte
	KeyFormat string
}

// maxFound bounds the ids that one search goes on with.
const maxFound = 100_000

// Search asks the log's index for the ids of entries, in no order. The index
// is no part of the log: it proves nothing, and may be incomplete.
func (c *Client) Search(ctx context.Context, q Query) ([]string, error) {
	question := &models.SearchIndex{Email: strfmt.Email(q.Email), Subject: q.Subject}
	if q.SHA256 != "" {
		question.Hash = "sha256:" + strings.ToLower(q.SHA256)
	}
	if len(q.Key) > 0 {
		question.PublicKey = &models.SearchIndexPublicKey{Content: q.Key, Format: &q.KeyFormat}
	}
	answer, err := c.api.Index.SearchIndexContext(ctx, &index.SearchIndexParams{Query: question})
	if err != nil {
		return nil, c.failed("search the log's index", err)
	}
	ids := slices.Clone(answer.Payload)
	if len(ids) > maxFound {
		return nil, fmt.Errorf("%w: the search found %d entries", ErrTooLarge, len(ids))
	}
	for i, id := range ids {
		if _, _, err := splitUUID(id); err != nil {
			return nil, fmt.Errorf("%w: the search found what is no id: %w", ErrNoLog, err)
		}
		ids[i] = strings.ToLower(id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Many fetches and verifies entries by their ids. Missing are those that the
// log did not answer: it leaves them out without a word.
func (c *Client) Many(ctx context.Context, ids []string) (found []Verdict, missing []string, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	parts := slices.Collect(slices.Chunk(ids, maxRetrieve))
	answers := make([][]Verdict, len(parts))
	var all sync.WaitGroup
	room := make(chan struct{}, workers)
	for i, part := range parts {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			answer, err := c.retrieve(ctx, &models.SearchLogQuery{EntryUUIDs: part})
			if err != nil {
				stop(err)
				return
			}
			answers[i] = answer
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, nil, c.failed("ask for what was found", err)
	}
	for i, part := range parts {
		of, lost := matched(part, answers[i])
		found, missing = append(found, of...), append(missing, lost...)
	}
	return found, missing, nil
}

// matched gives each id its entry. Entries that nobody asked for are dropped.
func matched(ids []string, answers []Verdict) (found []Verdict, missing []string) {
	for _, id := range ids {
		at := slices.IndexFunc(answers, func(v Verdict) bool { return v.Entry.isAsked(id) == nil })
		if at < 0 {
			missing = append(missing, id)
			continue
		}
		verdict := answers[at]
		verdict.Add(CheckAsked, "the entry is the one that was asked for", nil)
		found = append(found, verdict)
	}
	return found, missing
}

// ErrIncomplete says that the log kept back entries that it says it has.
var ErrIncomplete = errors.New("the log did not answer with all entries that it says it has")
