package shell

import (
	"strings"
	"testing"

	"wsc-respond/steps"
)

func TestRisk(t *testing.T) {
	tests := map[steps.Risk][]string{
		steps.RiskReads: {
			"ls -la", "cat f | grep x | wc -l", "stat -- \"$F\" && sha256sum -- \"$F\"", "find . -name x", "cargo tree -i x", "cargo audit",
			"rekor-cli get --uuid x", "rekor-cli search --email x", "rekor-cli verify --uuid x", "wsc show -i f", "wsc -v show -i f",
			"wsc verify -K p -i f", "wsc verify-matrix -i f -K a b", "wsc show-chain -i f --json", "wsc bundle verify -i b -K p", "wsc bundle inspect -i b",
			"wsc --version", "sigil verify -i f --keyless", "wsc-respond report s", "wsc-respond verify s", "wsc-respond module inspect f", "wsc-respond module scan --key k d",
			"sudo cat /etc/shadow", "echo x > /dev/null 2>&1", "export A=1", "cd /x", "sed -n 1p f", "git log", "git -C d status", "git tag -v v1",
			"kubectl get pods -n x", "kubectl -n x get pods", "vault kv get secret/x", "docker ps", "systemctl status x", "journalctl -u x", "curl -fsS https://x", "openssl x509 -in c -noout",
			"tar -tf a.tar", "tar tf a.tar", "gpg --verify a.sig", "ssh-keygen -lf k.pub", "ssh-keygen -Y verify -f a", "sh -c 'ls | wc'", "ssh host cat f", "[[ -f x ]] && test -d y", "true", "awk '{print $1}' f",
			"xargs -a l cat", "echo hi | tee /dev/stderr", "crontab -l", "ip addr show", "aws iam list-users", "f() { ls; }; f", "rm --help", "date +%F", "git clean -n", "aws s3 ls", "rsync -an a b",
		},
		steps.RiskChanges: {
			"mv a b", "cp a b", "chmod 000 f", "chown root f", "mkdir d", "touch f", "echo x > f", "echo x >> f", "echo x | tee f", "sed -i s/a/b/ f", "sed -ni.bak p f",
			"git commit -m x", "git push", "git checkout main", "cargo update -p x", "cargo test", "wsc keygen -k a -K b", "wsc sign -i a -o b -k k", "wsc detach -i a -o b -S s", "wsc info f", "wsc bundle sign -i a",
			"unknown-program", "\"$CMD\" x", "$(cat f)", "python3 -c 'print(1)'", "kubectl apply -f x", "kubectl scale x", "vault kv put x", "docker stop x", "systemctl restart x", "curl -o f https://x", "curl -X POST https://x", "curl -d a=b https://x",
			"tar xf a.tar", "gpg --sign f", "ssh-keygen -t ed25519", "sh script.sh", "sh -c \"$SCRIPT\"", "sh -c 'mv a b'", "ssh host 'chmod 0 f'", "ssh host", "find . -exec chmod 0 {} +", "ls | xargs mv -t d", "openssl genpkey -out k", "kill 1", "rekor-cli upload --artifact f",
			"awk '{system(\"x\")}' f", "wsc-respond runbook init d", "wsc-respond start", "source env.sh", "date -s now", "A=1 unknown", "sudo -u x mv a b", "cosign sign x", "aws iam update-user", "rsync a b", "sort -o f f", "uniq a b",
		},
		steps.RiskDestroys: {
			"rm f", "rm -rf d", "shred -vfz -n 5 f", "shred -u f", "dd if=/dev/zero of=/dev/sda", "mkfs.ext4 /dev/sda", "mkfs -t xfs /dev/sda", "truncate -s 0 f", "wipefs -a /dev/sda", "git push --force", "git push -f origin x", "git push origin :x", "git push origin +x",
			"git reset --hard", "git clean -fd", "git checkout -- f", "git branch -D x", "kubectl delete pod x", "kubectl --namespace x delete pod y", "vault kv delete x", "vault token revoke x", "vault secrets disable x", "find . -delete", "find . -exec rm {} \\;", "ls | xargs rm", "sudo rm f",
			"sh -c 'rm f'", "bash -c \"cd x && rm $F\"", "ssh host rm f", "eval 'rm f'", "docker rm x", "docker system prune", "crontab -r", "journalctl --vacuum-time=1s", "> f", ": > f", "cat x > /dev/sda", "curl -X DELETE https://x", "aws kms schedule-key-deletion --key-id x", "aws s3 rm s3://x",
			"if x; then rm f; fi", "f() { rm x; }; f", "echo $(rm f)", "cat <(rm f)", "rm f & wait", "trap 'rm f' EXIT", "reboot", "'rm' f", "r\\m f", "/bin/rm f", "env -i rm f", "time rm f", "timeout 5 rm f", "rsync -a --delete a b", "terraform destroy",
		},
	}
	for want, list := range tests {
		for _, text := range list {
			facts, err := Parse(text, StandIns{})
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if facts.Risk != want {
				t.Errorf("%s: %s %q, want %s", text, facts.Risk, facts.Reasons, want)
			}
			if facts.Risk != steps.RiskReads && len(facts.Reasons) == 0 {
				t.Errorf("%s: %s without a reason", text, facts.Risk)
			}
		}
	}
}

func TestReasonsAreInWords(t *testing.T) {
	tests := map[string]string{
		"shred -u f":        "it overwrites and deletes a file (shred)",
		"rm a; mv b c":      "it deletes files (rm)",
		"kubectl delete p":  "what it takes away does not come back (kubectl delete)",
		"git push -f":       "it overwrites or deletes what others have (git push)",
		"cat a > b":         "it writes b (>)",
		"cat a >> b":        "it appends to b (>>)",
		"frobnicate":        "what it does is not known here (frobnicate)",
		`"$CMD" x`:          `which program it runs is known only when it runs ("$CMD")`,
		"cat a | sort":      "it only reads (cat, sort)",
		`echo x > "$OUT"`:   `it writes "$OUT" (>)`,
		"sh -c \"$SCRIPT '": "what it does cannot be told, it is not valid shell",
	}
	for text, want := range tests {
		facts, _ := Parse(text, StandIns{})
		if got := strings.Join(facts.Reasons, "; "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestInteractive(t *testing.T) {
	tests := map[bool][]string{
		true: {"sudo ls", "su -", "ssh host", "ssh -p 22 u@host", "ssh -t host ls", "gpg --sign f", "passwd", "docker run -it x sh", "docker exec -ti c sh", "kubectl exec -i -t p -- sh", "podman run --tty --interactive x",
			"vi f", "vim f", "nano f", "cat f | less", "more f", "top", "read -p 'Sure? ' A", "read -rp x A", "crontab -e", "git commit", "git rebase -i x", "rm -i f", "ssh-keygen -t ed25519", "bash", "sh -c 'sudo ls'", "select x in a b; do :; done", "find . -exec vi {} +", "docker login r", "ssh-add k"},
		false: {"wsc sign -i a -o b", "wsc keygen -k a -K b", "ls", "sudo -n ls", "ssh host ls", "gpg --batch --verify f", "docker ps", "docker run x", "kubectl get -o wide", "top -bn1", "read A < f", "cat f | while read -p x A; do :; done", "git commit -m x", "rm -f f", "ssh-keygen -lf k", "bash x.sh", "sh -c ls", "echo | bash", "ssh host 'sudo ls'", "rekor-cli get --uuid x", "docker inspect x"},
	}
	for want, list := range tests {
		for _, text := range list {
			facts, err := Parse(text, StandIns{})
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			if facts.Interactive != want {
				t.Errorf("%s: interactive %v, want %v", text, facts.Interactive, want)
			}
		}
	}
}
