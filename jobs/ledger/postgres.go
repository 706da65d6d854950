package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// IsServer tells whether a ledger's place is a PostgreSQL server and not a file.
func IsServer(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

// Name is a ledger's place as it may be shown: a server's without user, password and options.
func Name(place string) string {
	if !IsServer(place) {
		return place
	}
	u, err := url.Parse(place)
	if err != nil {
		return "postgres://…"
	}
	return (&url.URL{Scheme: "postgres", Host: u.Host, Path: u.Path}).String()
}

// session is what every connection asks of the server, unless the URL says otherwise: a commit is on
// disk, a lock is not waited for longer than SQLite's, and a machine that vanished in the middle of a
// transaction does not keep its locks.
var session = map[string]string{
	"application_name":                    "oshirase",
	"synchronous_commit":                  "on",
	"lock_timeout":                        "5s",
	"idle_in_transaction_session_timeout": "15s",
	"timezone":                            "UTC",
}

// openPostgres connects to the server. It must be reached directly or through a pooler that keeps
// sessions: statements are prepared.
func (l *Ledger) openPostgres(ctx context.Context, make bool) error {
	config, err := pgx.ParseConfig(l.path)
	if err != nil {
		return errors.New("write it as postgres://user:password@host:5432/database")
	}
	for name, value := range session {
		if _, said := config.RuntimeParams[name]; !said {
			config.RuntimeParams[name] = value
		}
	}
	l.write = sql.OpenDB(pgConnector{config})
	l.read = &reader{DB: sql.OpenDB(pgConnector{config}), d: l.d, patience: l.patience}
	var there bool
	err = l.write.QueryRowContext(ctx, `SELECT to_regclass('schema_step') IS NOT NULL`).Scan(&there)
	if err != nil {
		return err
	}
	if !there && !make {
		return fs.ErrNotExist
	}
	return l.migrate(ctx)
}

// The locks that processes take on the ledger as a whole, as advisory locks of PostgreSQL. They wait in
// turn, which row locks do not, and end with their transaction. SQLite needs none: its writers are one
// at a time.
const (
	lockSchema  = iota + 1 // the steps of the schema
	lockJournal            // the end of the chain
	lockStops              // holds, cancels, halts: shared by what asks whether it may go on
	lockBatches            // the order in which batches open
)

// lockClass sets our locks apart from others' in the same database.
const lockClass = 0x6f736869

// alone waits until no other process holds the lock.
func (t *tx) alone(lock int) error { return t.advisory("pg_advisory_xact_lock", lock) }

// together shares a lock with others that share it.
func (t *tx) together(lock int) error {
	if t.shared[lock] {
		return nil
	}
	if t.shared == nil {
		t.shared = map[int]bool{}
	}
	t.shared[lock] = true
	return t.advisory("pg_advisory_xact_lock_shared", lock)
}

func (t *tx) advisory(function string, lock int) error {
	if !t.w.l.d.fleet {
		return nil
	}
	_, err := t.exec(`SELECT `+function+`(CAST(? AS INTEGER), CAST(? AS INTEGER))`, lockClass, lock)
	return err
}

// isBusy tells errors after which the same transaction may succeed: another writer was in the way.
func isBusy(err error) bool {
	var file *sqlite.Error
	if errors.As(err, &file) {
		return file.Code()&0xff == codeBusy
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return true
	}
	return false
}

// isLost tells errors that speak of the connection and not of the ledger.
func isLost(err error) bool {
	if err == nil {
		return false
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return lostCode(e.Code)
	}
	var network *net.OpError
	var connect *pgconn.ConnectError
	for _, gone := range []error{
		driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err)
}

// lostCode tells the codes of a server that stops, starts or has no room for a connection
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func lostCode(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", "53300", "25P03":
		return true
	}
	return strings.HasPrefix(code, "08")
}

func plainPostgres(err error) error {
	if isBusy(err) {
		return ErrBusy
	}
	if isLost(err) {
		return fmt.Errorf("%w: %w", ErrUnreachable, told(err))
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case "53100", "58030": // disk_full, io_error
		return fmt.Errorf("%w: %w", ErrDisk, err)
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case "42501", "25006": // insufficient_privilege, read_only_sql_transaction
		return fmt.Errorf("cannot be written: %w", fs.ErrPermission)
	}
	return told(err)
}

// told is what an attempt to connect came to, without the list of all that was tried.
func told(err error) error {
	var connect *pgconn.ConnectError
	if !errors.As(err, &connect) {
		return err
	}
	var server *pgconn.PgError
	var network *net.OpError
	switch {
	case errors.As(connect, &server):
		return server
	case errors.As(connect, &network):
		return network
	}
	return errors.New("no answer")
}
