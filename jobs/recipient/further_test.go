package recipient

import "testing"

func TestWhatTheRowsOfAPersonSayOtherwiseIsKeptOnce(t *testing.T) {
	t.Parallel()
	a := memory("a.csv", "id,name,email,phone,country\n"+
		"1,宮崎 太郎,taro@example.com,090-0123-4567,\n"+
		"1,宮﨑　太郎,TARO@example.com,+81 90 0123 4567,JP\n"+
		"1,Taro Miyazaki,taro@example.jp,03-5000-1111,\n"+
		"1,TARO MIYAZAKI,Taro@example.jp,2345 6789,HK\n"+
		"1,######,nothing at all,000-0000-0000,\n"+
		"2,Ann,ann@example.com,03-0000-2222,\n"+
		"2,ANN,ann@example.com,0300002222,\n"+
		"3,Bob,,,\n"+
		"3,Bob,bob@example.com,03-0000-3333,\n")
	f, _, _ := mustRead(t, Spec{Files: []File{a}, Segments: everybody(), Home: "JP"})
	if len(f.people) != 3 {
		t.Fatalf("got %+v", f.people)
	}
	want := Further{Names: []string{"Taro Miyazaki"}, Emails: []string{"taro@example.jp"},
		Phones: []string{"+81350001111", "+85223456789"}}
	if got := f.people[0].Further; !got.Equal(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, p := range f.people[1:] {
		if !p.Further.Equal(Further{}) {
			t.Errorf("the rows of %s agree, and %+v is kept", p.Name, p.Further)
		}
	}
}

func TestAPersonWhoseRowsAgreeTakesNoFurtherRoom(t *testing.T) {
	t.Parallel()
	data, err := (&Person{Name: "Ann", IDs: []string{"1"}, Rows: []Row{{0, 1}, {0, 2}}}).AppendBinary(nil)
	const before = "\xa3\x01\x63Ann\x04\x81\x611\x12\x82\x82\x00\x01\x82\x00\x02" // as ledgers have it
	if err != nil || string(data) != before {
		t.Errorf("%x, %v", data, err)
	}
}
