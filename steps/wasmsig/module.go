package wasmsig

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Module is a WebAssembly file as far as its signatures need it: where its
// sections lie, and what its signature sections say. No other payload was
// read.
type Module struct {
	Kind     Kind
	Size     int64 // in bytes
	Sections []Section
	// Signed are its signature sections in the order of the file. Verifiers
	// read only one that is the first section of all.
	Signed   []SignatureSection
	Problems []Problem

	r     io.ReaderAt
	whole bool // every section could be passed over
}

// largeBody is the size from which on signatures are read one at a time where
// several files are read at once, in bytes.
const largeBody = 1 << 20

// SignatureSection is a signature section and what it says: one of the two
// forms, or neither where it could not be decoded.
type SignatureSection struct {
	Section Section
	Leading bool // the first section of the file, where it belongs
	Sets    []Set
	Keyless *Keyless
}

// Read reads what a file says of its signatures. size is the length of the
// file in bytes. The error is ErrNotModule, or that of reading; everything
// else that is wrong is among the module's problems.
func Read(r io.ReaderAt, size int64) (*Module, error) {
	m := new(Module)
	if err := m.read(new(walker), r, size, m.keep); err != nil {
		return nil, err
	}
	for i, s := range m.Signed {
		m.found(s.misplaced(i))
	}
	return m, nil
}

// maxSigned bounds the signature sections of which it is kept what they say.
// Verifiers read one; more are there only to be shown.
const maxSigned = 4

func (m *Module) keep(s SignatureSection) {
	if len(m.Signed) == maxSigned {
		m.found(problem(TooManySignatures, "there are more than %d signature sections; what the further ones say is left out", maxSigned))
	}
	if len(m.Signed) >= maxSigned {
		s.Sets, s.Keyless = nil, nil
	}
	m.Signed = append(m.Signed, s)
}

// read reads a file and hands each signature section on, the body of which it
// does not keep. What is wrong with its sections is a problem of the module.
func (m *Module) read(w *walker, r io.ReaderAt, size int64, each func(SignatureSection)) error {
	m.Size, m.r = size, r
	err := w.start(r, size)
	m.Kind = w.kind
	if err == nil {
		err = m.walk(w, each)
	}
	if errors.As(err, new(*Problem)) {
		m.found(err)
		return nil
	}
	return err
}

// walk passes over the sections and reads those with signatures.
func (m *Module) walk(w *walker, each func(SignatureSection)) error {
	for {
		s, err := w.next()
		if errors.Is(err, io.EOF) {
			m.whole = true
			return nil
		}
		if err != nil {
			return err
		}
		m.Sections = append(m.Sections, s)
		if !s.is(signatureName) {
			continue
		}
		if err := m.readSignature(w, s, each); err != nil {
			return err
		}
	}
}

func (m *Module) readSignature(w *walker, s Section, each func(SignatureSection)) error {
	signed := SignatureSection{Section: s, Leading: len(m.Sections) == 1}
	if s.Size() > maxSlice {
		m.found(problem(SignatureMalformed, "the signature section has %d bytes, more than the %d that wsc reads", s.Size(), maxSlice))
		each(signed)
		return nil
	}
	if s.Size() > largeBody && w.large != nil {
		w.large.Lock()
		defer w.large.Unlock()
	}
	body, err := w.bytes(s.Body, int(s.Size()))
	if err != nil {
		return err
	}
	if isKeyless(body) {
		var k Keyless
		if k, err = ParseKeyless(body); k.Value != nil {
			signed.Keyless = &k
		}
	} else {
		var sigs Signatures
		sigs, err = ParseSignatures(body)
		signed.Sets = sigs.Sets
	}
	m.found(err)
	each(signed)
	return nil
}

// found keeps the problem that a parser returned as its error.
func (m *Module) found(err error) {
	if p := new(Problem); errors.As(err, &p) {
		m.Problems = append(m.Problems, *p)
	}
}

// misplaced says what keeps verifiers from reading the section, before which
// so many others stand; nil if nothing does.
func (s SignatureSection) misplaced(earlier int) error {
	switch {
	case earlier > 0:
		return problem(SignatureDoubled, "a further signature section stands at byte %d; verifiers read only the first", s.Section.Start)
	case !s.Leading:
		return problem(SignatureMisplaced, "the signature section stands at byte %d and not first; verifiers take the module for unsigned", s.Section.Start)
	}
	return nil
}

// Leading is the signature section that verifiers read.
func (m *Module) Leading() (SignatureSection, bool) {
	if len(m.Signed) > 0 && m.Signed[0].Leading {
		return m.Signed[0], true
	}
	return SignatureSection{}, false
}

// Whole reports whether every section could be passed over. What is cut off or
// damaged has no content that could be compared with a signature.
func (m *Module) Whole() bool { return m.whole }

// Content is what a file holds, in digests.
type Content struct {
	SHA256 Digest // of the file
	// Unsigned is the digest of the file without its leading signature
	// section: what a keyless signature is made over, and what the log knows.
	Unsigned Digest
	// Parts are the digests of the sections up to each delimiter and up to
	// the end: what a key signs. The file's header is not in them.
	Parts []Digest
}

// ReadContent reads the file once, from beginning to end, in constant memory.
// Only the digest of the file is told where its sections cannot be passed
// over.
func (m *Module) ReadContent(ctx context.Context) (Content, error) {
	p := &pass{ctx: ctx, m: m, file: sha256.New(), unsigned: sha256.New(), rolling: sha256.New(),
		buffer: make([]byte, min(max(m.Size, 1), 1<<20))}
	if !m.whole {
		err := p.copy(0, m.Size, p.file)
		return Content{SHA256: p.sum(p.file)}, err
	}
	if err := p.run(); err != nil {
		return Content{}, err
	}
	return Content{SHA256: p.sum(p.file), Unsigned: p.sum(p.unsigned), Parts: p.parts}, nil
}

// pass is one reading of a whole file.
type pass struct {
	ctx                     context.Context
	m                       *Module
	file, unsigned, rolling hash.Hash
	buffer                  []byte
	parts                   []Digest
}

func (p *pass) run() error {
	if err := p.copy(0, int64(headerSize), p.file, p.unsigned); err != nil {
		return err
	}
	ended := false // with a delimiter
	for i, s := range p.m.Sections {
		if i == 0 && s.is(signatureName) {
			if err := p.copy(s.Start, s.End, p.file); err != nil {
				return err
			}
			continue
		}
		if err := p.copy(s.Start, s.End, p.file, p.unsigned, p.rolling); err != nil {
			return err
		}
		if ended = s.is(delimiterName); ended {
			p.parts = append(p.parts, p.sum(p.rolling))
		}
	}
	if !ended {
		p.parts = append(p.parts, p.sum(p.rolling))
	}
	return nil
}

// copy feeds the bytes from one place to another into the digests.
func (p *pass) copy(from, to int64, into ...hash.Hash) error {
	for from < to {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		part := p.buffer[:min(int64(len(p.buffer)), to-from)]
		n, err := p.m.r.ReadAt(part, from)
		if n < len(part) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("read %d bytes at byte %d: %w", len(part), from, err)
		}
		for _, h := range into {
			h.Write(part)
		}
		from += int64(n)
	}
	return nil
}

func (p *pass) sum(h hash.Hash) Digest { return Digest(h.Sum(nil)) }

// Matches reports whether the content is what the signers of a set saw.
func (c Content) Matches(s Set) bool {
	if len(c.Parts) == 0 || len(s.Hashes) != len(c.Parts) {
		return false
	}
	for i, h := range s.Hashes {
		if h != c.Parts[i] {
			return false
		}
	}
	return true
}
