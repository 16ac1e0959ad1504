package steps

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxValue bounds the value of an input, in bytes. An argument or environment
// string on Linux may not pass 128 KiB.
const maxValue = 64 << 10

// minSecret is the shortest secret, in bytes. A shorter one would be found in
// ordinary text, and taking it out there would hide nothing and spoil the
// record.
const minSecret = 4

// Accept checks a value as far as its text tells: whether it is there, and
// whether it has the form of the kind. What the file system says of a path is
// for the caller. The error is one plain sentence for the person.
func (in Input) Accept(value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return errors.New("a value is needed")
	case len(value) > maxValue:
		return fmt.Errorf("the value has %d bytes; at most %d fit", len(value), maxValue)
	case !utf8.ValidString(value):
		return errors.New("the value is not valid UTF-8, so the record could not hold it exactly")
	case strings.ContainsRune(value, 0):
		return errors.New("the value holds a NUL byte, which no environment can carry")
	case in.Secret && len(value) < minSecret:
		return fmt.Errorf("a secret of under %d bytes could not be kept out of the record", minSecret)
	}
	if err := in.acceptKind(value); err != nil {
		return err
	}
	return in.acceptPattern(value)
}

// acceptPattern holds the value against the author's own form. A pattern that
// does not compile is a mistake of the runbook and refuses nothing.
func (in Input) acceptPattern(value string) error {
	form, err := regexp.Compile(`^(?:` + in.Must.Pattern + `)$`)
	if err != nil || in.Must.Pattern == "" || form.MatchString(value) {
		return nil
	}
	return fmt.Errorf("it has not the form that the runbook asks for, %s", in.Must.Pattern)
}

func (in Input) acceptKind(value string) error {
	switch in.Kind {
	case KindDigest:
		return acceptMatch(digestForm(), value, "a SHA-256 digest has 64 hex digits")
	case KindID:
		return acceptMatch(idForm(), value, "an id is one word of letters, digits and . _ : + @ / = -")
	case KindHost:
		return acceptMatch(hostForm(), value, "a host name has letters, digits, dots and dashes")
	case KindNumber:
		_, err := strconv.ParseInt(value, 10, 64)
		return orSay(err, "a whole number is needed")
	case KindEmail:
		_, err := mail.ParseAddress(value)
		return orSay(err, "an address like name@host is needed")
	case KindURL:
		return acceptURL(value)
	}
	return nil
}

var (
	digestForm = lazily(`^(sha256:)?[0-9a-fA-F]{64}$`)
	idForm     = lazily(`^[\pL\pN._:+@/=][\pL\pN._:+@/=-]*$`)
	hostForm   = lazily(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?$`)
)

func acceptMatch(form *regexp.Regexp, value, say string) error {
	if !form.MatchString(value) {
		return errors.New(say)
	}
	return nil
}

func orSay(err error, say string) error {
	if err != nil {
		return errors.New(say)
	}
	return nil
}

func acceptURL(value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("an address that begins with https:// is needed")
	}
	return nil
}
