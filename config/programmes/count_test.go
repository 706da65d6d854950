package programmes_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"oshirase/config/campaign"
	"oshirase/config/programmes"
)

// person is what these tests make of the rows by reading the files, with rules and identity
// written out anew: nothing here comes from the code that made them.
type person struct {
	rows               int
	segment            string
	company            string // the one that opens last
	companies          []string
	name, email, house string
	locale             string
	files              []string
	elements           map[string]bool // what was taken of them, of what their rows have
}

// census reads a sample as the manifest says it should be read.
type census struct {
	t          *testing.T
	dir        string
	order      map[string]int // of companies by release
	people     []*person
	byKey      map[string]*person
	rows       map[string]int
	unaffected map[string]int
	characters map[rune]int
	emails     map[string][]string // names by address
}

func take(t *testing.T, dir string) *census {
	t.Helper()
	f, _, err := campaign.Load(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := &census{t: t, dir: dir, order: map[string]int{"": -1}, byKey: map[string]*person{},
		rows: map[string]int{}, unaffected: map[string]int{}, characters: map[rune]int{},
		emails: map[string][]string{}}
	for i, b := range f.Manifest.Batches.List {
		c.order[b.Name] = i
	}
	for _, r := range f.Manifest.Recipients {
		c.read(r)
	}
	return c
}

func (c *census) read(r campaign.RecipientFile) {
	content, err := os.ReadFile(filepath.Join(c.dir, r.File))
	if err != nil {
		c.t.Fatal(err)
	}
	if r.Encoding == "cp932" {
		if content, err = japanese.ShiftJIS.NewDecoder().Bytes(content); err != nil {
			c.t.Fatal(err)
		}
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, record := range records[1:] {
		cell := func(column string) string {
			if i := slices.Index(records[0], column); i >= 0 {
				return record[i]
			}
			return ""
		}
		c.rows[r.File]++
		c.row(r.File, cell)
	}
	if r.Rows != len(records)-1 {
		c.t.Errorf("%s: the control total is %d, there are %d rows", r.File, r.Rows, len(records)-1)
	}
}

func (c *census) row(file string, cell func(string) string) {
	used, err := time.Parse("2006/1/2", cell("利用日"))
	if err != nil {
		c.t.Fatal(err)
	}
	segment := affected(used.Format("20060102"), cell("サーバ"), cell("申込"), cell("精算"))
	if segment == "" {
		c.unaffected[file]++
		return
	}
	p := c.find(cell("会員番号"), cell("メール"), cell("氏名"))
	if p.rows++; p.rows > 1 && p.segment != segment {
		c.t.Errorf("%s is in two segments", cell("会員番号"))
	}
	p.take(segment, cell)
	p.segment, p.name, p.email, p.locale = segment, cell("氏名"), cell("メール"), cell("言語")
	p.house = cell("住所1")
	p.files = append(p.files, file)
	company := cell("会社名")
	if !slices.Contains(p.companies, company) {
		p.companies = append(p.companies, company)
	}
	if p.company == "" || c.order[company] > c.order[p.company] {
		p.company = company
	}
	for _, r := range p.name {
		c.characters[r]++
	}
}

// take adds what was taken with a row: all of a companies' one, the card alone of another.
func (p *person) take(segment string, cell func(string) string) {
	p.elements["card_number"], p.elements["card_expiry"] = true, true
	if segment != "ap-a" {
		return
	}
	p.elements["card_holder"] = true
	for element, column := range map[string]string{
		"company": "会社名", "department": "部署", "name": "氏名", "address": "住所1", "email": "メール", "phone": "電話番号",
	} {
		if cell(column) != "" {
			p.elements[element] = true
		}
	}
}

func affected(used, server, applied, settled string) string {
	switch {
	case server == "AP-A" && used >= "20080701" && used <= "20130430":
		return "ap-a"
	case server == "Web-B" && used >= "20120601" && used <= "20130205" &&
		(applied != "counter" || settled != "counter"):
		return "web-b"
	}
	return ""
}

// find gives the person of a row: equal number, or equal address and name. Two people who would
// be joined by a row are an error, because a simple count would then be wrong.
func (c *census) find(id, email, name string) *person {
	p := c.byKey[id]
	key := email + "\n" + name
	if email != "" {
		q := c.byKey[key]
		if p != nil && q != nil && p != q {
			c.t.Errorf("%s joins two people", id)
		}
		if p == nil {
			p = q
		}
	}
	if p == nil {
		p = &person{elements: map[string]bool{}}
		c.people = append(c.people, p)
		if email != "" {
			c.emails[email] = append(c.emails[email], name)
		}
	}
	c.byKey[id] = p
	if email != "" {
		c.byKey[key] = p
	}
	return p
}

func (c *census) count(is func(*person) bool) (n int) {
	for _, p := range c.people {
		if is(p) {
			n++
		}
	}
	return n
}

func carrier(email string) bool {
	local, domain, _ := strings.Cut(email, "@")
	return (domain == "docomo.ne.jp" || domain == "ezweb.ne.jp") &&
		(strings.Contains(local, "..") || strings.HasSuffix(local, "."))
}

func TestTheFilesHoldWhatIsExpected(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001, 0.01, 1} {
		want, err := programmes.TelecomSquare(scale)
		if err != nil {
			t.Fatal(err)
		}
		c := take(t, write(t, scale))
		compareCounts(t, scale, c.counts(want.Companies), want)
		c.checkKinds(scale)
	}
}

func (c *census) counts(companies []programmes.Company) programmes.Counts {
	hasPost := func(p *person) bool { return p.house != "" }
	hasEmail := func(p *person) bool { return p.email != "" }
	got := programmes.Counts{
		People: len(c.people),
		APA:    c.count(func(p *person) bool { return p.segment == "ap-a" && p.company != "" }),
		WebB:   c.count(func(p *person) bool { return p.segment == "web-b" && p.company == "" }),

		Email:       c.count(hasEmail),
		Carrier:     c.count(func(p *person) bool { return carrier(p.email) }),
		Letters:     c.count(func(p *person) bool { return !hasEmail(p) && hasPost(p) }),
		Unreachable: c.count(func(p *person) bool { return !hasEmail(p) && !hasPost(p) }),

		English:      c.count(func(p *person) bool { return p.locale == "en" || p.locale == "en-US" }),
		CP932:        c.count(func(p *person) bool { return p.files[0] == counter }),
		TwoCompanies: c.count(func(p *person) bool { return len(p.companies) == 2 }),
		Family:       c.family(),

		Rows:       byFile(func(file string) int { return c.rows[file] }),
		Unaffected: byFile(func(file string) int { return c.unaffected[file] }),
		Duplicates: byFile(c.again),
		Companies:  slices.Clone(companies),
	}
	got.Duplicates.APA -= got.TwoCompanies // their second row is of another company
	for i, company := range companies {
		in := func(p *person) bool { return p.company == company.Name }
		got.Companies[i].People = c.count(in)
	}
	return got
}

const (
	apA     = "recipients/ap-a.csv"
	webB    = "recipients/web-b.csv"
	counter = "recipients/web-b-counter.csv"
)

func byFile(n func(file string) int) programmes.Rows {
	return programmes.Rows{APA: n(apA), WebB: n(webB), Counter: n(counter)}
}

// again counts the rows of people who have a row before.
func (c *census) again(file string) (n int) {
	for _, p := range c.people {
		if slices.Contains(p.files, file) {
			n += p.rows - 1
		}
	}
	return n
}

// family counts the people who share an address.
func (c *census) family() (n int) {
	for _, names := range c.emails {
		if len(names) > 1 {
			n += len(names)
		}
	}
	return n
}

func compareCounts(t *testing.T, scale float64, got, want programmes.Counts) {
	t.Helper()
	if !slices.Equal(got.Companies, want.Companies) {
		t.Errorf("scale %v: companies\n%v\nwant\n%v", scale, got.Companies, want.Companies)
	}
	if want.Unaffected.Total() < 3 || want.Duplicates.Total() < 2 || want.CP932 < 1 ||
		want.Letters < 1 || want.Unreachable < 1 || want.Carrier < 1 || want.English < 1 {
		t.Errorf("scale %v: a kind is missing in %+v", scale, want)
	}
	got.Companies, want.Companies = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("scale %v: got\n%+v\nwant\n%+v", scale, got, want)
	}
}

// checkKinds sees that nobody real can be meant, and that the names that are hard to print are
// there.
func (c *census) checkKinds(scale float64) {
	c.t.Helper()
	for email := range c.emails {
		_, domain, _ := strings.Cut(email, "@")
		reserved := slices.ContainsFunc([]string{"example.com", "example.jp", "example.org"},
			func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) })
		if !reserved && !carrier(email) {
			c.t.Errorf("scale %v: %q is an address that may exist", scale, email)
		}
	}
	for r := range c.characters {
		if r > 0xFFFF {
			c.t.Errorf("scale %v: %q is outside the basic plane", scale, r)
		}
	}
	for _, r := range "髙﨑濵邉" {
		if scale >= 0.001 && c.characters[r] == 0 {
			c.t.Errorf("scale %v: no name has %q", scale, r)
		}
	}
}
