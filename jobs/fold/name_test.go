package fold

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestNamesOfOnePersonFoldAlike(t *testing.T) {
	t.Parallel()
	for _, class := range [][]string{
		{"髙橋 一郎", "高橋一郎", "高橋　一郎", "高槗一郎", "高𣘺一郎", "高 橋 一 郎", "高橋・一郎"},
		{"山﨑", "山崎", "山嵜", "山碕"},
		{"渡邊", "渡邉", "渡辺", "渡邊\U000E0101", "渡邉\U000E0103", "渡𨘢"},
		{"齋藤", "齊藤", "斎藤", "斉藤"},
		{"濵田", "濱田", "浜田"},
		{"神谷", "神\ufe00谷", "神谷"},
		{"桜井 恵", "櫻井惠"},
		{"辻\U000E0100", "辻"},
		{"𠮷田", "吉田"},
		{"⻑⾕川", "⻑谷川"},
		{"YAMADA TARO", "Yamada Taro", "ｙａｍａｄａ　ｔａｒｏ", "yamadataro", "Yamada\u00a0Taro",
			"\u202aYamada Taro\u202c"},
		{"ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ", "ヤマダ\u200bハナコ", "ヤマタ\u3099ハナコ"},
		{"か\u3099", "が", "か ゛", "か\u200bﾞ"},
		{"ｻﾞｼﾞｽﾞｾﾞｿﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟｳﾞ", "ザジズゼゾパピプペポヴ"},
		{"ジョン・スミス", "ｼﾞｮﾝ･ｽﾐｽ", "ジョン スミス"},
		{"Ann-Marie", "Ann‐Marie", "Ann−Marie", "Ann－Marie", "annーmarie", "Ann—Marie"},
		{"O'Brien", "O’Brien", "O`Brien", "O´Brien", "OBRIEN"},
		{"John Q. Public", "John Q Public", "JOHN Q.PUBLIC"},
		{"Straße", "STRASSE", "strasse", "STRAẞE"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"},
		{"José", "Jose\u0301", "JOSÉ"},
		{"Nguyễn Văn Hùng", norm.NFD.String("Nguyễn Văn Hùng")},
		{"김민준", norm.NFD.String("김민준")},
		{"陳小明", "陳 小明"},
		{"㈱例", "(株)例", "（株）例", "㍿例", "株式会社　例", "( 株 )例"},
		{"㈲例", "(有)例", "有限會社例"},
		{"らーめん〜", "らーめん～"},
	} {
		for _, s := range class {
			if Name(s) != Name(class[0]) {
				t.Errorf("Name(%q) = %q, of %q %q", s, Name(s), class[0], Name(class[0]))
			}
		}
	}
}

func TestDifferentNamesStayDifferent(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"山田太郎", "山田次郎"}, {"山田", "やまだ"}, {"ヨシコ", "よしこ"}, {"ハナ", "バナ"},
		{"Ann", "Anne"}, {"大田", "太田"}, {"Müller", "Mueller"}, {"Müller", "Muller"}, {"Hùng", "Hưng"},
		{"大野", "小野"}, {"オーノ", "オノ"}, {"坂本", "阪本"}, {"岩田", "巌田"}, {"刘", "劉"}, {"陈", "陳"}, {"叶", "葉"},
		{"荻原", "萩原"}, {"庄司", "荘司"}, {"崎玉", "埼玉"}} {
		if Name(pair[0]) == Name(pair[1]) {
			t.Errorf("%q and %q fold alike", pair[0], pair[1])
		}
	}
	if Text("髙") == Text("高") {
		t.Error("Text makes variants of a kanji one, which only Name may")
	}
}

func TestReadingsOfOneNameFoldAlike(t *testing.T) {
	t.Parallel()
	for _, class := range [][]string{
		{"ショウ", "しょう", "ｼﾖｳ", "ｼｮｳ", "シヨウ"},
		{"バッハ", "ばっは", "ﾊﾞﾂﾊ"},
		{"イチノヘ", "いちのへ", "いちのヘ"},
		{"ミスヾ", "みすゞ"},
	} {
		for _, s := range class {
			if Kana(s) != Kana(class[0]) {
				t.Errorf("Kana(%q) = %q, of %q %q", s, Kana(s), class[0], Kana(class[0]))
			}
		}
	}
}

func TestEachVariantIsInOneGroup(t *testing.T) {
	t.Parallel()
	group := map[rune]string{}
	for line := range strings.Lines(variants) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, g := range strings.Fields(line) {
			if len([]rune(g)) < 2 {
				t.Errorf("%s stands alone", g)
			}
			for _, r := range g {
				if had := group[r]; had != "" {
					t.Errorf("%c is in %s and in %s", r, had, g)
				}
				if group[r] = g; !norm.NFKC.IsNormalString(string(r)) {
					t.Errorf("%c of %s is folded by NFKC already", r, g)
				}
			}
		}
	}
}
