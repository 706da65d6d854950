package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oshirase/config/programmes/jal"
	"oshirase/jobs/email/emailtest"
)

// milesMember is what a revision's files say of a member.
type milesMember struct{ segment, name, email, street, locale string }

// way is how one of the suspected is written to.
func (m milesMember) way() string {
	if m.email == "" {
		return "letter"
	}
	return "email"
}

// milesMembers reads a revision's files on its own, by member number.
func (s *site) milesMembers(revision int) map[string]milesMember {
	s.t.Helper()
	all := map[string]milesMember{}
	for _, name := range []string{"slow-days", "test-run"}[:min(revision, 2)] {
		path := filepath.Join(jal.Folder(filepath.Join(s.dir, "jal"), revision), "recipients", name+".csv")
		for _, r := range s.table(path) {
			segment := name
			switch {
			case r["照合"] == "一致":
				segment = "slow-days-confirmed"
			case r["読み出し日"] < "2014/07/30":
				continue
			}
			locale := "ja"
			if strings.HasPrefix(r["言語"], "en") {
				locale = "en"
			}
			all[r["お得意様番号"]] = milesMember{segment, r["お名前"], r["Eメール"], r["住所1"], locale}
		}
	}
	return all
}

// milesWords are what each kind of notice says and no other, and what is said of certainty, without white space.
var milesWords = map[string]map[string][2]string{ // ja, en
	"kind": {
		"interim":    {"現在分かっていること", "Whatweknowsofar"},
		"found":      {"何が起きたか", "Whathappened"},
		"update":     {"お知らせした内容が変わりました", "isnolongerwhatweknowtoday"},
		"withdrawal": {"先のお知らせを取り消します", "wetakethatnoticeback"},
	},
	"certainty": {
		"suspected": {"現在の判断は、漏えいの疑いです", "theirdisclosureissuspected"},
		"possible":  {"漏えいした可能性のあることが分かりました", "Membershipdataaboutyoumayhavebeentaken"},
		"confirmed": {"漏えいした事実を確認いたしました", "Itisafactthatmembershipdataaboutyouweretaken"},
	},
	"element": {"campaigns": {"キャンペーンへのご登録や会員資格", "campaignregistrationsandmembershipstatus"}},
}

// understand says what a notice is by its words: language, kind, certainty, and the further element.
func understand(text string) string {
	text = squash(text)
	said := make([]string, 1, 4)
	for _, what := range []string{"kind", "certainty", "element"} {
		for _, word := range slices.Sorted(maps.Keys(milesWords[what])) {
			for i, locale := range []string{"ja", "en"} {
				if strings.Contains(text, milesWords[what][word][i]) {
					said[0], said = locale, append(said, word)
				}
			}
		}
	}
	return strings.Join(said, " ")
}

// hearing counts what each member was told, by channel and what it said.
type hearing map[string]map[string]int

func (h hearing) add(number, channel, what string) {
	if h[number] == nil {
		h[number] = map[string]int{}
	}
	h[number][channel+": "+what]++
}

// Of the first messages one in twenty is refused, and of one in a hundred nobody knows whether they arrived.
func refusedAtFirst(number string) bool {
	return strings.HasSuffix(number, "07") || number[7] == '4' && number[8] == '1'
}
func uncertainAtFirst(number string) bool { return strings.HasSuffix(number, "13") }

var numberInMailbox = regexp.MustCompile(`\.(\d+)@`)

func numberOf(mailbox string) string {
	return fmt.Sprintf("%09s", numberInMailbox.FindStringSubmatch(mailbox)[1])
}

// milesScale is of 570 suspected.
const milesScale = 0.003

// firstTrouble is the mail server's, with the first message to a mailbox of the people of revision 1.
func firstTrouble() func(mailbox string, n int) emailtest.Reply {
	last := fmt.Sprintf("%09d", jal.Expect(milesScale).Suspected)
	return func(mailbox string, n int) emailtest.Reply {
		number := numberOf(mailbox)
		switch {
		case n > 1 || number > last || strings.Contains(mailbox, "@new."):
			return emailtest.Reply{}
		case refusedAtFirst(number):
			return emailtest.Reply{Code: 550, Text: "5.1.1 no such mailbox"}
		case uncertainAtFirst(number):
			return emailtest.Reply{At: emailtest.Dot, Close: true}
		}
		return emailtest.Reply{}
	}
}

// milesPlan is what plan --json says of a revision.
type milesPlan struct {
	Campaign, Confirm  string
	People, Deliveries int
	Purposes           struct {
		Before                             int
		First, Update, Withdrawal, Nothing milesPurpose
	}
}

type milesPurpose struct {
	People   int
	Channels map[string]int
}

// bringIn plans a revision and enqueues it.
func (s *site) bringIn(revision int) (p milesPlan) {
	s.t.Helper()
	folder := jal.Folder(filepath.Join(s.dir, "jal"), revision)
	s.must(json.Unmarshal([]byte(s.do("plan", folder, "--json")), &p))
	s.id = p.Campaign
	s.do("enqueue", folder, "--confirm", p.Confirm)
	return p
}

// paged sends messages for the members' page to p, instead of where the sample's revisions from the second on do.
func (s *site) paged(p *membersPage) {
	s.t.Helper()
	s.trust(p)
	for _, revision := range []int{2, 3} {
		manifest := filepath.Join(jal.Folder(filepath.Join(s.dir, "jal"), revision), "campaign.yaml")
		s.change(manifest, "https://members.example.jp", p.URL)
	}
}

// TestThreeRevisionsTellEachMemberWhatIsNewToThem brings in revision after revision while a worker runs, and reads
// what arrived: mail, print files and messages for the members' page.
func TestThreeRevisionsTellEachMemberWhatIsNewToThem(t *testing.T) {
	t.Parallel()
	needPdftotext(t)
	s := newSite(t, emailtest.Options{Reply: firstTrouble()})
	page := newMembersPage(t)
	s.do("sample", "jal", "--out", "jal", "--scale", fmt.Sprint(milesScale))
	s.paged(page)
	plans := []milesPlan{s.bringIn(1)}
	s.work()
	for revision := 1; revision <= 3; revision++ {
		if revision > 1 {
			plans = append(plans, s.bringIn(revision))
		}
		s.until("done", patience, func(st status) bool { return st.State == "done" && st.Revision == revision })
	}
	before, now := s.milesMembers(1), s.milesMembers(2)
	want := expected(before, now)
	s.comparePlans(plans, before, now)
	got := s.heard(page, before, now)
	wrong := 0
	for number := range maps.Keys(merged(want, got)) {
		if !maps.Equal(got[number], want[number]) {
			if wrong++; wrong <= 5 {
				t.Errorf("%s was told %v, want %v", number, got[number], want[number])
			}
		}
	}
	st, gone := s.status(), len(merged(before, now))-len(now)
	t.Logf("%d of %d people told wrongly; %v, %v", wrong, len(want), st.People, st.Channels)
	if st.People["affected"] != len(now) || st.People["cleared"] != gone {
		t.Errorf("people %v, want %d, and %d no longer", st.People, len(now), gone)
	}
}

func merged[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// expected is what each member must be told, by the rules and not by the program.
func expected(before, now map[string]milesMember) hearing {
	h := hearing{}
	for number, m := range before {
		is, stays := now[number]
		told := m.email == "" || !refusedAtFirst(number)
		if told {
			h.add(number, m.way(), m.locale+" interim suspected")
		}
		switch {
		case stays && told:
			h.add(number, is.way(), is.locale+" update possible")
		case stays:
			h.add(number, is.way(), is.locale+" found possible")
		case told:
			h.add(number, m.way(), m.locale+" withdrawal")
		}
	}
	for number, m := range now {
		for _, way := range []string{"email", "letter", "feed"} {
			switch m.segment {
			case "slow-days-confirmed":
				h.add(number, way, m.locale+" found confirmed")
			case "test-run":
				h.add(number, way, m.locale+" found possible campaigns")
				h.add(number, way, m.locale+" update confirmed campaigns")
			}
		}
	}
	return h
}

// comparePlans holds what was said before anything was enqueued against who is who.
func (s *site) comparePlans(plans []milesPlan, before, now map[string]milesMember) {
	s.t.Helper()
	want, refusedStay, refusedGone := jal.Expect(milesScale), 0, 0
	for number, m := range before {
		if _, stays := now[number]; m.email != "" && refusedAtFirst(number) {
			if stays {
				refusedStay++
			} else {
				refusedGone++
			}
		}
	}
	special := want.Confirmed + want.TestRun
	p := plans[1].Purposes
	if refusedStay == 0 || refusedGone == 0 || p.Before != 1 || p.First.People != special+refusedStay ||
		p.Update.People != want.Possible-refusedStay ||
		p.Withdrawal.People != want.Suspected-want.Possible-refusedGone || p.Nothing.People != 0 ||
		p.First.Channels["feed"] != special || p.First.Channels["letter"] != special ||
		p.First.Channels["email"] != special+refusedStay {
		s.t.Errorf("revision 2: %+v; %d and %d were refused", p, refusedStay, refusedGone)
	}
	p = plans[2].Purposes
	if p.First.People+p.Withdrawal.People != 0 || p.Update.People != want.TestRun ||
		p.Nothing.People != want.Possible+want.Confirmed || plans[2].Deliveries != 3*want.TestRun {
		s.t.Errorf("revision 3: %+v", plans[2])
	}
}

// heard reads everything that arrived.
func (s *site) heard(page *membersPage, before, now map[string]milesMember) hearing {
	s.t.Helper()
	h := hearing{}
	for _, m := range s.mail.Received() {
		h.add(numberOf(m.Recipients[0]), "email", understand(s.textOf(m.Data)))
	}
	for id, body := range page.taken {
		var message struct {
			Data struct {
				Members []string
				Text    string
			}
		}
		s.must(json.Unmarshal(body, &message))
		if len(message.Data.Members) != 1 {
			s.t.Fatalf("message %s is for %d members", id, len(message.Data.Members))
		}
		h.add(message.Data.Members[0], "feed", understand(message.Data.Text))
	}
	lives := map[string][2]string{}
	for number, m := range merged(before, now) {
		street, _, _ := strings.Cut(m.street, ",") // the rest may stand on a line of its own
		lives[number] = [2]string{squash(m.name), squash(street)}
	}
	for _, text := range s.letterPages() {
		if what := understand(text); strings.Contains(what, " ") { // not a further page
			h.add(addressee(lives, squash(text)), "letter", what)
		}
	}
	return h
}

// addressee finds whose name and street are on a page.
func addressee(lives map[string][2]string, page string) string {
	for number, m := range lives {
		if strings.Contains(page, m[1]) && strings.Contains(page, m[0]) {
			return number
		}
	}
	return "nobody"
}
