package ledger

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
	"time"
)

// dialect is what differs between the two databases. The statements are written once, with ? for what
// is put in, in the words that both understand.
type dialect struct {
	steps      string // directory of the schema's steps
	haveStep   string // query for the last step that the ledger has had
	setStep    string // what notes a step, before its number
	tables     string // query for how many tables there are, schema_step excepted
	begin      string
	lock       string         // behind a SELECT whose rows are about to be changed
	among      string         // behind a column: one of a set of ids, which is one value
	set        [2]string      // what is round the ids of a set
	amongBytes string         // as among, of a set of bytes
	bytes      [2]string      // what is round each of these, in hex
	blob       string         // type of a column of bytes
	snapshot   *sql.TxOptions // of reads that belong together
	fleet      bool           // other machines write too, and the server may be away
	overwrite  string         // what lets the connection overwrite what it gives up
	statistics string         // what brings the planner's figures up to date after an import
}

var sqliteDialect = &dialect{
	steps: "schema/sqlite", haveStep: "PRAGMA user_version", setStep: "PRAGMA user_version = ",
	tables: "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
	among:  "IN (SELECT value FROM json_each(?))", set: [2]string{"[", "]"}, blob: "BLOB",
	amongBytes: "IN (SELECT unhex(value) FROM json_each(?))", bytes: [2]string{`"`, `"`},
	overwrite: "PRAGMA secure_delete = ON",
	begin:     "BEGIN IMMEDIATE", snapshot: &sql.TxOptions{ReadOnly: true},
}

// A row that is about to be changed is locked as it is read: under READ COMMITTED another process may
// otherwise change it in between. NO KEY leaves rows that refer to it alone.
var postgresDialect = &dialect{
	steps: "schema/postgres", haveStep: "SELECT coalesce(max(step), 0) FROM schema_step",
	setStep: "INSERT INTO schema_step (step) SELECT ", begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
	tables: `SELECT count(*) FROM information_schema.tables
		WHERE table_schema = current_schema() AND table_name <> 'schema_step'`,
	lock:       " FOR NO KEY UPDATE",
	among:      "= ANY(CAST(? AS BIGINT[]))",
	set:        [2]string{"{", "}"},
	amongBytes: "= ANY(CAST(? AS BYTEA[]))",
	bytes:      [2]string{`"\\x`, `"`},
	blob:       "BYTEA",
	snapshot:   &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
	fleet:      true,
	statistics: "ANALYZE campaign, batch, person, membership, delivery, code, code_holder",
}

// bind writes a statement's placeholders as the database wants them: ? or $1, $2, …
func (d *dialect) bind(query string) string {
	if !d.fleet {
		return query
	}
	var out strings.Builder
	n, quoted := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == '?' && !quoted:
			n++
			out.WriteString("$" + strconv.Itoa(n))
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// reader is the pool of reading connections.
type reader struct {
	*sql.DB
	d        *dialect
	patience time.Duration
	bound    sync.Map // statements, by how they are written here
}

func (r *reader) bind(query string) string {
	if b, ok := r.bound.Load(query); ok {
		return b.(string)
	}
	b := r.d.bind(query)
	r.bound.Store(query, b)
	return b
}

// QueryContext is the pool's, in the dialect. It waits for a server that is away.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	err = r.patiently(ctx, func() error {
		rows, err = r.DB.QueryContext(ctx, r.bind(query), args...)
		return err
	})
	return rows, err
}

// QueryRowContext is the pool's, in the dialect. It waits for a server that is away.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) (row *sql.Row) {
	_ = r.patiently(ctx, func() error { // the row keeps the error for Scan
		row = r.DB.QueryRowContext(ctx, r.bind(query), args...)
		return row.Err()
	})
	return row
}

// away is how long to wait between attempts to reach a server.
const away = 200 * time.Millisecond

// patiently asks again while the server is away, for as long as a write does. A read changes nothing.
func (r *reader) patiently(ctx context.Context, ask func() error) error {
	deadline := time.Now().Add(r.patience)
	for {
		err := ask()
		if !r.d.fleet || !isLost(err) || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(away):
		}
	}
}

// snapshot is a reading transaction: all of it at one moment.
type snapshot struct {
	*sql.Tx
	r *reader
}

func (r *reader) snapshot(ctx context.Context) (*snapshot, error) {
	var tx *sql.Tx
	err := r.patiently(ctx, func() (err error) {
		tx, err = r.BeginTx(ctx, r.d.snapshot)
		return err
	})
	return &snapshot{tx, r}, err
}

// QueryContext is the transaction's, in the dialect.
func (s *snapshot) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.Tx.QueryContext(ctx, s.r.bind(query), args...)
}

// QueryRowContext is the transaction's, in the dialect.
func (s *snapshot) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return s.Tx.QueryRowContext(ctx, s.r.bind(query), args...)
}
