package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
)

// Principal are the tools that the report always has, whatever the runbook
// calls: those of the signing tool's own incidents.
var Principal = []string{"wsc", "rekor-cli", "cargo", "cargo-audit", "openssl", "sha256sum", "shred"}

// atOnce is how many programs are asked for their version at the same time.
const atOnce = 4

// traits are what is known of a program.
type traits struct {
	// ask are the ways to ask for its version, the likeliest first. Without any
	// it is not asked.
	ask [][]string
	// sure says that every version of it answers, with exit code 0. One that
	// does not cannot run: a cargo of rustup without a toolchain.
	sure bool
	// gnu says that runbooks use options of it that only GNU's has.
	gnu bool
	// install is how it usually comes onto a host.
	install string
}

var (
	byOption = [][]string{{"--version"}}
	byWord   = [][]string{{"version"}}
)

// listed are the programs that may be asked.
var listed = sync.OnceValue(func() map[string]traits {
	wsc := traits{ask: byOption, sure: true, install: "cargo install wsc-cli --version VERSION --locked brings it; without a version it gives 0.9.0."}
	list := map[string]traits{
		"wsc": wsc, "sigil": wsc,
		"rekor-cli":   {ask: byWord, sure: true, install: "go install github.com/sigstore/rekor/cmd/rekor-cli@latest brings it."},
		"cargo":       {ask: byOption, sure: true, install: "rustup brings it (https://rustup.rs), or the package cargo."},
		"cargo-audit": {ask: [][]string{{"--version"}, {"audit", "--version"}}, install: "cargo install cargo-audit --locked brings it."},
		"openssl":     {ask: byWord, sure: true, install: "the package openssl brings it."},
		"cosign":      {ask: byWord},
		"bash":        {ask: byOption, install: "the package bash brings it."},
		"kubectl":     {ask: [][]string{{"version", "--client"}}},
	}
	add := func(gnu bool, install, names string) {
		for _, name := range strings.Fields(names) {
			list[name] = traits{ask: byOption, gnu: gnu, install: install}
		}
	}
	add(true, "the package coreutils brings it.", "b2sum base64 basename cat chmod chown comm cp cut date dd df dirname du env "+
		"expr head id install join ln ls md5sum mkdir mktemp mv nl nproc od paste readlink realpath rm rmdir seq sha1sum sha256sum "+
		"sha512sum shred sort split stat stdbuf sum sync tac tail tee timeout touch tr truncate tsort uname uniq wc who")
	add(true, "the package findutils brings it.", "find xargs")
	add(true, "the package of its name brings it.", "grep sed tar")
	add(true, "the package diffutils brings it.", "cmp diff")
	add(false, "the package of its name brings it.", "git jq curl wget gpg gzip xz docker podman sudo rsync python3 rustc")
	return list
})

// tools looks for all programs that are wanted, and asks them for their
// versions.
func (e *examination) tools(ctx context.Context, plans []plan) []Tool {
	calls := map[string]int{}
	for _, p := range plans {
		for _, name := range p.needs {
			calls[name]++
		}
	}
	names := append([]string{"bash"}, Principal...)
	if _, err := e.find("sigil"); err == nil && calls["sigil"] == 0 {
		names = slices.Insert(names, 2, "sigil")
	}
	var others []string
	for name := range calls {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	names = append(names, others...)

	found := make([]Tool, len(names))
	var all sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for i, name := range names {
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			found[i] = e.look(ctx, name)
			found[i].Commands = calls[name]
			if name == "bash" { // they all run in it
				found[i].Commands, found[i].Required = len(plans), true
			}
		})
	}
	all.Wait()
	return found
}

// look finds one program and says what is wrong with it.
func (e *examination) look(ctx context.Context, name string) Tool {
	t := Tool{Name: name, Problems: []Problem{}}
	kind := listed()[base(name)]
	path, err := e.find(name)
	if name == "bash" && e.given.Bash != "" {
		path, err = e.given.Bash, nil
	}
	switch {
	case errors.Is(err, errNotExecutable):
		t.Path = path
		t.add(NotExecutable, path+" may not be run by you. chmod +x, if it is what it should be.")
		return t
	case err != nil:
		t.add(Absent, e.howTo(name, kind))
		return t
	}
	t.Path = path
	t.Problems = append(t.Problems, e.exposed(path)...)
	// A path of the runbook's own may lead to anything of a well-known name.
	if len(kind.ask) > 0 && !strings.Contains(name, "/") {
		e.ask(ctx, &t, kind)
	}
	t.judge()
	return t
}

func (t *Tool) add(kind Kind, detail string) {
	t.Problems = append(t.Problems, Problem{kind, detail})
}

// howTo is how an absent program comes onto the host.
func (e *examination) howTo(name string, kind traits) string {
	if path, err := e.find("sigil"); name == "wsc" && err == nil {
		return "the same program is here as " + path + "; a link named wsc beside it will do."
	}
	if kind.install == "" {
		return "it is not on PATH."
	}
	return kind.install
}

func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// judge adds what is known of a version.
func (t *Tool) judge() {
	switch base(t.Name) {
	case "wsc", "sigil":
		if !isVersion(t.Version) && !t.isMissing() {
			t.add(VersionUnknown, "which of the known faults of wsc it has cannot be told without one.")
		}
		t.Problems = append(t.Problems, faultsOf(t.Version)...)
	case "bash":
		if before(t.Version, "4.0") {
			t.add(TooOld, "commands use what bash has since 4.0, such as ${NAME,,} and mapfile. A newer one from a package manager, at /usr/bin/bash or first on PATH.")
		}
	}
}
