package standin_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vectors holds modules of the real tool and a transcript of its answers; it
// lies beside the project, not in it.
const vectors = "../../../../../shared/wsc-vectors"

func realFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(vectors, name))
	if os.IsNotExist(err) {
		t.Skipf("the real tool's %s is not here to compare with", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestItReadsWhatTheRealToolWroteAndAnswersAsThatDid(t *testing.T) {
	b := newBench(t)
	for file, as := range map[string]string{
		"alice.pub": "alice.pub", "bob.pub": "bob.pub", "one-sig-keyid-alice.wasm": "min-signed.wasm",
		"one-sig-nokeyid-alice.wasm": "min-signed-nokeyid.wasm", "two-sigs-alice-bob.wasm": "min-signed-2.wasm",
		"z-split-signed-alice.wasm": "z-split-signed.wasm", "keyless-selfmade-ok.wasm": "keyless-test-min.wasm",
	} {
		b.write(as, realFile(t, file))
	}
	transcript := string(realFile(t, "transcript-wsc-0.8.1-core.txt"))
	for _, command := range []string{
		"wsc --version", "wsc info module.wasm", "wsc keygen -p new-signing-key", "wsc verify -i min-signed.wasm",
		"wsc show -i min-signed-2.wasm", "wsc -v show -i min-signed-2.wasm", "wsc -v show -i min-signed-nokeyid.wasm",
		"wsc -v show -i z-split-signed.wasm", "wsc -v show -i keyless-test-min.wasm", "wsc show -i nofile.wasm",
		"wsc verify -K alice.pub -i min-signed.wasm", "wsc verify -K bob.pub -i min-signed.wasm",
		"wsc verify -K alice.pub -i min.wasm", "wsc verify -K alice.pub -i missing.wasm",
		"wsc verify -K alice.pub -i keyless-test-min.wasm", "wsc detach -i min-signed.wasm -o d2.wasm -S d2.sig",
	} {
		out, errs, code := answer(t, transcript, command)
		said := b.says(code, "", strings.Fields(command)[1:]...)
		if said != out+errs {
			t.Errorf("%s says\n%sthe real one\n%s", command, said, out+errs)
		}
	}
}

// answer is what the transcript has of a command: the lines that it wrote to
// stdout are marked 1>, those to stderr 2>.
func answer(t *testing.T, transcript, command string) (out, errs string, code int) {
	t.Helper()
	_, rest, found := strings.Cut(transcript, "$ "+command+"\n")
	if !found {
		t.Fatalf("the transcript has no %s", command)
	}
	for line := range strings.Lines(rest) {
		switch {
		case strings.HasPrefix(line, "1> "):
			out += line[3:]
		case strings.HasPrefix(line, "2> "):
			errs += line[3:]
		case strings.HasPrefix(line, "exit="):
			return out, errs, int(line[5] - '0')
		}
	}
	t.Fatalf("the transcript of %s has no end", command)
	return
}

func TestItDetachesWhatTheRealToolDetached(t *testing.T) {
	b := newBench(t)
	b.write("signed.wasm", realFile(t, "one-sig-keyid-alice.wasm"))
	b.says(0, "", "detach", "-i", "signed.wasm", "-o", "bare.wasm", "-S", "sig")
	if !bytes.Equal(b.read("sig"), realFile(t, "detached-alice.sig")) || !bytes.Equal(b.read("bare.wasm"), realFile(t, "unsigned-min.wasm")) {
		t.Error("it left another module or another signature than the real tool")
	}
}
