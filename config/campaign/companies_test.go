package campaign

import (
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
)

func names(list []Batch) (names string) {
	for _, b := range list {
		names += b.Name + " "
	}
	return names
}

func TestCompaniesFromASpreadsheetAreRead(t *testing.T) {
	t.Parallel()
	const text = "company,contact_name,start\r\n髙木商事,見本 花子,2013-09-10\r\n" +
		"\r\n\"A, Inc.\",,2013-09-10T00:00:00Z\r\n"
	cp932, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{"UTF-8": text, "mark": "\ufeff" + text, "CP932": cp932}
	for encoding, source := range sources {
		f := mustLoad(t, with(files(t), "companies.csv", source))
		if got := names(f.Manifest.Batches.List); got != "髙木商事 A, Inc. " {
			t.Errorf("%s: got %s", encoding, got)
		}
		b := f.Manifest.Batches.List
		if b[0].Contact.Name != "見本 花子" || b[1].Line != 4 {
			t.Errorf("%s: got %+v", encoding, b)
		}
		if got := b[1].Start.Format(time.RFC3339); got != "2013-09-10T09:00:00+09:00" {
			t.Errorf("%s: start %s is not in the campaign's zone", encoding, got)
		}
	}
}

func TestBatchesWithoutAStartKeepTheirPlace(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2013, 9, d, 0, 0, 0, 0, time.UTC) }
	for want, list := range map[string][]Batch{
		"a b c ": {{Name: "a"}, {Name: "b"}, {Name: "c"}},
		"d b c a ": {
			{Name: "a", Start: day(3)}, {Name: "b"},
			{Name: "c", Start: day(2)}, {Name: "d", Start: day(1)},
		},
		"a b ": {{Name: "a", Start: day(1)}, {Name: "b", Start: day(1)}},
		"":     nil,
	} {
		if got := names(byStart(list)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAContactIsNeverNamedInAProblem(t *testing.T) {
	t.Parallel()
	c := companies{file: "c.csv", zone: time.UTC, lines: map[string]int{}}
	c.parse([]byte("company,start,contact_name,contact_email\n" +
		"A,x,Taro\x01Mihon,taro@@example.com\n" +
		"A,,Taro Mihon,taro@example.com\nB,Taro\n"))
	if len(c.problems) != 5 {
		t.Errorf("got %v", c.problems)
	}
	for _, p := range c.problems {
		if got := p.String() + p.Do; containsFold(got, "taro") || containsFold(got, "mihon") {
			t.Errorf("a person is named: %s", got)
		}
	}
}
