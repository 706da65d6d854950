package cathay_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"oshirase/config/programmes/cathay"
	"oshirase/config/programmes/programmestest"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

func write(t *testing.T, scale float64) string {
	t.Helper()
	return programmestest.Write(t, cathay.Write, scale)
}

// passenger is what this test makes of the rows of one member number by reading the files.
type passenger struct {
	programmes, elements map[string]bool
	contact              string
	language             string
}

// encodings are those that the README promises, by file.
var encodings = map[string]string{"marco-polo-club": "bom", "asia-miles": "", "registered-accounts": "utf-16"}

func read(t *testing.T, dir string) (people map[string]*passenger, rows map[string]int, unaffected int) {
	t.Helper()
	people, rows = map[string]*passenger{}, map[string]int{}
	for name, encoding := range encodings {
		records := table(t, filepath.Join(dir, "recipients", name+".csv"), encoding)
		rows[name+".csv"] = len(records)
		for _, r := range records {
			if !add(people, r) {
				unaffected++
			}
		}
	}
	return people, rows, unaffected
}

// table reads a file without the code that reads tables.
func table(t *testing.T, path, encoding string) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch encoding {
	case "bom":
		if !bytes.HasPrefix(content, []byte("\ufeff")) {
			t.Errorf("%s has no byte order mark", path)
		}
		content = content[3:]
	case "utf-16":
		content, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(content)
	}
	if err != nil {
		t.Fatal(err)
	}
	return programmestest.Table(t, bytes.NewReader(content))
}

// add takes a row in; false where nothing was seen.
func add(people map[string]*passenger, r map[string]string) bool {
	elements := map[string]bool{}
	for column, cell := range r {
		if kind, ok := strings.CutPrefix(column, "seen_"); ok && strings.Contains("Y 1 TRUE", cell) && cell != "" {
			elements[kind] = true
		}
	}
	switch r["card"] {
	case "expired":
		elements["expired_card_number"] = true
	case "no-cvv":
		elements["card_number_without_cvv"] = true
	}
	if len(elements) == 0 {
		return false
	}
	p := people[r["member_no"]]
	if p == nil {
		p = &passenger{programmes: map[string]bool{}, elements: map[string]bool{}}
		people[r["member_no"]] = p
	}
	maps.Copy(p.elements, elements)
	p.programmes[r["programme"]] = true
	p.contact = "nothing"
	if r["address1"] != "" {
		p.contact = "letter"
	}
	if r["email"] != "" {
		p.contact = "email"
	}
	p.language = r["language"]
	return true
}

// readers are the languages of the notices, by what stands in the files.
var readers = map[string]string{
	"": "en", "en": "en", "en-HK": "en", "en-GB": "en", "fr": "en", "ja": "ja", "ja-JP": "ja", "ko": "ko",
	"ko-KR": "ko", "zh-Hant": "zh-Hant", "zh-HK": "zh-Hant", "zh-TW": "zh-Hant", "zh-Hant-HK": "zh-Hant",
	"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans",
}

var segments = map[string]string{
	"Marco Polo Club": "marco-polo-club", "Asia Miles": "asia-miles", "registered account": "registered-account",
}

func count(people map[string]*passenger) cathay.Truth {
	got := cathay.Truth{
		People: len(people), Segments: map[string]int{}, Elements: map[string]int{}, Locales: map[string]int{},
	}
	for _, p := range people {
		for programme := range p.programmes {
			got.Segments[segments[programme]]++
		}
		for element := range p.elements {
			got.Elements[element]++
		}
		if p.elements["expired_card_number"] {
			got.Segments["card-expired"]++
		}
		if p.elements["card_number_without_cvv"] {
			got.Segments["card-without-cvv"]++
		}
		got.Locales[readers[p.language]]++
		switch p.contact {
		case "email":
			got.Email++
		case "letter":
			got.Letters++
		default:
			got.Unreachable++
		}
	}
	return got
}

func TestTheFilesHoldWhatIsExpected(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.0001, 0.001, 0.0037} {
		want := cathay.Expect(scale)
		people, rows, unaffected := read(t, write(t, scale))
		got := count(people)
		got.Rows, got.Unaffected = rows, unaffected
		compare(t, scale, got, want)
		if want.Segments["card-expired"] != 403 || want.Segments["card-without-cvv"] != 27 {
			t.Errorf("scale %v: cards %v", scale, want.Segments)
		}
	}
}

func compare(t *testing.T, scale float64, got, want cathay.Truth) {
	t.Helper()
	numbers := func(x cathay.Truth) [5]int {
		return [5]int{x.People, x.Unaffected, x.Email, x.Letters, x.Unreachable}
	}
	if numbers(got) != numbers(want) {
		t.Errorf("scale %v: got %v, want %v", scale, numbers(got), numbers(want))
	}
	for what, x := range map[string][2]map[string]int{
		"rows": {got.Rows, want.Rows}, "segments": {got.Segments, want.Segments},
		"elements": {got.Elements, want.Elements}, "languages": {got.Locales, want.Locales},
	} {
		if !maps.Equal(x[0], x[1]) {
			t.Errorf("scale %v: %s\n%v\nwant\n%v", scale, what, x[0], x[1])
		}
	}
}

func TestTheNumbersAreThoseThatWerePublished(t *testing.T) {
	t.Parallel()
	for scale, people := range map[float64]int{0.001: 9_400, 0.1: 940_000} {
		want := cathay.Expect(scale)
		if want.People != people || want.Elements["passport_number"] != people*860/9400 ||
			want.Elements["id_card_number"] != people*245/9400 || len(want.Elements) != 13 || len(want.Locales) != 5 {
			t.Errorf("scale %v: %+v", scale, want)
		}
	}
}

func TestPeopleHaveHundredsOfCombinations(t *testing.T) {
	t.Parallel()
	people, _, _ := read(t, write(t, 0.001))
	combinations := map[string]bool{}
	for _, p := range people {
		var set strings.Builder
		for _, kind := range []string{
			"name", "nationality", "birth_date", "phone", "email", "address", "passport_number", "id_card_number",
			"frequent_flyer_number", "service_remarks", "past_flights",
		} {
			if p.elements[kind] {
				set.WriteString(kind)
			}
		}
		combinations[set.String()] = true
	}
	if len(combinations) < 500 {
		t.Errorf("%d combinations", len(combinations))
	}
}

func TestAPlanFindsThePeopleThereAreAndNothingWrong(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001} {
		comparePlan(t, scale)
	}
}

// comparePlan holds the plan, in which the manifest's own totals are held, against the truth.
func comparePlan(t *testing.T, scale float64) {
	t.Helper()
	want := cathay.Expect(scale)
	got, err := plan.Read(t.Context(), write(t, scale), plan.Options{Now: time.Now(), Fonts: letters.Embedded()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		if !strings.Contains(p.What, "a language that no notice") { // the sample is to show that
			t.Error(p)
		}
	}
	if got.People != want.People || got.Rejects != 0 || got.Unaffected != want.Unaffected {
		t.Errorf("%d people, %d rejects, %d rows not affected; want %d, none, %d",
			got.People, got.Rejects, got.Unaffected, want.People, want.Unaffected)
	}
}

func TestTheSameScaleGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	one, other := os.DirFS(write(t, 0.0005)), os.DirFS(write(t, 0.0005))
	err := fs.WalkDir(one, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		a, err := fs.ReadFile(one, path)
		if err != nil {
			return err
		}
		b, err := fs.ReadFile(other, path)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNobodyRealCanBeMeant(t *testing.T) {
	t.Parallel()
	dir := write(t, 0.001)
	for name, encoding := range encodings {
		for _, r := range table(t, filepath.Join(dir, "recipients", name+".csv"), encoding) {
			if _, domain, ok := strings.Cut(r["email"], "@"); ok && !strings.Contains(domain, "example.") {
				t.Errorf("%q may be somebody's address", r["email"])
			}
		}
	}
}

func TestNothingWasSeenThatAPassengerNeverGave(t *testing.T) {
	t.Parallel()
	dir, without := write(t, 0.001), 0
	for name, encoding := range encodings {
		for _, r := range table(t, filepath.Join(dir, "recipients", name+".csv"), encoding) {
			for column, seen := range map[string]string{"email": "seen_email", "address1": "seen_address"} {
				if r[column] != "" {
					continue
				}
				if without++; r[seen] != "" && strings.Contains("Y 1 TRUE", r[seen]) {
					t.Errorf("%s has no %s, and it was seen", r["member_no"], column)
				}
			}
		}
	}
	if without < 500 {
		t.Errorf("%d cells are empty", without)
	}
}

func TestWritingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := cathay.Write(ctx, t.TempDir(), 0.001); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
