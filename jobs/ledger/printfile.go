package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Reserve fixes the letters of a new print file of a batch, in this order. Those that are no longer
// typeset, or are in a file already, are left out; without any there is no file, and nil.
func (l *Ledger) Reserve(ctx context.Context, batch int64, mixed bool, letters []int64) (*PrintFile, error) {
	var file *PrintFile
	err := l.do(ctx, func(t *tx) (err error) {
		file, err = t.reserve(batch, mixed, letters)
		return err
	})
	return file, err
}

func (t *tx) reserve(batch int64, mixed bool, letters []int64) (*PrintFile, error) {
	at, err := t.placeOf(batch)
	if err != nil || at == nil {
		return nil, err
	}
	f := &PrintFile{Mixed: mixed, Created: t.now.Truncate(time.Second), Campaign: at.campaign, Batch: at.batch}
	free, err := t.unboundOf(letters)
	if err != nil || len(free) == 0 {
		return nil, err
	}
	var serial int
	if f.Name, serial, err = t.nameFile(f, at); err != nil {
		return nil, err
	}
	_, err = t.row(`INSERT INTO print_file (batch, mixed, serial, name, created_at) VALUES (?,?,?,?,?)
		RETURNING id`, []any{batch, flagged(mixed), serial, f.Name, ms(f.Created)}, &f.ID)
	if err != nil {
		return nil, err
	}
	_, err = t.exec(`UPDATE piece SET print_file = ? WHERE delivery `+t.among(), f.ID, t.set(free))
	if err != nil {
		return nil, err
	}
	return f, t.number("sequence", free, func(i int) int { return i + 1 })
}

// unboundOf are those of some letters that are typeset and in no file, in the order given. One in the place of an
// e-mail that is tried again is left out: it may not be needed.
func (t *tx) unboundOf(letters []int64) ([]int64, error) {
	rs, err := t.rows(`id `+t.among()+` AND state = 'typeset'
		AND NOT EXISTS (SELECT 1 FROM piece WHERE delivery = d.id AND print_file > 0)
		AND NOT EXISTS (SELECT 1 FROM delivery m WHERE m.id = d.id - ? AND (d.id & ?) <> 0
			AND m.state IN `+oneOf(openEmail...)+`) ORDER BY id`,
		t.set(letters), fallbackBit, fallbackBit)
	if err != nil {
		return nil, err
	}
	free := make(map[int64]bool, len(rs))
	for _, r := range rs {
		free[r.id] = true
	}
	out := make([]int64, 0, len(rs))
	for _, id := range letters {
		if free[id] {
			out = append(out, id)
		}
	}
	return out, nil
}

// place is what the files of a batch are called after: campaign, revision but for the first, and the batch by its
// place in that revision's order of release.
type place struct {
	campaign, batch   string
	revision, ordinal int
}

// placeOf reads it, for a new file; nil where there is no batch.
func (t *tx) placeOf(batch int64) (*place, error) {
	p := &place{}
	found, err := t.row(`SELECT c.id, c.revision, b.name, b.ordinal FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE b.id = ?`+t.lockOf("b"), []any{batch}, &p.campaign, &p.revision, &p.batch, &p.ordinal)
	if err != nil || !found {
		return nil, err
	}
	return p, nil
}

func (p *place) name(of string, serial int) string {
	campaign := p.campaign
	if p.revision > 1 {
		campaign = fmt.Sprintf("%s-r%d", p.campaign, p.revision)
	}
	return fmt.Sprintf("%s-%s-%02d", campaign, of, serial)
}

// nameFile finds the next name of a print file, and its count.
func (t *tx) nameFile(f *PrintFile, at *place) (string, int, error) {
	if !f.Mixed {
		return t.nextName("(SELECT * FROM print_file WHERE mixed = 0) f", at)
	}
	var n int
	_, err := t.row(`SELECT coalesce(max(f.serial), 0) + 1 FROM print_file f JOIN batch b ON b.id = f.batch
		JOIN campaign c ON c.num = b.campaign WHERE c.id = ? AND f.mixed = 1`, []any{at.campaign}, &n)
	return at.name("all", n), n, err
}

// nextName is the next name of a batch's own files in a table, and its count.
func (t *tx) nextName(files string, at *place) (string, int, error) {
	var n int
	_, err := t.row(`SELECT coalesce(max(f.serial), 0) + 1 FROM `+files+` JOIN batch b ON b.id = f.batch
		JOIN campaign c ON c.num = b.campaign WHERE c.id = ? AND b.ordinal = ?`,
		[]any{at.campaign, at.ordinal}, &n)
	return at.name(fmt.Sprintf("%03d", at.ordinal), n), n, err
}

// number writes a number into a column of pieces, many with one statement.
func (t *tx) number(column string, letters []int64, of func(i int) int) error {
	const one = "(CAST(? AS BIGINT), CAST(? AS INTEGER))"
	for from := 0; from < len(letters); {
		n := 64 // few sizes, for each is a statement
		for from+n > len(letters) {
			n /= 4
		}
		values := make([]any, 0, 2*n)
		for i := from; i < from+n; i++ {
			values = append(values, letters[i], of(i))
		}
		_, err := t.exec(`UPDATE piece SET `+column+` = v.column2 FROM (VALUES `+
			strings.Repeat(one+",", n-1)+one+`) AS v WHERE piece.delivery = v.column1`, values...)
		if err != nil {
			return err
		}
		from += n
	}
	return nil
}

// Unfinished returns the print files whose pieces are fixed and that are not finished: of a batch, or,
// mixed, of its whole campaign.
func (l *Ledger) Unfinished(ctx context.Context, batch int64, mixed bool) ([]PrintFile, error) {
	if mixed {
		return l.printFiles(ctx, `WHERE f.bound_at = 0 AND f.mixed = 1 AND b.campaign =
			(SELECT campaign FROM batch WHERE id = ?) ORDER BY f.id`, batch)
	}
	return l.printFiles(ctx, `WHERE f.bound_at = 0 AND f.mixed = 0 AND f.batch = ? ORDER BY f.id`, batch)
}

// PrintFiles returns the finished print files of a campaign, oldest first.
func (l *Ledger) PrintFiles(ctx context.Context, campaign string) ([]PrintFile, error) {
	return l.printFiles(ctx, `WHERE c.id = ? AND f.bound_at > 0 ORDER BY f.id`, campaign)
}

// PrintFileNamed returns the finished print file of a name, nil where there is none.
func (l *Ledger) PrintFileNamed(ctx context.Context, name string) (*PrintFile, error) {
	files, err := l.printFiles(ctx, `WHERE f.name = ? AND f.bound_at > 0`, name)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	return &files[0], nil
}

func (l *Ledger) printFiles(ctx context.Context, where string, args ...any) ([]PrintFile, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT f.id, c.id, b.name, f.mixed, f.name, f.created_at, f.bound_at,
			f.pieces, f.pages, f.sheets, f.sha256
		FROM print_file f JOIN batch b ON b.id = f.batch JOIN campaign c ON c.num = b.campaign `+where, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []PrintFile
	for rows.Next() {
		var f PrintFile
		var mixed int
		var created, bound int64
		var sum []byte
		err := rows.Scan(&f.ID, &f.Campaign, &f.Batch, &mixed, &f.Name, &created, &bound, &f.Pieces, &f.Pages,
			&f.Sheets, &sum)
		if err != nil {
			return nil, wrapRead(err)
		}
		f.Mixed, f.Bound, f.Created, f.SHA256 = mixed == 1, bound > 0, at(created), hash32(sum)
		out = append(out, f)
	}
	return out, wrapRead(rows.Err())
}

// Finish makes a written print file the one that holds its pieces: all of them bound, at once, in this
// order and from these pages on. sums has the SHA-256 of each page's drawing. It answers false, and binds
// nothing, where a piece left the file meanwhile: then the file must be made again. The error is ErrSwitching while a
// further revision comes in, which takes letters that are not bound for ones that nobody gets.
func (l *Ledger) Finish(ctx context.Context, f PrintFile, pieces []BoundPiece, sums []byte) (bool, error) {
	var ok bool
	err := l.do(ctx, func(t *tx) (err error) {
		ok, err = t.finish(f, pieces, sums)
		return err
	})
	return ok, err
}

func (t *tx) finish(f PrintFile, pieces []BoundPiece, sums []byte) (bool, error) {
	if err := t.settledRevision(f.Campaign); err != nil {
		return false, err
	}
	rs, err := t.rows(`id IN (SELECT delivery FROM piece WHERE print_file = ?) AND state = 'typeset'`, f.ID)
	if err != nil || len(rs) != len(pieces) {
		return false, err
	}
	if _, err := t.shiftAll(rs, moveBind, ""); err != nil {
		return false, err
	}
	letters := make([]int64, len(pieces))
	for i, p := range pieces {
		letters[i] = p.Delivery
	}
	err = t.number("page_from", letters, func(i int) int { return pieces[i].PageFrom })
	if err != nil {
		return false, err
	}
	if err := t.number("sequence", letters, func(i int) int { return i + 1 }); err != nil {
		return false, err
	}
	_, err = t.exec(`UPDATE print_file SET bound_at = ?, pieces = ?, pages = ?, sheets = ?, sha256 = ?,
		page_sums = ? WHERE id = ?`, ms(t.now), f.Pieces, f.Pages, f.Sheets, f.SHA256[:], append([]byte{}, sums...), f.ID)
	return err == nil, err
}

// settledRevision is ErrSwitching while a further revision of a campaign comes in. Whoever begins to bring one in
// waits for the transactions that have asked before.
func (t *tx) settledRevision(campaign string) error {
	if err := t.together(lockStops); err != nil {
		return err
	}
	c, _, err := t.campaign(campaign)
	if err == nil && c.switching != 0 {
		err = ErrSwitching
	}
	return err
}

// PageSums are the SHA-256 of the drawings of a print file's pages, in order, 32 bytes each.
func (l *Ledger) PageSums(ctx context.Context, file int64) ([]byte, error) {
	var sums []byte
	err := l.read.QueryRowContext(ctx, `SELECT page_sums FROM print_file WHERE id = ?`, file).Scan(&sums)
	return sums, wrapRead(err)
}

// DropFile forgets a print file that has no pieces left.
func (l *Ledger) DropFile(ctx context.Context, file int64) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM print_file WHERE id = ? AND bound_at = 0`, file)
		return err
	})
}
