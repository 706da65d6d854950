package jobs_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
)

// page is a members' page: it keeps what it takes, by webhook-id.
type page struct {
	*httptest.Server
	mu     sync.Mutex
	tries  map[string]int
	taken  map[string]members.Message
	answer func(id string, try int) int // status; 0 cuts the connection after the request was read
}

func newPage(t *testing.T, answer func(id string, try int) int) *page {
	t.Helper()
	p := &page{tries: map[string]int{}, taken: map[string]members.Message{}, answer: answer}
	p.Server = httptest.NewUnstartedServer(p)
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.StartTLS()
	t.Cleanup(p.Close)
	return p
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m members.Message
	err := json.NewDecoder(r.Body).Decode(&m)
	id := r.Header.Get("webhook-id")
	if err != nil || m.Data.ID != id {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries[id]++
	status := p.answer(id, p.tries[id])
	if status == 0 {
		p.taken[id] = m
		panic(http.ErrAbortHandler)
	}
	if status == http.StatusOK {
		p.taken[id] = m
	}
	w.WriteHeader(status)
}

func (p *page) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.taken)
}

// newPaged is a site whose campaign has the page too, and whose people all have a member number.
func newPaged(t *testing.T, p *page, more string) *site {
	t.Helper()
	f := newOfficeOf(t, emailtest.Options{}, sample{scale: 0.001, now: clock, changes: []string{
		"channels:\n", "channels:\n  feed:\n" + more + "    webhook: {url: \"" + p.URL + "/hook\"}\n",
	}})
	secrets, err := members.ParseSecrets([]string{"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32))})
	f.must(err)
	roots := x509.NewCertPool()
	roots.AddCert(p.Certificate())
	f.cfg.Pages = members.New(members.Config{Secrets: secrets, Roots: roots, Now: f.cfg.Now})
	t.Cleanup(f.cfg.Pages.Close)
	return f
}

func TestEachMemberHasTheirMessageOnThePageOnce(t *testing.T) {
	t.Parallel()
	hard := map[string]bool{} // two of them: more bad signs in a row would rest the page
	p := newPage(t, func(id string, try int) int {
		if len(hard) < 2 {
			hard[id] = true
		}
		if !hard[id] {
			return http.StatusOK
		}
		return []int{http.StatusServiceUnavailable, 0, http.StatusOK}[min(try-1, 2)] // taken, and nobody says so
	})
	f := newPaged(t, p, "")
	c := f.run(finished)
	sent := c.Channels[ledger.Page][ledger.Sent]
	if sent == 0 || sent != p.count() || c.Channels[ledger.Page][ledger.Uncertain] != 0 {
		t.Fatalf("%d sent, %d taken: %v", sent, p.count(), c.Channels)
	}
	if c.People.Told != c.Channels[ledger.Email][ledger.Sent] {
		t.Errorf("the page alone told somebody: %+v", c.People)
	}
	ids := map[string]bool{}
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		if d.Channel != ledger.Page {
			continue
		}
		ids[d.MessageID] = true
		m, ok := p.taken[d.MessageID]
		tries := map[bool]int{true: 3, false: 1}[hard[d.MessageID]]
		if !ok || m.Data.Reference != d.Person || len(m.Data.Members) == 0 || m.Data.Text == "" || d.Attempts != tries {
			t.Errorf("delivery %d after %d attempts: %+v", d.ID, d.Attempts, m)
		}
	}
	if len(ids) != sent {
		t.Errorf("%d ids of %d messages", len(ids), sent)
	}
	if strings.Contains(f.log.String(), "/hook") {
		t.Errorf("the page's path in the log:\n%s", f.log)
	}
}

func TestAPageThatWantsNoMoreStopsAndLosesNothing(t *testing.T) {
	t.Parallel()
	gone := true
	p := newPage(t, func(string, int) int {
		if gone {
			return http.StatusGone
		}
		return http.StatusOK
	})
	f := newPaged(t, p, "    tells: true\n")
	c := f.run(func(c ledger.Counts) bool {
		states := c.Channels[ledger.Page]
		return c.PageStopped != 0 && c.Open() == states[ledger.Ready]+states[ledger.Deferred] &&
			states[ledger.Deferred] == 0
	})
	waiting := c.Channels[ledger.Page][ledger.Ready]
	if len(p.tries) > members.Connections || c.Channels[ledger.Page][ledger.Refused] != 0 ||
		c.Channels[ledger.Email][ledger.Sent] == 0 {
		t.Errorf("%d asked: %v", len(p.tries), c.Channels)
	}
	if n := strings.Count(f.log.String(), "members' page stopped"); n != 1 {
		t.Errorf("said %d times:\n%s", n, f.log)
	}
	p.mu.Lock()
	gone = false
	p.mu.Unlock()
	f.must(f.l.Resume(context.Background(), campaign, "", ledger.Operator{Who: "test"}))
	c = f.run(finished)
	if sent := c.Channels[ledger.Page][ledger.Sent]; sent != waiting || p.count() != waiting {
		t.Errorf("%d of %d sent, %d taken", sent, waiting, p.count())
	}
	if c.People.Told < waiting {
		t.Errorf("a page that tells told nobody: %+v", c.People)
	}
}

func TestARefusedMessageIsRefusedAloneAndWithoutPersonalData(t *testing.T) {
	t.Parallel()
	first := ""
	p := newPage(t, func(id string, _ int) int {
		if first == "" {
			first = id
		}
		if id == first {
			return http.StatusUnprocessableEntity
		}
		return http.StatusOK
	})
	f := newPaged(t, p, "")
	c := f.run(finished)
	states := c.Channels[ledger.Page]
	if states[ledger.Refused] != 1 || states[ledger.Sent] != p.count() {
		t.Errorf("%v, %d taken", states, p.count())
	}
	n, err := f.l.Retry(context.Background(), ledger.Failed{Campaign: campaign}, ledger.Operator{Who: "test"})
	f.must(err)
	if n != 1 {
		t.Errorf("%d can be tried again", n)
	}
}

func TestAWorkerWithoutTheKeyLeavesFilesToOthers(t *testing.T) {
	t.Parallel()
	f := newOfficeOf(t, emailtest.Options{}, sample{scale: 0.001, now: clock, changes: []string{
		"channels:\n", "channels:\n  feed: {file: {}}\n",
	}})
	f.cfg.PageFiles.Dir = filepath.Join(f.dir, "feed")
	c := f.run(func(c ledger.Counts) bool {
		return c.Channels[ledger.Page][ledger.Ready] > 0 && c.Channels[ledger.Email][ledger.Sent] > 0
	})
	if n := c.Channels[ledger.Page][ledger.Sent]; n > 0 {
		t.Errorf("%d are in files that nobody signed", n)
	}
	_, key, err := ed25519.GenerateKey(nil)
	f.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	f.must(err)
	path := filepath.Join(f.dir, "feed.pem")
	f.must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	f.cfg.PageFiles.Signer, err = members.ReadSigner(path)
	f.must(err)
	f.cfg.ID = "able"
	sent := f.run(finished).Channels[ledger.Page][ledger.Sent]
	files, err := f.l.PageFiles(context.Background(), campaign)
	f.must(err)
	in := 0
	for _, x := range files {
		in += x.Messages
	}
	if in != sent || sent == 0 {
		t.Errorf("%d sent, %d in %d files", sent, in, len(files))
	}
}

func TestAWorkerWithoutTheSecretLeavesMessagesToOthers(t *testing.T) {
	t.Parallel()
	p := newPage(t, func(string, int) int { return http.StatusOK })
	f := newPaged(t, p, "")
	able := f.cfg.Pages
	f.cfg.Pages = nil
	f.run(func(c ledger.Counts) bool {
		return c.Channels[ledger.Page][ledger.Queued] > 0 && c.Channels[ledger.Email][ledger.Sent] > 0
	})
	if p.count() > 0 {
		t.Fatalf("%d taken", p.count())
	}
	f.cfg.Pages, f.cfg.ID = able, "able"
	c := f.run(finished)
	if c.Channels[ledger.Page][ledger.Sent] != p.count() || p.count() == 0 {
		t.Errorf("%v", c.Channels)
	}
}
