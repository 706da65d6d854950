package fold

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// folds are those that are the same when they are done again.
func folds() map[string]func(string) string {
	return map[string]func(string) string{"Text": Text, "Name": Name, "Kana": Kana, "Postcode": Postcode,
		"ID": ID, "Email": Email}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"髙橋", "ﾊﾞ", "Straße", "か ゛", "İI", "ǅ", "\u0345\u03b9", "㈱", "(株",
		"e\u0301\xff", "가\u11a8", "S45.1.2", "O´Brien", "株）(", "⑴ﾟ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, fold := range folds() {
			if once := fold(s); fold(once) != once {
				t.Errorf("%s: %q folds to %q, and that to %q", name, s, once, fold(once))
			}
		}
		for name, table := range tables() {
			if got, want := table.string(s), table.book.fold(s); got != want {
				t.Errorf("%s: %+q folds to %+q, by the book to %+q", name, s, got, want)
			}
		}
	})
}

func FuzzBirthday(f *testing.F) {
	f.Add("S45.1.2")
	f.Add("平成元年1月8日 00:00")
	f.Add("1970-01-02T00:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		day, ok := Birthday(s)
		if day.IsZero() {
			return
		}
		if again, known := Birthday(day.Format(time.DateOnly)); !ok || !known || !again.Equal(day) {
			t.Fatalf("%q is %v, which is read as %v", s, day, again)
		}
	})
}

func FuzzPhone(f *testing.F) {
	f.Add("03-1234-5678 内線12", "JP")
	f.Add("+44 (0)20 7946 0018", "GB")
	f.Add("010-81-3-1234-5678", "")
	f.Fuzz(func(t *testing.T, s, country string) {
		got := Phone(s, country)
		if strings.Trim(strings.TrimPrefix(got, "+"), "0123456789") != "" {
			t.Fatalf("Phone(%q, %q) = %q", s, country, got)
		}
		if strings.HasPrefix(got, "+") && Phone(got, country) != got {
			t.Fatalf("%q is read as %q", got, Phone(got, country))
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("東京都千代田区丸の内1丁目2番3号", "コーポ山田101号室")
	f.Add("〒100-0005 大字字三の二", "上がる")
	f.Fuzz(func(t *testing.T, a, b string) {
		got := Address(a, b)
		if strings.ContainsAny(got, " ,.#ー") || strings.HasPrefix(got, "-") || strings.HasSuffix(got, "-") {
			t.Fatalf("Address(%q, %q) = %q", a, b, got)
		}
		if again := AppendAddress([]byte("x"), []byte(a), []byte(b)); !bytes.Equal(again, []byte("x"+got)) {
			t.Fatalf("appended: %q, on its own: %q", again, got)
		}
	})
}
