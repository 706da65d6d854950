package plan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// ErrChanged says that the recipients' files are no longer those that were counted.
var ErrChanged = errors.New("the recipients' files changed while they were read")

// Enlist says how a plan goes into the ledger.
type Enlist struct {
	Key      *seal.Key
	Holder   string // names this process
	NamesOK  bool   // names that look like links were accepted
	By       ledger.Operator
	Progress func(people int) // may be nil
}

// Import brings the campaign into the ledger, whole or not at all.
func (p *Plan) Import(ctx context.Context, l *ledger.Ledger, e Enlist) error {
	snapshot, fonts, err := p.Book.Snapshot()
	if err != nil {
		return err
	}
	c := ledger.NewCampaign{
		ID: p.Folder.Manifest.ID, Revision: p.Folder.Manifest.Revision, Digest: p.Digest,
		Snapshot: snapshot, Assets: fonts, NamesOK: e.NamesOK,
	}
	for _, b := range p.Batches {
		c.Batches = append(c.Batches, ledger.NewBatch{Name: b.Name, Start: b.Start})
	}
	im, err := l.Begin(ctx, c, e.Key, e.Holder)
	if err != nil {
		return err
	}
	if err := p.fill(ctx, im, e); err != nil {
		// The context may be done: what was imported goes all the same.
		return errors.Join(err, im.Abort(context.WithoutCancel(ctx)))
	}
	return nil
}

func (p *Plan) fill(ctx context.Context, im *ledger.Import, e Enlist) error {
	providers, n := pace.Shipped(), 0
	err := p.people(ctx, recipient.Sink{}, func(entry Entry) error {
		if n++; e.Progress != nil && n%1000 == 0 {
			e.Progress(n)
		}
		person, err := newPerson(entry, e.Key, providers)
		if err != nil {
			return err
		}
		return im.Add(ctx, person)
	})
	if err != nil {
		return err
	}
	same, err := p.Unchanged()
	if err != nil {
		return err
	}
	if !same || n != p.People {
		return ErrChanged
	}
	counts := ledger.ImportCounts{Rows: p.Rows, Rejects: p.Rejects, Unaffected: p.Unaffected}
	return im.Commit(ctx, counts, e.By)
}

func newPerson(e Entry, key *seal.Key, providers pace.Providers) (ledger.NewPerson, error) {
	data, err := json.Marshal(e.Person)
	if err != nil {
		return ledger.NewPerson{}, fmt.Errorf("pack person %s: %w", e.Ref, err)
	}
	p := ledger.NewPerson{
		Ref: e.Ref, Batch: e.Batch, Also: e.Also, Locale: e.Locale, Notice: e.Person.Notice,
		Data: data, Blind: Blinds(key, e.Person),
	}
	for _, channel := range e.Channels {
		d := ledger.NewDelivery{Channel: channel}
		if channel == ledger.Email {
			domain := Domain(e.Person.Email.Wire)
			d.Lane, d.Domain = providers.Of(domain), BlindDomain(key, domain)
		}
		p.Deliveries = append(p.Deliveries, d)
	}
	return p, nil
}

// Blinds are the blind indexes by which a person is looked up: member numbers, e-mail address, name.
func Blinds(key *seal.Key, p recipient.Person) [][16]byte {
	out := [][16]byte{BlindEmail(key, p.Email.Wire), key.Blind("name", recipient.FoldName(p.Name))}
	for _, id := range p.IDs {
		out = append(out, BlindMember(key, id))
	}
	return out
}

// BlindEmail is the index of an e-mail address in its wire form.
func BlindEmail(key *seal.Key, wire string) [16]byte {
	return key.Blind("email", recipient.FoldEmail(wire))
}

// BlindMember is the index of a member number.
func BlindMember(key *seal.Key, id string) [16]byte { return key.Blind("member", recipient.Fold(id)) }

// BlindDomain is the index of an address's domain, for retries by domain.
func BlindDomain(key *seal.Key, domain string) [16]byte {
	return key.Blind("domain", strings.ToLower(domain))
}

// Domain is what follows the last @ of an address.
func Domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// CaseOf is the delivery of an entry as a preview shows it: not in the ledger yet.
func (p *Plan) CaseOf(e Entry) compose.Case {
	return compose.Case{
		Person: e.Person, Ref: e.Ref, Notice: e.Person.Notice, Locale: e.Locale, Batch: e.Batch,
		Date: p.Folder.Today, NamesOK: true,
	}
}

// Find reads the people until one matches; nil where none does.
func (p *Plan) Find(ctx context.Context, match func(Entry) bool) (*Entry, error) {
	var found *Entry
	stop := errors.New("found")
	err := p.people(ctx, recipient.Sink{}, func(e Entry) error {
		if match(e) {
			found = &e
			return stop
		}
		return nil
	})
	if errors.Is(err, stop) {
		err = nil
	}
	return found, err
}

// Match selects a person by reference or by row: "recipients/ap-a.csv:17", data rows counted from 1.
func (p *Plan) Match(ref string) func(Entry) bool {
	i := strings.LastIndexByte(ref, ':')
	row, err := strconv.Atoi(ref[i+1:])
	if i < 0 || err != nil {
		return func(e Entry) bool { return e.Ref == ref }
	}
	file := slices.IndexFunc(p.Files, func(f recipient.FileSummary) bool { return f.Name == ref[:i] })
	return func(e Entry) bool {
		return slices.Contains(e.Person.Rows, recipient.Row{File: file, Row: row})
	}
}
