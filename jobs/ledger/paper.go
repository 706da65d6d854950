package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"
)

// Piece is the paper of one letter.
type Piece struct {
	Number        string // as printed, with its check digit
	Pages, Sheets int
	Digest        [32]byte // of the content of the pages
}

// PrintFile is a file for the mail house. Its pieces are fixed before it is written, so that making it
// again gives the same bytes.
type PrintFile struct {
	ID                    int64
	Campaign              string
	Batch                 string // the first, where it is of several
	Mixed                 bool   // of several batches
	Name                  string // without an ending
	Created               time.Time
	Pieces, Pages, Sheets int
	SHA256                [32]byte
	Bound                 bool
}

// Number is what the marks on its sheets say of the file: its id, of which they have room for six digits.
func (f PrintFile) Number() int { return int(f.ID % 1_000_000) }

// BoundPiece is one letter of a print file, in its sequence.
type BoundPiece struct {
	Claim
	Piece
	Sequence int
	PageFrom int // 1-based; 0 until bound
}

// ToBind tells, for a campaign, the batches that have typeset letters in no finished print file and no
// letters still on their way to being typeset. Where print files are of all batches, whole, it is the
// first of those that have letters, once no batch has any on their way. Letters in the place of failed e-mails
// wait for the last e-mail of their batch, so that one file holds them.
func (l *Ledger) ToBind(ctx context.Context, campaign string, whole bool) ([]BatchName, error) {
	if whole {
		return l.batchNames(ctx, bindable(due()+`AND NOT EXISTS (SELECT 1 FROM counter k
			JOIN batch o ON o.id = k.batch WHERE o.campaign = c.num AND o.cancelled = 0 AND `+onTheirWay+`)`)+
			` LIMIT 1`, campaign)
	}
	return l.batchNames(ctx, bindable(due()+`AND NOT EXISTS (SELECT 1 FROM counter k WHERE k.batch = b.id
		AND `+onTheirWay+`)`), campaign)
}

// due leaves, of the batches b with typeset letters that t counts, those with one that need not wait for
// e-mail.
func due() string {
	return fmt.Sprintf(`AND (EXISTS (SELECT 1 FROM delivery d WHERE d.batch = b.id AND d.state = 'typeset'
			AND d.id < c.num * %d + %d 
			AND (d.purpose = 'corporate-report') = (t.purpose = 'corporate-report'))
		OR NOT `+underWay("b.id", "t")+`) `, 1<<idBits, fallbackBit)
}

// underWay tells whether a batch has e-mail that may still go, to companies or to people as a row is.
func underWay(batch, of string) string {
	return `EXISTS (SELECT 1 FROM counter m WHERE m.batch = ` + batch + ` AND m.channel = 'email' AND m.n > 0
		AND m.state IN ` + oneOf(openEmail...) + ` AND (m.purpose = 'corporate-report') = (` + of +
		`.purpose = 'corporate-report'))`
}

// onTheirWay are the counters of letters that those of t are bound with. The people's wait until a report has
// been handed over: it is bound without them.
const onTheirWay = `k.channel = 'letter' AND k.state IN ('waiting', 'ready', 'queued') AND k.n > 0
	AND (k.purpose = 'corporate-report') = (t.purpose = 'corporate-report')`

// bindable selects the batches of a campaign whose typeset letters, counted by t, may be bound, in order.
func bindable(and string) string {
	return `SELECT b.id, b.name FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND c.held = 0 AND b.held = 0 AND b.cancelled = 0 AND c.cancelled = 0
		AND c.switching = 0
		AND EXISTS (SELECT 1 FROM counter t WHERE t.batch = b.id AND t.channel = 'letter'
			AND t.state = 'typeset' AND t.n > 0 ` + and + `) ORDER BY b.ordinal`
}

// Bindable tells the batches of the campaign that a batch is of which have typeset letters and are not
// stopped, in order.
func (l *Ledger) Bindable(ctx context.Context, campaign string) ([]BatchName, error) {
	return l.batchNames(ctx, bindable(""), campaign)
}

// TypesetBatches tells the batches that have typeset letters.
func (l *Ledger) TypesetBatches(ctx context.Context, campaign string) ([]BatchName, error) {
	return l.batchNames(ctx, `SELECT b.id, b.name FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND EXISTS (SELECT 1 FROM counter WHERE batch = b.id AND channel = 'letter'
			AND state = 'typeset' AND n > 0) ORDER BY b.ordinal`, campaign)
}

// BatchName is a batch with its id.
type BatchName struct {
	ID   int64
	Name string
}

func (l *Ledger) batchNames(ctx context.Context, query string, args ...any) ([]BatchName, error) {
	rows, err := l.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []BatchName
	for rows.Next() {
		var b BatchName
		if err := rows.Scan(&b.ID, &b.Name); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, b)
	}
	return out, wrapRead(rows.Err())
}

// CampaignOf is the campaign of a batch.
func (l *Ledger) CampaignOf(ctx context.Context, batch int64) (string, error) {
	var id string
	err := l.read.QueryRowContext(ctx, `SELECT c.id FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE b.id = ?`, batch).Scan(&id)
	return id, wrapRead(err)
}

const pieceColumns = `SELECT d.id, d.attempt, d.feed, d.channel, d.purpose, c.id, d.revision,
		v.names_ok, b.name, p.id, p.ref, ` + localeColumn + `, ` + noticeColumn + `, ` + sealedColumn + `, ` +
	codeColumn + `, d.first_at,
		i.number, i.pages, i.sheets, i.digest, i.sequence, i.page_from
	FROM piece i JOIN delivery d ON d.id = i.delivery JOIN person p ON p.id = d.person
	JOIN batch b ON b.id = d.batch JOIN campaign c ON c.num = b.campaign
	JOIN revision v ON v.campaign = c.num AND v.number = d.revision `

// Pieces returns the letters of a print file in their sequence, those that left it (cancelled, superseded,
// blocked) excluded.
func (l *Ledger) Pieces(ctx context.Context, file int64) ([]BoundPiece, error) {
	return l.pieces(ctx, `WHERE i.print_file = ?
		AND d.state NOT IN ('cancelled', 'superseded', 'blocked', 'ready', 'queued') ORDER BY i.sequence`, file)
}

// unboundPage is how many letters are read at a time: a read must not keep the log from being
// checkpointed for long.
const unboundPage = 2000

// Unbound walks the letters of a batch that are typeset and in no print file, in order of their ids: all of them,
// or without those in the place of failed e-mails while others of the batch may still go.
func (l *Ledger) Unbound(ctx context.Context, batch int64, all bool) iter.Seq2[BoundPiece, error] {
	where := `WHERE d.batch = ? AND d.state = 'typeset' AND i.print_file = 0 AND d.id > ? `
	if !all {
		where += fmt.Sprintf(`AND ((d.id & %d) = 0 OR NOT %s) `, fallbackBit, underWay("d.batch", "d"))
	}
	return func(yield func(BoundPiece, error) bool) {
		for after := int64(0); ; {
			ps, err := l.pieces(ctx, where+`ORDER BY d.id LIMIT ?`, batch, after, unboundPage)
			if err != nil {
				yield(BoundPiece{}, err)
				return
			}
			for _, p := range ps {
				if after = p.Delivery; !yield(p, nil) {
					return
				}
			}
			if len(ps) < unboundPage {
				return
			}
		}
	}
}

// BoundLetter is the letter of a delivery and the print file it is in; nil where it is in none.
func (l *Ledger) BoundLetter(ctx context.Context, campaign string, delivery int64) (*BoundPiece, *PrintFile,
	error) {
	ps, err := l.pieces(ctx, `WHERE i.delivery = ? AND c.id = ? AND i.page_from > 0`, delivery, campaign)
	if err != nil || len(ps) == 0 {
		return nil, nil, err
	}
	files, err := l.printFiles(ctx, `WHERE f.bound_at > 0 AND f.id =
		(SELECT print_file FROM piece WHERE delivery = ?)`, delivery)
	if err != nil || len(files) == 0 {
		return nil, nil, err
	}
	return &ps[0], &files[0], nil
}

func (l *Ledger) pieces(ctx context.Context, where string, args ...any) ([]BoundPiece, error) {
	rows, err := l.read.QueryContext(ctx, pieceColumns+where, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []BoundPiece
	for rows.Next() {
		p, err := scanPiece(rows)
		if err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, p)
	}
	return out, wrapRead(rows.Err())
}

func scanPiece(rows *sql.Rows) (BoundPiece, error) {
	var p BoundPiece
	var first int64
	var digest []byte
	err := rows.Scan(&p.Delivery, &p.Attempt, &p.Feed, &p.Channel, &p.Purpose, &p.Campaign, &p.Revision,
		&p.NamesOK, &p.Claim.Batch, &p.PersonID, &p.Ref, &p.Locale, &p.Notice, &p.Sealed, &p.SealedCode, &first,
		&p.Number, &p.Pages, &p.Sheets, &digest, &p.Sequence, &p.PageFrom)
	p.FirstAt, p.Digest = at(first), hash32(digest)
	return p, err
}

// DropPiece blocks a letter whose pages are no longer those that were checked.
func (l *Ledger) DropPiece(ctx context.Context, delivery int64, reason string) error {
	return l.do(ctx, func(t *tx) error {
		r, found, err := t.load(delivery)
		if err != nil || !found {
			return err
		}
		ok, err := t.shift(r, moveBlock, "reason = ?", reason)
		if err != nil || !ok {
			return err
		}
		_, err = t.exec(`UPDATE piece SET print_file = 0, sequence = 0 WHERE delivery = ?`, delivery)
		return err
	})
}
