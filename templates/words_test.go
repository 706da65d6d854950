package templates

import (
	"testing"
	"time"
)

func TestADateIsInTheReadersForm(t *testing.T) {
	september := day(2013, time.September, 12)
	for locale, want := range map[string]string{
		"ja": "2013年9月12日", "en": "12 September 2013", "en-GB": "12 September 2013",
		"en-US": "September 12, 2013", "zh-Hans": "2013年9月12日", "zh-TW": "2013年9月12日",
		"ko": "2013년 9월 12일", "fr": "2013-09-12",
	} {
		v := testValues()
		v.Date = september
		if got := render(t, locale, "{{ date .Date }} {{ .Date }}", v).Text; got != want+" "+want+"\n" {
			t.Errorf("%s: %q", locale, got)
		}
	}
}

func TestFormatDateWritesAsTheNoticeDoes(t *testing.T) {
	n := parse(t, "ja", "---\nsubject: s\ncalendar: japanese\n---\na")
	if got := n.FormatDate(day(2013, 9, 12)); got != "平成25年9月12日" {
		t.Errorf("got %q", got)
	}
}

func TestADateIsTheDayOfItsOwnLocation(t *testing.T) {
	v := testValues()
	v.Date = time.Date(2013, 9, 12, 0, 30, 0, 0, time.FixedZone("JST", 9*3600))
	if got := render(t, "ja", "{{ .Date }}", v).Text; got != "2013年9月12日\n" {
		t.Errorf("got %q", got)
	}
}

func TestATimeSaysItsZoneAndHowFarThatIsFromUTC(t *testing.T) {
	zone := func(name string) *time.Location {
		in, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	spring := time.Date(2018, time.April, 7, 9, 0, 0, 0, zone("America/New_York"))
	for _, c := range []struct {
		locale, want string
		at           time.Time
	}{
		{"en", "7 April 2018, 09:00 (EDT, UTC-4)", spring},
		{"en-US", "April 7, 2018, 09:00 (EDT, UTC-4)", spring},
		{"ja", "2018年4月7日 09:00（EDT、UTC-4）", spring},
		{"ko", "2018년 4월 7일, 09:00 (EDT, UTC-4)", spring},
		{"ja", "2018年4月7日 22:00（JST、UTC+9）", spring.In(zone("Asia/Tokyo"))},
		{"en", "7 April 2018, 18:30 (IST, UTC+5:30)", spring.In(zone("Asia/Kolkata"))},
		{"en", "7 April 2018, 10:30 (NDT, UTC-2:30)", spring.In(zone("America/St_Johns"))},
		{"en", "7 April 2018, 10:00 (UTC-3)", spring.In(zone("America/Sao_Paulo"))},
		{"en", "7 April 2018, 13:00 (UTC)", spring.UTC()},
		{"fr", "2018-04-07, 13:00 (GMT, UTC)", spring.In(zone("Africa/Abidjan"))},
	} {
		v := testValues()
		v.Incident["updated_at"] = c.at
		want := c.want + " " + c.want + "\n"
		if got := render(t, c.locale, "{{ time .Incident.updated_at }} {{ .Incident.updated_at }}", v).Text; got != want {
			t.Errorf("%s: %q, want %q", c.locale, got, want)
		}
	}
}

func TestTheJapaneseCalendarChangesErasOnTheirDays(t *testing.T) {
	ja, err := wordsOf("ja")
	if err != nil {
		t.Fatal(err)
	}
	for want, date := range map[string]time.Time{
		"令和2年1月1日":    day(2020, 1, 1),
		"令和元年5月1日":    day(2019, 5, 1),
		"平成31年4月30日":  day(2019, 4, 30),
		"平成元年1月8日":    day(1989, 1, 8),
		"昭和64年1月7日":   day(1989, 1, 7),
		"昭和元年12月25日":  day(1926, 12, 25),
		"大正15年12月24日": day(1926, 12, 24),
		"大正元年7月30日":   day(1912, 7, 30),
		"明治45年7月29日":  day(1912, 7, 29),
		"明治6年1月1日":    day(1873, 1, 1),
		"1872年12月31日": day(1872, 12, 31),
	} {
		if got := ja.date(date, true); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestANumberIsGroupedOnRequest(t *testing.T) {
	for locale, want := range map[string]string{
		"ja": "97438 97,438\n", "en": "97438 97,438\n", "de": "97438 97.438\n",
	} {
		body := "{{ .Incident.count }} {{ number .Incident.count }}"
		got := render(t, locale, body, testValues()).Text
		if got != want {
			t.Errorf("%s: %q", locale, got)
		}
	}
}

func TestElementsAreAListAloneAndAnEnumerationInALine(t *testing.T) {
	for locale, want := range map[string]string{
		"ja":      "＝氏名、メールアドレス、クレジットカード番号。\n\n・氏名\n・メールアドレス\n・クレジットカード番号\n",
		"en":      "＝name, e-mail address and payment card number。\n\n- name\n- e-mail address\n- payment card number\n",
		"zh-Hans": "＝姓名、电子邮箱地址和信用卡号。\n\n・姓名\n・电子邮箱地址\n・信用卡号\n",
		"zh-TW":   "＝姓名、電郵地址及信用卡號碼。\n\n・姓名\n・電郵地址\n・信用卡號碼\n",
		"ko":      "＝이름, 이메일 주소, 신용카드 번호。\n\n- 이름\n- 이메일 주소\n- 신용카드 번호\n",
	} {
		got := render(t, locale, "＝{{ .Elements }}。\n\n{{ .Elements }}", testValues()).Text
		if got != want {
			t.Errorf("%s: %q", locale, got)
		}
	}
}

func TestEmptyValuesLeaveNoHole(t *testing.T) {
	body := "a\n\n{{ .Elements }}\n\n{{ .Facts.note }} {{ .Certainty }}\n\n{{ .Date }}\n\nb"
	got := render(t, "ja", body, Values{}).Text
	if got != "a\n\nb\n" {
		t.Errorf("got %q", got)
	}
}

func TestEveryElementHasANameInEveryLanguage(t *testing.T) {
	if len(catalogue()) < 30 {
		t.Errorf("%d elements", len(catalogue()))
	}
	for id := range catalogue() {
		for locale := range languages {
			if _, ok := ElementName(locale, id, nil); !ok {
				t.Errorf("no name for %s in %s", id, locale)
			}
		}
	}
}

func TestAnElementIsCalledWhatTheCampaignSaysElseTheCatalogue(t *testing.T) {
	names := map[string]map[string]string{
		"name": {"ja": "お名前"}, "locker": {"": "Locker"}, "email": {"zh-Hant": "電子信箱"},
	}
	for _, test := range []struct{ locale, id, want string }{
		{"ja", "name", "お名前"}, {"ja-JP", "name", "お名前"}, {"en", "name", "name"},
		{"en-GB", "phone", "telephone number"}, {"fr", "locker", "Locker"}, {"fr", "name", ""},
		{"zh-TW", "email", "電子信箱"}, {"zh-HK", "phone", "電話號碼"}, {"zh-CN", "phone", "电话号码"},
		{"zh", "phone", "电话号码"}, {"ja", "locked", ""}, {"junk!", "name", ""},
	} {
		got, ok := ElementName(test.locale, test.id, names)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%s %s: %q", test.locale, test.id, got)
		}
	}
}

func TestALanguageIsMatchedOnlyWithConfidence(t *testing.T) {
	have := []string{"ja", "en", "zh-Hant", "zh-Hans"}
	for want, expected := range map[string]string{
		"ja": "ja", "JA": "ja", "ja_JP": "ja", "ja_JP.UTF-8": "ja", "ja-JP": "ja", "en-GB": "en",
		"en-US": "en", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-CN": "zh-Hans", "zh": "zh-Hans",
		"ko": "ja", "fr": "ja", "japanese": "ja", "": "ja", "x\x00": "ja", "und": "ja", "C": "ja",
	} {
		if got := Match(want, have, "ja"); got != expected {
			t.Errorf("%q: %q, want %q", want, got, expected)
		}
	}
	if got := Match("zh-TW", []string{"zh-Hans", "en"}, "en"); got != "en" {
		t.Errorf("simplified for traditional: %q", got)
	}
	if got := Match("en-GB", []string{"en-US", "ja"}, "ja"); got != "en-US" {
		t.Errorf("got %q", got)
	}
	if got := Match("ja", nil, "en"); got != "en" {
		t.Errorf("got %q", got)
	}
}

func TestANameThatAMailClientWouldLinkLooksLikeALink(t *testing.T) {
	for _, name := range []string{
		"foo.com", "山田 foo.com", "example.co.jp", "例え.jp", "例え．ｊｐ", "例え｡jp", "例え。jp", "foo․com",
		"foo.\u200bcom", "ＦＯＯ．ＣＯＭ", "foo.comです", "みんなの.みんな", "a@b", "a＠b", "www.x", "ｗｗｗ．x",
		"http:x", "https：／／x", "HTTPS://X", "x//y", "192.0.2.1", "xn--r8jz45g.xn--zckzah", "mailto:x",
		"foo.COM/bar", "Co.Ltd",
	} {
		if !LooksLikeLink(name) {
			t.Errorf("%q does not", name)
		}
	}
	for _, name := range []string{
		"山田 太郎", "髙山 﨑子", "Ann Example", "J. R. Smith", "T.Yamada", "Example Co., Ltd.", "株式会社サンプル",
		"モーニング娘。", "O'Hara-Lee", "アルファ・ベータ", "김영희", "1.5倍", "Müller", "", "葛\U000E0100城", "No. 7",
	} {
		if LooksLikeLink(name) {
			t.Errorf("%q does", name)
		}
	}
}
