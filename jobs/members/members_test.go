package members

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

var moment = time.Unix(1614265330, 0)

func secrets(t *testing.T, words ...string) Secrets {
	t.Helper()
	s, err := ParseSecrets(words)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASignatureIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	// The example of the specification's own libraries.
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	got := secrets(t, secret).Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, []byte(`{"test": 2432232314}`))
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	two := secrets(t, secret, "whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if both := two.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, []byte(`{"test": 2432232314}`)); !strings.HasPrefix(
		both, want+" v1,") {
		t.Errorf("with an older secret: %s", both)
	}
}

func TestWhatIsNoSecretIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_MfKQ",
		"whsec_" + strings.Repeat("A", 100)} {
		if s, err := ParseSecrets([]string{word}); !errors.Is(err, ErrSecret) || s != nil ||
			strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v, %v", word, s, err)
		}
	}
}

// page is a members' page that answers as it is told.
type page struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
	body [][]byte
}

func newPage(t *testing.T, answer http.HandlerFunc) *page {
	t.Helper()
	p := &page{}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		p.seen, p.body = append(p.seen, r), append(p.body, body)
		p.mu.Unlock()
		answer(w, r)
	}))
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.StartTLS()
	t.Cleanup(p.Close)
	return p
}

func (p *page) client(t *testing.T, d Deadlines) *Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(p.Certificate())
	c := New(Config{
		Secrets: secrets(t, secret), Roots: roots, Deadlines: d, Now: func() time.Time { return moment },
	})
	t.Cleanup(c.Close)
	return c
}

func (p *page) send(t *testing.T, c *Client) Outcome {
	t.Helper()
	o, err := c.Send(context.Background(), p.URL+"/hook?key=private", "msg_1", []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(o.Line, "private") || strings.Contains(o.Endpoint, "hook") {
		t.Errorf("the outcome tells too much: %+v", o)
	}
	return o
}

func TestEachAnswerHasItsClass(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]Class{
		200: Accepted, 202: Accepted, 204: Accepted,
		301: Stopped, 307: Stopped, 308: Stopped, 401: Stopped, 410: Stopped,
		408: Deferred, 409: Deferred, 421: Deferred, 425: Deferred, 429: Deferred, 500: Deferred, 502: Deferred,
		503: Deferred, 504: Deferred, 599: Deferred,
		400: Refused, 403: Refused, 404: Refused, 413: Refused, 422: Refused, 451: Refused,
	} {
		var elsewhere int
		p := newPage(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				elsewhere++
			}
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "")
		})
		o := p.send(t, p.client(t, Deadlines{}))
		if o.Class != want || o.Code != code || o.Stage != StageAnswer || o.Line == "" {
			t.Errorf("%d: %+v, want %s", code, o, want)
		}
		if wait := map[bool]time.Duration{true: 7 * time.Second}[want == Deferred]; o.Wait != wait {
			t.Errorf("%d: waits %s, want %s", code, o.Wait, wait)
		}
		if elsewhere > 0 || len(p.seen) != 1 {
			t.Errorf("%d: a redirection was followed", code)
		}
	}
}

func TestAMessageCanBeVerifiedByWhoKnowsTheSecret(t *testing.T) {
	t.Parallel()
	p := newPage(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	p.send(t, p.client(t, Deadlines{}))
	r, body := p.seen[0], p.body[0]
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{
		r.Header.Get("webhook-id"), ".", r.Header.Get("webhook-timestamp"), ".", string(body),
	} {
		mac.Write([]byte(part))
	}
	version, text, _ := strings.Cut(r.Header.Get("webhook-signature"), ",")
	given, err := base64.StdEncoding.DecodeString(text)
	if err != nil || version != "v1" || !hmac.Equal(given, mac.Sum(nil)) {
		t.Errorf("signature %q, %v", r.Header.Get("webhook-signature"), err)
	}
	if r.Method != http.MethodPost || r.Header.Get("content-type") != "application/json" ||
		!bytes.Equal(body, []byte(`{"a":1}`)) || r.Header.Get("webhook-timestamp") != "1614265330" {
		t.Errorf("%s %v %q", r.Method, r.Header, body)
	}
}

func TestAConnectionIsKept(t *testing.T) {
	t.Parallel()
	p := newPage(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		_, _ = io.WriteString(w, strings.Repeat("x", mostAnswer/2))
	})
	c := p.client(t, Deadlines{})
	for range 5 {
		p.send(t, c)
	}
	for _, r := range p.seen {
		if r.RemoteAddr != p.seen[0].RemoteAddr {
			t.Errorf("one message came over %s, another over %s", p.seen[0].RemoteAddr, r.RemoteAddr)
		}
	}
}

func TestAnAnswerWithoutEndIsReadToABound(t *testing.T) {
	t.Parallel()
	p := newPage(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	if o := p.send(t, p.client(t, Deadlines{})); o.Class != Accepted {
		t.Errorf("%+v", o)
	}
}

func TestWhoDoesNotAnswerIsAskedAgain(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	silent := newPage(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(over) })
	cut := newPage(t, func(w http.ResponseWriter, _ *http.Request) { // has read it all, and says nothing
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Close()
		}
	})
	stranger := newPage(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	closed := newPage(t, func(http.ResponseWriter, *http.Request) {})
	mine := closed.client(t, Deadlines{})
	closed.Close()
	for what, x := range map[string]struct {
		p     *page
		c     *Client
		stage Stage
		line  string
	}{
		"nothing":            {silent, silent.client(t, Deadlines{Answer: 50 * time.Millisecond}), StageAnswer, "in time"},
		"a cut connection":   {cut, cut.client(t, Deadlines{}), StageAnswer, "lost"},
		"a strange server":   {stranger, New(Config{Secrets: secrets(t, secret), Now: time.Now}), StageTLS, "not trusted"},
		"nobody":             {closed, mine, StageDial, "cannot be reached"},
		"a certificate's CA": {stranger, cut.clientWithout(t), StageTLS, "not trusted"},
	} {
		o := x.p.send(t, x.c)
		if o.Class != Deferred || o.Stage != x.stage || o.Code != 0 || !strings.Contains(o.Line, x.line) {
			t.Errorf("%s: %+v", what, o)
		}
	}
}

// clientWithout trusts nobody.
func (p *page) clientWithout(t *testing.T) *Client {
	t.Helper()
	return New(Config{Secrets: secrets(t, secret), Roots: x509.NewCertPool(), Now: time.Now})
}

func TestTheEndOfTheContextIsNoOutcome(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	p := newPage(t, func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	if o, err := p.client(t, Deadlines{}).Send(ctx, p.URL, "msg_1", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", o, err)
	}
}

func FuzzRetryAfterIsNeverMoreThanADay(f *testing.F) {
	for _, s := range []string{"7", " 120 ", "99999999999999999999999", "-3", "Fri, 31 Dec 1999 23:59:59 GMT",
		"Thu, 25 Feb 2021 15:10:00 GMT", "soon", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, moment); d < 0 || d > mostWait {
			t.Errorf("%q gives %s", s, d)
		}
	})
}

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 120 ": 2 * time.Minute, "99999999999999999999999": mostWait, "-3": 0, "soon": 0,
		"": 0, moment.Add(90 * time.Second).UTC().Format(http.TimeFormat): 90 * time.Second,
		"Fri, 31 Dec 1999 23:59:59 GMT": 0,
	} {
		if got := retryAfter(s, moment); got != want {
			t.Errorf("%q gives %s, want %s", s, got, want)
		}
	}
}
