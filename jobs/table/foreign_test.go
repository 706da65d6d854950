package table

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// people are the words of which lists in a language are made: titles, family names, given names, places.
type people struct {
	encoding                    encoding.Encoding
	titles, family, given, town string
}

func asianPeople() map[string]people {
	return map[string]people{
		"EUC-KR": {korean.EUCKR, "성명,주소", "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황",
			"민준 서연 도윤 지우 하준 지훈 미경 영수 은주 성호 철수 혜진 동현 경숙 영자 김민수",
			"서울특별시강남구테헤란로 부산광역시해운대구우동 대구광역시수성구범어동 경기도성남시분당구정자동 제주특별자치도제주시"},
		"GBK": {simplifiedchinese.GBK, "姓名,地址", "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭",
			"伟 芳 秀英 敏 静 丽 强 磊 军 洋 建国 志强 晓明 海燕 子轩 雨欣",
			"北京市朝阳区建国路 上海市浦东新区世纪大道 广东省深圳市南山区科技园 四川省成都市武侯区 江苏省南京市鼓楼区"},
		"Big5": {traditionalchinese.Big5, "姓名,地址", "陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 洪 郭 邱",
			"家豪 志明 俊傑 建宏 淑芬 淑惠 美玲 雅婷 麗華 怡君 宗翰 承恩 詩涵 玉蘭 秀英 文雄",
			"台北市信義區市府路 新北市板橋區文化路 台中市西屯區台灣大道 高雄市前鎮區中山二路 台北市大安區忠孝東路四段"},
		"CP932": {japanese.ShiftJIS, "氏名,住所", "佐藤 鈴木 榊原 鴨志田 櫻井 五十嵐 比嘉 猪瀬 蛭田 鵜飼 錦織 田中",
			"翔太 蓮 陽菜 結衣 葵 さくら 健一 誠 豊 節子 和子 翼 凛 颯 馨 碧",
			"東京都港区六本木 大阪府大阪市北区梅田 愛知県名古屋市中村区名駅 沖縄県那覇市泉崎 長野県諏訪郡富士見町"},
		"EUC-JP": {japanese.EUCJP, "氏名,住所", "佐藤 鈴木 榊原 鴨志田 桜井 五十嵐 比嘉 猪瀬 蛭田 鵜飼 錦織 田中",
			"翔太 蓮 陽菜 結衣 葵 さくら 健一 誠 豊 節子 和子 翼 凛 馨 碧 渚",
			"東京都港区六本木 大阪府大阪市北区梅田 愛知県名古屋市中村区名駅 沖縄県那覇市泉崎 長野県諏訪郡富士見町"},
	}
}

// list is a list of people in the encoding.
func (p people) list(t *testing.T, random *rand.Rand, rows int, towns bool) string {
	t.Helper()
	one := func(words string) string {
		all := strings.Fields(words)
		return all[random.IntN(len(all))]
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s,mail\n", p.titles)
	for i := range rows {
		town := ""
		if towns {
			town = fmt.Sprintf("%s%d-%d", one(p.town), random.IntN(30)+1, random.IntN(30)+1)
		}
		fmt.Fprintf(&text, "%s%s,%s,u%d@example.com\n", one(p.family), one(p.given), town, i)
	}
	out, err := p.encoding.NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOnlyJapaneseIsReadAsJapaneseWithCertainty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for name, p := range asianPeople() {
		for trial := range 300 {
			rows := []int{3, 10, 100}[trial%3]
			table, problems, err := Open(t.Context(), memory(p.list(t, random, rows, trial%2 == 0)))
			ours := name == "CP932" || name == "EUC-JP"
			switch {
			case err != nil || len(problems) > 1:
				t.Fatalf("%s: %+v, %v", name, problems, err)
			case ours && rows > 3 && (table == nil || table.Found.Sure != Certain),
				ours && table != nil && strings.ToUpper(table.Found.Encoding) != name:
				t.Errorf("%s of %d rows: %+v", name, rows, problems)
			case !ours && table != nil && (rows > 3 || table.Found.Sure != Likely || len(problems) != 1):
				t.Errorf("%s of %d rows: %v, %+v", name, rows, table.Found, problems)
			}
		}
	}
}

func TestAnEncodingThatIsNotCertainNamesRowsThatShowIt(t *testing.T) {
	t.Parallel()
	p := problem(t, memory("id,name\n1,Ann\n"+eucjp(t, "2,なまえ\n")+"3,Bob\n"))
	const want = "file is likely EUC-JP, and not certainly: every byte fits, 3 characters beyond ASCII; look at row 2"
	if p.What != want || !p.Warning {
		t.Errorf("%+v", p)
	}
}

func TestADeclaredEncodingThatReadsAsNoJapaneseIsDoubted(t *testing.T) {
	t.Parallel()
	f := memory(asianPeople()["EUC-KR"].list(t, rand.New(rand.NewPCG(1, 2)), 20, true))
	f.Encoding = EUCJP
	if p := problem(t, f); p.What != "file is declared to be in EUC-JP, and hardly fits it" || !p.Warning {
		t.Errorf("%+v", p)
	}
}
