// Package layout says where on the screen things stand. It is arithmetic and
// nothing else: a size goes in, areas come out, and a test draws them.
//
// There are three kinds of screen. Split has the list of steps and the open
// step side by side. Paged shows one of them at a time. TooSmall shows a
// sentence. Header, clocks, phases and footer stand in the same rows on all
// screens that are large enough.
package layout

// The breakpoints, in cells.
const (
	MinWidth   = 60  // below it: TooSmall
	MinHeight  = 15  // below it: TooSmall
	SplitWidth = 110 // from here on two columns: 40 for the list, 70 for prose and commands
	TallHeight = 36  // from here on a timeline of six rows
	FullHeight = 24  // from here on a timeline of three rows
)

// Unknown sizes: a terminal that reports 0x0 is taken for the classic one.
const (
	DefaultWidth  = 80
	DefaultHeight = 24
)

// Kind says how a screen is divided.
type Kind int

// The kinds of screen.
const (
	TooSmall Kind = iota
	Paged
	Split
)

// Page is what a Paged screen shows.
type Page int

// The pages.
const (
	ListPage Page = iota
	StepPage
)

// Area is a rectangle of cells; the top left corner of the screen is 0,0. An
// area without height is not shown.
type Area struct{ X, Y, Width, Height int }

// Screen is a screen, divided.
type Screen struct {
	Kind          Kind
	Width, Height int

	Header   Area // code name, type, severity, times
	Clocks   Area
	Phases   Area // tabs with done and total
	List     Area // the steps of the phase
	Step     Area // the open step
	Timeline Area // its first row is the rule with the title
	Notice   Area // what the console has to say; no rows when it has nothing
	Footer   Area // keys, and the last durable event
}

// Of divides a screen of the given size. notice is how many rows the console's
// own messages need; they are taken from the timeline first, and at most four
// are given.
func Of(width, height, notice int, page Page) Screen {
	if width <= 0 || height <= 0 {
		width, height = DefaultWidth, DefaultHeight
	}
	s := Screen{Width: width, Height: height}
	if width < MinWidth || height < MinHeight {
		return s
	}
	s.Kind = Paged
	if width >= SplitWidth {
		s.Kind = Split
	}
	notice = min(max(notice, 0), 4)
	timeline := timelineRows(height)
	timeline -= min(notice, max(timeline-2, 0))

	s.Header = Area{Width: width, Height: 1}
	s.Clocks = Area{Y: 1, Width: width, Height: 1}
	s.Phases = Area{Y: 2, Width: width, Height: 1}
	s.Footer = Area{Y: height - 1, Width: width, Height: 1}
	s.Notice = Area{Y: height - 1 - notice, Width: width, Height: notice}
	s.Timeline = Area{Y: s.Notice.Y - timeline, Width: width, Height: timeline}
	body := Area{Y: 3, Width: width, Height: s.Timeline.Y - 3}
	s.divide(body, page)
	return s
}

// timelineRows is the height of the timeline with its rule.
func timelineRows(height int) int {
	switch {
	case height >= TallHeight:
		return 7
	case height >= FullHeight:
		return 4
	default:
		return 2
	}
}

func (s *Screen) divide(body Area, page Page) {
	switch {
	case s.Kind == Split:
		left := min(max(body.Width*34/100, 41), 60)
		s.List = Area{Y: body.Y, Width: left, Height: body.Height}
		s.Step = Area{X: left, Y: body.Y, Width: body.Width - left, Height: body.Height}
	case page == StepPage:
		s.Step = body
	default:
		s.List = body
	}
}
