package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/queue"
)

const password = "correct horse battery"

// site is a dashboard over a small ledger and a queue, with one viewer (vera) and one operator (olga).
type site struct {
	*Dashboard
	t      *testing.T
	ledger *ledgertest.Fixture
	redis  asynq.RedisClientOpt
	server *miniredis.Miniredis
	users  *Users
	log    *logs
}

type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newSite(t *testing.T, change func(*Config)) *site {
	t.Helper()
	h := hash{memory: 8 * 1024, passes: 1, lanes: 1, salt: []byte("cheap for tests")} // not for use
	h.sum = h.of(password, sumBytes)
	path := filepath.Join(t.TempDir(), "users")
	must(t, os.WriteFile(path, []byte("vera:viewer:"+h.String()+"\nolga:operator:"+h.String()), 0o600))
	users, err := OpenUsers(path)
	must(t, err)
	s := &site{t: t, ledger: ledgertest.New(t), users: users, log: &logs{}}
	s.server = miniredis.RunT(t)
	s.redis = asynq.RedisClientOpt{Addr: s.server.Addr()}
	c := Config{
		Ledger: s.ledger.Ledger, Redis: s.redis, Users: users, Now: s.ledger.Clock.Now,
		Zone: time.FixedZone("JST", 9*3600), Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	if change != nil {
		change(&c)
	}
	s.Dashboard, err = New(c)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request is one request of a browser on the site itself.
type request struct {
	method, path string
	form         url.Values
	cookie       *http.Cookie
	header       map[string]string
	peer, host   string
}

func (s *site) do(r request) *httptest.ResponseRecorder {
	s.t.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	req := httptest.NewRequest(r.method, "/", strings.NewReader(r.form.Encode()))
	u, err := url.ParseRequestURI(r.path)
	must(s.t, err)
	req.URL = u
	req.Host = "127.0.0.1:8080"
	if r.host != "" {
		req.Host = r.host
	}
	if r.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	if r.cookie != nil {
		req.AddCookie(r.cookie)
	}
	if r.peer != "" {
		req.RemoteAddr = r.peer + ":1234"
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	return w
}

func (s *site) get(path string, cookie *http.Cookie) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(request{path: path, cookie: cookie})
}

func (s *site) post(path string, cookie *http.Cookie, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(request{method: http.MethodPost, path: path, cookie: cookie, form: form})
}

// login returns the cookie of a user.
func (s *site) login(name string) *http.Cookie {
	s.t.Helper()
	w := s.post("/login", nil, url.Values{"name": {name}, "password": {password}})
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		s.t.Fatalf("login of %s answers %d with %d cookies", name, w.Code, len(cookies))
	}
	return cookies[0]
}

func (s *site) want(w *httptest.ResponseRecorder, code int, texts ...string) {
	s.t.Helper()
	if w.Code != code {
		s.t.Fatalf("status %d, want %d: %s", w.Code, code, w.Body)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			s.t.Errorf("no %q in %s", text, w.Body)
		}
	}
}

// feed feeds all that is ready.
func (s *site) feed() []ledger.Task {
	s.t.Helper()
	ctx := context.Background()
	for more := true; more; {
		var err error
		more, err = s.ledger.Advance(ctx, "test", ledger.Policy{Parallel: 100})
		must(s.t, err)
	}
	lanes, err := s.ledger.Lanes(ctx, "test")
	must(s.t, err)
	var all []ledger.Task
	for _, lane := range lanes {
		tasks, err := s.ledger.Feed(ctx, lane, 10_000)
		must(s.t, err)
		all = append(all, tasks...)
	}
	return all
}

// settle claims a task and settles it.
func (s *site) settle(k ledger.Task, how ledger.State) {
	s.t.Helper()
	ctx := context.Background()
	c, err := s.ledger.Claim(ctx, k, "w1")
	must(s.t, err)
	switch how {
	case ledger.Sent:
		err = s.ledger.Sent(ctx, c, ledger.Attempt{Code: 250, Enhanced: "2.0.0"})
	case ledger.Refused:
		err = s.ledger.Refused(ctx, c, ledger.Attempt{Code: 550, Enhanced: "5.1.1"})
	case ledger.Expired:
		err = s.ledger.Expired(ctx, c, ledger.Attempt{Code: 451, Enhanced: "4.3.0"})
	case ledger.Uncertain:
		err = s.ledger.Uncertain(ctx, c, ledger.Attempt{})
	case ledger.Blocked:
		err = s.ledger.Blocked(ctx, c, "a character the fonts lack: U+1F600")
	default:
		s.t.Fatalf("cannot settle as %s", how)
	}
	must(s.t, err)
}

// archive puts the archived task of a refused delivery into the queue, as a worker does.
func (s *site) archive(id string) {
	s.t.Helper()
	client := asynq.NewClient(s.redis)
	defer client.Close()
	_, err := client.Enqueue(asynq.NewTask("email:send", []byte(id)), asynq.TaskID(id),
		asynq.Queue(queue.Email))
	must(s.t, err)
	inspector := asynq.NewInspector(s.redis)
	defer inspector.Close()
	must(s.t, inspector.ArchiveTask(queue.Email, id))
}

// taskID is the id that a feeder gives to a task.
func taskID(k ledger.Task) string {
	return fmt.Sprintf("%d.%d.%d", k.Delivery, k.Attempt, k.Feed)
}

func (s *site) states() map[ledger.State]int {
	s.t.Helper()
	counts, err := s.ledger.Counts(context.Background(), "test")
	must(s.t, err)
	return counts.Channels[ledger.Email]
}

// aftermath imports two companies and settles their deliveries in all the ways there are.
func (s *site) aftermath() []ledger.Task {
	s.t.Helper()
	start := time.Date(2013, 9, 12, 1, 0, 0, 0, time.UTC)
	s.ledger.Import(s.t,
		ledgertest.Batch{Name: "株式会社サンプル", People: 8, Start: start},
		ledgertest.Batch{Name: "Example <Trading> Inc.", People: 1500, Start: start.AddDate(0, 0, 4)},
		ledgertest.Batch{Name: "individuals", People: 3, Channel: "-"},
	)
	tasks := s.feed()
	ways := []ledger.State{
		ledger.Sent, ledger.Sent, ledger.Sent, ledger.Refused, ledger.Refused, ledger.Expired,
		ledger.Uncertain, ledger.Blocked,
	}
	for i, how := range ways {
		s.settle(tasks[i], how)
	}
	return tasks[:len(ways)]
}
