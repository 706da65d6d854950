package ledger

import (
	"context"
	"fmt"
	"slices"

	"oshirase/jobs/pace"
)

// Messages for the members' page move as e-mails do, with two differences. The far end knows each by its id,
// so a claim whose worker was lost is given back and never uncertain. And what the endpoint says may be about
// all of them: then the lane stops, and nobody is refused for it.

// PageStopped settles a claim: the endpoint of the members' page takes no message at all. The delivery waits
// with the others until an operator resumes the campaign. first tells that nobody had found out before.
func (l *Ledger) PageStopped(ctx context.Context, c *Claim, a Attempt) (first bool, err error) {
	s := settling{
		claim: c, attempt: a, move: moveDefer, next: l.now(), stop: true,
		reason: "the members' page takes no messages",
	}
	_, err = l.settle(ctx, &s)
	return s.halted, err
}

// judgePage lets the breaker of the members' page see an outcome. What was deferred is a bad sign whatever its
// code: the message is not why.
func (t *tx) judgePage(s *settling) (heard bool, err error) {
	num, sign := s.claim.Delivery>>idBits, pace.Silent
	switch s.to.To {
	case Sent:
		sign = pace.Good
	case Deferred, Expired:
		sign = pace.Busy
	}
	g := t.w.l.gate.of(num)
	if !s.stop && (g == nil || sign == pace.Silent || sign == pace.Good && g.breakers[PageLane].IsClean()) {
		return false, nil
	}
	old, err := t.breaker(num, PageLane)
	if err != nil {
		return true, err
	}
	b := pace.Breaker{State: pace.Stopped, Code: s.attempt.Code}
	if !s.stop {
		b, _ = g.rules.Temper.Observe(old, sign, s.attempt.Code, t.now)
	}
	if s.paced = b != old; !s.paced {
		return true, nil
	}
	if s.halted = s.stop && old.State != pace.Stopped; s.halted {
		by := Operator{Who: "oshirase", Why: fmt.Sprintf("its endpoint answered %d", b.Code)}
		if err := t.journal(s.claim.Campaign, by, "stop", PageLane, 0); err != nil {
			return true, err
		}
	}
	return true, t.saveBreaker(num, PageLane, b)
}

// restartPage lets messages for the members' page go again.
func (t *tx) restartPage(num int64) error {
	_, err := t.exec(`DELETE FROM breaker WHERE campaign = ? AND lane = ? AND state = ?`,
		num, PageLane, string(pace.Stopped))
	return err
}

// giveBackPages makes claims of messages for the members' page ready again, or cancelled where they are to be,
// and returns the others.
func (t *tx) giveBackPages(rs []row) (others []row, err error) {
	var pages []row
	for _, r := range rs {
		if r.channel == Page {
			pages = append(pages, r)
		} else {
			others = append(others, r)
		}
	}
	if _, err = t.shiftAll(pages, moveUnsent, giveBack); err != nil {
		return nil, err
	}
	return others, t.endCancelled(pages, Ready)
}

// PageRoom is how many messages for the members' page the claims would let through now. They keep no hours:
// a page wakes nobody.
func (p Pacing) PageRoom() int {
	if p.g == nil {
		return pace.Unlimited
	}
	return p.g.rules.Temper.Room(p.g.breakers[PageLane], p.now)
}

// tellingDeliveries is the condition on the delivery table for deliveries that may make somebody told. A
// person's number has the campaign's in its high bits.
const tellingDeliveries = `(channel <> 'feed' OR EXISTS (SELECT 1 FROM campaign c
	WHERE c.num = delivery.person >> 28 AND c.page_tells = 1))`

// telling leaves out the messages on members' pages that make nobody told.
func (t *tx) telling(rs []row) ([]row, error) {
	if !slices.ContainsFunc(rs, func(r row) bool { return r.channel == Page }) {
		return rs, nil
	}
	tells := map[int64]bool{} // by campaign
	var out []row
	for _, r := range rs {
		num := r.id >> idBits
		if _, known := tells[num]; !known && r.channel == Page {
			var n int
			if _, err := t.row(`SELECT page_tells FROM campaign WHERE num = ?`, []any{num}, &n); err != nil {
				return nil, err
			}
			tells[num] = n == 1
		}
		if r.channel != Page || tells[num] {
			out = append(out, r)
		}
	}
	return out, nil
}

// reaches tells whether any of a person's deliveries may make them told.
func (c NewCampaign) reaches(p NewPerson) bool {
	for _, d := range p.Deliveries {
		if d.Channel != Page || c.PageTells {
			return true
		}
	}
	return false
}
