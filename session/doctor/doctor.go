// Package doctor tells, on a quiet day, what a host lacks for an incident: the
// programs that the commands of the runbook call, with the faults that their
// versions are known to have; the place where sessions will lie; and, for each
// command of the runbook, whether it could run here and why not.
//
// The rules it keeps:
//
//   - Nothing runs but a program's own way to say its version, and only of
//     programs in a closed list. What an unknown program does with --version is
//     for nobody to try out.
//   - A program has [Patience] to answer and [MaxOutput] to say it in. What it
//     says is made safe before it is part of an answer.
//   - Programs are looked for as a command of the runbook would find them:
//     along PATH without its relative entries.
//   - A fault is told of the versions it was found in, and of no others.
//   - The machine is asked through [Machine], so that another can stand in.
//
// A problem is something to put right before an incident; a note is only worth
// knowing. The kinds of both are the constants of type [Kind].
package doctor

import (
	"context"
	"io/fs"

	"wsc-respond/steps"
)

// Machine is the host that is examined.
type Machine interface {
	// Stat describes what stands at a path, links followed.
	Stat(path string) (fs.FileInfo, error)
	// Resolve is the path without any link in it.
	Resolve(path string) (string, error)
	// MayExecute reports whether this user may run the file at path.
	MayExecute(path string) bool
	// Run runs a program without input or terminal and returns what it wrote.
	// It and all that it started are ended when ctx is; the error is that of
	// ctx then. More than MaxOutput on either stream ends it with ErrFlood. A
	// program that ends with another exit code than 0 is no error.
	Run(ctx context.Context, path string, args ...string) (Output, error)
}

// Output is what a program said.
type Output struct {
	Stdout, Stderr []byte
	Exit           int
}

// Given is what to examine, and what the caller has seen itself.
type Given struct {
	Runbook *steps.Runbook
	Path    string // PATH, as the console has it
	Bash    string // the path of the bash that commands run in; "" is none
	Console Console
}

// Report is the answer.
type Report struct {
	Tools    []Tool    `json:"tools"`
	Commands []Command `json:"commands"`
	Runnable int       `json:"runnable"` // how many of the commands are
	Console
	// Problems are all that is to be put right. A tool's own problems are among
	// them where a command of the runbook calls it, and its absence where a
	// command has no other way.
	Problems []Problem `json:"problems"`
	Notes    []Problem `json:"notes"`
}

// Tool is one program that the runbook needs.
type Tool struct {
	Name string `json:"name"`
	Path string `json:"path"` // where it was found; "" if it was not
	// Version is empty if it is not known. It is not asked of programs outside
	// the list of this package, and that is no problem.
	Version  string    `json:"version"`
	Commands int       `json:"commands"` // how many commands of the runbook call it
	Required bool      `json:"required"` // one of them has no other way
	Problems []Problem `json:"problems"`
}

// Command is one command of the runbook.
type Command struct {
	ID       steps.Ref `json:"id"`
	Runnable bool      `json:"runnable"`
	Why      string    `json:"why"` // why it is not runnable, else empty
	// Instead is a command of the same step that does the same without the
	// tool that is missing: "scan" for "scan-with-wsc".
	Instead steps.Ref `json:"instead,omitempty"`
}

// Problem is something that was found.
type Problem struct {
	Kind   Kind   `json:"kind"`
	Detail string `json:"detail"` // in words, with what to do; make it safe to show
}

// Kind is one of a closed list, for programs that read the answer.
type Kind string

// The kinds of problem.
const (
	Absent         Kind = "absent"          // a program is not on PATH
	NotExecutable  Kind = "not_executable"  // it is there, and this user may not run it
	DoesNotRun     Kind = "does_not_run"    // it fails even when asked for its version
	VersionUnknown Kind = "version_unknown" // it gave none
	KnownFault     Kind = "known_fault"     // this version is known to do something wrong
	TooOld         Kind = "too_old"         // it lacks what the runbook uses
	NotGNU         Kind = "not_gnu"         // it has not the options of GNU's
	WorldWritable  Kind = "world_writable"  // everybody may exchange it
	OpenPath       Kind = "open_path"       // everybody may put programs into a folder on PATH
	RelativePath   Kind = "relative_path"   // PATH has an entry that means another folder each time
	BadCommand     Kind = "bad_command"     // commands that cannot run as they are written
	StateUnusable  Kind = "state_unusable"  // no session can be opened in the state folder
	StateReachable Kind = "state_reachable" // others can reach it
	DiskFull       Kind = "disk_full"       // less is free than the record keeps for itself
)

// The kinds of note.
const (
	NotMeasured   Kind = "not_measured"   // the version is outside those that faults are known of
	FileSystem    Kind = "file_system"    // sessions are less safe on it
	SessionBad    Kind = "session_bad"    // a session that cannot be read
	ClockUnsynced Kind = "clock_unsynced" // nothing keeps the clock right
	ClockUnknown  Kind = "clock_unknown"  // whether something does is not known
	LineModeOnly  Kind = "line_mode_only" // no full screen here
	Small         Kind = "small_terminal" // too small for the full screen
	NoUTF8        Kind = "no_utf8"        // signs outside ASCII are not shown
	Root          Kind = "root"           // permissions stop nobody
	CoreDumps     Kind = "core_dumps"     // a crash may write secrets to a file
	NoPath        Kind = "no_path"        // PATH names no folder
)

// Examine examines a host. The error is that of ctx: all that is wrong with
// the host is in the report.
func Examine(ctx context.Context, m Machine, g Given) (Report, error) {
	e := examination{Machine: m, given: g, report: Report{Console: g.Console, Problems: []Problem{}, Notes: []Problem{}}}
	e.path()
	plans := e.plans()
	e.report.Tools = e.tools(ctx, plans)
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	e.commands(plans)
	e.judgeTools()
	e.judgeConsole()
	return e.report, nil
}

// examination is one examination on its way.
type examination struct {
	Machine
	given  Given
	dirs   []string // the folders of PATH that count
	report Report
}

func (e *examination) problem(kind Kind, detail string) {
	e.report.Problems = append(e.report.Problems, Problem{kind, detail})
}

func (e *examination) note(kind Kind, detail string) {
	e.report.Notes = append(e.report.Notes, Problem{kind, detail})
}

// judgeTools says which problems of the tools are problems of this host.
func (e *examination) judgeTools() {
	for _, t := range e.report.Tools {
		faults := 0
		for _, p := range t.Problems {
			switch {
			case p.Kind == KnownFault:
				faults++
			case missing(p.Kind) && !t.Required, t.Commands == 0:
			case p.Kind == DoesNotRun:
				e.problem(p.Kind, t.Name+" "+p.Detail+" "+count(t.Commands, "command")+" of the runbook "+verb(t.Commands)+" it.")
			case missing(p.Kind):
				e.problem(p.Kind, t.Name+": "+count(t.Commands, "command")+" of the runbook "+verb(t.Commands)+" it; "+p.Detail)
			default:
				e.problem(p.Kind, t.Name+": "+p.Detail)
			}
		}
		if faults > 0 && t.Commands > 0 {
			e.problem(KnownFault, t.Name+" "+t.Version+" has "+count(faults, "known fault")+", told with the tool")
		}
	}
}

// missing reports whether a tool with such a problem is as good as not there.
func missing(k Kind) bool { return k == Absent || k == NotExecutable || k == DoesNotRun }
