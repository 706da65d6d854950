// Package office opens campaigns to work with: what was promised, from the ledger's snapshot, and the key.
//
// Whoever makes something for a person, an e-mail, a print file or an answer on the telephone, comes
// through here. So all of them see the revision that was enqueued and nothing that was edited since.
package office

import (
	"context"
	"fmt"
	"sync"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// Office is one campaign's revision, ready to work with: what was promised and the key. It is read from
// the ledger and nothing else.
type Office struct {
	ID       string
	Revision int
	Book     *compose.Book
	Key      *seal.Key
	Policy   ledger.Policy
	Rates    pace.Rates
	Rules    pace.Rules
	GiveUp   time.Duration
	Resend   bool // uncertain deliveries, after a while
	Page     Page
}

// Page is the members' page of a campaign; zero where it has none.
type Page struct {
	URL    string
	Rate   float64 // messages per second; 0 is unlimited
	GiveUp time.Duration
	InFile int // messages of one file, where they go into files; 0: they go over the wire
}

// Offices opens campaigns and keeps them open. It is safe for concurrent use.
type Offices struct {
	l    *ledger.Ledger
	keys seal.Keyring
	mu   sync.Mutex
	open map[promise]*Office
}

// promise names a revision, which never changes.
type promise struct {
	campaign string
	revision int
}

// New opens campaigns from a ledger with the keys of a keyring.
func New(l *ledger.Ledger, keys seal.Keyring) *Offices {
	return &Offices{l: l, keys: keys, open: map[promise]*Office{}}
}

// WrongKeyError says that a campaign's key is not the one its data was sealed with.
type WrongKeyError struct{ Campaign, Dir string }

func (e *WrongKeyError) Error() string {
	return fmt.Sprintf("the key of campaign %q in %q is not the one it was sealed with", e.Campaign, e.Dir)
}

// Get opens a campaign in the revision in force. One whose people were made unreadable is
// ledger.PurgedError.
func (o *Offices) Get(ctx context.Context, id string) (*Office, error) {
	revision, err := o.l.RevisionOf(ctx, id)
	if err != nil {
		return nil, err
	}
	return o.At(ctx, id, revision)
}

// At opens a campaign as it was promised in one of its revisions: what belongs to a delivery is that of the
// delivery's.
func (o *Offices) At(ctx context.Context, id string, revision int) (*Office, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if office := o.open[promise{id, revision}]; office != nil {
		return office, nil
	}
	c, err := o.l.CampaignAt(ctx, id, revision)
	if err != nil {
		return nil, err
	}
	office, err := o.read(ctx, c)
	if err == nil {
		o.open[promise{id, revision}] = office
	}
	return office, err
}

func (o *Offices) read(ctx context.Context, c *ledger.Campaign) (*Office, error) {
	if err := c.Readable(); err != nil {
		return nil, err
	}
	key, err := o.keys.Campaign(c.ID)
	if err != nil {
		return nil, err
	}
	if key.Check() != c.KeyCheck {
		return nil, &WrongKeyError{c.ID, o.keys.Path()}
	}
	packed, err := c.Snapshot(key)
	if err != nil {
		return nil, err
	}
	later := context.WithoutCancel(ctx) // this office outlives the task that opens it
	book, err := compose.FromSnapshot(packed, func(sum [32]byte) ([]byte, error) {
		return o.l.Asset(later, sum)
	})
	if err != nil {
		return nil, err
	}
	return newOffice(c, book, key), nil
}

func newOffice(c *ledger.Campaign, book *compose.Book, key *seal.Key) *Office {
	m := book.Folder.Manifest
	office := &Office{
		ID: c.ID, Revision: c.Revision, Book: book, Key: key, Rates: Rates(book), Rules: rules(book),
		Policy: ledger.Policy{
			Parallel: m.Batches.Parallel, HaltRefused: m.Halt.Share(), HaltAfter: m.Halt.After,
		},
	}
	if e := m.Channels.Email; e != nil {
		office.GiveUp, office.Resend = e.GiveUp, e.Uncertain == "resend"
	}
	if f := m.Channels.Feed; f != nil {
		office.Page = pageOf(f)
	}
	return office
}

func pageOf(f *campaign.FeedChannel) (p Page) {
	if w := f.Webhook; w != nil {
		p.URL, p.Rate, p.GiveUp = w.URL, float64(w.Rate), w.GiveUp
	}
	if f.File != nil {
		p.InFile = f.File.Messages
	}
	return p
}

// rules are what the claims of a campaign ask.
func rules(book *compose.Book) pace.Rules {
	return pace.Rules{
		Hours: Hours(book), Caps: book.Folder.Manifest.Rates.Connections, Temper: pace.Usual(),
	}
}

// Rates are those at which a campaign's e-mail goes.
func Rates(book *compose.Book) pace.Rates {
	m := book.Folder.Manifest
	rates := pace.Rates{Total: float64(m.Rates.Total), Providers: map[string]float64{}}
	for name, r := range m.Rates.Providers {
		rates.Providers[name] = float64(r)
	}
	return rates
}

// Hours are those in which it goes.
func Hours(book *compose.Book) (hours pace.Hours) {
	for _, w := range book.Folder.Manifest.Windows {
		hours = append(hours, pace.Window{
			From: w.Opens, To: w.Closes, Days: w.Weekdays, Zone: w.Timezone, Except: w.Except,
		})
	}
	return hours
}

// errDamaged sets one delivery aside: tried again for ever, it would keep its campaign from ending.
var errDamaged = &compose.BlockedError{Reason: "the data of this delivery in the ledger is damaged"}

// Case opens what a claim carries. What does not open, though the key is the campaign's, is a
// compose.BlockedError.
func (o *Office) Case(c *ledger.Claim) (compose.Case, error) {
	plain, err := c.OpenPerson(o.Key)
	if err != nil {
		return compose.Case{}, errDamaged
	}
	var p recipient.Person
	if err := p.UnmarshalBinary(plain); err != nil {
		return compose.Case{}, errDamaged
	}
	v, err := c.OpenCode(o.Key)
	if err != nil {
		return compose.Case{}, errDamaged
	}
	code, err := compose.NewCode(v.Code, v.Starts, v.Expires, v.EnrollBy)
	if err != nil {
		return compose.Case{}, errDamaged
	}
	return compose.Case{
		Code:   code,
		Person: p, Ref: c.Ref, Notice: c.Notice, Locale: c.Locale, Batch: c.Batch,
		Delivery: c.Delivery, Date: c.FirstAt, Purpose: c.Purpose, NamesOK: c.NamesOK,
	}, nil
}
