package letters

import (
	"strings"
	"testing"

	"oshirase/templates"
)

// rowsOf are the rows of an address as they stand under each other, whatever the fonts print.
func rowsOf(a Address, sender string) (string, error) {
	rows, err := testPress().Block(Letter{Address: a, Sender: Sender{Country: sender},
		Document: templates.Document{Locale: "ja"}})
	return strings.Join(rows, "|"), err
}

func TestAPersonOrACompanyIsAddressedAsTheLanguageHasIt(t *testing.T) {
	t.Parallel()
	lines := []string{"L"}
	for _, c := range []struct {
		name string
		in   Address
		want string
	}{
		{"様", Address{Style: "ja", Name: "見本 花子"}, "L|見本 花子 様"},
		{"殿", Address{Style: "ja", Name: "見本 部長", Honorific: "殿"}, "L|見本 部長 殿"},
		{"no form of address", Address{Style: "ja", Name: "見本 花子", Honorific: "none"}, "L|見本 花子"},
		{"of another tradition", Address{Style: "ja", Name: "Jane Sample", Honorific: "Ms."}, "L|Jane Sample 様"},
		{"a name with 様", Address{Style: "ja", Name: "見本 花子様"}, "L|見本 花子様"},
		{"a name with 殿", Address{Style: "ja", Name: "見本 花子　殿"}, "L|見本 花子　殿"},
		{"a family that is called so", Address{Style: "ja", Name: "鵜殿"}, "L|鵜殿 様"},
		{"御中", Address{Style: "ja", Company: "株式会社見本"}, "L|株式会社見本 御中"},
		{"a company with 御中", Address{Style: "ja", Company: "株式会社見本 御中"}, "L|株式会社見本 御中"},
		{"a department", Address{Style: "ja", Company: "株式会社見本", Department: "人事部"},
			"L|株式会社見本|人事部 御中"},
		{"a person in a department", Address{Style: "ja", Company: "株式会社見本", Department: "人事部",
			Name: "見本 花子"}, "L|株式会社見本|人事部|見本 花子 様"},
		{"法定代理人", Address{Style: "ja", Name: "見本 花子", Guardian: true}, "L|見本 花子 様|法定代理人 様"},
		{"no title", Address{Style: "en", Name: "Jane Sample"}, "Jane Sample|L"},
		{"a title", Address{Style: "en", Name: "Jane Sample", Honorific: "mx"}, "Mx. Jane Sample|L"},
		{"a name with a title", Address{Style: "en", Name: "Ms Jane Sample", Honorific: "Ms."},
			"Ms Jane Sample|L"},
		{"a title from Japan", Address{Style: "en", Name: "Hanako Mihon", Honorific: "様"}, "Hanako Mihon|L"},
		{"a western company", Address{Style: "en", Company: "Sample Ltd", Department: "Privacy"},
			"Privacy|Sample Ltd|L"},
		{"a person in it", Address{Style: "en", Company: "Sample Ltd", Department: "Privacy",
			Name: "Jane Sample", Honorific: "Dr"}, "Dr. Jane Sample|Privacy|Sample Ltd|L"},
		{"a parent", Address{Style: "en", Name: "Jane Sample", Guardian: true},
			"Parent or guardian of|Jane Sample|L"},
		{"in China", Address{Style: "zh-Hans", Name: "张三", Honorific: "女士"}, "L|张三 女士 收"},
		{"a guardian in China", Address{Style: "zh-Hans", Name: "张三", Guardian: true}, "L|张三 收|法定监护人 收"},
		{"in Taiwan", Address{Style: "zh-Hant", Name: "王小明"}, "L|王小明 收"},
		{"a company in Taiwan", Address{Style: "zh-Hant", Company: "範例公司"}, "L|範例公司 收"},
		{"a guardian in Taiwan", Address{Style: "zh-Hant", Name: "王小明", Guardian: true},
			"L|王小明 收|法定代理人 收"},
		{"in Korea", Address{Style: "ko", Name: "홍길동"}, "L|홍길동 귀하"},
		{"a company in Korea", Address{Style: "ko", Company: "주식회사 예시"}, "L|주식회사 예시 귀중"},
		{"a guardian in Korea", Address{Style: "ko", Name: "홍길동", Guardian: true}, "L|홍길동 귀하|법정대리인 귀하"},
	} {
		c.in.Lines = lines
		if got, err := rowsOf(c.in, ""); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestAFormOfAddressThatCannotBeMeantIsSaid(t *testing.T) {
	t.Parallel()
	lines := []string{"L"}
	for _, c := range []struct {
		in   Address
		want string
	}{
		{Address{Style: "ja", Name: "見本", Honorific: "陛下", Lines: lines},
			"form of address is none that a letter knows"},
		{Address{Style: "ja", Name: "見本", Company: "株式会社見本 御中", Lines: lines},
			"company is addressed as such, with 御中, and a person beside it"},
		{Address{Style: "ko", Name: "홍길동", Department: "인사부 귀중", Lines: lines},
			"department is addressed as such, with 귀중, and a person beside it"},
	} {
		if got, err := rowsOf(c.in, ""); err == nil || err.Error() != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
	}
}
