package ledger

import (
	"context"
	"errors"
	"time"
)

// Messages for the members' page may go into files instead of over the wire. Which messages a file has is fixed
// before its first byte is written: from then on they are sending, and the file holds them as a worker holds
// its claims, by its name. When it is whole and in place all of them are sent, at once. A file that was begun is
// made again, by anybody, to the same bytes; only where its batch was stopped before it was in place are its
// messages given back.

// PageFile is a file of messages for the members' page.
type PageFile struct {
	ID       int64
	Campaign string
	Batch    string
	Name     string    // without an ending
	Created  time.Time // when its messages were fixed
	Written  time.Time // when it was in place; zero: it is being made
	Messages int
	SHA256   [32]byte // of the lines
}

// PageLine is one message of a file, as it was written.
type PageLine struct {
	Delivery  int64
	MessageID string
	SHA256    [32]byte // of its bytes
}

// ToWrite tells, for a campaign, the batches with a file for the members' page to make: those that were begun,
// and where files are wanted, those with messages ready and none left to be released.
func (l *Ledger) ToWrite(ctx context.Context, campaign string, wanted bool) ([]BatchName, error) {
	return l.batchNames(ctx, `SELECT b.id, b.name FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND c.purged_at = 0 AND (
			EXISTS (SELECT 1 FROM page_file f WHERE f.batch = b.id AND f.written_at = 0)
			OR ? = 1 AND b.opened_at > 0 AND NOT (`+stoppedColumn+`)
			AND EXISTS (SELECT 1 FROM counter WHERE batch = b.id AND channel = 'feed' AND state = 'ready' AND n > 0)
			AND NOT EXISTS (SELECT 1 FROM counter
				WHERE batch = b.id AND channel = 'feed' AND state = 'waiting' AND n > 0))
		ORDER BY b.ordinal`, campaign, flagged(wanted))
}

// FixPageFile makes up to n ready messages of a batch those of a new file. Without any, or where the batch is
// stopped, there is no file, and nil.
func (l *Ledger) FixPageFile(ctx context.Context, batch int64, n int) (*PageFile, error) {
	var file *PageFile
	err := l.do(ctx, func(t *tx) (err error) {
		file = nil
		if stopped, err := t.stopped(batch); err != nil || stopped {
			return err
		}
		file, err = t.fixPageFile(batch, n)
		return err
	})
	return file, err
}

func (t *tx) fixPageFile(batch int64, n int) (*PageFile, error) {
	at, err := t.placeOf(batch)
	if err != nil || at == nil {
		return nil, err
	}
	rs, err := t.rows(`batch = ? AND channel = 'feed' AND lane = ? AND state = 'ready' ORDER BY id LIMIT ?`,
		batch, PageLane, n)
	if err == nil {
		rs, err = t.leaveMoved(rs)
	}
	if err != nil || len(rs) == 0 {
		return nil, err
	}
	f := &PageFile{Created: t.now.Truncate(time.Second), Campaign: at.campaign, Batch: at.batch}
	var serial int
	if f.Name, serial, err = t.nextName("page_file f", at); err != nil {
		return nil, err
	}
	_, err = t.row(`INSERT INTO page_file (batch, serial, name, created_at) VALUES (?,?,?,?) RETURNING id`,
		[]any{batch, serial, f.Name, ms(f.Created)}, &f.ID)
	if err != nil {
		return nil, err
	}
	_, err = t.claimAs(f.Name, rs, movePut)
	return f, err
}

// PageFilesBegun are the files of a batch that are not in place, oldest first.
func (l *Ledger) PageFilesBegun(ctx context.Context, batch int64) ([]PageFile, error) {
	return l.pageFiles(ctx, `WHERE f.batch = ? AND f.written_at = 0 ORDER BY f.id`, batch)
}

// PageFiles are the files of a campaign that were written, oldest first.
func (l *Ledger) PageFiles(ctx context.Context, campaign string) ([]PageFile, error) {
	return l.pageFiles(ctx, `WHERE c.id = ? AND f.written_at > 0 ORDER BY f.id`, campaign)
}

func (l *Ledger) pageFiles(ctx context.Context, where string, args ...any) ([]PageFile, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT f.id, c.id, b.name, f.name, f.created_at, f.written_at,
			f.messages, f.sha256
		FROM page_file f JOIN batch b ON b.id = f.batch JOIN campaign c ON c.num = b.campaign `+where, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []PageFile
	for rows.Next() {
		var f PageFile
		var created, written int64
		var sum []byte
		err := rows.Scan(&f.ID, &f.Campaign, &f.Batch, &f.Name, &created, &written, &f.Messages, &sum)
		if err != nil {
			return nil, wrapRead(err)
		}
		f.Created, f.SHA256 = at(created), hash32(sum)
		if written > 0 {
			f.Written = at(written)
		}
		out = append(out, f)
	}
	return out, wrapRead(rows.Err())
}

// heldByFile is the condition on the delivery table for the messages of a file that is being made. The index of
// what is held serves it.
const heldByFile = `d.state IN ('sending', 'uncertain') AND d.state = 'sending' AND d.worker = ?`

// PageFileClaims are the messages of a file that is being made, in order.
func (l *Ledger) PageFileClaims(ctx context.Context, f PageFile) ([]Claim, error) {
	rows, err := l.read.QueryContext(ctx, claimQuery+`WHERE `+heldByFile+` ORDER BY d.id`, f.Name)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Claim
	for rows.Next() {
		var x claimable
		if err := x.scan(rows.Scan, f.Created); err != nil {
			return nil, wrapRead(err)
		}
		x.claim.Worker = f.Name
		out = append(out, x.claim)
	}
	return out, wrapRead(rows.Err())
}

// PageFileStopped tells whether the batch of a file was stopped, or its campaign.
func (l *Ledger) PageFileStopped(ctx context.Context, f PageFile) (stop bool, err error) {
	err = l.read.QueryRowContext(ctx, `SELECT `+stoppedColumn+` FROM page_file f JOIN batch b ON b.id = f.batch
		JOIN campaign c ON c.num = b.campaign WHERE f.id = ?`, f.ID).Scan(&stop)
	return stop, wrapRead(err)
}

// PageFileWritten says that a file is whole and in place: its messages are sent, all at once. It answers false,
// and changes nothing, where they are no longer its lines: then it must be made again.
func (l *Ledger) PageFileWritten(ctx context.Context, f PageFile, lines []PageLine) (bool, error) {
	var ok bool
	err := l.do(ctx, func(t *tx) (err error) {
		ok, err = t.pageFileWritten(f, lines)
		return err
	})
	return ok, err
}

func (t *tx) pageFileWritten(f PageFile, lines []PageLine) (bool, error) {
	rs, err := t.rows(heldByFile+` ORDER BY d.id`, f.Name)
	if err != nil || len(rs) == 0 || len(rs) != len(lines) {
		return false, err
	}
	tries := make([]attemptRow, len(rs))
	for i, r := range rs {
		if r.id != lines[i].Delivery {
			return false, nil
		}
		tries[i] = attemptRow{r.id, r.attempt, f.Name, f.Created, string(Sent), Attempt{
			Relay: f.Name, SHA256: lines[i].SHA256, MessageID: lines[i].MessageID, Line: "written to a file",
		}}
	}
	if _, err := t.shiftAll(rs, moveSent, "tried = 1, worker = '', reason = ''"); err != nil {
		return false, err
	}
	if err := t.attempts(tries); err != nil {
		return false, err
	}
	_, err = t.exec(`UPDATE page_file SET written_at = ?, messages = ?, sha256 = ? WHERE id = ?`,
		ms(t.now), len(rs), f.SHA256[:], f.ID)
	return err == nil, err
}

// ErrPageFile says that a file for the members' page was begun, and that nobody is there to decide on it.
var ErrPageFile = errors.New("a file for the members' page was begun, and no worker runs that could finish it")

// pageFileWaits is ErrPageFile where a campaign has a file in the making that no worker will make.
func (l *Ledger) pageFileWaits(ctx context.Context, num int64) error {
	var begun int
	err := l.read.QueryRowContext(ctx, `SELECT count(*) FROM page_file f JOIN batch b ON b.id = f.batch
		WHERE b.campaign = ? AND f.written_at = 0`, num).Scan(&begun)
	if err != nil || begun == 0 {
		return wrapRead(err)
	}
	n, err := l.OtherWorkers(ctx, "")
	if err == nil && n == 0 {
		err = ErrPageFile
	}
	return err
}

// DropPageFile forgets a file that is not in place. What it holds is given back.
func (l *Ledger) DropPageFile(ctx context.Context, f PageFile) error {
	return l.do(ctx, func(t *tx) error {
		rs, err := t.rows(heldByFile+` ORDER BY d.id`, f.Name)
		if err != nil {
			return err
		}
		if _, err := t.giveBackPages(rs); err != nil {
			return err
		}
		_, err = t.exec(`DELETE FROM page_file WHERE id = ? AND written_at = 0`, f.ID)
		return err
	})
}
