package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// WithVariables returns text with placeholders turned into references to
// variables, so that their values reach the command in its environment. names
// maps the text of a placeholder to the name of its variable; placeholders
// without one stay, and so does one in a here-document that expands nothing:
// what stays cannot run.
//
// The reference keeps the value one word and only a word: it is quoted as the
// quotes around it ask for. Within a script in quotes, as in sh -c '…', the
// script reads the variable itself; within quotes for ssh the value is quoted
// for the other shell.
func WithVariables(text string, doc StandIns, names map[string]string) string {
	at := contexts(text)
	var b strings.Builder
	done := 0
	for _, p := range Placeholders(text, doc) {
		name := names[p.Text]
		if !syntax.ValidName(name) {
			continue
		}
		reference, ok := reference(text, at, p, name)
		if !ok {
			continue
		}
		b.WriteString(text[done:p.Start])
		b.WriteString(reference)
		done = p.End
	}
	b.WriteString(text[done:])
	return b.String()
}

var (
	localScript  = pattern(`(?:^|[\s;&|(/])(?:sh|bash|dash|zsh|ksh)(?:[ \t]+-\w+)*[ \t]+-\w*c[ \t]+$|(?:^|[\s;&|(])eval[ \t]+$`)
	remoteScript = pattern(`(?:^|[\s;&|(])ssh[ \t][^;&|\n]*$`)
)

// reference returns how a variable is written in the place of p.
func reference(text string, at []context, p Placeholder, name string) (string, bool) {
	where := at[p.Start]
	opening := p.Start
	for opening > 0 && at[opening-1] == where {
		opening--
	}
	before := text[:opening]
	if where == plain || where == comment {
		before = text[:p.Start]
	}
	inScript := where == single || where == double
	switch {
	case inScript && localScript().MatchString(before):
		return scriptReference(where, text[opening+1:p.Start], name)
	case remoteScript().MatchString(before):
		return quotedReference(where, "${"+name+"@Q}")
	}
	return quotedReference(where, "$"+name)
}

// quotedReference writes an expansion where the quotes are those of where.
func quotedReference(where context, expansion string) (string, bool) {
	switch where {
	case plain:
		return `"` + expansion + `"`, true
	case single:
		return `'"` + expansion + `"'`, true
	case ansi:
		return `'"` + expansion + `"$'`, true
	case double, parameter:
		if !strings.HasPrefix(expansion, "${") {
			expansion = "${" + expansion[1:] + "}"
		}
		return expansion, true
	}
	return "", false
}

// scriptReference writes a reference that the inner shell expands; script is
// what stands before it between the outer quotes.
func scriptReference(where context, script, name string) (string, bool) {
	if where == double {
		script = unescapeDouble(script)
	}
	inner := script + "x"
	written, ok := reference(inner, contexts(inner), Placeholder{Start: len(script), End: len(inner)}, name)
	if where == double {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(written), ok
	}
	return strings.ReplaceAll(written, `'`, `'\''`), ok
}

// unescapeDouble takes away the backslashes that count within double quotes.
func unescapeDouble(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`, "\\`", "`", "\\\n", "").Replace(s)
}

// VariableName proposes the name of a variable for a placeholder:
// UUID_FROM_SIGNATURE for <uuid-from-signature>, MODULES for /path/to/modules,
// SIGNER for signer@example.com, SHA256_ABC123 for sha256:abc123... It is a
// valid name and never one of the well-known environment.
func VariableName(placeholder string) string {
	s := strings.Trim(placeholder, "<>[]")
	switch {
	case somePath().MatchString(s):
		s = pathName(s)
	case isExampleHost(s):
		s = hostName(s)
	}
	return validName(s)
}

// pathName is the last element of a path without its ending.
func pathName(s string) string {
	_, s, _ = strings.Cut(s, "path/to")
	s = strings.Trim(s, "/")
	s = s[strings.LastIndexByte(s, '/')+1:]
	if dot := strings.LastIndexByte(s, '.'); dot > 0 {
		s = s[:dot]
	}
	return s
}

func isExampleHost(s string) bool { return someHost().FindString(s) == s }

// hostName is the user of an address, or the host below the example domain.
func hostName(s string) string {
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	if user, _, ok := strings.Cut(s, "@"); ok {
		return user
	}
	host, _, _ := strings.Cut(s, "example.")
	if host = strings.Trim(host, "."); host != "" {
		return host
	}
	return "host"
}

func validName(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch {
		case r < 0x80 && isNameByte(byte(r)):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	switch {
	case name == "":
		return "VALUE"
	case name[0] >= '0' && name[0] <= '9':
		return "ID_" + name
	case isWellKnown(name):
		return name + "_VALUE"
	}
	return name
}
