package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/host"
	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/trust"
	"wsc-respond/steps/wasmsig"
)

// This file turns the flags of module scan into a question.

// query is what the flags ask for.
func (f scanFlags) query() (wasmsig.Query, error) {
	q := wasmsig.Query{Issuer: f.issuer, All: f.all, VerifyContent: f.verifyContent}
	if err := f.check(); err != nil {
		return q, err
	}
	if err := f.signers(&q); err != nil {
		return q, err
	}
	if err := f.window(&q); err != nil {
		return q, err
	}
	var err error
	if f.expect != "" {
		if q.Expected, err = readSigners(f.expect); err != nil {
			return q, unreadable(err, "a line is a key id, \"key PATH\", or an identity and its issuer")
		}
	}
	q.Trust, err = f.trust()
	return q, err
}

// signers reads whose signatures are looked for.
func (f scanFlags) signers(q *wasmsig.Query) error {
	for _, text := range f.ids {
		id, err := keyfile.ParseID(text)
		if err != nil {
			return wrongUse(fmt.Errorf("--key-id: %w", err))
		}
		q.IDs = append(q.IDs, id)
	}
	var err error
	if f.identity != "" {
		if q.Identity, err = readPattern(f.identity, f.exact); err != nil {
			return wrongUse(fmt.Errorf("--identity: %w", err))
		}
	}
	q.Keys, err = readKeys(f.keys)
	return err
}

// check refuses flags that say nothing together.
func (f scanFlags) check() error {
	switch {
	case len(f.keys) == 0 && len(f.ids) == 0 && f.identity == "" && !f.all:
		return wrongUse(errors.New("module scan needs to know whose signatures to look for: --key, --key-id, --identity or --all"))
	case f.issuer != "" && f.identity == "":
		return wrongUse(errors.New("--issuer goes with --identity; --identity '.*' is everybody whom the issuer vouches for"))
	case moreThanOne(f.asJSON, f.nul, f.asPaths):
		return wrongUse(errors.New("--json, --null and --paths are three forms of one list; choose one"))
	}
	return nil
}

func moreThanOne(flags ...bool) bool {
	set := 0
	for _, f := range flags {
		if f {
			set++
		}
	}
	return set > 1
}

// window reads --since and --until.
func (f scanFlags) window(q *wasmsig.Query) error {
	var err error
	if q.Since, err = parseEnd(f.since, 0); err != nil {
		return wrongUse(fmt.Errorf("--since: %w", err))
	}
	if q.Until, err = parseEnd(f.until, 24*time.Hour-time.Second); err != nil {
		return wrongUse(fmt.Errorf("--until: %w", err))
	}
	if !q.Since.IsZero() && !q.Until.IsZero() && q.Until.Before(q.Since) {
		return wrongUse(errors.New("--until lies before --since"))
	}
	return nil
}

// parseEnd reads an end of a window. Logs count in UTC and in seconds. A day
// alone stands for a time within it.
func parseEnd(text string, within time.Duration) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Add(within), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	now := host.NewClock().Now().Wall
	t, err := session.ParseWhen(text, now)
	if err != nil {
		return t, fmt.Errorf("%q is no time in the past: write 2026-11-20, \"2026-11-20 14:00\" (UTC), RFC 3339, \"2 days ago\" or now", text)
	}
	if t.IsZero() {
		t = now.UTC()
	}
	return t, nil
}

// trust is what proves keyless signatures. Keys need none of it.
func (f scanFlags) trust() (*trust.Material, error) {
	if f.trustedRoot == "" && f.trustBundle == "" && f.identity == "" && f.expect == "" && !f.all {
		return nil, nil
	}
	var policy wasmsig.Policy
	err := verifying{trustedRoot: f.trustedRoot, bundle: f.trustBundle, bundleKey: f.bundleKey}.trust(&policy)
	if err != nil {
		return nil, err
	}
	for _, check := range []*wasmsig.Check{policy.Source, policy.SourceSignature} {
		if check != nil && check.Outcome == wasmsig.Failed {
			return nil, &failure{code: exitNo, err: errors.New(check.Detail), safe: "nothing was looked for",
				next: "wsc-respond bundle inspect says what is wrong with it"}
		}
	}
	return policy.Trust, nil
}

// readSigners reads a list of expected signers. Paths in it start at the
// folder that it lies in.
func readSigners(path string) (*wasmsig.Signers, error) {
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
	signers, err := wasmsig.ParseSigners(file, func(key string) (keyfile.Public, error) {
		if !filepath.IsAbs(key) {
			key = filepath.Join(filepath.Dir(path), key)
		}
		return readKey(key)
	})
	if err != nil {
		return nil, fmt.Errorf("read the expected signers: %s, %w", path, err)
	}
	return signers, nil
}
