// Package term knows the terminal that the console runs in: what it can show,
// how text gets to its clipboard, and how it is put back when the program has
// no time left to do it properly.
package term

import "strings"

// Features are what the environment tells about a terminal.
type Features struct {
	Dumb    bool // no full-screen program can run in it
	NoColor bool // NO_COLOR is set to anything but the empty string (no-color.org)
	ASCII   bool // characters outside ASCII may not be shown
	Tmux    bool // it runs inside tmux
	SSH     bool
}

// Of reads the features from an environment: "NAME=value" each, the last one
// of a name counts.
func Of(environ []string) Features {
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	return Features{
		Dumb:    env["TERM"] == "" || env["TERM"] == "dumb",
		NoColor: env["NO_COLOR"] != "",
		ASCII:   env["TERM"] == "linux" || !utf8Locale(env),
		Tmux:    env["TMUX"] != "",
		SSH:     env["SSH_CONNECTION"] != "",
	}
}

// utf8Locale reports whether the locale is one with UTF-8, by the order in
// which POSIX reads the variables. Where none is set, as in a container, the
// terminal is taken for one of today.
func utf8Locale(env map[string]string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value := strings.ToLower(env[name])
		if value == "" {
			continue
		}
		return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
	}
	return true
}
