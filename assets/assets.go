// Package assets holds what the program carries with it, so that a responder
// on a host with no network and no package manager has all of it: the runbook
// for WSC incidents, the commented folder that an integrator starts from, and
// the keys of the public signature log.
//
// It keeps two rules. Nothing here is code: the files are Markdown that reads
// well where it lies, and JSON as others published it, with a README beside
// it. And nothing is parsed here: who wants a runbook gives the file system to
// the reader in steps/markdown, and who wants to know whom to trust asks
// steps/trust.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
)

var (
	//go:embed runbook/*.md
	runbook embed.FS

	//go:embed overlay/*.md
	overlay embed.FS

	//go:embed sigstore/trusted_root.json
	trustedRoot string
)

// Runbook returns the embedded WSC runbook: Markdown files at its root, to be
// read in the order of their names.
func Runbook() fs.FS { return below(runbook, "runbook") }

// Overlay returns the starter folder for an integrator's own additions, as
// `wsc-respond runbook init` writes it: Markdown files at its root that pass
// `wsc-respond runbook check` when laid over the embedded runbook.
func Overlay() fs.FS { return below(overlay, "overlay") }

// TrustedRoot returns the trusted root of Sigstore's public instance, as JSON
// that trust.ReadRoot reads: the authorities and logs that count unless a
// responder names others. Where it comes from, and its date, stand in
// sigstore/README.md.
func TrustedRoot() []byte { return []byte(trustedRoot) }

// below gives the files under an embedded folder. The folders are named above
// and embedded at build time, so a failure is a mistake in this file.
func below(files embed.FS, folder string) fs.FS {
	sub, err := fs.Sub(files, folder)
	if err != nil {
		panic(fmt.Sprintf("assets: open the embedded folder %s: %v", folder, err))
	}
	return sub
}
