package rekor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// dial makes a client for a server of a test, that does not wait before it
// asks again.
func dial(t testing.TB, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return dialTo(t, server.URL)
}

func dialTo(t testing.TB, server string) *Client {
	t.Helper()
	client, err := Dial(server, []LogKey{recordedKey(t)}, "wsc-respond/test")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func answerJSON(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// recordedLog answers as the log did that was recorded.
func recordedLog(t testing.TB) http.HandlerFunc {
	entries := recorded(t)
	info := must(os.ReadFile(filepath.Join("testdata", "log.json")))
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/v1/log":
			answerJSON(w, http.StatusOK, info)
		case r.URL.Path == "/api/v1/log/entries/retrieve":
			answerJSON(w, http.StatusOK, retrieved(t, r.Body, entries))
		case r.URL.Path == "/api/v1/index/retrieve":
			answerJSON(w, http.StatusOK, fmt.Appendf(nil, `[%q,%q,%q]`, entries[1].UUID, entries[0].UUID, entries[1].UUID))
		default:
			for i, e := range entries {
				if strings.HasSuffix(r.URL.Path, e.UUID) || strings.HasSuffix(r.URL.Path, e.UUID[16:]) || r.URL.Query().Get("logIndex") == fmt.Sprint(i) {
					answerJSON(w, http.StatusOK, must(WriteAnswer(e)))
					return
				}
			}
			answerJSON(w, http.StatusNotFound, []byte(`{"code":404,"message":"there is none"}`))
		}
	}
}

func retrieved(t testing.TB, body io.Reader, entries []Entry) []byte {
	var question struct {
		EntryUUIDs []string
		LogIndexes []int64
	}
	if err := json.NewDecoder(body).Decode(&question); err != nil {
		t.Error(err)
	}
	var parts []string
	for _, e := range entries {
		wanted := false
		for _, id := range question.EntryUUIDs {
			wanted = wanted || id == e.UUID
		}
		for _, index := range question.LogIndexes {
			wanted = wanted || index == e.LogIndex
		}
		if wanted { // in another order than was asked
			parts = append([]string{string(must(WriteAnswer(e)))}, parts...)
		}
	}
	return []byte("[" + strings.Join(parts, ",") + "]")
}

func TestAnEntryIsFetchedByItsIDAndByItsIndex(t *testing.T) {
	client := dial(t, recordedLog(t))
	e := recorded(t)[1]
	for _, id := range []string{e.UUID, e.UUID[16:], strings.ToUpper(e.UUID), "1"} {
		v, err := client.Get(t.Context(), id)
		if err != nil || !v.Verified || v.UUID != e.UUID || v.LogIndex != 1 {
			t.Errorf("%s: %v, %v", id, err, v.Failed())
		}
	}
	if _, err := client.Get(t.Context(), "17"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an entry that is not there: %v", err)
	}
	for _, id := range []string{"", "-1", "xyz", "../../log", strings.Repeat("1", 20), strings.Repeat("a", 63)} {
		if _, err := client.Get(t.Context(), id); err == nil {
			t.Errorf("%q is taken for an id", id)
		}
	}
}

func TestAnotherEntryThanTheOneAskedForIsRefused(t *testing.T) {
	entries := recorded(t)
	client := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, must(WriteAnswer(entries[0])))
	})
	for _, id := range []string{"1", entries[1].UUID, "0000000000000001" + entries[0].UUID[16:]} {
		v, err := client.Get(t.Context(), id)
		if err != nil || v.Verified || v.Failed()[0].Name != CheckAsked {
			t.Errorf("%s: %v, %v", id, err, v.Failed())
		}
	}
}

func TestEntriesThatTheLogLeavesOutAreNamed(t *testing.T) {
	client := dial(t, recordedLog(t))
	entries := recorded(t)
	unknown := strings.Repeat("0", 64)
	found, missing, err := client.Many(t.Context(), []string{entries[2].UUID, unknown, entries[0].UUID})
	if err != nil || len(found) != 2 || found[0].LogIndex != 2 || found[1].LogIndex != 0 || len(missing) != 1 || missing[0] != unknown {
		t.Errorf("%d found, missing %v, %v", len(found), missing, err)
	}
	ids, err := client.Search(t.Context(), Query{Email: "a@example.org"})
	if err != nil || len(ids) != 2 {
		t.Errorf("the search found %v, %v", ids, err)
	}
}

func TestASpanComesInOrderAndEndsAtWhatIsMissing(t *testing.T) {
	client := dial(t, recordedLog(t))
	var w Window
	if err := client.Span(t.Context(), 1, 4, w.Add); err != nil || w.Len() != 4 {
		t.Errorf("%d entries, %v", w.Len(), err)
	}
	w = Window{}
	if err := client.Span(t.Context(), 2, 40, w.Add); !errors.Is(err, ErrIncomplete) || w.Len() != 3 || !strings.Contains(err.Error(), "entry 5 ") {
		t.Errorf("%d entries, %v", w.Len(), err)
	}
}

func TestTheCheckpointMustBeSignedByThePinnedKey(t *testing.T) {
	client := dial(t, recordedLog(t))
	trees, err := client.Checkpoint(t.Context())
	if err != nil || trees.Now.Size != 2005 || trees.SignedBy != recordedKey(t).ID {
		t.Errorf("%+v, %v", trees, err)
	}
	if client, err = Dial(client.Server(), []LogKey{newLog(t).key}, "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Checkpoint(t.Context()); err == nil {
		t.Error("a checkpoint is accepted that another key signed")
	}
}

// Whatever a server answers, the error says in words what it was, and nothing
// panics or hangs.
func TestEachFailureHasItsName(t *testing.T) {
	entry := string(must(WriteAnswer(recorded(t)[0])))
	respond := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const isJSON = "application/json"
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"web page":        {respond(200, "text/html", "<html>"), ErrNoLog},
		"page as JSON":    {respond(200, isJSON, "<html>"), ErrNoLog},
		"no type":         {respond(200, "", "x"), ErrNoLog},
		"page, not found": {respond(404, "text/html", "<html>"), ErrNoLog},
		"not found":       {respond(404, isJSON, "{}"), ErrNotFound},
		// Rekor's own server says it without a word.
		"not found, in no words": {respond(404, "", ""), ErrNotFound},
		"refused":                {respond(400, isJSON, `{"code":400,"message":"\u001b[31m"}`), ErrRefused},
		"error":                  {respond(500, isJSON, "{}"), ErrOutOfOrder},
		"gateway":                {respond(502, "text/html", "<html>"), ErrOutOfOrder},
		"empty":                  {respond(200, isJSON, ""), ErrNoLog},
		"null":                   {respond(200, isJSON, "null"), ErrNoLog},
		"list":                   {respond(200, isJSON, "[]"), ErrNoLog},
		"null entry":             {respond(200, isJSON, `{"a":null}`), ErrNoLog},
		"null proof":             {respond(200, isJSON, `{"a":{"body":"","verification":{"inclusionProof":{"rootHash":null}}}}`), ErrNoLog},
		"body of numbers":        {respond(200, isJSON, `{"a":{"body":1}}`), ErrNoLog},
		"two entries":            {respond(200, isJSON, `{"b":{"body":""},`+entry[1:]), ErrNoLog},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusTemporaryRedirect)
		}, ErrRedirected},
		"round and round": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, ErrRedirected},
		"too much asked": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3600")
			answerJSON(w, http.StatusTooManyRequests, []byte("{}"))
		}, ErrTooMany},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", isJSON)
			part := bytes.Repeat([]byte("A"), 1<<20)
			for range MaxAnswer>>20 + 2 {
				_, _ = w.Write(part)
			}
		}, ErrTooLarge},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", isJSON)
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, entry[:100])
		}, ErrUnreachable},
		"half": {respond(200, isJSON, entry[:len(entry)/2]), ErrNoLog},
	} {
		client := dial(t, tc.answer)
		client.noWaiting()
		if v, err := client.Get(t.Context(), "0"); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, %v", name, err, v)
		}
		if v, _ := client.getByIndex(t.Context(), 0); v.Verified {
			t.Errorf("%s is verified", name)
		}
	}
}

func TestALogThatIsNotThereOrSilentIsToldInTime(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	client := dialTo(t, gone.URL)
	client.noWaiting()
	if _, err := client.Get(t.Context(), "0"); !errors.Is(err, ErrUnreachable) {
		t.Errorf("not there: %v", err)
	}
	over := make(chan struct{})
	client = dial(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-over:
		}
	})
	t.Cleanup(func() { close(over) })
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := client.Get(ctx, "0"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("silent: %v", err)
	}
}

func TestAFailureThatPassesIsAskedAgainAndSaysWhoAsks(t *testing.T) {
	log := recordedLog(t)
	var asked atomic.Int64
	client := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if r.UserAgent() != "wsc-respond/test" {
			t.Errorf("it is %q who asks", r.UserAgent())
		}
		if asked.Add(1) < attempts {
			answerJSON(w, http.StatusServiceUnavailable, []byte("{}"))
			return
		}
		log(w, r)
	})
	client.noWaiting()
	ids := []string{recorded(t)[0].UUID}
	if found, _, err := client.Many(t.Context(), ids); err != nil || len(found) != 1 || asked.Load() != attempts {
		t.Errorf("%d found after %d questions, %v", len(found), asked.Load(), err)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	server := httptest.NewUnstartedServer(recordedLog(t))
	var made atomic.Int64
	server.Config.ConnState = countNew(&made)
	server.Start()
	t.Cleanup(server.Close)
	client := dialTo(t, server.URL)
	for range 5 {
		if _, err := client.Get(t.Context(), "0"); err != nil {
			t.Fatal(err)
		}
	}
	if made.Load() != 1 {
		t.Errorf("five questions made %d connections", made.Load())
	}
}

func TestAnAddressIsReadAsPeopleWriteIt(t *testing.T) {
	for given, want := range map[string]string{
		"https://rekor.example":         "https://rekor.example",
		"https://rekor.example/":        "https://rekor.example",
		"https://rekor.example/api/v1/": "https://rekor.example",
		"http://localhost:3000/api":     "http://localhost:3000",
		"https://example.org/rekor":     "https://example.org/rekor",
	} {
		if client, err := Dial(given, []LogKey{{ID: "x"}}, "x"); err != nil || client.Server() != want {
			t.Errorf("%s: %v, %v", given, client, err)
		}
	}
	for _, given := range []string{"", "rekor.example", "rekor.example:443", "ftp://rekor.example", "https://", "https://u:p@rekor.example", "https://rekor.example?x", "https://rekor.example#x", "http://[::1"} {
		if _, err := Dial(given, []LogKey{{ID: "x"}}, "x"); err == nil {
			t.Errorf("%q is taken for an address", given)
		}
	}
	if _, err := Dial(PublicLog, nil, "x"); err == nil {
		t.Error("a log is asked without its key")
	}
}

func countNew(made *atomic.Int64) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			made.Add(1)
		}
	}
}

// noWaiting has a client ask again at once.
func (c *Client) noWaiting() {
	c.transport.sleep = func(context.Context, time.Duration) error { return nil }
}
