package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"oshirase/jobs/seal"
)

// DeliveryRow is one delivery for reports: no personal data.
type DeliveryRow struct {
	ID                           int64
	Person                       string // reference
	Batch, Channel               string
	Revision                     int
	Purpose                      string
	Round                        int
	Notice, Locale               string
	State                        State
	Attempts                     int
	MessageID                    string
	Code                         int
	Enhanced, Lane, Reason, Line string
	FirstAt, NextAt, At          time.Time
	Piece                        string
	PrintFile                    string
	SHA256                       [32]byte // of the bytes last sent
}

const deliveryColumns = `d.id, p.ref, b.name, d.channel, d.revision, d.purpose, d.round, ` + noticeColumn + `,
	` + localeColumn + `, d.state, d.attempt, coalesce(a.message_id, ''), d.code, d.enhanced, d.lane, d.reason,
	coalesce(a.line, ''), d.first_at, d.next_at, d.moved_at, coalesce(i.number, ''), coalesce(f.name, ''),
	a.sha256`

const deliveryJoins = ` FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
	JOIN campaign c ON c.num = b.campaign
	LEFT JOIN attempt a ON a.delivery = d.id AND a.number = d.attempt
	LEFT JOIN piece i ON i.delivery = d.id LEFT JOIN print_file f ON f.id = i.print_file
	AND f.bound_at > 0 `

// Deliveries walks all deliveries of a campaign in order of their ids.
func (l *Ledger) Deliveries(ctx context.Context, campaign string) iter.Seq2[DeliveryRow, error] {
	return l.deliveries(ctx, `WHERE c.id = ? AND c.complete = 1 AND d.id > ? ORDER BY d.id LIMIT 5000`,
		campaign)
}

// deliveries pages through a query that ends in an id to start after, so that no read keeps the
// ledger's log from being checkpointed for long.
func (l *Ledger) deliveries(ctx context.Context, tail string, args ...any) iter.Seq2[DeliveryRow, error] {
	return func(yield func(DeliveryRow, error) bool) {
		for after := int64(0); ; {
			page, err := l.page(ctx, tail, append(append([]any{}, args...), after)...)
			if err != nil {
				yield(DeliveryRow{}, err)
				return
			}
			for _, d := range page {
				if after = d.ID; !yield(d, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

func (l *Ledger) page(ctx context.Context, tail string, args ...any) ([]DeliveryRow, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT `+deliveryColumns+deliveryJoins+tail, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []DeliveryRow
	for rows.Next() {
		d, err := scanDelivery(rows)
		if err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, d)
	}
	return out, wrapRead(rows.Err())
}

func scanDelivery(rows *sql.Rows) (DeliveryRow, error) {
	var d DeliveryRow
	var first, next, moved int64
	var sum []byte
	err := rows.Scan(&d.ID, &d.Person, &d.Batch, &d.Channel, &d.Revision, &d.Purpose, &d.Round, &d.Notice,
		&d.Locale, &d.State, &d.Attempts, &d.MessageID, &d.Code, &d.Enhanced, &d.Lane, &d.Reason,
		&d.Line, &first, &next, &moved, &d.Piece, &d.PrintFile, &sum)
	d.FirstAt, d.NextAt, d.At, d.SHA256 = at(first), at(next), at(moved), hash32(sum)
	return d, err
}

// PersonRow is one person with their deliveries. Data is plain, opened with the campaign's key.
type PersonRow struct {
	ID         int64
	Ref        string
	Batch      string
	Standing   Standing
	Since      int // the first revision whose notice carries the facts in force
	Locale     string
	Notice     string
	Data       []byte
	Past       []Past // oldest first
	Deliveries []DeliveryRow
	Readdress  map[int64][]byte // by delivery: the person with the address that this letter goes to
}

// NotTold walks the affected people who are not told, in order of their ids, with the data opened.
func (l *Ledger) NotTold(ctx context.Context, campaign string, key *seal.Key) iter.Seq2[PersonRow, error] {
	const query = personColumns + `WHERE c.id = ? AND c.complete = 1 AND p.standing NOT IN ('told', 'cleared', 'merged')
		AND p.contact = 0 AND p.id > ? ORDER BY p.id LIMIT 2000`
	return func(yield func(PersonRow, error) bool) {
		for after := int64(0); ; {
			page, err := l.people(ctx, key, query, campaign, after)
			if err != nil {
				yield(PersonRow{}, err)
				return
			}
			for _, p := range page {
				if after = p.ID; !yield(p, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

const personColumns = `SELECT p.id, p.ref, b.name, p.standing, p.since, p.locale, p.notice, p.sealed
	FROM person p JOIN batch b ON b.id = p.batch JOIN campaign c ON c.num = b.campaign `

// PersonByRef finds a person by reference; nil where there is none.
func (l *Ledger) PersonByRef(ctx context.Context, campaign, ref string, key *seal.Key) (*PersonRow, error) {
	value, err := referenceValue(ref)
	if err != nil {
		return nil, nil // nobody has such a one
	}
	ps, err := l.PeopleByBlind(ctx, campaign, value, key)
	i := slices.IndexFunc(ps, func(p PersonRow) bool { return p.Ref == ref })
	if err != nil || i < 0 {
		return nil, err
	}
	return &ps[i], nil
}

// PeopleByBlind finds the people of a blind index, the first hundred.
func (l *Ledger) PeopleByBlind(ctx context.Context, campaign string, value [16]byte,
	key *seal.Key) ([]PersonRow, error) {
	ids, err := l.found(ctx, campaign, value)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	ids = ids[:min(len(ids), mostFound)]
	return l.people(ctx, key, personColumns+`WHERE p.id `+l.d.among+` ORDER BY p.id`, l.d.idSet(ids))
}

func (l *Ledger) people(ctx context.Context, key *seal.Key, query string, args ...any) ([]PersonRow, error) {
	out, err := l.bare(ctx, key, query, args...)
	if err != nil {
		return nil, err
	}
	return out, errors.Join(l.addDeliveries(ctx, out), l.addAddresses(ctx, key, out))
}

// bare reads people without their deliveries.
func (l *Ledger) bare(ctx context.Context, key *seal.Key, query string, args ...any) ([]PersonRow, error) {
	rows, err := l.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []PersonRow
	for rows.Next() {
		var p PersonRow
		var sealed []byte
		err := rows.Scan(&p.ID, &p.Ref, &p.Batch, &p.Standing, &p.Since, &p.Locale, &p.Notice, &sealed)
		if err != nil {
			return nil, wrapRead(err)
		}
		if p.Data, err = key.Open(personPlace(p.ID), sealed); err != nil {
			return nil, fmt.Errorf("person %s: %w", p.Ref, err)
		}
		out = append(out, p)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, wrapRead(err)
	}
	return out, l.addPast(ctx, key, out)
}

func (l *Ledger) addDeliveries(ctx context.Context, people []PersonRow) error {
	for i := range people {
		ds, err := l.page(ctx, `WHERE d.person = ? ORDER BY d.id`, people[i].ID)
		if err != nil {
			return err
		}
		people[i].Deliveries = ds
	}
	return nil
}

// addAddresses opens the corrected addresses of letters that were written again: few people have any.
func (l *Ledger) addAddresses(ctx context.Context, key *seal.Key, people []PersonRow) error {
	for i := range people {
		p := &people[i]
		if !slices.ContainsFunc(p.Deliveries, func(d DeliveryRow) bool { return d.Round > 1 }) {
			continue
		}
		rows, err := l.read.QueryContext(ctx, `SELECT r.delivery, r.sealed FROM readdress r
			JOIN delivery d ON d.id = r.delivery WHERE d.person = ?`, p.ID)
		if err != nil {
			return wrapRead(err)
		}
		if p.Readdress, err = openAddresses(rows, key, p.ID); err != nil {
			return fmt.Errorf("person %s: %w", p.Ref, err)
		}
	}
	return nil
}

func openAddresses(rows *sql.Rows, key *seal.Key, person int64) (map[int64][]byte, error) {
	defer rows.Close()
	out := map[int64][]byte{}
	for rows.Next() {
		var id int64
		var sealed []byte
		err := rows.Scan(&id, &sealed)
		if err == nil {
			out[id], err = key.Open(personPlace(person), sealed)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, rows.Err()
}

// OpenPerson opens the sealed data that a claim carries.
func (c *Claim) OpenPerson(key *seal.Key) ([]byte, error) {
	plain, err := key.Open(personPlace(c.PersonID), c.Sealed)
	if err != nil {
		return nil, fmt.Errorf("person of delivery %d: %w", c.Delivery, err)
	}
	return plain, nil
}

// DeliveryClaim reads a delivery as a worker would see it, without claiming it: to make again the exact
// bytes that were sent.
func (l *Ledger) DeliveryClaim(ctx context.Context, id int64) (*Claim, error) {
	claims, err := l.DeliveryClaims(ctx, []int64{id})
	return claims[id], err
}

// DeliveryClaims is DeliveryClaim for some hundreds of them.
func (l *Ledger) DeliveryClaims(ctx context.Context, ids []int64) (map[int64]*Claim, error) {
	claims := map[int64]*Claim{}
	err := l.do(ctx, func(t *tx) error {
		found, err := t.claimables(ids)
		for id, f := range found {
			claims[id] = &f.claim
		}
		return err
	})
	return claims, err
}

// Failures counts the failed deliveries of a campaign by state, channel, code and reason, the hundred largest classes:
// those with the most that are still in force first.
func (l *Ledger) Failures(ctx context.Context, campaign string) ([]Failure, error) {
	const inForce = `CAST(sum(CASE WHEN ` + factsInForce + ` THEN 1 ELSE 0 END) AS BIGINT)`
	rows, err := l.read.QueryContext(ctx, `SELECT d.state, d.channel, d.code, d.enhanced, d.reason, `+inForce+`, count(*),
			CAST(sum(`+inForce+`) OVER (PARTITION BY d.state) AS BIGINT)
		FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
		JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND d.state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain')
		GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 7 DESC, 1, 3 LIMIT 100`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Failure
	for rows.Next() {
		var f Failure
		err := rows.Scan(&f.State, &f.Channel, &f.Code, &f.Enhanced, &f.Reason, &f.N, &f.All, &f.OfState)
		if err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, f)
	}
	return out, wrapRead(rows.Err())
}

// Failure is a class of failed deliveries.
type Failure struct {
	State            State
	Channel          string
	Code             int
	Enhanced, Reason string
	N                int // whose facts are in force: what a retry takes up
	All              int // and those that a later revision has replaced
	OfState          int // N of all classes of this state
}
