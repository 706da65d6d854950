package ledger

import "context"

// Tamper changes the ledger behind its own back.
func Tamper(l *Ledger, query string) error {
	return l.do(context.Background(), func(t *tx) error {
		_, err := t.exec(query)
		return err
	})
}
