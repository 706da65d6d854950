package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Tamper changes the ledger behind its own back.
func Tamper(l *Ledger, query string) error {
	return l.part(context.Background(), func(t *tx) error {
		_, err := t.exec(query)
		return err
	})
}

// Trip lets a change panic in the middle of a transaction, behind a query that works.
func Trip(l *Ledger) error {
	return l.do(context.Background(), func(t *tx) error {
		if _, err := t.exec(`UPDATE campaign SET cancelled = 1`); err != nil {
			return err
		}
		panic("in a transaction")
	})
}

// CountRows counts the rows of a table.
func CountRows(l *Ledger, table string) (n int, err error) {
	err = l.read.QueryRowContext(context.Background(), `SELECT count(*) FROM `+table).Scan(&n)
	return n, err
}

// WaitingBlock is how many deliveries wait in one row.
const WaitingBlock = waitingBlock

// ParcelsOf lets imports write so many people at a time.
func ParcelsOf(l *Ledger, people int) { l.parcel = people }

// MakeOld makes a ledger as an earlier version left it, after so many steps of the schema, with something in
// it.
func MakeOld(place string, steps int, fill string) (err error) {
	ctx := context.Background()
	l := &Ledger{d: sqliteDialect, path: place}
	if IsServer(place) {
		l.d = postgresDialect
		config, err := pgx.ParseConfig(place)
		if err != nil {
			return err
		}
		l.write = sql.OpenDB(pgConnector{config})
	} else if l.write, err = sql.Open("sqlite", dsn(place, "immediate")); err != nil {
		return err
	}
	defer l.write.Close()
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if l.d.fleet {
		_, err = tx.ExecContext(ctx, `CREATE TABLE schema_step (step INTEGER PRIMARY KEY)`)
	}
	for n := 1; n <= steps && err == nil; n++ {
		err = l.d.runStep(ctx, tx, fmt.Sprintf("%s/%03d.sql", l.d.steps, n))
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, fill)
	}
	return errors.Join(err, tx.Commit())
}

// Do runs fn in a write transaction. fn may run more than once.
func Do(l *Ledger, fn func(exec func(query string) error) error) error {
	return l.do(context.Background(), func(t *tx) error {
		return fn(func(query string) error {
			_, err := t.exec(query)
			return err
		})
	})
}

// BePatientFor makes a ledger give up sooner.
func BePatientFor(l *Ledger, d time.Duration) { l.patience, l.read.patience = d, d }

// Part marks a ledger as gone, as a copy does that was killed behind it.
func Part(l *Ledger, place string) error {
	c := &copier{home: l, place: Name(place), token: "killed"}
	return l.part(context.Background(), c.depart)
}

// Tables are the tables of a ledger in a file, and those that a copy brings over.
func Tables(l *Ledger) (has, copied []string, err error) {
	err = l.part(context.Background(), func(t *tx) error {
		rows, err := t.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for has = nil; rows.Next(); {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			has = append(has, name)
		}
		return rows.Err()
	})
	return has, copyTables, err
}

// Rows are a table's rows as text, sorted, each with the names of its columns.
func Rows(l *Ledger, table string) (out []string, err error) {
	rows, err := l.read.QueryContext(context.Background(), `SELECT * FROM `+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range into {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		text := make([]string, len(columns))
		for i, name := range columns {
			text[i] = fmt.Sprintf("%s %v", name, values[i])
		}
		slices.Sort(text) // a later step adds a column at another place here and there
		out = append(out, strings.Join(text, ", "))
	}
	slices.Sort(out)
	return out, rows.Err()
}

// Flush writes what a revision has taken so far.
func Flush(ctx context.Context, r *Revising) error { return r.flush(ctx) }

// Sieved fills a sieve with n values, and says how many of the next n pass it.
func Sieved(n int, value func(int) [valueSize]byte) (passed int, err error) {
	s := newSieve(n)
	for i := range n {
		s.add(value(i))
	}
	for i := range n {
		if !s.has(value(i)) {
			return 0, fmt.Errorf("value %d does not pass", i)
		}
		if s.has(value(n + i)) {
			passed++
		}
	}
	return passed, nil
}
