package fold

import (
	"testing"
	"time"
)

func TestTelephoneNumbersHaveOneForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, from, want string }{
		{"JP", "03-1234-5678", "+81312345678"},
		{"", "０３−１２３４ー５６７８", "+81312345678"},
		{"jp", "(03) 1234 5678", "+81312345678"},
		{"JP", "03(1234)5678", "+81312345678"},
		{"JP", "０３（１２３４）５６７８", "+81312345678"},
		{"JP", "TEL:03.1234.5678", "+81312345678"},
		{"JP", "312345678", "+81312345678"}, // a spreadsheet ate the zero
		{"JP", "+81-3-1234-5678", "+81312345678"},
		{"JP", "＋８１（０）３ １２３４ ５６７８", "+81312345678"},
		{"JP", "+81 (0)3 1234 5678", "+81312345678"},
		{"JP", "81312345678", "+81312345678"},
		{"JP", "010-81-3-1234-5678", "+81312345678"},
		{"JP", "0081-3-1234-5678", "+81312345678"},
		{"US", "011 81 3 1234 5678", "+81312345678"},
		{"JP", "03-1234-5678 内線12", "+81312345678"},
		{"JP", "03-1234-5678(内123)", "+81312345678"},
		{"JP", "03-1234-5678 ext. 99", "+81312345678"},
		{"JP", "03-1234-5678 x99", "+81312345678"},
		{"JP", "03-1234-5678#99", "+81312345678"},
		{"JP", "03-1234-5678(代)", "+81312345678"},
		{"JP", "03-1234-5678、090-1111-2222", "+81312345678"},
		{"JP", "090-1234-5678", "+819012345678"},
		{"JP", "携帯 09012345678(自宅)", "+819012345678"},
		{"JP", "9012345678", "+819012345678"},
		{"JP", "060-1234-5678", "+816012345678"},
		{"JP", "050-1234-5678", "+815012345678"},
		{"JP", "0120-123-456", "+81120123456"},
		{"JP", "0800-123-4567", "+818001234567"},
		{"JP", "0570-012-345", "+81570012345"},
		{"JP", "01267-8-9012", "+81126789012"},
		{"GB", "020 7946 0018", "+442079460018"},
		{"GB", "+44 (0)20 7946 0018", "+442079460018"},
		{"JP", "+44 20 7946 0018", "+442079460018"},
		{"DE", "030 123456", "+4930123456"},
		{"DE", "0049 30 123456", "+4930123456"},
		{"IT", "06 1234 5678", "+390612345678"}, // its zero is part of the number
		{"IT", "+39 06 1234 5678", "+390612345678"},
		{"US", "(212) 555-0123", "+12125550123"},
		{"US", "1-212-555-0123", "+12125550123"},
		{"CA", "212.555.0123 ext 4", "+12125550123"},
		{"RU", "8 (495) 123-45-67", "+74951234567"},
		{"RU", "+7 495 123 45 67", "+74951234567"},
		{"HU", "06 1 234 5678", "+3612345678"},
		{"BY", "8 029 123 45 67", "+375291234567"},
		{"HK", "2345 6789", "+85223456789"},
		{"SG", "+65 6123 4567", "+6561234567"},
		{"KR", "02-123-4567", "+8221234567"},
		{"TW", "(02) 2345-6789", "+886223456789"},
		{"CN", "010-12345678", "+861012345678"},
		{"JP", "1234-5678", "12345678"}, // of which town?
		{"JP", "03-1234-567", "031234567"},
		{"XX", "03-1234-5678", "+81312345678"},
		{"JP", "+999 123 4567", "9991234567"},
		{"us", "(212) 555-0123", "+12125550123"},
		{"JP", "110", ""},
		{"JP", "なし", ""},
		{"JP", "", ""},
		{"JP", "000-0000-0000", ""},
		{"JP", "090-0000-0000", ""},
		{"JP", "03-0000-0000", ""},
		{"JP", "0120-000-000", ""},
		{"JP", "99999999999", ""},
		{"JP", "+", ""},
	} {
		if got := Phone(c.from, c.country); got != c.want {
			t.Errorf("Phone(%q, %q) = %q, want %q", c.from, c.country, got, c.want)
		}
	}
}

func TestNoCallingCodeBeginsAnother(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	for _, n := range numberings() {
		codes[n.code] = true
		if n.abroad == "" {
			t.Errorf("%s has no way abroad", n.code)
		}
	}
	for code := range codes {
		for n := 1; n < len(code); n++ {
			if codes[code[:n]] {
				t.Errorf("%s begins %s", code[:n], code)
			}
		}
	}
}

func TestCodesFoldToWhatIdentifies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fold       func(string) string
		from, want string
	}{
		{Postcode, "〒１２３ー４５６７", "1234567"},
		{Postcode, "123-4567", "1234567"},
		{Postcode, "123 4567", "1234567"},
		{Postcode, "１２３４５６７", "1234567"},
		{Postcode, "SW1A 1AA", "sw1a1aa"},
		{Postcode, "D-10115", "d10115"},
		{Postcode, "000-0000", ""},
		{Postcode, "999-9999", ""},
		{Postcode, "なし", ""},
		{ID, "ａ-００１", "a-001"},
		{ID, "Ｍ０００１２３４", "m0001234"},
		{ID, "m 000 1234", "m0001234"},
		{ID, "0001234", "0001234"},
		{ID, "1234", "1234"},
		{ID, "12-34", "12-34"},
		{ID, "12－34", "12-34"},
		{ID, "0", ""},
		{ID, "0000", ""},
		{ID, " － ", ""},
		{ID, "N/A", ""},
		{ID, "なし", ""},
		{ID, "ダミー", ""},
		{Email, `"Foo..Bar"@docomo.ne.jp`, `"foo..bar"@docomo.ne.jp`},
		{Email, "Taro@example.jp", "taro@example.jp"},
		{Email, "ÉLODIE@例え.jp", "élodie@例え.jp"},
	} {
		if got := c.fold(c.from); got != c.want {
			t.Errorf("%q folds to %q, want %q", c.from, got, c.want)
		}
	}
}

func TestDaysOfBirthAreReadInAllTheirForms(t *testing.T) {
	t.Parallel()
	for want, forms := range map[string][]string{
		"1970-01-02": {"1970-01-02", "1970/1/2", "1970.1.2", "19700102", "１９７０年１月２日",
			"1970年 1月 2日", "昭和45年1月2日", "S45.1.2", "s45/01/02", "Ｓ４５．１．２", "㍼45年1月2日",
			"昭和 45年 1月 2日", "1970-01-02 00:00:00", "1970/1/2 0:00", "1970-01-02T00:00:00Z"},
		"1989-01-08": {"平成元年1月8日", "H1.1.8"},
		"2019-05-01": {"令和元年5月1日"},
		"1926-12-24": {"大正15年12月24日"},
		"1970-01-01": {"1970-01-01"},
		"2024-02-29": {"2024-02-29"},
		"1900-01-02": {"1900-01-02"},
		"": {"0000-00-00", "0000/00/00", "00000000", "1900-01-01", "9999-12-31", "1899-12-30", "-",
			"", "0000-00-00 00:00:00", "0001-01-01 00:00:00"},
		"none": {"2023-02-29", "03/04/1970", "2 Jan 1970", "70/1/2", "S45", "1970-1", "1970-01-02x",
			"25569", "1970年1月", "日", ":", "不明", "1970-13-01"},
	} {
		for _, from := range forms {
			if got := birthday(from); got != want {
				t.Errorf("Birthday(%q) is %q, want %q", from, got, want)
			}
		}
	}
}

// birthday is a day as a text: "none" where it cannot be read, empty where it is nobody's.
func birthday(s string) string {
	day, ok := Birthday(s)
	switch {
	case !ok:
		return "none"
	case day.IsZero():
		return ""
	}
	return day.Format(time.DateOnly)
}

func TestPlaceholdersAreToldFromNames(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"不明": true, "テ ス ト": true, "てすと": true, "ﾃｽﾄ": true, "ＴＥＳＴ": true, "---": true,
		"": true, "ああああ": true, "aaa": true, "未登録": true, "N/A": true, "Null": true, "ダミー": true, "ゲスト様": false,
		"名無し": true, "天野不明": false, "山田太郎": false, "Nullmann": false, "林林林": false, "テスト太郎": false} {
		if NoName(s) != want {
			t.Errorf("NoName(%q) = %t", s, !want)
		}
	}
}

func TestAppendingKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	b := []byte("x")
	b = AppendText(b, []byte("Ａ "))
	b = AppendName(b, []byte("髙"))
	b = AppendKana(b, []byte("か"))
	b = AppendKana(b, []byte("\u3099")) // joins nothing that was there
	b = AppendPostcode(b, []byte("〒1"))
	b = AppendPhone(b, []byte("031"), "JP")
	b = AppendPhone(b, []byte("0312345678"), "JP")
	b = AppendID(b, []byte("M1"))
	b = AppendID(b, []byte("なし"))
	b = AppendEmail(b, []byte("A@b.c"))
	b = AppendAddress(b, []byte("港 区"), []byte("1"), []byte("2"))
	if got, want := string(b), "xa高カ\u30991+81312345678m1a@b.c港区1-2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
