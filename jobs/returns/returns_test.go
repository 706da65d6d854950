package returns_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"oshirase/jobs/returns"
	"oshirase/jobs/table"
	"oshirase/letters/barcode"
)

func read(t *testing.T, text string, o returns.Options) ([]returns.Row, []returns.Fault) {
	t.Helper()
	rows, faults, err := returns.Read(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return rows, faults
}

func TestATableIsReadInTheWordsOfItsMailHouse(t *testing.T) {
	t.Parallel()
	want := []returns.Row{
		{Line: 2, Delivery: 268435457, Status: returns.Mailed, On: "2024-10-03"},
		{Line: 3, Delivery: 268435458, Status: returns.Returned, Reason: returns.UnknownAddressee, On: "2024-10-09"},
		{Line: 4, Delivery: 268435459, Status: returns.Printed},
	}
	a, b, c := barcode.Piece(268435457), barcode.Piece(268435458), barcode.Piece(268435459)
	english := fmt.Sprintf("Piece,Status,Reason,Date\n%s,Mailed,,2024-10-03\n%s,RETURNED,unknown,20241009\n%s,printed,,\n",
		a, b, c)
	japaneseText := fmt.Sprintf("管理番号,氏名,状況,返戻理由,処理日\r\n%s,山田,発送済,,2024/10/3\r\n"+
		"%s,佐藤,返戻,あて所に尋ねあたりません,令和6年10月9日\r\n%s,鈴木,印刷 済み,,\r\n", a, b, c)
	cp932, err := japanese.ShiftJIS.NewEncoder().String(japaneseText)
	if err != nil {
		t.Fatal(err)
	}
	own := fmt.Sprintf("no,what,why,when\n%s,発送,,2024年10月3日\n%s,不着,宛所に尋ねあたりません,R6.10.9\n%s,印刷,,\n", a, b, c)
	for name, x := range map[string]struct {
		text string
		o    returns.Options
	}{
		"English":          {english, returns.Options{}},
		"Japanese":         {japaneseText, returns.Options{}},
		"with a mark":      {"\ufeff" + japaneseText, returns.Options{}},
		"CP932, found out": {cp932, returns.Options{}},
		"CP932, said":      {cp932, returns.Options{Encoding: "cp932"}},
		"with columns of another name": {own, returns.Options{Columns: map[string]string{
			"piece": "No", "status": "what", "reason": "why", "date": "when"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, faults := read(t, x.text, x.o)
			if len(faults) > 0 || !reflect.DeepEqual(rows, want) {
				t.Errorf("%+v\nfaults %+v", rows, faults)
			}
		})
	}
}

func TestAPlainListSaysTheSameOfAll(t *testing.T) {
	t.Parallel()
	a, b := barcode.Piece(268435457), barcode.Piece(268435458)
	o := returns.Options{Status: returns.Returned, Reason: returns.Moved, On: "2024-10-09"}
	scanned := strings.ReplaceAll(b, "-", "") // a scanner's
	for _, text := range []string{a + "\n" + scanned + "\n", "piece\n" + a + "\n" + scanned, "バーコード\n" + a + "\n\n" + b} {
		rows, faults := read(t, text, o)
		if len(faults) > 0 || len(rows) != 2 {
			t.Fatalf("%q: %+v, faults %+v", text, rows, faults)
		}
		for i, r := range rows {
			want := returns.Row{Line: r.Line, Delivery: 268435457 + int64(i), Status: returns.Returned,
				Reason: returns.Moved, On: "2024-10-09"}
			if r != want {
				t.Errorf("%q: %+v", text, r)
			}
		}
	}
}

func TestARowThatIsNotUnderstoodIsReportedByItsLineAndNotRepeated(t *testing.T) {
	t.Parallel()
	a := barcode.Piece(268435457)
	wrong := a[:len(a)-1] + "x"
	flipped := strings.Replace(a, "5457", "5475", 1)
	text := "piece,status,reason,date\n" + strings.Join([]string{
		wrong + ",mailed,,", flipped + ",mailed,,", "山田太郎,mailed,,", a + ",山田太郎,,", a + ",,,",
		a + ",returned,山田太郎,", a + ",mailed,,山田太郎", a + ",mailed,,2024-02-30", a + ",mailed,,1924-10-01",
		a + ",\"mai\nled\",,", a + ",mailed\x00,,", "\xff\xfe,mailed,,", a + ",mailed,any thing,2024-10-01",
	}, "\n")
	rows, faults := read(t, text, returns.Options{Encoding: "utf-8"})
	if len(rows) != 1 || rows[0].Reason != "" || rows[0].Line != 15 {
		t.Errorf("%+v", rows)
	}
	if len(faults) != 12 || faults[0].Line != 2 || faults[11].Line != 14 {
		t.Fatalf("%+v", faults)
	}
	for _, f := range faults {
		if f.Why == "" || strings.Contains(f.Why, "山田") || strings.Contains(f.Why, "5457") {
			t.Errorf("%+v", f)
		}
	}
}

func TestAFileThatIsNoTableIsAnError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"\xff\xfep\x00i\x00":          table.ErrTable,
		"name,status\n山田太郎,mailed\n":  returns.ErrColumn,
		"piece,\"status\nopen,mailed": table.ErrTable,
		"pi\xffece,status\n":          table.ErrTable,
	} {
		_, _, err := returns.Read(strings.NewReader(text), returns.Options{Encoding: "utf-8"})
		if !errors.Is(err, want) || strings.Contains(fmt.Sprint(err), "山田") {
			t.Errorf("%q: error %v", text, err)
		}
	}
	_, _, err := returns.Read(strings.NewReader("a,b\n"), returns.Options{
		Columns: map[string]string{"piece": "番号"}})
	if !errors.Is(err, returns.ErrColumn) || !strings.Contains(err.Error(), "番号") {
		t.Errorf("error %v", err)
	}
	if _, _, err := returns.Read(strings.NewReader("a\n"), returns.Options{Encoding: "klingon"}); !errors.Is(err,
		table.ErrTable) {
		t.Errorf("error %v", err)
	}
}

func TestTheFiveReasonsOfThePostAreKnown(t *testing.T) {
	t.Parallel()
	for word, code := range map[string]string{
		"あて所に尋ねあたりません": returns.UnknownAddressee, "あて名不完全": returns.IncompleteAddress,
		"転居先不明": returns.Moved, "保管期間経過": returns.Unclaimed, "受取拒絶": returns.Declined,
		"returned": "", "": "",
	} {
		if got, _ := returns.ParseReason(word); got != code {
			t.Errorf("%q is %q, want %q", word, got, code)
		}
	}
}

func TestCorrectedAddressesAreReadByPieceOrReference(t *testing.T) {
	t.Parallel()
	text := "piece,照会番号,郵便番号,住所1,住所2,country\n" +
		barcode.Piece(268435457) + ",,100-0001,東京都千代田区千代田1-1,,jp\n" +
		",7K2-9QX-M3D,498-0000,愛知県弥富市,鯏浦町1,\n" +
		",,100-0001,東京都,,\n" + ",7K2-9QX-M3D,100-0001,,,\n" + ",7K2,1,東京都,,Japan\n" + "123,,1,東京都,,\n"
	list, faults, err := returns.ReadAddresses(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []returns.Address{
		{Line: 2, Delivery: 268435457, Postcode: "100-0001", Lines: []string{"東京都千代田区千代田1-1"}, Country: "JP"},
		{Line: 3, Reference: "7K2-9QX-M3D", Postcode: "498-0000", Lines: []string{"愛知県弥富市", "鯏浦町1"}},
	}
	if !reflect.DeepEqual(list, want) || len(faults) != 4 {
		t.Errorf("%+v\nfaults %+v", list, faults)
	}
	for _, text := range []string{"", "piece,postcode\n", "piece,address\n", "postcode,address\n", "\xff\n"} {
		_, _, err := returns.ReadAddresses(strings.NewReader(text), "utf-8")
		if (err == nil) != (text == "") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// FuzzRead feeds a mail house's answer: whatever it holds, each row is understood or reported, and none of
// what it holds comes back in a report.
func FuzzRead(f *testing.F) {
	f.Add([]byte("piece,status,reason,date\n0268435457-2,returned,転居先不明,令和6年10月9日\n"), "")
	f.Add([]byte("0268435457-2\n02684354572\nxyzzy"), "cp932")
	f.Add([]byte("\"a\nb\",c\n\x82\xa0,\x00"), "utf-8")
	f.Fuzz(func(t *testing.T, text []byte, encoding string) {
		rows, faults, err := returns.Read(strings.NewReader(string(text)), returns.Options{
			Encoding: encoding, Status: returns.Mailed})
		if err == nil && len(rows)+len(faults) > strings.Count(string(text), "\n")+1 {
			t.Errorf("%d rows and %d faults of %d lines", len(rows), len(faults), strings.Count(string(text), "\n")+1)
		}
		for _, r := range rows {
			if again, err := barcode.ParsePiece(barcode.Piece(r.Delivery)); err != nil || again != r.Delivery {
				t.Errorf("%+v: %v", r, err)
			}
			if _, ok := returns.ParseDay(r.On); !ok || r.Status == "" {
				t.Errorf("%+v", r)
			}
		}
		for _, x := range faults {
			if x.Line < 1 || x.Why == "" {
				t.Errorf("%+v", x)
			}
		}
		_, _, _ = returns.ReadAddresses(strings.NewReader(string(text)), encoding)
	})
}
