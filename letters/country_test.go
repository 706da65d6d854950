package letters

import (
	"errors"
	"testing"
)

func TestAnAddressAbroadIsInTheOrderOfItsCountry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sender string
		in           Address
		want         string
	}{
		{"the United States", "JP", Address{Style: "en", Country: "US", Postcode: "62701-0000",
			Lines: []string{"1 Invented St", "Springfield IL"}},
			"N|1 Invented St|Springfield IL 62701-0000|UNITED STATES OF AMERICA (アメリカ合衆国)"},
		{"Britain", "DE", Address{Style: "en", Country: "GB", Postcode: "SW1A 0XX",
			Lines: []string{"1 Invented Road", "London"}},
			"N|1 Invented Road|London|SW1A 0XX|UNITED KINGDOM (Vereinigtes Königreich)"},
		{"Germany", "GB", Address{Style: "en", Country: "DE", Postcode: "12345",
			Lines: []string{"Beispielweg 1", "Musterstadt"}}, "N|Beispielweg 1|12345 Musterstadt|GERMANY"},
		{"France", "KR", Address{Style: "en", Country: "FR", Postcode: "75000", Lines: []string{"Paris"}},
			"N|75000 Paris|FRANCE (프랑스)"},
		{"Canada", "US", Address{Style: "en", Country: "CA", Postcode: "K1A 0X0",
			Lines: []string{"Ottawa ON"}}, "N|Ottawa ON K1A 0X0|CANADA"},
		{"Australia", "US", Address{Style: "en", Country: "au", Postcode: "2000",
			Lines: []string{"Sydney NSW"}}, "N|Sydney NSW 2000|AUSTRALIA"},
		{"Singapore", "JP", Address{Style: "en", Country: "SG", Postcode: "000001",
			Lines: []string{"1 Sample Way", "Singapore"}},
			"N|1 Sample Way|Singapore 000001|SINGAPORE (シンガポール)"},
		{"Hong Kong", "JP", Address{Style: "en", Country: "HK", Lines: []string{"1 Sample Rd", "Kowloon"}},
			"N|1 Sample Rd|Kowloon|HONG KONG (香港)"},
		{"Japan in Latin letters", "US", Address{Style: "en", Country: "JP", Postcode: "100-0001",
			Lines: []string{"1-2-3 Kaku-cho", "Chiyoda-ku, Tokyo"}},
			"N|1-2-3 Kaku-cho|Chiyoda-ku, Tokyo 100-0001|JAPAN"},
		{"Japan in Japanese", "TW", Address{Style: "ja", Country: "JP", Postcode: "1000001",
			Lines: []string{"東京都架空町1"}}, "〒100-0001|東京都架空町1|N 様|JAPAN (日本)"},
		{"Taiwan in Chinese", "JP", Address{Style: "zh-Hant", Country: "TW", Postcode: "10058",
			Lines: []string{"臺北市例路1號"}}, "10058|臺北市例路1號|N 收|TAIWAN (台湾)"},
		{"China in Chinese", "JP", Address{Style: "zh-Hans", Country: "CN", Postcode: "100000",
			Lines: []string{"北京市例路1号"}}, "100000|北京市例路1号|N 收|CHINA (中国)"},
		{"Korea in Korean", "JP", Address{Style: "ko", Country: "KR", Postcode: "03000",
			Lines: []string{"서울특별시 예시로 1"}}, "서울특별시 예시로 1|N 귀하|03000|SOUTH KOREA (韓国)"},
		{"a country without a rule", "JP", Address{Style: "en", Country: "KE", Postcode: "00100",
			Lines: []string{"Nairobi"}}, "N|Nairobi|00100|KENYA (ケニア)"},
		{"at home", "DE", Address{Style: "en", Country: "de", Postcode: "12345",
			Lines: []string{"Musterstadt"}}, "N|12345 Musterstadt"},
		{"at home by another code", "GB", Address{Style: "en", Country: "UK", Postcode: "SW1A 0XX",
			Lines: []string{"London"}}, "N|London|SW1A 0XX"},
		{"a postcode that is there already", "GB", Address{Style: "en", Country: "DE", Postcode: "12345",
			Lines: []string{"Beispielweg 1", "D-12345 Musterstadt"}}, "N|Beispielweg 1|D-12345 Musterstadt|GERMANY"},
		{"digits that are no postcode", "GB", Address{Style: "en", Country: "DE", Postcode: "123",
			Lines: []string{"Weg 1234", "Musterstadt"}}, "N|Weg 1234|123 Musterstadt|GERMANY"},
		{"digits twice that are no postcode", "GB", Address{Style: "en", Country: "DE", Postcode: "123",
			Lines: []string{"Weg 123123", "Musterstadt"}}, "N|Weg 123123|123 Musterstadt|GERMANY"},
		{"a sender who is nowhere", "", Address{Style: "en", Country: "FR", Lines: []string{"Paris"}},
			"N|Paris|FRANCE"},
	} {
		c.in.Name = "N"
		if got, err := rowsOf(c.in, c.sender); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestACodeThatIsNoCountryBlocksTheLetter(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"ZZ", "XX", "Deutschland", "1", "\xff", "EU"} {
		_, err := rowsOf(Address{Style: "en", Name: "N", Lines: []string{"L"}, Country: code}, "JP")
		var e *AddressError
		if !errors.As(err, &e) || e.Error() != "country is no ISO 3166-1 code" {
			t.Errorf("%q: %v", code, err)
		}
	}
}

// Every country that exists has a name in the languages that senders here have.
func TestCountriesAreNamedForBothPosts(t *testing.T) {
	t.Parallel()
	var c countries
	for code := range postcodePlaces {
		for _, sender := range []string{"JP", "US", "DE", "FR", "KR", "CN", "TW", "HK"} {
			line, err := c.line(sender, code)
			if err != nil || line == "" && sender != code {
				t.Errorf("%s from %s: %q, %v", code, sender, line, err)
			}
		}
	}
}

// An address is in the glyphs of where it goes, whatever the language of the letter.
func TestAnAddressAbroadIsInOneFont(t *testing.T) {
	t.Parallel()
	for style, line := range map[string]string{
		"zh-Hans": "北京市骨直路1号", "zh-Hant": "臺北市骨直路1號", "ko": "서울특별시 예시로 1", "en": "Příkladná 12",
	} {
		l := japaneseLetter(1)
		l.Address = Address{Style: style, Name: "N", Lines: []string{line}}
		block, err := testPress().setter("ja").setAddress(l)
		if err != nil {
			t.Errorf("%s: %v", style, err)
			continue
		}
		for _, b := range block.boxes {
			if len(b.runs) != 1 {
				t.Errorf("%s: a line in %d fonts", style, len(b.runs))
			}
		}
	}
}
