package letters

import (
	"bytes"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"oshirase/templates"
)

var bindDate = time.Date(2013, 9, 2, 9, 0, 0, 0, time.UTC)

// testPress is one press for all tests: reading the fonts takes longer than a test.
var testPress = sync.OnceValue(func() *Press {
	p, err := NewPress(Embedded(), "jp-chou3")
	if err != nil {
		panic(err)
	}
	return p
})

func text(s string) []templates.Span { return []templates.Span{{Text: s}} }

func table(rows ...[]string) templates.Block {
	b := templates.Block{Kind: templates.Table}
	for _, r := range rows {
		var row [][]templates.Span
		for _, cell := range r {
			row = append(row, text(cell))
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func para(s string) templates.Block {
	return templates.Block{Kind: templates.Paragraph, Spans: text(s)}
}

func heading(level int, s string) templates.Block {
	return templates.Block{Kind: templates.Heading, Level: level, Spans: text(s)}
}

// japaneseLetter is a one-page notice of about 1,200 characters with six personal values.
func japaneseLetter(i int) Letter {
	name := fmt.Sprintf("見本 花子%d", i)
	personal := func(spans ...templates.Span) templates.Block {
		for j := range spans {
			spans[j].Personal = j%2 == 1
		}
		return templates.Block{Kind: templates.Paragraph, Spans: spans, Personal: true}
	}
	return Letter{
		Piece: fmt.Sprintf("TS-2013-09-%06d", i),
		Address: Address{
			Postcode: "1000001", Lines: []string{"東京都千代田区架空町一丁目2番3号",
				fmt.Sprintf("サンプルマンション%d号室", 100+i%900)},
			Name: name, Style: "ja",
		},
		Sender: Sender{Name: "株式会社サンプル", Postcode: "1500002",
			Address: "東京都渋谷区見本一丁目1番1号", Signer: "代表取締役社長　見本 太郎", Phone: "0120-000-000"},
		Date: "平成25年9月2日",
		Document: templates.Document{
			Locale: "ja", Title: "不正アクセスによるお客様情報流出に関するお詫びとお知らせ",
			Blocks: []templates.Block{
				personal(templates.Span{}, templates.Span{Text: name}, templates.Span{Text: " 様"}),
				para("拝啓　平素は弊社サービスをご利用いただき、厚く御礼申し上げます。"),
				para("このたび、弊社のサーバが外部からの不正アクセスを受け、お客様の個人情報が流出した可能性のあることが判明いたしました。お客様には多大なるご迷惑とご心配をおかけいたしますことを、深くお詫び申し上げます。"),
				personal(templates.Span{Text: "お客様（会員番号："}, templates.Span{Text: fmt.Sprintf("A%07d", i)},
					templates.Span{Text: "）につきましては、"}, templates.Span{Text: fmt.Sprintf("平成24年%d月%d日", i%12+1, i%28+1)},
					templates.Span{Text: "のご利用に関する次の情報が対象となっております。"}),
				{Kind: templates.List, Personal: true, Items: [][]templates.Block{
					{personal(templates.Span{}, templates.Span{Text: "氏名、住所、電話番号およびメールアドレス"})},
					{personal(templates.Span{}, templates.Span{Text: "クレジットカードの番号と有効期限（末尾 " + fmt.Sprintf("%04d", i%10000) + "）"})},
				}},
				heading(2, "1. 経緯と原因"),
				para("弊社は8月26日に、監視会社より通信の異常について連絡を受け、直ちにサーバを切り離して調査を開始いたしました。7月下旬から外部の第三者が弊社サーバの脆弱性を悪用して侵入し、保存されていたデータを取得していたことを確認いたしました。原因となった脆弱性は、すでに修正を終えております。"),
				heading(2, "2. お客様へのお願い"),
				{Kind: templates.List, Ordered: true, Start: 1, Items: [][]templates.Block{
					{para("クレジットカードのご利用明細に、お心当たりのない請求がないかをご確認ください。ご不明な点がある場合は、カード裏面に記載のカード会社へお問い合わせください。")},
					{para("弊社を名乗る不審な電話や電子メールにはご注意ください。弊社から暗証番号やパスワードをおたずねすることはございません。")},
					{para("カードの再発行の手数料は弊社が負担いたします。")},
				}},
				heading(2, "3. 再発防止策"),
				para("お問い合わせは、フリーダイヤル0120-000-000（平日9時〜18時）または電子メール notice@example.jp で承ります。弊社は、第三者機関によるセキュリティ診断を定期的に実施し、カード情報を自社のサーバに保存しない仕組みに改めました。"),
				para("敬具"),
			},
		},
	}
}

func englishLetter(i int) Letter {
	return Letter{
		Piece: fmt.Sprintf("EN-%06d", i),
		Address: Address{Postcode: "SW1A 0XX", Lines: []string{"12 Invented Street", "London"},
			Company: "Example Travel Ltd", Name: "Ms Jane Sample", Style: "en"},
		Sender: Sender{Name: "Sample Inc.", Postcode: "150-0002",
			Address: "1-1-1 Mihon, Shibuya-ku, Tokyo, Japan", Signer: "Taro Mihon, President", Phone: "+81 3 0000 0000"},
		Date: "2 September 2013",
		Document: templates.Document{Locale: "en", Title: "Notice of unauthorised access to customer data",
			Blocks: []templates.Block{
				{Kind: templates.Paragraph, Personal: true, Spans: text(fmt.Sprintf("Dear Ms Jane Sample %d,", i))},
				para("We are writing to tell you that a third party gained access to one of our servers, and that personal information we hold about you may have been obtained. We are very sorry that this has happened, and for the worry it will cause you."),
				heading(2, "What happened"),
				para("On 26 August our monitoring provider reported unusual traffic. We disconnected the server at once and began an investigation, which showed that an attacker had exploited a flaw in a web application since late July. The flaw has been corrected."),
				heading(2, "What you can do"),
				{Kind: templates.List, Items: [][]templates.Block{
					{{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "Check your card statements. ", Strong: true},
						{Text: "If you see a charge that you do not recognise, call the number on the back of your card. The card will be replaced at our expense."}}}},
					{para("Be careful with e-mails and calls that claim to come from us. We never ask for a password.")},
					{{Kind: templates.Paragraph, Spans: []templates.Span{{Text: "Read more on "}, {Text: "our notice page", Link: "https://example.com/notice"}, {Text: "."}}}},
				}},
				{Kind: templates.Quote, Children: []templates.Block{para("Quoting the reference number at the foot of this page lets us find your case at once when you call.")}},
				{Kind: templates.Rule},
				para("Sincerely,"),
			}},
	}
}

// all yields letters made by number.
func all(n int, make func(i int) Letter) iter.Seq2[Letter, error] {
	return func(yield func(Letter, error) bool) {
		for i := range n {
			if !yield(make(i), nil) {
				return
			}
		}
	}
}

func noPlace(int, Bound) error { return nil }

func bind(t testing.TB, n int, make func(i int) Letter) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := testPress().Bind(&b, Job{Title: "test", Created: bindDate}, all(n, make), noPlace); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
