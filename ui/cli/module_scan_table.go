package cli

import (
	"strings"

	"github.com/charmbracelet/x/term"

	"wsc-respond/steps/safe"
	"wsc-respond/steps/wasmsig"
)

// recordedColumns is the width of what goes to a file or into a record.
const recordedColumns = 100

// table tells each match, with what is to be said of it below: as a table
// where it fits, else on two lines. What is the same of all stands at the end.
func (s *scanning) table(page *sheet) {
	rows := [][]string{{"MODULE", "SIGNER", "HOW IT IS KNOWN", "TIME OF THE LOG"}}
	if s.query.Expected != nil {
		rows[0] = append(rows[0], "EXPECTED")
	}
	for _, m := range s.found {
		rows = append(rows, s.row(m))
	}
	rows, same := withoutSame(rows)
	if len(rows[0]) > 1 && tableWidth(rows) <= s.columns() {
		page.table(rows, func(row int) { s.below(page, s.found[row]) })
	} else {
		s.list(page, rows[1:])
	}
	if len(same) > 0 {
		page.hang("all of them: ", strings.Join(same, s.dot()))
	}
}

// list writes two lines for each match; a module of which there are several
// has its path once.
func (s *scanning) list(page *sheet, rows [][]string) {
	for i, row := range rows {
		if i == 0 || s.found[i].Path != s.found[i-1].Path {
			page.line("%s", s.found[i].Path)
		}
		s.facts(page, row[1:])
		s.below(page, s.found[i])
	}
}

// facts is a line, or more where it does not fit; a key id never breaks.
func (s *scanning) facts(page *sheet, facts []string) {
	text := strings.Join(facts, s.dot())
	switch {
	case text == "":
	case 2+safe.Width(text) <= s.columns():
		page.line("  %s", text)
	default:
		page.hang("  ", text)
	}
}

// below says what is wrong with a match.
func (s *scanning) below(page *sheet, m wasmsig.Match) {
	if m.Unexpected != "" {
		page.state(markFailed, "%s", m.Unexpected)
	}
	for _, problem := range m.Problems {
		if problem.Detail != m.Unexpected {
			page.state(markFailed, "%s", problem.Detail)
		}
	}
}

// row is a match as cells, each of which says what it is about.
func (s *scanning) row(m wasmsig.Match) []string {
	who, how := s.p.orDash(m.KeyID), s.p.orDash("")
	switch m.MatchedBy {
	case wasmsig.BySignature:
		who, how = "key "+m.KeyID, "tried and matches"
	case wasmsig.ByKeyID:
		who, how = "key id "+m.KeyID, "only claimed"
	case wasmsig.ByIdentity:
		who, how = strings.TrimSpace(m.Identity+" "+m.Issuer), "as its certificate says"
	}
	when := "time unknown"
	if m.IntegratedTime != nil {
		when = m.IntegratedTime.UTC().Format("2006-01-02 15:04:05 UTC")
		if !m.TimeProven {
			when += " (claimed)"
		}
	}
	row := []string{s.p.shown(m.Path), s.p.shown(who), how, when}
	if m.Expected != nil {
		row = append(row, expectation(m))
	}
	return row
}

// expectation is whether the signer of a match is expected, in words.
func expectation(m wasmsig.Match) string {
	switch {
	case !*m.Expected:
		return "not expected"
	case m.ContentMatches == nil:
		return "expected, content not checked"
	}
	return "expected"
}

// withoutSame takes out the columns in which all rows say the same, and
// returns what they say. The first column stays.
func withoutSame(rows [][]string) (left [][]string, same []string) {
	if len(rows) < 3 {
		return rows, nil
	}
	left = make([][]string, len(rows))
	for column := range rows[0] {
		if column > 0 && allSame(rows[1:], column) {
			same = append(same, rows[1][column])
			continue
		}
		for i, row := range rows {
			left[i] = append(left[i], row[column])
		}
	}
	return left, same
}

func allSame(rows [][]string, column int) bool {
	for _, row := range rows {
		if row[column] != rows[0][column] {
			return false
		}
	}
	return true
}

// tableWidth is how many columns of a terminal the rows take as a table.
func tableWidth(rows [][]string) int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], safe.Width(cell))
		}
	}
	all := 2 * (len(widths) - 1)
	for _, width := range widths {
		all += width
	}
	return all
}

// columns is the width that there is for a table.
func (s *scanning) columns() int {
	if columns, _, err := term.GetSize(s.p.out.Fd()); err == nil && columns > 0 {
		return columns
	}
	return recordedColumns
}

// dot parts facts on one line.
func (s *scanning) dot() string {
	if s.p.ascii {
		return " | "
	}
	return " · "
}
