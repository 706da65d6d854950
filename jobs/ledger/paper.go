package ledger

import (
	"context"
	"database/sql"
	"fmt"
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
	Batch                 string
	Name                  string // without an ending
	Created               time.Time
	Pieces, Pages, Sheets int
	SHA256                [32]byte
	Bound                 bool
}

// BoundPiece is one letter of a print file, in its sequence.
type BoundPiece struct {
	Claim
	Piece
	Sequence int
	PageFrom int // 1-based; 0 until bound
}

// ToBind tells, for a campaign, the batches that have typeset letters in no finished print file and no
// letters still on their way to being typeset.
func (l *Ledger) ToBind(ctx context.Context, campaign string) ([]BatchName, error) {
	return l.batchNames(ctx, `SELECT b.id, b.name FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND c.held = 0 AND b.held = 0 AND b.cancelled = 0 AND c.cancelled = 0
		AND EXISTS (SELECT 1 FROM counter WHERE batch = b.id AND channel = 'letter'
			AND state = 'typeset' AND n > 0)
		AND NOT EXISTS (SELECT 1 FROM counter WHERE batch = b.id AND channel = 'letter'
			AND state IN ('waiting', 'ready', 'queued') AND n > 0)
		ORDER BY b.ordinal`, campaign)
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

// Gather reserves up to most typeset letters of a batch for a print file, or returns the unfinished one
// that has reserved them already. A nil file means that there is nothing to bind.
func (l *Ledger) Gather(ctx context.Context, batch int64, most int) (*PrintFile, error) {
	var file *PrintFile
	err := l.do(ctx, func(t *tx) (err error) {
		file, err = t.gatherFile(batch, most)
		return err
	})
	return file, err
}

func (t *tx) gatherFile(batch int64, most int) (*PrintFile, error) {
	f := &PrintFile{}
	var campaign string
	var ordinal int
	found, err := t.row(`SELECT c.id, b.name, b.ordinal FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE b.id = ?`+t.lockOf("b"), []any{batch}, &campaign, &f.Batch, &ordinal)
	if err != nil || !found {
		return nil, err
	}
	var created int64
	found, err = t.row(`SELECT id, name, created_at FROM print_file WHERE batch = ? AND bound_at = 0
		ORDER BY id LIMIT 1`, []any{batch}, &f.ID, &f.Name, &created)
	if err != nil || found {
		f.Created = at(created)
		return f, err
	}
	return t.newFile(f, campaign, batch, ordinal, most)
}

func (t *tx) newFile(f *PrintFile, campaign string, batch int64, ordinal, most int) (*PrintFile, error) {
	rs, err := t.rows(`batch = ? AND state = 'typeset'
		AND NOT EXISTS (SELECT 1 FROM piece WHERE delivery = d.id AND print_file > 0)
		ORDER BY id LIMIT ?`, batch, most)
	if err != nil || len(rs) == 0 {
		return nil, err
	}
	var n int
	_, err = t.row(`SELECT count(*) + 1 FROM print_file WHERE batch = ?`, []any{batch}, &n)
	if err != nil {
		return nil, err
	}
	f.Name = fmt.Sprintf("%s-%03d-%02d", campaign, ordinal, n)
	f.Created = t.now.Truncate(time.Second)
	_, err = t.row(`INSERT INTO print_file (batch, name, created_at) VALUES (?,?,?) RETURNING id`,
		[]any{batch, f.Name, ms(f.Created)}, &f.ID)
	if err != nil {
		return nil, err
	}
	for i, r := range rs {
		_, err := t.exec(`UPDATE piece SET print_file = ?, sequence = ? WHERE delivery = ?`,
			f.ID, i+1, r.id)
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Pieces returns the letters of a print file in their sequence, those that left it (cancelled, blocked)
// excluded.
func (l *Ledger) Pieces(ctx context.Context, file int64) ([]BoundPiece, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT d.id, d.attempt, d.feed, d.channel, c.id, d.revision,
			v.names_ok, b.name, p.id, p.ref, p.locale, p.notice, p.sealed, d.first_at,
			i.number, i.pages, i.sheets, i.digest, i.sequence, i.page_from
		FROM piece i JOIN delivery d ON d.id = i.delivery JOIN person p ON p.id = d.person
		JOIN batch b ON b.id = d.batch JOIN campaign c ON c.num = b.campaign
		JOIN revision v ON v.campaign = c.num AND v.number = d.revision
		WHERE i.print_file = ? AND d.state NOT IN ('cancelled', 'blocked', 'ready', 'queued')
		ORDER BY i.sequence`, file)
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
	err := rows.Scan(&p.Delivery, &p.Attempt, &p.Feed, &p.Channel, &p.Campaign, &p.Revision,
		&p.NamesOK, &p.Claim.Batch, &p.PersonID, &p.Ref, &p.Locale, &p.Notice, &p.Sealed, &first,
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

// Finish makes a written print file the one that holds its pieces: all of them bound, at once.
// pageFrom has the first page of each piece, in sequence. It answers false, and binds nothing, where a
// piece left the file meanwhile: then the file must be made again.
func (l *Ledger) Finish(ctx context.Context, f PrintFile, pieces []BoundPiece) (bool, error) {
	var ok bool
	err := l.do(ctx, func(t *tx) error {
		ok = false
		rs, err := t.rows(`id IN (SELECT delivery FROM piece WHERE print_file = ?) AND state = 'typeset'`,
			f.ID)
		if err != nil || len(rs) != len(pieces) {
			return err
		}
		if _, err := t.shiftAll(rs, moveBind, ""); err != nil {
			return err
		}
		for _, p := range pieces {
			_, err := t.exec(`UPDATE piece SET page_from = ? WHERE delivery = ?`, p.PageFrom, p.Delivery)
			if err != nil {
				return err
			}
		}
		ok = true
		_, err = t.exec(`UPDATE print_file SET bound_at = ?, pieces = ?, pages = ?, sheets = ?, sha256 = ?
			WHERE id = ?`, ms(t.now), f.Pieces, f.Pages, f.Sheets, f.SHA256[:], f.ID)
		return err
	})
	return ok, err
}

// DropFile forgets a print file that has no pieces left.
func (l *Ledger) DropFile(ctx context.Context, file int64) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM print_file WHERE id = ? AND bound_at = 0`, file)
		return err
	})
}

// PrintFiles returns the finished print files of a campaign, oldest first.
func (l *Ledger) PrintFiles(ctx context.Context, campaign string) ([]PrintFile, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT f.id, b.name, f.name, f.created_at, f.pieces, f.pages,
			f.sheets, f.sha256
		FROM print_file f JOIN batch b ON b.id = f.batch JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND f.bound_at > 0 ORDER BY f.id`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []PrintFile
	for rows.Next() {
		f := PrintFile{Bound: true}
		var created int64
		var sum []byte
		err := rows.Scan(&f.ID, &f.Batch, &f.Name, &created, &f.Pieces, &f.Pages, &f.Sheets, &sum)
		if err != nil {
			return nil, wrapRead(err)
		}
		f.Created, f.SHA256 = at(created), hash32(sum)
		out = append(out, f)
	}
	return out, wrapRead(rows.Err())
}
