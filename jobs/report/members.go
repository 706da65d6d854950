package report

import (
	"context"
	"fmt"
	"io"
	"strings"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// Membership is whose people are listed, and how.
type Membership struct {
	Campaign, Batch string // of the company
	Key             *seal.Key
	Element         func(id string) string // its name in the reader's language
}

// Members writes the people of a company for its report contact, and says how many: of each what the company needs
// to know who it is, and which of their data it is about. It holds personal data.
func Members(ctx context.Context, l *ledger.Ledger, of Membership, w io.Writer) (n int, err error) {
	t := newTable(w, false)
	if err := t.row("person", "name", "member", "email", "elements", "told_with"); err != nil {
		return 0, err
	}
	for m, err := range l.Members(ctx, of.Campaign, of.Batch, of.Key) {
		if err != nil {
			return n, err
		}
		cells, err := of.cells(m)
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

// cells name the batch of those alone who are told with that of another company.
func (of Membership) cells(m ledger.Member) ([]string, error) {
	var p recipient.Person
	if p.UnmarshalBinary(m.Data) != nil {
		return nil, fmt.Errorf("person %s cannot be read", m.Ref)
	}
	elements := make([]string, len(p.Elements))
	for i, id := range p.Elements {
		elements[i] = of.Element(id)
	}
	with := ""
	if m.Batch != of.Batch {
		with = "another company"
	}
	return []string{m.Ref, p.Name, strings.Join(p.IDs, " "), p.Email.Raw, strings.Join(elements, "; "), with}, nil
}
