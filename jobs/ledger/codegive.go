package ledger

import (
	"context"
	"errors"
	"slices"
)

// freeCodes lists codes that nobody has, of one lot or, where that is 0, of all in their order. Within a lot
// codes are given in order, so those behind the last one given are free; one that was used by nobody whom
// it was given to is passed over.
func (t *tx) freeCodes(num int64, lot, n int) (free []int64, err error) {
	lots, err := t.ids(`SELECT number FROM code_lot WHERE campaign = ? AND complete = 1
		AND (number = ? OR CAST(? AS BIGINT) = 0) ORDER BY number`, num, lot, lot)
	for i := 0; i < len(lots) && len(free) < n && err == nil; i++ {
		var first, end int64
		_, err = t.row(`SELECT first, first + codes FROM code_lot WHERE campaign = ? AND number = ?`,
			[]any{num, lots[i]}, &first, &end)
		if err != nil {
			return nil, err
		}
		var some []int64
		some, err = t.ids(`SELECT id FROM code WHERE id > coalesce((SELECT max(code) FROM code_holder
				WHERE code > 0 AND code >= ? AND code < ?), ?) AND id < ? AND used_on = ''
			ORDER BY id LIMIT ?`, first, end, first-1, end, n-len(free))
		free = append(free, some...)
	}
	return free, err
}

// Entitled counts, of some deliveries, those of people who are to have a code.
func (l *Ledger) Entitled(ctx context.Context, deliveries []int64) (n int, err error) {
	for part := range slices.Chunk(deliveries, answerMost) {
		var some int
		err = l.read.QueryRowContext(ctx, `SELECT count(*) FROM delivery d WHERE d.id `+l.d.among+`
			AND EXISTS (SELECT 1 FROM code_holder h WHERE h.person = d.person)`, l.d.idSet(part)).Scan(&some)
		if n += some; err != nil {
			return n, wrapRead(err)
		}
	}
	return n, nil
}

// missingCode selects the people who are to have a code and have none, those of cancelled batches excluded.
const missingCode = `SELECT h.person FROM code_holder h WHERE h.code = 0 AND h.person BETWEEN ? AND ?
	AND EXISTS (SELECT 1 FROM person p JOIN batch b ON b.id = p.batch JOIN campaign c ON c.num = b.campaign
		WHERE p.id = h.person AND b.cancelled = 0 AND c.cancelled = 0)
	ORDER BY h.person LIMIT ?`

// ToSupply says how many people Supply would give a code to if there were n of them, and how many blocked
// deliveries would be ready then.
func (l *Ledger) ToSupply(ctx context.Context, campaign string, n int) (people, deliveries int, err error) {
	c, err := l.Campaign(ctx, campaign)
	if err != nil {
		return 0, 0, err
	}
	missing := `(` + missingCode + `)`
	lo, hi := c.num<<idBits, (c.num+1)<<idBits-1
	err = l.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM `+missing+` m),
		(SELECT count(*) FROM delivery WHERE state = 'blocked' AND person IN `+missing+`)`,
		lo, hi, n, lo, hi, n).Scan(&people, &deliveries)
	return people, deliveries, wrapRead(err)
}

// Supplied is what Supply has done.
type Supplied struct{ People, Deliveries int }

// Supply gives the codes that are free to the people who are to have one and have none, in their order, and
// makes ready what is blocked of theirs. It may be broken off and done again: each transaction gives some
// people their codes, whole.
func (l *Ledger) Supply(ctx context.Context, campaign string, by Operator) (out Supplied, err error) {
	for {
		var n, deliveries int
		err := l.do(ctx, func(t *tx) (err error) {
			n, deliveries, err = t.supply(campaign, by)
			return err
		})
		out.People, out.Deliveries = out.People+n, out.Deliveries+deliveries
		if err != nil || n == 0 {
			return out, err
		}
	}
}

// supplyMost is how many people one transaction gives a code.
const supplyMost = 500

func (t *tx) supply(campaign string, by Operator) (people, deliveries int, err error) {
	c, err := t.giver(campaign)
	if err != nil {
		return 0, 0, err
	}
	missing, err := t.ids(missingCode, c.num<<idBits, (c.num+1)<<idBits-1, supplyMost)
	if err != nil || len(missing) == 0 {
		return 0, 0, err
	}
	free, err := t.freeCodes(c.num, 0, len(missing))
	if err != nil || len(free) == 0 {
		return 0, 0, err
	}
	missing = missing[:len(free)]
	for i, person := range missing {
		_, err := t.exec(`UPDATE code_holder SET code = ?, reserved_at = ? WHERE person = ? AND code = 0`,
			free[i], ms(t.now), person)
		if err != nil {
			return 0, 0, err
		}
	}
	n, err := t.retryOf(missing)
	if err != nil {
		return 0, 0, err
	}
	return len(missing), n, t.journal(campaign, by, "give codes", "to people who had none", n)
}

// giver finds a campaign, and keeps everybody else from giving its codes meanwhile.
func (t *tx) giver(campaign string) (campaignRow, error) {
	c, ok, err := t.campaign(campaign)
	if err == nil && ok {
		_, err = t.row(`SELECT num FROM campaign WHERE num = ?`+t.lock(), []any{c.num}, &c.num)
	}
	return c, errors.Join(err, noCampaign(ok))
}

// retryOf makes ready what is blocked of people. Whatever else blocks it will block it again.
func (t *tx) retryOf(people []int64) (int, error) {
	rs, err := t.rows(`state = 'blocked' AND person `+t.among()+` ORDER BY id`, t.set(people))
	if err != nil {
		return 0, err
	}
	return t.shiftAll(rs, moveRetry, "clock_at = ?, next_at = 0, reason = ''", ms(t.now))
}

// regive makes a delivery ready that was blocked for want of a code, where the person was given one between
// its claim and this: Supply came too early to find it blocked.
func (l *Ledger) regive(ctx context.Context, c *Claim) error {
	var has bool
	err := l.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM code_holder h JOIN delivery d
		ON d.person = h.person WHERE d.id = ? AND h.round <= d.round AND h.code > 0)`, c.Delivery).Scan(&has)
	if err != nil || !has {
		return wrapRead(err)
	}
	return l.do(ctx, func(t *tx) error {
		_, err := t.retryOf([]int64{c.PersonID})
		return err
	})
}

// ErrNoCodes says that a lot has no code left.
var ErrNoCodes = errors.New("the file has fewer codes than there are people to be written to again")

// holdNext gives the person of a new delivery a further code, of one lot, for its round and those after it. Who
// was to have none before gets none now.
func (t *tx) holdNext(num, delivery int64, lot int) error {
	var person int64
	var round int
	found, err := t.row(`SELECT d.person, d.round FROM delivery d WHERE d.id = ?
		AND EXISTS (SELECT 1 FROM code_holder h WHERE h.person = d.person)`, []any{delivery}, &person, &round)
	if err != nil || !found {
		return err
	}
	free, err := t.freeCodes(num, lot, 1)
	if err == nil && len(free) == 0 {
		err = ErrNoCodes
	}
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO code_holder (person, round, code, reserved_at) VALUES (?,?,?,?)
		ON CONFLICT (person, round) DO NOTHING`, person, round, free[0], ms(t.now))
	return err
}
