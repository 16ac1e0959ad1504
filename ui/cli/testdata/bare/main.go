// Command bare is the least that a console in this stack can be: one frame of
// Bubble Tea with a paragraph that Glamour rendered. The benchmarks measure
// the real program against it.
package main

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
	"charm.land/glamour/v2"
)

const text = "# Isolate the key\n\nWhat it is must be on **record** before it moves.\n\n- No copy is left\n- The session is closed\n"

type model struct{ frame string }

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); ok {
		return m, tea.Quit
	}
	return m, nil
}

func (m model) View() tea.View {
	v := tea.NewView(m.frame + "\nbare is ready")
	v.AltScreen = true
	return v
}

func main() {
	renderer, err := glamour.NewTermRenderer(glamour.WithStandardStyle("dark"), glamour.WithWordWrap(80))
	if err == nil {
		var frame string
		if frame, err = renderer.Render(text); err == nil {
			_, err = tea.NewProgram(model{frame: frame}).Run()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
