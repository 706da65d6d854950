package compose

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/bounce"
	"oshirase/jobs/email"
)

func compose(t *testing.T, b *Book, c Case) (email.Message, email.Envelope) {
	t.Helper()
	m, e, err := b.Email(c, key)
	if err != nil {
		t.Fatal(err)
	}
	return m, e
}

func rawEmail(t *testing.T, b *Book, c Case) string {
	t.Helper()
	m, _ := compose(t, b, c)
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAnEmailIsOfItsPersonFromTheCampaign(t *testing.T) {
	t.Parallel()
	m, e := compose(t, book(t), taro())
	if m.From.Name != "株式会社サンプル" || m.From.Address != "notice@mail.example.com" {
		t.Errorf("from %v", m.From)
	}
	if m.ReplyTo != "help@example.com" || m.To != "taro@example.jp" || e.Recipient != m.To {
		t.Errorf("reply to %q, to %q, recipient %q", m.ReplyTo, m.To, e.Recipient)
	}
	if m.Subject != "お知らせ(7K2-9QX-M3D)" || m.Locale != "ja" {
		t.Errorf("subject %q in %q", m.Subject, m.Locale)
	}
	if want := time.Date(2013, 9, 12, 1, 2, 3, 0, time.UTC); !m.Date.Equal(want) {
		t.Errorf("dated %v, want the first claim's %v", m.Date, want)
	}
}

func TestANoticeOfABrandComesFromTheBrand(t *testing.T) {
	t.Parallel()
	b := book(t, func(f map[string][]byte) {
		f["campaign.yaml"] = bytes.Replace(f["campaign.yaml"], []byte("    bounce:"), []byte(
			"    senders: {first: {from: \"るるぶ <care@rurubu.example.jp>\"}}\n    bounce:"), 1)
	})
	m, e := compose(t, b, taro())
	if m.From.Name != "るるぶ" || m.From.Address != "care@rurubu.example.jp" || m.ReplyTo != "" {
		t.Errorf("from %v, replies to %q", m.From, m.ReplyTo)
	}
	if got, err := bounce.Delivery(key, e.ReturnPath); err != nil || got != taro().Delivery {
		t.Errorf("return path %q is of delivery %d, %v", e.ReturnPath, got, err)
	}
	if want := b.MessageID(key, taro().Delivery); m.MessageID != want {
		t.Errorf("message id %q, found by the delivery alone it is %q", m.MessageID, want)
	}
}

func TestTheReturnPathLeadsBackToTheDelivery(t *testing.T) {
	t.Parallel()
	_, e := compose(t, book(t), taro())
	if got, err := bounce.Delivery(key, e.ReturnPath); err != nil || got != taro().Delivery {
		t.Errorf("return path %q is of delivery %d, %v", e.ReturnPath, got, err)
	}
	if _, err := bounce.Delivery(signer("another key"), e.ReturnPath); err == nil {
		t.Error("another campaign's key takes the return path")
	}
}

func TestEveryAttemptIsTheSameMessage(t *testing.T) {
	t.Parallel()
	b := book(t)
	first := rawEmail(t, b, taro())
	if again := rawEmail(t, b, taro()); again != first {
		t.Error("two attempts differ")
	}
	other := taro()
	other.Delivery++
	one, _ := compose(t, b, taro())
	two, _ := compose(t, b, other)
	if one.MessageID == two.MessageID || one.Boundary == two.Boundary {
		t.Error("two deliveries share an id or a boundary")
	}
	if !strings.HasSuffix(one.MessageID, "@mail.example.com") {
		t.Errorf("message id %q is not at the sender's domain", one.MessageID)
	}
	if one.MessageID != MessageID(key, taro().Delivery, "notice@mail.example.com") {
		t.Error("the message id cannot be made again")
	}
	if one.MessageID == MessageID(signer("another"), taro().Delivery, "notice@mail.example.com") {
		t.Error("the message id does not depend on the key")
	}
}

func TestValuesAreInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	b := book(t)
	ja, _ := compose(t, b, taro())
	en, _ := compose(t, b, emily())
	expect(t, ja.Text,
		[]string{"見本 太郎", "2010年4月1日", "本社", "株式会社サンプル", "平日9時から18時",
			"更新 2013年8月1日 09:00（JST、UTC+9）。"},
		[]string{"head office", "Sample Inc.", "9:00 to"})
	expect(t, en.Text,
		[]string{"Dear Emily Carter", "1 April 2010", "head office", "Sample Inc.", "9:00 to 18:00"},
		[]string{"本社", "株式会社サンプル", "平日"})
}

func TestTheElementsAreExactlyThePersons(t *testing.T) {
	t.Parallel()
	b := book(t)
	ja, _ := compose(t, b, taro())
	en, _ := compose(t, b, emily())
	expect(t, ja.Text, []string{"カード番号"}, []string{"マイル", "有効期限"})
	expect(t, en.Text, []string{"mileage balance"}, []string{"card"})
}

func expect(t *testing.T, text string, with, without []string) {
	t.Helper()
	for _, s := range with {
		if !strings.Contains(text, s) {
			t.Errorf("there is no %q in\n%s", s, text)
		}
	}
	for _, s := range without {
		if strings.Contains(text, s) {
			t.Errorf("there is %q in\n%s", s, text)
		}
	}
}

func TestTheCompanyIsTheBatchs(t *testing.T) {
	t.Parallel()
	for batch, want := range map[string]string{
		"みなも電機": "みなも電機", "かえで商事": "かえで商事", "cards": "かえで商事",
	} {
		c := taro()
		c.Batch = batch
		m, _ := compose(t, book(t), c)
		expect(t, m.Text, []string{want + " 見本 太郎"}, nil)
	}
	c := taro()
	c.Person.Companies, c.Batch = nil, "individuals"
	m, _ := compose(t, book(t), c)
	expect(t, m.Text, []string{"見本 太郎"}, []string{"individuals"})
}

func TestTheAddressGoesInItsWireForm(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.Email.Raw, c.Person.Email.Wire = "foo..bar@docomo.ne.jp", `"foo..bar"@docomo.ne.jp`
	m, e := compose(t, book(t), c)
	if e.Recipient != c.Person.Email.Wire || m.To != c.Person.Email.Wire {
		t.Errorf("to %q, recipient %q", m.To, e.Recipient)
	}
}

func TestANameLikeALinkIsBlockedUntilSuchNamesAreAccepted(t *testing.T) {
	t.Parallel()
	b := book(t)
	for _, name := range []string{
		"www.example.com", "win@example.com", "https://example.jp/", "example.com へ",
	} {
		c := taro()
		c.Person.Name = name
		if !LinkName(c.Person) {
			t.Fatalf("%q is not taken for a link", name)
		}
		_, _, err := b.Email(c, key)
		if reason := reasonOf(t, err); strings.Contains(reason, "example") {
			t.Errorf("the reason repeats the name: %q", reason)
		}
		_, _, err = b.Typeset(c)
		reasonOf(t, err)
		c.NamesOK = true
		m, _ := compose(t, b, c)
		expect(t, m.Text, []string{name}, nil)
	}
}

func TestAValueThatCannotBeSentIsNamedAndNotRepeated(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.Name = "太郎\u202e郎太"
	_, _, err := book(t).Email(c, key)
	expect(t, reasonOf(t, err), []string{"Name"}, []string{"太郎"})
}

func TestAMissingNoticeBlocks(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Locale = "fr"
	_, _, err := book(t).Email(c, key)
	if got, want := reasonOf(t, err), `there is no notice "first" in "fr"`; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	_, err = book(t).Letter(c)
	reasonOf(t, err)
}

func TestWhatIsNotThePersonsFaultIsNotBlocked(t *testing.T) {
	t.Parallel()
	b := book(t)
	b.Folder.Manifest.Channels.Email.Bounce = "nowhere"
	_, _, err := b.Email(taro(), key)
	var blocked *BlockedError
	if err == nil || errors.As(err, &blocked) {
		t.Errorf("a bad bounce address: %v", err)
	}
	b.Folder.Manifest.Channels.Email = nil
	if _, _, err := b.Email(taro(), key); !errors.Is(err, errNoEmail) {
		t.Errorf("a campaign without e-mail: %v", err)
	}
}
