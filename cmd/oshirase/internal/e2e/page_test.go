package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"oshirase/jobs/email/emailtest"
)

// membersPage keeps what it takes as its standard asks: by webhook-id, whatever comes again.
type membersPage struct {
	*httptest.Server
	mu    sync.Mutex
	taken map[string][]byte
	again int
	other int // came again with another body
}

func newMembersPage(t *testing.T) *membersPage {
	t.Helper()
	p := &membersPage{taken: map[string][]byte{}}
	p.Server = httptest.NewUnstartedServer(p)
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.StartTLS()
	t.Cleanup(p.Close)
	return p
}

func (p *membersPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // its sender died
	}
	id := r.Header.Get("webhook-id")
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, known := p.taken[id]; known {
		p.again++
		if !bytes.Equal(before, body) {
			p.other++
		}
	}
	p.taken[id] = body
	w.WriteHeader(http.StatusNoContent)
}

// trust gives every command what it needs to send messages to a page.
func (s *site) trust(p *membersPage) {
	s.t.Helper()
	ca := filepath.Join(s.dir, "page.pem")
	s.must(os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}), 0o600))
	s.env = append(s.env, "OSHIRASE_WEBHOOK_CA="+ca,
		"OSHIRASE_WEBHOOK_SECRET=whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
}

// TestAWorkerDiesWithMessagesForTheMembersPageUnderWay kills workers before and after an answer. The page has
// each member's message once by its id, and the same bytes where it came twice.
func TestAWorkerDiesWithMessagesForTheMembersPageUnderWay(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, emailtest.Options{Forget: true})
	p := newMembersPage(t)
	s.trust(p)
	s.email = "  feed: {webhook: {url: \"" + p.URL + "/hook\"}}\n"
	s.enqueue(fewPeople)
	s.startWorker("OSHIRASE_FAULT=page claimed:kill:20").dies()
	s.startWorker("OSHIRASE_FAULT=page answered:kill:20").dies()
	s.startWorker()
	st := s.until("done", rowPatience, done)
	sent := st.Channels["feed"]["sent"]
	if sent == 0 || len(p.taken) != sent || len(st.Channels["feed"]) != 1 || p.other > 0 {
		t.Errorf("the ledger says %v, the page has %d; %d came again, %d of them with other bytes\n%s",
			st.Channels["feed"], len(p.taken), p.again, p.other, s.log())
	}
	ledger := s.deliveries()
	for id := range p.taken {
		if d := ledger[id]; d["channel"] != "feed" || d["state"] != "sent" {
			t.Errorf("the page has %s, of which the ledger says %v", id, d)
		}
	}
	t.Logf("%d messages, %d of them came again", sent, p.again)
}
