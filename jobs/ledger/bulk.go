package ledger

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// bulk is many rows of one table, to be written at once: they are new, and in nobody's way.
type bulk struct {
	table   string
	columns []string
	same    []any // of the last columns, which are the same in all rows
	values  []any // of the other columns, row after row
}

func (b *bulk) add(values ...any) { b.values = append(b.values, values...) }

// width is how many values a row has of its own.
func (b *bulk) width() int { return len(b.columns) - len(b.same) }

func (b *bulk) len() int { return len(b.values) / b.width() }

// split cuts the rows into parts of so many at most.
func (b *bulk) split(most int) (parts []*bulk) {
	for values := range slices.Chunk(b.values, most*b.width()) {
		part := *b
		part.values = values
		parts = append(parts, &part)
	}
	return parts
}

// write writes the rows: with COPY where there is a server, otherwise many with one statement.
func (t *tx) write(b *bulk) error {
	switch {
	case b.len() == 0:
		return nil
	case t.w.l.d.fleet:
		return t.copyIn(b)
	}
	values := b.values
	for n := 64; n > 0; n /= 4 { // few sizes, for each is a statement
		query := b.statement(n)
		for step := n * b.width(); len(values) >= step; values = values[step:] {
			if _, err := t.exec(query, slices.Concat(b.same, values[:step])...); err != nil {
				return err
			}
		}
	}
	return nil
}

// statement inserts n rows. What is the same in all of them is bound once, first.
func (b *bulk) statement(n int) string {
	row := "(" + marks(b.width()) + ")"
	rows := "VALUES " + strings.Repeat(row+",", n-1) + row
	columns := slices.Concat(b.columns[b.width():], b.columns[:b.width()])
	if len(b.same) > 0 {
		rows = "SELECT " + marks(len(b.same)) + ", v.* FROM (" + rows + ") v"
	}
	return "INSERT INTO " + b.table + " (" + strings.Join(columns, ",") + ") " + rows
}

// marks are n placeholders.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// copyIn is COPY in this transaction, on the connection below it.
func (t *tx) copyIn(b *bulk) error {
	return t.w.conn.Raw(func(driver any) error {
		_, err := driver.(*pgConn).CopyFrom(t.ctx, pgx.Identifier{b.table}, b.columns,
			pgx.CopyFromSlice(b.len(), b.row))
		return err
	})
}

// row is one row, whole. It is called for one row after the other.
func (b *bulk) row(i int) ([]any, error) {
	row := make([]any, 0, len(b.columns))
	row = append(row, b.values[i*b.width():(i+1)*b.width()]...)
	return append(row, b.same...), nil
}
