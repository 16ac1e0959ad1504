package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
)

// failures are the ways in which the log can be made to fail or to lie, with
// what each does.
var failures = map[string]string{
	"none":       "answers as it is",
	"silent":     "takes the request and never answers",
	"500":        "answers every request with status 500 and JSON",
	"429":        "answers every request with status 429 and Retry-After: 3600",
	"html":       "answers every request with an HTML page and status 200",
	"huge":       "answers every request with a body that does not end",
	"redirect":   "sends every request to another host",
	"no-proof":   "leaves the verification out of entries",
	"null-proof": "answers entries with a proof in which everything is null",
	"wrong-body": "answers with another entry's body under the id that was asked for",
	"wrong-size": "answers with a proof for another size of the tree than its checkpoint has",
	"no-log-id":  "answers entries under the id of another log",
	"cut":        "ends each answer in the middle",
}

// front is what clients talk to: the log, or what a failing one would say.
type front struct {
	log   *merkleLog
	real  *httputil.ReverseProxy
	mode  atomic.Value // string
	drain chan struct{}
}

func newFront(log *merkleLog, rekor *url.URL) *front {
	f := &front{log: log, drain: make(chan struct{})}
	f.mode.Store("none")
	f.real = &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(rekor) },
		ModifyResponse: f.falsify,
	}
	return f
}

// ServeHTTP answers as the log, or as its mode says. Two paths of its own turn
// the modes: POST /rekortest/fork, and POST /rekortest/fail?mode=NAME.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/rekortest/") {
		f.control(w, r)
		return
	}
	switch f.mode.Load().(string) {
	case "silent":
		select {
		case <-r.Context().Done():
		case <-f.drain:
		}
	case "500":
		answer(w, http.StatusInternalServerError, "application/json", `{"code":500,"message":"out of order \u001b[31m"}`)
	case "429":
		w.Header().Set("Retry-After", "3600")
		answer(w, http.StatusTooManyRequests, "application/json", `{"code":429,"message":"too many requests"}`)
	case "html":
		answer(w, http.StatusOK, "text/html", "<html><body><h1>Welcome to the captive portal</h1></body></html>")
	case "huge":
		endless(w)
	case "redirect":
		http.Redirect(w, r, "http://elsewhere.invalid"+r.URL.Path, http.StatusTemporaryRedirect)
	default:
		f.real.ServeHTTP(w, r)
	}
}

func (f *front) control(w http.ResponseWriter, r *http.Request) {
	mode := r.URL.Query().Get("mode")
	switch {
	case r.Method != http.MethodPost:
		http.Error(w, "POST it", http.StatusMethodNotAllowed)
	case r.URL.Path == "/rekortest/fork":
		if err := f.log.fork(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		_, _ = io.WriteString(w, "the log shows another history from now on\n")
	case r.URL.Path == "/rekortest/fail" && failures[mode] != "":
		f.mode.Store(mode)
		_, _ = fmt.Fprintf(w, "%s: %s\n", mode, failures[mode])
	default:
		http.Error(w, "there is /rekortest/fork and /rekortest/fail?mode=NAME", http.StatusNotFound)
	}
}

func answer(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// endless writes the beginning of a JSON text and never its end.
func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(w, `{"uuid":"`)
	part := bytes.Repeat([]byte("A"), 1<<16)
	for err == nil {
		_, err = w.Write(part)
	}
}

// falsify changes what the log answered, in the modes in which it lies.
func (f *front) falsify(r *http.Response) error {
	change := f.change()
	if change == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	body = change(body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", fmt.Sprint(len(body)))
	return nil
}

func (f *front) change() func([]byte) []byte {
	switch f.mode.Load().(string) {
	case "cut":
		return func(body []byte) []byte { return body[:len(body)/2] }
	case "no-proof":
		return eachEntry(func(e map[string]any) { delete(e, "verification") })
	case "null-proof":
		return eachEntry(func(e map[string]any) {
			e["verification"] = map[string]any{"inclusionProof": map[string]any{
				"hashes": nil, "rootHash": nil, "logIndex": nil, "treeSize": nil, "checkpoint": nil,
			}, "signedEntryTimestamp": nil}
		})
	case "wrong-body":
		return eachEntry(func(e map[string]any) { e["body"] = "eyJhcGlWZXJzaW9uIjoiMC4wLjEiLCJraW5kIjoiaGFzaGVkcmVrb3JkIn0=" })
	case "wrong-size":
		return eachEntry(func(e map[string]any) {
			verification, _ := e["verification"].(map[string]any)
			if proof, ok := verification["inclusionProof"].(map[string]any); ok {
				proof["treeSize"] = 1 << 40
			}
		})
	case "no-log-id":
		return eachEntry(func(e map[string]any) { e["logID"] = strings.Repeat("00", 32) })
	}
	return nil
}

// eachEntry changes the entries of an answer, which is an object by id or a
// list of such objects. Anything else stays as it is.
func eachEntry(change func(map[string]any)) func([]byte) []byte {
	return func(body []byte) []byte {
		var value any
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if decoder.Decode(&value) != nil {
			return body
		}
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, object := range list {
			byID, _ := object.(map[string]any)
			for _, entry := range byID {
				if e, ok := entry.(map[string]any); ok {
					change(e)
				}
			}
		}
		changed, err := json.Marshal(value)
		if err != nil {
			return body
		}
		return changed
	}
}
