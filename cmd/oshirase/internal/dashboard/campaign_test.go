package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func TestTheListShowsEveryCampaignWithItsProgress(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.login("vera")
	s.want(s.get("/", c), http.StatusOK, "no campaign yet")
	s.aftermath()
	s.want(s.get("/", c), http.StatusOK, `<a href="/campaign/test">test</a>`, "1,511 people affected",
		"<b>3</b> told (0.1 %)", "<b>3</b> unreachable", `<b class="bad">5</b> failed`, "vera, viewer")
}

func TestACampaignShowsPeopleCompaniesAndFailures(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.aftermath()
	w := s.get("/campaign/test", s.login("olga"))
	s.want(w, http.StatusOK,
		"<dd>1,511</dd>", "<dt>uncertain</dt><dd>1</dd>", "<dt>unreachable</dt><dd>3</dd>",
		"株式会社サンプル", "Example &lt;Trading&gt; Inc.", "<span>2013-09-16</span> <span>10:00 JST</span>",
		"as of 2013-09-12 10:00 JST", `<span class="members">waits for its start, 2013-09-16 01:00 UTC</span>`,
		">done</span>", ">planned</span>", "<td>550</td><td>5.1.1</td>",
		"a character the fonts lack: U&#43;1F600",
		`href="/campaign/test/retry?state=refused"`, `aria-label="3 sent, 1 uncertain, 4 failed"`,
		`<html lang="en">`, `scope="row"`)
	if strings.Contains(w.Body.String(), "retry?state=uncertain") {
		t.Error("a retry of uncertain deliveries is offered")
	}
	if strings.Contains(w.Body.String(), "style=") {
		t.Error("the page has styles that its own policy forbids")
	}
	s.want(s.get("/campaign/none", s.login("vera")), http.StatusNotFound, "no campaign of this id")
}

func TestTheStatesOfBatchesAndCampaignAreShown(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	ctx := context.Background()
	var batches []ledgertest.Batch
	for _, name := range []string{"a", "b", "c"} {
		batches = append(batches, ledgertest.Batch{Name: name, People: 1, Start: s.ledger.Clock.T})
	}
	s.ledger.Import(t, batches...)
	c := s.login("vera")
	shows := func(states ...string) {
		t.Helper()
		w := s.get("/campaign/test", c)
		for _, state := range states {
			s.want(w, http.StatusOK, `<span class="state `+state+`">`)
		}
	}
	shows("planned")
	s.feed()
	shows("open")
	must(t, s.ledger.Hold(ctx, "test", "b", ledgertest.By))
	shows("open", "held")
	s.want(s.get("/campaign/test?state=held", c), http.StatusOK, `<th scope="row" class="name">b</th>`)
	_, err := s.ledger.Cancel(ctx, "test", "", ledgertest.By)
	must(t, err)
	shows("cancelled")
}

func TestARevisionOnItsWayIsShownAndSoIsWhoItLeavesOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	ctx := context.Background()
	s.ledger.Import(t, ledgertest.Batch{Name: "a", People: 3})
	c := ledger.NewCampaign{ID: "test", Revision: 2, Snapshot: []byte("snapshot"), Batches: []ledger.NewBatch{{Name: "a"}}}
	r, err := s.ledger.Revise(ctx, c, s.ledger.Key, "tester")
	must(t, err)
	all, err := s.ledger.Formers(ctx, "test", s.ledger.Key)
	must(t, err)
	for p, err := range all.All(ctx) {
		must(t, err)
		must(t, r.Add(ctx, ledger.Amendment{Change: ledger.BeCleared, Former: p.ID}))
	}
	vera := s.login("vera")
	s.want(s.get("/campaign/test", vera), http.StatusOK, "A further revision, 2, is being brought in",
		"oshirase resume test", "revision 1")
	must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{}, ledgertest.By))
	w := s.get("/campaign/test", vera)
	s.want(w, http.StatusOK, "revision 2", "3 no longer affected", "<dt>affected</dt><dd>0</dd>")
	if strings.Contains(w.Body.String(), "further revision, ") {
		t.Error("it is said to be on its way still")
	}
}

// Of three that were refused a further revision writes to one again and leaves one out: one is left to be retried, and
// the pages say so as the retry does.
func TestOnlyFailuresInForceAreShown(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	ctx := context.Background()
	s.ledger.Import(t, ledgertest.Batch{Name: "a", People: 3})
	for _, k := range s.feed() {
		s.settle(k, ledger.Refused)
	}
	olga := s.login("olga")
	refused := func(n int) {
		t.Helper()
		total := fmt.Sprintf(`<td class="n"><b>%d</b></td>`, n)
		s.want(s.get("/campaign/test", olga), http.StatusOK, total, fmt.Sprintf(`<td>–</td><td class="n">%d</td>`, n))
		s.want(s.get("/", olga), http.StatusOK, fmt.Sprintf(`<b class="bad">%d</b> failed`, n))
		s.want(s.get("/campaign/test/retry?state=refused", olga), http.StatusOK, fmt.Sprintf("test:%d", n))
	}
	refused(3)
	c := ledger.NewCampaign{ID: "test", Revision: 2, Snapshot: []byte("snapshot"), Batches: []ledger.NewBatch{{Name: "a"}}}
	r, err := s.ledger.Revise(ctx, c, s.ledger.Key, "tester")
	must(t, err)
	all, err := s.ledger.Formers(ctx, "test", s.ledger.Key)
	must(t, err)
	changes := []ledger.Change{ledger.BeFirst, ledger.BeCleared}
	for p, err := range all.All(ctx) {
		must(t, err)
		if len(changes) == 0 {
			break
		}
		must(t, r.Add(ctx, ledger.Amendment{Change: changes[0], Former: p.ID, NewPerson: ledger.NewPerson{
			Batch: "a", Locale: "ja", Notice: "again", Data: p.Data,
			Deliveries: []ledger.NewDelivery{{Channel: ledger.Email, Lane: "other"}},
		}}))
		changes = changes[1:]
	}
	must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 1}, ledgertest.By))
	refused(1)
}

func TestAPageOfManyCompaniesIsBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	var batches []ledgertest.Batch
	for i := range 250 {
		batches = append(batches, ledgertest.Batch{Name: fmt.Sprintf("company %03d", i+1), People: 1})
	}
	s.ledger.Import(t, batches...)
	c := s.login("vera")
	rows := func(path string) int {
		w := s.get(path, c)
		s.want(w, http.StatusOK)
		return strings.Count(w.Body.String(), `<th scope="row" class="name">company`)
	}
	for path, want := range map[string]int{
		"": 100, "?page=2": 100, "?page=3": 50, "?page=99": 50, "?page=-1": 100, "?page=x": 100,
		"?state=planned&page=3": 50, "?state=nonsense": 0,
	} {
		if got := rows("/campaign/test" + path); got != want {
			t.Errorf("%q has %d rows, want %d", path, got, want)
		}
	}
	s.want(s.get("/campaign/test?page=2", c), http.StatusOK, "company 101", "company 200", "page 2 of 3",
		`href="/campaign/test?page=3"`)
}

func TestARetryNeedsTheCampaignTheCountAndAReason(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.aftermath()
	c := s.login("olga")
	s.want(s.get("/campaign/test/retry?state=refused", c), http.StatusOK, "<code>test:2</code>",
		`<label for="confirm">`)
	form := func(confirm, why string) url.Values {
		return url.Values{"state": {"refused"}, "confirm": {confirm}, "why": {why}}
	}
	for _, confirm := range []string{"", "2", "test", "test:3", "test:02", "TEST:2", "test:1,002"} {
		w := s.post("/campaign/test/retry", c, form(confirm, "relay mended"))
		s.want(w, http.StatusConflict, "Nothing was changed.", `value="relay mended"`)
	}
	s.want(s.post("/campaign/test/retry", c, form("test:2", " \t")), http.StatusUnprocessableEntity,
		"Say why")
	s.want(s.post("/campaign/test/retry", c, form("test:2", strings.Repeat("あ", 201))),
		http.StatusUnprocessableEntity)
	if n := s.states()[ledger.Refused]; n != 2 {
		t.Fatalf("%d refused after retries that were refused", n)
	}
	w := s.post("/campaign/test/retry", c, form(" test:2 ", "relay\r\n mended"))
	s.want(w, http.StatusSeeOther)
	s.want(s.get(w.Header().Get("Location"), c), http.StatusOK, "2 deliveries will be sent again.")
	if body := s.get("/campaign/test", c).Body.String(); strings.Contains(body, "will be sent again") {
		t.Error("the notice is shown twice")
	}
	if st := s.states(); st[ledger.Refused] != 0 || st[ledger.Ready] != 2 || st[ledger.Expired] != 1 {
		t.Errorf("states %v", st)
	}
	s.wantJournal("retry", "olga", "relay mended", 2)
	s.want(s.post("/campaign/test/retry", c, form("test:2", "again")), http.StatusConflict,
		"nothing to retry")
}

// wantJournal checks the last row of the campaign's journal.
func (s *site) wantJournal(verb, who, why string, n int) {
	s.t.Helper()
	rows, err := s.ledger.Journal(context.Background(), "test")
	must(s.t, err)
	last := rows[len(rows)-1]
	if last.Verb != verb || last.Who != who || last.Why != why || last.N != n {
		s.t.Errorf("the journal ends in %+v", last)
	}
}

func TestOnlyWhatFailedIsRetried(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.aftermath()
	c := s.login("olga")
	for _, state := range []string{"", "uncertain", "sent", "waiting", "nonsense", "refused' OR 1=1"} {
		form := url.Values{"state": {state}, "confirm": {"test:1"}, "why": {"x"}}
		s.want(s.post("/campaign/test/retry", c, form), http.StatusBadRequest)
		path := "/campaign/test/retry?" + url.Values{"state": {state}}.Encode()
		s.want(s.get(path, c), http.StatusBadRequest)
	}
	s.want(s.get("/campaign/none/retry?state=refused", c), http.StatusNotFound)
}

func TestAViewerRetriesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.aftermath()
	c := s.login("vera")
	form := url.Values{"state": {"refused"}, "confirm": {"test:2"}, "why": {"x"}}
	s.want(s.post("/campaign/test/retry", c, form), http.StatusForbidden, "Only an operator")
	s.want(s.get("/campaign/test/retry?state=refused", c), http.StatusForbidden)
	if strings.Contains(s.get("/campaign/test", c).Body.String(), "retry?") {
		t.Error("a viewer is offered a retry")
	}
	if n := s.states()[ledger.Refused]; n != 2 {
		t.Errorf("%d refused", n)
	}
}

func TestNumbersAndSharesReadTrue(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100",
	} {
		if got := thousands(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
	for _, c := range []struct {
		n, of int
		want  string
	}{{0, 0, "–"}, {1, 3, "33.3 %"}, {97437, 97438, "99.9 %"}, {5, 5, "100.0 %"}, {0, 7, "0.0 %"}} {
		if got := share(c.n, c.of); got != c.want {
			t.Errorf("%d of %d is %s", c.n, c.of, got)
		}
	}
	parts := lay(part{Kind: "a", N: 1_000_000}, part{Kind: "b"}, part{Kind: "c", N: 1})
	if len(parts) != 2 || parts[1].W == "0.00" || parts[0].X != "0.00" || parts[1].X != parts[0].W {
		t.Errorf("parts %+v", parts)
	}
}
