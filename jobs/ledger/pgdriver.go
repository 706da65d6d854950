package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// The connection of PostgreSQL for database/sql: as much of it as the ledger uses. Values are whole
// numbers, texts, bytes, booleans and fractions; a statement has one result.

// pgConnector makes connections.
type pgConnector struct{ config *pgx.ConnConfig }

// connectWithin bounds one attempt to connect.
const connectWithin = 5 * time.Second

func (c pgConnector) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, c.config.Copy())
	if err != nil {
		return nil, err
	}
	return &pgConn{Conn: conn, used: time.Now()}, nil
}

func (c pgConnector) Driver() driver.Driver { return c }

// Open is not used: a connector is given.
func (pgConnector) Open(string) (driver.Conn, error) { return nil, driver.ErrSkip }

// pgConn is one connection.
type pgConn struct {
	*pgx.Conn
	used time.Time
}

func (c *pgConn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return c.Conn.Close(ctx)
}

func (c *pgConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *pgConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.IsClosed() {
		return nil, driver.ErrBadConn
	}
	d, err := c.Conn.Prepare(ctx, query, query)
	if err != nil {
		return nil, err
	}
	return &pgStmt{c, d}, nil
}

func (c *pgConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

func (c *pgConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if c.IsClosed() {
		return nil, driver.ErrBadConn
	}
	begin := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	if sql.IsolationLevel(o.Isolation) == sql.LevelRepeatableRead {
		begin.IsoLevel = pgx.RepeatableRead
	}
	if o.ReadOnly {
		begin.AccessMode = pgx.ReadOnly
	}
	tx, err := c.Conn.BeginTx(ctx, begin)
	if err != nil {
		return nil, err
	}
	return pgTx{ctx, tx}, nil
}

// ExecContext runs a text without arguments as it is: a step of the schema has many statements.
func (c *pgConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (
	driver.Result, error) {
	if c.IsClosed() {
		return nil, driver.ErrBadConn
	}
	if len(args) > 0 {
		tag, err := c.Conn.Exec(ctx, query, plainArgs(args)...)
		return driver.RowsAffected(tag.RowsAffected()), unsent(err)
	}
	_, err := c.PgConn().Exec(ctx, query).ReadAll()
	return driver.RowsAffected(0), err
}

func (c *pgConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (
	driver.Rows, error) {
	if c.IsClosed() {
		return nil, driver.ErrBadConn
	}
	rows, err := c.Conn.Query(ctx, query, plainArgs(args)...)
	if err != nil {
		return nil, unsent(err)
	}
	more := rows.Next() // the columns are known only then
	if err := rows.Err(); err != nil {
		rows.Close()
		return nil, unsent(err)
	}
	return &pgRows{rows: rows, first: true, more: more}, nil
}

// unsent lets database/sql take another connection where nothing has reached the server.
func unsent(err error) error {
	if err != nil && pgconn.SafeToRetry(err) {
		return driver.ErrBadConn
	}
	return err
}

// ResetSession finds out, before a connection is used again, that it has died meanwhile.
func (c *pgConn) ResetSession(ctx context.Context) error {
	if c.IsClosed() || c.PgConn().TxStatus() != 'I' {
		return driver.ErrBadConn
	}
	if time.Since(c.used) > time.Second {
		if err := c.Ping(ctx); err != nil {
			return driver.ErrBadConn
		}
	}
	c.used = time.Now()
	return nil
}

// discard closes a connection for good: it does not go back to the pool.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}

func plainArgs(args []driver.NamedValue) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}

type pgTx struct {
	ctx context.Context
	tx  pgx.Tx
}

func (t pgTx) Commit() error   { return t.tx.Commit(t.ctx) }
func (t pgTx) Rollback() error { return t.tx.Rollback(t.ctx) }

// pgStmt is a prepared statement; the server knows it by its text.
type pgStmt struct {
	c *pgConn
	d *pgconn.StatementDescription
}

var errOldDriver = errors.New("only with a context")

func (s *pgStmt) NumInput() int                              { return len(s.d.ParamOIDs) }
func (s *pgStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errOldDriver }
func (s *pgStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, errOldDriver }

// Close leaves the statement where it is: it ends with its connection, and a text has one for ever.
func (s *pgStmt) Close() error { return nil }

func (s *pgStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if s.c.IsClosed() {
		return nil, driver.ErrBadConn
	}
	tag, err := s.c.Conn.Exec(ctx, s.d.SQL, plainArgs(args)...)
	return driver.RowsAffected(tag.RowsAffected()), err
}

func (s *pgStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.c.QueryContext(ctx, s.d.SQL, args)
}

// pgRows is a result.
type pgRows struct {
	rows        pgx.Rows
	first, more bool
}

func (r *pgRows) Columns() []string {
	var out []string
	for _, f := range r.rows.FieldDescriptions() {
		out = append(out, f.Name)
	}
	return out
}

func (r *pgRows) Close() error {
	r.rows.Close()
	return r.rows.Err()
}

func (r *pgRows) Next(dest []driver.Value) error {
	more := r.more
	if !r.first {
		more = r.rows.Next()
	}
	r.first = false
	if !more {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	values, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i, v := range values {
		if dest[i], err = pgValue(v); err != nil {
			return err
		}
	}
	return nil
}

// pgValue is a value as database/sql passes it on.
func pgValue(v any) (driver.Value, error) {
	switch v := v.(type) {
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case float32:
		return float64(v), nil
	case pgtype.Numeric:
		return v.Value()
	case nil, int64, float64, bool, string, []byte, time.Time:
		return v, nil
	}
	return nil, fmt.Errorf("value of type %T is not used in a ledger", v)
}
