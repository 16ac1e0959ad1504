package plain

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wsc-respond/session"
	"wsc-respond/session/sessiontest"
	"wsc-respond/steps"
)

// runner is the stand-in that starts nothing, with Attach for commands that
// want a terminal.
type runner struct {
	sessiontest.Runner
	scene *scene
	will  map[string][]string // command name → how it ends, at once
}

type run struct {
	*sessiontest.Run
	scene *scene
}

func (r run) Attach(_ context.Context, tty session.Terminal) error {
	r.scene.write("(the command has the terminal)\n")
	r.End(session.Result{Outcome: session.Exited, Duration: time.Second})
	return nil
}

func (r *runner) Start(ctx context.Context, t *session.Ticket) (session.Run, error) {
	if _, err := r.Runner.Start(ctx, t); err != nil {
		return nil, err
	}
	orders := r.Orders()
	order := orders[len(orders)-1]
	_, _, name := order.Command.Parts()
	if words, ends := r.will[name]; ends {
		r.scene.end(order.Evidence, words)
	}
	return run{r.Run(order.Evidence), r.scene}, nil
}

// direct does what a line of stage directions says.
func (s *scene) direct(words []string) {
	switch words[0] {
	case "pass":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			s.t.Fatal(err)
		}
		s.clock.Pass(d)
		s.tick <- time.Time{}
	case "tick":
		s.tick <- time.Time{}
	case "will":
		s.runner.will[words[1]] = words[2:]
	case "writes", "ends":
		orders := s.runner.Orders()
		base := orders[len(orders)-1].Evidence
		if words[0] == "writes" {
			s.runner.Run(base).Show(live(words[1:]))
			s.tick <- time.Time{}
			break
		}
		s.end(base, words[1:])
	case "silent":
		orders := s.runner.Orders()
		l := s.runner.Run(orders[len(orders)-1].Evidence).Live()
		l.Silent = 3 * time.Minute
		s.runner.Run(orders[len(orders)-1].Evidence).Show(l)
		s.tick <- time.Time{}
	case "disk-full":
		s.log.Fail(errors.New("no space left on device"))
	case "hang-up":
		s.hangUp(errors.New("hang-up"))
	case "lose":
		delete(s.host, words[1])
	default:
		s.t.Fatalf("unknown direction %q", words)
	}
}

// live makes output of words: "out:a line" is standard output, "err:a line"
// the other one; _ stands for a blank, and x3 behind a colon repeats.
func live(words []string) session.Live {
	var l session.Live
	for _, w := range words {
		stream, text, _ := strings.Cut(w, ":")
		if stream != "out" && stream != "err" {
			continue
		}
		times := 1
		if head, n, ok := strings.Cut(text, ":x"); ok {
			text = head
			times, _ = strconv.Atoi(n)
		}
		text = strings.NewReplacer("_", " ", `\e`, "\x1b", `\a`, "\a", `\t`, "\t").Replace(text)
		for i := range times {
			line := text
			if times > 1 {
				line = fmt.Sprintf("%s %d", text, i+1)
			}
			l.Lines = append(l.Lines, session.LiveLine{Stderr: stream == "err", Text: line})
			if stream == "out" {
				l.Stdout += int64(len(line)) + 1
			} else {
				l.Stderr += int64(len(line)) + 1
			}
		}
	}
	return l
}

// end ends a command: "0 out:a", "1"; "left:3" leaves three files.
func (s *scene) end(base string, words []string) {
	r := s.runner.Run(base)
	l := live(words)
	if len(l.Lines) > 0 {
		r.Show(l)
	}
	l = r.Live()
	var text []byte
	for _, line := range l.Lines {
		if !line.Stderr {
			text = append(append(text, line.Text...), '\n')
		}
	}
	result := session.Result{Outcome: session.Exited, Duration: 2100 * time.Millisecond,
		Stdout: session.Output{File: "evidence/" + base + ".out", Bytes: l.Stdout, Kept: l.Stdout, SHA256: fmt.Sprintf("%064x", 0x9f2c41d0)}}
	if l.Stderr > 0 {
		result.Stderr = session.Output{File: "evidence/" + base + ".err", Bytes: l.Stderr, Kept: l.Stderr, SHA256: fmt.Sprintf("%064x", 7)}
	}
	s.files[result.Stdout.File] = text
	if _, err := s.kept.Put(s.t.Context(), result.Stdout.File, text); err != nil {
		s.t.Fatal(err)
	}
	result.Exit, _ = strconv.Atoi(words[0])
	for _, w := range words[1:] {
		n, _ := strconv.Atoi(strings.TrimPrefix(w, "left:"))
		for i := range n {
			result.Left = append(result.Left, session.EvidenceAdded{File: fmt.Sprintf("evidence/%s.d/%d.wasm", base, i+1), Source: "left by INC-1/scope/scan", SHA256: fmt.Sprintf("%064x", 11)})
		}
	}
	r.End(result)
}

// runbook is the sample runbook with what only line mode needs: a step without
// a number, one of another role, commands that yield, that ask, and that share
// a name.
func runbook() *steps.Runbook {
	rb := sessiontest.Runbook()
	immediate := &rb.Incidents[0].Phases[0]
	scope := &immediate.Steps[1]
	scope.Commands = append(scope.Commands,
		steps.Command{Name: "scan", Shell: "wsc-respond module scan --key \"$KEY_FILE\" /srv/modules", Risk: steps.RiskReads, Yields: map[string]string{"AFFECTED": "stdout"}},
		steps.Command{Name: "login", Shell: "ssh -t build1", Risk: steps.RiskReads, Interactive: true},
		steps.Command{Name: "list", Shell: "ls -l", Risk: steps.RiskReads, Expect: []int{0, 1}})
	immediate.Steps = append(immediate.Steps,
		steps.Step{ID: "revoke", Title: "Revoke the key", Commands: []steps.Command{{Name: "list", Shell: "ls -la", Risk: steps.RiskReads}}},
		steps.Step{ID: "upstream", Title: "Tell upstream", Roles: []string{"Maintainer"}})
	rb.Inputs = append(rb.Inputs, steps.Input{Name: "AFFECTED", Ask: "Which modules?"})
	return rb
}
