package standin_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/wasmsig"
	"wsc-respond/steps/wasmsig/sample/standin"
)

func TestMain(m *testing.M) {
	standin.RunAsTool(os.Stdout, os.Stderr)
	os.Exit(m.Run())
}

// bench is a folder with an unsigned module, a longer one, and two pairs of
// keys, in which the tool works.
type bench struct {
	t   *testing.T
	dir string
}

func newBench(t *testing.T) bench {
	t.Helper()
	b := bench{t, t.TempDir()}
	t.Chdir(b.dir)
	b.write("min.wasm", wasmsig.Header(wasmsig.CoreModule))
	b.write("z.wasm", wasmsig.AppendSection(wasmsig.Header(wasmsig.CoreModule), 10, []byte("code")))
	b.write("ed.pem", []byte("-----BEGIN PRIVATE KEY-----\n"))
	b.write("cut.wasm", append(wasmsig.Header(wasmsig.CoreModule), 10, 99))
	b.says(0, "", "keygen", "-k", "a.sec", "-K", "a.pub")
	b.says(0, "", "keygen", "-k", "b.sec", "-K", "b.pub")
	return b
}

func (b bench) write(name string, data []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b bench) read(name string) []byte {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// says runs the tool and wants an exit code, and want among all it wrote.
func (b bench) says(code int, want string, args ...string) string {
	b.t.Helper()
	var out, errs bytes.Buffer
	got := standin.Main(args, &out, &errs)
	said := out.String() + errs.String()
	if got != code || !strings.Contains(said, want) {
		b.t.Errorf("wsc %s: exit %d, want %d and %q:\n%s", strings.Join(args, " "), got, code, want, said)
	}
	if (errs.Len() > 0) != (code != 0) {
		b.t.Errorf("wsc %s: exit %d with %q on stderr", strings.Join(args, " "), got, errs.String())
	}
	return said
}

func TestTheArgumentsAreThoseOfTheRealTool(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		code       int
		want, args string
	}{
		{0, "wsc-cli 0.8.1", "--version"},
		{1, "Usage error: No subcommand specified", ""},
		{2, "error: unrecognized subcommand", "info z.wasm"},
		{2, "error: unrecognized subcommand", "verify_matrix -i x -K y"},
		{2, "error: unexpected argument found", "keygen -p new"},
		{2, "error: unexpected argument found", "sign --secretkey a.sec z.wasm"},
		{2, "error: unexpected argument found", "verify --trust-bundle b.json z.wasm"},
		{2, "error: unexpected argument found", "show -v -i z.wasm"},
		{2, "error: unexpected argument found", "sign -i -x.wasm -o out -k a.sec"},
		{2, "error: an argument cannot be used", "verify -i z.wasm -K a.pub -K b.pub"},
		{2, "error: ", "keygen -k n.sec"},
		{2, "error: ", "show -i"},
		{1, "Usage error: Missing public key file", "verify -i z.wasm"},
		{1, "stand-in", "bundle verify -i b.json -K a.pub"},
	} {
		b.says(c.code, c.want, strings.Fields(c.args)...)
	}
}

func TestTheErrorsAreThoseOfTheRealTool(t *testing.T) {
	b := newBench(t)
	b.says(0, "", "sign", "-k", "a.sec", "-K", "a.pub", "-i", "z.wasm", "-o", "signed.wasm")
	b.write("keyless.wasm", wasmsig.AppendSection(wasmsig.Header(wasmsig.CoreModule), 0, wasmsig.CustomPayload("signature", []byte{2, 2})))
	changed := append(bytes.Clone(b.read("signed.wasm")), 11, 1, 0)
	b.write("changed.wasm", changed)
	for _, c := range []struct{ want, args string }{
		{"I/O error", "keygen -k none/n.sec -K none/n.pub"},
		{"Internal error: [Failed to open input file 'none': No such file or directory (os error 2)]", "show -i none"},
		{"I/O error", "show -i cut.wasm"},
		{"Unsupported module type", "show -i a.pub"},
		{"Duplicate signature", "sign -k a.sec -i signed.wasm -o out"},
		{"Unsupported key type", "sign -k ed.pem -i z.wasm -o out"},
		{"I/O error", "sign -k none -i z.wasm -o out"},
		{"Parse error", "sign -k a.sec -i keyless.wasm -o out"},
		{"No valid signatures", "verify -K b.pub -i signed.wasm"},
		{"No valid signatures", "verify -K a.pub -i changed.wasm"},
		{"No signatures found", "verify -K a.pub -i z.wasm"},
		{"Parse error", "verify -K a.pub -i min.wasm"},
		{"Parse error", "verify -K a.pub -i keyless.wasm"},
		{"I/O error", "verify -K none -i signed.wasm"},
		{"Internal error: [Failed to open file 'none': No such file or directory (os error 2)]", "verify -K a.pub -i none"},
		{"No signatures found", "detach -i z.wasm -o out -S sig"},
		{"Signature already attached", "attach -i signed.wasm -o out -S sig"},
	} {
		b.says(1, c.want, strings.Fields(c.args)...)
	}
	b.says(0, "0:\tundecodable signature header", "-v", "show", "-i", "keyless.wasm")
}

func TestWhatItSignsIsReallySigned(t *testing.T) {
	b := newBench(t)
	b.says(0, "* Signed module structure:\n\n0:\tcustom section: [signature]\n1:\tcode section\n",
		"sign", "-k", "a.sec", "-K", "a.pub", "-i", "z.wasm", "-o", "one.wasm")
	b.says(0, "", "sign", "-k", "b.sec", "-i", "one.wasm", "-o", "two.wasm")
	data := b.read("two.wasm")
	m, err := wasmsig.Read(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(m.Problems) > 0 {
		t.Fatalf("the module is %v, %v", m, err)
	}
	content, err := m.ReadContent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sets := m.Signed[0].Sets
	if len(sets) != 1 || len(sets[0].Signatures) != 2 || !content.Matches(sets[0]) {
		t.Fatalf("the signatures are %+v", sets)
	}
	for i, name := range []string{"a.pub", "b.pub"} {
		key, err := keyfile.ParsePublic(b.read(name))
		if err != nil {
			t.Fatal(err)
		}
		if !key.Verify(sets[0].Message(), sets[0].Signatures[i].Value) {
			t.Errorf("signature %d is not that of %s", i, name)
		}
		b.says(0, "Signature is valid.", "verify", "-K", name, "-i", "two.wasm")
	}
	said := b.says(0, "(no key id)", "-v", "show", "-i", "two.wasm")
	key, err := keyfile.ParsePublic(b.read("a.pub"))
	if want := fmt.Sprintf("(key id: [%s])", key.ID()); err != nil || !strings.Contains(said, want) {
		t.Errorf("show does not name %s:\n%s", want, said)
	}
}

func TestADetachedSignatureCanBeVerifiedAndAttachedAgain(t *testing.T) {
	b := newBench(t)
	b.says(0, "", "sign", "-k", "a.sec", "-i", "z.wasm", "-o", "signed.wasm")
	b.says(0, "Signature is now detached.", "detach", "-i", "signed.wasm", "-o", "bare.wasm", "-S", "sig")
	if !bytes.Equal(b.read("bare.wasm"), b.read("z.wasm")) {
		t.Error("the detached module is not the unsigned one")
	}
	b.says(0, "Signature is valid.", "verify", "-K", "a.pub", "-i", "bare.wasm", "-S", "sig")
	b.says(0, "Signature is now embedded as a custom section.", "attach", "-i", "bare.wasm", "-o", "again.wasm", "-S", "sig")
	if !bytes.Equal(b.read("again.wasm"), b.read("signed.wasm")) {
		t.Error("the module that the signature was attached to again is another")
	}
	b.says(0, "", "sign", "-k", "a.sec", "-i", "z.wasm", "-o", "beside.wasm", "-S", "beside.sig")
	if !bytes.Equal(b.read("beside.sig"), b.read("sig")) || !bytes.Equal(b.read("beside.wasm"), b.read("z.wasm")) {
		t.Error("a signature that was made detached is another")
	}
}

func TestItRunsAsAProgram(t *testing.T) {
	dir := t.TempDir()
	if err := standin.Install(dir); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(dir, standin.Name), "--version").Output()
	if err != nil || string(out) != standin.Version+"\n" {
		t.Errorf("it says %q, %v", out, err)
	}
	out, err = exec.Command(filepath.Join(dir, standin.Name), "info").CombinedOutput()
	if ended, ok := err.(*exec.ExitError); !ok || ended.ExitCode() != 2 {
		t.Errorf("it ends with %v:\n%s", err, out)
	}
}
