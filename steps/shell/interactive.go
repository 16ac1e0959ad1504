package shell

import (
	"slices"
	"strings"
)

// wantsTerminal reports whether a program will ask for something or draw on the
// whole screen, so that it must be started with a terminal of its own.
func (run invocation) wantsTerminal() bool {
	switch name := run.base(); name {
	case "sudo", "doas":
		return !run.has("-n", "--non-interactive")
	case "su", "passwd", "visudo", "vipw", "chsh", "chfn", "sftp", "ftp", "telnet", "screen", "tmux",
		"vi", "vim", "nvim", "nano", "emacs", "ed", "pico", "micro", "view", "vimdiff",
		"less", "more", "most", "man", "htop", "btop", "watch", "whiptail", "dialog":
		return true
	case "top":
		return !run.has("-b")
	case "ssh", "slogin":
		return len(sshCommand(run.args)) == 0 && !run.has("-V", "-N", "-G", "-Q") || run.has("-t")
	case "gpg", "gpg2":
		return !run.has("--batch")
	case "ssh-keygen":
		return !run.has("-N", "-l", "-F", "-R", "-Y", "-B", "-L", "-H")
	case "ssh-add":
		return !run.has("-l", "-L", "-d", "-D")
	case "docker", "podman", "kubectl", "nerdctl", "oc":
		return run.attaches()
	case "git":
		return run.gitAsks()
	case "read":
		return run.has("-p") && !run.piped
	case "rm", "mv", "cp", "ln":
		return run.has("-i", "--interactive") && !run.piped
	case "crontab":
		return run.has("-e")
	case "fdisk", "gdisk", "cfdisk", "parted":
		return !run.has("-l", "--list", "-s", "--script")
	case "sh", "bash", "dash", "zsh", "ksh", "python", "python3", "node", "irb", "psql", "mysql", "sqlite3":
		return !run.piped && len(run.args) == 0
	}
	return false
}

// attaches reports whether a container command joins the terminal.
func (run invocation) attaches() bool {
	switch run.word(0) {
	case "attach", "edit":
		return true
	case "login":
		return !run.has("--password-stdin", "-p", "--password")
	}
	// What stands after the image or after -- belongs to another program, but a
	// false alarm only gives it a terminal that it does not use.
	return containsFlag(run.args, "t", "--tty") && containsFlag(run.args, "i", "--interactive", "--stdin")
}

func containsFlag(args []argument, letter string, long ...string) bool {
	for _, a := range args {
		if slices.Contains(long, a.text) {
			return true
		}
		cluster := len(a.text) >= 2 && len(a.text) <= 4 && a.text[0] == '-' && a.text[1] != '-'
		if cluster && strings.Trim(a.text[1:], "itd") == "" && strings.Contains(a.text, letter) {
			return true
		}
	}
	return false
}

// gitAsks reports whether git opens an editor or asks hunk by hunk.
func (run invocation) gitAsks() bool {
	words := run.words(gitVerbs.valued)
	if len(words) == 0 {
		return false
	}
	switch words[0].text {
	case "commit":
		return !run.has("-m", "--message", "-F", "--file", "--no-edit", "-C", "--dry-run")
	case "rebase", "add", "clean":
		return run.has("-i", "--interactive", "-p", "--patch")
	}
	return false
}
