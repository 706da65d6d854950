package fold

import (
	"testing"
	"time"
)

func TestNamesOfOnePersonFoldAlike(t *testing.T) {
	for _, class := range [][]string{
		{"髙橋 一郎", "高橋一郎", "高橋　一郎", "高槗一郎", "高 橋 一 郎"},
		{"山﨑", "山崎", "山嵜"},
		{"渡邊", "渡邉", "渡辺"},
		{"齋藤", "齊藤", "斎藤", "斉藤"},
		{"濵田", "濱田", "浜田"},
		{"YAMADA TARO", "Yamada Taro", "ｙａｍａｄａ　ｔａｒｏ", "yamadataro"},
		{"ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ", "ヤマダ\u200bハナコ"},
		{"か\u3099", "が", "か ゛"},
		{"Ann-Marie", "Ann‐Marie", "Ann−Marie", "Ann－Marie", "annーmarie"},
		{"Straße", "STRASSE", "strasse"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"},
		{"é", "e\u0301", "É"},
		{"辻\U000E0100", "辻"},
		{"𠮷田", "吉田"},
		{"㈱例", "(株)例"},
	} {
		for _, s := range class {
			if Name(s) != Name(class[0]) {
				t.Errorf("Name(%q) = %q, of %q %q", s, Name(s), class[0], Name(class[0]))
			}
		}
	}
}

func TestDifferentNamesStayDifferent(t *testing.T) {
	for _, pair := range [][2]string{{"山田太郎", "山田次郎"}, {"山田", "やまだ"}, {"ハナ", "バナ"},
		{"Ann", "Anne"}, {"大田", "太田"}} {
		if Name(pair[0]) == Name(pair[1]) {
			t.Errorf("%q and %q fold alike", pair[0], pair[1])
		}
	}
	if Text("髙") == Text("高") {
		t.Error("Text makes variants of a kanji one, which only Name may")
	}
}

func TestNumbersFoldToWhatIdentifies(t *testing.T) {
	for _, c := range []struct {
		fold       func(string) string
		from, want string
	}{
		{japanese, "０３-1234-5678", "0312345678"},
		{japanese, "(03) 1234 5678", "0312345678"},
		{japanese, "なし", ""},
		{Postcode, "〒１２３ー４５６７", "1234567"},
		{Postcode, "123-4567", "1234567"},
		{Postcode, "SW1A 1AA", "sw1a1aa"},
		{ID, "ａ-００１", "a-001"},
		{ID, "0", ""},
		{ID, "0000", ""},
		{ID, " － ", ""},
		{ID, "N/A", ""},
		{ID, "なし", ""},
		{ID, "0001", "0001"},
		{Email, `"Foo..Bar"@docomo.ne.jp`, `"foo..bar"@docomo.ne.jp`},
	} {
		if got := c.fold(c.from); got != c.want {
			t.Errorf("%q folds to %q, want %q", c.from, got, c.want)
		}
	}
}

func TestVariantsLeadToAFormThatIsNoVariant(t *testing.T) {
	for variant, plain := range plainForms {
		if plainForm(plain) != plain {
			t.Errorf("%c leads to %c, which leads on to %c", variant, plain, plainForm(plain))
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"髙橋", "ﾊﾞ", "Straße", "か ゛", "İI", "ǅ", "\u0345\u03b9", "㈱"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, fold := range []func(string) string{Text, Name, Kana} {
			if once := fold(s); fold(once) != once {
				t.Fatalf("%q folds to %q, and that to %q", s, once, fold(once))
			}
		}
	})
}

func japanese(s string) string { return Phone(s, "JP") }

func TestReadingsOfOneNameFoldAlike(t *testing.T) {
	for _, class := range [][]string{
		{"ショウ", "しょう", "ｼﾖｳ", "ｼｮｳ", "シヨウ"},
		{"バッハ", "ばっは", "ﾊﾞﾂﾊ"},
	} {
		for _, s := range class {
			if Kana(s) != Kana(class[0]) {
				t.Errorf("Kana(%q) = %q, of %q %q", s, Kana(s), class[0], Kana(class[0]))
			}
		}
	}
}

func TestPlaceholdersAreToldFromNames(t *testing.T) {
	for s, want := range map[string]bool{"不明": true, "テ ス ト": true, "ＴＥＳＴ": true, "---": true, "": true,
		"天野不明": false, "山田太郎": false, "Null": true, "Nullmann": false} {
		if NoName(s) != want {
			t.Errorf("NoName(%q) = %t", s, !want)
		}
	}
	for day, want := range map[string]bool{"1900-01-01": true, "9999-12-31": true, "1899-12-30": true,
		"1900-01-02": false, "1970-01-01": false, "2026-11-23": false} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil || NoBirthday(at) != want {
			t.Errorf("NoBirthday(%s) = %t, %v", day, !want, err)
		}
	}
}

func TestAppendingKeepsWhatIsThere(t *testing.T) {
	b := []byte("x")
	b = AppendText(b, []byte("Ａ "))
	b = AppendName(b, []byte("髙"))
	b = AppendKana(b, []byte("か"))
	b = AppendPostcode(b, []byte("〒1"))
	b = AppendPhone(b, []byte("03"), "JP")
	b = AppendID(b, []byte("M1"))
	b = AppendEmail(b, []byte("A@b.c"))
	b = AppendAddress(b, []byte("港 区"), []byte("x"))
	if got := string(b); got != "xa高カ103m1a@b.c港区x" {
		t.Errorf("got %q", got)
	}
}
