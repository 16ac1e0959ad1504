package redact

import (
	"bytes"
	"encoding/base64"
)

// schemes are the forms of an Authorization header whose rest is a credential
// (RFC 9110 11.6.2, RFC 7617, RFC 6750).
var schemes = []string{"bearer", "basic", "token", "negotiate", "apikey"}

var credentialClass = classOf(alphanum + "-._~+/=:|")

// matchAuthorization looks for a credential behind the header name at i.
func matchAuthorization(t text, i int) span {
	g := readSign(t, i+len("authorization"))
	if g.none {
		return span{}
	}
	if g.more || g.at == len(t.b) {
		return span{start: g.at, more: !t.end}
	}
	word := runEnd(t.b, g.at, openClass, 4)
	to := runEnd(t.b, word, alnumClass, 16)
	start := runEnd(t.b, to, blankClass, 8)
	if start == len(t.b) && !t.end {
		return span{start: word, more: true}
	}
	scheme := ""
	for _, s := range schemes {
		if to-word == len(s) && hasFold(t.b[word:], s) && start > to {
			scheme = s
		}
	}
	if scheme == "" {
		start = word
	}
	return matchCredential(t, start, scheme)
}

var openClass = classOf("\\\"'")

func matchCredential(t text, start int, scheme string) span {
	to := runEnd(t.b, start, credentialClass, longestRun)
	if to-start == longestRun {
		return span{start: start, end: to, kind: Authorization, weak: true, goesOn: credentialClass}
	}
	if !t.ended(to) {
		return span{start: start, more: true}
	}
	if !isCredential(t.b[start:to], scheme) {
		return span{}
	}
	return span{start: start, end: to, kind: Authorization, weak: true}
}

// isCredential tells a credential from a word of a sentence about one.
func isCredential(v []byte, scheme string) bool {
	switch scheme {
	case "":
		return len(v) >= 20 && looksSecret(v, true)
	case "basic":
		plain, err := base64.RawStdEncoding.DecodeString(string(bytes.TrimRight(v, "=")))
		return err == nil && bytes.IndexByte(plain, ':') >= 0 || looksSecret(v, true)
	}
	return len(v) >= 20 || looksSecret(v, false)
}

const longestUser = 128

var (
	userClass = classWithout(" /?#@:\"'<>`\\")
	passClass = classWithout(" /?#\"'<>`\\")
)

// matchURL looks for user:password@ (RFC 3986 3.2.1) behind the "://" that
// follows the letter at i.
func matchURL(t text, i int) span {
	user := i + len("s://")
	colon := runEnd(t.b, user, userClass, longestUser)
	if colon == len(t.b) {
		return span{start: colon, more: !t.end}
	}
	if t.b[colon] != ':' {
		return span{}
	}
	start := colon + 1
	to := runEnd(t.b, start, passClass, longestRun)
	if !t.ended(to) && to-start < longestRun {
		return span{start: start, more: true}
	}
	at := bytes.LastIndexByte(t.b[start:to], '@')
	if at <= 0 || isPlaceholder(t.b[start:start+at]) {
		return span{}
	}
	return span{start: start, end: start + at, kind: URLPassword, weak: true}
}

// leastJWK is the length of a 32-byte number in base64url, less a little.
const leastJWK = 40

// matchJWK returns the rule for a member of a JSON web key (RFC 7518 6) whose
// quoted name has the given length.
func matchJWK(length int) func(text, int) span {
	return func(t text, i int) span {
		g := readSign(t, i+length)
		if g.none || !g.more && !g.colon {
			return span{}
		}
		if g.more || g.at == len(t.b) {
			return span{start: g.at, more: !t.end}
		}
		if t.b[g.at] != '"' {
			return span{}
		}
		start := g.at + 1
		to := runEnd(t.b, start, base64urlClass, longestRun)
		switch {
		case !t.ended(to) && to-start < longestRun:
			return span{start: start, more: true}
		case to-start < leastJWK, to == len(t.b), t.b[to] != '"', all(t.b[start:to], hexClass):
			return span{}
		}
		return span{start: start, end: to, kind: JWKPart, weak: true}
	}
}
