package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"modernc.org/sqlite" // the driver, and its error codes
)

// openSQLite opens the file with one writing connection and a few reading ones.
func (l *Ledger) openSQLite(ctx context.Context, make bool) error {
	if _, err := os.Stat(l.path); errors.Is(err, fs.ErrNotExist) && !make {
		return fs.ErrNotExist
	}
	if err := touch(l.path); err != nil {
		return err
	}
	var err error
	if l.write, err = sql.Open("sqlite", dsn(l.path, "immediate", "cache_size(-16000)", "temp_store(memory)", checkpoint)); err != nil {
		return err
	}
	read, err := sql.Open("sqlite", dsn(l.path, "deferred", "query_only(1)"))
	if err != nil {
		return err
	}
	l.read = &reader{DB: read, d: l.d, patience: l.patience}
	return l.migrate(ctx)
}

// touch makes the file for its owner only: SQLite would follow the umask.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Unwrap(err)
	}
	return f.Close()
}

// checkpoint lets the log grow to 32 MB before it is brought into the file: the same pages change again and
// again, and are written once then.
const checkpoint = "wal_autocheckpoint(8000)"

func dsn(path, lock string, pragmas ...string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
	}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
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

func plainSQLite(err *sqlite.Error) error {
	switch err.Code() & 0xff {
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
