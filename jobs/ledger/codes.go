package ledger

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"oshirase/jobs/seal"
)

// One-use codes lie sealed in lots. Who is to have one has a row that names it, and two unique indexes say the
// rest: a code has one holder, and a person one code for each round. Codes are given in order, at the import
// and when there are more of them, never by a worker: so no retry, crash or second channel can take another.

// Voucher is a code with what is printed beside it. Days are as 2018-04-07.
type Voucher struct {
	Code     string `json:"code"`
	Starts   string `json:"starts"`
	Expires  string `json:"expires"`             // last day
	EnrollBy string `json:"enroll_by,omitempty"` // empty: not said
}

// Lot is a file of codes with the same terms.
type Lot struct {
	Name                      string   // of the file
	Sum                       [32]byte // SHA-256 of the file: one lot of it is taken
	Starts, Expires, EnrollBy string   // as of Voucher
	Codes                     []string
}

// ErrAddingCodes says that another process is adding codes to the campaign now.
var ErrAddingCodes = errors.New("another process is adding codes to this campaign")

// KnownCodesError says that codes of a lot are in the ledger already: given twice, they would be two
// people's.
type KnownCodesError struct{ Index []int } // of Lot.Codes; the first few

func (e *KnownCodesError) Error() string { return "codes of this file are in the ledger already" }

// codeChunk is how many rows of codes one transaction writes: some ten milliseconds of work.
const codeChunk = 2000

// knownMost bounds how many known codes are named.
const knownMost = 20

// codePlace is where codes are sealed. They are tied to their campaign by its key, and to a person by a row
// that names them by number.
const codePlace = "code"

func blindCode(key *seal.Key, code string) []byte {
	value := key.Blind("code", code)
	return value[:]
}

// codeColumn is the code that a delivery prints: of the round that it is of, or of the last one before that
// brought one.
const codeColumn = `(SELECT k.sealed FROM code_holder h JOIN code k ON k.id = h.code
	WHERE h.person = d.person AND h.round <= d.round AND h.code > 0 ORDER BY h.round DESC LIMIT 1)`

// OpenCode opens the code that a claim carries; the zero Voucher where it carries none.
func (c *Claim) OpenCode(key *seal.Key) (v Voucher, err error) {
	if len(c.SealedCode) == 0 {
		return v, nil
	}
	plain, err := key.Open(codePlace, c.SealedCode)
	if err == nil {
		err = json.Unmarshal(plain, &v)
	}
	if err != nil { // which may repeat what it could not read
		return v, fmt.Errorf("code of delivery %d: %w", c.Delivery, seal.ErrSealed)
	}
	return v, nil
}

// createLot makes the row of a lot.
func (t *tx) createLot(first int64, number int, lot Lot, complete bool) error {
	_, err := t.exec(`INSERT INTO code_lot (campaign, number, name, sum, starts, expires, enroll_by, first, codes,
		complete, added_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)`, first>>idBits, number, tidy(lot.Name), lot.Sum[:],
		lot.Starts, lot.Expires, lot.EnrollBy, first, len(lot.Codes), flagged(complete), ms(t.now))
	return err
}

// putCodes writes codes of a lot, numbered from first. It answers which of them the ledger had already.
func (t *tx) putCodes(first int64, number int, lot Lot, codes []string, key *seal.Key) (known []int, err error) {
	values := make([]any, 0, 4*len(codes))
	for i, code := range codes {
		sealed, err := json.Marshal(Voucher{code, lot.Starts, lot.Expires, lot.EnrollBy})
		if err != nil {
			return nil, errors.New("code cannot be packed")
		}
		values = append(values, first+int64(i), number, blindCode(key, code), key.Seal(codePlace, sealed))
	}
	err = t.insert("code (id, lot, value, sealed)", 4, values, "ON CONFLICT DO NOTHING")
	if err != nil {
		return nil, err
	}
	var n int
	_, err = t.row(`SELECT count(*) FROM code WHERE id >= ? AND id < ?`,
		[]any{first, first + int64(len(codes))}, &n)
	for i := 0; n < len(codes) && i < len(codes) && err == nil; i++ {
		var id int64
		_, err = t.row(`SELECT id FROM code WHERE value = ?`, []any{blindCode(key, codes[i])}, &id)
		if id != first+int64(i) && len(known) < knownMost {
			known = append(known, i)
		}
	}
	return known, err
}

// Codes brings in the campaign's codes, and gives them to people in their order: those numbered in the order
// in which they were added, from 1. Where there are fewer codes than people, the last ones get none; their
// notices are blocked until AddCodes and Supply bring more.
func (im *Import) Codes(ctx context.Context, lot Lot, people []uint32) error {
	first := im.num<<idBits + 1
	if len(lot.Codes) >= 1<<idBits {
		return fmt.Errorf("campaign %q has more than %d codes", im.c.ID, 1<<idBits)
	}
	err := im.part(ctx, func(t *tx) error { return t.createLot(first, 1, lot, true) })
	for at := 0; at < len(lot.Codes) && err == nil; at += codeChunk {
		part := lot.Codes[at:min(at+codeChunk, len(lot.Codes))]
		err = im.part(ctx, func(t *tx) error {
			known, err := t.putCodes(first+int64(at), 1, lot, part, im.key)
			if err == nil && len(known) > 0 {
				err = &KnownCodesError{known}
			}
			return err
		})
	}
	for at := 0; at < len(people) && err == nil; at += codeChunk {
		part := people[at:min(at+codeChunk, len(people))]
		err = im.part(ctx, func(t *tx) error { return im.hold(t, part, at, len(lot.Codes)) })
	}
	return err
}

// part is one transaction of an import, which has its lease still.
func (im *Import) part(ctx context.Context, fn func(*tx) error) error {
	return im.l.doNow(ctx, func(t *tx) error {
		if err := im.renew(t); err != nil {
			return err
		}
		return fn(t)
	})
}

// hold notes who is to have a code, and which: of the first ones of the pool, in their order.
func (im *Import) hold(t *tx, people []uint32, before, codes int) error {
	values := make([]any, 0, 4*len(people))
	for i, p := range people {
		code, reserved := int64(0), int64(0)
		if before+i < codes {
			code, reserved = im.num<<idBits+int64(before+i)+1, ms(t.now)
		}
		values = append(values, im.num<<idBits+int64(p), 1, code, reserved)
	}
	return t.insert("code_holder (person, round, code, reserved_at)", 4, values, "")
}

// adding is a lot on its way into a campaign that is under way.
type adding struct {
	l        *Ledger
	ctx      context.Context
	campaign string
	num      int64
	number   int   // of the lot
	first    int64 // id of its first code
	lot      Lot
	key      *seal.Key
	holder   string
}

// AddCodes adds a lot to a campaign, whole or not at all, and answers its number. A file that was added before
// is not added again: fresh is false. The error is a KnownCodesError where one of its codes is there already.
// It gives nobody a code: see Supply, and Remail.Lot.
func (l *Ledger) AddCodes(ctx context.Context, campaign string, lot Lot, key *seal.Key, by Operator) (
	number int, fresh bool, err error) {
	a := &adding{l: l, ctx: ctx, campaign: campaign, lot: lot, key: key, holder: rand.Text()}
	defer func() {
		err = errors.Join(err, l.Unlease(context.WithoutCancel(ctx), a.lease(), a.holder))
	}()
	if number, err = a.begin(); err != nil || number > 0 {
		return number, false, err
	}
	if err = a.write(); err != nil {
		a.ctx = context.WithoutCancel(ctx)
		return 0, false, errors.Join(err, a.clear())
	}
	return a.number, true, a.do(func(t *tx) error {
		_, err := t.exec(`UPDATE code_lot SET complete = 1 WHERE campaign = ? AND number = ?`, a.num, a.number)
		if err != nil {
			return err
		}
		return t.journal(campaign, by, "add codes", lot.Name, len(lot.Codes))
	})
}

// CodesKnown answers a KnownCodesError where AddCodes would. It writes nothing.
func (l *Ledger) CodesKnown(ctx context.Context, campaign string, lot Lot, key *seal.Key) error {
	var have int
	err := l.read.QueryRowContext(ctx, `SELECT count(*) FROM code_lot l JOIN campaign c ON c.num = l.campaign
		WHERE c.id = ? AND l.sum = ? AND l.complete = 1`, campaign, lot.Sum[:]).Scan(&have)
	if err != nil || have > 0 {
		return wrapRead(err)
	}
	known := &KnownCodesError{}
	for at := 0; at < len(lot.Codes) && len(known.Index) < knownMost; at += codeChunk {
		part := lot.Codes[at:min(at+codeChunk, len(lot.Codes))]
		values := make([][]byte, len(part))
		for i, code := range part {
			values[i] = blindCode(key, code)
		}
		found, err := l.wholeCodes(ctx, campaign, values)
		if err != nil {
			return err
		}
		for i, value := range values {
			if found[string(value)] && len(known.Index) < knownMost {
				known.Index = append(known.Index, at+i)
			}
		}
	}
	if len(known.Index) > 0 {
		return known
	}
	return nil
}

// wholeCodes are those of some values that a whole lot of the campaign has.
func (l *Ledger) wholeCodes(ctx context.Context, campaign string, values [][]byte) (map[string]bool, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT k.value FROM code k JOIN campaign c ON c.id = ?
		JOIN code_lot l ON l.campaign = c.num AND l.number = k.lot AND l.complete = 1
		WHERE k.id >= c.num * ? AND k.id < (c.num + 1) * ? AND k.value `+l.d.amongBytes,
		campaign, int64(1)<<idBits, int64(1)<<idBits, l.d.byteSet(values))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var value []byte
		if err := rows.Scan(&value); err != nil {
			return nil, wrapRead(err)
		}
		found[string(value)] = true
	}
	return found, wrapRead(rows.Err())
}

func (a *adding) lease() string { return "codes/" + a.campaign }

// do is one transaction, with the lease.
func (a *adding) do(fn func(*tx) error) error {
	return a.l.doNow(a.ctx, func(t *tx) error {
		mine, err := t.lease(a.lease(), a.holder, importLease)
		if err == nil && !mine {
			err = ErrAddingCodes
		}
		if err != nil {
			return err
		}
		return fn(t)
	})
}

// begin answers the number of the lot if it is there already. Otherwise it makes its row, after what another
// that was broken off has left.
func (a *adding) begin() (known int, err error) {
	err = a.do(func(t *tx) error {
		c, ok, err := t.campaign(a.campaign)
		if err != nil || !ok {
			return errors.Join(err, noCampaign(ok))
		}
		a.num, known = c.num, 0
		_, err = t.row(`SELECT number FROM code_lot WHERE campaign = ? AND sum = ? AND complete = 1`,
			[]any{c.num, a.lot.Sum[:]}, &known)
		return err
	})
	if err != nil || known > 0 {
		return known, err
	}
	if err := a.clear(); err != nil {
		return 0, err
	}
	return 0, a.do(a.create)
}

// create makes the row of the lot, behind those that there are.
func (a *adding) create(t *tx) error {
	lo := a.num << idBits
	_, err := t.row(`SELECT coalesce(max(number), 0) + 1, coalesce(max(first + codes), CAST(? AS BIGINT))
		FROM code_lot WHERE campaign = ?`, []any{lo + 1, a.num}, &a.number, &a.first)
	if err == nil && a.first+int64(len(a.lot.Codes)) > lo+1<<idBits {
		err = fmt.Errorf("campaign %q has more than %d codes", a.campaign, 1<<idBits)
	}
	if err != nil {
		return err
	}
	return t.createLot(a.first, a.number, a.lot, false)
}

func (a *adding) write() error {
	known := &KnownCodesError{}
	for at := 0; at < len(a.lot.Codes) && len(known.Index) < knownMost; at += codeChunk {
		part := a.lot.Codes[at:min(at+codeChunk, len(a.lot.Codes))]
		var found []int
		err := a.do(func(t *tx) (err error) {
			found, err = t.putCodes(a.first+int64(at), a.number, a.lot, part, a.key)
			return err
		})
		if err != nil {
			return err
		}
		for _, i := range found {
			known.Index = append(known.Index, at+i)
		}
	}
	if len(known.Index) > 0 {
		return known
	}
	return nil
}

// clear deletes lots that are not whole, a chunk a time.
func (a *adding) clear() error {
	for more := true; more; {
		err := a.do(func(t *tx) error {
			n, err := t.exec(`DELETE FROM code WHERE id IN (SELECT k.id FROM code k
				JOIN code_lot l ON l.campaign = ? AND l.number = k.lot
				WHERE k.id >= ? AND k.id < ? AND l.complete = 0 LIMIT 5000)`,
				a.num, a.num<<idBits, (a.num+1)<<idBits)
			if more = n > 0; err != nil || more {
				return err
			}
			_, err = t.exec(`DELETE FROM code_lot WHERE campaign = ? AND complete = 0`, a.num)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
