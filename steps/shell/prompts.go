package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxContinued bounds the lines of one command, so that a quote that never ends
// does not cost a parse of all that follows for each line of it.
const maxContinued = 200

var (
	userPrompt = pattern(`^(?:\[?[\w.-]+@[\w.-]+[^$#>\n]*)?\$ `)
	rootPrompt = pattern(`^(?:\[?[\w.-]+@[\w.-]+[^$#>\n]*)?# `)
)

// StripPrompts returns the commands of a text copied from a terminal: what
// stands after a prompt, with the lines that continue it, and without the
// output between. console says that the author called the text a terminal's;
// any other text is taken for one only if it begins with "$ ", because "# "
// begins a comment there. A terminal's text without any prompt is all commands.
//
// In a console text "# " is root's prompt, unless "$ " is there as well: then it
// is kept as a comment, since running a comment is worse than asking.
func StripPrompts(text string, console bool) string {
	lines := strings.Split(text, "\n")
	prompt := userPrompt()
	switch {
	case anyMatches(lines, userPrompt()) && (console || startsWith(lines, userPrompt())):
	case console && startsWith(lines, rootPrompt()):
		prompt = rootPrompt()
	default:
		return text
	}
	var commands []string
	for i := 0; i < len(lines); {
		found := prompt.FindString(lines[i])
		switch {
		case found != "":
			command, used := continued(lines[i:], len(found), prompt)
			commands = append(commands, command)
			i += used
			continue
		case strings.HasPrefix(lines[i], "# "):
			commands = append(commands, lines[i])
		}
		i++
	}
	return strings.Join(commands, "\n")
}

func anyMatches(lines []string, prompt *regexp.Regexp) bool {
	for _, line := range lines {
		if prompt.MatchString(line) {
			return true
		}
	}
	return false
}

// startsWith reports whether the first line that is not empty has the prompt.
func startsWith(lines []string, prompt *regexp.Regexp) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return prompt.MatchString(line)
		}
	}
	return false
}

// continued returns the command that begins on the first line after its prompt,
// with as many lines as its syntax asks for, and how many lines those are.
func continued(lines []string, prompt int, next *regexp.Regexp) (string, int) {
	command := lines[0][prompt:]
	used := 1
	for used < min(len(lines), maxContinued) && isIncomplete(command) && !next.MatchString(lines[used]) {
		command += "\n" + strings.TrimPrefix(lines[used], "> ")
		used++
	}
	return command, used
}

// isIncomplete reports whether a shell would wait for another line.
func isIncomplete(command string) bool {
	if strings.HasSuffix(command, `\`) && !strings.HasSuffix(command, `\\`) {
		return true
	}
	text := covered(command, Placeholders(command, StandIns{}))
	_, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text+"\n"), "")
	return syntax.IsIncomplete(err)
}
