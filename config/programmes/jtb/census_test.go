package jtb_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"

	"oshirase/config/programmes/jtb"
)

// booking is a row as this test reads it, with folding, rules and identity written out anew: nothing here
// comes from the code that made the rows.
type booking struct {
	file, number, name, birth, mail, phone, postcode string
	product, site, day, passport                     string
}

// headers are the columns of each file, in the order of booking's fields.
var headers = map[string][]string{
	"homepage.csv": {"会員番号", "氏名", "生年月日", "メールアドレス", "電話番号", "郵便番号", "商品区分", "サイト",
		"予約日", "旅券"},
	"rurubu.csv": {"会員ID", "お名前", "誕生日", "Eメール", "TEL", "〒", "商品", "サイト", "予約日", "パスポート"},
	"japanican.csv": {"member_no", "name", "birth_date", "email", "phone", "postcode", "product", "site",
		"booked_at", "passport"},
	"dtravel.csv": {"会員番号", "氏名", "生年月日", "メール", "電話", "郵便番号", "商品区分", "サイト", "予約日", "旅券"},
}

func read(t *testing.T, dir string) (all []booking) {
	t.Helper()
	for _, file := range slices.Sorted(maps.Keys(headers)) {
		content, err := os.ReadFile(filepath.Join(dir, "recipients", file))
		if err != nil {
			t.Fatal(err)
		}
		if file == "homepage.csv" || file == "rurubu.csv" {
			if content, err = japanese.ShiftJIS.NewDecoder().Bytes(content); err != nil {
				t.Fatal(err)
			}
		}
		content = bytes.TrimPrefix(content, []byte("\ufeff"))
		records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records[1:] {
			var cells []string
			for _, header := range headers[file] {
				cells = append(cells, record[slices.Index(records[0], header)])
			}
			all = append(all, newBooking(file, cells))
		}
	}
	return all
}

func newBooking(file string, c []string) booking {
	return booking{
		file: file, number: plain(c[0]), name: plain(c[1]), birth: day(c[2]), mail: plain(c[3]),
		phone:    strings.TrimPrefix(digits(strings.Replace(c[4], "+81 ", "0", 1)), "00000000000"),
		postcode: digits(c[5]), product: c[6], site: c[7], day: day(c[8]), passport: c[9],
	}
}

// plain makes the forms of one text one.
func plain(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.NewReplacer(" ", "", "髙", "高", "﨑", "崎", "邉", "辺", "邊", "辺", "斎", "斉", "齋", "斉",
		"齊", "斉", "嶋", "島", "濱", "浜", "濵", "浜", "櫻", "桜", "澤", "沢", "廣", "広", "瀬", "瀬", "瀧", "滝",
		"冨", "富", "學", "学", "眞", "真", "龍", "竜", "實", "実", "惠", "恵", "凜", "凛").Replace(s)
	return strings.TrimPrefix(s, "非会員")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFKC.String(s))
}

// day is a date in eight digits, nothing for what stands in place of one.
func day(s string) string {
	if s = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-").Replace(s); strings.Contains(s, "-") {
		var y, m, d int
		fmt.Sscanf(s, "%d-%d-%d", &y, &m, &d)
		s = fmt.Sprintf("%04d%02d%02d", y, m, d)
	}
	if s == "19000101" || s == "00000000" {
		return ""
	}
	return s
}

// segmentOf is the segment of each site.
var segmentOf = map[string]string{
	"JTBホームページ": "homepage", "るるぶトラベル": "rurubu", "JAPANiCAN": "japanican", "dトラベル": "dtravel",
	"auトラベル": "autravel",
}

// out is the exclusion that takes the booking out of its segment.
func (b booking) out() string {
	if b.day < "20070901" || b.day > "20160331" {
		return ""
	}
	return map[string]string{
		"JTB旅物語": "tabimonogatari", "高速バス": "highway-buses",
		"現地観光プラン・レジャーチケット・定期観光バス": "local-tickets", "レストラン": "restaurants",
		"海外ダイナミックパッケージ": "overseas-packages", "海外航空券": "overseas-flights",
		"海外ホテル": "overseas-hotels", "海外現地オプショナルツアー": "overseas-tours",
		"その他旅行関連商品(保険・積立等)": "other-products",
	}[b.product]
}

// affected is the notice's rule.
func (b booking) affected() bool {
	excluded := []string{
		"JTB旅物語", "高速バス", "現地観光プラン・レジャーチケット・定期観光バス", "レストラン",
		"海外ダイナミックパッケージ", "海外航空券", "海外ホテル", "海外現地オプショナルツアー",
		"その他旅行関連商品(保険・積立等)",
	}
	return b.day >= "20070901" && b.day <= "20160331" && !slices.Contains(excluded, b.product) &&
		segmentOf[b.site] != ""
}

// keys are the values of the identity's keys, in order; one with an empty part is empty.
func (b booking) keys() [4]string {
	join := func(parts ...string) string {
		if slices.Contains(parts, "") {
			return ""
		}
		return strings.Join(parts, "\n")
	}
	return [4]string{b.number, join(b.mail, b.name), join(b.name, b.birth), join(b.name, b.postcode, b.phone)}
}

// people joins the bookings: to each row the first of its person, and how many each key joined.
func people(t *testing.T, all []booking) (first []int, joined [4]int) {
	t.Helper()
	const most = 20 // a value that more rows have says nothing about who they are
	first = make([]int, len(all))
	for i := range first {
		first[i] = i
	}
	find := func(i int) int {
		for first[i] != i {
			i = first[i]
		}
		return i
	}
	for key := range joined {
		rows := map[string][]int{}
		for i, b := range all {
			if v := b.keys()[key]; v != "" {
				rows[v] = append(rows[v], i)
			}
		}
		for _, v := range slices.Sorted(maps.Keys(rows)) {
			for _, i := range rows[v][1:] {
				if len(rows[v]) > most {
					continue
				}
				if a, b := find(rows[v][0]), find(i); a != b {
					first[max(a, b)] = min(a, b)
					joined[key]++
				}
			}
		}
	}
	for i := range first {
		first[i] = find(i)
	}
	return first, joined
}

func write(t *testing.T, s jtb.Size) (string, jtb.Truth) {
	t.Helper()
	dir := t.TempDir()
	if err := jtb.Write(t.Context(), dir, s); err != nil {
		t.Fatal(err)
	}
	want, err := jtb.Expect(s)
	if err != nil {
		t.Fatal(err)
	}
	return dir, want
}

// count is what the files hold.
func count(t *testing.T, all []booking) (got jtb.Truth) {
	t.Helper()
	got.Rows, got.Joined, got.Out = map[string]int{}, map[string]int{}, map[string]map[string]int{}
	for file := range headers {
		got.Rows[file], got.Out[strings.TrimSuffix(file, ".csv")] = 0, map[string]int{}
	}
	for _, b := range all {
		got.Rows[b.file]++
		if out := b.out(); out != "" {
			got.Out[segmentOf[b.site]][out]++
		}
	}
	all = slices.DeleteFunc(all, func(b booking) bool {
		if !b.affected() {
			got.Excluded++
		}
		return !b.affected()
	})
	first, joined := people(t, all)
	for i, at := range first {
		if at == i {
			got.People++
		}
		switch all[i].passport {
		case "有効":
			got.Passports++
		case "失効":
			got.Expired++
		}
	}
	got.Booked, got.Told = countBrands(all, first)
	for i, label := range []string{"id", "email+name", "name+birth_date", "name+postcode+phone"} {
		got.Joined[label] = joined[i]
	}
	return got
}

// countBrands counts people by the segments they belong to, and by the first of them.
func countBrands(all []booking, first []int) (booked, told map[string]int) {
	booked, told = map[string]int{}, map[string]int{}
	segments := map[int][]string{} // by the first row of a person
	for i, b := range all {
		if s := segmentOf[b.site]; !slices.Contains(segments[first[i]], s) {
			segments[first[i]] = append(segments[first[i]], s)
		}
	}
	for _, mine := range segments {
		for _, s := range mine {
			booked[s]++
		}
		for _, s := range []string{"japanican", "homepage", "rurubu", "dtravel", "autravel"} {
			if slices.Contains(mine, s) {
				told[s]++
				break
			}
		}
	}
	return booked, told
}
