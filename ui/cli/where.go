package cli

import (
	"fmt"
	"os"
	"strings"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/session/runner"
)

// maxVariable and maxVariables bound what the record takes of one variable,
// and of all, in bytes. Whoever needs more to run a command has a file of it;
// and whatever the environment holds, a session can be opened.
const (
	maxVariable  = 8 << 10
	maxVariables = 128 << 10
)

// where is what this console and its commands run in. Passwords in it are
// taken out like those of every event.
func where(now session.Instant) session.Environment {
	env := host.Environment(now)
	env.Variables = variables(runner.Allowed(os.Environ()))
	return env
}

// variables are pairs of an environment by name. Values that are too long are
// told by their length.
func variables(pairs []string) map[string]string {
	kept := make(map[string]string, len(pairs))
	room := maxVariables
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if len(value) > maxVariable || len(pair) > room {
			value = fmt.Sprintf("(%d bytes, left out)", len(value))
		}
		room -= len(name) + len(value)
		if room < 0 {
			kept["…"] = "(more variables, left out)"
			break
		}
		kept[name] = value
	}
	return kept
}
