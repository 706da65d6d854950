package returns

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// statuses are the words of mail houses, as fold.Text leaves them: small letters, no spaces.
var statuses = map[string][]string{
	Printed: {"print", "印刷", "印刷済", "印刷済み", "印刷完了", "封入", "封入済", "封入済み", "封入完了"},
	Mailed: {"mail", "sent", "posted", "dispatched", "発送", "発送済", "発送済み", "発送完了", "差出", "差出済",
		"差出済み", "差出完了", "投函", "投函済", "投函済み", "郵送", "郵送済", "郵送済み", "引受"},
	Returned: {"return", "undeliverable", "undelivered", "returnedtosender", "返戻", "返送", "返送済", "返送済み",
		"還付", "還付済", "不着", "宛先不明", "戻り"},
}

// The reasons for which a letter comes back, as the ledger keeps them.
const (
	UnknownAddressee  = "unknown-addressee"  // あて所に尋ねあたりません: the address is, the person is not
	IncompleteAddress = "incomplete-address" // あて名不完全
	Moved             = "moved"              // 転居先不明: moved, and nobody knows where to
	Unclaimed         = "unclaimed"          // 保管期間経過: kept for its days, not fetched
	Declined          = "declined"           // 受取拒絶
	Other             = "other"
)

// reasons are what Japan Post stamps on a letter that it gives back, and what others write of it.
var reasons = map[string][]string{
	UnknownAddressee: {"unknown", "notknown", "notknownatthisaddress", "あて所に尋ねあたりません",
		"宛所に尋ねあたりません", "あて所に尋ね当たりません", "宛所に尋ね当たりません", "あて所に尋ねあたらず",
		"宛所尋ねあたらず", "あて所不明", "宛所不明", "宛先不明", "尋ねあたらず"},
	IncompleteAddress: {"incomplete", "insufficientaddress", "badaddress", "あて名不完全", "宛名不完全",
		"あて先不完全", "宛先不完全", "住所不完全", "あて所不完全", "宛所不完全"},
	Moved: {"movedleftnoaddress", "addresseemoved", "moved,leftnoaddress", "転居先不明", "転居先不明で配達できません",
		"転居", "移転先不明", "転送期間経過"},
	Unclaimed: {"notcalledfor", "保管期間経過", "保管期間満了", "保管期間経過のため", "留置期間経過", "不在"},
	Declined:  {"refused", "refusedbyaddressee", "受取拒絶", "受取拒否", "受け取り拒絶", "受取辞退"},
	Other:     {"その他", "他"},
}

// Reasons lists the codes, sorted.
func Reasons() []string { return slices.Sorted(maps.Keys(reasons)) }

// Statuses lists what a row may say.
func Statuses() []string { return []string{Printed, Mailed, Returned} }

// ParseStatus finds the code of a word for a status.
func ParseStatus(word string) (string, bool) { return known(statuses, word, "") }

// ParseReason finds the code of a word for a reason.
func ParseReason(word string) (string, bool) { return known(reasons, word, "") }

// reiwa is a day in the years of the era that began in 2019, whose first is 元年.
var reiwa = regexp.MustCompile(`^(?:令和|r)\.?([0-9]{1,2}|元)[年.\-/]([0-9]{1,2})[月.\-/]([0-9]{1,2})日?$`)

func fromEra(cell string) (string, bool) {
	m := reiwa.FindStringSubmatch(cell)
	if m == nil {
		return "", false
	}
	year := 1
	if m[1] != "元" {
		year, _ = strconv.Atoi(m[1]) // two digits
	}
	return fmt.Sprintf("%d-%s-%s", 2018+year, m[2], m[3]), true
}
