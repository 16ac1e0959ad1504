package redact

import "bytes"

// name is a word that, at the end of a name, says that a secret follows.
type name struct {
	name string
	kind string
	min  int // bytes of an unquoted value
}

func names() []name {
	return []name{
		{"password", Password, 1}, {"passwd", Password, 1}, {"passphrase", Password, 1},
		{"_pass", Password, 1}, {"_pwd", Password, 1},
		{"secretaccesskey", AWSSecret, 16}, {"secret_access_key", AWSSecret, 16},
		{"accountkey", AzureKey, 16}, {"sharedaccesskey", AzureKey, 16},
		{"secret", Secret, 4}, {"secret_key", Secret, 4}, {"secretkey", Secret, 4}, {"secret-key", Secret, 4},
		{"token", Token, 4},
		{"api_key", APIKey, 4}, {"apikey", APIKey, 4}, {"api-key", APIKey, 4},
		{"private_key", PrivateKey, 32}, {"privatekey", PrivateKey, 32},
	}
}

const (
	mostBlanks  = 32
	longestName = 64
)

var (
	valueClass  = classWithout("\"'`,;&<>|(){}[]\\ ")
	notDouble   = lineClassWithout('"')
	notSingle   = lineClassWithout('\'')
	escapeClass = classOf("\\")
)

func lineClassWithout(quote byte) *class {
	var c class
	for i := range c {
		c[i] = i != '\n' && i != '\r' && byte(i) != quote
	}
	return &c
}

// sign is what stands between a name and its value.
type sign struct {
	at     int  // where the value begins
	colon  bool // a colon, not an equals sign
	spaced bool // with blanks around it
	more   bool
	none   bool
}

// readSign reads from the end of a name: its quote, and = or : or := or =>.
func readSign(t text, i int) sign {
	i = runEnd(t.b, i, closeNameClass, 4)
	blanks := runEnd(t.b, i, blankClass, mostBlanks)
	spaced := blanks > i
	i = blanks
	if i == len(t.b) {
		return sign{at: i, more: !t.end, none: t.end}
	}
	to := runEnd(t.b, i, signClass, 3)
	if to == len(t.b) && !t.end && to-i < 3 {
		return sign{at: i, more: true}
	}
	var colon bool
	switch string(t.b[i:to]) {
	case "=", ":=", "=>":
	case ":":
		colon = true
	default:
		return sign{none: true}
	}
	at := runEnd(t.b, to, blankClass, mostBlanks)
	return sign{at: at, colon: colon, spaced: spaced || at > to}
}

var (
	closeNameClass = classOf("\\\"'`]")
	blankClass     = classOf(" \t")
	signClass      = classOf("=:>")
)

// match looks for a value behind the name at i.
func (n name) match(t text, i int) span {
	g := readSign(t, i+len(n.name))
	if g.none {
		return span{}
	}
	if g.more || g.at == len(t.b) {
		return span{start: g.at, more: !t.end}
	}
	start := runEnd(t.b, g.at, escapeClass, 4)
	if start == len(t.b) {
		return span{start: g.at, more: !t.end}
	}
	if t.b[start] == '"' || t.b[start] == '\'' {
		return n.quoted(t, start, t.b[start-min(1, start)] == '\\')
	}
	return n.bare(t, i, g)
}

// quoted looks at a value that begins after the quote at q; escaped, if the
// quote itself stands in a string.
func (n name) quoted(t text, q int, escaped bool) span {
	start := q + 1
	body := notDouble
	if t.b[q] == '\'' {
		body = notSingle
	}
	to := start
	for {
		to = runEnd(t.b, to, body, start+longestRun-to)
		atQuote := to < len(t.b) && t.b[to] == t.b[q]
		if !atQuote || escaped || to == start || t.b[to-1] != '\\' {
			break
		}
		to++ // an escaped quote is part of the value
	}
	if to-start >= longestRun {
		return span{start: start, end: to, kind: n.kind, weak: true, goesOn: body}
	}
	if !t.ended(to) {
		return span{start: start, more: true}
	}
	if escaped && to > start && t.b[to-1] == '\\' {
		to--
	}
	value := t.b[start:to]
	least := max(1, n.min)
	if n.kind != Password {
		least = max(6, n.min)
	}
	if len(value) < least || isPlaceholder(value) || isPlainWord(value) {
		return span{}
	}
	return span{start: start, end: to, kind: n.kind, weak: true}
}

// bare looks at a value without quotes. Whether it is a secret is decided by
// its first part, up to what separates values in most texts; but a password can
// hold such bytes too, and is replaced up to the next blank or quote.
func (n name) bare(t text, i int, g sign) span {
	to := runEnd(t.b, g.at, valueClass, longestRun)
	s := span{start: g.at, end: to, kind: n.kind, weak: true}
	body := valueClass
	if n.kind == Password {
		body = passwordClass
		var more bool
		if s.end, more = passwordEnd(t, g.at); more {
			return span{start: g.at, more: true}
		}
	}
	if s.end-g.at >= longestRun {
		s.goesOn = body
	}
	after := runEnd(t.b, to, blankClass, mostBlanks)
	if s.goesOn == nil && (!t.ended(s.end) || !t.ended(after)) {
		return span{start: g.at, more: true}
	}
	if n.isSecret(t, i, g, to, after) || to == g.at && s.end > to && beginsOddly(t.b[to:s.end]) {
		return s
	}
	return span{}
}

// passwordClass holds what an unquoted password is made of.
var (
	passwordClass = classWithout("\"'` ")
	quoteClass    = classOf("\"'`")
)

// passwordEnd returns where the password at i ends: at a blank, a quote, which
// may be escaped, or a marker of this package.
func passwordEnd(t text, i int) (to int, more bool) {
	to = runEnd(t.b, i, passwordClass, longestRun)
	if mark := bytes.Index(t.b[i:to], []byte(markerStart[:len(markerStart)-1])); mark >= 0 {
		rest := t.b[i+mark:]
		switch {
		case markerAt(rest) > 0:
			return i + mark, false
		case len(rest) < longestMarker && !t.end:
			return to, true
		}
	}
	if atQuote := to < len(t.b) && quoteClass[t.b[to]]; atQuote {
		to = i + len(bytes.TrimRight(t.b[i:to], `\`))
	}
	return to, false
}

// beginsOddly says whether a value that begins with a separator is a password.
func beginsOddly(v []byte) bool {
	return looksSecret(v, true) && !isPlaceholder(v)
}

// isSecret decides about a value by its part up to to, where after is the
// next byte that is no blank.
func (n name) isSecret(t text, i int, g sign, to, after int) bool {
	value := t.b[g.at:to]
	if len(value) >= longestRun {
		return true
	}
	atEnd := after == len(t.b) || bytes.IndexByte([]byte("\r\n,}#;"), t.b[after]) >= 0
	called := to < len(t.b) && t.b[to] == '('
	if len(value) < n.min || called || isPlaceholder(value) {
		return false
	}
	switch {
	case looksSecret(value, g.spaced && n.kind != Password):
		return true
	case !g.spaced && !g.colon:
		return !isPlainWord(value)
	case !g.colon || !atEnd || !beginsLine(t.b, i):
		return false
	}
	return looksSecret(value, false) || n.kind == Password && len(value) >= 4 && !isPlainWord(value)
}

// looksSecret says whether a value has the form that passwords and tokens
// have and words have not. In prose and code (strict) it must be longer.
func looksSecret(v []byte, strict bool) bool {
	if len(v) < 6 || strict && len(v) < 8 {
		return false
	}
	var digit, letter, symbol bool
	for _, c := range v {
		switch {
		case isDigit(c):
			digit = true
		case isAlnum(c):
			letter = true
		case c == '!' || c == '@' || c == '#' || c == '$' || c == '%' || c == '^' || c == '*' || c == '~':
			symbol = true
		}
	}
	return digit && letter || symbol && letter
}

// beginsLine says whether the name that ends at i begins its line, but for
// indentation, list marks and quotes, as in YAML or JSON.
func beginsLine(b []byte, i int) bool {
	prefix := linePrefix(b, i)
	if len(prefix) == longestName {
		return false
	}
	prefix = bytes.TrimLeft(prefix, " \t\r\"'->#+|{,*")
	return all(prefix, nameClass)
}

// isPlaceholder says whether a value stands for a secret without being one:
// a variable, <password>, ****, a marker of this package.
func isPlaceholder(v []byte) bool {
	switch {
	case v[0] == '<', bytes.HasPrefix(v, []byte("${")), bytes.HasPrefix(v, []byte("$(")), bytes.HasPrefix(v, []byte("{{")):
		return true
	case v[0] == '$' && len(v) > 1:
		return all(v[1:], wordClass) && !isDigit(v[1])
	case bytes.HasPrefix(v, []byte("-----")):
		return true
	}
	if n := markerAt(v); n == len(v) {
		return true
	}
	for _, c := range "*.xX-" {
		if len(bytes.Trim(v, string(c))) == 0 {
			return true
		}
	}
	return false
}

// plainWords are values that tools print after "password:" and "token=".
var plainWords = []string{
	"true", "false", "null", "none", "nil", "undefined", "yes", "no", "required", "optional",
	"files", "compat", "systemd", "nis", "ldap", "sss", "db", "unset", "set", "enabled", "disabled",
	"default", "invalid", "incorrect", "expired", "missing", "never", "string", "changed", "unchanged",
	"redacted", "hidden", "masked", "bearer", "basic", "empty", "locked",
}

func isPlainWord(v []byte) bool {
	v = bytes.ToLower(bytes.TrimRight(v, ".?!"))
	for _, w := range plainWords {
		if string(v) == w {
			return true
		}
	}
	return false
}
