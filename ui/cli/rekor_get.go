package cli

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/steps/rekor"
	"wsc-respond/steps/trust"
)

func (p *program) rekorGetCommand() *cobra.Command {
	var f logFlags
	var out string
	cmd := &cobra.Command{
		Use:   "get UUID|INDEX [-o FILE]",
		Short: "Fetch one entry of the log, and verify everything about it",
		Long: `Fetches the entry of an id (64 or 80 hex digits) or of an index, says who
signed what and when, and verifies all of it: that the id is the hash of what
was entered, that the log's pinned key signed its place and time and the tree
that it is in, and that it is the entry that was asked for.

-o keeps the entry as evidence, for rekor verify --entry to verify it without
a network. Exit code 0 is that every check passed, 1 is that one did not or
that the log has no such entry, 2 is that the log could not be asked.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error { return p.rekorGet(cmd.Context(), f, given[0], out) },
	}
	f.add(cmd, time.Minute)
	cmd.Flags().StringVarP(&out, "output", "o", "", "keep the entry in this new file")
	return cmd
}

func (p *program) rekorGet(ctx context.Context, f logFlags, id, out string) error {
	client, err := f.dial()
	if err != nil {
		return err
	}
	ctx, stop := f.within(ctx)
	defer stop()
	verdict, err := client.Get(ctx, id)
	if err != nil {
		return unanswered(err)
	}
	if err := p.sayEntry(verdict, f.asJSON); err != nil {
		return err
	}
	if out != "" {
		if err := p.keepEntries([]rekor.Verdict{verdict}, out); err != nil {
			return err
		}
	}
	if !verdict.Verified {
		return errNo
	}
	return nil
}

// keepEntries keeps entries in the form that the log's API answers, one a line.
// Where there are none it makes no file.
func (p *program) keepEntries(all []rekor.Verdict, path string) error {
	var data []byte
	for _, v := range all {
		answer, err := rekor.WriteAnswer(v.Entry)
		if err != nil {
			return err
		}
		data = append(append(data, answer...), '\n')
	}
	if len(all) == 0 {
		return nil
	}
	if err := keepFile(path, data); err != nil {
		return err
	}
	p.note("kept in %s, sha256 %x", path, sha256.Sum256(data))
	return nil
}

// sayEntry says an entry and what was checked of it.
func (p *program) sayEntry(v rekor.Verdict, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, v, "")
	}
	page := &sheet{p: p}
	page.entry(v)
	page.checks(v)
	_, err := io.WriteString(p.out, page.String())
	return err
}

// entry is an entry in words.
func (s *sheet) entry(v rekor.Verdict) {
	kind := v.Kind
	if kind == "" {
		kind = "unread"
	}
	s.line("Entry %d of the log: %s", v.LogIndex, kind)
	s.field("who", "%s", orNobody(v.Identities))
	if v.Issuer != "" {
		s.field("issuer", "%s", namesOf([]string{v.Issuer}))
	}
	if v.Certificates > 0 {
		s.field("certified", "%s", certified(v))
	}
	s.field("artifact", "%s", s.p.orDash(v.ArtifactDigest))
	s.field("when", "%s", exactly(v.IntegratedTime))
	if v.TreeIndex != nil {
		s.field("index", "%d in the log, %d of %d in the tree %s", v.LogIndex, *v.TreeIndex, *v.TreeSize, v.Entry.TreeID())
	}
	s.field("id", "%s", v.UUID)
}

func orNobody(names []string) string {
	if len(names) == 0 {
		return "not known: this kind of entry is not read"
	}
	return namesOf(names)
}

// namesOf are the names of an entry, of which a screen holds only some; JSON
// has them all.
func namesOf(names []string) string {
	const most, longest = 3, 200 // characters
	var told []string
	for _, name := range names[:min(len(names), most)] {
		if runes := []rune(name); len(runes) > longest {
			name = string(runes[:longest]) + "…"
		}
		told = append(told, name)
	}
	if more := len(names) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(told, ", ")
}

// certified says what stands behind the name. A log takes any certificate, so
// a name alone is only a claim.
func certified(v rekor.Verdict) string {
	if v.CertifiedBy != "" {
		return "by " + v.CertifiedBy
	}
	return "not by any authority that is trusted here; the name is a claim"
}

// checks are what was checked, a line each, and what they come to.
func (s *sheet) checks(v rekor.Verdict) {
	for _, check := range v.Checks {
		sign, word := markPassed, "passed"
		if !check.OK {
			sign, word = markFailed, "FAILED"
		}
		s.hang(fmt.Sprintf("  %s %s  %-11s  ", s.p.mark(sign), word, check.Name), check.Detail)
	}
	if v.Verified {
		s.line("  verified")
	} else {
		s.line("  NOT VERIFIED: %s of %d failed", count(len(v.Failed()), "check"), len(v.Checks))
	}
}

// exactly is a time to the second, as logs count.
func exactly(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// authorityOf names the trusted authority of a certificate.
func authorityOf(material *trust.Material) func(*x509.Certificate, time.Time) (string, error) {
	return func(leaf *x509.Certificate, at time.Time) (string, error) { return material.CheckCertificate(leaf, at) }
}
