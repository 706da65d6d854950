// Package ledger is the truth of every delivery: who must be told, what became of each attempt, and
// what the operators did. A task in the queue only says which row to look at; whether there is
// anything to do is decided here, in one transaction, so that a doubled, lost or late task costs
// nothing.
//
// It is SQL over database/sql. Every change of a delivery is a named move (see Moves) that changes only
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
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite" // the driver, and its error codes
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

// Patience is how long a write waits for other processes before ErrBusy.
const Patience = 30 * time.Second

//go:embed schema/sqlite/*.sql
var schema embed.FS

// Ledger is an open ledger. It is safe for concurrent use, in this process and with others.
type Ledger struct {
	read   *sql.DB
	write  *sql.DB
	writer *writer
	now    func() time.Time
	path   string
}

// Open opens the SQLite ledger at a path and brings its schema up to date. make allows a new file.
// now is the clock.
func Open(ctx context.Context, path string, make bool, now func() time.Time) (*Ledger, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !make {
		return nil, fmt.Errorf("open ledger %q: %w", path, fs.ErrNotExist)
	}
	if err := touch(path); err != nil {
		return nil, fmt.Errorf("open ledger %q: %w", path, err)
	}
	l := &Ledger{now: now, path: path}
	var err error
	if l.write, err = sql.Open("sqlite", dsn(path, "immediate", "cache_size(-16000)")); err != nil {
		return nil, fmt.Errorf("open ledger %q: %w", path, err)
	}
	l.write.SetMaxOpenConns(1)
	if l.read, err = sql.Open("sqlite", dsn(path, "deferred", "query_only(1)")); err != nil {
		return nil, fmt.Errorf("open ledger %q: %w", path, err)
	}
	l.read.SetMaxOpenConns(4)
	if err := l.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %q: %w", path, plain(err)), l.Close())
	}
	if l.writer, err = newWriter(ctx, l); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %q: %w", path, plain(err)), l.Close())
	}
	return l, nil
}

// touch makes the file for its owner only: SQLite would follow the umask.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Unwrap(err)
	}
	return f.Close()
}

func dsn(path, lock, pragma string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", pragma,
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// Close ends the ledger's work after the writes that are under way.
func (l *Ledger) Close() error {
	var errs []error
	if l.writer != nil {
		errs = append(errs, l.writer.stop())
	}
	for _, db := range []*sql.DB{l.read, l.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Path is where the ledger is.
func (l *Ledger) Path() string { return l.path }

// migrate runs the schema steps that the ledger has not had. The step's number is user_version.
func (l *Ledger) migrate(ctx context.Context) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var have int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	steps, err := fs.Glob(schema, "schema/sqlite/*.sql")
	if err != nil {
		return err
	}
	if have > len(steps) {
		return fmt.Errorf("made by a newer version (schema %d, this program knows %d)", have, len(steps))
	}
	for _, step := range steps[have:] {
		if err := runStep(ctx, tx, step); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func runStep(ctx context.Context, tx *sql.Tx, step string) error {
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
	_, err = tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(n))
	return err
}

// SQLite result codes (https://www.sqlite.org/rescode.html), primary.
const (
	codeBusy     = 5
	codeReadOnly = 8
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// plain puts the errors that an operator can mend into words.
func plain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case codeBusy:
		return ErrBusy
	case codeReadOnly, codeCantOpen:
		return fmt.Errorf("cannot be written: %w", fs.ErrPermission)
	case codeFull, codeIOErr:
		return fmt.Errorf("%w: %w", ErrDisk, err)
	case codeCorrupt, codeNotADB:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == codeBusy
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
