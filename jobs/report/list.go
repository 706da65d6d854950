package report

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// table writes CSV for people (UTF-8 with BOM, CRLF, no cell that a spreadsheet would run) or for
// machines (none of that).
type table struct {
	csv *csv.Writer
	raw bool
	buf *bufio.Writer
}

func newTable(w io.Writer, raw bool) *table {
	buf := bufio.NewWriter(w)
	if !raw {
		_, _ = buf.WriteString("\uFEFF") // bufio keeps the error for Flush
	}
	out := csv.NewWriter(buf)
	out.UseCRLF = !raw
	return &table{csv: out, raw: raw, buf: buf}
}

func (t *table) row(cells ...string) error {
	if !t.raw {
		for i, c := range cells {
			cells[i] = harmless(c)
		}
	}
	return t.csv.Write(cells)
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula (CWE-1236).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func (t *table) close() error {
	t.csv.Flush()
	return errors.Join(t.csv.Error(), t.buf.Flush())
}

// Deliveries writes every delivery of a campaign, without personal data, and says how many.
func Deliveries(ctx context.Context, l *ledger.Ledger, campaign string, w io.Writer, raw bool) (int, error) {
	t, n := newTable(w, raw), 0
	err := t.row("delivery", "person", "batch", "channel", "revision", "purpose", "round", "notice",
		"locale", "state", "attempts", "message_id", "code", "enhanced", "at")
	for d, e := range l.Deliveries(ctx, campaign) {
		if err = errors.Join(err, e); err != nil {
			return n, err
		}
		n++
		err = t.row(strconv.FormatInt(d.ID, 10), d.Person, d.Batch, d.Channel,
			strconv.Itoa(d.Revision), d.Purpose, strconv.Itoa(d.Round), d.Notice, d.Locale,
			string(d.State), strconv.Itoa(d.Attempts), d.MessageID, number(d.Code), d.Enhanced,
			d.At.Format(time.RFC3339))
	}
	return n, errors.Join(err, t.close())
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Untold writes every affected person who was not told, with the reason, and says how many. The list
// holds personal data.
func Untold(ctx context.Context, l *ledger.Ledger, campaign string, key *seal.Key,
	w io.Writer, raw bool) (int, error) {
	t, n := newTable(w, raw), 0
	err := t.row("person", "name", "member", "email", "phone", "postcode", "address", "batch",
		"standing", "reason")
	for p, e := range l.NotTold(ctx, campaign, key) {
		if err = errors.Join(err, e); err != nil {
			return n, err
		}
		var r recipient.Person
		if err := json.Unmarshal(p.Data, &r); err != nil {
			return n, fmt.Errorf("person %s cannot be read", p.Ref)
		}
		n++
		err = t.row(p.Ref, r.Name, strings.Join(r.IDs, " "), r.Email.Raw, r.Phone, r.Postcode,
			strings.Join(r.Address, " "), p.Batch, string(p.Standing), Reason(p))
	}
	return n, errors.Join(err, t.close())
}

// Reason says in words why a person has not been told.
func Reason(p ledger.PersonRow) string {
	if len(p.Deliveries) == 0 {
		return "no usable e-mail address and no postal address"
	}
	var why []string
	for _, d := range p.Deliveries {
		why = append(why, d.Channel+" "+Words(d))
	}
	return strings.Join(why, "; ")
}

// Words says where a delivery stands and why.
func Words(d ledger.DeliveryRow) string {
	text := string(d.State)
	switch d.State {
	case ledger.Waiting:
		text = "waits for its batch to open"
	case ledger.Deferred:
		text = "deferred until " + d.NextAt.Format(time.RFC3339)
	case ledger.Typeset:
		text = "typeset, not in a print file yet"
	case ledger.Bound:
		text = "in print file " + d.PrintFile + ", not handed over yet"
	}
	if code := strings.TrimSpace(number(d.Code) + " " + d.Enhanced); code != "" {
		text += " (" + code + ")"
	}
	if d.Reason != "" {
		text += ": " + d.Reason
	}
	return text
}
