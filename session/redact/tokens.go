package redact

import "bytes"

// longestRun is how much of one secret is looked at before it is replaced. A
// secret that goes on beyond it is replaced to its end without being held.
const longestRun = 16 << 10

// text is what a rule looks at. end says that nothing follows b.
type text struct {
	b   []byte
	end bool
}

// ended says whether a run that stopped at i is complete.
func (t text) ended(i int) bool { return i < len(t.b) || t.end }

// span is what a rule found: the bytes to replace, or (more) that it cannot
// know yet, and from where on nothing may be passed on until it does.
type span struct {
	start, end int
	hit        int    // where the search found the keyword
	joined     []int  // the same of the spans that were joined with it
	kind       string // "" with more unset: nothing found
	weak       bool   // found by what stands before it, not by its own form
	more       bool
	goesOn     *class // the secret goes on after end with bytes of this class
	block      *block // a key block begins at start; end is start
}

func (s span) found() bool { return s.kind != "" || s.more }

// token is a secret that is known by how it begins.
type token struct {
	kind   string
	prefix string
	body   *class
	min    int  // bytes after the prefix
	exact  bool // not more than min
	apart  bool // must not follow a letter or digit
}

func tokens() []token {
	return []token{
		{kind: AWSKeyID, prefix: "AKIA", body: upperNumClass, min: 16, exact: true, apart: true},
		{kind: AWSKeyID, prefix: "ASIA", body: upperNumClass, min: 16, exact: true, apart: true},
		{kind: AWSKeyID, prefix: "ABIA", body: upperNumClass, min: 16, exact: true, apart: true},
		{kind: AWSKeyID, prefix: "ACCA", body: upperNumClass, min: 16, exact: true, apart: true},
		{kind: GoogleKey, prefix: "AIza", body: base64urlClass, min: 35, exact: true, apart: true},
		{kind: GoogleKey, prefix: "GOCSPX-", body: base64urlClass, min: 20},
		{kind: GitHubToken, prefix: "ghp_", body: alnumClass, min: 36},
		{kind: GitHubToken, prefix: "gho_", body: alnumClass, min: 36},
		{kind: GitHubToken, prefix: "ghu_", body: alnumClass, min: 36},
		{kind: GitHubToken, prefix: "ghs_", body: alnumClass, min: 36},
		{kind: GitHubToken, prefix: "ghr_", body: alnumClass, min: 36},
		{kind: GitHubToken, prefix: "github_pat_", body: wordClass, min: 22},
		{kind: GitLabToken, prefix: "glpat-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "gldt-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "glrt-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "glptt-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "glcbt-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "glsoat-", body: nameClass, min: 20},
		{kind: GitLabToken, prefix: "glagent-", body: nameClass, min: 20},
		{kind: NPMToken, prefix: "npm_", body: alnumClass, min: 36, apart: true},
		{kind: PyPIToken, prefix: "pypi-AgE", body: base64urlClass, min: 50},
		{kind: SlackToken, prefix: "xoxb-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxp-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxa-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxr-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxs-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxe-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "xoxe.", body: nameClass, min: 10},
		{kind: SlackToken, prefix: "xapp-", body: base64urlClass, min: 10},
		{kind: SlackToken, prefix: "hooks.slack.com/services/T", body: classOf(alphanum + "/"), min: 30},
		{kind: StripeKey, prefix: "sk_live_", body: alnumClass, min: 16},
		{kind: StripeKey, prefix: "sk_test_", body: alnumClass, min: 16},
		{kind: StripeKey, prefix: "rk_live_", body: alnumClass, min: 16},
		{kind: StripeKey, prefix: "rk_test_", body: alnumClass, min: 16},
		{kind: StripeKey, prefix: "whsec_", body: base64Class, min: 24},
		{kind: VaultToken, prefix: "hvs.", body: base64urlClass, min: 20, apart: true},
		{kind: VaultToken, prefix: "hvb.", body: base64urlClass, min: 20, apart: true},
		{kind: VaultToken, prefix: "hvr.", body: base64urlClass, min: 20, apart: true},
		{kind: AgeKey, prefix: "AGE-SECRET-KEY-", body: classOf(uppers + digits + "-"), min: 50},
		{kind: AgeKey, prefix: "age-secret-key-", body: classOf(lowers + digits + "-"), min: 50},
		// The first bytes of a minisign secret key are "Ed", "Sc" (or two
		// zeros without a password), "B2"; of a signify key "Ed", "BK".
		{kind: MinisignKey, prefix: "RWRTY0Iy", body: base64Pad, min: 200},
		{kind: MinisignKey, prefix: "RWQAAEIy", body: base64Pad, min: 200},
		{kind: MinisignKey, prefix: "RWRCSw", body: base64Pad, min: 120},
	}
}

var base64Pad = classOf(alphanum + "+/=")

// match looks for the token whose prefix stands at i.
func (k token) match(t text, i int) span {
	if k.apart && !apart(t.b, i) {
		return span{}
	}
	from := i + len(k.prefix)
	to := runEnd(t.b, from, k.body, longestRun)
	switch {
	case to-from == longestRun && !k.exact:
		return span{start: i, end: to, kind: k.kind, goesOn: k.body}
	case !t.ended(to):
		return span{start: i, more: true}
	case to-from < k.min, k.exact && to-from > k.min:
		return span{}
	}
	return span{start: i, end: to, kind: k.kind}
}

// apart says whether the word at i begins there: no letter or digit stands
// before it, unless it is the letter of an escaped line end or tab.
func apart(b []byte, i int) bool {
	if i == 0 || !isAlnum(b[i-1]) {
		return true
	}
	return i > 1 && b[i-2] == '\\' && bytes.IndexByte([]byte("nrt"), b[i-1]) >= 0
}

// longestHeader is how long the first part of a JSON web token may be for it
// to be replaced with the rest. It is no secret.
const longestHeader = 400

// matchJWT looks for a JSON web token (RFC 7519) around the ".eyJ" at i, with
// which its second part begins: "eyJ" is how an encoded object begins. The
// third part, the signature, may be empty.
func matchJWT(t text, i int) span {
	start := i
	for start > 0 && i-start < longestHeader && base64urlClass[t.b[start-1]] {
		start--
	}
	object := bytes.Index(t.b[start:i], []byte("eyJ"))
	if object < 0 && i-start < longestHeader {
		return span{}
	}
	start += max(0, object)
	to := runEnd(t.b, i+1, classJWTRest, longestRun)
	switch {
	case to-i-1 == longestRun:
		return span{start: start, end: to, kind: JWT, goesOn: classJWTRest}
	case !t.ended(to):
		return span{start: start, more: true}
	case bytes.IndexByte(t.b[i+1:to], '.') < 0:
		return span{}
	}
	return span{start: start, end: trimDots(t.b, to), kind: JWT}
}

var classJWTRest = classOf(alphanum + "_-.")

// trimDots leaves the full stop of a sentence outside of a token, but keeps
// the one after which an unsigned token has nothing.
func trimDots(b []byte, to int) int {
	for to > 1 && b[to-1] == '.' && b[to-2] == '.' {
		to--
	}
	return to
}
