package plan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/revision"
	"oshirase/jobs/seal"
)

// Nothing is the purpose of no notice: what it would say was told before.
const Nothing = "nothing"

// Purposes are the people of a further revision by what it has to tell them, and how it does.
type Purposes struct {
	Before     int     `json:"before"` // the revision compared with
	First      Purpose `json:"first"`
	Update     Purpose `json:"update"`
	Withdrawal Purpose `json:"withdrawal"`
	Nothing    Purpose `json:"nothing"`
	Listed     int     `json:"listed"` // of Nothing: a row is about them that cannot be used
	Told       int     `json:"told"`   // before, by a notice that reached them or may have
	Gone       int     `json:"gone"`   // of these: no longer affected, and not listed
}

// Purpose counts those who are told for one reason.
type Purpose struct {
	People   int            `json:"people"`
	Channels map[string]int `json:"channels,omitempty"`
}

// ErrOvertaken says that between a plan and its import somebody was told of the revision before.
var ErrOvertaken = errors.New("people were told of the revision before since they were counted")

// Earlier is what the people of a campaign were told before, with the campaign's key and what it has of codes.
type Earlier struct {
	*revision.Comparison
	Key  *seal.Key
	Lots []ledger.LotCounts
}

// newPurposes counts nobody yet.
func (p *Plan) newPurposes() *Purposes {
	out := &Purposes{Before: p.earlier.Before()}
	for _, x := range []*Purpose{&out.First, &out.Update, &out.Withdrawal, &out.Nothing} {
		x.Channels = map[string]int{}
	}
	return out
}

func (x *Purposes) add(e Entry) {
	of := map[string]*Purpose{
		ledger.First: &x.First, ledger.Update: &x.Update, ledger.Withdrawal: &x.Withdrawal, Nothing: &x.Nothing,
	}[e.Purpose]
	of.People++
	for _, c := range e.Channels {
		of.Channels[c]++
	}
}

// lookBack finds whom of the revision before people may have been, and gives those who are new their references.
func (p *Plan) lookBack(ctx context.Context, people []any) error {
	sought := make([]revision.Sought, len(people))
	for i, x := range people {
		e := x.(*Entry)
		sought[i] = revision.Sought{Person: e.Person, Keys: p.matching(e.Person)}
	}
	found, err := p.earlier.Candidates(ctx, sought)
	var m *marker
	if p.alike != nil {
		m = p.alike.newMarker()
	}
	for i := 0; i < len(found) && err == nil; i++ {
		e := people[i].(*Entry)
		if e.candidates = found[i]; len(found[i]) == 0 {
			err = p.refer(ctx, e)
			if m != nil {
				e.newcomer = p.alike.mark(m, &e.Person)
			}
		}
	}
	return err
}

// refer gives a new person a reference that nobody has, where people are named.
func (p *Plan) refer(ctx context.Context, e *Entry) error {
	for again := 1; e.Ref != ""; again++ {
		free, err := p.earlier.Free(ctx, e.Ref)
		if err != nil || free {
			return err
		}
		e.Ref = p.refs.at(e.Person.Number + again<<refStep)
	}
	return nil
}

// refStep is beyond the numbers of people: a further reference is one that no other person has.
const refStep = 34

func (p *Plan) matching(r recipient.Person) revision.Keys {
	k := revision.Keys{Across: p.byName()}
	for _, id := range r.IDs {
		k.Members = append(k.Members, BlindMember(p.earlier.Key, id))
	}
	if len(r.IDs) == 0 || k.Across {
		k.Email, k.Name = BlindEmail(p.earlier.Key, r.Email.Wire), BlindName(p.earlier.Key, r.Name)
	}
	return k
}

// byName tells whether equal e-mail addresses and names make one person of two rows, one of which may lack a member
// number: then they do so from one revision to the next.
func (p *Plan) byName() bool {
	keys := p.Folder.Manifest.Identity
	return len(keys) == 0 || slices.ContainsFunc(keys, func(key []string) bool {
		return !slices.ContainsFunc(key, func(part string) bool { return part != "email" && part != "name" })
	})
}

// claim notes whose member numbers people have. The files are read once more for it: it is asked for when a
// first person without a number may have been somebody with one.
func (p *Plan) claim(ctx context.Context) error {
	_, _, err := p.reading.People(ctx, recipient.Sink{
		Prepare: func(r recipient.Person) (any, error) { return p.matching(r).Members, nil },
		Together: func(people []any) error {
			var members [][16]byte
			for _, x := range people {
				members = append(members, x.([][16]byte)...)
			}
			return p.earlier.Claim(ctx, members)
		},
	})
	return err
}

// judging decides about people, in their order, before next gets them. Who is not affected after all does not come.
func (p *Plan) judging(ctx context.Context, next func(any) error) func(any) error {
	return func(x any) error {
		e := x.(*Entry)
		if p.earlier.Doubtful(e.Person, e.candidates) {
			if err := p.claim(ctx); err != nil {
				return err
			}
		}
		e.verdict = p.earlier.Decide(e.Person, e.candidates)
		if e.verdict.Ignored {
			return nil
		}
		if f := e.verdict.Former; f != nil {
			e.Ref, e.Person = f.Ref, f.Corrected(e.Person)
		} else if len(e.candidates) > 0 { // whom others have taken
			if err := p.refer(ctx, e); err != nil {
				return err
			}
		}
		e.candidates = nil
		if err := p.meets(e); err != nil {
			return err
		}
		switch e.verdict.Change {
		case "", ledger.BeAsBefore:
			e.Purpose, e.ways, e.Channels = Nothing, e.Channels, nil
			if e.verdict.Former.Heard.Updated {
				p.update(e)
			}
		case ledger.BeUpdated:
			e.Purpose = ledger.Update
			p.update(e)
		}
		return next(e)
	}
}

// update gives a person who gets an update, or has had one, its own notice, where there is one.
func (p *Plan) update(e *Entry) {
	if name := p.Folder.Manifest.Updates.Notice; name != "" {
		e.Person.Notice = name
		e.Locale = p.Book.Locale(name, e.Person.Locale)
	}
}

// rest gives the people of the revision before who are in this one no longer: entries of the purpose withdrawal,
// and those who change without a word, some of them because they were further records of others.
func (p *Plan) rest(ctx context.Context, withdraw func(Entry) error, leave func(revision.Left) error) error {
	for x, err := range p.earlier.Rest(ctx) {
		if err == nil {
			switch {
			case x.Change == ledger.BeWithdrawn && p.Folder.Manifest.Updates.Withdrawal != campaign.NoWithdrawal:
				err = withdraw(p.withdrawal(x))
			case x.Change != "" || x.Listed:
				err = leave(x)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) withdrawal(x revision.Left) Entry {
	e := Entry{
		Person: x.Told, Ref: x.Ref, Batch: x.Batch, Purpose: ledger.Withdrawal,
		Channels: channels(x.Told, p.Folder.Manifest.ChannelsOf(x.Told.Segments)),
		LinkName: compose.LinkName(x.Told),
	}
	e.Person.Notice = p.Folder.Manifest.Updates.Withdrawal
	e.Locale = p.Book.Locale(e.Person.Notice, e.Person.Locale)
	e.verdict = revision.Verdict{Change: ledger.BeWithdrawn, Former: &x.Candidate}
	return e
}

// compareRest counts those who are no longer affected.
func (p *Plan) compareRest(ctx context.Context, strangers int) error {
	if p.earlier == nil {
		return nil
	}
	err := p.rest(ctx, func(e Entry) error {
		p.countWithdrawal(e)
		return p.leave(revision.Left{Candidate: *e.verdict.Former, Change: ledger.BeWithdrawn})
	}, func(x revision.Left) error {
		p.census.quit(p, x)
		return p.leave(x)
	})
	if err != nil {
		return err
	}
	p.Purposes.Told, p.Purposes.Gone = p.told.all.people, p.told.all.leave
	p.countListed()
	p.checkUnknown()
	p.checkWithdrawals()
	p.checkWhole()
	err = p.checkStrangers(ctx, strangers)
	p.alike = nil
	return err
}

// checkPage sees that a message on the members' page means what it meant before: by it people were told, or not.
func (p *Plan) checkPage() {
	f := p.Folder.Manifest.Channels.Feed
	if p.earlier == nil || f == nil || !p.earlier.Paged() || p.earlier.PageTells() == f.Tells {
		return
	}
	p.problemAt(fmt.Sprintf("channels.feed.tells was %v in revision %d, and messages for the members' page were made "+
		"by it", !f.Tells, p.earlier.Before()), fmt.Sprintf("leave it as it was, tells: %v", !f.Tells))
}

func (p *Plan) countWithdrawal(e Entry) {
	p.census.sent(e)
	p.census.leave(p, e.verdict.Former)
	p.Purposes.add(e)
	b := p.batches.byName[e.Batch]
	if b == nil {
		b = p.addBatch(e.Batch)
		b.rank = math.MaxInt
	}
	p.countSent(b, e)
	for _, c := range e.Channels {
		p.Channels[c]++
		if c == ledger.Letter {
			p.countLetter(e)
		}
	}
}

func (p *Plan) problemAt(what, do string) {
	p.Problems = append(p.Problems, campaign.Problem{File: campaign.ManifestFile, What: what, Do: do})
}

// checkWithdrawals sees that there is a notice for those who are no longer affected.
func (p *Plan) checkWithdrawals() {
	n := p.Purposes.Withdrawal.People
	if n == 0 || p.Folder.Manifest.Updates.Withdrawal != "" {
		return
	}
	p.problemAt(fmt.Sprintf("%s were told, and are no longer affected, and there is no notice that says so",
		people(n)), "name one, updates: {withdrawal: NAME}; or say updates: {withdrawal: none} to write to nobody")
}

// revise brings the plan in as a further revision.
func (p *Plan) revise(ctx context.Context, l *ledger.Ledger, c ledger.NewCampaign, e Enlist) error {
	r, err := l.Revise(ctx, c, e.Key, e.Holder)
	if err != nil {
		return err
	}
	r.Undoing = e.Undoing
	if err = p.amend(ctx, r, l, e); err == nil {
		return nil
	}
	return errors.Join(err, r.Abort(context.WithoutCancel(ctx)))
}

// amend lays down what the revision makes of everybody. It is compared anew: now nothing is sent.
func (p *Plan) amend(ctx context.Context, r *ledger.Revising, l *ledger.Ledger, e Enlist) error {
	now, err := revision.New(ctx, l, p.Folder.Manifest.ID, e.Key)
	if err != nil {
		return err
	}
	now.ListAs(p.earlier.Comparison)
	p.earlier = &Earlier{Comparison: now, Key: e.Key}
	counted, done := p.newCensus(), 0
	m := p.Folder.Manifest
	people := roll{key: e.Key, providers: pace.Shipped().With(m.Providers), home: m.Controller.Country}
	add := func(x Entry) error {
		if done++; e.Progress != nil && done%1000 == 0 {
			e.Progress(done)
		}
		return people.amend(ctx, r, x, x.Purpose != ledger.Withdrawal && p.entitled(x))
	}
	err = p.again(ctx, func(x *Entry) error {
		counted.add(p, *x)
		return add(*x)
	})
	if err != nil {
		return err
	}
	err = p.rest(ctx, func(x Entry) error {
		counted.sent(x)
		counted.leave(p, x.verdict.Former)
		return add(x)
	}, func(x revision.Left) error {
		counted.quit(p, x)
		return quietly(ctx, r, x)
	})
	switch {
	case err != nil:
		return err
	case counted.people == p.census.people && counted.verdicts != p.census.verdicts:
		return ErrOvertaken
	case !counted.equal(p.census):
		return ErrChanged
	}
	if err := p.amendReports(ctx, &people, r); err != nil {
		return err
	}
	return r.Commit(ctx, p.importCounts(e), counted.verdicts, e.By)
}

// quietly enters what becomes of somebody who leaves without a word.
func quietly(ctx context.Context, to *ledger.Revising, x revision.Left) error {
	if x.Listed {
		return nil
	}
	if x.Change != ledger.BeMerged {
		if x.Standing == ledger.Cleared {
			return nil
		}
		x.Change = ledger.BeCleared // a withdrawal too, which nobody is written to about
	}
	return to.Add(ctx, ledger.Amendment{Change: x.Change, Former: x.ID})
}

// amend enters what becomes of one person. Of who stays as they are there is nothing to enter.
func (r *roll) amend(ctx context.Context, to *ledger.Revising, e Entry, coded bool) (err error) {
	a := ledger.Amendment{Change: e.verdict.Change, Coded: coded}
	if f := e.verdict.Former; f != nil {
		a.Former = f.ID
		if f.Heard != nil {
			a.Since = f.Heard.Since
		}
	}
	if a.Change == "" {
		if !e.verdict.Former.Moves(e.Person, e.Batch, e.Also) {
			return nil
		}
		a.Change = ledger.BeMoved
	}
	if a.Change == ledger.BeMoved || a.Change == ledger.BeAsBefore {
		e.Channels = e.ways
	}
	if a.NewPerson, err = r.person(&e, nil); err != nil {
		return err
	}
	return to.Add(ctx, a)
}
