package rekor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-openapi/runtime"
	httptransport "github.com/go-openapi/runtime/client"
	"github.com/go-openapi/strfmt"
	"github.com/sigstore/rekor/pkg/generated/client"
	"github.com/sigstore/rekor/pkg/generated/client/entries"
	"github.com/sigstore/rekor/pkg/generated/client/tlog"
	"github.com/sigstore/rekor/pkg/generated/models"
)

// PublicLog is the address of Sigstore's public log.
const PublicLog = "https://rekor.sigstore.dev"

// maxRetrieve is how many entries a log gives at once.
const maxRetrieve = 10

// workers is how many questions are under way at once.
const workers = 8

// Client asks one log, and believes nothing that its key did not sign. It can
// be used by many at once.
type Client struct {
	// Verifier verifies each entry that comes.
	Verifier *Verifier

	server string
	keys   []LogKey
	api    *client.Rekor

	transport *transport
}

// Dial makes a client for the log at an address, whose answers are verified
// against the pinned keys. The agent says in each question who asks. Nothing is
// asked yet.
func Dial(server string, keys []LogKey, agent string) (*Client, error) {
	address, err := serverURL(server)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("the key of the log must be known before it is asked")
	}
	asks := newTransport(agent)
	web := &http.Client{Transport: asks, CheckRedirect: sameHost}
	wire := httptransport.NewWithClient(address.Host, address.Path, []string{address.Scheme}, web)
	wire.Debug = false // the library would print questions and answers when an environment variable says so
	wire.Consumers["application/json"] = runtime.ConsumerFunc(readJSON)
	return &Client{Verifier: NewVerifier(keys), server: address.String(), keys: keys, api: client.New(wire, strfmt.Default), transport: asks}, nil
}

// serverURL reads a log's address. The path of the API may stand in it; the
// library would ask for it twice.
func serverURL(server string) (*url.URL, error) {
	address, err := url.Parse(server)
	switch {
	case err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http":
		return nil, fmt.Errorf("%.200q is no address of a log, such as %s", server, PublicLog)
	case address.User != nil || address.RawQuery != "" || address.Fragment != "":
		return nil, errors.New("the address of a log has no user, no question mark and no number sign")
	}
	path := strings.TrimRight(address.Path, "/")
	path = strings.TrimSuffix(strings.TrimSuffix(path, "/v1"), "/api")
	return &url.URL{Scheme: address.Scheme, Host: address.Host, Path: path + "/"}, nil
}

// readJSON reads an answer, which the transport has bounded.
func readJSON(r io.Reader, target any) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, target); err != nil {
		return fmt.Errorf("%w: its JSON cannot be read: %w", ErrNoLog, err)
	}
	return nil
}

// Server is the address that is asked.
func (c *Client) Server() string { return strings.TrimSuffix(c.server, "/") }

// Get fetches the entry of an id, 64 or 80 hex digits, or of an index in
// decimal, and verifies it: also that it is the one that was asked for.
func (c *Client) Get(ctx context.Context, id string) (Verdict, error) {
	if index, err := strconv.ParseInt(id, 10, 64); err == nil && len(id) < 2*hashSize {
		return c.getByIndex(ctx, index)
	}
	if _, _, err := splitUUID(id); err != nil {
		return Verdict{}, fmt.Errorf("%w: %w", ErrNoID, err)
	}
	params := &entries.GetLogEntryByUUIDParams{EntryUUID: strings.ToLower(id)}
	answer, err := c.api.Entries.GetLogEntryByUUIDContext(ctx, params)
	if err != nil {
		return Verdict{}, c.failed("ask for the entry "+short(id), err)
	}
	return c.one(answer.Payload, func(e Entry) error { return e.isAsked(id) })
}

func (c *Client) getByIndex(ctx context.Context, index int64) (Verdict, error) {
	if index < 0 {
		return Verdict{}, fmt.Errorf("%w: there is no entry %d in any log", ErrNoID, index)
	}
	params := &entries.GetLogEntryByIndexParams{LogIndex: index}
	answer, err := c.api.Entries.GetLogEntryByIndexContext(ctx, params)
	if err != nil {
		return Verdict{}, c.failed(fmt.Sprintf("ask for entry %d", index), err)
	}
	return c.one(answer.Payload, func(e Entry) error {
		if e.LogIndex != index {
			return fmt.Errorf("entry %d was asked for, and the answer is entry %d", index, e.LogIndex)
		}
		return nil
	})
}

// isAsked says whether an entry is the one of an id, of which the tree may be
// left open.
func (e Entry) isAsked(id string) error {
	tree, leaf, err := splitUUID(id)
	if err != nil {
		return err
	}
	gotTree, gotLeaf, err := splitUUID(e.UUID)
	if err != nil {
		return err
	}
	if leaf != gotLeaf || tree != "" && tree != gotTree {
		return fmt.Errorf("another entry was asked for, %s", id)
	}
	return nil
}

// one verifies the answer that is to be one entry.
func (c *Client) one(answer models.LogEntry, asked func(Entry) error) (Verdict, error) {
	list, err := entriesOf([]models.LogEntry{answer})
	if err != nil {
		return Verdict{}, fmt.Errorf("%w: %w", ErrNoLog, err)
	}
	if len(list) != 1 {
		return Verdict{}, fmt.Errorf("%w: it answered with %d entries where one was asked for", ErrNoLog, len(list))
	}
	verdict := c.Verifier.Verify(list[0])
	verdict.Add(CheckAsked, "the entry is the one that was asked for", asked(list[0]))
	return verdict, nil
}

// retrieve fetches and verifies up to ten entries by id or by index. Those
// that the log does not name are not among them, without an error.
func (c *Client) retrieve(ctx context.Context, query *models.SearchLogQuery) ([]Verdict, error) {
	params := &entries.SearchLogQueryParams{Entry: query}
	answer, err := c.api.Entries.SearchLogQueryContext(ctx, params)
	if err != nil {
		return nil, c.failed("ask for entries", err)
	}
	list, err := entriesOf(answer.Payload)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoLog, err)
	}
	var verdicts []Verdict
	for _, e := range list {
		verdicts = append(verdicts, c.Verifier.Verify(e))
	}
	return verdicts, nil
}

// Checkpoint asks for the log's checkpoint, and verifies that the pinned key
// signed it. Trees that are closed come with it, oldest first.
func (c *Client) Checkpoint(ctx context.Context) (Trees, error) {
	answer, err := c.api.Tlog.GetLogInfoContext(ctx, &tlog.GetLogInfoParams{})
	if err != nil {
		return Trees{}, c.failed("ask for the checkpoint", err)
	}
	info := answer.Payload
	if info == nil {
		return Trees{}, fmt.Errorf("%w: it answered with nothing", ErrNoLog)
	}
	var trees Trees
	if trees.Now, trees.SignedBy, err = c.checkpoint(info.SignedTreeHead); err != nil {
		return Trees{}, err
	}
	for _, shard := range info.InactiveShards {
		if shard == nil {
			return Trees{}, fmt.Errorf("%w: it names a tree of which it says nothing", ErrNoLog)
		}
		old, _, err := c.checkpoint(shard.SignedTreeHead)
		if err != nil {
			return Trees{}, err
		}
		trees.Closed = append(trees.Closed, old)
	}
	return trees, nil
}

// checkpoint verifies a signed note with one of the pinned keys.
func (c *Client) checkpoint(note *string) (Checkpoint, string, error) {
	if note == nil {
		return Checkpoint{}, "", fmt.Errorf("%w: it answered without a checkpoint", ErrNoLog)
	}
	err := errors.New("there is no pinned key")
	for _, key := range c.keys {
		var signed Checkpoint
		if signed, err = key.VerifyNote(*note); err == nil {
			return signed, key.ID, nil
		}
	}
	return Checkpoint{}, "", fmt.Errorf("the checkpoint of %s: %w", c.Server(), err)
}

// Consistent asks the log to prove that a checkpoint is of a tree that only
// grew since an earlier one. Its errors are those of CheckConsistency, or say
// why the log could not be asked.
func (c *Client) Consistent(ctx context.Context, old, new Checkpoint) error {
	if old.Size == 0 || old.Size >= new.Size || old.Origin != new.Origin {
		return CheckConsistency(old, new, nil)
	}
	params := &tlog.GetLogProofParams{FirstSize: &old.Size, LastSize: new.Size}
	if tree, err := strconv.ParseUint(new.TreeID(), 16, 64); err == nil {
		id := strconv.FormatUint(tree, 10)
		params.TreeID = &id
	}
	answer, err := c.api.Tlog.GetLogProofContext(ctx, params)
	if err != nil {
		return c.failed("ask for the proof that the log only grew", err)
	}
	if answer.Payload == nil {
		return CheckConsistency(old, new, nil)
	}
	hashes, err := decodeHashes(answer.Payload.Hashes)
	if err != nil {
		return &ForkError{Old: old, New: new, Why: "its proof that the tree only grew cannot be read"}
	}
	return CheckConsistency(old, new, hashes)
}

// Trees are the checkpoints of a log: of the tree that grows, and of those
// that were closed before it.
type Trees struct {
	Now      Checkpoint
	SignedBy string // the id of the key
	Closed   []Checkpoint
}

// all are the trees in the order of the log's indexes.
func (t Trees) all() []Checkpoint { return append(slices.Clone(t.Closed), t.Now) }

// Size is how many entries the log has, in all of its trees.
func (t Trees) Size() int64 {
	var size int64
	for _, tree := range t.all() {
		size += tree.Size
	}
	return size
}

// failed says what could not be asked, and drops the names that libraries put
// before what happened.
func (c *Client) failed(what string, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrNoAnswer):
		err = fmt.Errorf("%w: %s", ErrNoAnswer, c.Server())
	case errors.Is(err, context.Canceled):
		err = ErrInterrupted
	}
	return fmt.Errorf("%s: %w", what, err)
}
