package jal

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"time"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/folder"
	"oshirase/config/programmes/names"
)

// The revisions, as indices.
const (
	interim = iota
	final
	last
	revisions
)

// The files, by the days on which the records in them were read.
const (
	slowDaysFile = "slow-days.csv"
	testRunFile  = "test-run.csv"
)

var header = []string{
	"お得意様番号", "お名前", "Eメール", "郵便番号", "住所1", "住所2", "言語", "読み出し日", "照合",
}

// writeRecords writes a revision's files.
func (s size) writeRecords(ctx context.Context, dir string, revision int) error {
	files := map[string]iter.Seq[record]{slowDaysFile: s.slowDays(revision)}
	if revision != interim {
		files[testRunFile] = s.testRun(revision)
	}
	for name, records := range files {
		if err := folder.Table(ctx, filepath.Join(dir, name), header, cells(records)); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}

func cells(records iter.Seq[record]) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for r := range records {
			if !yield([]string{
				r.number, r.name, r.email, r.Postcode, r.Street, r.Building, r.locale,
				r.read.Format("2006/01/02"), r.matched,
			}) {
				return
			}
		}
	}
}

// record is a row: a member, and when their record was read.
type record struct {
	number, name, email, locale string
	names.Home
	read    time.Time
	matched string // whether it is what was sent
}

// Days of October and September 2014, as the notice has them.
var (
	nothingSentYet = time.Date(2014, time.July, 29, 0, 0, 0, 0, time.UTC) // the last such day
	slowOn         = []time.Time{
		time.Date(2014, time.September, 19, 0, 0, 0, 0, time.UTC),
		time.Date(2014, time.September, 22, 0, 0, 0, 0, time.UTC),
	}
)

// testRunDays are those from the day after until the day before the first slow one.
const testRunDays = 51

// slowDays are the records of the two days on which the system answered slowly.
func (s size) slowDays(revision int) iter.Seq[record] {
	return func(yield func(record) bool) {
		for n := range s.suspected + s.confirmed {
			found := n >= s.suspected
			if revision == interim && found || revision != interim && !found && !s.stays(n) {
				continue
			}
			r := invent(n, revision)
			r.read = draw.Pick(draw.For("slow day", n), slowOn)
			if found {
				r.matched = "一致"
			} else if !reachOf(n).email {
				r.email = ""
			}
			if !yield(r) {
				return
			}
		}
	}
}

// testRun are the records that the program took while it was tried out, and some of the time before. The first and
// the last day of each are among them.
func (s size) testRun(revision int) iter.Seq[record] {
	return func(yield func(record) bool) {
		from := s.suspected + s.confirmed
		for i := range testRunPeople + earlierRows {
			r := invent(from+i, revision)
			r.read = nothingSentYet.AddDate(0, 0, 1+(testRunDays-1)*i/(testRunPeople-1))
			if i >= testRunPeople {
				r.read = nothingSentYet.AddDate(0, 0, testRunPeople-i)
			}
			if !yield(r) {
				return
			}
		}
	}
}

// reach is how somebody can be reached.
type reach struct{ email, letter, feed bool }

// everyWay is that of the people who are written to by all channels.
var everyWay = reach{true, true, true}

// reachOf is how one of the suspected is: one in ten has no e-mail address, and is sent a letter.
func reachOf(n int) reach {
	letter := draw.For("reach", n).Below(10) == 0
	return reach{email: !letter, letter: letter}
}

var mailDomains = []string{"example.com", "example.jp", "example.net", "mail.example.jp"}

// invent makes a member: a number of nine digits that begins with noughts, as the programme's do. One in a hundred
// has another mailbox in later revisions.
func invent(n, revision int) record {
	d := draw.For("member", n)
	english := d.Below(20) == 0
	r := record{number: fmt.Sprintf("%09d", n+1)}
	var mailbox string
	r.name, mailbox = names.Of(d, english)
	r.Home = names.HomeOf(d, english)
	languages := []string{"ja", "ja", "ja-JP", ""}
	if english {
		languages = []string{"en", "en", "en-US"}
	}
	r.locale = draw.Pick(d, languages)
	domain := draw.Pick(d, mailDomains)
	if revision != interim && d.Below(100) == 0 {
		domain = "new." + domain
	}
	r.email = fmt.Sprintf("%s.%d@%s", mailbox, n+1, domain)
	return r
}
