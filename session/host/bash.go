package host

import "os/exec"

// Bash is the path of bash, or empty if the machine has none. The usual
// places come before PATH, which anybody may have set.
func Bash() string {
	for _, name := range []string{"/usr/bin/bash", "/bin/bash", "bash"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
