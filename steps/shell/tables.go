package shell

import "strings"

// readers only look, whatever their arguments.
var readers = strings.Fields(`
	: [ b2sum base64 basename bc bg blkid break caller cat cd cksum cmp column comm compgen complete continue
	cut declare df diff dig dirname dirs disown du echo egrep exit export expr false fg fgrep file fmt fold free
	getconf getent getfacl getopts grep groups head help hexdump host htop id iostat jobs join last lastlog
	ldd less let local locale logname ls lsattr lsblk lscpu lsmod lsof lspci lsusb man md5sum mapfile more namei
	netstat nl nm nproc nslookup objdump od paste pgrep pidof ping pinky popd pr printenv printf ps pstree ptx pushd pvs
	pwd pwdx rg readarray read readelf readlink readonly realpath return rev seq set sha1sum sha224sum sha256sum sha384sum
	sha512sum shift shopt size sleep ss stat strings sum tac tail test times top tr tracepath traceroute tree true tsort
	tty type typeset ulimit umask unalias uname unset uptime users vdir vgs lvs vmstat w wait wc whereis which who whoami
	yes zcat zdiff zgrep zless`)

// changers change something that can be put back, whatever their arguments.
var changers = map[string]string{
	".": "it runs another file", "source": "it runs another file",
	"mv": "it moves or renames files, and may overwrite", "cp": "it copies files, and may overwrite",
	"install": "it copies files, and may overwrite", "ln": "it makes links",
	"chmod": "it changes permissions", "chown": "it changes owners", "chgrp": "it changes groups",
	"chattr": "it changes file attributes", "setfacl": "it changes permissions",
	"mkdir": "it makes folders", "rmdir": "it removes empty folders", "mktemp": "it makes a file",
	"touch": "it makes files or changes their times", "mkfifo": "it makes a file", "split": "it writes files",
	"patch": "it changes files", "vi": "it edits files", "vim": "it edits files", "nano": "it edits files",
	"kill": "it ends processes", "pkill": "it ends processes", "killall": "it ends processes",
	"ssh": "it works on another machine", "scp": "it copies files between machines", "sftp": "it copies files between machines",
	"umount": "it unmounts a file system", "ssh-add": "it changes the keys of an agent",
	"passwd": "it changes a password", "usermod": "it changes a user", "su": "it becomes another user",
	"sh": "it runs a script", "bash": "it runs a script", "dash": "it runs a script", "zsh": "it runs a script", "ksh": "it runs a script",
	"eval": "it runs text as a command", "trap": "it sets what a signal does",
	"python": "it runs a program", "python3": "it runs a program", "perl": "it runs a program", "ruby": "it runs a program",
	"node": "it runs a program", "make": "it runs a program",
}

// destroyers take something away for good, whatever their arguments.
var destroyers = map[string]string{
	"rm": "it deletes files", "unlink": "it deletes a file", "srm": "it overwrites and deletes files",
	"truncate": "it cuts or empties files", "mkfs": "it makes a new file system over what is there",
	"mke2fs": "it makes a new file system over what is there", "mkswap": "it makes a swap area over what is there",
	"blkdiscard": "it discards what a device holds", "scrub": "it overwrites files", "wipe": "it overwrites files",
	"lvremove": "it removes a volume", "vgremove": "it removes a volume group", "pvremove": "it removes a volume",
	"userdel": "it removes a user", "groupdel": "it removes a group",
	"reboot": "it restarts the machine, and what is only in memory is lost", "halt": "it stops the machine, and what is only in memory is lost",
	"poweroff": "it stops the machine, and what is only in memory is lost", "shutdown": "it stops the machine, and what is only in memory is lost",
}

// verbs are programs whose first words say what they do. wsc is as of 0.8.1.
var verbs = map[string]verbTable{
	"wsc":   wscVerbs,
	"sigil": wscVerbs,
	"wsc-respond": {
		reads: phrases("module", "key", "keyfile", "keys", "rekor", "report", "verify", "sessions", "follow", "brief", "version", "help", "man", "completion",
			"runbook show", "runbook check", "bundle verify", "bundle inspect"),
	},
	"rekor-cli": {reads: phrases("get", "search", "verify", "loginfo", "logproof", "version", "help")},
	"cosign": {
		reads:    phrases("verify", "verify-attestation", "verify-blob", "verify-blob-attestation", "tree", "triangulate", "version", "manifest verify"),
		destroys: phrases("clean"),
	},
	"cargo":      {reads: phrases("tree", "audit", "metadata", "search", "pkgid", "locate-project", "version", "help", "info", "deny", "outdated")},
	"go":         {reads: phrases("list", "version", "env", "doc", "help", "mod graph", "mod why", "mod verify")},
	"kubectl":    {valued: "nf", reads: phrases("get", "describe", "logs", "top", "version", "explain", "api-resources", "api-versions", "cluster-info", "diff", "events", "wait", "config view", "config current-context", "config get-contexts", "auth can-i", "auth whoami", "rollout status", "rollout history"), destroys: phrases("delete", "drain")},
	"helm":       {valued: "n", reads: phrases("list", "ls", "get", "status", "history", "show", "template", "search", "version", "lint"), destroys: phrases("uninstall", "delete")},
	"vault":      {reads: phrases("read", "status", "list", "version", "kv get", "kv list", "kv metadata get", "token lookup", "policy read", "policy list", "audit list", "auth list", "secrets list", "lease lookup"), destroys: phrases("delete", "destroy", "revoke", "disable", "kv delete", "kv destroy", "metadata delete", "lease revoke", "token revoke", "policy delete", "secrets disable", "auth disable")},
	"docker":     containerVerbs,
	"podman":     containerVerbs,
	"nerdctl":    containerVerbs,
	"systemctl":  {reads: phrases("status", "show", "cat", "is-active", "is-enabled", "is-failed", "list-units", "list-unit-files", "list-timers", "list-sockets", "list-dependencies")},
	"terraform":  {reads: phrases("plan", "show", "output", "version", "validate", "providers", "graph", "state list", "state show"), destroys: phrases("destroy", "state rm")},
	"gh":         {reads: phrases("auth status", "issue list", "issue view", "pr list", "pr view", "pr diff", "pr checks", "repo view", "repo list", "release list", "release view", "run list", "run view", "search", "status", "attestation verify"), destroys: phrases("delete", "repo delete", "release delete", "issue delete", "secret delete")},
	"gcloud":     {reads: phrases("info", "version"), destroys: phrases("delete", "destroy")},
	"aws":        {destroys: phrases("rm", "rb", "delete", "terminate-instances", "schedule-key-deletion", "delete-object", "delete-secret", "delete-access-key", "delete-user", "delete-bucket")},
	"apt":        {reads: phrases("list", "show", "search", "policy")},
	"apt-cache":  {reads: phrases("show", "search", "policy", "depends", "rdepends", "madison")},
	"cryptsetup": {reads: phrases("luksDump", "status", "isLuks"), destroys: phrases("luksErase", "erase", "luksFormat", "luksKillSlot", "luksRemoveKey")},
	"zfs":        {reads: phrases("list", "get", "diff"), destroys: phrases("destroy", "rollback")},
	"zpool":      {reads: phrases("list", "get", "status", "history"), destroys: phrases("destroy", "labelclear")},
	"ip":         {reads: phrases("addr", "address", "a", "link", "route", "r", "neigh", "rule", "addr show", "address show", "link show", "route show", "route get", "neigh show", "rule show")},
}

var wscVerbs = verbTable{
	does:   "it writes keys, signatures or modules",
	writes: phrases("keygen", "sign", "detach", "attach", "split", "attest"),
	reads:  phrases("show", "verify", "verify-matrix", "show-chain", "verify-chain", "docs", "build-env", "bundle verify", "bundle inspect", "help"),
}

var containerVerbs = verbTable{
	valued: "H",
	reads: phrases("ps", "images", "inspect", "logs", "version", "info", "history", "diff", "top", "stats", "port", "events", "search",
		"image ls", "image inspect", "image history", "container ls", "container inspect", "container logs", "volume ls", "volume inspect", "network ls", "network inspect", "manifest inspect"),
	destroys: phrases("rm", "rmi", "prune", "system prune", "volume rm", "image rm", "container rm", "network rm"),
}

func phrases(list ...string) []string { return list }
