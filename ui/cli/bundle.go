package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/session/host"
	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/trust"
)

func (p *program) bundleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "Read and verify the trust bundles that modules are verified with",
		Long: `What a trust bundle of wsc says: how long it is valid, which authorities and
logs count, which certificates were revoked, and whether it was signed by your
key. No wsc is needed, and no network ever.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.bundleInspect(), p.bundleVerify())
	return cmd
}

func (p *program) bundleInspect() *cobra.Command {
	var asJSON bool
	var keyPath string
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Say what a trust bundle holds, and what is wrong with it",
		Long: `Says what a trust bundle holds and what is wrong with it now. Its signature is
checked if a key is given; without, anybody can have written it. An expired
bundle is wrong, also in its grace period.

Exit code 0 is nothing wrong, 1 is something wrong, 2 is no trust bundle.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error { return p.inspectBundle(given[0], keyPath, asJSON) },
	}
	cmd.Flags().StringVar(&keyPath, "key", "", "public key that must have signed it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p *program) bundleVerify() *cobra.Command {
	var asJSON bool
	var keyPath string
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check that a key signed a trust bundle, and that it is valid now",
		Long: `Checks that the key signed exactly this bundle, that the bundle is valid now,
and that nothing is wrong with what is in it. A bundle that is expired or not
signed does not pass, and none does without a key: anybody can write one. Exit
code 0 is that every check passed, 1 is that one did not.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error { return p.verifyBundle(given[0], keyPath, asJSON) },
	}
	cmd.Flags().StringVar(&keyPath, "key", "", "public key that must have signed it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p *program) inspectBundle(path, keyPath string, asJSON bool) error {
	bundle, err := readBundle(path)
	if err != nil {
		return err
	}
	now := host.NewClock().Now().Wall
	found := bundle.Inspect(now)
	if keyPath != "" {
		key, err := readKey(keyPath)
		if err != nil {
			return err
		}
		found = bundle.Verify(key, now).Inspection
	}
	if err := p.sayInspected(path, found, now, asJSON); err != nil {
		return err
	}
	if len(found.Problems) > 0 {
		return errNo
	}
	return nil
}

func (p *program) verifyBundle(path, keyPath string, asJSON bool) error {
	bundle, err := readBundle(path)
	if err != nil {
		return err
	}
	var key keyfile.Public
	if keyPath != "" {
		if key, err = readKey(keyPath); err != nil {
			return err
		}
	}
	verified := bundle.Verify(key, host.NewClock().Now().Wall)
	if err := p.sayBundleVerified(path, keyPath, verified, asJSON); err != nil {
		return err
	}
	if !verified.OK {
		return errNo
	}
	return nil
}

// readBundle reads a trust bundle of the host.
func readBundle(path string) (trust.Bundle, error) {
	const next = "name a file that wsc bundle create or wsc bundle sign wrote"
	data, err := readHostFile(path, trust.MaxBundle)
	if err != nil {
		return trust.Bundle{}, unreadable(fmt.Errorf("read the trust bundle %w", err), next)
	}
	bundle, err := trust.ReadBundle(data)
	if err != nil {
		return trust.Bundle{}, unreadable(fmt.Errorf("read %s: %w", path, err), next)
	}
	return bundle, nil
}

func (p *program) sayInspected(path string, found trust.Inspection, now time.Time, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, found, "")
	}
	page := &bundlePage{sheet{p: p}}
	page.line("%s: trust bundle, version %d", path, found.Version)
	page.validity(found, now)
	page.members(found)
	page.problems(found)
	_, err := io.WriteString(p.out, page.String())
	return err
}

func (p *program) sayBundleVerified(path, keyPath string, v trust.Verification, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, v, "")
	}
	page := &bundlePage{sheet{p: p}}
	page.line("%s: trust bundle, version %d", path, v.Version)
	passed := 0
	for _, check := range v.Checks {
		sign, word := markNone, "not made"
		switch check.Outcome {
		case trust.Passed:
			sign, word = markPassed, "passed"
			passed++
		case trust.Failed:
			sign, word = markFailed, "FAILED"
		}
		page.hang(fmt.Sprintf("  %s %-8s  %-9s  ", p.mark(sign), word, strings.ReplaceAll(check.Name, "_", " ")), check.Detail)
	}
	if v.OK {
		page.hang("  ", "verified with "+keyPath)
	} else {
		page.line("  NOT VERIFIED: %d of %s passed", passed, count(len(v.Checks), "check"))
	}
	_, err := io.WriteString(p.out, page.String())
	return err
}

// bundlePage is what is said of a bundle.
type bundlePage struct{ sheet }

func (page *bundlePage) validity(found trust.Inspection, now time.Time) {
	dates := "in date until " + minute(found.NotAfter)
	switch {
	case now.Before(found.NotBefore):
		dates = "NOT YET VALID; valid until " + minute(found.NotAfter)
	case found.Expired && !now.After(found.GraceUntil):
		dates = "EXPIRED on " + minute(found.NotAfter) + ", in its grace period"
	case found.Expired:
		dates = "EXPIRED on " + minute(found.NotAfter)
	}
	page.line("  dates        %s", dates)
	page.line("  valid from   %s", minute(found.NotBefore))
	if found.GraceUntil.After(found.NotAfter) {
		page.line("  grace until  %s", minute(found.GraceUntil))
	}
	page.line("  created      %s", minute(found.CreatedAt))
	page.hang("  signature    ", signatureWords(found))
}

func signatureWords(found trust.Inspection) string {
	switch {
	case found.SignatureValid != nil && *found.SignatureValid:
		return "by the key that was given; it names " + *found.SignedBy
	case found.SignedBy == nil:
		return "none: anybody can have written it"
	case found.SignatureValid != nil:
		return "NOT by the key that was given; it names " + *found.SignedBy
	}
	return "not checked: it names the key " + *found.SignedBy + ", and --key PUB checks it"
}

func (page *bundlePage) members(found trust.Inspection) {
	page.heading("Authorities", len(found.Authorities))
	for _, a := range found.Authorities {
		page.line("  %s", strings.TrimSpace(a.Name+" "+a.URI))
		for _, c := range a.Certificates {
			page.line("    %s", c.Subject)
			page.line("      %s until %s", minute(c.NotBefore), minute(c.NotAfter))
		}
		page.period(a.From, a.Until)
	}
	page.heading("Logs", len(found.Logs))
	for _, l := range found.Logs {
		page.line("  %s", l.Address)
		page.line("    %s", l.ID)
		page.period(l.From, l.Until)
	}
	page.heading("Revoked certificates", len(found.Revocations))
	for _, r := range found.Revocations {
		page.line("  %s", strings.TrimSpace(r.Fingerprint+" "+r.Reason))
	}
}

func (page *bundlePage) heading(title string, members int) {
	if members == 0 {
		title += ": none"
	}
	page.line("%s", title)
}

// period is what the bundle narrows a member to, if it does.
func (page *bundlePage) period(from, until time.Time) {
	if !from.IsZero() {
		page.line("    counts from %s until %s", minute(from), minute(until))
	}
}

func (page *bundlePage) problems(found trust.Inspection) {
	switch {
	case len(found.Problems) > 0:
	case found.SignatureValid != nil: // and true, or it were a problem
		page.hang("", "Nothing wrong found, and signed by the key that was given")
		return
	case found.SignedBy == nil:
		page.hang("", "Dates and contents are in order. Who wrote it is NOT KNOWN: it is not signed")
		return
	default:
		page.hang("", "Dates and contents are in order. Who wrote it is NOT CHECKED")
		return
	}
	page.line("%s", count(len(found.Problems), "problem"))
	for _, problem := range found.Problems {
		page.state(markFailed, "%s", problem.Detail)
	}
}

// minute is a date as people compare it.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
