package letters

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"

	"oshirase/templates"
)

// formalLetters are a formal letter in each language, number i of many. Their texts are as a company
// would write them, and every line length comes about.
var formalLetters = map[string]func(i int) Letter{
	"ja": formalJapanese, "en": formalEnglish, "zh-Hans": formalEastern("zh-Hans"),
	"zh-Hant": formalEastern("zh-Hant"), "ko": formalEastern("ko"),
}

// own is a paragraph with a value of this person between two texts.
func own(before, value, after string) templates.Block {
	return templates.Block{Kind: templates.Paragraph, Personal: true, Spans: []templates.Span{
		{Text: before}, {Text: value, Personal: true}, {Text: after}}}
}

func steps(items ...string) templates.Block {
	b := templates.Block{Kind: templates.List, Ordered: true, Start: 1}
	for _, x := range items {
		b.Items = append(b.Items, []templates.Block{para(x)})
	}
	return b
}

func definitions(pairs ...[2]string) templates.Block {
	b := templates.Block{Kind: templates.Definitions}
	for _, x := range pairs {
		b.Rows = append(b.Rows, [][]templates.Span{text(x[0]), text(x[1])})
	}
	return b
}

// filled makes the line breaks of a personal paragraph fall elsewhere in each letter.
func filled(text string, i int) string {
	r := []rune(text)
	return string(r[:i%len(r)])
}

func formalJapanese(i int) Letter {
	l := japaneseLetter(i)
	l.Document.Blocks = []templates.Block{
		own("", fmt.Sprintf("見本 花子%d", i), " 様"),
		para("拝啓　時下ますますご清祥のこととお慶び申し上げます。平素は格別のご高配を賜り、厚く御礼申し上げます。"),
		para("さて、このたび弊社が運営するWebサイト「サンプル旅行」が外部からの不正アクセスを受け、お客様の個人情報（氏名、メールアドレス、クレジットカード番号など）が流出した可能性のあることが、2013年8月26日に判明いたしました。お客様には多大なるご迷惑とご心配をおかけいたしますことを、心より深くお詫び申し上げます。"),
		own("お客様（会員番号："+filled("いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやま", i), fmt.Sprintf("A%07d", i),
			"）につきましては、「氏名」、「ご住所」、「電話番号」（いずれも2008年7月1日～2013年4月30日のご登録分）が対象となっております。"),
		para("つきましては、下記のとおり、経緯およびお客様へのお願いをご報告申し上げます。ご不明な点がございましたら、https://example.com/notice/2013/09/customers/information?language=ja をご覧いただくか、コールセンターへお問い合わせください。"),
		para("敬具"),
		para("記"),
		definitions([2]string{"発生日", "2013年7月下旬（推定）"}, [2]string{"判明日", "2013年8月26日"},
			[2]string{"お問い合わせ先", "お客様相談室　0120-000-000（平日9時～18時、土曜・日曜・祝日および年末年始を除きます。）"}),
		heading(2, "1. 対象となるお客様"),
		table([]string{"項目", "内容"}, []string{"対象期間", "2008年7月1日〜2013年4月30日"},
			[]string{"対象となる情報", "氏名、住所、電話番号、メールアドレス、クレジットカード番号（下4桁を除く。）、有効期限"}),
		heading(2, "2. お客様へのお願い"),
		steps("クレジットカードのご利用明細に、お心当たりのない請求がないかをご確認ください。ご不明な点がある場合は、カード裏面に記載のカード会社へお問い合わせください。",
			"弊社を名乗る不審な電話や電子メールにはご注意ください。弊社から暗証番号やパスワードをおたずねすることはございません。"),
		para("※ カードの再発行の手数料は弊社が負担いたします。お客様にご負担いただくことはございませんので、カード会社へそのままお申し出ください。"),
		para("以上"),
	}
	return l
}

func formalEnglish(i int) Letter {
	l := englishLetter(i)
	l.Document.Blocks = append([]templates.Block{
		own("Dear Ms Jane Sample "+strconv.Itoa(i), "", ","),
		own("Our records show that "+filled("the booking that you made with us under the reference ", i),
			fmt.Sprintf("EX-%06d", i), " (\"Northern Lights\", 3–9 July) is among those concerned; your passport number isn't."),
		para("Further information, with answers to the questions we are asked most often, is at https://example.com/notice/2013/09/customers/information-for-those-concerned?language=en, and we will keep that page up to date."),
	}, l.Document.Blocks[1:]...)
	return l
}

// easternText is that of a formal letter of China or Korea: testdata/formal.json.
type easternText struct {
	Locale, Title, Date string
	Sender              Sender
	Greeting            [3]string // before the name, the name without its number, after
	Thanks              string
	Record              [3]string // before a text of any length, that text, after the number
	Course              [2]string // heading and text
	Requests            [3]string // heading and two points
	End                 []string
}

var easternTexts = sync.OnceValue(func() map[string]easternText {
	text, err := os.ReadFile("testdata/formal.json")
	if err != nil {
		panic(err)
	}
	var all []easternText
	if err := json.Unmarshal(text, &all); err != nil {
		panic(err)
	}
	out := map[string]easternText{}
	for _, e := range all {
		out[e.Locale] = e
	}
	return out
})

func formalEastern(locale string) func(i int) Letter {
	return func(i int) Letter {
		e := easternTexts()[locale]
		blocks := []templates.Block{
			own(e.Greeting[0], fmt.Sprintf("%s%d", e.Greeting[1], i), e.Greeting[2]), para(e.Thanks),
			own(e.Record[0]+filled(e.Record[1], i), fmt.Sprintf("A%07d", i), e.Record[2]),
			heading(2, e.Course[0]), para(e.Course[1]), heading(2, e.Requests[0]), steps(e.Requests[1:]...),
		}
		for _, text := range e.End {
			blocks = append(blocks, para(text))
		}
		l := japaneseLetter(i)
		l.Sender, l.Date = e.Sender, e.Date
		l.Document = templates.Document{Locale: locale, Title: e.Title, Blocks: blocks}
		return l
	}
}
