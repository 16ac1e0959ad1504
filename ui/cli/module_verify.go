package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/assets"
	"wsc-respond/session/host"
	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
)

// verifying is what module verify was asked for.
type verifying struct {
	keys             []string // public key files
	identity, issuer string
	exact            bool
	trustedRoot      string // a file
	bundle           string // a file
	bundleKey        string // a public key file
	asJSON           bool
}

func (p *program) moduleVerifyCommand() *cobra.Command {
	var ask verifying
	cmd := &cobra.Command{
		Use:   "verify FILE…",
		Short: "Check that modules are what somebody you name signed",
		Long: `Checks modules without any network: that they are what was signed, and that
one of the keys signed it, or an identity that an issuer vouched for. Where both
are given, either is enough: a module is signed in one of the two ways. A file
in which anything is wrong does not pass.

The pattern of --identity is a regular expression (RE2) that has to match the
whole identity; with --exact it is the identity itself. The issuer is compared
as it is.

Certificates must lead to an authority, and log entries to a log, of Sigstore's
public instance as it was when this program was made, or of the file that
--trusted-root or --trust-bundle names. An expired bundle fails every file.

Exit code 0 is that every file passed, 1 is that one did not or could not be
read, 2 is wrong use.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			return p.verifyModules(cmd.Context(), given, ask)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&ask.keys, "key", nil, "public key file whose signature is accepted; can be repeated")
	flags.StringVar(&ask.identity, "identity", "", "pattern of the identity that is accepted")
	flags.BoolVar(&ask.exact, "exact", false, "--identity is the identity itself, not a pattern")
	flags.StringVar(&ask.issuer, "issuer", "", "who must have vouched for the identity, as a URL")
	flags.StringVar(&ask.trustedRoot, "trusted-root", "", "trusted root of a Sigstore instance")
	flags.StringVar(&ask.bundle, "trust-bundle", "", "trust bundle of wsc")
	flags.StringVar(&ask.bundleKey, "bundle-key", "", "public key file that the trust bundle is to be signed by")
	flags.BoolVar(&ask.asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (p *program) verifyModules(ctx context.Context, paths []string, ask verifying) error {
	policy, err := ask.policy()
	if err != nil {
		return err
	}
	passed := 0
	for _, path := range paths {
		verdict := verifyModule(ctx, path, policy)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if verdict.OK {
			passed++
		}
		if err := p.sayVerdict(verdict, ask.asJSON); err != nil {
			return err
		}
	}
	if len(paths) > 1 && !ask.asJSON {
		fmt.Fprintf(p.out, "%s: %d verified, %d NOT VERIFIED\n", count(len(paths), "file"), passed, len(paths)-passed)
	}
	if passed < len(paths) {
		return errNo
	}
	return nil
}

// verifyModule verifies a file of the host. One that cannot be read does not
// pass.
func verifyModule(ctx context.Context, path string, policy wasmsig.Policy) (verdict wasmsig.Verdict) {
	err := withModule(path, func(r io.ReaderAt, size int64) (err error) {
		verdict, err = wasmsig.Verify(ctx, r, size, path, policy)
		return err
	})
	if err != nil {
		problem := unreadModule(err)
		return wasmsig.Verdict{Path: path, Problems: []wasmsig.Problem{problem},
			Checks: []wasmsig.Check{{Name: "module", Outcome: wasmsig.Failed, Detail: "found wrong: " + string(problem.Kind)}}}
	}
	return verdict
}

// policy is whose signature the person accepts.
func (ask verifying) policy() (wasmsig.Policy, error) {
	keys, err := readKeys(ask.keys)
	if err != nil {
		return wasmsig.Policy{}, err
	}
	policy := wasmsig.Policy{Keys: keys, Issuer: ask.issuer}
	if ask.identity != "" {
		if policy.Identity, err = readPattern(ask.identity, ask.exact); err != nil {
			return wasmsig.Policy{}, badPolicy(err)
		}
	}
	if err := ask.trust(&policy); err != nil {
		return wasmsig.Policy{}, err
	}
	if err := policy.Check(); err != nil {
		return wasmsig.Policy{}, badPolicy(err)
	}
	return policy, nil
}

// readPattern reads whom a person means: a pattern, or one identity as it
// stands.
func readPattern(text string, exact bool) (*wasmsig.Pattern, error) {
	if exact {
		return wasmsig.Exactly(text)
	}
	return wasmsig.ParsePattern(text)
}

func badPolicy(err error) error {
	return &failure{code: exitWrongUse, err: err, safe: "nothing was checked, and nothing passed",
		next: "say whose signature you accept: --key PUB, or --identity PATTERN with --issuer URL"}
}

// trust reads what is trusted.
func (ask verifying) trust(policy *wasmsig.Policy) error {
	switch {
	case ask.trustedRoot != "" && ask.bundle != "":
		return wrongUse(errors.New("--trusted-root and --trust-bundle are two answers to one question; give one"))
	case ask.bundleKey != "" && ask.bundle == "":
		return wrongUse(errors.New("--bundle-key is the key of a --trust-bundle, and there is none"))
	case ask.bundle != "":
		return ask.trustBundle(policy)
	}
	return ask.trustRoot(policy)
}

func (ask verifying) trustRoot(policy *wasmsig.Policy) error {
	text, source := assets.TrustedRoot(), "Sigstore's public instance"
	if ask.trustedRoot != "" {
		var err error
		if text, err = readTrustedRoot(ask.trustedRoot); err != nil {
			return err
		}
		source = ask.trustedRoot
	}
	material, err := trust.ReadRoot(text)
	if err != nil {
		return unreadable(fmt.Errorf("read what is trusted from %s: %w", source, err), "name a trusted_root.json of a Sigstore instance")
	}
	material.Source = source
	policy.Trust = material
	return nil
}

// maxTrustedRoot bounds what is read as a trusted root, in bytes.
const maxTrustedRoot = 4 << 20

func readTrustedRoot(path string) ([]byte, error) {
	const next = "name a trusted_root.json of a Sigstore instance"
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, unreadable(err, next)
	}
	defer closeTree()
	text, err := readUpTo(tree, name, maxTrustedRoot)
	if err != nil {
		return nil, unreadable(fmt.Errorf("read %s: %w", path, err), next)
	}
	return text, nil
}

// trustBundle trusts a bundle as far as it may be relied on now. What of that
// fails is told of each file.
func (ask verifying) trustBundle(policy *wasmsig.Policy) error {
	bundle, err := readBundle(ask.bundle)
	if err != nil {
		return err
	}
	if policy.Trust, err = bundle.Material(); err != nil {
		return &failure{code: exitNo, err: fmt.Errorf("%s: %w", ask.bundle, err),
			safe: "nothing was checked, and nothing passed", next: "wsc-respond bundle inspect says what is wrong with it"}
	}
	policy.Trust.Source = ask.bundle
	source, err := ask.judgeBundle(bundle)
	policy.Source = &source
	return err
}

// judgeBundle says whether a bundle may be relied on now.
func (ask verifying) judgeBundle(bundle trust.Bundle) (wasmsig.Check, error) {
	now := host.NewClock().Now().Wall
	found := bundle.Inspect(now)
	relevant := []trust.ProblemKind{trust.Expired, trust.NotYetValid}
	signed := "its signature was not checked: --bundle-key does"
	if ask.bundleKey != "" {
		key, err := readKey(ask.bundleKey)
		if err != nil {
			return wasmsig.Check{}, err
		}
		found = bundle.Verify(key, now).Inspection
		relevant = append(relevant, trust.Unsigned, trust.BadSignature, trust.SignatureInvalid, trust.KeyIDMismatch)
		signed = "signed by " + ask.bundleKey
	}
	var faults []string
	for _, problem := range found.Problems {
		if slices.Contains(relevant, problem.Kind) {
			faults = append(faults, problem.Detail)
		}
	}
	if len(faults) > 0 {
		return wasmsig.Check{Outcome: wasmsig.Failed, Detail: ask.bundle + ": " + strings.Join(faults, "; ")}, nil
	}
	return wasmsig.Check{Outcome: wasmsig.Passed, Detail: fmt.Sprintf("%s, valid until %s; %s", ask.bundle, minute(found.NotAfter), signed)}, nil
}

func (p *program) sayVerdict(v wasmsig.Verdict, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, v, "")
	}
	page := &sheet{p: p}
	page.line("%s", v.Path)
	for _, check := range v.Checks {
		sign, word := markNone, "not made"
		switch check.Outcome {
		case wasmsig.Passed:
			sign, word = markPassed, "passed"
		case wasmsig.Failed:
			sign, word = markFailed, "FAILED"
		}
		page.hang(fmt.Sprintf("  %s %-8s  %-17s  ", p.mark(sign), word, check.Name), check.Detail)
	}
	page.problems(v.Problems)
	if v.OK {
		page.line("  verified")
	} else {
		page.line("  NOT VERIFIED")
	}
	page.blank()
	_, err := io.WriteString(p.out, page.String())
	return err
}
