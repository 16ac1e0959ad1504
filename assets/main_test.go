package assets_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"wsc-respond/steps/wasmsig/sample/standin"
)

// binary is the program itself, built once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	standin.RunAsTool(os.Stdout, os.Stderr)
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "wsc-respond-test")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "wsc-respond")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = ".."
	if said, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the program: %w\n%s", err, said)
	}
	return m.Run(), nil
}
