package ledger

import (
	"cmp"
	"context"
	"errors"
	"time"

	"oshirase/jobs/seal"
)

// CodeUse is what an issuer says of one code.
type CodeUse struct{ Code, On string } // On is a day

// UseReply is what became of it.
type UseReply int

// The replies. A code that nobody was given may have been guessed, or lost by its issuer: it is marked and
// never given.
const (
	UseUnknown UseReply = iota // it is no code of the campaign
	UseStray                   // it was given to nobody
	UseMarked
	UseKnown   // the same was said before
	UseAgain   // another day was said before, which stands
	UseOutside // the day is not within the code's term: it is not noted
)

// CodesUsed notes on which days codes were used, and replies to each in order.
func (l *Ledger) CodesUsed(ctx context.Context, campaign string, uses []CodeUse, key *seal.Key, by Operator) (
	[]UseReply, error) {
	var out []UseReply
	for at := 0; at < len(uses); at += codeChunk {
		part := uses[at:min(at+codeChunk, len(uses))]
		var replies []UseReply
		err := l.do(ctx, func(t *tx) (err error) {
			replies, err = t.codesUsed(campaign, part, key, by)
			return err
		})
		if out = append(out, replies...); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (t *tx) codesUsed(campaign string, uses []CodeUse, key *seal.Key, by Operator) ([]UseReply, error) {
	c, ok, err := t.campaign(campaign)
	if err != nil || !ok {
		return nil, errors.Join(err, noCampaign(ok))
	}
	replies, marked := make([]UseReply, len(uses)), 0
	for i, u := range uses {
		if replies[i], err = t.codeUsed(c.num, u, key); err != nil {
			return nil, err
		}
		if replies[i] == UseMarked || replies[i] == UseStray {
			marked++
		}
	}
	if marked == 0 {
		return replies, nil
	}
	return replies, t.journal(campaign, by, "use of codes", "as their issuer says", marked)
}

func (t *tx) codeUsed(num int64, u CodeUse, key *seal.Key) (UseReply, error) {
	var id int64
	var before, starts, expires, enrollBy string
	var held bool
	found, err := t.row(`SELECT k.id, k.used_on, l.starts, l.expires, l.enroll_by,
			EXISTS (SELECT 1 FROM code_holder h WHERE h.code = k.id AND h.code > 0)
		FROM code k JOIN code_lot l ON l.campaign = ? AND l.number = k.lot
		WHERE k.value = ? AND k.id >= ? AND k.id < ?`+t.lockOf("k"),
		[]any{num, blindCode(key, u.Code), num << idBits, (num + 1) << idBits},
		&id, &before, &starts, &expires, &enrollBy, &held)
	switch {
	case err != nil || !found:
		return UseUnknown, err
	case held && before == u.On:
		return UseKnown, nil
	case held && before != "":
		return UseAgain, nil
	case held && (u.On < starts || u.On > cmp.Or(enrollBy, expires)):
		return UseOutside, nil
	}
	_, err = t.exec(`UPDATE code SET used_on = ? WHERE id = ?`, u.On, id)
	if !held {
		return UseStray, err
	}
	return UseMarked, err
}

// LotCounts are the numbers of one lot.
type LotCounts struct {
	Number                    int
	Name                      string
	Sum                       [32]byte // SHA-256 of the file
	Starts, Expires, EnrollBy string
	Added                     time.Time
	Total, Reserved, Left     int
	Used                      int // reserved ones, as far as their issuer has said
	Stray                     int // used ones that nobody was given
}

// CodeCounts are the numbers of a campaign's codes.
type CodeCounts struct {
	Lots    []LotCounts
	People  int // who are to have a code
	Missing int // of these, who have none
}

// CodeCounts counts a campaign's codes.
func (l *Ledger) CodeCounts(ctx context.Context, campaign string) (out CodeCounts, err error) {
	c, err := l.Campaign(ctx, campaign)
	if err != nil {
		return out, err
	}
	lo, hi := c.num<<idBits, (c.num+1)<<idBits-1
	rows, err := l.read.QueryContext(ctx, `SELECT l.number, l.name, l.sum, l.starts, l.expires, l.enroll_by, l.added_at,
			count(k.id), count(h.code), count(CASE WHEN h.code > 0 AND k.used_on <> '' THEN 1 END),
			count(CASE WHEN h.code IS NULL AND k.used_on <> '' THEN 1 END)
		FROM code_lot l JOIN code k ON k.lot = l.number AND k.id BETWEEN ? AND ?
		LEFT JOIN code_holder h ON h.code = k.id AND h.code > 0
		WHERE l.campaign = ? AND l.complete = 1
		GROUP BY l.number, l.name, l.sum, l.starts, l.expires, l.enroll_by, l.added_at ORDER BY l.number`, lo, hi, c.num)
	if err != nil {
		return out, wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var x LotCounts
		var added int64
		var sum []byte
		err := rows.Scan(&x.Number, &x.Name, &sum, &x.Starts, &x.Expires, &x.EnrollBy, &added, &x.Total, &x.Reserved,
			&x.Used, &x.Stray)
		if err != nil {
			return out, wrapRead(err)
		}
		x.Sum, x.Added, x.Left = hash32(sum), at(added), x.Total-x.Reserved-x.Stray
		out.Lots = append(out.Lots, x)
	}
	if err := rows.Err(); err != nil {
		return out, wrapRead(err)
	}
	err = l.read.QueryRowContext(ctx, `SELECT count(*), count(CASE WHEN code = 0 THEN 1 END) FROM code_holder
		WHERE person BETWEEN ? AND ? AND round = 1`, lo, hi).Scan(&out.People, &out.Missing)
	return out, wrapRead(err)
}
