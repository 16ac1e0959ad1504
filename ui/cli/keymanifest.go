package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/safe"
)

func (p *program) keyManifest() *cobra.Command {
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "manifest DIR",
		Short: "Write down what the key files of a folder are now",
		Long: `Writes the digest, mode and owner of every key file of a folder and all below
it. wsc-respond key verify compares the folder with that later; in the folder
itself, sha256sum -c reads it too. Keep it where whoever can change the keys
cannot change it.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error { return p.writeManifest(given[0], out, asJSON) },
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to this file, which must not exist")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object; with -o besides the file")
	return cmd
}

func (p *program) writeManifest(dir, out string, asJSON bool) error {
	m, err := recordKeys(dir)
	if err != nil {
		return unreadable(err, "name a folder with keys")
	}
	if out != "" {
		if err := p.saveManifest(m, out); err != nil {
			return unreadable(err, "name a new file in a folder that you may write to")
		}
	}
	switch {
	case asJSON:
		err = writeJSON(p.out, m, "")
	case out == "":
		err = p.printManifest(m)
	}
	if err != nil {
		return err
	}
	for _, problem := range m.Problems {
		p.note("%s is missing in the manifest: %s", problem.File, problem.Detail)
	}
	if len(m.Files) == 0 {
		p.note("no key file found in %s: key verify will not call this manifest a success", dir)
	}
	if len(m.Problems) > 0 {
		return errNo
	}
	return nil
}

func recordKeys(dir string) (keyfile.Manifest, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return keyfile.Manifest{}, err
	}
	tree, name, closeTree, err := openTree(dir)
	if err != nil {
		return keyfile.Manifest{}, err
	}
	defer closeTree()
	if name != "." {
		return keyfile.Manifest{}, fmt.Errorf("%s is no folder", dir)
	}
	return keyfile.NewManifest(tree, ".", full, keyOptions())
}

// saveManifest never overwrites: the manifest that is there may be the only
// word on how the keys were. Half a manifest does not stay.
func (p *program) saveManifest(m keyfile.Manifest, out string) error {
	file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	_, err = file.Write(m.Text())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write the manifest: %w", errors.Join(err, os.Remove(out)))
	}
	p.note("%s recorded in %s", count(len(m.Files), "file"), out)
	return nil
}

// printManifest prints the manifest as it is, for a file or another program.
// On a terminal names of files are shown safely, as anywhere.
func (p *program) printManifest(m keyfile.Manifest) error {
	text := m.Text()
	if isTerminal(p.out) {
		text = []byte(safe.Bytes(text))
	}
	_, err := p.out.Write(text)
	return err
}

func (p *program) keyVerify() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify MANIFEST",
		Short: "Compare key files with a manifest: changed, missing, new, or more open",
		Long: `Compares the key files of a folder with a manifest of key manifest, or with a
list that sha256sum wrote. The folder is the one that the manifest
names, or that of --keys; a list of sha256sum names none and counts from the
current one. A manifest that matches nothing is a failure, never "unmodified".`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error { return p.verifyKeys(given[0], dir, asJSON) },
	}
	cmd.Flags().StringVar(&dir, "keys", "", "folder to compare, if not the manifest's own")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p *program) verifyKeys(manifest, dir string, asJSON bool) error {
	m, err := readManifest(manifest)
	if err != nil {
		return unreadable(fmt.Errorf("%s: %w", manifest, err), "name a file that wsc-respond key manifest or sha256sum wrote")
	}
	if dir == "" {
		dir = m.Folder
	}
	if dir == "" {
		dir = "."
	}
	v, err := compareKeys(m, dir)
	if err != nil {
		return unreadable(err, "--keys names the folder of the keys")
	}
	if err := p.sayCompared(v, dir, asJSON); err != nil {
		return err
	}
	if !v.OK {
		return errNo
	}
	return nil
}

func readManifest(path string) (keyfile.Manifest, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return keyfile.Manifest{}, err
	}
	defer closeTree()
	file, err := tree.Open(name)
	if err != nil {
		return keyfile.Manifest{}, err
	}
	defer file.Close()
	return keyfile.ReadManifest(file)
}

func compareKeys(m keyfile.Manifest, dir string) (keyfile.Verified, error) {
	tree, name, closeTree, err := openTree(dir)
	if err != nil {
		return keyfile.Verified{}, err
	}
	defer closeTree()
	if name != "." {
		return keyfile.Verified{}, &fs.PathError{Op: "verify", Path: dir, Err: errors.New("it is no folder")}
	}
	return m.Verify(tree, ".", keyOptions())
}

func (p *program) sayCompared(v keyfile.Verified, dir string, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, v, "")
	}
	page := &sheet{p: p}
	var rows [][]string
	for _, file := range v.Files {
		rows = append(rows, []string{strings.ReplaceAll(string(file.State), "_", " "), p.shown(file.Path)})
	}
	if len(rows) > 0 {
		page.table(rows, nil)
	}
	for _, problem := range v.Problems {
		page.state(markFailed, "%s%s", problemPlace(problem), problem.Detail)
	}
	page.line("%s in %s: %s", count(len(v.Files), "file"), dir, comparedVerdict(v))
	_, err := p.out.WriteString(page.String())
	return err
}

// problemPlace says where a problem is.
func problemPlace(problem keyfile.Problem) string {
	switch {
	case problem.File != "":
		return problem.File + ": "
	case problem.Line > 0:
		return fmt.Sprintf("line %d of the manifest: ", problem.Line)
	}
	return ""
}

func comparedVerdict(v keyfile.Verified) string {
	switch {
	case v.OK:
		return "as the manifest says"
	case v.Matched == 0:
		return "NOTHING MATCHED"
	}
	return "NOT AS THE MANIFEST SAYS"
}
