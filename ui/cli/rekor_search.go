package cli

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/rekor"
)

// maxFetched is how many entries one search fetches.
const maxFetched = 2000

// mayBeIncomplete is said with every search.
const mayBeIncomplete = "the log's index is no part of the log: it may be incomplete, and what it leaves out proves nothing; rekor window proves a span of the log complete"

// searchFlags is what rekor search was given.
type searchFlags struct {
	logFlags
	email, subject, sha, key, artifact string
	since, until                       string
	limit                              int
	out                                string // a file
}

func (p *program) rekorSearchCommand() *cobra.Command {
	var f searchFlags
	cmd := &cobra.Command{
		Use:   "search --email ADDRESS|--subject NAME|--sha HEX|--key FILE|--artifact FILE",
		Short: "Find the entries of somebody or of something",
		Long: `Asks the log's index for entries, fetches and verifies each, and lists them,
the newest first. An address is found by --email, any other identity, such as
the URI of a workflow, by --subject. A key file is PEM, SSH, PGP, minisign or
wsc. Times are as in 2026-11-20, "2026-11-20 14:00" (UTC), RFC 3339, "2 days
ago".

-o keeps every entry that was found, one a line, for rekor verify --entry to
verify without a network.

The index may be incomplete, and this is said each time, together with what it
named and the log did not answer. Exit code 0 is that all that was found is
verified, also if that is nothing; 1 is that something is not, or was not
answered; 2 is that the log could not be asked.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.rekorSearch(cmd.Context(), f) },
	}
	f.add(cmd, 2*time.Minute)
	flags := cmd.Flags()
	flags.StringVar(&f.email, "email", "", "address that signed")
	flags.StringVar(&f.subject, "subject", "", "other identity that signed, as a workflow's URI")
	flags.StringVar(&f.sha, "sha", "", "digest of what was signed, 64 hex digits")
	flags.StringVar(&f.key, "key", "", "file of the public key or certificate that signed")
	flags.StringVar(&f.artifact, "artifact", "", "file that was signed")
	flags.StringVar(&f.since, "since", "", `taken in then or later, UTC`)
	flags.StringVar(&f.until, "until", "", "taken in then or before; a day means its end")
	flags.IntVar(&f.limit, "limit", 100, "list this many entries at most")
	flags.StringVarP(&f.out, "output", "o", "", "keep the entries in this new file")
	return cmd
}

// searched is what a search came to.
type searched struct {
	found    []rekor.Verdict // in the time that was asked for, newest first
	named    int             // by the index
	missing  []string        // that the log did not answer
	unasked  int             // that were too many
	from, to time.Time
}

func (p *program) rekorSearch(ctx context.Context, f searchFlags) error {
	query, err := f.query()
	if err != nil {
		return err
	}
	var s searched
	if s.from, s.to, err = f.span(); err != nil {
		return err
	}
	client, err := f.dial()
	if err != nil {
		return err
	}
	ctx, stop := f.within(ctx)
	defer stop()
	ids, err := client.Search(ctx, query)
	if err != nil {
		return unanswered(err)
	}
	s.named = len(ids)
	if len(ids) > maxFetched {
		s.unasked = len(ids) - maxFetched
		ids = ids[:maxFetched]
	}
	all, missing, err := client.Many(ctx, ids)
	if err != nil {
		return unanswered(err)
	}
	s.missing = missing
	for _, v := range all {
		// What is not verified may lie about its time, so it is always listed.
		if !v.Verified || !v.IntegratedTime.Before(s.from) && (s.to.IsZero() || !v.IntegratedTime.After(s.to)) {
			s.found = append(s.found, v)
		}
	}
	slices.SortFunc(s.found, func(a, b rekor.Verdict) int { return cmp.Compare(b.LogIndex, a.LogIndex) })
	if f.out != "" {
		if err := p.keepEntries(s.found, f.out); err != nil {
			return err
		}
	}
	return p.saySearched(s, f)
}

// span is the time that was asked for.
func (f searchFlags) span() (from, to time.Time, err error) {
	if from, err = parseEnd(f.since, 0); err != nil {
		return from, to, wrongUse(fmt.Errorf("--since: %w", err))
	}
	if to, err = parseEnd(f.until, 24*time.Hour-time.Second); err != nil {
		return from, to, wrongUse(fmt.Errorf("--until: %w", err))
	}
	if !to.IsZero() && to.Before(from) {
		return from, to, wrongUse(errors.New("--until lies before --since"))
	}
	return from, to, nil
}

// query is what the flags ask for.
func (f searchFlags) query() (rekor.Query, error) {
	set := 0
	for _, text := range []string{f.email, f.subject, f.sha, f.key, f.artifact} {
		if text != "" {
			set++
		}
	}
	switch {
	case set != 1:
		return rekor.Query{}, wrongUse(errors.New("give one of --email, --subject, --sha, --key and --artifact"))
	case f.limit < 1:
		return rekor.Query{}, wrongUse(errors.New("--limit is at least 1"))
	case f.sha != "":
		sum, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(f.sha), "sha256:"))
		if err != nil || len(sum) != sha256.Size {
			return rekor.Query{}, wrongUse(fmt.Errorf("--sha: %.100q is no SHA-256 of 64 hex digits", f.sha))
		}
		return rekor.Query{SHA256: hex.EncodeToString(sum)}, nil
	case f.artifact != "":
		sum, err := digestOf(f.artifact)
		if err != nil {
			return rekor.Query{}, unreadable(fmt.Errorf("--artifact: %w", err), "name the file that was signed")
		}
		return rekor.Query{SHA256: hex.EncodeToString(sum)}, nil
	case f.key != "":
		return keyQuery(f.key)
	}
	return rekor.Query{Email: f.email, Subject: f.subject}, nil
}

// digestOf is the SHA-256 of a file.
func digestOf(path string) ([]byte, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, err
	}
	defer closeTree()
	file, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return hash.Sum(nil), nil
}

// keyQuery asks for a key, of a format that its own text tells.
func keyQuery(path string) (rekor.Query, error) {
	data, err := readHostFile(path, maxLogFile)
	if err != nil {
		return rekor.Query{}, unreadable(fmt.Errorf("--key: %w", err), "name a public key file")
	}
	text := strings.TrimSpace(string(data))
	format := "x509"
	switch {
	case strings.Contains(text, "PRIVATE KEY"):
		return rekor.Query{}, wrongUse(fmt.Errorf("--key: %s is a private key, which goes nowhere; give the public one", path))
	case strings.HasPrefix(text, "-----BEGIN PGP"):
		format = "pgp"
	case strings.HasPrefix(text, "ssh-"), strings.HasPrefix(text, "ecdsa-"), strings.HasPrefix(text, "sk-"):
		format = "ssh"
	case strings.HasPrefix(text, "untrusted comment:"):
		format = "minisign"
	case !strings.HasPrefix(text, "-----BEGIN "):
		public, err := readKey(path)
		if err != nil {
			return rekor.Query{}, unreadable(fmt.Errorf("--key: %w", err), "name a public key file: PEM, SSH, PGP, minisign or wsc")
		}
		if data, err = pemOf(public); err != nil {
			return rekor.Query{}, err
		}
	}
	return rekor.Query{Key: data, KeyFormat: format}, nil
}

// pemOf is a key of wsc in the form that logs know.
func pemOf(public keyfile.Public) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(public.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("write the key for the log: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// saySearched lists what was found, and says what the list is not.
func (p *program) saySearched(s searched, f searchFlags) error {
	shown := s.found[:min(len(s.found), f.limit)]
	because := s.because(len(shown))
	failed := len(s.missing) > 0
	for _, v := range s.found {
		failed = failed || !v.Verified
	}
	if f.asJSON {
		for _, v := range shown {
			if err := writeJSON(p.out, v, ""); err != nil {
				return err
			}
		}
		sum := summary{Entries: int64(len(shown)), IncompleteBecause: because, From: timeText(s.from), To: timeText(s.to)}
		if err := writeJSON(p.out, summaryLine{sum}, ""); err != nil {
			return err
		}
	} else {
		if _, err := io.WriteString(p.out, p.table(shown)); err != nil {
			return err
		}
		p.note("%s found; %s", entries(len(s.found)), because)
	}
	if failed {
		return errNo
	}
	return nil
}

// because says why a search is not complete.
func (s searched) because(shown int) string {
	why := []string{mayBeIncomplete}
	if len(s.missing) > 0 {
		why = append(why, fmt.Sprintf("the index named %s that the log did not answer: %s", entries(len(s.missing)), strings.Join(s.missing[:min(3, len(s.missing))], ", ")))
	}
	if s.unasked > 0 {
		why = append(why, fmt.Sprintf("%d of %d that the index named were not fetched: ask for something narrower", s.unasked, s.named))
	}
	if shown < len(s.found) {
		why = append(why, fmt.Sprintf("the newest %d of %d are listed; --limit lists more", shown, len(s.found)))
	}
	return strings.Join(why, "; ")
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// table lists entries, one a line.
func (p *program) table(list []rekor.Verdict) string {
	if len(list) == 0 {
		return ""
	}
	rows := [][]string{{" ", "WHEN", "INDEX", "KIND", "ARTIFACT", "WHO"}}
	for _, v := range list {
		sign, who := markPassed, namesOf(v.Identities)
		if v.Certificates > 0 && v.CertifiedBy == "" {
			who += " (a claim)"
		}
		if !v.Verified {
			sign, who = markFailed, who+" NOT VERIFIED: "+v.Failed()[0].Name
		}
		digest := v.ArtifactDigest
		rows = append(rows, []string{p.mark(sign), exactly(v.IntegratedTime), strconv.FormatInt(v.LogIndex, 10),
			p.shown(v.Kind), p.shown(digest[:min(len(digest), len("sha256:")+12)]), p.shown(who)})
	}
	page := &sheet{p: p}
	page.table(rows, nil)
	return page.String()
}

// entries says how many there are.
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
