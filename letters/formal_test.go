package letters

import (
	"fmt"
	"strconv"

	"oshirase/templates"
)

// formalLetters are a formal letter in each language, number i of many. Their texts are as a company
// would write them, and every line length comes about.
var formalLetters = map[string]func(i int) Letter{
	"ja": formalJapanese, "en": formalEnglish, "zh-Hans": formalSimplified,
	"zh-Hant": formalTraditional, "ko": formalKorean,
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

// eastern makes a letter of the forms of China and Korea.
func easternLetter(i int, locale, title, date string, x Sender, blocks []templates.Block) Letter {
	l := japaneseLetter(i)
	l.Sender, l.Date = x, date
	l.Document = templates.Document{Locale: locale, Title: title, Blocks: blocks}
	return l
}

func formalSimplified(i int) Letter {
	return easternLetter(i, "zh-Hans", "关于客户个人信息泄露的致歉与通知", "2013年9月2日",
		Sender{Name: "样本旅行有限公司", Address: "上海市浦东新区虚构路1号", Postcode: "200000",
			Signer: "总经理　张样本", Phone: "400-000-0000"},
		[]templates.Block{
			own("尊敬的", fmt.Sprintf("王小花%d", i), "女士："),
			para("您好！感谢您长期以来对本公司的支持与信任。2013年8月26日，本公司确认所运营的网站（Sample Travel）遭到外部非法入侵，包括您在内的部分客户的个人信息可能已经泄露。对于由此给您带来的不便与担忧，我们深表歉意。"),
			own("经查，您的会员信息（编号："+filled("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏", i), fmt.Sprintf("A%07d", i),
				"）中的“姓名”、“住址”、“电话号码”以及《服务协议》所列的其他信息在本次事件的范围之内。"),
			heading(2, "一、事件经过"),
			para("8月26日，监测机构向本公司通报网络通信异常，本公司随即切断服务器并展开调查，确认第三方自7月下旬起利用网站程序的漏洞侵入服务器。该漏洞现已修复。"),
			heading(2, "二、请您注意的事项"),
			steps("请核对信用卡账单；如发现不明扣款，请立即致电卡片背面的客服电话。",
				"请警惕以本公司名义拨打的可疑电话或发送的电子邮件。本公司绝不会向您询问密码！"),
			para("详情请见 https://example.com/notice/2013/09/customers/information?language=zh-Hans，我们将及时更新。"),
			para("注：补发信用卡的手续费由本公司承担。"),
			para("此致\n敬礼！"),
		})
}

func formalTraditional(i int) Letter {
	return easternLetter(i, "zh-Hant", "關於客戶個人資料外洩之致歉與通知", "中華民國102年9月2日",
		Sender{Name: "樣本旅行股份有限公司", Address: "臺北市信義區虛構路1號", Postcode: "110",
			Signer: "董事長　張樣本", Phone: "0800-000-000"},
		[]templates.Block{
			own("", fmt.Sprintf("王小花%d", i), "女士　鈞鑒："),
			para("感謝您長期以來對本公司的支持與愛護。本公司於2013年8月26日確認，所經營之網站（Sample Travel）遭外部不法入侵，包括您在內的部分客戶之個人資料可能已經外洩。對於因此造成您的不便與憂慮，本公司謹致上最深的歉意。"),
			own("經查，您的會員資料（編號："+filled("天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏", i), fmt.Sprintf("A%07d", i),
				"）中之「姓名」、「地址」、「電話號碼」，以及《服務條款》所列其他資料，均在本次事件範圍之內。"),
			heading(2, "一、事件經過"),
			para("8月26日，監控機構通報網路流量異常，本公司隨即切斷伺服器並展開調查，確認第三人自7月下旬起利用網站程式之弱點侵入伺服器。該弱點業已修補完成。"),
			heading(2, "二、請您注意的事項"),
			steps("請核對信用卡帳單；如發現不明扣款，請立即致電卡片背面的客服電話。",
				"請慎防以本公司名義撥打之可疑電話或寄送之電子郵件。本公司絕不會向您詢問密碼！"),
			para("詳情請見 https://example.com/notice/2013/09/customers/information?language=zh-Hant，本公司將隨時更新。"),
			para("註：補發信用卡之手續費由本公司負擔。"),
			para("敬祝　平安"),
		})
}

func formalKorean(i int) Letter {
	return easternLetter(i, "ko", "고객 개인정보 유출에 대한 사과와 안내", "2013년 9월 2일",
		Sender{Name: "주식회사 샘플여행", Address: "서울특별시 중구 가상로 1", Postcode: "04500",
			Signer: "대표이사 홍길동", Phone: "1588-0000"},
		[]templates.Block{
			own("", fmt.Sprintf("김샘플%d", i), " 고객님께"),
			para("평소 저희 회사를 이용해 주셔서 진심으로 감사드립니다. 저희 회사가 운영하는 웹사이트(Sample Travel)가 외부의 불법 접속을 받아 고객님의 개인정보가 유출되었을 가능성이 있음이 2013년 8월 26일에 확인되었습니다. 고객님께 큰 불편과 심려를 끼쳐 드린 점 깊이 사과드립니다."),
			own("확인 결과, 고객님의 회원정보(번호: "+filled("가나다라 마바사아 자차카타 파하거너 더러머버 서어저처", i), fmt.Sprintf("A%07d", i),
				") 가운데 ‘성명’, ‘주소’, “전화번호”와 『이용약관』에 정한 그 밖의 정보가 이번 사고의 대상에 포함되어 있습니다."),
			heading(2, "1. 경위"),
			para("8월 26일 보안 관제 업체로부터 비정상적인 통신이 있다는 연락을 받고 즉시 서버를 분리하여 조사한 결과, 7월 하순부터 제삼자가 웹 프로그램의 취약점을 이용하여 서버에 침입한 사실을 확인하였습니다. 해당 취약점은 이미 조치를 마쳤습니다."),
			heading(2, "2. 고객님께 드리는 부탁 말씀"),
			steps("신용카드 이용 명세서에 모르는 청구가 없는지 확인해 주십시오. 의심되는 내역이 있으면 카드 뒷면에 적힌 카드사로 연락하여 주시기 바랍니다.",
				"저희 회사를 사칭한 전화나 전자우편에 주의하여 주십시오. 저희는 비밀번호를 여쭙지 않습니다!"),
			para("자세한 내용은 https://example.com/notice/2013/09/customers/information?language=ko 에서 확인하실 수 있으며, 새로운 사실이 밝혀지는 대로 갱신하겠습니다."),
			para("※ 카드 재발급 수수료는 저희 회사가 부담합니다."),
		})
}
