package main

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// page is a members' page of a script: it answers everything with one status.
type page struct {
	mu     sync.Mutex
	status int
	taken  map[string]string // body by webhook-id
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.status == http.StatusOK {
		p.taken[r.Header.Get("webhook-id")] = string(body)
	}
	w.WriteHeader(p.status)
}

// scriptPage starts a members' page that answers with a status, and sets PAGE to its address,
// OSHIRASE_WEBHOOK_SECRET and OSHIRASE_WEBHOOK_CA; once started, it changes the answer.
func scriptPage(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 1, "page STATUS")
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	st := stageOf(ts)
	if st.page != nil {
		st.page.mu.Lock()
		defer st.page.mu.Unlock()
		st.page.status = status
		return
	}
	st.page = &page{status: status, taken: map[string]string{}}
	s := httptest.NewUnstartedServer(st.page)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	ts.Defer(s.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	ts.Check(os.WriteFile(ts.MkAbs("page.pem"), ca, 0o600))
	ts.Setenv("PAGE", s.URL)
	ts.Setenv("OSHIRASE_WEBHOOK_CA", ts.MkAbs("page.pem"))
	ts.Setenv("OSHIRASE_WEBHOOK_SECRET", "whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
}

// scriptPaged prints what the members' page has taken, one message a line.
func scriptPaged(ts *testscript.TestScript, neg bool, args []string) {
	p := stageOf(ts).page
	plainly(ts, neg, len(args) == 0 && p != nil, "paged, after page")
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, body := range slices.Sorted(maps.Values(p.taken)) {
		fmt.Fprintln(ts.Stdout(), strings.TrimSpace(body))
	}
}
