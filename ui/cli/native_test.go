package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wsc-respond/steps/wasmsig/sample"
)

// These scripts have modules that no stand-in for wsc can make: signed without
// a key, by an address and by a workflow. $LOG_SERVER answers as a log did that
// was recorded, and $LOG_KEY is its key.
func TestScriptsWithKeylessModules(t *testing.T) {
	server := standInLog(t, same)
	logKey, err := filepath.Abs(filepath.Join(recordedLog, "log.pub"))
	if err != nil {
		t.Fatal(err)
	}
	runScripts(t, filepath.Join("testdata", "modules"), func(env *testscript.Env) error {
		env.Setenv("LOG_SERVER", server)
		env.Setenv("LOG_KEY", logKey)
		ca, log := sample.NewCA("authority"), sample.NewLog("log")
		const issuer = "https://accounts.example.org"
		for i, identity := range []string{"builds@example.org", "https://ci.example.org/release.yml@refs/heads/main"} {
			name := []string{"address.wasm", "workflow.wasm"}[i]
			module := sample.Keyless(sample.Core(300, uint64(i)), sample.Identity{Name: identity, Issuer: issuer}, ca, log)
			if err := os.WriteFile(filepath.Join(env.WorkDir, name), module, 0o600); err != nil {
				return err
			}
		}
		key := sample.KeyOf("release")
		return os.WriteFile(filepath.Join(env.WorkDir, "by-key.wasm"), sample.Sign(sample.Core(300, 9), true, key), 0o600)
	})
}
