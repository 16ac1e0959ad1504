package session_test

import (
	"testing"

	"wsc-respond/session"
)

func TestTheWordsSayHowMuchOfAnOutputIsKept(t *testing.T) {
	secrets := func(counts ...int) []session.RedactCount {
		var all []session.RedactCount
		for _, n := range counts {
			all = append(all, session.RedactCount{Kind: "token", Count: n})
		}
		return all
	}
	out := func(bytes, kept int64) session.Output {
		return session.Output{File: "evidence/0001-scan.out", Bytes: bytes, Kept: kept}
	}
	for name, tc := range map[string]struct {
		ended   session.Ended
		want    string
		trimmed bool
	}{
		"nothing":        {session.Ended{Stdout: out(0, 0)}, "whole, 0 bytes", false},
		"all":            {session.Ended{Stdout: out(40, 40)}, "whole, 40 bytes", false},
		"of another":     {session.Ended{Stdout: out(40, 40), Stderr: out(9, 5), Redacted: secrets(1)}, "whole, 40 bytes", false},
		"a secret":       {session.Ended{Stdout: out(40, 31), Redacted: secrets(1)}, "whole but for 1 secret, 31 bytes", false},
		"secrets":        {session.Ended{Stdout: out(40, 31), Redacted: secrets(1, 2)}, "whole but for 3 secrets, 31 bytes", false},
		"a short secret": {session.Ended{Stdout: out(40, 51), Redacted: secrets(1)}, "whole but for 1 secret, 51 bytes", false},
		"in both":        {session.Ended{Stdout: out(40, 31), Stderr: out(9, 5), Redacted: secrets(2)}, "whole but for its secrets, 31 bytes", false},
		"too long":       {session.Ended{Stdout: out(1<<30, 272<<20)}, "the beginning and the end, 285212672 of 1073741824 bytes", true},
		"long, secrets":  {session.Ended{Stdout: out(1<<30, 272<<20-5), Redacted: secrets(1)}, "the beginning and the end, 285212667 of 1073741824 bytes", true},
		"just not":       {session.Ended{Stdout: out(272<<20, 272<<20-5), Redacted: secrets(1)}, "whole but for 1 secret, 285212667 bytes", false},
		"a full disk": {session.Ended{Stdout: out(500, 300), Redacted: secrets(1), Detail: "evidence/0001-scan.out is not whole: less than 64 MiB of disk would have remained"},
			"the beginning and the end, 300 of 500 bytes", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.ended.KeptWords(tc.ended.Stdout); got != tc.want {
				t.Errorf("got %q, not %q", got, tc.want)
			}
			if got := tc.ended.Trimmed(tc.ended.Stdout); got != tc.trimmed {
				t.Errorf("a part was left out: %t", got)
			}
		})
	}
}
