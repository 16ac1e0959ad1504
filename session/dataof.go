package session

// Kind names the event.
func (*Opened) Kind() Kind            { return KindOpened }
func (*Left) Kind() Kind              { return KindLeft }
func (*Resumed) Kind() Kind           { return KindResumed }
func (*Closed) Kind() Kind            { return KindClosed }
func (*Classified) Kind() Kind        { return KindClassified }
func (*Reclassified) Kind() Kind      { return KindReclassified }
func (*Widened) Kind() Kind           { return KindWidened }
func (*RoleTaken) Kind() Kind         { return KindRoleTaken }
func (*RoleTransferred) Kind() Kind   { return KindRoleTransferred }
func (*MilestoneReached) Kind() Kind  { return KindMilestone }
func (*ClockPassed) Kind() Kind       { return KindClockPassed }
func (*ClockStopped) Kind() Kind      { return KindClockStopped }
func (*PhaseEntered) Kind() Kind      { return KindPhaseEntered }
func (*StepDone) Kind() Kind          { return KindStepDone }
func (*StepSkipped) Kind() Kind       { return KindStepSkipped }
func (*StepReopened) Kind() Kind      { return KindStepReopened }
func (*StepWaiting) Kind() Kind       { return KindStepWaiting }
func (*CheckTicked) Kind() Kind       { return KindCheckTicked }
func (*CheckCleared) Kind() Kind      { return KindCheckCleared }
func (*InputSet) Kind() Kind          { return KindInputSet }
func (*Confirmed) Kind() Kind         { return KindConfirmed }
func (*Declined) Kind() Kind          { return KindDeclined }
func (*Started) Kind() Kind           { return KindStarted }
func (*Ended) Kind() Kind             { return KindEnded }
func (*Elsewhere) Kind() Kind         { return KindElsewhere }
func (*EvidenceAdded) Kind() Kind     { return KindEvidenceAdded }
func (*EvidenceCopied) Kind() Kind    { return KindEvidenceCopied }
func (*NoteAdded) Kind() Kind         { return KindNote }
func (*HypothesisChanged) Kind() Kind { return KindHypothesis }
func (*NoticeDrafted) Kind() Kind     { return KindNoticeDrafted }
func (*NoticeSent) Kind() Kind        { return KindNoticeSent }
func (*Amended) Kind() Kind           { return KindAmended }
func (*Trimmed) Kind() Kind           { return KindTrimmed }
func (*ClockJumped) Kind() Kind       { return KindClockJumped }

// UnknownData is an event of a kind that this program does not know: another
// version wrote it. A reader shows it as such; a writer refuses it.
type UnknownData struct {
	Named Kind
	Raw   []byte // the JSON of its data
}

// Kind is the name under which it stands in the file.
func (u *UnknownData) Kind() Kind { return u.Named }

// NewData makes the empty data of a kind. It reports false for a kind that
// this program does not know.
func NewData(k Kind) (Data, bool) {
	codec, ok := kindCodecs().byKind[k]
	if !ok {
		return nil, false
	}
	return codec.make(), true
}

// allData is the closed set of kinds, and the one list of them.
func allData() []func() Data {
	return []func() Data{
		func() Data { return new(Opened) }, func() Data { return new(Left) },
		func() Data { return new(Resumed) }, func() Data { return new(Closed) },
		func() Data { return new(Classified) }, func() Data { return new(Reclassified) },
		func() Data { return new(Widened) }, func() Data { return new(RoleTaken) },
		func() Data { return new(RoleTransferred) }, func() Data { return new(MilestoneReached) },
		func() Data { return new(ClockPassed) }, func() Data { return new(ClockStopped) }, func() Data { return new(PhaseEntered) },
		func() Data { return new(StepDone) }, func() Data { return new(StepSkipped) },
		func() Data { return new(StepReopened) }, func() Data { return new(StepWaiting) },
		func() Data { return new(CheckTicked) }, func() Data { return new(CheckCleared) },
		func() Data { return new(InputSet) }, func() Data { return new(Confirmed) },
		func() Data { return new(Declined) }, func() Data { return new(Started) },
		func() Data { return new(Ended) }, func() Data { return new(Elsewhere) },
		func() Data { return new(EvidenceAdded) }, func() Data { return new(EvidenceCopied) },
		func() Data { return new(NoteAdded) }, func() Data { return new(HypothesisChanged) },
		func() Data { return new(NoticeDrafted) }, func() Data { return new(NoticeSent) },
		func() Data { return new(Amended) }, func() Data { return new(Trimmed) },
		func() Data { return new(ClockJumped) },
	}
}

// Kinds are all kinds of event that this program knows.
func Kinds() []Kind {
	var kinds []Kind
	for _, make := range allData() {
		kinds = append(kinds, make().Kind())
	}
	return kinds
}
