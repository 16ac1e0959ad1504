package layout_test

import (
	"strings"
	"testing"

	"wsc-respond/ui/layout"
	"wsc-respond/ui/uitest"
)

// A drawing has one letter for each cell of an area, at a quarter of the width
// and the full height.
func draw(s layout.Screen) string {
	grid := make([][]rune, s.Height)
	for y := range grid {
		grid[y] = []rune(strings.Repeat(".", (s.Width+3)/4))
	}
	for _, a := range []struct {
		letter rune
		area   layout.Area
	}{{'H', s.Header}, {'C', s.Clocks}, {'P', s.Phases}, {'L', s.List}, {'S', s.Step}, {'T', s.Timeline}, {'N', s.Notice}, {'F', s.Footer}} {
		for y := a.area.Y; y < a.area.Y+a.area.Height; y++ {
			for x := (a.area.X + 3) / 4; x < (a.area.X+a.area.Width+3)/4; x++ {
				if grid[y][x] != '.' {
					grid[y][x] = '#' // two areas claim the cell
					continue
				}
				grid[y][x] = a.letter
			}
		}
	}
	rows := make([]string, len(grid))
	for y := range grid {
		rows[y] = string(grid[y])
	}
	return strings.Join(rows, "\n")
}

func TestLayoutLooksLikeItsDrawings(t *testing.T) {
	for _, tc := range []struct {
		name                  string
		width, height, notice int
		page                  layout.Page
	}{
		{"120x40", 120, 40, 0, layout.ListPage},
		{"120x40-notice", 120, 40, 2, layout.ListPage},
		{"80x24-list", 80, 24, 0, layout.ListPage},
		{"80x24-step", 80, 24, 1, layout.StepPage},
		{"60x15", 60, 15, 0, layout.ListPage},
		{"60x15-notice", 60, 15, 4, layout.ListPage},
		{"40x10", 40, 10, 0, layout.ListPage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			uitest.Golden(t, tc.name, draw(layout.Of(tc.width, tc.height, tc.notice, tc.page)))
		})
	}
}

func TestEveryCellBelongsToOneArea(t *testing.T) {
	for width := layout.MinWidth; width <= 240; width += 7 {
		for height := layout.MinHeight; height <= 90; height++ {
			for notice := range 6 {
				for _, page := range []layout.Page{layout.ListPage, layout.StepPage} {
					checkCovered(t, layout.Of(width, height, notice, page))
				}
			}
		}
	}
}

func checkCovered(t *testing.T, s layout.Screen) {
	t.Helper()
	cells := 0
	for _, a := range []layout.Area{s.Header, s.Clocks, s.Phases, s.List, s.Step, s.Timeline, s.Notice, s.Footer} {
		if a.Height < 0 || a.X < 0 || a.Y < 0 || a.X+a.Width > s.Width || a.Y+a.Height > s.Height {
			t.Fatalf("%dx%d: %+v leaves the screen", s.Width, s.Height, a)
		}
		cells += a.Width * a.Height
	}
	if cells != s.Width*s.Height {
		t.Fatalf("%dx%d: the areas cover %d cells, not %d", s.Width, s.Height, cells, s.Width*s.Height)
	}
	if s.List.Height+s.Step.Height < 5 {
		t.Fatalf("%dx%d leaves %d rows for the work", s.Width, s.Height, s.List.Height+s.Step.Height)
	}
}

func TestAnUnknownSizeIsTheClassicOne(t *testing.T) {
	if s := layout.Of(0, 0, 0, layout.ListPage); s.Width != 80 || s.Height != 24 || s.Kind != layout.Paged {
		t.Errorf("0x0 gives %dx%d of kind %d", s.Width, s.Height, s.Kind)
	}
}
