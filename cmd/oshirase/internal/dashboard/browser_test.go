package dashboard

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
)

// browser finds a real browser. Under CI there has to be one.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no chromium in PATH")
	}
	t.Skip("no chromium in PATH")
	return ""
}

// open lets the browser load a page and run its scripts, and returns what came of it and what the
// browser had to say.
func open(t *testing.T, binary, address string) (dom, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, binary,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--user-data-dir="+t.TempDir(), "--enable-logging=stderr",
		"--virtual-time-budget=2500", "--window-size=1440,1000", "--dump-dom", address)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", address, err, errs.String())
	}
	return out.String(), errs.String()
}

// serve serves the site to a browser that is logged in from the start.
func (s *site) serve(cookie *http.Cookie) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(cookie)
		s.ServeHTTP(w, r)
	}))
	s.t.Cleanup(server.Close)
	return server.URL
}

func TestARealBrowserShowsTheCampaignAndTheQueues(t *testing.T) {
	t.Parallel()
	binary := browser(t)
	s := newSite(t, nil)
	s.archive(taskID(s.aftermath()[3]))
	address := s.serve(s.login("olga"))

	dom, said := open(t, binary, address+"/campaign/test")
	for _, text := range []string{
		"株式会社サンプル", "1,511", "Retry refused", "Updates by itself.", // the last by its script
	} {
		if !strings.Contains(dom, text) {
			t.Errorf("the page of the campaign has no %q", text)
		}
	}
	if strings.Contains(said, "Content Security Policy") || strings.Contains(said, "Uncaught") {
		t.Errorf("the browser complains about the page of the campaign: %s", said)
	}

	dom, said = open(t, binary, address+"/queues/")
	if !strings.Contains(dom, `href="/queues/queues/email"`) {
		t.Errorf("asynqmon does not show the queue: %s", said)
	}
	if !strings.Contains(said, "fonts.googleapis.com") || !strings.Contains(said, "Content Security Policy") {
		t.Errorf("the browser was not kept from loading fonts from elsewhere: %s", said)
	}
}

// measure shows a campaign in frames of several widths, and says of each how many pixels of the page and
// of its tables are out of sight.
const measure = `<!DOCTYPE html><iframe data-width="1100"></iframe><iframe data-width="390"></iframe>
<script>
for (const f of document.querySelectorAll("iframe")) {
  f.style.width = f.dataset.width + "px";
  f.onload = () => {
    const d = f.contentDocument, parts = [d.documentElement, ...d.querySelectorAll(".scroll")];
    const out = document.createElement("p");
    out.textContent = f.dataset.width + ": " + parts.map((e) => e.scrollWidth - e.clientWidth).join(" ");
    document.body.append(out);
  };
  f.src = "/campaign/test";
}
</script>`

func TestNothingOfACampaignIsCutOffOnANarrowScreen(t *testing.T) {
	t.Parallel()
	binary := browser(t)
	s := newSite(t, nil)
	s.aftermath()
	must(t, s.ledger.Heartbeat(t.Context(), "a-host-with-a-long-name.example.com/4242/beef01",
		ledger.RelayRest{Relay: "a-relay-with-a-long-name.example.com:587", Stage: "dial"}))
	must(t, s.ledger.Heartbeat(t.Context(), "w2"))
	cookie := s.login("olga")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/measure" {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(measure))
			return
		}
		r.AddCookie(cookie)
		page := httptest.NewRecorder()
		s.ServeHTTP(page, r)
		w.Header().Set("Content-Type", page.Header().Get("Content-Type")) // the others forbid frames
		w.WriteHeader(page.Code)
		_, _ = w.Write(page.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	dom, said := open(t, binary, server.URL+"/measure")
	for _, want := range []string{"<p>1100: 0 0 0</p>", "<p>390: 0 0 0</p>"} {
		if !strings.Contains(dom, want) {
			t.Errorf("no %q in %s; %s", want, dom, said)
		}
	}
}
