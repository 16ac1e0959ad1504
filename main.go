// Command wsc-respond is a guided responder console for security incidents in
// the terminal.
//
// It asks what was seen, names incident type and severity, shows a checklist
// per phase with clocks that run, runs each command after a confirmation, and
// keeps a session file that becomes the timeline.
package main

import (
	"os"

	"wsc-respond/ui/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
