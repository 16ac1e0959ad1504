package resign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"wsc-respond/steps/durable"
)

// keep keeps an old signature as evidence, under the digest of the module that
// it was in. That it is there already, from a time before, is fine.
func (p *Plan) keep(digest string, body []byte) (name string, err error) {
	name = digest + ".sig"
	partial := "." + digest + ".partial"
	if err := discard(p.desk.Keep, partial); err != nil { // of a run that crashed
		return "", err
	}
	// What is as good as kept is kept, also when somebody is in a hurry.
	if _, err := write(context.Background(), p.desk.Keep, partial, bytes.NewReader(body)); err != nil {
		return "", errors.Join(err, discard(p.desk.Keep, partial))
	}
	err = p.desk.Keep.Move(partial, p.desk.Keep, name)
	if err != nil {
		err = errors.Join(p.keptBefore(err, name, body), discard(p.desk.Keep, partial))
	}
	return name, errors.Join(err, p.desk.Keep.Sync())
}

// keptBefore forgives that a name is taken by the same signature.
func (p *Plan) keptBefore(err error, name string, body []byte) error {
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	file, info, err := durable.OpenRegular(p.desk.Keep, name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	there := make([]byte, len(body))
	if _, err := file.ReadAt(there, 0); err != nil {
		return err
	}
	if info.Size() != int64(len(body)) || !bytes.Equal(there, body) {
		return fmt.Errorf("another signature lies at %s", name)
	}
	return nil
}

// discard removes a file that came to nothing.
func discard(folder durable.Folder, name string) error {
	if err := folder.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// put gives the new module the place of the old one, in one step.
func (p *Plan) put(ctx context.Context, it *item, folder durable.Folder) error {
	// The name follows from the module, so that what a crash left behind is
	// found by the next run.
	temp := ".wsc-respond-" + it.Before[:16] + ".tmp"
	if err := discard(folder, temp); err != nil {
		return err
	}
	err := p.prepare(ctx, it, folder, temp)
	if err == nil {
		err = it.unchanged(ctx, folder)
	}
	if err == nil {
		err = folder.Replace(temp, it.name)
	}
	if err != nil {
		return errors.Join(err, discard(folder, temp))
	}
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("the new module is in its place, and a power cut now could bring the old one back: %w", err)
	}
	found, _, err := p.inspect(context.WithoutCancel(ctx), folder, it.name)
	if err == nil {
		err = p.isRenewed(it, found)
	}
	if err != nil {
		return fmt.Errorf("the new module was put in place, and what lies there now is another: %w", err)
	}
	return nil
}

// prepare writes the new module beside the old one, with its mode and, where
// that is allowed, its owner. The folder may be one in which others can change
// names, so all of it is done with the file that was made, and none by name.
func (p *Plan) prepare(ctx context.Context, it *item, folder durable.Folder, temp string) (err error) {
	renewed, _, err := durable.OpenRegular(p.desk.Work, renewedFile)
	if err != nil {
		return err
	}
	defer func() { _ = renewed.Close() }() // it was only read
	file, err := durable.Create(folder, temp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	digest, err := durable.Copy(ctx, file, renewed)
	if err != nil {
		return err
	}
	if digest != it.After {
		return errors.New("the new module was changed while it was copied")
	}
	return errors.Join(it.dress(file), file.Sync())
}

// dress gives a file the owner and the mode of the module.
func (it *item) dress(file durable.File) error {
	stat, ok := it.info.Sys().(*syscall.Stat_t)
	if ok {
		if err := file.Chown(int(stat.Uid), int(stat.Gid)); errors.Is(err, fs.ErrPermission) {
			it.Notes = append(it.Notes, fmt.Sprintf("its owner %d:%d could not be kept; it is yours now", stat.Uid, stat.Gid))
		} else if err != nil {
			return err
		}
		if stat.Nlink > 1 {
			it.Notes = append(it.Notes, fmt.Sprintf("it had %d names (hard links); those not on the list still lead to the old module", stat.Nlink))
		}
	}
	return file.Chmod(it.info.Mode().Perm())
}

// unchanged checks at the last moment that the old module still is the one
// that was read.
func (it *item) unchanged(ctx context.Context, folder durable.Folder) error {
	file, info, err := durable.OpenRegular(folder, it.name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	digest, err := durable.Digest(ctx, file)
	if err == nil && (digest != it.Before || !os.SameFile(info, it.info)) {
		err = errChanged
	}
	return err
}
