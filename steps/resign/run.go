package resign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"wsc-respond/steps/durable"
	"wsc-respond/steps/wasmsig"
)

// The files in the folder in which the Signer works.
const (
	signedFile    = "module.wasm"
	bareFile      = "bare.wasm"
	signatureFile = "old.sig"
	renewedFile   = "new.wasm"
)

// Run signs what is to be signed and tells of each module, in the order of the
// list. A failure with one is in its result and ends the signing. The error is
// that nothing was begun: ErrWouldLose, durable.ErrInUse, or that the list
// cannot be opened.
func (p *Plan) Run(ctx context.Context, desk Desk, tell func(Result)) (err error) {
	p.desk = desk
	if len(p.Losing()) > 0 {
		return ErrWouldLose
	}
	list, err := durable.OpenList(p.desk.Keep, ListName)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	if err := list.Hold(); err != nil {
		return err
	}
	failed := ""
	for _, it := range p.items {
		switch {
		case it.Outcome != Ready:
		case failed != "":
			it.Outcome, it.Why = NotReached, "the work ended at "+failed
		default:
			it.Outcome = Resigned
			if err := p.renew(ctx, it, list); err != nil {
				it.Outcome, it.Why, failed = Failed, reason(err), it.Path
			}
		}
		tell(it.Result)
	}
	return nil
}

// reason is why a module failed.
func reason(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the work was interrupted; it is as it was"
	}
	return err.Error()
}

// renew gives one module the signature of the new key.
func (p *Plan) renew(ctx context.Context, it *item, list *durable.List) (err error) {
	folder, err := p.request.Open(it.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // what was done in it was synced
	defer func() { err = errors.Join(err, p.clear()) }()
	if err := p.clear(); err != nil {
		return err
	}
	if err := p.takeCopy(ctx, it, folder); err != nil {
		return fmt.Errorf("copy it: %w", err)
	}
	old, err := p.detach(ctx, it)
	if err != nil {
		return fmt.Errorf("detach the old signature: %w", err)
	}
	if err := p.sign(ctx, it); err != nil {
		return fmt.Errorf("sign it anew: %w", err)
	}
	if it.OldSignature, err = p.keep(it.Before, old); err != nil {
		return fmt.Errorf("keep the old signature: %w", err)
	}
	if err := list.Append(p.entry(it, "intended")); err != nil {
		return err
	}
	if err := p.put(ctx, it, folder); err != nil {
		return fmt.Errorf("put it in place: %w", err)
	}
	if err := list.Append(p.entry(it, "done")); err != nil {
		return fmt.Errorf("the module is signed anew and in its place, and the list says only that this was intended: %w", err)
	}
	return nil
}

func (p *Plan) entry(it *item, state string) Entry {
	return Entry{At: p.request.Now().UTC(), State: state, Result: it.Result, NewKey: p.request.New.ID()}
}

// clear empties the folder in which the Signer works.
func (p *Plan) clear() error {
	var errs []error
	for _, name := range []string{signedFile, bareFile, signatureFile, renewedFile} {
		if err := p.desk.Work.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// takeCopy copies the module to where the Signer works. It must still be the
// one that was surveyed.
func (p *Plan) takeCopy(ctx context.Context, it *item, folder durable.Folder) error {
	file, _, err := durable.OpenRegular(folder, it.name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	digest, err := write(ctx, p.desk.Work, signedFile, file)
	if err == nil && digest != it.Before {
		err = errChanged
	}
	return err
}

var errChanged = errors.New("it was changed since it was read; read the modules again, and ask who writes to it")

// write makes a file with the content of another, and returns the digest of
// that content.
func write(ctx context.Context, folder durable.Folder, name string, content io.ReaderAt) (digest string, err error) {
	out, err := durable.Create(folder, name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if digest, err = durable.Copy(ctx, out, content); err != nil {
		return "", err
	}
	return digest, out.Sync()
}

// detach has the signature taken off, and checks that it is the one that was
// there and that the rest is the module. It returns the signature.
func (p *Plan) detach(ctx context.Context, it *item) ([]byte, error) {
	if err := p.desk.Signer.Detach(ctx, signedFile, bareFile, signatureFile); err != nil {
		return nil, err
	}
	bare, _, err := p.inspect(ctx, p.desk.Work, bareFile)
	if err != nil {
		return nil, err
	}
	if bare.SHA256 != it.Unsigned {
		return nil, fmt.Errorf("the tool left another module than the one without its signature: SHA-256 %s, not %s", bare.SHA256, it.Unsigned)
	}
	body, err := p.signature()
	if err != nil {
		return nil, err
	}
	detached, err := p.readWork(signatureFile, int64(len(body)))
	if err == nil && !bytes.Equal(body, detached) {
		err = errors.New("the tool wrote another signature than the module's")
	}
	return body, err
}

// signature is the module's signature, as it stands in the copy.
func (p *Plan) signature() ([]byte, error) {
	file, info, err := durable.OpenRegular(p.desk.Work, signedFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	m, err := wasmsig.Read(file, info.Size())
	if err != nil {
		return nil, err
	}
	leading, ok := m.Leading()
	if !ok {
		return nil, errors.New("the module has no signature")
	}
	body := make([]byte, leading.Section.Size())
	if _, err := file.ReadAt(body, leading.Section.Body); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return body, nil
}

// readWork reads a file where the Signer works, and one byte more than it
// should have.
func (p *Plan) readWork(name string, size int64) ([]byte, error) {
	file, _, err := durable.OpenRegular(p.desk.Work, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.NewSectionReader(file, 0, size+1))
}

// sign has the bare module signed, and checks the outcome twice: as the tool
// does, and here.
func (p *Plan) sign(ctx context.Context, it *item) error {
	if err := p.desk.Signer.Sign(ctx, bareFile, renewedFile); err != nil {
		return err
	}
	if err := p.desk.Signer.Verify(ctx, renewedFile); err != nil {
		return err
	}
	found, _, err := p.inspect(ctx, p.desk.Work, renewedFile)
	if err != nil {
		return err
	}
	it.After = found.SHA256
	return p.isRenewed(it, found)
}

// isRenewed checks that a module is the one of the plan, signed with the new
// key and no other.
func (p *Plan) isRenewed(it *item, found wasmsig.Inspection) error {
	signers := signersOf(found)
	switch {
	case fault(found) != "":
		return fmt.Errorf("the new module is not sound: %s", fault(found))
	case found.UnsignedSHA256 != it.Unsigned:
		return fmt.Errorf("the new module has another content: SHA-256 %s without its signature, not %s", found.UnsignedSHA256, it.Unsigned)
	case len(signers) != 1 || signers[0].by != newKey:
		return errors.New("the new signature was not made with the new key; do the secret and the public key belong together?")
	}
	return nil
}
