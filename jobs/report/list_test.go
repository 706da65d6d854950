package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/recipient"
)

func deliveries(t *testing.T, f *ledgertest.Fixture, raw bool) (string, int) {
	t.Helper()
	var out bytes.Buffer
	n, err := Deliveries(t.Context(), f.Ledger, "test", &out, Listing{Raw: raw})
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), n
}

func TestEveryDeliveryIsListedForMachines(t *testing.T) {
	t.Parallel()
	text, n := deliveries(t, mixed(t), true)
	header, rest, _ := strings.Cut(text, "\n")
	if want := "delivery,person,batch,channel,revision,purpose,round,notice,locale,state,attempts," +
		"message_id,code,enhanced,at"; header != want {
		t.Errorf("header %q, want %q", header, want)
	}
	if n != 7 || strings.Count(rest, "\n") != 7 || strings.ContainsAny(text, "\r\ufeff") {
		t.Errorf("%d deliveries in\n%s", n, text)
	}
	first, _, _ := strings.Cut(rest, "\n")
	if want := "268435457,REF-001,かえで商事,email,1,first,1,first,ja,sent,1,abc@example.com," +
		"250,2.0.0,2013-09-12T01:00:00Z"; first != want {
		t.Errorf("row %q, want %q", first, want)
	}
	if strings.Contains(text, "試験") || strings.Contains(text, "person1@") {
		t.Errorf("personal data in\n%s", text)
	}
}

func TestATableForPeopleOpensInASpreadsheetAndRunsNothing(t *testing.T) {
	t.Parallel()
	text, _ := deliveries(t, mixed(t), false)
	lines := strings.Count(text, "\n")
	if !strings.HasPrefix(text, "\ufeffdelivery,") || strings.Count(text, "\r\n") != lines {
		t.Errorf("no BOM or no CRLF in %q", text)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 8 || rows[7][2] != "'"+hostile {
		t.Errorf("rows %q, %v", rows, err)
	}
}

func TestWhatASpreadsheetWouldRunGetsAnApostrophe(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+81 3": "'+81 3", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)",
		"\tx": "'\tx", "\rx": "'\rx", "": "", "1-1": "1-1", "a=b": "a=b", "見本": "見本", "'=": "'=",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// sheet imports one person who is not told, with data of all kinds.
func sheet(t *testing.T) *ledgertest.Fixture {
	t.Helper()
	f := ledgertest.New(t)
	c := ledger.NewCampaign{ID: "test", Revision: 1, Batches: []ledger.NewBatch{{Name: "=a"}}}
	im, err := f.Begin(t.Context(), c, f.Key, "tester")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		im.Add(t.Context(), ledger.NewPerson{Ref: "REF-1", Batch: "=a", Data: person(t, recipient.Person{
			Name: "=見本", IDs: []string{"-1", "A-2"}, Phone: "+81 90",
			Email:    mailbox.Address{Raw: "foo..bar@docomo.ne.jp", Wire: `"foo..bar"@docomo.ne.jp`},
			Postcode: "100-0001", Address: []string{"例町1-2", `「葵」, "東"`},
		})}),
		im.Commit(t.Context(), ledger.ImportCounts{}, ledgertest.By),
	)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func untold(t *testing.T, f *ledgertest.Fixture, raw bool) (string, int) {
	t.Helper()
	var out bytes.Buffer
	n, err := Untold(t.Context(), f.Ledger, "test", f.Key, &out, raw)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), n
}

func TestWhoWasNotToldIsListedWithAllThatHelpsToReachThem(t *testing.T) {
	t.Parallel()
	f := sheet(t)
	const header = "person,name,member,email,phone,postcode,address,batch,standing,reason"
	const why = `unreachable,"no postal address, and the campaign sends no e-mail"`
	const house = `foo..bar@docomo.ne.jp,+81 90,100-0001,"例町1-2 「葵」, ""東"""`
	raw, n := untold(t, f, true)
	if want := header + "\nREF-1,=見本,-1 A-2," + house + ",=a," + why + "\n"; raw != want || n != 1 {
		t.Errorf("%d people\n%s\nwant\n%s", n, raw, want)
	}
	text, _ := untold(t, f, false)
	want := "\ufeff" + header + "\r\nREF-1,'=見本,'-1 A-2," + strings.Replace(house, "+81", "'+81", 1) +
		",'=a," + why + "\r\n"
	if text != want {
		t.Errorf("%q\nwant\n%q", text, want)
	}
}

func TestEverybodyButTheToldIsListedWithTheReason(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	text, n := untold(t, f, true)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || n != 7 || len(rows) != 8 {
		t.Fatalf("%d people in %d rows, %v", n, len(rows), err)
	}
	var got []string
	for _, r := range rows[1:] {
		got = append(got, r[0]+" "+r[8]+" "+r[9])
	}
	want := []string{
		"REF-002 untold email refused (550 5.1.1)",
		"REF-003 untold email deferred until 2013-09-12T02:00:00Z (451 4.7.1)",
		"REF-004 uncertain email uncertain: no reply after the final dot",
		"REF-005 untold letter typeset, not in a print file yet",
		"REF-006 untold letter blocked: name: character U+1234 has no glyph in the letter's fonts",
		"REF-007 untold email waits for its batch to open",
		"REF-008 unreachable no usable e-mail address and no postal address",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAReasonIsASentenceOfEveryDelivery(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]ledger.PersonRow{
		"no usable e-mail address and no postal address": {Data: person(t, recipient.Person{})},
		"no usable e-mail address, and the campaign sends no letters": {
			Data: person(t, recipient.Person{Address: []string{"例町1-2"}})},
		"no postal address, and the campaign sends no e-mail": {
			Data: person(t, recipient.Person{Email: mailbox.Address{Wire: "a@example.com"}})},
		"email expired (451): deferred until giving up; letter in print file a-1, not handed over yet": {
			Deliveries: []ledger.DeliveryRow{
				{Channel: "email", State: ledger.Expired, Code: 451, Reason: "deferred until giving up"},
				{Channel: "letter", State: ledger.Bound, PrintFile: "a-1"},
			}},
		"email cancelled": {Deliveries: []ledger.DeliveryRow{{Channel: "email", State: "cancelled"}}},
		"email deferred until 2013-09-12T02:00:00Z (4.7.1)": {Deliveries: []ledger.DeliveryRow{{
			Channel: "email", State: ledger.Deferred, Enhanced: "4.7.1",
			NextAt: time.Date(2013, 9, 12, 2, 0, 0, 0, time.UTC),
		}}},
	} {
		if got := Reason(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAListThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	f := mixed(t)
	if _, err := Deliveries(t.Context(), f.Ledger, "test", full{}, Listing{}); !errors.Is(err, errFull) {
		t.Errorf("deliveries: %v", err)
	}
	if _, err := Untold(t.Context(), f.Ledger, "test", f.Key, full{}, false); !errors.Is(err, errFull) {
		t.Errorf("untold: %v", err)
	}
	if err := Page(t.Context(), f.Ledger, "test", "", f.Clock.T, full{}); !errors.Is(err, errFull) {
		t.Errorf("page: %v", err)
	}
}

func TestDamagedDataIsAnErrorThatRepeatsNothing(t *testing.T) {
	t.Parallel()
	_, err := untoldCells(ledger.PersonRow{Ref: "REF-1", Data: []byte("\xa1\x01\x66見")})
	if err == nil || strings.Contains(err.Error(), "見本") {
		t.Errorf("error %v", err)
	}
}

func TestAnEmailThatWasTriedHasItsMessageIDThoughNobodyNotedIt(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	as := Listing{Raw: true, MessageID: func(int64) string { return "computed@example.com" }}
	if _, err := Deliveries(t.Context(), mixed(t).Ledger, "test", &out, as); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		tried := strings.Contains(line, ",email,") && !strings.Contains(line, "ing,0,") &&
			!strings.Contains(line, "ready,0,")
		if has := strings.Contains(line, "@example.com"); has != tried {
			t.Errorf("message id %t, tried %t: %s", has, tried, line)
		}
	}
	if !strings.Contains(out.String(), "uncertain,1,computed@example.com") {
		t.Errorf("the uncertain one has none:\n%s", out.String())
	}
}
