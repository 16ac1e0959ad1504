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
	"wsc-respond/steps/safe"
)

func (p *program) keyCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR|FILE…",
		Short: "Find key files, say what they are and who can reach them",
		Long: `Looks for key files by their content, in folders and all below them, and says of
each what it is, whose it is, and what is wrong with it: who else can read or
exchange it, whether secret and public half belong together, and what to do.
Links are not followed out of a folder; pipes and devices are not opened.

Exit code 0 is nothing found that is wrong, also where there is no key; 1 is
findings, or something that could not be read; 2 is nothing that could be read.`,
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
	if len(failed) < len(given) {
		if err := p.sayChecked(found, given, asJSON); err != nil {
			return err
		}
	}
	if skipped > 0 {
		p.note("%s out of what was checked, and not followed: keys may lie there too", leading(skipped))
	}
	return checkedOutcome(found, failed)
}

// leading says how many links lead somewhere.
func leading(links int) string {
	if links == 1 {
		return "1 link leads"
	}
	return fmt.Sprintf("%d links lead", links)
}

// checkedOutcome is what the exit code and the last words say.
func checkedOutcome(found []keyfile.Checked, failed []error) error {
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
	case len(failed) > 0:
		return unreadable(errors.Join(failed...), "name a folder or a key file that you may read")
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
		if name == "." {
			found[i].Path = filepath.Join(path, found[i].Path)
		} else {
			found[i].Path = path
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

// checkedTable prints a line for each file, with what is wrong below it.
func (p *program) checkedTable(found []keyfile.Checked) error {
	rows := [][]string{{"FILE", "KIND", "MODE", "OWNER", "KEY ID"}}
	for _, file := range found {
		rows = append(rows, []string{p.shown(file.Path), file.Kind.Words(), p.orDash(file.Mode),
			p.shown(p.orDash(file.Owner)), p.orDash(string(file.KeyID))})
	}
	widths := columnWidths(rows)
	var page strings.Builder
	with, problems := 0, 0
	for i, row := range rows {
		page.WriteString(alignRow(row, widths) + "\n")
		if i == 0 {
			continue
		}
		found := found[i-1].Problems
		for _, problem := range found {
			page.WriteString(hanging("  "+p.mark(markFailed)+" ", p.shown(problem.Detail)))
		}
		if len(found) > 0 {
			with++
			problems += len(found)
		}
	}
	page.WriteString(checkedSum(len(found), with, problems) + "\n")
	_, err := p.out.WriteString(page.String())
	return err
}

// checkedSum is the last line: what it came to.
func checkedSum(files, with, problems int) string {
	if problems == 0 {
		return count(files, "file") + ", nothing wrong found"
	}
	return fmt.Sprintf("%s, %s in %d of them", count(files, "file"), count(problems, "finding"), with)
}

// shown is a text from anywhere, safe to show and with no more than ASCII
// where that is wanted.
func (p *program) shown(text string) string {
	if p.ascii {
		return safe.ASCII(safe.Line(text))
	}
	return safe.Line(text)
}

func (p *program) orDash(text string) string {
	if text == "" {
		return p.mark(markNone)
	}
	return text
}

// hanging is a text behind what begins its first line; the others stand under
// the text. A word that is too long for a line has one of its own.
func hanging(begin, text string) string {
	const columns = 80
	var lines strings.Builder
	line := begin
	width := safe.Width(begin)
	indent := strings.Repeat(" ", width)
	for i, word := range strings.Split(text, " ") { // names keep their spaces
		switch wide := safe.Width(word); {
		case i == 0:
			line, width = line+word, width+wide
		case width+1+wide <= columns:
			line, width = line+" "+word, width+1+wide
		default:
			lines.WriteString(line + "\n")
			line, width = indent+word, len(indent)+wide
		}
	}
	return lines.String() + line + "\n"
}

// columnWidths are the widths of the columns of a table, in cells.
func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], safe.Width(cell))
		}
	}
	return widths
}

// alignRow is one line of a table; the last column is not filled up.
func alignRow(row []string, widths []int) string {
	var line strings.Builder
	for i, cell := range row {
		line.WriteString(cell)
		if i < len(row)-1 {
			line.WriteString(strings.Repeat(" ", widths[i]-safe.Width(cell)+2))
		}
	}
	return line.String()
}
