package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Operator is who makes a move, and why.
type Operator struct{ Who, Why string }

// JournalRow is one operator's move.
type JournalRow struct {
	Seq                            int64
	Campaign, Who, Verb, What, Why string
	At                             time.Time
	N                              int // deliveries or people concerned
	Hash                           [32]byte
}

// chain hashes a row over the hash of the row before: nothing can be changed, removed or put in
// between without every later hash being wrong.
func (r JournalRow) chain(before [32]byte) [32]byte {
	h := sha256.New()
	h.Write(before[:])
	for _, s := range []string{r.Campaign, r.Who, r.Verb, r.What, r.Why} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	for _, n := range []int64{r.Seq, r.At.UnixMilli(), int64(r.N)} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
	return [32]byte(h.Sum(nil))
}

// journal notes an operator's move. Its row is written with the end of the transaction.
func (t *tx) journal(campaign string, by Operator, verb, what string, n int) error {
	t.notes = append(t.notes, &JournalRow{
		Campaign: campaign, Who: tidy(by.Who), Verb: verb, What: tidy(what), Why: tidy(by.Why),
		At: t.now, N: n,
	})
	return nil
}

// chain writes the transaction's rows of the journal behind the last one, which nobody else may follow
// meanwhile.
func (t *tx) chain() error {
	if len(t.notes) == 0 {
		return nil
	}
	if err := t.alone(lockJournal); err != nil {
		return err
	}
	var before []byte
	var seq int64
	_, err := t.row(`SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`, nil, &seq, &before)
	if err != nil {
		return err
	}
	for _, r := range t.notes {
		seq++
		r.Seq = seq
		r.Hash = r.chain(hash32(before))
		before = r.Hash[:]
		_, err := t.exec(`INSERT INTO journal (seq, campaign, at, who, verb, what, why, n, hash)
			VALUES (?,?,?,?,?,?,?,?,?)`,
			r.Seq, r.Campaign, ms(r.At), r.Who, r.Verb, r.What, r.Why, r.N, before)
		if err != nil {
			return err
		}
	}
	t.notes = nil
	return nil
}

// tidy makes a text one that both databases keep as it is: UTF-8 without NUL.
func tidy(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Note writes an operator's act that moves no delivery, such as a lookup.
func (l *Ledger) Note(ctx context.Context, campaign string, by Operator, verb, what string, n int) error {
	return l.do(ctx, func(t *tx) error { return t.journal(campaign, by, verb, what, n) })
}

// Journal returns the rows of a campaign, oldest first, after checking the chain of the whole journal.
func (l *Ledger) Journal(ctx context.Context, campaign string) ([]JournalRow, error) {
	rows, err := l.read.QueryContext(ctx, journalQuery)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []JournalRow
	var chain journalChain
	for rows.Next() {
		r, err := scanJournal(rows.Scan)
		if err != nil {
			return nil, wrapRead(err)
		}
		if err := chain.follow(r); err != nil {
			return nil, err
		}
		if r.Campaign == campaign {
			out = append(out, r)
		}
	}
	return out, wrapRead(rows.Err())
}

const journalQuery = `SELECT seq, campaign, at, who, verb, what, why, n, hash FROM journal ORDER BY seq`

// journalChain checks rows in their order.
type journalChain struct {
	seq    int64
	before [32]byte
}

func (c *journalChain) follow(r JournalRow) error {
	if r.Seq != c.seq+1 || r.Hash != r.chain(c.before) {
		return fmt.Errorf("journal row %d does not follow from the one before: it was changed", r.Seq)
	}
	c.seq, c.before = r.Seq, r.Hash
	return nil
}

func scanJournal(scan func(...any) error) (JournalRow, error) {
	var r JournalRow
	var when int64
	var hash []byte
	err := scan(&r.Seq, &r.Campaign, &when, &r.Who, &r.Verb, &r.What, &r.Why, &r.N, &hash)
	r.At, r.Hash = at(when), hash32(hash)
	return r, err
}

// hash32 is a stored hash; a damaged one is the zero hash, which matches nothing.
func hash32(b []byte) (h [32]byte) {
	if len(b) == len(h) {
		copy(h[:], b)
	}
	return h
}
