package ledger

import (
	"context"
	"errors"
	"time"
)

// Event is what a mail house says of a letter.
type Event string

// The events. A letter that was printed is no further than it was: only the day is kept.
const (
	EventPrinted  Event = "printed"
	EventMailed   Event = "mailed"
	EventReturned Event = "returned"
)

// Day is how days are kept: as time.Time formats them by it.
const Day = time.DateOnly

// Answer is what a mail house says of one letter.
type Answer struct {
	Delivery int64
	Event    Event
	On       string // a Day, or empty
	Reason   string // of a return: a code, or empty
}

// Why an answer cannot be believed. Nothing of it was kept.
var (
	ErrNoPiece       = errors.New("no letter has this piece number")
	ErrOtherCampaign = errors.New("a letter of another campaign")
	ErrNotHanded     = errors.New("its print file was not handed over")
	ErrDay           = errors.New("another day was said before")
	ErrReason        = errors.New("another reason was said before")
	ErrDayOrder      = errors.New("it would have come back before it was mailed, or been mailed before it was printed")
	ErrFuture        = errors.New("the day is yet to come")
)

// Reply is what became of an answer. Neither moved nor an error: it was known.
type Reply struct {
	Moved bool
	Err   error
}

// answerMost bounds the answers of one transaction.
const answerMost = 200

// Answered keeps what a mail house says of letters, in its order, and moves them: handed to mailed,
// and both to returned, which makes their people untold again unless they were told otherwise. What was
// said before may be said again. The replies are one for each answer; where the error is not nil, those
// that are there were kept.
func (l *Ledger) Answered(ctx context.Context, campaign string, answers []Answer, by Operator) (
	[]Reply, error) {
	var out []Reply
	for len(answers) > 0 {
		part := answers[:min(len(answers), answerMost)]
		answers = answers[len(part):]
		var replies []Reply
		err := l.do(ctx, func(t *tx) (err error) {
			replies, err = t.answered(campaign, part, by)
			return err
		})
		if err != nil {
			return out, err
		}
		out = append(out, replies...)
	}
	return out, nil
}

func (t *tx) answered(campaign string, answers []Answer, by Operator) ([]Reply, error) {
	c, ok, err := t.campaign(campaign)
	if err != nil || !ok {
		return nil, errors.Join(err, noCampaign(ok))
	}
	replies, counts := make([]Reply, len(answers)), map[Event]int{}
	for i, a := range answers {
		if replies[i], err = t.answer(c, a); err != nil {
			return nil, err
		}
		if replies[i].Moved {
			counts[a.Event]++
		}
	}
	for _, e := range []Event{EventMailed, EventReturned} {
		if counts[e] == 0 {
			continue
		}
		if err := t.journal(campaign, by, "returns", "as "+string(e), counts[e]); err != nil {
			return nil, err
		}
	}
	return replies, nil
}

// answer keeps one answer. Its error is the ledger's; what is wrong with the answer is in the reply.
func (t *tx) answer(c campaignRow, a Answer) (Reply, error) {
	r, found, err := t.load(a.Delivery)
	if err != nil {
		return Reply{}, err
	}
	switch {
	case !found || r.channel != Letter:
		return Reply{Err: ErrNoPiece}, nil
	case r.id>>idBits != c.num:
		return Reply{Err: ErrOtherCampaign}, nil
	case r.state != Handed && r.state != Mailed && r.state != Returned:
		return Reply{Err: ErrNotHanded}, nil
	case a.On > t.now.Add(24*time.Hour).Format(Day): // it may be tomorrow already where the mail house is
		return Reply{Err: ErrFuture}, nil
	}
	said, err := t.said(r.id)
	if err != nil {
		return Reply{}, err
	}
	if err := said.add(a); err != nil {
		return Reply{Err: err}, nil
	}
	return t.keep(r, a, said)
}

func (t *tx) keep(r row, a Answer, s said) (Reply, error) {
	_, err := t.exec(`INSERT INTO answer (delivery, printed_on, mailed_on, returned_on, reason)
		VALUES (?,?,?,?,?) ON CONFLICT (delivery) DO UPDATE SET printed_on = excluded.printed_on,
			mailed_on = excluded.mailed_on, returned_on = excluded.returned_on, reason = excluded.reason`,
		r.id, s.printed, s.mailed, s.returned, s.reason)
	if err != nil {
		return Reply{}, err
	}
	var moved bool
	switch a.Event {
	case EventMailed:
		moved, err = t.shift(r, moveMail, "")
	case EventReturned:
		moved, err = t.shift(r, moveReturn, "reason = ?", s.reason)
	}
	return Reply{Moved: moved}, err
}

// said is all that a mail house has said of one letter.
type said struct{ printed, mailed, returned, reason string }

func (t *tx) said(delivery int64) (s said, err error) {
	_, err = t.row(`SELECT printed_on, mailed_on, returned_on, reason FROM answer WHERE delivery = ?`,
		[]any{delivery}, &s.printed, &s.mailed, &s.returned, &s.reason)
	return s, err
}

// add puts an answer to what was said, unless they contradict each other.
func (s *said) add(a Answer) error {
	day := map[Event]*string{
		EventPrinted: &s.printed, EventMailed: &s.mailed, EventReturned: &s.returned,
	}[a.Event]
	if !agree(day, a.On) {
		return ErrDay
	}
	if a.Event == EventReturned && !agree(&s.reason, a.Reason) {
		return ErrReason
	}
	for _, pair := range [][2]string{{s.printed, s.mailed}, {s.mailed, s.returned}, {s.printed, s.returned}} {
		if pair[1] != "" && pair[0] > pair[1] {
			return ErrDayOrder
		}
	}
	return nil
}

// agree puts a new word in place of none.
func agree(old *string, word string) bool {
	if *old == "" {
		*old = word
	}
	return word == "" || *old == word
}
