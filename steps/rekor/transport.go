package rekor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Why a log could not be asked. Each comes with a sentence that says more.
var (
	ErrUnreachable = errors.New("the log cannot be reached")
	ErrNoAnswer    = errors.New("the log did not answer in time")
	ErrNotFound    = errors.New("the log does not have it")
	ErrRefused     = errors.New("the log refused the question")
	ErrTooMany     = errors.New("the log has been asked too much")
	ErrOutOfOrder  = errors.New("the log is out of order")
	ErrNoLog       = errors.New("what answered is no log")
	ErrTooLarge    = errors.New("the answer is larger than any of a log")
	ErrRedirected  = errors.New("the log sent the question to another host")
	ErrInterrupted = errors.New("it was interrupted")
	ErrNoID        = errors.New("this names no entry")
)

// The bounds of asking once.
const (
	attempts    = 3 // of one question, the first included
	firstWait   = 300 * time.Millisecond
	longestWait = 20 * time.Second // that a log may ask for
	headerWait  = 30 * time.Second // for an answer to begin
	maxSaid     = 200              // bytes of a log's own words that are repeated
)

// transport asks a log: it says who asks, takes no answer that is not JSON or
// is beyond measure, and asks again where that can help. The library's own
// client does none of this: it takes a body of any size, follows a redirect to
// any host, and asks again without waiting.
type transport struct {
	inner http.RoundTripper
	agent string
	sleep func(context.Context, time.Duration) error
}

func newTransport(agent string) *transport {
	inner := http.DefaultTransport.(*http.Transport).Clone()
	inner.ResponseHeaderTimeout = headerWait
	inner.MaxIdleConnsPerHost = workers
	inner.MaxResponseHeaderBytes = 64 << 10
	return &transport{inner: inner, agent: agent, sleep: sleep}
}

// RoundTrip asks until there is an answer, or until asking again is no help.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	question, err := readQuestion(request)
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		response, wait, err := t.once(request, question)
		if err == nil || wait < 0 || n == attempts {
			return response, err
		}
		if wait == 0 {
			wait = firstWait << (n - 1)
		}
		if tooLong := t.wait(request.Context(), wait); tooLong != nil {
			return nil, errors.Join(err, tooLong)
		}
	}
}

// wait waits before asking again, unless that takes longer than there is time.
func (t *transport) wait(ctx context.Context, wait time.Duration) error {
	if deadline, ok := ctx.Deadline(); wait > longestWait || ok && time.Until(deadline) < wait {
		return fmt.Errorf("it wants %s to pass before the next question, which is longer than is waited", wait)
	}
	return t.sleep(ctx, wait)
}

// readQuestion takes the body of a question, so that it can be asked again.
func readQuestion(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer request.Body.Close()
	question, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	return question, nil
}

// once asks once. After an error, wait says how long to wait before asking
// again, zero for no time in particular, and negative if it is no use.
func (t *transport) once(request *http.Request, question []byte) (response *http.Response, wait time.Duration, err error) {
	again := request.Clone(request.Context())
	again.Header.Set("User-Agent", t.agent)
	if question != nil {
		again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(question)), int64(len(question))
	}
	response, err = t.inner.RoundTrip(again)
	if err != nil {
		return nil, retryUnless(request.Context()), unreachable(request, err)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxAnswer+1))
	_ = response.Body.Close() // it was read, or is given up
	switch {
	case err != nil:
		return nil, retryUnless(request.Context()), unreachable(request, err)
	case len(body) > MaxAnswer:
		return nil, -1, fmt.Errorf("%w: %s", ErrTooLarge, request.URL.Host)
	}
	if wait, err := judge(response, body); err != nil {
		return nil, wait, fmt.Errorf("%w (%s)", err, request.URL.Host)
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, 0, nil
}

// judge says what a status and a kind of answer come to.
func judge(response *http.Response, body []byte) (wait time.Duration, err error) {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	status := response.StatusCode
	switch {
	case status >= 300 && status < 400:
		return 0, nil // the client decides where to
	case status == http.StatusNotFound && (isJSON || len(body) == 0): // Rekor's own server says it without a word
		return -1, ErrNotFound
	case status == http.StatusTooManyRequests:
		return retryAfter(response), fmt.Errorf("%w: status 429", ErrTooMany)
	case status >= 500:
		return retryAfter(response), fmt.Errorf("%w: status %d%s", ErrOutOfOrder, status, said(isJSON, body))
	case status >= 400 && isJSON:
		return -1, fmt.Errorf("%w: status %d%s", ErrRefused, status, said(isJSON, body))
	case !isJSON && looksLikeHTML(kind, body):
		return -1, fmt.Errorf("%w: it answers with a web page, as a proxy or a login page does", ErrNoLog)
	case !isJSON || status >= 400:
		return -1, fmt.Errorf("%w: status %d, %.60q", ErrNoLog, status, kind)
	}
	return 0, nil
}

func looksLikeHTML(kind string, body []byte) bool {
	return kind == "text/html" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

// said repeats a log's own words, quoted, if they are short enough to be some.
func said(isJSON bool, body []byte) string {
	if !isJSON || len(body) == 0 {
		return ""
	}
	return fmt.Sprintf(", and says %q", body[:min(len(body), maxSaid)])
}

// retryAfter is how long the log wants to be left alone (RFC 9110, section
// 10.2.3); zero if it does not say.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		if wait := time.Until(at); wait > 0 {
			return wait
		}
	}
	return 0
}

// retryUnless is no waiting in particular, unless the time is up.
func retryUnless(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return -1
	}
	return 0
}

// unreachable says why there is no answer.
func unreachable(request *http.Request, err error) error {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%w: %s", ErrNoAnswer, request.URL.Host)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, request.URL.Host, err)
}

// sameHost lets a log send a question on within its own host only.
func sameHost(request *http.Request, via []*http.Request) error {
	const most = 5
	first := via[0].URL
	if request.URL.Host != first.Host || request.URL.Scheme != first.Scheme || len(via) > most {
		return fmt.Errorf("%w: from %s to %.100q", ErrRedirected, first.Host, request.URL.Scheme+"://"+request.URL.Host)
	}
	return nil
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
