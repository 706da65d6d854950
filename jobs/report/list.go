package report

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/seal"
)

// Listing says how deliveries are listed.
type Listing struct {
	Raw bool // for machines

	// MessageID, where set, gives the one that an e-mail was sent with, or would have been. It is asked for
	// those that were tried and whose worker took its knowledge with it.
	MessageID func(delivery int64) string
}

// Deliveries writes every delivery of a campaign, without personal data, and says how many.
func Deliveries(ctx context.Context, l *ledger.Ledger, campaign string, w io.Writer, as Listing) (
	n int, err error) {
	t := newTable(w, as.Raw)
	err = t.row("delivery", "person", "batch", "channel", "revision", "purpose", "round", "notice",
		"locale", "state", "attempts", "message_id", "code", "enhanced", "at")
	if err != nil {
		return 0, err
	}
	for d, err := range l.Deliveries(ctx, campaign) {
		if err != nil {
			return n, err
		}
		if d.MessageID == "" && d.Channel == ledger.Email && d.Attempts > 0 && as.MessageID != nil {
			d.MessageID = as.MessageID(d.ID)
		}
		if err := t.row(deliveryCells(d)...); err != nil {
			return n, err
		}
		n++
	}
	return n, t.close()
}

func deliveryCells(d ledger.DeliveryRow) []string {
	return []string{
		strconv.FormatInt(d.ID, 10), d.Person, d.Batch, d.Channel, strconv.Itoa(d.Revision),
		d.Purpose, strconv.Itoa(d.Round), d.Notice, d.Locale, string(d.State),
		strconv.Itoa(d.Attempts), d.MessageID, number(d.Code), d.Enhanced,
		d.At.Format(time.RFC3339),
	}
}

// number leaves out what there is none of.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Untold writes every affected person who was not told, with the reason, and says how many. The
// list holds personal data. With raw it is for machines.
func Untold(ctx context.Context, l *ledger.Ledger, campaign string, key *seal.Key,
	w io.Writer, raw bool) (n int, err error) {
	t := newTable(w, raw)
	err = t.row("person", "name", "member", "email", "phone", "postcode", "address", "batch",
		"standing", "reason")
	if err != nil {
		return 0, err
	}
	c, err := l.Counts(ctx, campaign)
	if err != nil {
		return 0, err
	}
	for p, err := range l.NotTold(ctx, campaign, key) {
		if err != nil {
			return n, err
		}
		pageStopped(p.Deliveries, c.PageStopped)
		cells, err := untoldCells(p)
		if err != nil {
			return n, err
		}
		if err := t.row(cells...); err != nil {
			return n, err
		}
		n++
	}
	return n, t.close()
}

// pageStopped gives what waits for a members' page that takes nothing its reason: the answer that it gave.
func pageStopped(ds []ledger.DeliveryRow, answer int) {
	for i, d := range ds {
		if answer != 0 && d.Channel == ledger.Page && d.State.Open() {
			ds[i].Reason = fmt.Sprintf("the members' page answered %d", answer)
		}
	}
}

func untoldCells(p ledger.PersonRow) ([]string, error) {
	r, err := personOf(p)
	return []string{
		p.Ref, r.Name, strings.Join(r.IDs, " "), r.Email.Raw, r.Phone, r.Postcode,
		strings.Join(r.Address, " "), p.Batch, string(p.Standing), Reason(p),
	}, err
}
