package report

import (
	"time"

	"wsc-respond/session"
)

// timeline is every event in the order of the record, in the words that the
// console has for it. Order is that of the record and of nothing else: wall
// clocks can be set.
func (b *builder) timeline() []Row {
	rows := make([]Row, 0, len(b.events))
	for _, e := range b.events {
		row := Row{
			Seq: e.Seq, At: e.When().UTC(), Words: b.state.Say(e), Kind: e.Kind(), By: e.By,
			Local: b.local(e.When()), Files: filesOf(e), Marks: b.marks[e.Seq],
		}
		if !e.When().Equal(e.At) {
			row.Recorded = e.At.UTC()
		}
		rows = append(rows, row)
	}
	return rows
}

// local is a time in the zone of the report; zero where that is UTC.
func (b *builder) local(t time.Time) time.Time {
	if b.opts.Local == nil {
		return time.Time{}
	}
	local := t.In(b.opts.Local)
	if _, offset := local.Zone(); offset == 0 {
		return time.Time{}
	}
	return local
}

// allMarks are what later events say of earlier ones.
func (b *builder) allMarks() map[uint64][]Mark {
	marks := map[uint64][]Mark{}
	for _, e := range b.events {
		switch d := e.Data.(type) {
		case *session.Amended:
			said := Corrected
			if d.Withdrawn {
				said = Withdrawn
			}
			marks[d.Of] = append(marks[d.Of], Mark{Said: said, By: e.Seq})
		case *session.StepReopened:
			marks[d.Of] = append(marks[d.Of], Mark{Said: TakenBack, By: e.Seq})
		}
	}
	return marks
}

// filesOf are the files of the session folder that an event names.
func filesOf(e session.Event) []string {
	var names []string
	for _, f := range describe(e) {
		names = append(names, f.Name)
	}
	if d, ok := e.Data.(*session.EvidenceCopied); ok {
		names = append(names, d.File)
	}
	return names
}

// describe are the files that an event brought into the session folder.
func describe(e session.Event) []File {
	switch d := e.Data.(type) {
	case *session.Ended:
		return outputs(e.Seq, d)
	case *session.EvidenceAdded:
		return []File{{Name: d.File, Source: d.Source, SHA256: d.SHA256, Bytes: d.Size, Seq: e.Seq, Note: d.Note}}
	case *session.NoticeDrafted:
		return []File{{Name: d.File, Source: "the notice " + d.Title, SHA256: d.SHA256, Bytes: unsized, Seq: e.Seq}}
	case *session.Trimmed:
		return []File{{Name: d.File, Source: "the incomplete last line of the record", SHA256: d.SHA256, Bytes: d.Bytes, Seq: e.Seq}}
	}
	return nil
}

// unsized stands where the record does not say how large a file is.
const unsized = -1

func outputs(seq uint64, d *session.Ended) []File {
	_, _, name := d.Command.Parts()
	var files []File
	for _, out := range []struct {
		session.Output
		stream string
	}{{d.Stdout, "standard output"}, {d.Stderr, "standard error"}} {
		if out.File == "" {
			continue
		}
		files = append(files, File{Name: out.File, Source: out.stream + " of " + name, SHA256: out.SHA256,
			Bytes: out.Kept, Kept: d.KeptWords(out.Output), Seq: seq})
	}
	return files
}

// evidence are all files of the session folder that the record names.
func (b *builder) evidence() []File {
	var files []File
	for _, e := range b.events {
		files = append(files, describe(e)...)
	}
	return files
}

// copies says where copies of the evidence went, and who took them.
func (b *builder) copies() []Copy {
	var all []Copy
	for _, e := range b.events {
		if d, ok := e.Data.(*session.EvidenceCopied); ok {
			all = append(all, Copy{EvidenceCopied: *d, Seq: e.Seq, At: e.When().UTC(), By: e.By})
		}
	}
	return all
}
