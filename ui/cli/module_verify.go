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
one of the keys signed it, or an identity that an issuer vouched for. Where
both are given, either is enough: a module is signed in one of the two ways.
A file in which anything is wrong does not pass.

The pattern of --identity is a regular expression (RE2) that has to match the
whole identity; with --exact it is the identity itself. The issuer is compared
as it is.

Certificates must lead to an authority, and log entries to a log, of
Sigstore's public instance as it was when this program was made, or of the
file that --trusted-root or --trust-bundle names. An expired bundle fails
every file.
A bundle is relied on because you named it. Whether somebody signed it, only
--bundle-key asks; without that, the verdict says that nobody checked.

Of more than three files, those that passed have a line each.

Exit code 0 is that every file passed, also on a bundle whose signature nobody
checked; 1 is that one did not pass or could not be read; 2 is wrong use.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			return p.verifyModules(cmd.Context(), given, ask)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&ask.keys, "key", nil, "public key file that is accepted; repeatable")
	flags.StringVar(&ask.identity, "identity", "", "pattern of the identity that is accepted")
	flags.BoolVar(&ask.exact, "exact", false, "take the identity as it stands, not as a pattern")
	flags.StringVar(&ask.issuer, "issuer", "", "who must have vouched for the identity, a URL")
	flags.StringVar(&ask.trustedRoot, "trusted-root", "", "trusted root of a Sigstore instance")
	flags.StringVar(&ask.bundle, "trust-bundle", "", "trust bundle of wsc")
	flags.StringVar(&ask.bundleKey, "bundle-key", "", "public key that the trust bundle is signed by")
	flags.BoolVar(&ask.asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (p *program) verifyModules(ctx context.Context, paths []string, ask verifying) error {
	policy, err := ask.policy()
	if err != nil {
		return err
	}
	say := &verdictWords{p: p, asJSON: ask.asJSON, brief: len(paths) > maxVerdicts}
	for _, path := range paths {
		verdict := verifyModule(ctx, path, policy)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := say.tell(verdict); err != nil {
			return err
		}
	}
	return say.sum()
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
			Checks: []wasmsig.Check{{Name: "module", Outcome: wasmsig.Failed, Detail: problem.Detail}}}
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
	text, err := readHostFile(path, maxTrustedRoot)
	if err != nil {
		return nil, unreadable(fmt.Errorf("read the trusted root %w", err), "name a trusted_root.json of a Sigstore instance")
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
	return ask.judgeBundle(bundle, policy)
}

// judgeBundle says whether a bundle may be relied on now: by its dates, and by
// who signed it.
func (ask verifying) judgeBundle(bundle trust.Bundle, policy *wasmsig.Policy) error {
	now := host.NewClock().Now().Wall
	found := bundle.Inspect(now)
	policy.Source = ask.bundleCheck(found, "valid until "+minute(found.NotAfter), trust.Expired, trust.NotYetValid)
	if ask.bundleKey == "" {
		why := "signed, and no --bundle-key was given"
		if found.SignedBy == nil {
			why = "the bundle is not signed"
		}
		policy.SourceSignature = &wasmsig.Check{Outcome: wasmsig.NotMade, Detail: why}
		return nil
	}
	key, err := readKey(ask.bundleKey)
	if err != nil {
		return err
	}
	policy.SourceSignature = ask.bundleCheck(bundle.Verify(key, now).Inspection, "signed by "+ask.bundleKey,
		trust.Unsigned, trust.BadSignature, trust.SignatureInvalid, trust.KeyIDMismatch)
	return nil
}

// bundleCheck fails if the bundle has a problem of one of the kinds.
func (ask verifying) bundleCheck(found trust.Inspection, passed string, kinds ...trust.ProblemKind) *wasmsig.Check {
	var faults []string
	for _, problem := range found.Problems {
		if slices.Contains(kinds, problem.Kind) {
			faults = append(faults, problem.Detail)
		}
	}
	if len(faults) > 0 {
		return &wasmsig.Check{Outcome: wasmsig.Failed, Detail: ask.bundle + ": " + strings.Join(faults, "; ")}
	}
	return &wasmsig.Check{Outcome: wasmsig.Passed, Detail: ask.bundle + ", " + passed}
}
