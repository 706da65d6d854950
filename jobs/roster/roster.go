// Package roster makes the list of a company's people that goes with the report to it. It is read from the ledger's
// sealed rows for one message, is encrypted for the company's contact as it is written, and lies nowhere in between:
// neither on the disk nor in the queue.
package roster

import (
	"bytes"
	"context"
	"errors"

	"oshirase/jobs/compose"
	"oshirase/jobs/encrypt"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/report"
)

// mostList is what relays take with a message, as a rule: 10 MiB, base64 and the notice considered. It is room for
// some fifty thousand people.
const mostList = 7 << 20

// Attach gives a case its list, where it is a report that one goes with: the case is that of an e-mail. A
// BlockedError says why there can be none.
func Attach(ctx context.Context, l *ledger.Ledger, o *office.Office, c *compose.Case) error {
	if c.Purpose != ledger.Report || !compose.Lists(c.Person) {
		return nil
	}
	to, err := encrypt.For(o.Book.Folder.Manifest.ContactOf(c.Batch).AgeKey)
	if err != nil {
		return &compose.BlockedError{Reason: "the contact's key for the list is none"}
	}
	out := &bounded{}
	w, err := to.Writer(out)
	if err != nil {
		return err
	}
	of := report.Membership{Campaign: o.ID, Batch: c.Batch, Key: o.Key, Element: func(id string) string {
		return o.Book.ElementName(c.Locale, id)
	}}
	if _, err = report.Members(ctx, l, of, w); err == nil {
		err = w.Close()
	}
	if errors.Is(err, errFull) {
		return &compose.BlockedError{Reason: "the list of people is too large for an e-mail"}
	}
	if err == nil {
		c.List = out.Bytes()
	}
	return err
}

var errFull = errors.New("full")

// bounded is a buffer that takes no more than a message may hold.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostList {
		return 0, errFull
	}
	return b.Buffer.Write(p)
}
