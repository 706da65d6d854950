package recipient

import (
	"encoding/json"
	"testing"
	"time"

	"oshirase/jobs/mailbox"
	"oshirase/jobs/segment"
)

func sameJSON(t *testing.T, p Person) {
	t.Helper()
	want, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(p.AppendJSON([]byte("x"))); got != "x"+string(want) {
		t.Errorf("got  %s\nwant %s", got[1:], want)
	}
}

func TestAPersonIsWrittenAsTheLibraryWouldWriteThem(t *testing.T) {
	t.Parallel()
	sameJSON(t, Person{})
	sameJSON(t, Person{Name: "a", Email: mailbox.Address{Raw: "a@example.jp", Wire: "a@example.jp"}})
	sameJSON(t, Person{Segments: []string{}, Elements: []string{}, Rows: []Row{}, IDs: []string{}})
	sameJSON(t, Person{
		Number: 7, Name: "髙橋 \"太郎\"", Kana: "タカハシ", BirthDate: "1970-01-01", IDs: []string{"M1", "M<2>"},
		Email: mailbox.Address{Raw: "a..b@example.jp", Wire: `"a..b"@example.jp`}, Phone: "03-0000-0000",
		Postcode: "100-0000", Address: []string{"東京都", "a\u2028b"}, Country: "JP", Locale: "ja",
		Companies: []string{"A & B"}, Segments: []string{"one"}, Elements: []string{"name", "email"},
		Certainty: "confirmed", Notice: "first", Rows: []Row{{0, 1}, {3, 7_930_000}},
		Facts: map[string]segment.Value{
			"used": {Kind: segment.Date, Text: "平成25年", Date: time.Date(2013, 4, 30, 0, 0, 0, 0, time.UTC)},
			"n":    {Kind: segment.Number, Text: "1e9", Number: 1e9}, "b": {Kind: segment.Bool, Bool: true},
			"a\tb": {Kind: segment.Text, Text: "\x00\xff…"},
		},
	})
}

func TestAnAddressIsReadBackWhole(t *testing.T) {
	t.Parallel()
	for _, a := range []mailbox.Address{
		{}, {Raw: "a@example.jp", Wire: "a@example.jp"}, {Raw: "a..b@example.jp", Wire: `"a..b"@example.jp`},
	} {
		p, back := Person{Email: a}, Person{}
		if err := json.Unmarshal(p.AppendJSON(nil), &back); err != nil || back.Email != a {
			t.Errorf("%+v is read back as %+v, %v", a, back.Email, err)
		}
	}
}

func FuzzAPersonIsWrittenAsTheLibraryWouldWriteThem(f *testing.F) {
	f.Add("名", "a@example.jp", "x\u2029", 1.5)
	f.Fuzz(func(t *testing.T, name, email, fact string, n float64) {
		if n != n || n-n != 0 {
			t.Skip("no number")
		}
		sameJSON(t, Person{
			Name: name, Email: mailbox.Address{Raw: email}, IDs: []string{name, fact}, Address: []string{email},
			Facts: map[string]segment.Value{name: {Kind: segment.Number, Text: fact, Number: n}, "z": {}},
		})
	})
}
