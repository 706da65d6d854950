package recipient

import (
	"reflect"
	"testing"
	"time"

	"oshirase/jobs/mailbox"
	"oshirase/jobs/segment"
)

func keptAs(t *testing.T, p Person) Person {
	t.Helper()
	data, err := p.AppendBinary([]byte("x"))
	if err != nil || data[0] != 'x' {
		t.Fatalf("%q, %v", data, err)
	}
	var back Person
	if err := back.UnmarshalBinary(data[1:]); err != nil {
		t.Fatal(err)
	}
	return back
}

func whole() Person {
	return Person{
		Name: "髙橋 \"太郎\"", Kana: "タカハシ", BirthDate: "1970-01-01", IDs: []string{"M1", "M<2>"},
		Email: mailbox.Address{Raw: "a..b@example.jp", Wire: `"a..b"@example.jp`}, Phone: "03-0000-0000",
		Postcode: "100-0000", Address: []string{"東京都", "a\u2028b"}, Country: "JP", Locale: "ja",
		Companies: []string{"A & B"}, Further: Further{Names: []string{"高田 太郎"},
			Emails: []string{"b@example.jp", "c@example.jp"}, Phones: []string{"+81300000001"}},
		Segments: []string{"one"}, Elements: []string{"name", "email"},
		Certainty: "confirmed", Notice: "first", Rows: []Row{{0, 1}, {3, 7_930_000}},
		Facts: map[string]segment.Value{
			"used":  {Kind: segment.Date, Text: "平成25年", Date: time.Date(2013, 4, 30, 0, 0, 0, 0, time.UTC)},
			"epoch": {Kind: segment.Date, Date: time.Unix(0, 0).UTC()},
			"n":     {Kind: segment.Number, Text: "1e9", Number: 1e9}, "b": {Kind: segment.Bool, Bool: true},
			"a\tb": {Kind: segment.Text, Text: "\x00\xff…"}, "nothing": {},
		},
	}
}

func TestAPersonIsReadBackWhole(t *testing.T) {
	t.Parallel()
	p := whole()
	for i := range reflect.TypeFor[Person]().NumField() {
		field := reflect.TypeFor[Person]().Field(i).Name
		if zero := reflect.ValueOf(p).Field(i).IsZero(); zero != (field == "Number" || field == "Others") {
			t.Errorf("the test does not fill %s", field)
		}
	}
	same := Person{Name: "a", Email: mailbox.Address{Raw: "a@example.jp", Wire: "a@example.jp"}}
	for _, p := range []Person{{}, same, p, {Name: "\xff\xfe", Address: []string{"", "\x80"}}} {
		if got := keptAs(t, p); !reflect.DeepEqual(got, p) {
			t.Errorf("got  %+v\nwant %+v", got, p)
		}
	}
}

func TestWhatIsNoPersonIsRefused(t *testing.T) {
	t.Parallel()
	data, err := new(whole()).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte(`{"name":"a"}`), data[:len(data)-1], append(data, 0)} {
		if err := new(Person).UnmarshalBinary(data); err == nil {
			t.Errorf("%q was taken for a person", data)
		}
	}
}

func FuzzAPersonIsReadBackWhole(f *testing.F) {
	f.Add("名", "a@example.jp", "x\u2029", 1.5)
	f.Fuzz(func(t *testing.T, name, email, text string, n float64) {
		p := Person{
			Name: name, Email: mailbox.Address{Raw: email, Wire: email}, IDs: []string{name, text},
			Facts: map[string]segment.Value{name: {Kind: segment.Kind(text), Text: text, Number: n}, "z": {}},
		}
		got := keptAs(t, p)
		if n != n { // equal to nothing
			clear(got.Facts)
			clear(p.Facts)
		}
		if !reflect.DeepEqual(got, p) {
			t.Errorf("got  %+v\nwant %+v", got, p)
		}
	})
}
