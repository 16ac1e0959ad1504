package cli

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"wsc-respond/steps/safe"
)

// The first letter of a flag's text is written large, so it must begin with a
// word of which that leaves the meaning.
func TestTheHelpOfModuleAndRekorCommandsFitsOnATerminal(t *testing.T) {
	p := &program{}
	for _, cmd := range append(p.moduleCommand().Commands(), p.rekorCommand().Commands()...) {
		for line := range strings.Lines(cmd.Long) {
			if width := safe.Width(strings.TrimSuffix(line, "\n")); width > 78 {
				t.Errorf("%s: %d columns: %s", cmd.Name(), width, line)
			}
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			first, _, _ := strings.Cut(f.Usage, " ")
			if width := safe.Width(f.Usage); width > 50 || first != strings.ToLower(first) || strings.HasPrefix(first, "-") {
				t.Errorf("%s --%s: %d columns: %q", cmd.Name(), f.Name, width, f.Usage)
			}
		})
	}
}
