package keyfile

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// smallOrder are the encodings of points of small order, sign of x included.
func smallOrder(t *testing.T) [][]byte {
	t.Helper()
	var all [][]byte
	for _, text := range []string{
		strings.Repeat("00", 32), "01" + strings.Repeat("00", 31),
		"ec" + strings.Repeat("ff", 30) + "7f", "ed" + strings.Repeat("ff", 30) + "7f", "ee" + strings.Repeat("ff", 30) + "7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	} {
		key, err := hex.DecodeString(text)
		must(t, err)
		signed := append([]byte(nil), key...)
		signed[31] |= 0x80
		all = append(all, key, signed)
	}
	return all
}

// forge is whether a signature that nobody made verifies: R is the neutral
// point or the key itself, S is zero, and of a few messages one will do.
func forge(key ed25519.PublicKey) bool {
	neutral := make([]byte, 64)
	neutral[0] = 1
	itself := append(append([]byte(nil), key...), make([]byte, 32)...)
	for i := range 64 {
		message := fmt.Append(nil, "message ", i)
		if ed25519.Verify(key, message, neutral) || ed25519.Verify(key, message, itself) {
			return true
		}
	}
	return false
}

func TestAKeyUnderWhichAnybodyCanSignIsNone(t *testing.T) {
	forged := 0
	for _, raw := range smallOrder(t) {
		if forge(raw) {
			forged++
		}
		if _, err := NewPublic(raw); !errors.Is(err, ErrNotPublic) {
			t.Errorf("%x is a key: %v", raw, err)
		}
		file := append([]byte{publicTag}, raw...)
		if key, err := ParsePublic(file); !errors.Is(err, ErrNotPublic) || !key.IsZero() {
			t.Errorf("the file of %x is a key: %v", raw, err)
		}
		if c := judge(file); c.kind != KindDamaged || c.id != "" || !strings.Contains(c.fault, "small order") {
			t.Errorf("%x is judged %+v", raw, c)
		}
		fsys := fstest.MapFS{"k.pub": {Data: file}}
		if id, _, err := ReadID(fsys, "k.pub"); err == nil {
			t.Errorf("%x has the id %s", raw, id)
		}
	}
	if forged < 8 {
		t.Errorf("only %d of them verify what nobody signed, so the list is not what it is meant to be", forged)
	}
	_, public := newPair(1)
	if forge(public[1:]) {
		t.Error("a key of a pair can be forged")
	}
}
