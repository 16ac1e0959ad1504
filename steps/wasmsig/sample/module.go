package sample

import (
	"bytes"
	"context"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strconv"

	"wsc-respond/steps/wasmsig"
)

// Module is a core module of these sections; Custom and Section make them.
func Module(sections ...[]byte) []byte {
	return slices.Concat(wasmsig.Header(wasmsig.CoreModule), slices.Concat(sections...))
}

// Component is a component of these sections.
func Component(sections ...[]byte) []byte {
	return slices.Concat(wasmsig.Header(wasmsig.Component), slices.Concat(sections...))
}

// Section is a section of an id.
func Section(id byte, payload []byte) []byte { return wasmsig.AppendSection(nil, id, payload) }

// Custom is a custom section of a name.
func Custom(name string, body []byte) []byte {
	return Section(0, wasmsig.CustomPayload(name, body))
}

// The sections of a small program that every engine takes: one function
// without parameters that returns at once, exported as "run".
var program = [][]byte{
	{1, 4, 1, 0x60, 0, 0},             // types: func
	{3, 2, 1, 0},                      // functions: one of that type
	{7, 7, 1, 3, 'r', 'u', 'n', 0, 0}, // exports
	{10, 4, 1, 2, 0, 0x0b},            // code: end
}

// dataHead is how many bytes of a data section are not data, with lengths of
// five bytes each.
const dataHead = 1 + 5 + 1 + 1 + 5

// Core is a core module of a size in bytes that engines take: a small program
// and, to fill it up, data that is made of the seed and does not compress.
// Below 46 bytes it has no data and is 33 bytes long.
func Core(size int, seed uint64) []byte {
	out := Module(program...)
	fill := size - len(out) - dataHead
	if fill < 0 {
		return out
	}
	out = append(out, 11)
	out = appendWide(out, uint32(fill+dataHead-6))
	out = append(out, 1, 1) // one passive segment
	out = appendWide(out, uint32(fill))
	source := rand.NewChaCha8(derive("data", strconv.FormatUint(seed, 10)))
	at := len(out)
	out = append(out, make([]byte, fill)...)
	_, _ = source.Read(out[at:]) // never fails
	return out
}

// appendWide writes an LEB128 number in five bytes, whatever it is, so that a
// section's size does not change with what it says.
func appendWide(out []byte, n uint32) []byte {
	for range 4 {
		out = append(out, byte(n)&0x7f|0x80)
		n >>= 7
	}
	return append(out, byte(n))
}

// Split puts a delimiter behind sections, counted from 0 without a signature:
// signers then sign each part, so that one can be taken away.
func Split(module []byte, after ...int) []byte {
	m := read(module)
	out := slices.Clone(module[:8])
	i := 0
	for _, s := range m.Sections {
		out = append(out, module[s.Start:s.End]...)
		if s.Name == "signature" && s.ID == 0 {
			continue
		}
		if slices.Contains(after, i) {
			mark := derive("delimiter", strconv.Itoa(i))
			out = append(out, Custom("signature_delimiter", mark[:16])...)
		}
		i++
	}
	return out
}

// Sign signs a module with keys, as wsc does: signatures over the same content
// that were there stay, any other signature gives way. withID has each
// signature name its key.
func Sign(module []byte, withID bool, keys ...Key) []byte {
	set := wasmsig.Set{Hashes: Hashes(module)}
	if first, ok := read(module).Leading(); ok {
		for _, old := range first.Sets {
			if slices.Equal(old.Hashes, set.Hashes) {
				set.Signatures = append(set.Signatures, old.Signatures...)
			}
		}
	}
	for _, key := range keys {
		set.Signatures = append(set.Signatures, Signature(set.Hashes, withID, key))
	}
	return Attach(module, wasmsig.Signatures{Sets: []wasmsig.Set{set}}.Encode())
}

// Signature is one key's signature over digests.
func Signature(hashes []wasmsig.Digest, withID bool, key Key) wasmsig.Signature {
	sig := wasmsig.Signature{Algorithm: 1, Value: key.Sign(wasmsig.Set{Hashes: hashes}.Message())}
	if withID {
		sig.KeyID = must(hex.DecodeString(string(key.Public().ID())))
	}
	return sig
}

// Hashes are the digests that a signer of the module signs.
func Hashes(module []byte) []wasmsig.Digest { return content(module).Parts }

// Digest is the digest that a keyless signer of the module signs: of the file
// without a signature.
func Digest(module []byte) wasmsig.Digest { return content(module).Unsigned }

// Attach puts the body of a signature section in front of a module, in place
// of the one that is there.
func Attach(module, body []byte) []byte {
	bare := Detach(module)
	return slices.Concat(bare[:8], Custom("signature", body), bare[8:])
}

// Detach is the module without its leading signature section.
func Detach(module []byte) []byte {
	first, ok := read(module).Leading()
	if !ok {
		return slices.Clone(module)
	}
	return slices.Concat(module[:first.Section.Start], module[first.Section.End:])
}

// read reads a module that is in memory, and so can be read.
func read(module []byte) *wasmsig.Module {
	return must(wasmsig.Read(bytes.NewReader(module), int64(len(module))))
}

func content(module []byte) wasmsig.Content {
	return must(read(module).ReadContent(context.Background()))
}
