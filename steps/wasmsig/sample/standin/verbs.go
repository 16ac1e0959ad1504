package standin

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"wsc-respond/steps/keyfile"
	"wsc-respond/steps/wasmsig"
)

// secretTag begins the file of a secret key; the seed and the public key
// follow.
const secretTag = 0x81

func (t *tool) keygen() error {
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	key, err := keyfile.NewPublic(public)
	if err != nil {
		return err
	}
	if err := os.WriteFile(t.given["-k"], append([]byte{secretTag}, secret...), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Secret key saved to [%s]\n", t.given["-k"])
	if err := os.WriteFile(t.given["-K"], key.File(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Public key saved to [%s]\n", t.given["-K"])
	return nil
}

func (t *tool) sign() error {
	secret, err := readSecret(t.given["-k"])
	if err != nil {
		return err
	}
	var id []byte
	if path, ok := t.given["-K"]; ok {
		if id, err = readID(path); err != nil {
			return err
		}
	}
	m, err := readModule(t.given["-i"], "input file ")
	if err != nil {
		return err
	}
	if len(m.body) >= 2 && m.body[0] == 2 {
		return errParse // keyless
	}
	sigs, err := m.signatures()
	if err != nil {
		return err
	}
	if sigs, err = added(sigs, m.parts, secret, id); err != nil {
		return err
	}
	m.body = sigs.Encode()
	if path, ok := t.given["-S"]; ok {
		if err := os.WriteFile(path, m.body, 0o644); err != nil {
			return err
		}
		m.body = nil
	}
	fmt.Fprint(t.out, "* Signed module structure:\n\n")
	t.list(m)
	return os.WriteFile(t.given["-o"], m.file(), 0o644)
}

// added are signatures with one more, over the digests of the module.
func added(sigs wasmsig.Signatures, parts []wasmsig.Digest, secret ed25519.PrivateKey, id []byte) (wasmsig.Signatures, error) {
	set := wasmsig.Set{Hashes: parts}
	one := wasmsig.Signature{KeyID: id, Algorithm: 1, Value: ed25519.Sign(secret, set.Message())}
	for i, s := range sigs.Sets {
		if !bytes.Equal(s.Message(), set.Message()) {
			continue
		}
		for _, other := range s.Signatures {
			if bytes.Equal(other.Value, one.Value) {
				return sigs, errDuplicate
			}
		}
		sigs.Sets[i].Signatures = append(s.Signatures, one)
		return sigs, nil
	}
	set.Signatures = []wasmsig.Signature{one}
	sigs.Sets = append(sigs.Sets, set)
	return sigs, nil
}

func (t *tool) verify() error {
	path, ok := t.given["-K"]
	if !ok {
		return errNoPublicKey
	}
	key, err := readPublic(path)
	if err != nil {
		return err
	}
	m, err := readModule(t.given["-i"], "file ")
	if err != nil {
		return err
	}
	if path, ok := t.given["-S"]; ok {
		if m.body, err = os.ReadFile(path); err != nil {
			return err
		}
	}
	if m.body == nil && len(m.sections) == 0 {
		return errParse
	}
	if m.body == nil {
		return errNoneFound
	}
	sigs, err := m.signatures()
	if err != nil {
		return err
	}
	for _, set := range sigs.Sets {
		for _, sig := range set.Signatures {
			if key.Verify(set.Message(), sig.Value) && m.content.Matches(set) {
				fmt.Fprintln(t.out, "Signature is valid.")
				return nil
			}
		}
	}
	return errNoneValid
}

func (t *tool) detach() error {
	m, err := readModule(t.given["-i"], "file ")
	if err != nil {
		return err
	}
	if m.body == nil {
		return errNoneFound
	}
	if err := os.WriteFile(t.given["-S"], m.body, 0o644); err != nil {
		return err
	}
	m.body = nil
	if err := os.WriteFile(t.given["-o"], m.file(), 0o644); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "Signature is now detached.")
	return nil
}

func (t *tool) attach() error {
	m, err := readModule(t.given["-i"], "file ")
	if err != nil {
		return err
	}
	if m.body != nil {
		return errAttached
	}
	if m.body, err = os.ReadFile(t.given["-S"]); err != nil {
		return err
	}
	if err := os.WriteFile(t.given["-o"], m.file(), 0o644); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "Signature is now embedded as a custom section.")
	return nil
}

// module is a file in parts: what stands around the signature, and that.
type module struct {
	head, rest []byte
	body       []byte // of the leading signature section; nil if there is none
	sections   []wasmsig.Section
	data       []byte // the file, in which the sections lie
	content    wasmsig.Content
	parts      []wasmsig.Digest
}

// readModule reads a file; what names it in the error of a file that cannot be
// opened.
func readModule(path, what string) (*module, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &said{1, fmt.Sprintf("Internal error: [Failed to open %s'%s': No such file or directory (os error 2)]", what, path)}
	}
	if err != nil {
		return nil, err
	}
	read, err := wasmsig.Read(bytes.NewReader(data), int64(len(data)))
	if errors.Is(err, wasmsig.ErrNotModule) {
		return nil, errModuleType
	}
	if err != nil || !read.Whole() {
		return nil, errIO
	}
	m := &module{head: data[:len(wasmsig.Header(read.Kind))], sections: read.Sections, data: data}
	m.rest = data[len(m.head):]
	if first, ok := read.Leading(); ok {
		m.body = data[first.Section.Body:first.Section.End]
		m.rest = data[first.Section.End:]
	}
	m.content, err = read.ReadContent(context.Background())
	m.parts = m.content.Parts
	return m, err
}

// signatures are those of the module, none if it is unsigned.
func (m *module) signatures() (wasmsig.Signatures, error) {
	if m.body == nil {
		return wasmsig.Signatures{}, nil
	}
	sigs, err := wasmsig.ParseSignatures(m.body)
	if err != nil {
		return wasmsig.Signatures{}, errParse
	}
	return sigs, nil
}

// file is the module as a file again.
func (m *module) file() []byte {
	out := bytes.Clone(m.head)
	if m.body != nil {
		out = wasmsig.AppendSection(out, 0, wasmsig.CustomPayload("signature", m.body))
	}
	return append(out, m.rest...)
}

func readSecret(path string) (ed25519.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) != 1+ed25519.PrivateKeySize || data[0] != secretTag {
		return nil, errKeyType
	}
	return ed25519.PrivateKey(data[1:]), nil
}

func readPublic(path string) (keyfile.Public, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return keyfile.Public{}, err
	}
	key, err := keyfile.ParsePublic(data)
	if err != nil {
		return keyfile.Public{}, errKeyType
	}
	return key, nil
}
