package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"oshirase/config/programmes/jtb"
	"oshirase/jobs/email/emailtest"
)

// brand is how a brand's messages must look: to what was promised, and not to what the manifest says.
type brand struct{ sender, reply, greets string }

func agencysBrands() map[string]brand {
	return map[string]brand{
		"japanican": {"JAPANiCAN / Sample Travel", "JAPANiCAN Help Desk", "JAPANiCAN"},
		"homepage":  {"JTBホームページ・サンプルトラベル", "JTBホームページ お客様窓口", "「JTBホームページ」をご利用いただき"},
		"rurubu":    {"るるぶトラベル・サンプルトラベル", "るるぶトラベル お客様窓口", "「るるぶトラベル」をご利用いただき"},
		"dtravel":   {"dトラベル・サンプルトラベル", "dトラベル お客様窓口", "「dトラベル」をご利用いただき"},
	}
}

const (
	greetsPartners  = "「auトラベル」をご利用いただき"
	tellsOfPassport = "現在も有効なパスポートのものです"
	brandsDomain    = "@travel.example.jp"
)

// brandTally looks at each message as the mail server takes it.
type brandTally struct {
	mu         sync.Mutex
	sent       map[string]int // messages by brand
	partners   int            // of them to customers of the partner
	references map[string]int
	recipients map[string]bool
	passports  map[string]bool // recipients who are told of theirs
	wrong      []string
}

func newBrandTally() *brandTally {
	return &brandTally{sent: map[string]int{}, references: map[string]int{}, recipients: map[string]bool{},
		passports: map[string]bool{}}
}

var reference = regexp.MustCompile(`\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b`)

func (k *brandTally) see(m emailtest.Received) {
	header, text, err := emailtest.ReadText(m.Data)
	name, wrong := "", ""
	if err == nil {
		name, wrong = brandOf(header, text)
	}
	to := strings.ToLower(m.Recipients[0])
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil || wrong != "" {
		k.wrong = append(k.wrong, fmt.Sprintf("message %d: %s %v", m.Order, wrong, err))
		return
	}
	k.sent[name]++
	k.references[reference.FindString(text)]++
	k.recipients[to] = true
	if strings.Contains(text, greetsPartners) {
		k.partners++
	}
	if strings.Contains(text, tellsOfPassport) {
		k.passports[to] = true
	}
}

// brandOf says which brand a message is from, and what in it is of none or of another.
func brandOf(header mail.Header, text string) (name, wrong string) {
	words := mail.AddressParser{WordDecoder: new(mime.WordDecoder)}
	from, err := words.Parse(header.Get("From"))
	if err != nil {
		return "", "no From"
	}
	reply, err := words.Parse(header.Get("Reply-To"))
	if err != nil {
		return "", "no Reply-To"
	}
	name = strings.TrimSuffix(from.Address, brandsDomain)
	b, ok := agencysBrands()[name]
	switch {
	case !ok || from.Name != b.sender:
		return name, fmt.Sprintf("From %q", header.Get("From"))
	case reply.Address != name+"-support"+brandsDomain || reply.Name != b.reply:
		return name, fmt.Sprintf("Reply-To %q from %s", header.Get("Reply-To"), name)
	case !strings.Contains(text, b.greets) && !(name == "homepage" && strings.Contains(text, greetsPartners)):
		return name, "greets for another brand than " + name
	case !strings.Contains(text, from.Address):
		return name, "does not name its own sender"
	}
	return name, ""
}

// enqueueAtOnce writes the agency's sample and brings it in, without the hours and rates that stretch it over days.
func (s *site) enqueueAtOnce(scale float64) {
	s.t.Helper()
	s.folder = filepath.Join(s.dir, "campaign")
	s.do("sample", "jtb", "--out", s.folder, "--scale", fmt.Sprint(scale))
	path := filepath.Join(s.folder, "campaign.yaml")
	text, err := os.ReadFile(path)
	s.must(err)
	before, rest, hours := strings.Cut(string(text), "\nwindows:")
	_, after, rates := strings.Cut(rest, "\nproviders:")
	if !hours || !rates {
		s.t.Fatal("the sample has no hours and rates")
	}
	s.must(os.WriteFile(path, []byte(before+"\n#"+after), 0o600))
	var plan struct{ Campaign, Confirm string }
	s.must(json.Unmarshal([]byte(s.do("plan", s.folder, "--json")), &plan))
	s.id = plan.Campaign
	s.do("enqueue", s.folder, "--confirm", plan.Confirm)
}

// excludedProducts are the nine that the notice excludes.
func excludedProducts() []string {
	return []string{
		"JTB旅物語", "高速バス", "現地観光プラン・レジャーチケット・定期観光バス", "レストラン", "海外ダイナミックパッケージ",
		"海外航空券", "海外ホテル", "海外現地オプショナルツアー", "その他旅行関連商品(保険・積立等)",
	}
}

// mailboxes reads from the homepage's file whom it knows to have a valid passport, and whom to have booked what
// is excluded.
func (s *site) mailboxes() (passports, excluded map[string]bool) {
	s.t.Helper()
	passports, excluded = map[string]bool{}, map[string]bool{}
	f, err := os.Open(filepath.Join(s.folder, "recipients", "homepage.csv"))
	s.must(err)
	defer f.Close()
	rows := csv.NewReader(japanese.ShiftJIS.NewDecoder().Reader(f))
	header, err := rows.Read()
	s.must(err)
	header = slices.Clone(header)
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return passports, excluded
		}
		s.must(err)
		cell := func(name string) string { return row[slices.Index(header, name)] }
		to := strings.ToLower(cell("メールアドレス"))
		if cell("旅券") == "有効" && to != "" {
			passports[to] = true
		}
		if slices.Contains(excludedProducts(), cell("商品区分")) {
			excluded[to] = true
		}
	}
}

// TestEachOfAnAgencysPeopleIsToldOnceByOneOfItsBrands runs the whole programme: what is counted is what the mail
// server took.
func TestEachOfAnAgencysPeopleIsToldOnceByOneOfItsBrands(t *testing.T) {
	t.Parallel()
	tally := newBrandTally()
	s := newSite(t, emailtest.Options{Forget: true, OnMessage: tally.see})
	want, err := jtb.Expect(jtb.Scaled(jtbScale))
	s.must(err)
	begin := time.Now()
	s.enqueueAtOnce(jtbScale)
	brought := time.Now()
	s.work()
	st := s.until("done", patience, done)
	sent := st.Channels["email"]["sent"]
	t.Logf("%d rows of %d people brought in in %.1f s; %d messages in %.1f s, %.0f/s; by brand %v", want.AllRows(),
		want.People, brought.Sub(begin).Seconds(), sent, time.Since(brought).Seconds(),
		float64(sent)/time.Since(brought).Seconds(), tally.sent)
	if st.People["affected"] != want.People || st.People["told"] != sent ||
		sent+st.People["unreachable"] != want.People || s.mail.Count() != sent {
		t.Errorf("%d messages, %d taken, %v", sent, s.mail.Count(), st.People)
	}
	tally.compare(t, st, want)
	passports, excluded := s.mailboxes()
	if len(passports) == 0 || !maps.Equal(passports, tally.passports) {
		t.Errorf("%d people are told of their passports, want %d", len(tally.passports), len(passports))
	}
	if len(excluded) < len(excludedProducts()) {
		t.Errorf("%d people are excluded", len(excluded))
	}
	for to := range excluded {
		if tally.recipients[to] {
			t.Error("somebody who is not affected was written to")
		}
	}
}

// compare holds what arrived against the status and the truth.
func (k *brandTally) compare(t *testing.T, st status, want jtb.Truth) {
	t.Helper()
	for _, wrong := range k.wrong[:min(5, len(k.wrong))] {
		t.Error(wrong)
	}
	sent := map[string]int{}
	for _, b := range st.Batches {
		if b.People["affected"] != want.Told[b.Name] {
			t.Errorf("%s tells %d people, want %d", b.Name, b.People["affected"], want.Told[b.Name])
		}
		name, n := b.Name, b.Channels["email"]["sent"]
		if n == 0 {
			continue // the segments of passports are nobody's first
		}
		if name == "autravel" {
			name = "homepage"
			if n != k.partners {
				t.Errorf("%d customers of the partner, want %d", k.partners, n)
			}
		}
		sent[name] += n
	}
	if !maps.Equal(k.sent, sent) || len(sent) != len(agencysBrands()) {
		t.Errorf("messages by brand %v, want %v", k.sent, sent)
	}
	if n := st.Channels["email"]["sent"]; len(k.references) != n || k.references[""] > 0 {
		t.Errorf("%d people's references in %d messages", len(k.references), n)
	}
}
