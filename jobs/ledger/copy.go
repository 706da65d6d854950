package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// ErrInUse says that somebody works with the ledger, or has not finished.
var ErrInUse = errors.New("ledger in use")

// ErrNotEmpty says that the ledger to copy into has something in it.
var ErrNotEmpty = errors.New("the ledger to copy into is not empty")

// ErrNotFile says that a ledger is on a server already.
var ErrNotFile = errors.New("only a ledger in a file can be copied to a server")

// Copied is what a copy has brought over.
type Copied struct{ Campaigns, People, Deliveries, Rows int }

// copyTables are the tables, those before that others refer to. The process's marks stay behind: they
// belong to transactions of the one server.
var copyTables = []string{
	"campaign", "revision", "asset", "batch", "lane", "pacing", "breaker", "person", "past", "forward", "draft", "membership",
	"blind_block", "delivery", "waiting_block", "attempt", "bounce", "print_file", "page_file", "personal_file", "piece", "handover", "answer", "readdress",
	"code_lot", "code", "code_holder", "counter", "standing", "journal", "worker", "lease",
}

// copyChunk is how many rows go in one COPY: the server checks their references at its end.
const copyChunk = 50_000

// Copy brings the whole ledger, all campaigns, from its file to a server, where it goes on. Nobody may be
// working with the one, and the other must be empty. It is all or nothing: one transaction on the server,
// committed when every table has its rows and the journal's chain is whole. This file's own transaction
// is open all the while, so that nobody writes to it meanwhile, and before it the file is marked: see
// GoneError. Its campaigns are held besides. progress hears how many rows of how many have gone over. After an
// error the file goes on as before, but for ErrUnsure: the same copy once more finds out.
func (l *Ledger) Copy(ctx context.Context, place string, by Operator, progress func(rows, of int)) (
	Copied, error) {
	if l.d.fleet || !IsServer(place) {
		return Copied{}, ErrNotFile
	}
	target, err := Open(ctx, place, true, l.now)
	if err != nil {
		return Copied{}, err
	}
	target.patience = l.patience
	c := &copier{
		ctx: ctx, home: l, target: target, place: Name(place), token: rand.Text(), by: by, progress: progress,
	}
	err = c.run()
	return c.done, errors.Join(err, target.Close())
}

func (c *copier) run() error {
	if err := c.home.part(c.ctx, c.depart); err != nil {
		return err
	}
	if c.again {
		there, err := c.arrived(c.ctx)
		if err != nil {
			return err
		}
		if there {
			return &GoneError{c.place}
		}
	}
	if err := c.home.part(c.ctx, c.carry); err != nil {
		return c.settled(err)
	}
	return nil
}

// carry is the copy itself.
func (c *copier) carry(t *tx) error {
	if err := c.mine(t); err != nil {
		return err
	}
	c.from = t
	if err := c.note(); err != nil {
		return err
	}
	if err := c.count(); err != nil {
		return err
	}
	if err := c.target.receive(c.ctx, c); err != nil {
		return fmt.Errorf("copy to %q: %w", c.place, plain(err))
	}
	_, err := t.exec(`UPDATE campaign SET held = 1`)
	return err
}

// free tells by its error that the ledger is in use. A claim whose worker is gone is settled from the
// flight log on this machine, by a worker of this ledger: so it must be before the ledger moves.
func (t *tx) free() error {
	for _, q := range []struct {
		what, query string
		args        []any
	}{
		{"%d leases are held", `SELECT count(*) FROM lease WHERE until >= ?`, []any{ms(t.now)}},
		{"%d workers are at work", `SELECT count(*) FROM worker WHERE heard_at >= ?`,
			[]any{ms(t.now.Add(-Lost))}},
		{"%d deliveries are claimed by a worker that has not finished", `SELECT count(*) FROM delivery
			WHERE state IN ('sending', 'uncertain') AND state = 'sending'`, nil},
	} {
		var n int
		if _, err := t.row(q.query, q.args, &n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: "+q.what, ErrInUse, n)
		}
	}
	return nil
}

// copier carries rows over.
type copier struct {
	ctx      context.Context
	home     *Ledger
	target   *Ledger
	place    string // of the target, as it may be shown
	token    string // of this copy, in the mark
	by       Operator
	seq      int64 // of the journal's last row here, with its hash
	hash     []byte
	from     *tx
	to       pgx.Tx
	progress func(rows, of int)
	rows     map[string]int // of each table, here
	total    int
	contacts int // of the people, those who are companies' report contacts
	done     Copied

	again      bool // an earlier copy was cut off
	committing bool // the server was told to keep it
}

// count counts the rows here, all tables.
func (c *copier) count() error {
	c.rows = map[string]int{}
	for _, table := range copyTables {
		var n int
		if _, err := c.from.row(`SELECT count(*) FROM `+table, nil, &n); err != nil {
			return err
		}
		c.rows[table], c.total = n, c.total+n
	}
	_, err := c.from.row(`SELECT count(*) FROM batch WHERE contact > 0`, nil, &c.contacts)
	return err
}

// note writes the journal before it is copied: so both ledgers have the row, and one chain.
func (c *copier) note() error {
	ids, err := c.from.campaignSizes()
	if err != nil {
		return err
	}
	what := fmt.Sprintf("from %s to %s, where it goes on", filepath.Base(c.home.path), c.place)
	for _, id := range ids {
		if err := c.from.journal(id.name, c.by, "copy", what, id.deliveries); err != nil {
			return err
		}
	}
	return c.from.chain()
}

type campaignSize struct {
	name       string
	deliveries int
}

func (t *tx) campaignSizes() ([]campaignSize, error) {
	rows, err := t.query(`SELECT c.id, coalesce(sum(k.n), 0) FROM campaign c
		LEFT JOIN batch b ON b.campaign = c.num LEFT JOIN counter k ON k.batch = b.id
		WHERE c.complete = 1 GROUP BY c.num, c.id ORDER BY c.num`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []campaignSize
	for rows.Next() {
		var s campaignSize
		if err := rows.Scan(&s.name, &s.deliveries); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// receive runs a copy in one transaction of a connection of its own: it takes longer than any other.
func (l *Ledger) receive(ctx context.Context, c *copier) error {
	conn, err := l.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		return pgx.BeginFunc(ctx, driver.(*pgConn).Conn, func(to pgx.Tx) error {
			c.to = to
			err := c.all()
			c.committing = err == nil
			return err
		})
	})
}

func (c *copier) all() error {
	if err := c.empty(); err != nil {
		return err
	}
	for _, table := range copyTables {
		if err := c.table(table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
		if err := c.check(table); err != nil {
			return err
		}
	}
	if err := c.checkJournal(); err != nil {
		return err
	}
	c.done.Campaigns, c.done.People = c.rows["campaign"], c.rows["person"]-c.contacts
	c.done.Deliveries = c.rows["delivery"]
	return c.settle()
}

// empty keeps every other writer out and makes sure that none was there before.
func (c *copier) empty() error {
	if _, err := c.to.Exec(c.ctx, `LOCK TABLE campaign, journal, worker, lease IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	for _, table := range copyTables {
		var there bool
		err := c.to.QueryRow(c.ctx, `SELECT EXISTS (SELECT 1 FROM `+table+`)`).Scan(&there)
		if err != nil {
			return err
		}
		if there {
			return ErrNotEmpty
		}
	}
	return nil
}

// table copies a table, a chunk a time.
func (c *copier) table(table string) error {
	rows, err := c.from.query(`SELECT * FROM ` + table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	src := &chunkOf{rows: rows, values: make([]any, len(columns)), exact: table == "journal"}
	for {
		src.left = copyChunk
		n, err := c.to.CopyFrom(c.ctx, pgx.Identifier{table}, columns, src)
		if err != nil {
			return err
		}
		c.done.Rows += int(n)
		c.progress(c.done.Rows, c.total)
		if n < copyChunk {
			return rows.Err()
		}
	}
}

// chunkOf gives a bounded number of the rows of a table to a COPY.
type chunkOf struct {
	rows   *sql.Rows
	values []any
	left   int
	exact  bool // its texts are hashed and must stay as they are
}

// Next is pgx's.
func (s *chunkOf) Next() bool {
	if s.left == 0 || !s.rows.Next() {
		return false
	}
	s.left--
	return true
}

// Values is pgx's. No column is ever null, but SQLite gives no bytes as nil, which would be.
func (s *chunkOf) Values() ([]any, error) {
	into := make([]any, len(s.values))
	for i := range into {
		into[i] = &s.values[i]
	}
	err := s.rows.Scan(into...)
	for i, v := range s.values {
		switch v := v.(type) {
		case []byte:
			if v == nil {
				s.values[i] = []byte{}
			}
		case string:
			if !s.exact {
				s.values[i] = tidy(v)
			}
		}
	}
	return s.values, err
}

// Err is pgx's.
func (s *chunkOf) Err() error { return s.rows.Err() }

// check counts what has arrived.
func (c *copier) check(table string) error {
	var have int
	if err := c.to.QueryRow(c.ctx, `SELECT count(*) FROM `+table).Scan(&have); err != nil {
		return err
	}
	if want := c.rows[table]; have != want {
		return fmt.Errorf("table %s has %d rows there and %d here", table, have, want)
	}
	return nil
}

func (c *copier) checkJournal() error {
	rows, err := c.to.Query(c.ctx, journalQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	var chain journalChain
	for rows.Next() {
		r, err := scanJournal(rows.Scan)
		if err != nil {
			return err
		}
		if err := chain.follow(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// settle lets new numbers begin behind those that came over, and the server plan for the rows.
func (c *copier) settle() error {
	for table, id := range map[string]string{"campaign": "num", "batch": "id", "print_file": "id", "page_file": "id"} {
		_, err := c.to.Exec(c.ctx, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'),
			(SELECT coalesce(max(%s), 0) + 1 FROM %s), false)`, table, id, id, table))
		if err != nil {
			return err
		}
	}
	_, err := c.to.Exec(c.ctx, postgresDialect.statistics)
	return err
}
