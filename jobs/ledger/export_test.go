package ledger

import (
	"context"
	"time"
)

// Tamper changes the ledger behind its own back.
func Tamper(l *Ledger, query string) error {
	return l.do(context.Background(), func(t *tx) error {
		_, err := t.exec(query)
		return err
	})
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

// Tables are the tables of a ledger in a file, and those that a copy brings over.
func Tables(l *Ledger) (has, copied []string, err error) {
	err = l.do(context.Background(), func(t *tx) error {
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
