package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// revised has a campaign of two revisions, which counted these people.
func revised(t *testing.T, first, second ledger.Tally) *ledgertest.Fixture {
	t.Helper()
	f, ctx := ledgertest.New(t), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := ledger.NewCampaign{ID: "test", Revision: 1, Snapshot: []byte("snapshot")}
	im, err := f.Begin(ctx, c, f.Key, "tester")
	must(err)
	must(im.Commit(ctx, ledger.ImportCounts{Tally: first}, ledgertest.By))
	if _, err := ReadChanges(ctx, f.Ledger, "test", 0, untitled); !errors.Is(err, ErrFirstRevision) {
		t.Errorf("of one revision: %v", err)
	}
	if _, err := ReadChanges(ctx, f.Ledger, "test", 2, untitled); !errors.Is(err, ErrNoRevision) {
		t.Errorf("of one that has not come: %v", err)
	}
	f.Clock.T = f.Clock.T.Add(30 * 24 * time.Hour)
	c.Revision = 2
	r, err := f.Revise(ctx, c, f.Key, "tester")
	must(err)
	must(r.Commit(ctx, ledger.ImportCounts{Tally: second}, ledger.Verdicts{Update: 79_093}, ledgertest.By))
	return f
}

func untitled(int, string) string { return "" }

func TestWhatARevisionChangedIsSaidInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	f := revised(t,
		ledger.Tally{People: 920_000, Segments: []ledger.SegmentTally{{ID: "july", People: 190_000}, {ID: "sent", People: 730_000},
			{ID: "gone", People: 3}}},
		ledger.Tally{People: 83_224, Turnover: ledger.Turnover{Listed: 4131, Changed: 79_093, Left: 110_907},
			Segments: []ledger.SegmentTally{
				{ID: "july", People: 79_093, Turnover: &ledger.Turnover{Changed: 79_093, Left: 110_907}},
				{ID: "sent", People: 730_000, Turnover: &ledger.Turnover{}}, {ID: "more", People: 139},
			}})
	c, err := ReadChanges(t.Context(), f.Ledger, "test", 2, func(revision int, segment string) string {
		return map[string]string{"july": "=7月 | <b>", "gone": "以前"}[segment]
	})
	if err != nil {
		t.Fatal(err)
	}
	tokyo := time.FixedZone("JST", 9*60*60)
	var markdown, page, list bytes.Buffer
	table := c.Publish(language.Make("ja-JP"), "流出 & 調査", tokyo)
	if err := errors.Join(table.Markdown(&markdown), table.HTML(&page), table.CSV(&list, false)); err != nil {
		t.Fatal(err)
	}
	if want := `## 流出 \& 調査

| 区分 | これまでのご報告（第1報、2013年9月12日現在） | 今回のご報告（第2報、2013年10月12日現在） |
| --- | ---: | ---: |
| =7月 \| \<b\> | 190,000名 | 79,093名 |
| sent | 730,000名 | 変更なし |
| more | — | 139名 |
| 以前 | 3名 | — |
| 対象となる方の合計（重複を除く） | 920,000名 | 83,224名 |
| 新たに対象と判明した方 |  | 4,131名 |
| これまでのご報告から内容が変わった方 |  | 79,093名 |
| 対象ではないと判明した方 |  | 110,907名 |
`; markdown.String() != want {
		t.Errorf("Markdown:\n%s", markdown.String())
	}
	for _, want := range []string{`<html lang="ja">`, `<h1 id="title">流出 &amp; 調査</h1>`, "=7月 | &lt;b&gt;", "<td>変更なし</td>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("HTML lacks %q:\n%s", want, page.String())
		}
	}
	if !strings.Contains(list.String(), "'=7月 | <b>,\"190,000名\",\"79,093名\"\r\n") {
		t.Errorf("CSV:\n%s", list.String())
	}
	for locale, same := range map[string]string{"en-GB": "No change", "zh-CN": "无变化", "zh-TW": "無變動", "ko": "변경 없음", "fr": "No change"} {
		if got := c.Publish(language.Make(locale), "", tokyo); got.Rows[1][2] != same {
			t.Errorf("%s: %q, want %q", locale, got.Rows[1][2], same)
		}
	}
}

func TestTheSameNumberIsNoChangeOnlyOfTheSamePeopleAndFacts(t *testing.T) {
	t.Parallel()
	of := func(moved *ledger.Turnover) Changes {
		n := 1390
		c := Changes{Before: Side{People: &n}, Now: Side{People: &n}}
		c.Segments = []SegmentChange{{ID: "a", Title: "a", Before: &n, Now: &n, Turnover: moved}}
		if moved != nil {
			c.Listed, c.Changed, c.Left = &moved.Listed, &moved.Changed, &moved.Left
		}
		return c
	}
	for _, x := range []struct {
		locale string
		moved  *ledger.Turnover
		want   string
	}{
		{"ja", &ledger.Turnover{}, "変更なし"},
		{"ja", nil, "1,390名"},
		{"ja", &ledger.Turnover{Changed: 139}, "1,390名（人数は同じ、内容が変わった方 139名）"},
		{"en", &ledger.Turnover{Listed: 83, Left: 83}, "1,390 (the same number of people; added: 83; removed: 83)"},
		{"ja", &ledger.Turnover{Listed: 1, Changed: 3, Left: 1},
			"1,390名（人数は同じ、新たに加わった方 1名、外れた方 1名、内容が変わった方 3名）"},
		{"zh-CN", &ledger.Turnover{Listed: 1, Changed: 3, Left: 1}, "1,390人（人数相同，新列入1人，不再列入1人，情况有变3人）"},
		{"zh-TW", &ledger.Turnover{Listed: 1, Changed: 3, Left: 1}, "1,390人（人數相同，新列入1人，不再列入1人，情況有變3人）"},
		{"ko", &ledger.Turnover{Listed: 1, Changed: 3, Left: 1}, "1,390명 (인원수 동일, 새로 포함 1명, 제외 1명, 내용 변경 3명)"},
	} {
		rows := of(x.moved).Publish(language.Make(x.locale), "", time.UTC).Rows
		if rows[0][2] != x.want || rows[1][2] != x.want {
			t.Errorf("%s, %+v: %q, all: %q, want %q", x.locale, x.moved, rows[0][2], rows[1][2], x.want)
		}
	}
}

func TestNumbersThatWereNotKeptAreNotMadeUp(t *testing.T) {
	t.Parallel()
	c := Changes{Segments: []SegmentChange{{ID: "a", Title: "a"}}}
	for _, row := range c.Publish(language.English, "", time.UTC).Rows {
		if row[2] != unknown {
			t.Errorf("%q", row)
		}
	}
}
