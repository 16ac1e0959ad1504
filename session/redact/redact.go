// Package redact keeps credentials out of the record. What a command prints
// goes through it before anything is written, hashed or shown, so that a
// session folder can be handed to an auditor without handing over the keys
// that the incident was about.
//
// The rules it keeps:
//
//   - In the place of a secret stands a marker that can be seen and searched
//     for: [redacted: KIND, N bytes]. KIND is one of the list below, N is how
//     many bytes were taken out. Text that was redacted once stays as it is.
//   - Everything else passes byte for byte, NUL and broken UTF-8 included.
//   - The result does not depend on how the text was cut into writes, nor on
//     colour codes around or inside a secret. Codes inside it follow the
//     marker, except in a key block, which goes whole.
//   - Memory is flat: what is held back is bounded (see Writer).
//
// A rule looks for the form of a credential, not for words about one. What has
// no form (a password in the middle of a sentence) is found only when it is
// given as a literal.
package redact

import (
	"bytes"
	"strconv"
)

// The kinds of secrets, which is a closed list. The names stand in markers and
// in the record, so they are never changed, only added to.
const (
	PrivateKey    = "private key"         // PEM and PGP blocks, and private_key assignments
	OpenSSHKey    = "openssh private key" // OPENSSH PRIVATE KEY blocks
	WSCKey        = "wsc secret key"      // the 65 bytes of a wsc or wasmsign key, raw, hex or base64
	MinisignKey   = "minisign secret key" // minisign and signify
	AgeKey        = "age secret key"      // AGE-SECRET-KEY-1…
	AWSKeyID      = "aws access key id"   // AKIA… and ASIA…
	AWSSecret     = "aws secret key"      // aws_secret_access_key=…
	GoogleKey     = "google api key"      // AIza…, and OAuth client secrets
	AzureKey      = "azure key"           // AccountKey=…, SharedAccessKey=…
	GitHubToken   = "github token"        // ghp_… and its family, github_pat_…
	GitLabToken   = "gitlab token"        // glpat-… and its family
	NPMToken      = "npm token"           // npm_…
	PyPIToken     = "pypi token"          // pypi-AgE…
	SlackToken    = "slack token"         // xoxb-… and its family, webhook addresses
	StripeKey     = "stripe key"          // sk_live_…, rk_live_…, whsec_…
	VaultToken    = "vault token"         // hvs.…, hvb.…, hvr.…
	JWT           = "jwt"                 // three base64url parts, the first two JSON
	Authorization = "authorization"       // what follows the scheme in an Authorization header
	URLPassword   = "url password"        // the password of user:password@host
	Password      = "password"            // password=, passwd:, passphrase, also in JSON
	Secret        = "secret"              // secret=, client_secret=, secret_key=
	Token         = "token"               // token=, access_token=
	APIKey        = "api key"             // api_key=, apikey=
	JWKPart       = "jwk private part"    // d, p, q, dp, dq, qi and k of a JSON web key
	Input         = "input"               // a literal: the value of an input marked secret
)

// Kinds returns all kinds, in the order in which counts are given.
func Kinds() []string {
	return []string{
		PrivateKey, OpenSSHKey, WSCKey, MinisignKey, AgeKey, AWSKeyID, AWSSecret,
		GoogleKey, AzureKey, GitHubToken, GitLabToken, NPMToken, PyPIToken,
		SlackToken, StripeKey, VaultToken, JWT, Authorization, URLPassword,
		Password, Secret, Token, APIKey, JWKPart, Input,
	}
}

// Count says how many secrets of one kind were taken out.
type Count struct {
	Kind  string
	Count int
}

// String returns s without the secrets in it, and what was found.
func String(s string) (string, []Count) { return filtered(s, Options{}) }

func filtered(s string, opts Options) (string, []Count) {
	var out bytes.Buffer
	w := NewWriter(&out, opts)
	// A bytes.Buffer never fails.
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	counts := w.Counts()
	if len(counts) == 0 {
		return s, nil
	}
	return out.String(), counts
}

// Text returns s without the secrets in it.
func Text(s string) string {
	out, _ := String(s)
	return out
}

// Hide returns s without the secrets in it and without the literals, the values
// of secret inputs.
func Hide(s string, literals []string) string {
	var opts Options
	for _, l := range literals {
		opts.Literals = append(opts.Literals, []byte(l))
	}
	out, _ := filtered(s, opts)
	return out
}

const (
	markerStart = "[redacted: "
	markerEnd   = " bytes]"
)

// appendMarker appends the marker for n bytes of a kind.
func appendMarker(out []byte, kind string, n int) []byte {
	out = append(out, markerStart...)
	out = append(out, kind...)
	out = append(out, ", "...)
	out = strconv.AppendInt(out, int64(n), 10)
	return append(out, markerEnd...)
}

// markerAt returns the length of the marker that b begins with, or 0. Only a
// marker of a known kind is one: nothing else can hide behind its form.
func markerAt(b []byte) int {
	rest, ok := bytes.CutPrefix(b, []byte(markerStart))
	if !ok {
		return 0
	}
	for _, kind := range Kinds() {
		tail, ok := bytes.CutPrefix(rest, []byte(kind+", "))
		if !ok {
			continue
		}
		digits := 0
		for digits < len(tail) && digits < 19 && isDigit(tail[digits]) {
			digits++
		}
		if digits > 0 && bytes.HasPrefix(tail[digits:], []byte(markerEnd)) {
			return len(b) - len(tail) + digits + len(markerEnd)
		}
	}
	return 0
}

// longestMarker is an upper bound for the length of a marker.
const longestMarker = 64
