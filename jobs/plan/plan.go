// Package plan turns a campaign folder into who gets what: it checks all that can be known to be
// wrong, counts people per batch, segment, channel and language, and brings the campaign into the
// ledger.
//
// Counting, finding and importing walk the files in the same way, so that what was shown is what is
// sent; files that changed in between are an error. Nobody is kept in memory on the way: what grows
// is a number per batch, and the batches are bounded.
package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/identity"
	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/letters"
)

// Plan is a campaign folder, read whole. Its numbers are of people unless they say otherwise.
type Plan struct {
	Folder   *campaign.Folder
	Book     *compose.Book      // nil where the campaign is invalid
	Problems []campaign.Problem // sorted as found; warnings included
	Digest   [32]byte           // of manifest, notices, fonts and recipients

	Files       []recipient.FileSummary
	Rows        int            // of the recipients files
	Rejects     int            // rows that cannot be used
	Reasons     []Reason       // why, the most frequent first
	Kept        int            // rows kept without their unusable e-mail address
	Unaffected  int            // rows that concern nobody affected
	Joined      map[string]int // rows joined to another, by key
	NotJoined   int            // rows that share a contact key such as [email], but not a name
	Humans      int            // people in the files, affected or not
	Keys        []identity.Tally
	People      int
	Deliveries  int // reports to companies among them
	Reports     int // companies that are reported to before their people are told
	Unreachable int
	Numberless  int            // people without the member number that their message on the members' page needs
	Beyond      int            // people whose e-mail address only a relay with SMTPUTF8 (RFC 6531) takes
	LinkNames   int            // people whose name looks like a web or mail address
	Unlike      int            // people joined of rows that have neither a name nor a contact in common
	Batches     []*Batch       // in order of release
	Segments    []SegmentCount // in the order of the manifest
	Elements    []Count        // in the order in which the segments name them
	Channels    map[string]int
	Locales     map[string]int
	Purposes    *Purposes // nil where nobody was compared with an earlier revision
	Postage     *Postage  // nil where no letters are sent, or no tariff is known
	Pool        *Pool     // of one-use codes; nil where the campaign has none

	earlier   *Earlier // nil: there is none, or it is not known
	unknown   int      // rejects of which nobody knows whom they are about, where there is an earlier revision
	told      told     // who were told before, once the people were counted
	alike     *alike   // while they are, where there is an earlier revision
	census    *census
	companies map[string]*company // that are reported to, by batch
	batches   batches
	strays    strays
	tried     tried
	foreign   foreign
	mail      mail
	lines     carriers  // of e-mail
	reporting pace.Load // the e-mails to companies
	refs      references
	counted   bool
	reasons   reasons
	tally     *tally // nil where nobody wants to know how far it is
	reading   *recipient.Reading
}

// Options say how to read.
type Options struct {
	Now    time.Time
	Fonts  letters.Fonts
	Reject func(recipient.Reject) error // may be nil; its rows hold personal data
	Note   func(recipient.Reject) error // a row kept that should be looked at; may be nil

	// Duplicate hears of each row of a person who has several, by the person's reference: empty where they are
	// not affected, and have none. It may be nil.
	Duplicate func(ref string, j recipient.Join) error

	// Progress hears how many bytes have been read of all there are to read; may be nil.
	Progress func(done, total int64)

	// Earlier opens what the people were told in the revision before, once the folder was read. It may be nil,
	// and it answers nil where that is not known.
	Earlier   func(context.Context, campaign.Manifest) (*Earlier, error)
	Strangers int // so many people are taken for new ones, though nobody was met again

	Sending bool // today is the clock's, whatever as_of says

	// Later leaves the people to be counted while they are imported, where the batches are known without
	// them, and compared with nobody: a large campaign is then read once less. See Plan.Counted.
	Later bool
}

// Invalid tells whether the campaign cannot be sent as it is.
func (p *Plan) Invalid() bool { return campaign.Invalid(p.Problems) }

// Confirm is what an operator types to make the deliveries sendable.
func (p *Plan) Confirm() string { return Confirm(p.Folder.Manifest.ID, p.Deliveries) }

// Confirm joins a campaign and a number of deliveries.
func Confirm(id string, n int) string { return fmt.Sprintf("%s:%d", id, n) }

// Read reads the folder and its recipients, and counts. Problems of the manifest, the notices, the
// rules and the files come all at once, whichever is wrong; where one of them is not a warning
// nobody was counted. The error is for what cannot be blamed on the campaign, save a folder that
// cannot be opened.
func Read(ctx context.Context, dir string, o Options) (*Plan, error) {
	load := campaign.Load
	if o.Sending {
		load = campaign.LoadToSend
	}
	folder, problems, err := load(dir, o.Now)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		Folder: folder, Problems: problems, Channels: map[string]int{}, Locales: map[string]int{},
	}
	book, found := compose.New(folder, o.Fonts)
	p.Problems = append(p.Problems, found...)
	rules := recipient.CheckRules(p.spec())
	p.addProblems(rules)
	p.readContacts()
	if err := p.readCodes(); err != nil {
		return p, err
	}
	if p.Invalid() {
		return p, p.checkFiles(ctx, rules)
	}
	p.Book = book
	if o.Earlier != nil {
		if p.earlier, err = o.Earlier(ctx, folder.Manifest); err != nil {
			return p, err
		}
		p.checkPage()
		p.leftCodes()
	}
	return p, p.read(ctx, o)
}

// read counts.
func (p *Plan) read(ctx context.Context, o Options) (err error) {
	if p.tally, err = p.newTally(o.Progress); err != nil {
		return err
	}
	defer p.endTally()
	p.layOut()
	p.checkProviders()
	p.readTariff()
	if err = p.identify(ctx, o); err != nil || p.Invalid() {
		return err
	}
	if o.Later && p.earlier == nil && p.knowsBatches() {
		return nil
	}
	return p.countPeople(ctx, o, func(*Entry) error { return nil })
}

// knowsBatches tells whether the manifest alone says which batches there are.
func (p *Plan) knowsBatches() bool {
	by := p.Folder.Manifest.Batches.By
	return by == "segment" || by == "file"
}

// Counted tells whether the people were counted. Before, a plan knows of rows, rejects and keys, and of no
// people, batches or deliveries.
func (p *Plan) Counted() bool { return p.counted }

// countPeople walks through the people, hands each over and says what is wrong with them as a whole.
func (p *Plan) countPeople(ctx context.Context, o Options, each func(*Entry) error) error {
	if p.earlier != nil {
		p.Purposes, p.told, p.alike = p.newPurposes(), told{}, newAlike()
		defer p.alike.close()
	}
	sink := recipient.Sink{Note: o.Note, Person: func(x any) error {
		e := x.(*Entry)
		p.place(e)
		p.count(*e)
		if o.Duplicate != nil && len(e.Person.Rows) > 1 {
			if err := p.explain(e.Ref, e.Person, o.Duplicate); err != nil {
				return err
			}
		}
		return each(e)
	}}
	if o.Duplicate != nil {
		sink.Unaffected = func(who recipient.Person) error { return p.explain("", who, o.Duplicate) }
	}
	sum, found, err := p.walk(ctx, sink, func(e *Entry) error {
		if o.Later || o.Duplicate != nil || slices.Contains(e.Channels, ledger.Letter) { // which a letter is tried with
			p.name(e)
		}
		return nil
	})
	p.Unaffected, p.Unlike = sum.Unaffected, sum.Unlike
	p.addProblems(found)
	if err != nil || p.Invalid() {
		return err
	}
	if err := p.compareRest(ctx, o.Strangers); err != nil || p.Invalid() {
		return err
	}
	p.counted = true
	p.takeCensus()
	p.countExcluded(sum.Excluded)
	p.finishBatches()
	if err := p.countReports(ctx); err != nil {
		return err
	}
	p.checkCounts()
	p.checkExpect()
	p.estimate()
	return nil
}

// explain says why the rows of a person are one.
func (p *Plan) explain(ref string, who recipient.Person, each func(string, recipient.Join) error) error {
	for _, j := range p.reading.Joins(who) {
		if err := each(ref, j); err != nil {
			return err
		}
	}
	return nil
}

// identify reads the files for the identity of the rows.
func (p *Plan) identify(ctx context.Context, o Options) error {
	list := listing{p: p}
	reading, found, err := recipient.Open(ctx, p.spec(), p.reasons.counting(list.before(ctx, o.Reject)))
	err = errors.Join(err, list.finish(ctx))
	p.addProblems(found)
	p.Reasons = p.reasons.list()
	if reading == nil {
		return err
	}
	p.reading = reading
	sum := reading.Summary()
	p.Files, p.Rows, p.Rejects, p.Kept = sum.Files, sum.Rows, sum.Rejects, sum.BadAddresses
	p.Joined, p.NotJoined, p.Humans, p.Keys = sum.Joined, sum.NotJoined, sum.Humans, sum.Keys
	p.Digest = p.digest()
	p.refs = newReferences(p.Folder.Manifest.ID, p.Digest)
	return nil
}

// walk gives the *Entry of every affected person to the sink, in an order that is always the same. prepare
// is called for each before, on several goroutines and in any order.
func (p *Plan) walk(ctx context.Context, sink recipient.Sink, prepare func(*Entry) error) (
	recipient.Summary, []recipient.Problem, error) {
	sink.Prepare = func(r recipient.Person) (any, error) {
		e := p.entry(r)
		return e, prepare(e)
	}
	if p.earlier != nil {
		p.earlier.Begin()
		sink.Together = func(people []any) error { return p.lookBack(ctx, people) }
		sink.Person = p.judging(ctx, sink.Person)
	}
	return p.reading.People(ctx, sink)
}

// name gives an entry its reference.
func (p *Plan) name(e *Entry) { e.Ref = p.refs.at(e.Person.Number) }

func (p *Plan) count(e Entry) {
	if len(e.strange) > 0 {
		p.strays.add(e.strange)
		return
	}
	p.census.add(p, e)
	if p.Purposes != nil {
		p.Purposes.add(e)
	}
	p.Locales[e.Locale]++
	p.foreign.note(p, e)
	p.countBatch(e)
	p.countCompanies(e)
	for _, c := range e.Channels {
		p.Channels[c]++
		if c == ledger.Letter {
			p.countLetter(e)
		}
	}
	ways := p.Folder.Manifest.ChannelsOf(e.Person.Segments)
	if e.Purpose != Nothing && e.unreachable(ways) {
		p.Unreachable++
	}
	if e.numberless(ways) {
		p.Numberless++
	}
	if slices.Contains(e.Channels, ledger.Email) && e.Person.Email.NeedsUTF8() {
		p.Beyond++
	}
	if e.LinkName {
		p.LinkNames++
	}
	p.countCode(e)
}
