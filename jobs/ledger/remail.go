package ledger

import (
	"context"
	"errors"
	"fmt"

	"oshirase/jobs/seal"
)

// sealedColumn is the person of a delivery: with the address that this letter goes to, where it was
// corrected, and with the facts of its revision. All are sealed at the person's place, so that who opens
// them need not know which it is.
const sealedColumn = `CASE WHEN d.round > 1 OR ` + older + `
	THEN coalesce((SELECT sealed FROM readdress WHERE delivery = d.id),
		(SELECT sealed FROM past WHERE ` + pastOf + `), p.sealed)
	ELSE p.sealed END`

// ReturnedLetter is a letter that came back and was not sent again.
type ReturnedLetter struct {
	Delivery int64
	Person   string // reference
	Batch    string
	Piece    string
	Round    int
	Reason   string // a code
	On       string // a Day, or empty
	Told     bool   // the person, in another way
}

// ReturnedLetters lists the letters of a campaign that came back and were not sent again.
func (l *Ledger) ReturnedLetters(ctx context.Context, campaign string) ([]ReturnedLetter, error) {
	if _, err := l.Campaign(ctx, campaign); err != nil {
		return nil, err
	}
	rows, err := l.read.QueryContext(ctx, `SELECT d.id, p.ref, b.name, coalesce(i.number, ''), d.round,
			d.reason, coalesce(a.returned_on, ''), p.standing = 'told'
		FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
		JOIN campaign c ON c.num = b.campaign LEFT JOIN piece i ON i.delivery = d.id
		LEFT JOIN answer a ON a.delivery = d.id
		WHERE c.id = ? AND c.complete = 1 AND d.state = 'returned' AND `+factsInForce+` AND `+notWrittenAgain+`
		ORDER BY d.id`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []ReturnedLetter
	for rows.Next() {
		var r ReturnedLetter
		err := rows.Scan(&r.Delivery, &r.Person, &r.Batch, &r.Piece, &r.Round, &r.Reason, &r.On, &r.Told)
		if err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, r)
	}
	return out, wrapRead(rows.Err())
}

// Remail is a letter to be sent again: the next round of the same person.
type Remail struct {
	Delivery int64  // the one that came back
	Data     []byte // the person with the corrected address, plain, sealed here; nil: as before
	Lot      int    // of codes, of which the person gets a further one; 0: the code stays the same
}

// Remail makes the next round of letters that came back, each with a number of its own, and says how many.
// One that did not come back, was sent again already, or is of a cancelled batch, is passed over. What
// was sent stays as it was: the old letter keeps the old address.
func (l *Ledger) Remail(ctx context.Context, campaign string, letters []Remail, key *seal.Key,
	by Operator) (int, error) {
	total := 0
	for len(letters) > 0 {
		part := letters[:min(len(letters), answerMost)]
		letters = letters[len(part):]
		var n int
		err := l.do(ctx, func(t *tx) (err error) {
			n, err = t.remail(campaign, part, key, by)
			return err
		})
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (t *tx) remail(campaign string, letters []Remail, key *seal.Key, by Operator) (int, error) {
	c, ok, err := t.campaign(campaign)
	if err != nil || !ok {
		return 0, errors.Join(err, noCampaign(ok))
	}
	// Nobody else may give out numbers meanwhile.
	if _, err := t.row(`SELECT num FROM campaign WHERE num = ?`+t.lock(), []any{c.num}, &c.num); err != nil {
		return 0, err
	}
	n := 0
	for _, x := range letters {
		ok, err := t.remailOne(c, x, key)
		if err != nil {
			return 0, err
		}
		if ok {
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	return n, t.journal(campaign, by, "remail", "returned letters", n)
}

func (t *tx) remailOne(c campaignRow, x Remail, key *seal.Key) (bool, error) {
	r, found, err := t.load(x.Delivery)
	if err != nil || !found || r.state != Returned || r.id>>idBits != c.num {
		return false, err
	}
	cancelled, _, err := t.cancelledIn(c, r.batch)
	if err != nil || cancelled {
		return false, err
	}
	id, err := t.nextLetter(c.num)
	if err != nil {
		return false, err
	}
	n, err := t.exec(`INSERT INTO delivery (id, batch, person, channel, revision, purpose, round, state,
			moved_at)
		SELECT CAST(? AS BIGINT), batch, person, channel, revision, purpose, round + 1, 'ready',
			CAST(? AS BIGINT)
		FROM delivery WHERE id = ? ON CONFLICT DO NOTHING`, id, ms(t.now), r.id)
	if err != nil || n == 0 {
		return false, err
	}
	t.count(counterKey{r.batch, Letter, r.purpose, Ready}, 1)
	_, err = t.exec(`INSERT INTO lane (batch, channel, lane) VALUES (?,?,?) ON CONFLICT DO NOTHING`,
		r.batch, Letter, "")
	if err != nil {
		return false, err
	}
	if x.Lot > 0 {
		if err := t.holdNext(c.num, id, x.Lot); err != nil {
			return false, err
		}
	}
	return true, t.readdress(r, id, x.Data, key)
}

// readdress gives a new letter its address: the corrected one, or that of the letter that came back.
func (t *tx) readdress(old row, id int64, data []byte, key *seal.Key) error {
	if data == nil {
		_, err := t.exec(`INSERT INTO readdress (delivery, sealed)
			SELECT CAST(? AS BIGINT), sealed FROM readdress WHERE delivery = ?`, id, old.id)
		return err
	}
	_, err := t.exec(`INSERT INTO readdress (delivery, sealed) VALUES (?,?)`, id,
		key.Seal(personPlace(old.person), data))
	return err
}

// nextLetter is an id that no delivery of the campaign has. The upper half of its ids is for letters that
// e-mails fall back to; no e-mail has the id of a letter, so those two never meet.
func (t *tx) nextLetter(num int64) (int64, error) {
	low := num << idBits
	var last int64
	_, err := t.row(`SELECT coalesce(max(id), CAST(? AS BIGINT)) FROM delivery WHERE id >= ? AND id < ?`,
		[]any{low, low, low + fallbackBit}, &last)
	if err == nil && last+1 >= low+fallbackBit {
		err = fmt.Errorf("campaign has more than %d deliveries", fallbackBit)
	}
	return last + 1, err
}
