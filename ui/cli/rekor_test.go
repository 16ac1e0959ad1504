package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wsc-respond/steps/rekor"
)

// recordedLog is where entries lie that a real log answered, with its key.
const recordedLog = "../../steps/rekor/testdata"

// standInLog answers as the log did that was recorded: five entries of a tree
// of 2005. change is made to each answer.
func standInLog(t *testing.T, change func(string) string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recordedLog, "entries.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	var ids []string
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		read, err := rekor.ReadAnswer([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		lines, ids = append(lines, line), append(ids, read[0].UUID)
	}
	info, err := os.ReadFile(filepath.Join(recordedLog, "log.json"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		question, _ := io.ReadAll(r.Body) // what cannot be read is not answered
		_, _ = io.WriteString(w, change(standInAnswer(r, question, string(info), lines, ids)))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func standInAnswer(r *http.Request, question []byte, info string, lines, ids []string) string {
	switch {
	case r.URL.Path == "/api/v1/log":
		return info
	case r.URL.Path == "/api/v1/index/retrieve":
		known, _ := json.Marshal(append(slices.Clone(ids), strings.Repeat("0", 64)))
		return string(known)
	case strings.HasSuffix(r.URL.Path, "/retrieve"):
		var found []string
		for i := range lines {
			if bytes.Contains(question, []byte(ids[i])) || bytes.Contains(question, fmt.Appendf(nil, "[%d", i)) || bytes.Contains(question, fmt.Appendf(nil, ",%d", i)) {
				found = append(found, lines[i])
			}
		}
		return "[" + strings.Join(found, ",") + "]"
	}
	for i := range lines {
		if strings.HasSuffix(r.URL.Path, ids[i]) || r.URL.Query().Get("logIndex") == fmt.Sprint(i) {
			return lines[i]
		}
	}
	return "{}"
}

// ask runs a subcommand of rekor.
func ask(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	command := exec.Command(binary, append([]string{"rekor"}, args...)...)
	command.Env = newHome(t).env
	var said, remarks bytes.Buffer
	command.Stdout, command.Stderr = &said, &remarks
	var ended *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	for _, text := range []string{said.String(), remarks.String()} {
		if strings.Contains(text, "\x1b") || strings.Contains(text, "panic") {
			t.Errorf("%v: %q", args, text)
		}
	}
	return said.String(), remarks.String(), command.ProcessState.ExitCode()
}

func same(text string) string { return text }

func TestRekorCommandsSayWhatTheyVerified(t *testing.T) {
	server, key := standInLog(t, same), filepath.Join(recordedLog, "log.pub")
	kept, found := filepath.Join(t.TempDir(), "kept.jsonl"), filepath.Join(t.TempDir(), "found.jsonl")
	for _, tc := range []struct {
		args []string
		code int
		out  string // in the output
		errs string // in the remarks
	}{
		{[]string{"get", "0"}, 0, "builds@example.org", ""},
		{[]string{"get", "0", "--json"}, 0, `"verified":true`, ""},
		{[]string{"get", "77"}, 2, "", "no log"},
		{[]string{"get", "nothing"}, 2, "", "copy the id"},
		{[]string{"get", "nothing"}, 2, "", "64 or 80 hex digits"},
		{[]string{"search", "--email", "builds@example.org"}, 1, "mallory@elsewhere.example", "may be incomplete"},
		{[]string{"search", "--email", "x", "--json", "--limit", "2"}, 1, `"complete":false`, ""},
		{[]string{"search", "--email", "x", "-o", found}, 1, "mallory@elsewhere.example", "kept in " + found},
		{[]string{"search", "--email", "x", "-o", found}, 2, "", "is there already"},
		{[]string{"search", "--email", "x", "--sha", "y"}, 2, "", "give one of"},
		{[]string{"search"}, 2, "", "give one of"},
		{[]string{"window", "--from", "0", "--to", "4", "-o", kept}, 0, "complete: 5 entries, from 0 to 4", ""},
		{[]string{"window", "--from", "0", "--to", "4", "-o", kept, "--json"}, 0, `"complete":true`, "going on from entry 5"},
		{[]string{"window", "--from", "2", "--to", "9"}, 1, "NOT COMPLETE: 3 of 8", ""},
		{[]string{"window", "--from", "2", "--to", "2005"}, 2, "", "not yet among them"},
		{[]string{"checkpoint"}, 0, "2005 entries", ""},
		{[]string{"checkpoint", "--json"}, 0, `"size":2005`, ""},
	} {
		out, errs, code := ask(t, append(tc.args, "--server", server, "--log-key", key)...)
		if code != tc.code || !strings.Contains(out, tc.out) || !strings.Contains(errs, tc.errs) {
			t.Errorf("%v ends with %d:\n%s%s", tc.args, code, out, errs)
		}
	}
	if out, errs, code := ask(t, "verify", "--entry", kept, "--log-key", key); code != 0 || strings.Count(out, "  verified\n") != 5 {
		t.Errorf("what was kept: %d\n%s%s", code, out, errs)
	}
	if out, _, _ := ask(t, "verify", "--entry", found, "--log-key", key); strings.Count(out, "  verified\n") == 0 {
		t.Errorf("what a search kept: %s", out)
	}
	if out, errs, code := ask(t, "verify", "--entry", kept); code != 1 || strings.Contains(out, "  verified\n") {
		t.Errorf("the public log takes it for its own: %d\n%s%s", code, out, errs)
	}
}

func TestACheckpointOfAnotherKeyIsAnsweredWithNo(t *testing.T) {
	server := standInLog(t, same)
	for _, args := range [][]string{{"checkpoint"}, {"window", "--from", "0", "--to", "1"}} {
		out, errs, code := ask(t, append(args, "--server", server, "--log-key", otherLogKey(t))...)
		if code != 1 || !strings.Contains(errs, "did not sign the checkpoint") || !strings.Contains(errs, "--log-key") {
			t.Errorf("%v: %d\n%s%s", args, code, out, errs)
		}
	}
}

// otherLogKey is a file with the key of a log that nobody runs.
func otherLogKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "other.pub")
	if err := os.WriteFile(path, der, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is not verified is an answer, also where it is the first entry of all.
func TestAWindowThatBeginsWithALieIsAnsweredWithNo(t *testing.T) {
	server := standInLog(t, func(text string) string { return strings.ReplaceAll(text, `"logID":"c`, `"logID":"d`) })
	out, errs, code := ask(t, "window", "--from", "0", "--to", "1", "--server", server, "--log-key", filepath.Join(recordedLog, "log.pub"))
	if code != 1 || !strings.Contains(out, "NOT COMPLETE: 0 of 2") || strings.Contains(errs, "network") {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
}

func TestAWindowIsNotKeptBehindALink(t *testing.T) {
	server, key := standInLog(t, same), filepath.Join(recordedLog, "log.pub")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("elsewhere", link); err != nil {
		t.Fatal(err)
	}
	_, errs, code := ask(t, "window", "--from", "0", "--to", "1", "-o", link, "--server", server, "--log-key", key)
	if _, err := os.Stat(link); code != 2 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%d %s, and behind the link %v", code, errs, err)
	}
}

func TestRekorGetBelievesNoLie(t *testing.T) {
	key := filepath.Join(recordedLog, "log.pub")
	for what, change := range map[string]func(string) string{
		"another size":  func(text string) string { return strings.ReplaceAll(text, `"treeSize":2005`, `"treeSize":2004`) },
		"another index": func(text string) string { return strings.ReplaceAll(text, `"logIndex":0`, `"logIndex":1`) },
		"no proof":      func(text string) string { return strings.ReplaceAll(text, `"inclusionProof"`, `"x"`) },
		"nothing":       func(string) string { return "null" },
		"another log":   func(text string) string { return strings.ReplaceAll(text, `"logID":"c`, `"logID":"d`) },
	} {
		server := standInLog(t, change)
		out, errs, code := ask(t, "get", "0", "--server", server, "--log-key", key)
		if code == 0 || strings.Contains(out, "  verified\n") {
			t.Errorf("%s: %d\n%s%s", what, code, out, errs)
		}
	}
}

// The log's sharding package brings the key services of four clouds, and the
// Markdown renderer a highlighter that takes half of the start-up.
func TestWhatTheProgramDoesNotNeedIsNoPartOfIt(t *testing.T) {
	command := exec.Command("go", "list", "-deps", ".")
	command.Dir = "../.."
	deps, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"rekor/pkg/sharding", "github.com/aws/", "github.com/Azure/", "cloud.google.com/", "hashicorp/vault", "chroma/v2/lexers"} {
		if strings.Contains(string(deps), unwanted) {
			t.Errorf("%s is part of the program", unwanted)
		}
	}
}

func TestRekorWindowLeavesFilesOfOthersAlone(t *testing.T) {
	server, key := standInLog(t, same), filepath.Join(recordedLog, "log.pub")
	path := filepath.Join(t.TempDir(), "mine")
	for _, text := range []string{"my notes", "my notes\n", `{"a":1}`, "{\"a\":1}\n", "[]", "\n", "{}\n", `"x`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, code := ask(t, "window", "--from", "0", "--to", "1", "-o", path, "--server", server, "--log-key", key)
		if left, err := os.ReadFile(path); err != nil || string(left) != text || code != 2 {
			t.Errorf("%q became %.60q, %d %s, %v", text, left, code, errs, err)
		}
	}
}

func TestRekorVerifiesBundlesOfThePublicInstance(t *testing.T) {
	const vectors = "../../../shared/rekor-vectors"
	bundle := filepath.Join(vectors, "v1-bundles", "protobuf-specs-a.txt.sigstore.json")
	if _, err := os.Stat(bundle); err != nil {
		t.Skip("the folder with bundles of the public instance is not beside this repository")
	}
	artifact := filepath.Join(vectors, "v1-bundles", "protobuf-specs-a.txt")
	for _, tc := range []struct {
		args []string
		code int
	}{
		{nil, 0},
		{[]string{"--artifact", artifact}, 0},
		{[]string{"--artifact", bundle}, 1},
		{[]string{"--identity", "a@tny.town", "--issuer", "https://github.com/login/oauth"}, 0},
		{[]string{"--exact", "--identity", "a@tny.town", "--issuer", "https://github.com/login/oauth"}, 0},
		{[]string{"--exact", "--identity", "a@tny.tow.", "--issuer", "https://github.com/login/oauth"}, 1},
		{[]string{"--identity", "tny.town"}, 1},
		{[]string{"--identity", ".*", "--issuer", "https://elsewhere.example"}, 1},
		{[]string{"--log-key", filepath.Join(recordedLog, "log.pub")}, 2},
	} {
		if out, errs, code := ask(t, append([]string{"verify", "--bundle", bundle}, tc.args...)...); code != tc.code {
			t.Errorf("%v ends with %d:\n%s%s", tc.args, code, out, errs)
		}
	}
	if _, errs, code := ask(t, "verify", "--bundle", artifact); code != 2 || !strings.Contains(errs, "read the bundle") {
		t.Errorf("a text is taken for a bundle: %d %s", code, errs)
	}
}
