package e2e

import (
	"fmt"
	"maps"
	"mime"
	"net/mail"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/config/programmes"
	"oshirase/jobs/email/emailtest"
)

// renter is somebody who used the service, from the files of all revisions.
type renter struct {
	email     string
	letter    bool  // no e-mail, but an address
	companies []int // whose sites they used, by the order of release; of none: an individual
	since     int   // the first revision that knows them
	elements  map[string]bool
}

// individuals is the batch of those of no company.
const individuals = -1

// batch is the place in the order of release of the company with whose people they are told.
func (r *renter) batch() int {
	if len(r.companies) == 0 {
		return individuals
	}
	return slices.Max(r.companies)
}

// rentals are all revisions' people, and how many of each company a revision speaks of.
type rentals struct {
	all []*renter
	of  [4]map[int]int // people by company, by revision from 1
}

// rentals reads the files on its own, by the rules of the notice.
func (s *site) rentals(companies []programmes.Company) rentals {
	s.t.Helper()
	var out rentals
	by := map[string]*renter{}
	for revision := 1; revision <= 3; revision++ {
		out.of[revision] = map[int]int{}
		met := map[string]bool{} // in this revision, with which company
		files, err := filepath.Glob(filepath.Join(s.stage(revision), "recipients", "*.csv"))
		s.must(err)
		for _, r := range slices.Concat(s.tables(files)...) {
			if !concerned(r) {
				continue
			}
			p, number := by[r["会員番号"]], r["会員番号"]
			if p == nil {
				p = newRenter(r, revision)
				by[number] = p
				out.all = append(out.all, p)
			}
			p.take(r)
			is := func(c programmes.Company) bool { return c.Name == r["会社名"] }
			i := slices.IndexFunc(companies, is)
			if i >= 0 && !slices.Contains(p.companies, i) {
				p.companies = append(p.companies, i)
			}
			if key := fmt.Sprint(number, i); i >= 0 && !met[key] {
				met[key] = true
				out.of[revision][i]++
			}
		}
	}
	return out
}

func newRenter(r map[string]string, revision int) *renter {
	email := r["メール"]
	return &renter{email: email, letter: email == "" && r["住所1"] != "", since: revision, elements: map[string]bool{}}
}

// take adds what was taken with a row: all that it has from the companies' server, the card from the other.
func (r *renter) take(row map[string]string) {
	r.elements["card_number"], r.elements["card_expiry"] = true, true
	if row["サーバ"] != "AP-A" {
		return
	}
	r.elements["card_holder"] = true
	for element, column := range map[string]string{
		"company": "会社名", "department": "部署", "name": "氏名", "address": "住所1", "email": "メール", "phone": "電話番号",
	} {
		if row[column] != "" {
			r.elements[element] = true
		}
	}
}

func (s *site) tables(files []string) (out [][]map[string]string) {
	for _, f := range files {
		out = append(out, s.table(f))
	}
	return out
}

// stage is the folder of a revision.
func (s *site) stage(revision int) string {
	return filepath.Join(s.dir, "campaign", fmt.Sprintf("revision-%d", revision))
}

// concerned tells whether a row is of somebody affected: of either server, at its time, and not booked and paid
// at a counter.
func concerned(r map[string]string) bool {
	used, err := time.Parse("2006/1/2", r["利用日"])
	if err != nil {
		return false
	}
	day := used.Format(time.DateOnly)
	if r["サーバ"] == "AP-A" {
		return day >= "2008-07-01" && day <= "2013-04-30"
	}
	return day >= "2012-06-01" && day <= "2013-02-05" && (r["申込"] != "counter" || r["精算"] != "counter")
}

// news is one message as the mail server took it, and what it said.
type news struct {
	at     time.Time // by the calendar
	kind   string    // report, ap-a or web-b
	report string    // the day of the investigators' report that it follows, which tells the revision
	people int       // that a report to a company names
	listed string    // the kinds of data that it lists, by their ids in order
}

// newsdesk reads each message as it comes.
type newsdesk struct {
	calendar
	mu    sync.Mutex
	by    map[string][]news // by recipient
	count map[string]int    // by kind
}

var (
	followed = regexp.MustCompile(`(平成25年\d+月\d+日：|\d+ \w+ 2013: |\w+ \d+, 2013: )` +
		`(?:調査の報告を受け|最終の調査報告|a report of the|the final report)`)
	named = regexp.MustCompile(`(?m)(?:^|taken: )([\d,]+)(?:名様です。|\.)`)
)

// rentalSubjects are words of the subjects of each kind of message.
var rentalSubjects = map[string][2]string{ // ja, en
	"report": {"貴社ご利用者様の", "data of your people"},
	"ap-a":   {"お客様の情報が流出", "your personal data may"},
	"web-b":  {"カード情報が流出", "your card data may"},
}

// reportDays are the reports that the revisions follow.
var reportDays = map[string]int{
	"平成25年8月29日：": 1, "29 August 2013: ": 1, "August 29, 2013: ": 1,
	"平成25年9月4日：": 2, "4 September 2013: ": 2, "September 4, 2013: ": 2,
	"平成25年9月12日：": 3, "12 September 2013: ": 3, "September 12, 2013: ": 3,
}

func (d *newsdesk) see(m emailtest.Received) {
	n := news{at: d.now()}
	header, text, err := emailtest.ReadText(m.Data)
	if err == nil {
		n.kind, n.listed = kindOf(header), listedIn(text)
		if day := followed.FindStringSubmatch(text); day != nil {
			n.report = day[1]
		}
		if people := named.FindStringSubmatch(text); n.kind == "report" && people != nil {
			n.people, _ = strconv.Atoi(strings.ReplaceAll(people[1], ",", ""))
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	to := strings.ReplaceAll(m.Recipients[0], `"`, "") // around what carriers allowed and RFC 5322 does not
	d.by[to] = append(d.by[to], n)
	d.count[n.kind]++
}

// listedIn are the ids of the kinds of data that a text lists in Japanese or in English.
func listedIn(text string) string {
	points, ids := bulletsOf(textPoint, text), map[string]bool{}
	for id, words := range elementWords() {
		if slices.Contains(points, squash(words[0])) || slices.Contains(points, squash(words[1])) {
			ids[id] = true
		}
	}
	return idsOf(ids)
}

func idsOf(elements map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(elements)), " ")
}

func kindOf(header mail.Header) string {
	subject, _ := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	for kind, words := range rentalSubjects {
		if strings.Contains(subject, words[0]) || strings.Contains(subject, words[1]) {
			return kind
		}
	}
	return ""
}

// heard counts messages: reports to companies, and all others.
func (d *newsdesk) heard() (reports, people int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for kind, n := range d.count {
		if kind == "report" {
			reports += n
		} else {
			people += n
		}
	}
	return reports, people
}

// hold sees that a message says what it must.
func (n news) hold(t *testing.T, to, kind string, revision int, from time.Time) {
	t.Helper()
	if n.kind != kind || reportDays[n.report] != revision || n.at.Before(from) {
		t.Errorf("%s got %q after the report %q at %s; want %q, revision %d, not before %s", to, n.kind, n.report,
			n.at.In(tokyo).Format(time.DateTime), kind, revision, from.In(tokyo).Format(time.DateTime))
	}
}
