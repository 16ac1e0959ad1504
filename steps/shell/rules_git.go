package shell

import (
	"strings"

	"wsc-respond/steps"
)

var gitVerbs = verbTable{
	valued: "Cc",
	reads: phrases("status", "log", "diff", "show", "blame", "annotate", "rev-parse", "rev-list", "ls-files", "ls-remote", "ls-tree",
		"describe", "cat-file", "grep", "shortlog", "verify-commit", "verify-tag", "name-rev", "merge-base", "for-each-ref",
		"count-objects", "fsck", "var", "version", "help", "whatchanged", "stash list", "stash show", "remote show", "reflog show", "worktree list", "config list"),
	destroys: phrases("clean", "restore", "filter-branch", "filter-repo", "prune", "stash drop", "stash clear", "reflog expire", "reflog delete", "worktree remove"),
}

// git looks at flags where they turn a harmless verb into a grave one.
func git(run invocation) verdict {
	words := run.words(gitVerbs.valued)
	if len(words) == 0 {
		return gitVerbs.verdict(run)
	}
	does := " (git " + words[0].text + ")"
	lost := verdict{steps.RiskDestroys, "it discards work or history that may exist nowhere else" + does}
	switch words[0].text {
	case "push":
		if run.has("-f", "--force", "--force-with-lease", "--delete", "-d", "--mirror", "--prune") || hasPrefixIn(words[1:], "+", ":") {
			return verdict{steps.RiskDestroys, "it overwrites or deletes what others have" + does}
		}
	case "reset":
		if run.has("--hard", "--merge", "--keep") {
			return lost
		}
	case "clean":
		if run.has("-n", "--dry-run") {
			return reading
		}
	case "checkout":
		if run.has("-f", "--force") || hasArgument(run.args, "--") || hasArgument(run.args, ".") {
			return lost
		}
	case "branch":
		switch {
		case run.has("-D", "-d", "--delete"):
			return lost
		case len(words) == 1 || run.has("--list", "-l", "--contains", "--merged"):
			return reading
		}
	case "tag":
		switch {
		case run.has("-d", "--delete"):
			return lost
		case len(words) == 1 || run.has("-l", "--list", "-v", "--verify"):
			return reading
		}
	case "remote", "reflog":
		if len(words) == 1 {
			return reading
		}
	case "config":
		if run.has("--get", "--get-all", "-l", "--list") {
			return reading
		}
	case "update-ref":
		if run.has("-d") {
			return lost
		}
	}
	return gitVerbs.verdict(run)
}

func hasArgument(args []argument, text string) bool {
	for _, a := range args {
		if a.text == text {
			return true
		}
	}
	return false
}

func hasPrefixIn(args []argument, prefixes ...string) bool {
	for _, a := range args {
		for _, prefix := range prefixes {
			if strings.HasPrefix(a.text, prefix) {
				return true
			}
		}
	}
	return false
}
