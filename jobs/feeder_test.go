package jobs_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/plan"
)

// carriers makes one of the sample's domains docomo's, without a rate, and opens all batches at once.
var carriers = []string{"rates:\n  providers: {docomo: 5/s}",
	"providers: {docomo.example.jp: docomo, ezweb.example.jp: au}", "parallel: 1", "parallel: 20"}

func isDocomo(address string) bool {
	return strings.Contains(address, "@docomo.")
}

// tally counts what a server has taken, by provider, and the order of it.
type tally struct {
	mu             sync.Mutex
	docomo, others int
	order          []bool // docomo's or not
}

func (s *tally) take(m emailtest.Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	docomo := isDocomo(m.Recipients[0])
	if s.order = append(s.order, docomo); docomo {
		s.docomo++
	} else {
		s.others++
	}
}

func (s *tally) counts() (docomo, others int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.docomo, s.others
}

// to counts a campaign's e-mails to domains, and the others.
func (f *site) to(domains ...string) (to, others int) {
	f.t.Helper()
	o, err := f.cfg.Offices.Get(context.Background(), campaign)
	f.must(err)
	file, err := sql.Open("sqlite", filepath.Join(f.dir, "ledger.db"))
	f.must(err)
	defer file.Close()
	f.must(file.QueryRow(`SELECT count(*) FROM delivery WHERE channel = 'email'`).Scan(&others))
	for _, domain := range domains {
		blind, n := plan.BlindDomain(o.Key, domain), 0
		f.must(file.QueryRow(`SELECT count(*) FROM delivery WHERE domain = ?`, blind[:8]).Scan(&n))
		to, others = to+n, others-n
	}
	return to, others
}

// lanes counts a campaign's e-mails by provider.
func (f *site) lanes() (docomo, others int) {
	f.t.Helper()
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		switch {
		case d.Channel != ledger.Email:
		case d.Lane == "docomo":
			docomo++
		default:
			others++
		}
	}
	return docomo, others
}

func TestAProviderThatHasEnoughRestsWhileTheOthersGoOnAndNobodyOfItIsRefused(t *testing.T) {
	t.Parallel()
	var taken tally
	var all atomic.Int64   // of the others; docomo blocks until they are through
	var asked atomic.Int64 // in vain
	f := newOfficeOf(t, emailtest.Options{OnMessage: taken.take,
		Reply: func(to string, _ int) emailtest.Reply {
			_, others := taken.counts()
			if !isDocomo(to) || int64(others) == all.Load() {
				return emailtest.Reply{}
			}
			if asked.Add(1) <= 8 {
				return emailtest.Reply{Code: 421, Text: "4.7.0 too many", Close: true}
			}
			return emailtest.Reply{Code: 550, Text: "5.1.1 unknown user"}
		},
	}, sample{scale: 0.003, changes: carriers, now: clock})
	docomo, others := f.lanes()
	all.Store(int64(others))
	office, err := f.cfg.Offices.Get(context.Background(), campaign)
	f.must(err)
	temper := &office.Rules.Temper
	temper.Pause, temper.Most = 200*time.Millisecond, time.Second
	temper.Step, temper.Steps = 100*time.Millisecond, 3
	rested := map[pace.State]bool{}
	c := f.run(func(c ledger.Counts) bool {
		r, err := f.l.Rests(context.Background(), campaign)
		f.must(err)
		for _, p := range r.Providers {
			if rested[p.State] = true; p.Provider != "docomo" {
				t.Errorf("%s rests", p.Provider)
			}
		}
		return finished(c)
	})
	states := c.Channels[ledger.Email]
	if states[ledger.Sent] != docomo+others || f.mail.Count() != docomo+others {
		t.Errorf("%d taken of %d and %d, states %v", f.mail.Count(), docomo, others, states)
	}
	if !rested[pace.Open] || !rested[pace.Climbing] {
		t.Errorf("seen %v", rested)
	}
	// The run that opened it, what was under way then, and three probes after each rest.
	if n := asked.Load(); n > int64(docomo) {
		t.Errorf("asked %d times in vain", n)
	}
}

func TestASlowProviderDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	slowDocomo(t, carriers)
}

func TestASlowDomainThatNoProviderListsDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	slowDocomo(t, carriers[4:])
}

// slowDocomo lets its domains be slow until the others are through.
func slowDocomo(t *testing.T, changes []string) {
	var taken tally
	var all atomic.Int64 // of the others
	f := newOfficeOf(t, emailtest.Options{OnMessage: taken.take,
		Script: func(e emailtest.Event) emailtest.Action {
			_, others := taken.counts()
			if e.Stage == emailtest.Rcpt && isDocomo(e.Recipient) && int64(others) < all.Load() {
				return emailtest.Action{Delay: 4 * time.Second}
			}
			return emailtest.Action{}
		},
	}, sample{scale: 0.003, changes: changes, now: clock})
	docomo, others := f.to("docomo.example.jp", "docomo.ne.jp")
	all.Store(int64(others))
	f.run(finished)
	if d, o := taken.counts(); d != docomo || o != others {
		t.Fatalf("%d and %d taken, want %d and %d", d, o, docomo, others)
	}
	before, seen := 0, 0
	for _, isDocomo := range taken.order {
		if isDocomo {
			before++
		} else if seen++; seen == others {
			break
		}
	}
	if before > docomo/2 {
		t.Errorf("%d of %d slow ones were through before the last of the others", before, docomo)
	}
}

func TestACampaignWithARateKeepsToItBesideAFasterOne(t *testing.T) {
	t.Parallel()
	const rated = "rated"
	f := newOfficeOf(t, emailtest.Options{
		Script: func(emailtest.Event) emailtest.Action { return emailtest.Action{Delay: 4 * time.Millisecond} },
	}, sample{scale: 0.02, now: clock, changes: []string{"parallel: 1", "parallel: 20"}})
	f.enlist(rated, sample{scale: 0.0003, now: clock, changes: []string{"id: " + campaign, "id: " + rated,
		"rates:\n", "rates:\n  total: 20/s\n", "parallel: 1", "parallel: 20"}})
	f.run(func(ledger.Counts) bool {
		c, err := f.l.Counts(context.Background(), rated)
		f.must(err)
		return finished(c)
	})
	c, err := f.l.Counts(context.Background(), campaign)
	f.must(err)
	sent, all := c.Channels[ledger.Email][ledger.Sent], 0
	for _, n := range c.Channels[ledger.Email] {
		all += n
	}
	if sent > all/2 {
		t.Errorf("it was through when the other had sent %d of %d", sent, all)
	}
}

func TestOutsideTheWindowsNothingIsFed(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	begin, early := time.Now(), time.Date(2016, 4, 5, 8, 0, 0, 0, tokyo)
	var later atomic.Int64
	now := func() time.Time { return early.Add(time.Since(begin) + time.Duration(later.Load())) }
	f := newOfficeOf(t, emailtest.Options{}, sample{scale: 0.001, now: now, changes: []string{
		"halt:", "windows:\n  - {from: \"09:00\", to: \"20:00\", days: [mon-fri]}\nhalt:",
		"parallel: 1", "parallel: 20"}})
	c := f.run(func(c ledger.Counts) bool {
		r, err := f.l.Rests(context.Background(), campaign)
		f.must(err)
		letters := c.Channels[ledger.Letter]
		return r.Shut && letters[ledger.Bound] > 0 && c.Channels[ledger.Email][ledger.Waiting] > 0
	})
	states := c.Channels[ledger.Email]
	if f.mail.Count() != 0 || states[ledger.Queued]+states[ledger.Sent]+states[ledger.Deferred] != 0 {
		t.Errorf("%d taken before nine, states %v", f.mail.Count(), states)
	}
	later.Store(int64(2 * time.Hour))
	c = f.run(finished)
	if n := c.Channels[ledger.Email][ledger.Sent]; n == 0 || n != f.mail.Count() {
		t.Errorf("%d sent, %d taken after nine", n, f.mail.Count())
	}
}
