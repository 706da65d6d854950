package recipient

import "testing"

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
			if FoldName(s) != FoldName(class[0]) {
				t.Errorf("FoldName(%q) = %q, of %q %q", s, FoldName(s), class[0], FoldName(class[0]))
			}
		}
	}
}

func TestDifferentNamesStayDifferent(t *testing.T) {
	for _, pair := range [][2]string{{"山田太郎", "山田次郎"}, {"山田", "やまだ"}, {"ハナ", "バナ"},
		{"Ann", "Anne"}, {"大田", "太田"}} {
		if FoldName(pair[0]) == FoldName(pair[1]) {
			t.Errorf("%q and %q fold alike", pair[0], pair[1])
		}
	}
	if Fold("髙") == Fold("高") {
		t.Error("Fold makes variants of a kanji one, which only FoldName may")
	}
}

func TestNumbersFoldToWhatIdentifies(t *testing.T) {
	for _, c := range []struct {
		fold       func(string) string
		from, want string
	}{
		{foldPhone, "０３-1234-5678", "0312345678"},
		{foldPhone, "(03) 1234 5678", "0312345678"},
		{foldPhone, "なし", ""},
		{foldPostcode, "〒１２３ー４５６７", "1234567"},
		{foldPostcode, "123-4567", "1234567"},
		{foldPostcode, "SW1A 1AA", "sw1a1aa"},
		{foldID, "ａ-００１", "a-001"},
		{foldID, "0", ""},
		{foldID, "0000", ""},
		{foldID, " － ", ""},
		{foldID, "N/A", ""},
		{foldID, "なし", ""},
		{foldID, "0001", "0001"},
		{FoldEmail, `"Foo..Bar"@docomo.ne.jp`, `"foo..bar"@docomo.ne.jp`},
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
		for _, fold := range []func(string) string{Fold, FoldName} {
			if once := fold(s); fold(once) != once {
				t.Fatalf("%q folds to %q, and that to %q", s, once, fold(once))
			}
		}
	})
}
