package delta_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"oshirase/config/programmes/delta"
	"oshirase/config/programmes/programmestest"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

// exclusion is the notice's, written out anew: nothing here comes from the code that made the files.
func exclusion(platform, entry string) string {
	switch {
	case platform == "app":
		return "app"
	case platform == "mobile":
		return "mobile-site"
	case entry == "wallet", entry == "autofill":
		return entry
	case entry != "typed":
		return "not-by-card"
	}
	return ""
}

func write(t *testing.T, scale float64) string {
	t.Helper()
	return programmestest.Write(t, delta.Write, scale)
}

// table gives the rows of a file by heading.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return programmestest.Table(t, file)
}

// count is what the files of a sample hold. It gives the days on which affected people paid, and of how many it is
// known that they did not use the chat.
func count(t *testing.T, dir string) (got delta.Truth, affectedOn map[string]bool, withoutChat int) {
	t.Helper()
	got.Rows, got.Excluded, affectedOn = map[string]int{}, map[string]int{}, map[string]bool{}
	people := map[string]bool{}
	for _, file := range []string{"payments-web.csv", "payments-app.csv"} {
		for _, row := range table(t, filepath.Join(dir, "recipients", file)) {
			got.Rows[file]++
			on, err := time.Parse("01/02/2006", row["paid_on"])
			if err != nil {
				t.Fatal(err)
			}
			if day := on.Format("20060102"); day < "20170926" || day > "20171012" {
				got.Outside++
				continue
			}
			if why := exclusion(row["platform"], row["card_entry"]); why != "" {
				got.Excluded[why]++
				continue
			}
			affectedOn[row["paid_on"]] = true
			if people[row["customer_no"]] {
				continue
			}
			people[row["customer_no"]] = true
			if row["chat"] == "no" {
				withoutChat++
			}
			countPerson(&got, row)
		}
	}
	return got, affectedOn, withoutChat
}

func countPerson(got *delta.Truth, row map[string]string) {
	got.People++
	if row["language"] == "ja" || row["language"] == "ja-JP" {
		got.Japanese++
	}
	switch {
	case row["email"] != "":
		got.Email++
	case row["address1"] != "":
		got.Letters++
	default:
		got.Nowhere++
	}
}

func TestTheFilesHoldWhatIsExpected(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001, 0.013, 0.1} {
		dir, want := write(t, scale), delta.Expect(scale)
		got, days, withoutChat := count(t, dir)
		codes := map[string]bool{}
		for _, row := range table(t, filepath.Join(dir, "codes.csv")) {
			codes[row["code"]] = true
		}
		for _, row := range table(t, filepath.Join(dir, "codes-later.csv")) {
			if codes[row["code"]] {
				t.Errorf("scale %v: a later code is one of the first", scale)
			}
		}
		got.Codes, got.CodesToUse = len(codes), got.Email+got.Letters
		if !reflect.DeepEqual(got, want) {
			t.Errorf("scale %v: got\n%+v\nwant\n%+v", scale, got, want)
		}
		if len(days) != 17 || withoutChat == 0 || want.Japanese == 0 || want.Nowhere == 0 || want.Letters == 0 {
			t.Errorf("scale %v: %d days, %d without chat, %+v", scale, len(days), withoutChat, want)
		}
	}
}

func TestTheWholeProgrammeHasSomeHundredThousandPeople(t *testing.T) {
	t.Parallel()
	want, rows := delta.Expect(1), 0
	for _, n := range want.Rows {
		rows += n
	}
	if want.People != 240_000 || want.Excluded["app"] != 60_000 || rows != 417_600 {
		t.Errorf("%d rows, %+v", rows, want)
	}
}

func TestAPlanFindsThePeopleAndCountsEachExclusion(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.004} {
		dir, want := write(t, scale), delta.Expect(scale)
		got, err := plan.Read(t.Context(), dir, plan.Options{Now: time.Now(), Fonts: letters.Embedded()})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range got.Problems {
			if !strings.Contains(p.What, "a language that no notice") { // the sample is to show that
				t.Error(p)
			}
		}
		comparePlan(t, got, want)
	}
}

func comparePlan(t *testing.T, got *plan.Plan, want delta.Truth) {
	t.Helper()
	segment := got.Segments[0]
	excluded := map[string]int{}
	for _, x := range segment.Exclusions {
		excluded[x.Name] = x.Rows
	}
	if !maps.Equal(excluded, want.Excluded) || segment.People != want.People || got.People != want.People {
		t.Errorf("%d people, %d in the segment, out by exclusion %v; want %+v",
			got.People, segment.People, excluded, want)
	}
	for _, element := range got.Elements {
		if element.People != want.People {
			t.Errorf("%s: %d people, want all %d", element.Name, element.People, want.People)
		}
	}
	if n := len(got.Elements); n != 5 {
		t.Errorf("%d kinds of data, want 5", n)
	}
	if p := got.Pool; p.Codes != want.Codes || p.People != want.CodesToUse || p.Missing != 0 {
		t.Errorf("codes: %+v, want %+v", p, want)
	}
	if got.Locales["ja"] != want.Japanese || got.Channels["email"] != want.Email ||
		got.Channels["letter"] != want.Letters || got.Unreachable != want.Nowhere {
		t.Errorf("%v, %v, %d unreachable; want %+v", got.Locales, got.Channels, got.Unreachable, want)
	}
}
