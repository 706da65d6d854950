// Package ledger is the truth of every delivery: who must be told, what became of each attempt, and
// what the operators did. A task in the queue only says which row to look at; whether there is
// anything to do is decided here, in one transaction, so that a doubled, lost or late task costs
// nothing.
//
// It is SQL over database/sql, in a file (SQLite, one machine) or on a server (PostgreSQL, as many as one
// likes): see dialect. Every change of a delivery is a named move (see Moves) that changes only
// a row in a state it may start from, keeps the counters, and keeps the person's standing; no other
// code writes those tables. Personal data enters sealed and leaves sealed.
//
// Claims and outcomes are many and small, and each must be on disk before its caller goes on. They are
// written in groups: see writer.
package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// ErrBusy says that another process kept the ledger locked for longer than Patience.
var ErrBusy = errors.New("ledger busy")

// ErrNoCampaign says that the ledger has no whole campaign of that id.
var ErrNoCampaign = errors.New("no such campaign in the ledger")

// ErrNoBatch says that the campaign has no batch of that name.
var ErrNoBatch = errors.New("no such batch in the campaign")

// ErrDamaged says that the file is no ledger, or no longer a whole one.
var ErrDamaged = errors.New("is not a ledger or is damaged")

// ErrDisk says that the disk takes no more, or fails.
var ErrDisk = errors.New("the disk is full or failing")

// ErrUnreachable says that the ledger's server did not answer for Patience.
var ErrUnreachable = errors.New("the ledger's server cannot be reached")

// Patience is how long a write waits for other processes before ErrBusy, and for a server that
// went away before ErrUnreachable.
const Patience = 30 * time.Second

//go:embed schema/*/*.sql
var schema embed.FS

// Ledger is an open ledger. It is safe for concurrent use, in this process and with others.
type Ledger struct {
	d        *dialect
	read     *reader
	write    *sql.DB
	writer   *writer
	now      func() time.Time // by the server's clock, where there is one
	path     string
	patience time.Duration
	parcel   int // people of one transaction of an import
	skew     *skew
	gate     gate
	haste    context.Context // ends when nothing is waited for any more
	hurry    context.CancelFunc
}

// Open opens the ledger at a path, or of a postgres:// URL, and brings its schema up to date. make allows
// a new one; without it the error is fs.ErrNotExist where there is none. now is the clock.
func Open(ctx context.Context, path string, make bool, now func() time.Time) (*Ledger, error) {
	l := &Ledger{d: sqliteDialect, now: now, path: path, patience: Patience, parcel: parcelSize}
	l.haste, l.hurry = context.WithCancel(context.Background())
	open := l.openSQLite
	if IsServer(path) {
		l.skew = &skew{local: now}
		l.d, open, l.now = postgresDialect, l.openPostgres, l.skew.now
	}
	err := open(ctx, make)
	if err == nil {
		l.write.SetMaxOpenConns(1)
		l.read.SetMaxOpenConns(4)
		l.read.SetMaxIdleConns(4)
		l.writer, err = newWriter(ctx, l)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %q: %w", Name(path), plain(err)), l.Close())
	}
	return l, nil
}

// Close ends the ledger's work after the writes that are under way.
func (l *Ledger) Close() error {
	var errs []error
	if l.writer != nil {
		errs = append(errs, l.writer.stop())
	}
	if l.read != nil {
		errs = append(errs, l.read.Close())
	}
	if l.write != nil {
		errs = append(errs, l.write.Close())
	}
	return errors.Join(errs...)
}

// Path is where the ledger is. A server's has its password in it: see Name.
func (l *Ledger) Path() string { return l.path }

// refuseForeign makes sure that a database without a ledger has nothing else either.
func (l *Ledger) refuseForeign(ctx context.Context, tx *sql.Tx) error {
	var tables int
	if err := tx.QueryRowContext(ctx, l.d.tables).Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return fmt.Errorf("%w: it has tables of another program", ErrDamaged)
	}
	return nil
}

// migrate runs the schema steps that the ledger has not had. Two processes may try at once: the second
// finds nothing left to do.
func (l *Ledger) migrate(ctx context.Context) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if l.d.fleet {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d, %d);
			CREATE TABLE IF NOT EXISTS schema_step (step INTEGER PRIMARY KEY)`, lockClass, lockSchema))
		if err != nil {
			return err
		}
	}
	var have int
	if err := tx.QueryRowContext(ctx, l.d.haveStep).Scan(&have); err != nil {
		return err
	}
	steps, err := fs.Glob(schema, l.d.steps+"/*.sql")
	if err != nil {
		return err
	}
	if have > len(steps) {
		return fmt.Errorf("made by a newer version (schema %d, this program knows %d)", have, len(steps))
	}
	if have == 0 {
		if err := l.refuseForeign(ctx, tx); err != nil {
			return err
		}
	}
	for _, step := range steps[have:] {
		if err := l.d.runStep(ctx, tx, step); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (d *dialect) runStep(ctx context.Context, tx *sql.Tx, step string) error {
	text, err := schema.ReadFile(step)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(step), ".sql")
	n, err := strconv.Atoi(name)
	if err != nil {
		return fmt.Errorf("schema step %q: %w", step, err)
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("schema step %d: %w", n, err)
	}
	_, err = tx.ExecContext(ctx, d.setStep+strconv.Itoa(n))
	return err
}

// plain puts the errors that an operator can mend into words.
func plain(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return plainSQLite(e)
	}
	return plainPostgres(err)
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
