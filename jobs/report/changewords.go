package report

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"oshirase/jobs/ledger"
)

// changeWords are the words of a published table in one language.
type changeWords struct {
	tag          language.Tag
	day          string // layout
	count        string // of people, as a form
	segment      string
	before, now  string // forms of a revision and its day
	same         string
	equal        equalWords
	all          string
	listed, left string
	changed      string
}

// equalWords are for a number that is the same, though not all is: forms of what follows it, and of the people who
// came, who went, and of whom something else is said.
type equalWords struct {
	about, between            string
	number, came, went, other string
}

// unknown is a number that was not kept, or of a segment that a revision did not have.
const unknown = "—"

// changeLanguages are those that there are words for. Another reader gets the first.
var changeLanguages = []changeWords{
	{
		tag: language.English, day: "2 January 2006", count: "%s", segment: "Group",
		before: "Before (revision %d, as of %s)", now: "Now (revision %d, as of %s)", same: "No change",
		equal: equalWords{
			" (%s)", "; ", "the same number of people", "added: %s", "removed: %s", "affected otherwise: %s",
		},
		all: "All people affected, each once", listed: "Newly found to be affected",
		changed: "Affected otherwise than was said before", left: "Found not to be affected after all",
	},
	{
		tag: language.Japanese, day: "2006年1月2日", count: "%s名", segment: "区分",
		before: "これまでのご報告（第%d報、%s現在）", now: "今回のご報告（第%d報、%s現在）", same: "変更なし",
		equal: equalWords{
			"（%s）", "、", "人数は同じ", "新たに加わった方 %s", "外れた方 %s", "内容が変わった方 %s",
		},
		all: "対象となる方の合計（重複を除く）", listed: "新たに対象と判明した方",
		changed: "これまでのご報告から内容が変わった方", left: "対象ではないと判明した方",
	},
	{
		tag: language.SimplifiedChinese, day: "2006年1月2日", count: "%s人", segment: "类别",
		before: "此前公布（第%d次，截至%s）", now: "本次公布（第%d次，截至%s）", same: "无变化",
		equal: equalWords{
			"（%s）", "，", "人数相同", "新列入%s", "不再列入%s", "情况有变%s",
		},
		all: "受影响人数合计（不重复计算）", listed: "新确认受影响的人",
		changed: "情况与此前公布不同的人", left: "确认未受影响的人",
	},
	{
		tag: language.TraditionalChinese, day: "2006年1月2日", count: "%s人", segment: "類別",
		before: "先前公布（第%d次，截至%s）", now: "本次公布（第%d次，截至%s）", same: "無變動",
		equal: equalWords{
			"（%s）", "，", "人數相同", "新列入%s", "不再列入%s", "情況有變%s",
		},
		all: "受影響人數合計（不重複計算）", listed: "新確認受影響的人",
		changed: "情況與先前公布不同的人", left: "確認未受影響的人",
	},
	{
		tag: language.Korean, day: "2006년 1월 2일", count: "%s명", segment: "구분",
		before: "이전 공지 (제%d차, %s 기준)", now: "이번 공지 (제%d차, %s 기준)", same: "변경 없음",
		equal: equalWords{
			" (%s)", ", ", "인원수 동일", "새로 포함 %s", "제외 %s", "내용 변경 %s",
		},
		all: "대상자 합계 (중복 제외)", listed: "새로 대상으로 확인된 분",
		changed: "이전 공지와 내용이 달라진 분", left: "대상이 아닌 것으로 확인된 분",
	},
}

func changeWordsOf(locale language.Tag) changeWords {
	_, i, _ := changeMatcher().Match(locale)
	return changeLanguages[i]
}

// ChangeLanguages are the languages (BCP 47) in which a table can be published.
func ChangeLanguages() (names []string) {
	for _, w := range changeLanguages {
		names = append(names, w.tag.String())
	}
	return names
}

// HasChangeWords tells whether a reader of the locale gets a table in a language of theirs.
func HasChangeWords(locale language.Tag) bool {
	_, _, sure := changeMatcher().Match(locale)
	return sure > language.No
}

func changeMatcher() language.Matcher {
	tags := make([]language.Tag, len(changeLanguages))
	for i, w := range changeLanguages {
		tags[i] = w.tag
	}
	return language.NewMatcher(tags)
}

func (w changeWords) number(n *int) string {
	if n == nil {
		return unknown
	}
	return fmt.Sprintf(w.count, message.NewPrinter(w.tag).Sprint(*n))
}

// change is the number of now. That nothing changed is said only where nobody came or went, and of nobody anything
// else is said; who did is told where the number alone would hide it.
func (w changeWords) change(before, now *int, t *ledger.Turnover) string {
	if before == nil || now == nil || *before != *now || t == nil {
		return w.number(now)
	}
	if *t == (ledger.Turnover{}) {
		return w.same
	}
	what := []string{w.equal.number}
	for _, x := range []struct {
		people int
		form   string
	}{{t.Listed, w.equal.came}, {t.Left, w.equal.went}, {t.Changed, w.equal.other}} {
		if x.people > 0 {
			what = append(what, fmt.Sprintf(x.form, w.number(&x.people)))
		}
	}
	return w.number(now) + fmt.Sprintf(w.equal.about, strings.Join(what, w.equal.between))
}
