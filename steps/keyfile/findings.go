package keyfile

import (
	"fmt"
	"io/fs"
	"syscall"
	"time"
)

// clockSlack is how far two clocks may differ before a time in the future is
// worth a word: file servers stamp with their own.
const clockSlack = time.Minute

// findings are the problems of a file with some content, apart from those that
// take another file to see.
func (c *checker) findings(is content, info fs.FileInfo, f folder, linked bool) []Problem {
	var found []Problem
	report := func(kind ProblemKind, format string, args ...any) {
		found = append(found, Problem{Kind: kind, Detail: fmt.Sprintf(format, args...)})
	}
	switch {
	case is.kind == KindOther && info.Size() == 0:
		report(NoKey, "it is empty: there is no key in it, so restore a good copy or remove it")
	case is.kind == KindOther:
		report(NoKey, "it holds no key of a kind that is known here: look at what it is before you rely on its name")
	case is.kind == KindDamaged:
		report(Damaged, "%s", is.fault)
	}
	if linked {
		report(Link, "its name is a link: what others put in the place of its target is taken for this key")
	}
	if !c.options.Now.IsZero() && info.ModTime().After(c.options.Now.Add(clockSlack)) {
		report(FutureTime, "it was modified in the future, at %s: a clock was wrong or the time was set by hand, so trust no time of this file",
			info.ModTime().UTC().Format(time.RFC3339))
	}
	if is.kind != KindOther && is.kind != KindOtherPEM {
		reach(is, info.Mode().Perm(), f, report)
	}
	if is.secret {
		c.secretFindings(info, f, report)
	}
	return found
}

// reach reports who else can change a key. With a group of one's own, as many
// systems give everybody, a public key that the group may write is common and
// harmless.
func reach(is content, perm fs.FileMode, f folder, report func(ProblemKind, string, ...any)) {
	if who := others(perm, 0o020, 0o002); perm&0o002 != 0 || is.secret && who != "" {
		mode := "644"
		if is.secret {
			mode = "600"
		}
		report(WritableByOthers, "%s can change it: set its mode to %s, and compare it with a copy that you trust", who, mode)
	}
	if f.loose != "" {
		report(LooseFolder, "everybody can change %s, and so put another file in its place: set the folder's mode to 700, and compare the key with a copy that you trust", f.loose)
	}
	if f.shared != "" {
		report(LooseFolder, "everybody can put files beside it into %s: keep keys in a folder of mode 700", f.shared)
	}
}

// secretFindings are what matters of secret keys alone.
func (c *checker) secretFindings(info fs.FileInfo, f folder, report func(ProblemKind, string, ...any)) {
	if who := others(info.Mode().Perm(), 0o040, 0o004); who != "" {
		report(ReadableByOthers, "%s can read the secret key: set its mode to 600, and count it as known to them until you know better", who)
	}
	if f.setgid != "" {
		report(LooseFolder, "%s gives its group to every new file: take the setgid bit from the folder (chmod g-s)", f.setgid)
	}
	if f.git != "" {
		report(InGit, "it lies in the git work tree %s: find out whether it was ever committed (git log --all -- FILE), and if it was, count it as known to whoever has a copy", f.git)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	if stat.Nlink > 1 {
		report(HardLinks, "%d names lead to this file, and it stays while one of them does: find the others with find -samefile", stat.Nlink)
	}
	if stat.Uid != 0 && stat.Uid != c.options.Caller {
		report(ForeignOwner, "it belongs to %s, who is neither you nor root: ask whether that account is meant to sign", c.options.owner(stat.Uid))
	}
}

// others names who has one of two rights: that of the group, that of
// everybody.
func others(perm, group, everybody fs.FileMode) string {
	switch {
	case perm&everybody != 0:
		return "everybody"
	case perm&group != 0:
		return "its group"
	}
	return ""
}
