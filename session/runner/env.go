package runner

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wsc-respond/session"
)

// allowed are the variables of the console's environment that a command
// gets. Everything else stays behind, so that a command runs the same for
// everybody who works on the incident, and so that a token that happens to be
// in the console's environment does not travel.
var allowed = map[string]bool{
	"HOME": true, "USER": true, "LOGNAME": true, "SHELL": true, "PATH": true, "TMPDIR": true,
	"LANG": true, "LANGUAGE": true, "TZ": true, "TERM": true, "COLORTERM": true, "NO_COLOR": true,
	"EDITOR": true, "VISUAL": true, "PAGER": true,
	"SSH_AUTH_SOCK": true, "SSH_AGENT_PID": true, "SSH_CONNECTION": true, "GNUPGHOME": true,
	"DBUS_SESSION_BUS_ADDRESS": true, "KUBECONFIG": true,
	"CARGO_HOME": true, "RUSTUP_HOME": true,
	"SSL_CERT_FILE": true, "SSL_CERT_DIR": true,
	"http_proxy": true, "https_proxy": true, "all_proxy": true, "no_proxy": true,
	"HTTP_PROXY": true, "HTTPS_PROXY": true, "ALL_PROXY": true, "NO_PROXY": true,
	// These are what the signing tool reads.
	"WSC_SIGSTORE_STAGING": true, "WSC_REQUIRE_CERT_PINNING": true, "WSC_FULCIO_PINS": true,
	"WSC_REKOR_PINS": true, "WSC_EXPECTED_OIDC_ISSUER": true, "WSC_DISABLE_OIDC_ISSUER_CHECK": true,
}

// allowedPrefixes are families of such variables.
var allowedPrefixes = []string{"LC_", "XDG_"}

// defaultPath is used when the console has no usable PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Allowed is what commands get of an environment of the form that os.Environ
// gives, in the same form and order. It is what a [Runner] passes on of
// Options.Env, for the record of what a command ran with. Values are as they
// are: they can hold secrets.
func Allowed(environ []string) []string {
	var kept []string
	for _, pair := range environ {
		name, _, ok := strings.Cut(pair, "=")
		if !ok || forbidden(name) {
			continue
		}
		prefixed := slices.ContainsFunc(allowedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if allowed[name] || prefixed {
			kept = append(kept, pair)
		}
	}
	return kept
}

// forbidden reports whether a variable would make the shell or the loader run
// something that nobody confirmed. Such variables are neither inherited nor
// carried from command to command.
func forbidden(name string) bool {
	switch name {
	case "BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "BASH_XTRACEFD", "PS4", "PROMPT_COMMAND", "IFS", "CDPATH", "GLOBIGNORE":
		return true
	}
	return strings.HasPrefix(name, "LD_") || strings.HasPrefix(name, "BASH_FUNC_")
}

// environ is the environment of one command, by name: what is allowed of the
// console's, then what earlier commands changed, then the inputs, then what
// the console itself says.
func environ(j *job, dir string) map[string]string {
	env := map[string]string{}
	for _, pair := range j.Env {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	maps.Copy(env, j.Order.Carry.Set)
	for _, name := range j.Order.Carry.Unset {
		delete(env, name)
	}
	maps.DeleteFunc(env, func(name, _ string) bool { return !isName(name) || forbidden(name) })
	maps.Copy(env, j.Order.Values)
	env["PATH"] = withBin(cleanPath(env["PATH"]), j.binDir())
	env["PWD"] = dir
	env[session.SessionVariable] = j.SessionDir
	env[session.EvidenceVariable] = filepath.Join(j.SessionDir, leftFolder(j.Order.Evidence))
	return env
}

// pairs puts an environment into the form that the kernel takes.
func pairs(env map[string]string) []string {
	list := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

// cleanPath drops the entries of a PATH that mean "where I happen to be": a
// file of the right name in a folder under investigation must never run.
func cleanPath(list string) string {
	var kept []string
	for _, dir := range filepath.SplitList(list) {
		if filepath.IsAbs(dir) {
			kept = append(kept, dir)
		}
	}
	if len(kept) == 0 {
		return defaultPath
	}
	return strings.Join(kept, string(os.PathListSeparator))
}

// withBin puts the folder that holds this very program first, and only first.
func withBin(list, bin string) string {
	return bin + string(os.PathListSeparator) + withoutBin(list, bin)
}

func withoutBin(list, bin string) string {
	dirs := slices.DeleteFunc(filepath.SplitList(list), func(dir string) bool { return dir == bin })
	return strings.Join(dirs, string(os.PathListSeparator))
}

// isName reports whether bash takes s as the name of a variable.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
