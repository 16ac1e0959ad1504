package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"wsc-respond/session/host"
	"wsc-respond/steps/keyfile"
)

func (p *program) keyCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR|FILE…",
		Short: "Find key files, say what they are and who can reach them",
		Long: `Looks for key files by their content, in folders and all below them, and says
of each what it is, whose it is, and what is wrong with it: who else can read
or exchange it, whether secret and public half belong together, whether there
is a copy, and what to do. Links are not followed out of a folder; pipes and
devices are not opened.

Exit code 0 is nothing found that is wrong, also where there is no key; 1 is
findings, or something that could not be read; 2 is nothing that could be
read.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error { return p.checkKeys(given, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func (p *program) checkKeys(given []string, asJSON bool) error {
	var found []keyfile.Checked
	var failed []error
	options := keyOptions()
	skipped := 0
	options.Skipped = func(string) { skipped++ }
	for _, path := range given {
		list, err := checkPath(path, options)
		if err != nil {
			failed = append(failed, err)
		}
		found = append(found, list...)
	}
	keyfile.MarkCopies(found)
	if len(failed) < len(given) {
		if err := p.sayChecked(found, given, asJSON); err != nil {
			return err
		}
	}
	if skipped > 0 {
		p.note("%s out of what was checked, and not followed: keys may lie there too", leading(skipped))
	}
	return checkedOutcome(found, failed, len(given))
}

// leading says how many links lead somewhere.
func leading(links int) string {
	if links == 1 {
		return "1 link leads"
	}
	return fmt.Sprintf("%d links lead", links)
}

// checkedOutcome is what the exit code and the last words say of what was found
// at so many names.
func checkedOutcome(found []keyfile.Checked, failed []error, given int) error {
	problems, unread := 0, 0
	for _, file := range found {
		problems += len(file.Problems)
		for _, problem := range file.Problems {
			if problem.Kind == keyfile.Unreadable {
				unread++
			}
		}
	}
	switch {
	case len(failed) == given:
		return unreadable(errors.Join(failed...), "name a folder or a key file that you may read")
	case unread > 0 && unread == len(found) && len(failed) > 0:
		return unreadable(errors.Join(failed...), "check it again as the owner of the files or as root")
	case len(failed) > 0:
		return partlyRead(errors.Join(failed...), "name a folder or a key file that you may read")
	case unread > 0 && unread == len(found):
		return unreadable(errors.New("nothing of it could be read"), "check it again as the owner of the files or as root")
	case problems > 0:
		return errNo
	}
	return nil
}

// checkPath checks one folder or file of the host. The paths of the answer
// begin as the one that was given.
func checkPath(path string, o keyfile.Options) ([]keyfile.Checked, error) {
	tree, name, closeTree, err := openTree(path)
	if err != nil {
		return nil, err
	}
	defer closeTree()
	closeHost, err := lookAbove(&o, path)
	if err != nil {
		return nil, err
	}
	defer closeHost()
	found, err := keyfile.Check(tree, name, o)
	for i := range found {
		file, dir := &found[i], path
		switch {
		case name == ".":
			file.Path = filepath.Join(path, file.Path)
		case o.Followed: // the other half lies beside the target
			file.Path = path
			dir, _, _ = locate(path) // as before, when it was opened
		default:
			file.Path, dir = path, filepath.Dir(path)
		}
		if file.Pair != "" {
			file.Pair = filepath.Join(dir, file.Pair)
		}
	}
	return found, namedAs(path, name, err)
}

// namedAs adds to an error the path that a person gave, where the error knows
// only the place in the folder.
func namedAs(path, name string, err error) error {
	if err == nil || path == name {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// lookAbove tells a check which folders of the host are above the path, and
// whether the path is a link.
func lookAbove(o *keyfile.Options, path string) (closeHost func(), err error) {
	dir, _, err := locate(path)
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	above, _, closeHost, err := openTree("/")
	if err != nil {
		return nil, err
	}
	o.Above, o.Place = above, cmp.Or(strings.TrimPrefix(full, "/"), ".")
	o.Followed = info.Mode().Type() == fs.ModeSymlink
	return closeHost, nil
}

// keyOptions are what a check needs to know of this host and this moment.
func keyOptions() keyfile.Options {
	names := make(map[uint32]string)
	return keyfile.Options{
		Now:    host.NewClock().Now().Wall,
		Caller: uint32(os.Geteuid()),
		OwnerName: func(uid uint32) string {
			if _, known := names[uid]; !known {
				names[uid] = userName(uid)
			}
			return names[uid]
		},
	}
}

// userName is the name of an account, or its number where it has none.
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

func (p *program) sayChecked(found []keyfile.Checked, given []string, asJSON bool) error {
	if asJSON {
		for _, file := range found {
			if err := writeJSON(p.out, file, ""); err != nil {
				return err
			}
		}
		return nil
	}
	if len(found) == 0 {
		_, err := fmt.Fprintf(p.out, "no key file found in %s\n", p.shown(strings.Join(given, ", ")))
		return err
	}
	return p.checkedTable(found)
}

// checkedTable prints a line for each file, with what is to be said of it
// below.
func (p *program) checkedTable(found []keyfile.Checked) error {
	rows := [][]string{{"FILE", "KIND", "MODE", "OWNER", "MODIFIED (UTC)", "KEY ID"}}
	for _, file := range found {
		rows = append(rows, []string{p.shown(file.Path), file.Kind.Words(), p.orDash(file.Mode),
			p.shown(p.orDash(file.Owner)), p.modified(file), p.orDash(string(file.KeyID))})
	}
	page := &sheet{p: p}
	sum := checkedSum{files: len(found)}
	told := make(map[string]bool) // the halves whose pair was told
	lay := page.table
	if screen := p.screenColumns(); screen > 0 && tableWidth(rows) > screen {
		lay = page.blocks
	}
	lay(rows, func(row int) {
		file := found[row]
		if file.Pair != "" && !told[file.Path] {
			page.state(markPassed, "%s", pairWords(file))
			told[file.Path], told[file.Pair] = true, true
			sum.pairs++
		}
		for _, problem := range file.Problems {
			page.state(markFailed, "%s", problem.Detail)
		}
		sum.problems += len(file.Problems)
		sum.with += min(len(file.Problems), 1)
	})
	page.hang("", sum.String())
	_, err := p.out.WriteString(page.String())
	return err
}

// modified is when a file was changed last, to the minute.
func (p *program) modified(file keyfile.Checked) string {
	if file.Modified.IsZero() {
		return p.orDash("")
	}
	return file.Modified.UTC().Format("2006-01-02 15:04")
}

// blocks is a table that is too wide for the terminal: for each row its first
// cell and, below it, the others.
func (s *sheet) blocks(rows [][]string, below func(row int)) {
	for i, row := range rows[1:] {
		s.line("%s", row[0])
		s.hang("  ", strings.Join(row[1:], ", "))
		below(i)
	}
}

// pairWords says that two halves are of one key, the secret one first.
func pairWords(file keyfile.Checked) string {
	secret, public := file.Path, file.Pair
	if file.Kind != keyfile.KindSecret {
		secret, public = public, secret
	}
	return secret + " and " + public + " belong together"
}

// checkedSum is what a check came to.
type checkedSum struct{ files, pairs, with, problems int }

// String is the last line.
func (s checkedSum) String() string {
	said := count(s.files, "file")
	if s.pairs > 0 {
		said += ", " + count(s.pairs, "matching pair")
	}
	if s.problems == 0 {
		return said + ", nothing wrong found"
	}
	return fmt.Sprintf("%s, %s in %d of the files", said, count(s.problems, "finding"), s.with)
}
