package shell

import "strings"

// rules are the programs whose flags decide what they do.
var rules = map[string]func(invocation) verdict{
	"shred": func(run invocation) verdict {
		if run.has("-u", "--remove") {
			return run.destroys("it overwrites and deletes a file")
		}
		return run.destroys("it overwrites a file, so that it cannot be recovered")
	},
	"dd": func(run invocation) verdict {
		for _, a := range run.args {
			if strings.HasPrefix(a.text, "of=") && !isHarmless(a.text[3:]) {
				return run.destroys("it overwrites a file or device")
			}
		}
		return reading
	},
	"wipefs": func(run invocation) verdict {
		if run.has("-a", "--all", "-o", "--offset") {
			return run.destroys("it erases the signatures of a device")
		}
		return reading
	},
	"fdisk":  unlessFlag("it changes partitions", grave, "-l", "--list"),
	"sfdisk": unlessFlag("it changes partitions", grave, "-l", "--list", "-d", "--dump"),
	"parted": unlessFlag("it changes partitions", grave, "-l", "--list"),
	"find": func(run invocation) verdict {
		switch {
		case run.has("-delete"):
			return run.destroys("it deletes what it finds")
		case run.has("-fprint", "-fprint0", "-fprintf", "-fls"):
			return run.changes("it writes a file")
		}
		return reading
	},
	"sed":  ifFlag("it edits files in place", "-i", "--in-place"),
	"yq":   ifFlag("it edits files in place", "-i", "--inplace"),
	"jq":   ifFlag("it edits files in place", "--in-place"),
	"sort": ifFlag("it writes a file", "-o", "--output"),
	"uniq": func(run invocation) verdict {
		if len(run.words("fsw")) > 1 {
			return run.changes("it writes a file")
		}
		return reading
	},
	"xxd": func(run invocation) verdict {
		if len(run.words("lscog")) > 1 {
			return run.changes("it writes a file")
		}
		return reading
	},
	"awk": awk, "gawk": awk, "mawk": awk,
	"tee": func(run invocation) verdict {
		for _, a := range run.words("") {
			if !isHarmless(a.text) {
				return run.changes("it writes a file")
			}
		}
		return reading
	},
	"date":     ifFlag("it sets the clock", "-s", "--set"),
	"dmesg":    ifFlag("it clears the kernel's messages", "-c", "-C", "--clear", "--read-clear"),
	"hostname": ifWords("it sets the machine's name"),
	"mount":    ifWords("it mounts a file system"),
	"crontab": func(run invocation) verdict {
		switch {
		case run.has("-r"):
			return run.destroys("it removes all scheduled commands")
		case run.has("-l"):
			return reading
		}
		return run.changes("it changes scheduled commands")
	},
	"history": ifFlag("it changes the shell's history", "-c", "-d", "-w", "-a"),
	"journalctl": func(run invocation) verdict {
		if run.has("--vacuum-size", "--vacuum-time", "--vacuum-files") {
			return run.destroys("it deletes logs")
		}
		return ifFlag("it changes the logs", "--rotate", "--flush", "--setup-keys")(run)
	},
	"iptables": unlessFlag("it changes the firewall", mild, "-L", "--list", "-S", "--list-rules"),
	"nft":      unlessWord("it changes the firewall", "list"),
	"sysctl":   ifFlag("it changes the kernel's settings", "-w", "--write", "-p", "--load", "--system"),
	"curl":     curl,
	"wget":     unlessFlag("it writes a file", mild, "--spider"),
	"rsync": func(run invocation) verdict {
		switch {
		case run.has("-n", "--dry-run"):
			return reading
		case run.has("--delete", "--delete-before", "--delete-after", "--delete-during", "--delete-excluded", "--remove-source-files"):
			return run.destroys("it deletes files that the source does not have, or the source")
		}
		return run.changes("it copies files, and may overwrite")
	},
	"tar": func(run invocation) verdict {
		first := ""
		if len(run.args) > 0 {
			first = run.args[0].text
		}
		switch {
		case run.has("--remove-files"):
			return run.destroys("it deletes what it packs")
		case run.has("-t", "--list") || !strings.HasPrefix(first, "-") && strings.Contains(first, "t") && !strings.ContainsAny(first, "cxru/."):
			return reading
		}
		return run.changes("it packs or unpacks files")
	},
	"unzip":      unlessFlag("it unpacks files", mild, "-l", "-t", "-v", "-Z", "-p"),
	"gzip":       unlessFlag("it replaces files by packed ones", mild, "-c", "--stdout", "-l", "-t"),
	"gunzip":     unlessFlag("it replaces files by unpacked ones", mild, "-c", "--stdout", "-l", "-t"),
	"gpg":        unlessFlag("it changes a key ring or writes a file", mild, "--verify", "-k", "--list-keys", "-K", "--list-secret-keys", "--list-sigs", "--fingerprint", "--list-packets", "--show-keys", "--export", "--print-md"),
	"ssh-keygen": sshKeygen,
	"openssl":    openssl,
	"dpkg":       unlessFlag("it changes packages", mild, "-l", "-L", "-s", "-S", "-V", "--verify", "--list", "--status"),
	"rpm":        unlessFlag("it changes packages", mild, "-q", "-V", "--query", "--verify", "--checksig", "-K"),
	"git":        git,
	"aws":        aws,
}

// weight says how grave a program is where no flag makes it harmless.
type weight bool

const (
	mild  weight = false
	grave weight = true
)

func ifFlag(does string, flags ...string) func(invocation) verdict {
	return func(run invocation) verdict {
		if run.has(flags...) {
			return run.changes(does)
		}
		return reading
	}
}

func unlessFlag(does string, w weight, flags ...string) func(invocation) verdict {
	return func(run invocation) verdict {
		switch {
		case run.has(flags...):
			return reading
		case w == grave:
			return run.destroys(does)
		}
		return run.changes(does)
	}
}

func ifWords(does string) func(invocation) verdict {
	return func(run invocation) verdict {
		if len(run.words("tO")) > 0 || run.has("-a") {
			return run.changes(does)
		}
		return reading
	}
}

func unlessWord(does, word string) func(invocation) verdict {
	return func(run invocation) verdict {
		if run.word(0) == word {
			return reading
		}
		return run.changes(does)
	}
}

// awk can write files and run commands from within its program.
func awk(run invocation) verdict {
	program := ""
	if words := run.words("Fv"); len(words) > 0 {
		program = words[0].text
	}
	if run.has("-i") || run.has("-f") || strings.Contains(program, "system(") || strings.ContainsAny(program, "|") || strings.Contains(program, `> "`) || strings.Contains(program, `>"`) || strings.Contains(program, ">>") {
		return run.changes("its program may write files or run commands")
	}
	return reading
}

func curl(run invocation) verdict {
	if run.has("-T", "--upload-file", "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--json", "-F", "--form") {
		return run.changes("it sends data to a server")
	}
	for i, a := range run.args {
		method := strings.TrimPrefix(strings.TrimPrefix(a.text, "--request="), "-X")
		if (a.text == "-X" || a.text == "--request") && i+1 < len(run.args) {
			method = run.args[i+1].text
		} else if method == a.text {
			continue
		}
		switch method {
		case "GET", "HEAD":
		case "DELETE":
			return run.destroys("it asks a server to delete something")
		default:
			return run.changes("it asks a server to change something")
		}
	}
	return ifFlag("it writes a file", "-o", "--output", "-O", "--remote-name")(run)
}

func sshKeygen(run invocation) verdict {
	for i, a := range run.args {
		if a.text == "-Y" && i+1 < len(run.args) {
			if strings.HasPrefix(run.args[i+1].text, "sign") {
				return run.changes("it writes a signature")
			}
			return reading
		}
	}
	return unlessFlag("it makes or changes key files", mild, "-l", "-F", "-L", "-B", "-y")(run)
}

func openssl(run invocation) verdict {
	if run.has("-out", "-keyout", "-writerand") {
		return run.changes("it writes a file")
	}
	switch run.word(0) {
	case "x509", "pkey", "dgst", "verify", "asn1parse", "s_client", "version", "rsa", "ec", "crl", "ocsp", "ciphers", "pkcs7", "sha256", "enc", "rand", "genpkey", "base64":
		return reading
	}
	return run.changes("it may write files")
}

// aws puts its verb after the service: aws iam list-users.
func aws(run invocation) verdict {
	for _, prefix := range []string{"describe-", "get-", "list-", "head-", "lookup-"} {
		if strings.HasPrefix(run.word(1), prefix) {
			return reading
		}
	}
	if run.word(0) == "s3" && run.word(1) == "ls" {
		return reading
	}
	for _, w := range run.words("") {
		for _, prefix := range []string{"delete-", "terminate-", "deregister-", "purge-"} {
			if strings.HasPrefix(w.text, prefix) {
				return run.destroys("what it takes away does not come back")
			}
		}
	}
	return verbs["aws"].verdict(run)
}
