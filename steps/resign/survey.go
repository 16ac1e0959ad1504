package resign

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"
	"unicode/utf8"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/wasmsig"
)

// Plan is what is to be done with each module.
type Plan struct {
	request Request
	items   []*item
	desk    Desk // while it runs
}

// item is one module of the plan.
type item struct {
	Result
	dir, name string
	at        dirEntry
	info      fs.FileInfo
}

// What the two keys are called while signatures are tried with them.
const (
	newKey = "the new key"
	oldKey = "the old key"
)

// Survey reads every module and decides what is to be done. It changes
// nothing. Its error is that of being interrupted; what is wrong with a module
// is in its result.
func Survey(ctx context.Context, r Request) (*Plan, error) {
	p := &Plan{request: r}
	paths, entries := map[string]bool{}, map[dirEntry]bool{}
	for _, path := range r.Paths {
		if paths[path] {
			continue
		}
		paths[path] = true
		it := &item{Result: Result{Path: path, Outcome: Ready}}
		it.dir, it.name = place(path)
		if !utf8.ValidString(path) {
			it.PathBytes = []byte(path)
		}
		if err := p.look(ctx, it); ctx.Err() != nil {
			return nil, ctx.Err()
		} else if err != nil {
			it.refuse("%v", err)
		}
		if entries[it.at] {
			continue // the same name by another path
		}
		entries[it.at] = it.at != dirEntry{}
		p.items = append(p.items, it)
	}
	return p, nil
}

// place is the folder of a path and the name in it. A ".." stays where it is:
// from a link it goes up from where that leads.
func place(path string) (dir, name string) {
	dir, name = filepath.Split(path)
	return cmp.Or(dir, "."), name
}

// dirEntry is a name in a folder, by whatever path one came there.
type dirEntry struct {
	device, inode uint64 // of the folder
	name          string
}

// dirEntryOf is where an open folder has a name; it is the zero value where the
// folder cannot be told from others.
func dirEntryOf(folder durable.Folder, name string) dirEntry {
	info, err := folder.Lstat(".")
	if err != nil {
		return dirEntry{}
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return dirEntry{}
	}
	return dirEntry{uint64(stat.Dev), stat.Ino, name}
}

// look reads one module where it lies.
func (p *Plan) look(ctx context.Context, it *item) (err error) {
	folder, err := p.request.Open(it.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // nothing was changed
	it.at = dirEntryOf(folder, it.name)
	found, info, err := p.inspect(ctx, folder, it.name)
	if err != nil {
		return err
	}
	it.info = info
	it.judge(found, p.request)
	return nil
}

// inspect reads a module with both keys at hand.
func (p *Plan) inspect(ctx context.Context, folder durable.Folder, name string) (wasmsig.Inspection, fs.FileInfo, error) {
	file, info, err := durable.OpenRegular(folder, name)
	if err != nil {
		return wasmsig.Inspection{}, nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	keys := []wasmsig.NamedKey{{Name: newKey, Key: p.request.New}}
	if !p.request.Old.IsZero() {
		keys = append(keys, wasmsig.NamedKey{Name: oldKey, Key: p.request.Old})
	}
	found, err := wasmsig.Inspect(ctx, file, info.Size(), name, keys)
	return found, info, err
}

func (it *item) refuse(format string, args ...any) {
	it.Outcome, it.Why = Refused, fmt.Sprintf(format, args...)
}

func (it *item) leave(why string) { it.Outcome, it.Why = Left, why }

// judge decides about a module by what was found in it.
func (it *item) judge(found wasmsig.Inspection, r Request) {
	it.Before, it.Unsigned = found.SHA256, found.UnsignedSHA256
	if why := fault(found); why != "" {
		it.refuse("%s", why)
		return
	}
	signers := signersOf(found)
	for _, s := range signers {
		it.Signers = append(it.Signers, s.name)
	}
	isNew := slices.ContainsFunc(signers, func(s signer) bool { return s.by == newKey })
	isOld := slices.ContainsFunc(signers, func(s signer) bool { return s.by == oldKey })
	it.Loses = losing(signers, !r.Old.IsZero())
	alone := !r.Old.IsZero() || len(signers) == 1
	switch {
	case len(signers) == 0:
		it.leave("it is not signed")
	case isNew && !isOld && alone:
		it.Outcome, it.Loses = Before, nil
	case r.Released != nil && !r.Released[it.Before] && !r.Released[it.Unsigned]:
		it.leave("it is not on your list of releases")
	case !r.Old.IsZero() && !isOld:
		it.leave("the old key did not sign it")
	}
}

// fault is why a module is not what it was when it was signed, or cannot be
// told to be. A section that is malformed in itself was signed that way.
func fault(found wasmsig.Inspection) string {
	var details []string
	for _, problem := range found.Problems {
		if problem.Kind != wasmsig.SectionMalformed {
			details = append(details, problem.Detail)
		}
	}
	if more := len(details) - 1; more > 0 {
		return fmt.Sprintf("%s (and %d more faults)", details[0], more)
	} else if more == 0 {
		return details[0]
	}
	for _, set := range found.SignatureSets {
		if !set.ContentMatches {
			return "changed after signing"
		}
	}
	if found.Keyless != nil && !(found.Keyless.ContentMatches && found.Keyless.SignatureValid) {
		return "changed after signing"
	}
	return ""
}

// signer is one who signed a module: by is which of the two keys it is, or
// nothing.
type signer struct {
	name, by string
	keyless  bool
}

func signersOf(found wasmsig.Inspection) []signer {
	var all []signer
	for _, set := range found.SignatureSets {
		for _, s := range set.Signatures {
			one := signer{name: "a key without id"}
			if s.KeyID != "" {
				one.name = "key id " + s.KeyID
			}
			if len(s.VerifiedBy) > 0 {
				one.by = s.VerifiedBy[0]
				one.name = one.by + ", " + one.name
			}
			all = append(all, one)
		}
	}
	if k := found.Keyless; k != nil {
		all = append(all, signer{name: "keyless: " + k.Identity, keyless: true})
	}
	return all
}

// losing names the signers other than the two keys. As long as the old key is
// not known, the only signature with a key is taken for its, and of several
// none.
func losing(signers []signer, oldKnown bool) []string {
	var others []string
	for _, s := range signers {
		if s.by == "" && (s.keyless || oldKnown || !onlyKey(signers)) {
			others = append(others, s.name)
		}
	}
	return others
}

// onlyKey reports whether one key that is not the new one signed a module.
func onlyKey(signers []signer) bool {
	n := 0
	for _, s := range signers {
		if s.by == "" && !s.keyless {
			n++
		}
	}
	return n == 1
}

// Losing are the modules that would lose signatures of others; nil if that was
// agreed to.
func (p *Plan) Losing() []Result {
	if p.request.LoseCosigners {
		return nil
	}
	var all []Result
	for _, it := range p.items {
		if it.Outcome == Ready && len(it.Loses) > 0 {
			one := it.Result
			one.Outcome = WouldLose
			all = append(all, one)
		}
	}
	return all
}

// ErrWouldLose says that modules would lose signatures and that nobody agreed.
var ErrWouldLose = errors.New("signatures of others would be lost")
