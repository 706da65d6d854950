package plan

import (
	"testing"

	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
)

// BenchmarkPersonMadeReady is what each person costs besides reading and writing.
func BenchmarkPersonMadeReady(b *testing.B) {
	e := Entry{Person: somebodyElse(), Ref: "7K2-9QX-M3D", Batch: "a", Locale: "ja", Channels: []string{"email"}}
	r := roll{key: ledgertest.New(b).Key, providers: pace.Shipped()}
	b.ReportAllocs()
	room := make([]byte, 0, 4096)
	for b.Loop() {
		if _, err := r.person(&e, room); err != nil {
			b.Fatal(err)
		}
	}
}

func somebodyElse() recipient.Person {
	return recipient.Person{
		Name: "見本 太郎", IDs: []string{"M0012345678"},
		Email: mailbox.Address{Raw: "taro.mihon@example.jp", Wire: "taro.mihon@example.jp"},
		Phone: "03-0000-0000", Postcode: "100-0001", Address: []string{"東京都千代田区千代田1-2-3", "見本マンション 405"},
		Locale: "ja", Companies: []string{"Sample Travel"}, Segments: []string{"card", "passport"},
		Elements: []string{"name", "address", "email", "phone", "birth_date"}, Certainty: "confirmed", Notice: "first",
		Facts: map[string]segment.Value{"used_at": {Kind: segment.Text, Text: "2013-04-30"}},
		Rows:  []recipient.Row{{File: 0, Row: 1234567}},
	}
}
