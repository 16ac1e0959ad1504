package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/semver"

	"wsc-respond/steps/safe"
)

const (
	// Patience is how long a program may take to say its version.
	Patience = 5 * time.Second
	// MaxOutput is how much it may write to say it, in bytes on each stream.
	MaxOutput = 64 << 10
)

// ErrFlood says that a program wrote more than MaxOutput.
var ErrFlood = errors.New("it wrote more than 64 KiB")

// versionNumber is a number with at least one dot that is no part of a word:
// 0.9.0-rc.1 in "wsc-cli 0.9.0-rc.1", none in "go1.26.8".
var versionNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w.:])v?(\d{1,9}(?:\.\d{1,9}){1,3}(?:-[0-9A-Za-z.-]{1,40})?(?:\+[0-9A-Za-z.-]{1,40})?)`)
})

// ask has a program say its version.
func (e *examination) ask(ctx context.Context, t *Tool, kind traits) {
	var said Output
	for _, args := range kind.ask {
		var err error
		if said, err = e.run(ctx, t.Path, args); err != nil {
			t.add(VersionUnknown, "asked for its version, "+failure(err))
			return
		}
		if said.Exit == 0 {
			t.Version = versionIn(said)
		}
		if t.Version != "" {
			break
		}
	}
	switch other := notGNU(said); {
	case kind.sure && said.Exit != 0:
		t.add(DoesNotRun, "cannot run: "+gist(said))
	case kind.gnu && other != "":
		t.add(NotGNU, "it is "+other+" and not GNU's: options such as those of stat -c, find -printf or sha256sum --strict may be missing.")
	case t.Version == "":
		t.add(VersionUnknown, "asked for its version, it said "+gist(said))
	}
}

// run runs a program for as long as it may take.
func (e *examination) run(ctx context.Context, path string, args []string) (Output, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	return e.Run(ctx, path, args...)
}

// failure says why there is no answer.
func failure(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("it did not answer within %v, and was ended.", Patience)
	}
	if errors.Is(err, ErrFlood) {
		return ErrFlood.Error() + ", and was ended."
	}
	return "it could not be run: " + safe.Line(err.Error())
}

// versionIn finds the version in what a program said. rekor-cli names it among
// the versions of what it was built with.
func versionIn(said Output) string {
	text := said.Stdout
	if len(bytes.TrimSpace(text)) == 0 {
		text = said.Stderr
	}
	if _, after, ok := bytes.Cut(text, []byte("GitVersion:")); ok {
		text, _, _ = bytes.Cut(after, []byte("\n"))
	}
	if m := versionNumber().FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return ""
}

// notGNU names whose version of a program of the GNU project this is, or
// nothing if it may be GNU's.
func notGNU(said Output) string {
	text := string(said.Stdout) + string(said.Stderr)
	for _, other := range []string{"BusyBox", "toybox", "BSD"} {
		if strings.Contains(text, other) {
			return other + "'s"
		}
	}
	if said.Exit != 0 { // BSD's and macOS's know no --version
		return "BSD's or another's"
	}
	return ""
}

// gist is the beginning of what a program said, safe to show.
func gist(said Output) string {
	const room = 80
	text := strings.TrimSpace(string(said.Stdout))
	if text == "" {
		text = strings.TrimSpace(string(said.Stderr))
	}
	first, _, _ := strings.Cut(text, "\n")
	if first == "" {
		return fmt.Sprintf("nothing, with exit code %d.", said.Exit)
	}
	return fmt.Sprintf("“%s”, with exit code %d.", safe.Truncate(safe.Line(first), room, "…"), said.Exit)
}

// before reports whether a version is known and older than another, by the
// rules of Semantic Versioning 2.0.0. A part that is not there counts as 0.
func before(version, other string) bool {
	return isVersion(version) && semver.Compare("v"+version, "v"+other) < 0
}

// isVersion reports whether a version can be compared.
func isVersion(version string) bool { return semver.IsValid("v" + version) }
