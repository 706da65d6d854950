package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestNothingIsShownWithoutALogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, path := range []string{
		"/", "/campaign/test", "/campaign/test/retry?state=refused", "/queues/", "/nowhere",
		"/queues/static/js/main.js",
	} {
		w := s.get(path, nil)
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
			t.Errorf("%s answers %d to a stranger", path, w.Code)
		}
	}
	s.want(s.get("/queues/api/queues", nil), http.StatusUnauthorized)
	s.want(s.post("/campaign/test/retry", nil, nil), http.StatusUnauthorized)
	s.want(s.post("/queues/api/queues/email:pause", nil, nil), http.StatusUnauthorized)
	s.want(s.get("/", &http.Cookie{Name: "oshirase", Value: "guessed"}), http.StatusSeeOther)
	s.want(s.get("/login", nil), http.StatusOK, "<h1>Log in</h1>", `lang="en"`)
	s.want(s.get("/assets/style.css", nil), http.StatusOK)
}

func TestALoginLeadsToThePageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for next, want := range map[string]string{
		"/campaign/test": "/campaign/test", "": "/", "https://example.com/": "/",
		"//example.com": "/", `/\example.com`: "/", "/queues/queues/email": "/queues/queues/email",
	} {
		w := s.post("/login", nil, url.Values{
			"name": {"vera"}, "password": {password}, "next": {next},
		})
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("after %q: %d to %q, want %q", next, w.Code, got, want)
		}
	}
}

func TestAWrongPasswordAndAWrongNameLookTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, name := range []string{"vera", "nobody", "No Such Name", ""} {
		w := s.post("/login", nil, url.Values{"name": {name}, "password": {"wrong, wrong, wrong"}})
		s.want(w, http.StatusUnauthorized, "User name or password is wrong.")
		if len(w.Result().Cookies()) != 0 || strings.Contains(w.Body.String(), "wrong, wrong") {
			t.Errorf("a refused login of %q gives a cookie or the password back", name)
		}
	}
	if log := s.log.String(); strings.Contains(log, "wrong, wrong") || strings.Contains(log, "No Such") {
		t.Errorf("the log holds what was typed: %s", log)
	}
}

func TestLoginsAreThrottledByAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	try := func(name, peer string) int {
		return s.do(request{method: "POST", path: "/login", peer: peer, form: url.Values{
			"name": {name}, "password": {"not the password"},
		}}).Code
	}
	for i := range 8 {
		if code := try("n"+string(rune('a'+i)), "192.0.2.1"); code != http.StatusUnauthorized {
			t.Fatalf("try %d answers %d", i+1, code)
		}
	}
	if code := try("nz", "192.0.2.1"); code != http.StatusTooManyRequests {
		t.Errorf("try 9 answers %d", code)
	}
	if code := try("nz", "192.0.2.2"); code != http.StatusUnauthorized {
		t.Errorf("another address answers %d", code)
	}
	s.ledger.Clock.T = s.ledger.Clock.T.Add(30 * time.Second)
	if code := try("nz", "192.0.2.1"); code != http.StatusUnauthorized {
		t.Errorf("half a minute later it answers %d", code)
	}
}

func TestLoginsAreThrottledByNameAndTheOwnerIsNotLockedOutByOneAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	try := func(peer, word string) int {
		return s.do(request{method: "POST", path: "/login", peer: peer, form: url.Values{
			"name": {"vera"}, "password": {word},
		}}).Code
	}
	for range 20 {
		try("192.0.2.1", "not the password")
	}
	if code := try("192.0.2.9", password); code != http.StatusSeeOther {
		t.Errorf("one guesser locks the owner out: %d", code)
	}
	for range 4 {
		try("192.0.2.2", "not the password")
	}
	if code := try("192.0.2.3", password); code != http.StatusTooManyRequests {
		t.Errorf("many guessers of one name are not throttled: %d", code)
	}
}

func TestTheCookieCannotBeReadSentFromElsewhereOrOverPlainHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Secure = true })
	c := s.login("vera")
	if c.Name != "__Host-oshirase" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" ||
		c.SameSite != http.SameSiteStrictMode || len(c.Value) < 43 {
		t.Errorf("cookie %+v", c)
	}
	w := s.get("/", c)
	s.want(w, http.StatusOK)
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	plain := newSite(t, nil)
	if c := plain.login("vera"); c.Secure || c.Name != "oshirase" || !c.HttpOnly {
		t.Errorf("cookie without TLS %+v", c)
	}
	if plain.get("/login", nil).Header().Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over plain HTTP")
	}
}

func TestEveryAnswerCarriesTheHeadersThatKeepABrowserSafe(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.login("vera")
	for _, path := range []string{
		"/", "/login", "/nowhere", "/campaign/none", "/assets/style.css", "/queues/", "/a/../b",
		"/queues/api/queues",
	} {
		h := s.get(path, c).Header()
		for _, name := range []string{
			"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control",
		} {
			if h.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
		policy := h.Get("Content-Security-Policy")
		scripts, _, _ := strings.Cut(policy[strings.Index(policy, "script-src"):], ";")
		if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(scripts, "unsafe") {
			t.Errorf("%s has the policy %s", path, policy)
		}
	}
}

func TestAWriteFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.login("olga")
	for _, path := range []string{
		"/login", "/logout", "/campaign/test/retry", "/queues/api/queues/email:pause",
	} {
		for _, header := range []map[string]string{
			{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
			{"Sec-Fetch-Site": "", "Origin": "https://example.com"},
		} {
			w := s.do(request{method: "POST", path: path, cookie: c, header: header})
			if w.Code != http.StatusForbidden {
				t.Errorf("%s with %v answers %d", path, header, w.Code)
			}
		}
	}
	s.want(s.get("/", c), http.StatusOK)
}

func TestALoginEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	pass := func(d time.Duration) { s.ledger.Clock.T = s.ledger.Clock.T.Add(d) }
	code := func(c *http.Cookie) int { return s.get("/", c).Code }
	c := s.login("vera")
	s.want(s.post("/logout", c, nil), http.StatusSeeOther)
	if code(c) != http.StatusSeeOther {
		t.Error("not after a logout")
	}
	c = s.login("vera")
	pass(time.Hour)
	if code(c) != http.StatusSeeOther {
		t.Error("not after an hour without a click")
	}
	c = s.login("vera")
	for range 13 {
		pass(55 * time.Minute)
		s.get("/", c)
	}
	pass(6 * time.Minute)
	if code(c) != http.StatusSeeOther {
		t.Error("not after twelve hours")
	}
	c = s.login("vera")
	for range 7 {
		pass(10 * time.Minute)
		s.do(request{path: "/", cookie: c, header: map[string]string{refreshHeader: "1"}})
		s.get("/queues/api/queues", c)
	}
	if code(c) != http.StatusSeeOther {
		t.Error("not after an hour in which only the pages asked")
	}
}

func TestALoginIsWorthWhatTheFileOfUsersSaysNow(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	vera, olga := s.login("vera"), s.login("olga")
	elsewhere, err := OpenUsers(s.users.path)
	must(t, err)
	must(t, elsewhere.SetPassword("vera", "another long password"))
	s.want(s.get("/", vera), http.StatusSeeOther)
	must(t, elsewhere.Remove("olga"))
	must(t, elsewhere.Add("olga", Viewer, password))
	s.want(s.get("/", olga), http.StatusSeeOther)
	olga = s.login("olga")
	s.want(s.get("/", olga), http.StatusOK, "olga, viewer")
}

func TestTheDemonstrationIsOpenOnThisMachineAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.Open, c.Users = true, nil })
	s.aftermath()
	before := s.states()
	s.want(s.get("/", nil), http.StatusOK, "demonstration, read only")
	s.want(s.get("/queues/", nil), http.StatusOK, `FLAG_READ_ONLY="true"`)
	if strings.Contains(s.get("/campaign/test", nil).Body.String(), "Retry") {
		t.Error("the demonstration offers a retry")
	}
	s.want(s.get("/campaign/test/retry?state=refused", nil), http.StatusForbidden)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		for _, path := range []string{"/campaign/test/retry", "/queues/api/queues/email:pause", "/login"} {
			s.want(s.do(request{method: method, path: path}), http.StatusForbidden)
		}
	}
	s.want(s.do(request{path: "/", host: "rebound.example.com"}), http.StatusForbidden)
	for _, host := range []string{"localhost:8080", "[::1]:8080", "127.0.0.1"} {
		s.want(s.do(request{path: "/", host: host}), http.StatusOK)
	}
	if after := s.states(); len(after) != len(before) || after["refused"] != before["refused"] {
		t.Errorf("states were %v and are %v", before, after)
	}
}

func TestPathsThatCanBeReadInTwoWaysAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.login("olga")
	for _, path := range []string{
		"/queues/../campaign/test", "/queues//api/queues", "/queues/api/queues/email%2Farchived_tasks",
		"/queues/api/./queues", "/queues/api/queues/email%3Apause", "/queues/api%2fqueues",
		`/queues/api\queues`, "/queues/api/queues/%00", "/%2e%2e/x", "/queues/api/queues/email%3aresume",
	} {
		if w := s.get(path, c); w.Code != http.StatusBadRequest {
			t.Errorf("GET %s answers %d", path, w.Code)
		}
		if w := s.post(path, c, nil); w.Code != http.StatusBadRequest {
			t.Errorf("POST %s answers %d", path, w.Code)
		}
	}
}
