package shell

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"wsc-respond/steps"
)

// belowVariable is a plain path below the folder that a variable names.
var belowVariable = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_]*/[A-Za-z0-9_./-]+$`)

var braced = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Unbraced returns a text with ${NAME} written as $NAME, and without double
// quotes, so that the places where it names the same path look the same.
func Unbraced(text string) string {
	return braced.ReplaceAllString(strings.ReplaceAll(text, `"`, ""), "$$$1")
}

// fileEndings are endings that names of files have in commands, and that hosts
// do not have.
var fileEndings = []string{
	".wasm", ".wat", ".sig", ".bundle", ".pem", ".crt", ".cer", ".key", ".pub", ".public", ".secret", ".der", ".asc",
	".txt", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".csv", ".log", ".md", ".bin", ".hex", ".sha256",
	".tar", ".gz", ".tgz", ".zip", ".xz",
}

// saying are programs that only look and whose words are no files.
var saying = []string{"echo", "printf", "test", "[", "find", "locate", "which", "type", "true", "false", ":", "set", "grep", "sed", "awk", "jq"}

// signing are programs of which filesWritten knows all that they write.
var signing = []string{"wsc", "sigil", "cosign"}

// filesNamed returns the words that look like the name of a file that is read:
// of a program that only looks, or whose written files are all known.
func (run invocation) filesNamed() []string {
	name := run.base()
	if _, wraps := wrappers[name]; wraps || slices.Contains(saying, name) {
		return nil
	}
	if run.verdict().risk != steps.RiskReads && !slices.Contains(signing, name) {
		return nil
	}
	known := append(run.filesRead(), run.filesWritten()...)
	var names []string
	for i, a := range run.args {
		isKnown := slices.ContainsFunc(known, func(k argument) bool { return k.text == a.text })
		toWrite := i > 0 && (run.args[i-1].text == "-o" || strings.HasPrefix(run.args[i-1].text, "--out"))
		isFile := slices.Contains(fileEndings, strings.ToLower(path.Ext(a.text))) && !strings.HasPrefix(a.text, "-")
		if isFile && a.namesAFile() && !isKnown && !toWrite {
			names = append(names, a.text)
		}
	}
	return names
}

// filesRead returns the arguments that a program reads as files. It knows the
// programs that a runbook reads files with; of others it says nothing.
func (run invocation) filesRead() []argument {
	switch name := run.base(); name {
	case "cat", "tac", "nl", "less", "more", "wc", "sort", "uniq", "comm", "cmp", "diff", "stat", "file", "xxd", "od", "hexdump",
		"strings", "base64", "zcat", "readelf", "objdump", "source", ".", "column", "shasum",
		"md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "b2sum", "cksum", "sum":
		return run.words(readerOptions[name])
	case "head", "tail":
		return run.words("nc")
	case "cut":
		return run.words("dfcb")
	case "grep", "egrep", "fgrep", "zgrep", "rg", "sed", "awk", "gawk", "jq", "yq":
		return append(run.programText(), run.valuesOf("-f", "--file")...)
	case "cp", "mv", "install":
		if words := run.words("tmog"); len(words) > 1 {
			return words[:len(words)-1]
		}
	case "wsc", "sigil":
		return run.valuesOf("-i", "--input-file", "-S", "--signature-file", "-k", "--secret-key", "-K", "--public-key")
	case "openssl":
		return run.valuesOf("-in", "-inkey", "-CAfile", "-signature")
	case "rekor-cli":
		return run.valuesOf("--artifact", "--signature", "--public-key")
	case "xargs":
		return run.valuesOf("-a", "--arg-file")
	}
	return nil
}

// readerOptions are the short options of readers that take a value.
var readerOptions = map[string]string{
	"sort": "kotTS", "uniq": "fsw", "stat": "cf", "file": "m", "xxd": "lsc", "od": "AjNtwS", "hexdump": "nse",
	"strings": "neo", "base64": "w", "column": "stco", "cmp": "ni", "diff": "UCIFW", "nl": "bdfhilnpsvw", "shasum": "a",
}

// programText returns the operands after the pattern or program text that comes
// first, unless an option has brought that.
func (run invocation) programText() []argument {
	words := run.words("efABCmFv")
	if run.has("-e", "-f", "--regexp", "--file") || len(words) == 0 {
		return words
	}
	return words[1:]
}

// filesWritten returns the arguments that a program writes as files.
func (run invocation) filesWritten() []argument {
	switch run.base() {
	case "tee", "touch":
		return run.words("dtr")
	case "cp", "mv", "install", "ln":
		if words := run.words("tmog"); len(words) > 1 {
			return words[len(words)-1:]
		}
	case "curl", "sort", "gpg", "cosign", "wsc-respond":
		return run.valuesOf("-o", "--output")
	case "wsc", "sigil":
		return run.wscWrites()
	case "openssl":
		return run.valuesOf("-out", "-keyout")
	case "wget":
		return run.valuesOf("-O", "--output-document")
	}
	return nil
}

// wscWrites knows that keygen writes both keys and the others write -o.
func (run invocation) wscWrites() []argument {
	if run.word(0) == "keygen" {
		return run.valuesOf("-k", "--secret-key", "-K", "--public-key")
	}
	return run.valuesOf("-o", "--output-file")
}

// valuesOf returns the values of options, as the next argument or after an
// equals sign.
func (run invocation) valuesOf(flags ...string) []argument {
	var values []argument
	for i, a := range run.args {
		for _, flag := range flags {
			value, attached := strings.CutPrefix(a.text, flag+"=")
			switch {
			case attached:
				a.text = value
				values = append(values, a)
			case a.text == flag && i+1 < len(run.args):
				values = append(values, run.args[i+1])
			}
		}
	}
	return values
}
