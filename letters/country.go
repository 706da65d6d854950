package letters

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// postcodePlace is where a country has the postcode in an address in Latin script.
type postcodePlace uint8

const (
	below  postcodePlace = iota // on a line of its own, which is also right where nothing is known
	before                      // before the town
	after                       // behind the town or state
)

// postcodePlaces by country, as the Universal Postal Union's sheets on addressing have them. Hong
// Kong and Macao have no postcodes.
var postcodePlaces = map[string]postcodePlace{
	"JP": after, "KR": after, "TW": after, "CN": before, "SG": after, "MY": before, "TH": after,
	"ID": after, "IN": after, "PH": before, "US": after, "CA": after, "AU": after, "NZ": after,
	"MX": before, "BR": below, "GB": below, "IE": below,
	"DE": before, "FR": before, "AT": before, "CH": before, "LI": before, "BE": before, "NL": before,
	"LU": before, "DK": before, "SE": before, "NO": before, "FI": before, "IS": before, "ES": before,
	"PT": before, "IT": before, "PL": before, "CZ": before, "SK": before, "SI": before, "HR": before,
	"HU": below, "RO": before, "BG": before, "GR": before, "TR": before, "EE": before, "LV": after,
	"LT": before,
}

// placePostcode puts the postcode to the lines, where the country has it. The last line is the
// town's. A postcode that a line has already is left there.
func placePostcode(rows []addressRow, a Address) []addressRow {
	code := strings.TrimSpace(a.Postcode)
	if code == "" || within(a.Lines, code) {
		return rows
	}
	town := &rows[len(rows)-1]
	switch postcodePlaces[strings.ToUpper(a.Country)] {
	case before:
		town.text = code + " " + town.text
	case after:
		town.text += " " + code
	default:
		rows = append(rows, addressRow{field: "postcode", text: code})
	}
	return rows
}

// within reports whether a line has the postcode as words of its own.
func within(lines []string, code string) bool {
	return code != "" && slices.ContainsFunc(lines, func(l string) bool {
		for from := 0; ; {
			i := strings.Index(l[from:], code)
			if i < 0 {
				return false
			}
			at := from + i
			from = at + len(code)
			if !joinsWord(l[:at], true) && !joinsWord(l[from:], false) {
				return true
			}
		}
	})
}

// joinsWord reports whether text goes on at its end, or at its start, with a digit or letter.
func joinsWord(text string, end bool) bool {
	if text == "" {
		return false
	}
	c := text[0]
	if end {
		c = text[len(text)-1]
	}
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// countries remembers the last lines of addresses abroad by sender's and destination's country.
type countries struct{ lines sync.Map }

// line names a country so that both posts read it: in capitals in English, and in the language of
// the sender's country where that is another (Universal Postal Union, addressing guidelines to S42).
// It is empty at home.
func (c *countries) line(sender, destination string) (string, error) {
	if destination == "" || strings.EqualFold(sender, destination) {
		return "", nil
	}
	key := [2]string{sender, destination}
	if line, ok := c.lines.Load(key); ok {
		return line.(string), nil
	}
	region, err := language.ParseRegion(destination)
	if err != nil || !region.IsCountry() {
		return "", &AddressError{"country", "is no ISO 3166-1 code"}
	}
	line := countryLine(sender, region.Canonicalize())
	c.lines.Store(key, line)
	return line, nil
}

func countryLine(sender string, region language.Region) string {
	home, err := language.ParseRegion(sender)
	if err == nil && home.Canonicalize() == region {
		return ""
	}
	english, ok := shortEnglish[region.String()]
	if !ok {
		english = display.Regions(language.English).Name(region)
	}
	line := strings.ToUpper(english)
	own := ownName(home, region)
	if own == "" || strings.EqualFold(own, english) {
		return line
	}
	return line + " (" + own + ")"
}

// ownName is a country's name in the language of most people of the sender's country, or nothing
// where that is not known.
func ownName(home, region language.Region) string {
	local, err := language.Compose(language.Und, home)
	if err != nil {
		return ""
	}
	base, _ := local.Base()
	script, _ := local.Script()
	spoken, err := language.Compose(base, script)
	if name, ok := shortOwn[base.String()+" "+region.String()]; ok || err != nil {
		return name
	}
	namer := display.Regions(spoken)
	if _, long := shortEnglish[region.String()]; namer == nil || long && !eastAsian[base.String()] {
		return ""
	}
	return namer.Name(region)
}

// shortEnglish and shortOwn are names that the posts use and the table of the library (CLDR 32)
// lacks, has only in a political form, or has from before a country changed its name. In other
// languages such a country goes without its second name.
var (
	shortEnglish = map[string]string{
		"US": "United States of America", "HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar",
		"MK": "North Macedonia", "SZ": "Eswatini", "CD": "Democratic Republic of the Congo",
		"CG": "Republic of the Congo",
	}
	shortOwn = map[string]string{
		"ja HK": "香港", "ja MO": "マカオ", "zh HK": "香港", "ko HK": "홍콩", "ko MO": "마카오",
		"zh MO": "澳門", "ja MK": "北マケドニア", "ja SZ": "エスワティニ",
	}
	eastAsian = map[string]bool{"ja": true, "ko": true, "zh": true}
)
