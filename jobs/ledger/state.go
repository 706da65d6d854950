package ledger

import "slices"

// State is where a delivery stands.
type State string

// The states. Sent, bound and those after it, and the ones set aside, are final unless an operator
// moves them.
const (
	Waiting    State = "waiting"    // its batch is not open, or its turn has not come
	Ready      State = "ready"      // may be fed
	Queued     State = "queued"     // has a task in Redis
	Sending    State = "sending"    // claimed by a worker
	Sent       State = "sent"       // accepted by the relay
	Deferred   State = "deferred"   // to be tried again
	Refused    State = "refused"    // for good
	Expired    State = "expired"    // deferred until giving up
	Uncertain  State = "uncertain"  // nobody can know: neither retried nor called sent
	Blocked    State = "blocked"    // cannot be rendered or printed; the reason says why
	Typeset    State = "typeset"    // a letter whose pages were laid out and checked
	Bound      State = "bound"      // in exactly one print file
	Handed     State = "handed"     // given to the mail house
	Mailed     State = "mailed"     // posted
	Returned   State = "returned"   // came back
	Bounced    State = "bounced"    // reported undeliverable after it was sent
	Cancelled  State = "cancelled"  // by an operator
	Superseded State = "superseded" // by a later revision
)

// The channels.
const (
	Email  = "email"
	Letter = "letter"
	Page   = "feed" // the operator's own members' page
)

// PageLane is the lane of all messages for the members' page. No provider of an e-mail can have this name.
const PageLane = "members page"

// The purposes of a notice.
const (
	First      = "first"      // to a person who was told nothing before
	Update     = "update"     // to one who was told something else
	Withdrawal = "withdrawal" // to one who was told, and is not affected after all
)

// Report is the purpose of what a company is told before its people are.
const Report = "corporate-report"

// Standing says where a person stands: the best of their deliveries.
type Standing string

// The standings. The first four add up to the people affected.
const (
	Untold           Standing = "untold"
	Told             Standing = "told"
	StandUncertain   Standing = "uncertain"
	StandUnreachable Standing = "unreachable" // without any usable contact point
	Cleared          Standing = "cleared"     // no longer affected: not among them
	Merged           Standing = "merged"      // found to be another of the people: not among them
)

// Move is one permitted change of a delivery's state. An empty To is where the row was.
type Move struct {
	Name string
	From []State
	To   State
}

// The moves. The diagram in package jobs is drawn from this table and compared with it.
var (
	moveRelease = Move{"release", []State{Waiting}, Ready}
	moveFeed    = Move{"feed", []State{Ready, Waiting}, Queued}
	moveUnfeed  = Move{"unfeed", []State{Queued}, Ready}
	moveClaim   = Move{"claim", []State{Queued}, Sending}
	movePut     = Move{"put", []State{Ready}, Sending} // into a file for the members' page
	moveUnsent  = Move{"unsent", []State{Sending}, Ready}
	moveSent    = Move{"sent", []State{Sending}, Sent}
	moveDefer   = Move{"defer", []State{Sending}, Deferred}
	moveRefuse  = Move{"refuse", []State{Sending}, Refused}
	moveExpire  = Move{"expire", []State{Sending}, Expired}
	moveDoubt   = Move{"doubt", []State{Sending}, Uncertain}
	moveBlock   = Move{"block", []State{Sending, Queued, Typeset}, Blocked}
	moveDue     = Move{"due", []State{Deferred}, Ready}
	moveTypeset = Move{"typeset", []State{Queued}, Typeset}
	moveBind    = Move{"bind", []State{Typeset}, Bound}
	moveHand    = Move{"hand", []State{Bound}, Handed}
	moveMail    = Move{"mail", []State{Handed}, Mailed}
	moveReturn  = Move{"return", []State{Handed, Mailed}, Returned} // not every mail house says what it posted
	// From evidence: an operator's, a relay's log, or the flight log of the worker itself.
	moveFoundSent    = Move{"resolve", []State{Uncertain}, Sent}
	moveFoundUnsent  = Move{"resolve", []State{Uncertain}, Ready}
	moveFoundRefused = Move{"resolve", []State{Uncertain}, Refused}

	// By the report of another server, which shows that the relay had it: see Notify.
	moveBounce = Move{"bounce", []State{Sent, Uncertain}, Bounced}
	// A letter that was taken back because its e-mail had been sent, which then bounced.
	moveReinstate = Move{"reinstate", []State{Cancelled}, Ready}

	// A refusal that was part of a block, as its provider's breaker found.
	moveSpare = Move{"spare", []State{Refused}, Deferred}

	// By the campaign's own word, though it may have arrived.
	moveResend = Move{"resend", []State{Uncertain}, Ready}

	moveRetry  = Move{"retry", []State{Refused, Bounced, Expired, Blocked}, Ready}
	moveCancel = Move{"cancel", []State{Waiting, Ready, Queued, Deferred, Typeset}, Cancelled}

	// By a later revision, which says something else to this person, or nothing.
	moveSupersede = Move{"supersede", []State{Waiting, Ready, Queued, Deferred, Typeset}, Superseded}
)

// Moves returns every permitted move.
func Moves() []Move {
	return []Move{
		moveRelease, moveFeed, moveUnfeed, moveClaim, movePut, moveUnsent, moveSent, moveDefer, moveRefuse,
		moveExpire, moveDoubt, moveBlock, moveDue, moveTypeset, moveBind, moveHand, moveMail,
		moveReturn, moveFoundSent, moveFoundUnsent, moveFoundRefused, moveBounce, moveReinstate, moveSpare, moveResend, moveRetry, moveCancel,
		moveSupersede,
	}
}

// Failed tells whether retry may move a delivery of this state.
func (s State) Failed() bool { return slices.Contains(moveRetry.From, s) }

// Open tells whether work on a delivery of this state is still to be done.
func (s State) Open() bool {
	return slices.Contains([]State{Waiting, Ready, Queued, Sending, Deferred, Typeset}, s)
}

// reaches tells whether a person with a delivery of this state counts as told.
func (s State) reaches() bool { return s == Sent || s == Handed || s == Mailed }

// best is the standing of a person with deliveries of these states.
func best(states []State) Standing {
	if len(states) == 0 {
		return StandUnreachable
	}
	if slices.ContainsFunc(states, State.reaches) {
		return Told
	}
	if slices.Contains(states, Uncertain) {
		return StandUncertain
	}
	return Untold
}
