package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oshirase/config/programmes"
	"oshirase/jobs/email/emailtest"
)

// course is how the three revisions of telecomsquare go: the calendar, what has come in, and who has
// acknowledged what. Each company of an uneven place acknowledges only after its people's day has come.
type course struct {
	*site
	desk    *newsdesk
	stages  []programmes.Stage
	people  rentals
	enters  [4]time.Time         // when each revision is enqueued
	acks    [4]map[int]time.Time // by company, of the reports of each revision
	inForce int                  // the revision in force
	posted  int                  // reports by letter
}

// tokyo is where the days begin.
var tokyo = time.FixedZone("JST", 9*60*60)

func inTokyo(month time.Month, day, hour int) time.Time {
	return time.Date(2013, month, day, hour, 0, 0, 0, tokyo)
}

func TestThreeRevisionsTellEachCompanyAndThenItsPeopleOnTheirDay(t *testing.T) {
	t.Parallel()
	august := inTokyo(time.August, 29, 10)
	for name, enters := range map[string][4]time.Time{
		"as it was, before the days and among them": {1: august, inTokyo(time.September, 4, 10),
			inTokyo(time.September, 12, 10)},
		"each when the one before is done": {1: august, inTokyo(time.September, 12, 18),
			inTokyo(time.September, 28, 10)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCourse(t, enters)
			for _, at := range c.moments() {
				if revision := slices.Index(enters[:], at); revision > 0 {
					c.enter(revision)
				} else {
					c.begin(at)
				}
				c.settle(at)
			}
			c.hold()
		})
	}
}

func newCourse(t *testing.T, enters [4]time.Time) *course {
	t.Helper()
	desk := &newsdesk{by: map[string][]news{}, count: map[string]int{}}
	c := &course{desk: desk, enters: enters,
		site: newSite(t, emailtest.Options{Forget: true, OnMessage: desk.see})}
	c.calendared(&desk.calendar)
	desk.turn(t, enters[1])
	c.do("sample", "telecomsquare", "--out", filepath.Join(c.dir, "campaign"), "--scale", scale)
	var err error
	c.stages, err = programmes.TelecomSquareStages(scaleValue)
	c.must(err)
	c.people = c.rentals(c.companies())
	for revision := range c.acks {
		c.acks[revision] = map[int]time.Time{}
	}
	c.must(os.Mkdir(filepath.Join(c.dir, "house"), 0o700))
	return c
}

// companies are those of the last revision, in order of release.
func (c *course) companies() []programmes.Company { return c.stages[2].Companies }

// day is when the people of a company, or the individuals, may first be told.
func (c *course) day(company int) time.Time {
	if company == individuals {
		return inTokyo(time.September, 12, 0)
	}
	day, err := time.ParseInLocation(time.DateOnly, c.companies()[company].Start, tokyo)
	c.must(err)
	return day
}

// moments are when something may happen: a revision comes in, or a day begins.
func (c *course) moments() []time.Time {
	all := slices.Clone(c.enters[1:])
	for i := range c.companies() {
		all = append(all, c.day(i))
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.Compact(all)
}

// enter enqueues a revision, waits for its reports, and has those acknowledged that may be.
func (c *course) enter(revision int) {
	c.t.Helper()
	c.desk.turn(c.t, c.enters[revision])
	c.inForce = revision
	want := c.reported(revision)
	p := c.enqueueStage(revision)
	if stage := c.stages[revision-1]; p.People != stage.People || p.Reports != stage.NewReports ||
		p.Reports != len(want) || p.Deliveries != len(want)+c.untold(revision) {
		c.t.Errorf("revision %d: %+v; want %d people, %d reports and %d others", revision, p, stage.People,
			stage.NewReports, c.untold(revision))
	}
	c.t.Logf("revision %d: %+v", revision, p)
	if revision == 1 {
		c.work()
	}
	st := c.until("reported", patience, func(st status) bool { return c.allReported(st, want, "bound") })
	if !c.allReported(st, want, "handed") {
		c.do("handover", c.id, "--to", filepath.Join(c.dir, "house"))
		c.posted++
	}
	for _, i := range want {
		if i%2 == 0 || !c.day(i).After(c.desk.now()) {
			c.acknowledge(i)
		}
	}
}

// stagePlan is what plan --json says of a revision.
type stagePlan struct {
	Campaign, Confirm           string
	People, Reports, Deliveries int
}

func (c *course) enqueueStage(revision int) (p stagePlan) {
	c.t.Helper()
	folder := c.stage(revision)
	c.change(filepath.Join(folder, "campaign.yaml"), "notice: company", "notice: company, acknowledge: true")
	c.must(json.Unmarshal([]byte(c.do("plan", folder, "--json")), &p))
	c.id = p.Campaign
	c.do("enqueue", folder, "--confirm", p.Confirm)
	return p
}

// reported are the companies of which a revision speaks otherwise than the one before.
func (c *course) reported(revision int) (companies []int) {
	before, now := c.people.of[revision-1], c.people.of[revision]
	for i := range c.companies() {
		if now[i] != before[i] {
			companies = append(companies, i)
		}
	}
	return companies
}

// allReported tells whether the reports have arrived; one by letter is in that state.
func (c *course) allReported(st status, companies []int, letter string) bool {
	for _, i := range companies {
		name := c.companies()[i].Name
		of := slices.IndexFunc(st.Batches, func(b batch) bool { return b.Name == name })
		if of < 0 || st.Batches[of].Report == nil {
			return false
		}
		if state := st.Batches[of].Report.State; state != "sent" && state != letter {
			return false
		}
	}
	return true
}

// acknowledge has a company acknowledge the last report that it got.
func (c *course) acknowledge(company int) {
	c.t.Helper()
	c.acks[c.lastReport(company, c.inForce)][company] = c.desk.now()
	c.do("release", c.id, "--batch", c.companies()[company].Name, "--acknowledged-by", "Mihon")
}

// lastReport is the revision up to one with the last report to a company; 0 where it has had none.
func (c *course) lastReport(company, revision int) int {
	for ; revision > 0 && !slices.Contains(c.reported(revision), company); revision-- {
	}
	return revision
}

// begin lets a day begin while the program runs. Who acknowledges late does so when it has begun.
func (c *course) begin(day time.Time) {
	c.t.Helper()
	c.desk.turn(c.t, day.Add(-time.Second))
	for i := range c.companies() {
		if i%2 == 1 && c.day(i).Equal(day) && c.lastReport(i, c.inForce) > 0 {
			c.desk.await(day.Add(time.Second))
			c.acknowledge(i)
		}
	}
}

// told is when somebody is told, and by which revision.
func (c *course) told(r *renter) (when time.Time, revision int) {
	when = c.enters[r.since]
	if day := c.day(r.batch()); day.After(when) {
		when = day
	}
	for revision = 3; c.enters[revision].After(when); revision-- {
	}
	return when, revision
}

// untold counts whom a revision is to tell.
func (c *course) untold(revision int) (n int) {
	for _, r := range c.people.all {
		when, _ := c.told(r)
		if (r.email != "" || r.letter) && r.since <= revision && !when.Before(c.enters[revision]) {
			n++
		}
	}
	return n
}

// settle waits until all are told who are to be at that time, and nobody else.
func (c *course) settle(at time.Time) {
	c.t.Helper()
	mail, letters := 0, c.posted
	for _, r := range c.people.all {
		when, _ := c.told(r)
		switch {
		case when.After(at):
		case r.email != "":
			mail++
		case r.letter:
			letters++
		}
	}
	begun := time.Now()
	st := c.until("told", patience, func(st status) bool {
		_, heard := c.desk.heard()
		return heard >= mail && st.letters() >= letters
	})
	reports, heard := c.desk.heard()
	c.t.Logf("%s, revision %d: after %.1f s %d reports by e-mail, %d people by e-mail and %d by letter",
		at.Format(time.DateTime), c.inForce, time.Since(begun).Seconds(), reports, heard, st.letters())
	if heard != mail || st.letters() != letters {
		c.t.Errorf("%s: %d messages and %d letters, want %d and %d", at, heard, st.letters(), mail, letters)
	}
}

// letters counts those that are printed.
func (st status) letters() int {
	of := st.Channels["letter"]
	return of["bound"] + of["handed"] + of["mailed"]
}

// hold compares all that arrived with what had to.
func (c *course) hold() {
	c.t.Helper()
	known := c.holdPeople()
	reports := c.holdReports(known)
	for to := range c.desk.by {
		if !known[to] {
			c.t.Errorf("%s is nobody", to)
		}
	}
	mail, letters := 0, 0
	for _, r := range c.people.all {
		if r.email != "" {
			mail++
		} else if r.letter {
			letters++
		}
	}
	st := c.until("done", patience, done)
	if n := c.mail.Count(); n != mail+reports || st.People["affected"] != len(c.people.all) ||
		st.People["unreachable"] != len(c.people.all)-mail-letters {
		c.t.Errorf("%d messages, want %d and %d reports; %v", n, mail, reports, st.People)
	}
	c.holdLetters(letters)
	c.t.Logf("%v; %v; the server took %v", st.People, st.Channels, c.desk.count)
}

// holdLetters counts those that are printed. They are to people of whom there is no e-mail address: only a report to
// a company may list one.
func (c *course) holdLetters(want int) {
	c.t.Helper()
	letters, mailboxes := c.printed(), 0
	for _, lines := range letters {
		words := elementWords()["email"]
		if slices.Contains(lines, words[0]) || slices.Contains(lines, words[1]) {
			mailboxes++
		}
	}
	if len(letters) != want+c.posted || mailboxes != c.posted {
		c.t.Errorf("%d letters printed, %d list an e-mail address; want %d and %d reports", len(letters), mailboxes, want,
			c.posted)
	}
}

// holdPeople sees that each was told once, of their own, by the right revision, and after whatever had to come
// first.
func (c *course) holdPeople() (known map[string]bool) {
	known = map[string]bool{}
	times := map[string]int{}
	for _, r := range c.people.all {
		if r.email == "" {
			continue
		}
		known[r.email] = true
		heard := c.desk.by[r.email]
		if times[r.email]++; len(heard) < times[r.email] {
			c.t.Errorf("%s got %d messages", r.email, len(heard))
			continue
		}
		kind := "ap-a"
		if r.batch() == individuals {
			kind = "web-b"
		}
		from, revision := c.told(r)
		for _, i := range r.companies {
			if ack := c.acks[c.lastReport(i, revision)][i]; ack.After(from) {
				from = ack
			}
		}
		n := heard[times[r.email]-1]
		n.hold(c.t, r.email, kind, revision, from)
		if want := idsOf(r.elements); n.listed != want {
			c.t.Errorf("%s is told of %q, want %q", r.email, n.listed, want)
		}
	}
	for to, n := range times {
		if len(c.desk.by[to]) != n {
			c.t.Errorf("%s got %d messages, want %d", to, len(c.desk.by[to]), n)
		}
	}
	return known
}

// holdReports sees that each company got a report for each revision with news of it, and gives how many went by
// e-mail.
func (c *course) holdReports(known map[string]bool) (n int) {
	for i, company := range c.companies() {
		to, got := "compliance@"+company.Domain, 0
		heard := c.desk.by[to]
		known[to] = true
		for revision := 1; revision <= 3; revision++ {
			if !slices.Contains(c.reported(revision), i) || i == len(c.companies())-1 {
				continue
			}
			if got++; got > len(heard) {
				c.t.Errorf("%s got %d reports", to, len(heard))
				continue
			}
			report := heard[got-1]
			report.hold(c.t, to, "report", revision, c.enters[revision])
			if want := c.people.of[revision][i]; report.people != want {
				c.t.Errorf("%s is told of %d people, want %d", to, report.people, want)
			}
		}
		if n += got; len(heard) > got {
			c.t.Errorf("%s got %d messages, want %d", to, len(heard), got)
		}
	}
	return n
}
