package e2e

import (
	"bytes"
	"encoding/csv"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"oshirase/config/programmes/cathay"
	"oshirase/jobs/email/emailtest"
	print "oshirase/letters/reading"
)

// elementWords are what each kind of data is called in each language: en, ja, zh-Hant, zh-Hans, ko.
var elementWords = sync.OnceValue(func() map[string][5]string {
	file, err := os.Open("testdata/elements.csv")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		panic(err)
	}
	words := map[string][5]string{}
	for _, r := range rows[1:] {
		words[r[0]] = [5]string(r[1:])
	}
	return words
})

// sayings are what tells a language's notice, and the paragraphs of the two groups of cards.
var sayings = map[string]struct {
	column                 int
	clause, expired, noCVV string
	advice                 int // further points of lists in a notice: what to do, where to ask
}{
	"en":      {0, "Dear ", "of yours that has expired was accessed", "of yours was accessed, without its security code (CVV)", 5},
	"ja":      {1, "英語の原文が優先します", "有効期限の切れたお客様の", "お客様のクレジットカードの番号がアクセスされました。セキュリティコード（CVV）", 5},
	"zh-Hant": {2, "以英文原文為準", "閣下一張已過期信用卡", "閣下一張信用卡的號碼", 5},
	"zh-Hans": {3, "以英语原文为准", "您一张已过期信用卡", "您一张信用卡的卡号", 5},
	"ko":      {4, "영어 원문이 우선합니다", "유효기간이 지난 고객님의", "접근되었습니다. 보안코드(CVV)", 5},
}

// readersOf are the languages of notices by what the sample's files have.
var readersOf = map[string]string{
	"": "en", "en": "en", "en-HK": "en", "en-GB": "en", "fr": "en", "ja": "ja", "ja-JP": "ja", "ko": "ko",
	"ko-KR": "ko", "zh-Hant": "zh-Hant", "zh-HK": "zh-Hant", "zh-TW": "zh-Hant", "zh-Hant-HK": "zh-Hant",
	"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans",
}

// passenger is what a notice must say, from the rows of one member number.
type passenger struct {
	name, email, street, house, locale string
	elements                           map[string]bool
}

// passengers reads the sample's files on its own.
func (s *site) passengers() []*passenger {
	s.t.Helper()
	by := map[string]*passenger{}
	var all []*passenger
	for _, name := range []string{"marco-polo-club", "asia-miles", "registered-accounts"} {
		for _, r := range s.table(filepath.Join(s.folder, "recipients", name+".csv")) {
			p := by[r["member_no"]]
			if p == nil {
				p = &passenger{name: r["name"], email: r["email"], street: r["address1"], house: r["address2"],
					locale: readersOf[r["language"]], elements: map[string]bool{}}
				by[r["member_no"]] = p
				all = append(all, p)
			}
			p.take(r)
		}
	}
	return slices.DeleteFunc(all, func(p *passenger) bool { return len(p.elements) == 0 })
}

func (s *site) table(path string) (out []map[string]string) {
	s.t.Helper()
	content, err := os.ReadFile(path)
	s.must(err)
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE}):
		content, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(content)
	case !utf8.Valid(content):
		content, err = japanese.ShiftJIS.NewDecoder().Bytes(content)
	}
	s.must(err)
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\uFEFF")))).ReadAll()
	s.must(err)
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		out = append(out, row)
	}
	return out
}

func (p *passenger) take(r map[string]string) {
	for column, cell := range r {
		if kind, ok := strings.CutPrefix(column, "seen_"); ok && (cell == "Y" || cell == "1" || cell == "TRUE") {
			p.elements[kind] = true
		}
	}
	switch r["card"] {
	case "expired":
		p.elements["expired_card_number"] = true
	case "no-cvv":
		p.elements["card_number_without_cvv"] = true
	}
	// What is not on file cannot be listed as seen, whatever the columns say.
	if p.email == "" {
		delete(p.elements, "email")
	}
	if p.street == "" {
		delete(p.elements, "address")
	}
}

// reading is what was read of a notice: its text and the points of its lists. Of paper only what is a person's
// own is read, without the rest of the text and with more than the lists for points.
type reading struct {
	where, text string
	points      []string
	paper       bool
}

// hold compares a notice with what it must say. White space does not count: paper breaks lines.
func (p *passenger) hold(t *testing.T, r reading) {
	t.Helper()
	says := sayings[p.locale]
	var want, got []string
	known := map[string]bool{}
	for kind, words := range elementWords() {
		for _, word := range words {
			known[squash(word)] = true
		}
		if p.elements[kind] {
			want = append(want, squash(words[says.column]))
		}
	}
	for _, point := range r.points {
		if known[point] {
			got = append(got, point)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || !r.paper && len(r.points)-len(got) != says.advice {
		t.Errorf("%s in %s lists %q, want %q and %d points of advice", r.where, p.locale, r.points, want, says.advice)
	}
	text := squash(r.text)
	if strings.Contains(text, squash(says.expired)) != p.elements["expired_card_number"] ||
		strings.Contains(text, squash(says.noCVV)) != p.elements["card_number_without_cvv"] {
		t.Errorf("%s: the paragraph on cards is another's", r.where)
	}
	if !strings.Contains(text, squash(p.name)) {
		t.Errorf("%s lacks the name", r.where)
	}
	if !r.paper {
		p.holdWords(t, r.where, text)
	}
}

// holdWords sees that the text is in the person's language, names the text that prevails, and has no link.
func (p *passenger) holdWords(t *testing.T, where, text string) {
	t.Helper()
	for locale, of := range sayings {
		if strings.Contains(text, squash(of.clause)) != (locale == p.locale) {
			t.Errorf("%s is not in %s, or in %s too", where, p.locale, locale)
		}
	}
	if strings.Contains(text, "http") || strings.Contains(text, "www") {
		t.Errorf("%s has a link", where)
	}
}

func squash(s string) string { return strings.Join(strings.Fields(s), "") }

// parts reads a message's text and HTML, and reports any part beside them.
func parts(t *testing.T, data []byte) (text, html string) {
	t.Helper()
	header, parts, err := emailtest.Read(data)
	if err != nil || !strings.HasPrefix(header.Get("Content-Type"), "multipart/alternative") {
		t.Fatalf("a message is %q, %v", header.Get("Content-Type"), err)
	}
	for _, p := range parts {
		switch kind, _, _ := mime.ParseMediaType(p.Type); kind {
		case "text/plain":
			text = p.Text
		case "text/html":
			html = p.Text
		default:
			t.Errorf("a message has a part %q", kind)
		}
	}
	return text, html
}

var (
	textPoint = regexp.MustCompile(`(?m)^\s*(?:[-•]\s+|[・·]\s*)(.+)$`)
	htmlPoint = regexp.MustCompile(`(?s)<li[^>]*>(.*?)</li>`)
	markup    = regexp.MustCompile(`<[^>]*>`)
)

func bulletsOf(form *regexp.Regexp, text string) (out []string) {
	for _, m := range form.FindAllStringSubmatch(text, -1) {
		out = append(out, squash(markup.ReplaceAllString(m[1], "")))
	}
	return out
}

func TestEachPassengerIsToldOfTheirOwnDataAndOfNobodyElses(t *testing.T) {
	t.Parallel()
	s := newSite(t, emailtest.Options{})
	want := cathay.Expect(cathayScale)
	if people := s.enqueueSample("cathay", cathayScaleText); people != want.People {
		t.Fatalf("%d people, want %d", people, want.People)
	}
	all := s.passengers()
	s.work()
	st := s.until("done", patience, done)
	if st.Channels["email"]["sent"] != want.Email || st.Channels["letter"]["bound"] != want.Letters ||
		st.People["unreachable"] != want.Unreachable || len(all) != want.People {
		t.Errorf("%d people in the files; %v, %v; want %+v", len(all), st.People, st.Channels, want)
	}
	s.holdMail(t, all, want.Email)
	s.holdLetters(t, all, want.Letters)
}

// holdMail reads every message that the server took.
func (s *site) holdMail(t *testing.T, all []*passenger, want int) {
	t.Helper()
	to := map[string]*passenger{}
	for _, p := range all {
		if p.email != "" {
			to[p.email] = p
		}
	}
	for _, m := range s.mail.Received() {
		p := to[m.Recipients[0]]
		if p == nil {
			t.Errorf("%q was written to twice, or is nobody", m.Recipients[0])
			continue
		}
		delete(to, p.email)
		text, html := parts(t, m.Data)
		p.hold(t, reading{where: "the text to " + p.email, text: text, points: bulletsOf(textPoint, text)})
		body := html[strings.Index(html, "<body"):]
		p.hold(t, reading{where: "the HTML to " + p.email, points: bulletsOf(htmlPoint, body),
			text: unescaped(markup.ReplaceAllString(body, ""))})
		if strings.Contains(html, "href") || strings.Contains(html, "src=") {
			t.Errorf("the HTML to %s has a link", p.email)
		}
	}
	if n := len(s.mail.Received()); n != want || len(to) != 0 {
		t.Errorf("%d messages, want %d; %d people got none", n, want, len(to))
	}
}

func unescaped(s string) string {
	return strings.NewReplacer("&#39;", "'", "&amp;", "&", "&quot;", `"`, "&lt;", "<", "&gt;", ">").Replace(s)
}

// holdLetters reads every letter of the print files. Whose it is, their address says.
func (s *site) holdLetters(t *testing.T, all []*passenger, want int) {
	t.Helper()
	letters := s.printed()
	if len(letters) != want {
		t.Errorf("%d letters, want %d", len(letters), want)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(p *passenger) bool { return p.email != "" || p.street == "" })
	for number, lines := range letters {
		i := slices.IndexFunc(all, func(p *passenger) bool { return p.livesAt(lines) })
		if i < 0 {
			t.Errorf("letter %s goes to nobody who is left", number)
			continue
		}
		r := reading{where: "letter " + number, text: strings.Join(lines, ""), paper: true}
		for _, line := range lines {
			r.points = append(r.points, squash(line))
		}
		all[i].hold(t, r)
		all = slices.Delete(all, i, i+1)
	}
	if len(all) != 0 {
		t.Errorf("%d people got no letter", len(all))
	}
}

// printed reads the strings of all letters' pages, by the piece's number.
func (s *site) printed() map[string][]string {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "letters", "*.pdf"))
	s.must(err)
	letters := map[string][]string{}
	for _, f := range files {
		pdf, err := os.ReadFile(f)
		s.must(err)
		pages, err := print.Texts(pdf)
		s.must(err)
		for _, page := range pages {
			if i := slices.IndexFunc(page, pieceNumber.MatchString); i >= 0 {
				letters[page[i]] = append(letters[page[i]], page...)
			}
		}
	}
	return letters
}

var pieceNumber = regexp.MustCompile(`^\d{10,18}-\d$`)

// livesAt looks for the two lines of an address one below the other.
func (p *passenger) livesAt(lines []string) bool {
	for i := range lines[:len(lines)-1] {
		if begins(lines[i], p.street) && begins(lines[i+1], p.house) {
			return true
		}
	}
	return false
}

// begins says whether a line is a part of an address, with nothing but a postcode behind it or before it.
func begins(line, part string) bool {
	if line == part || strings.TrimRight(strings.TrimPrefix(line, part+" "), "0123456789Z ") == "" {
		return true
	}
	before, found := strings.CutSuffix(line, part)
	return found && strings.HasSuffix(before, " ") && strings.Trim(before, "0123456789Z〒 ") == ""
}
