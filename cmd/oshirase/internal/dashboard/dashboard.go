// Package dashboard shows campaigns and their queues to the people who run them, and lets operators do
// two things from there: send again what failed, and pause a queue.
//
// Its pages show counts, states, company names and ids, never a person; nothing here can open sealed
// data, for the package is never given a key. What changes anything asks for the same proof as the
// command line (ID:COUNT) and goes through the ledger, which writes the journal.
//
// asynq's own dashboard (asynqmon) is mounted under /queues/. It has no login, and most of its buttons
// would go behind the ledger's back or block Redis, so nothing but reading is ever passed on to it: the
// few writes that make sense are done here, the others are answered with the command to use instead.
package dashboard

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/hibiken/asynq"

	"oshirase/jobs/ledger"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// Config says what a Dashboard shows, and to whom.
type Config struct {
	Ledger *ledger.Ledger
	Redis  asynq.RedisConnOpt // nil where there is no queue: /queues/ says so
	Users  *Users             // who may log in; not used where Open
	// Open shows everything to everybody and refuses every change. It is for a demonstration on the
	// loopback: a request that names any other host is refused.
	Open bool
	// Secure says that browsers reach these pages by TLS, ours or a proxy's.
	Secure bool
	// Address is where a request comes from, for throttling. nil takes the peer's; behind a proxy it
	// should be what the proxy says.
	Address func(*http.Request) string
	Zone    *time.Location   // of the times of a campaign without a zone; nil for the machine's
	Now     func() time.Time // nil for the machine's clock
	Log     *slog.Logger     // nil for the default logger
}

// Dashboard serves the pages. Close it after its server.
type Dashboard struct {
	Config
	pages    map[string]*template.Template
	queue    *monitored // nil where there is none
	sessions *sessions
	byName   *throttle
	byPeer   *throttle
	handler  http.Handler
}

// New makes the pages. It connects to nothing yet.
func New(c Config) (*Dashboard, error) {
	if c.Ledger == nil {
		return nil, errors.New("dashboard without a ledger")
	}
	if c.Users == nil && !c.Open {
		return nil, errors.New("dashboard without users")
	}
	d := &Dashboard{Config: c.withDefaults()}
	d.sessions = newSessions(d.Now)
	// One address runs dry long before the name it tries does: who guesses does not lock the owner out.
	d.byName = newThrottle(12, 10*time.Second, d.Now)
	d.byPeer = newThrottle(8, 30*time.Second, d.Now)
	var err error
	if d.pages, err = d.parsePages(); err != nil {
		return nil, err
	}
	if c.Redis != nil {
		if d.queue, err = newMonitored(c.Redis); err != nil {
			return nil, err
		}
	}
	d.handler, err = d.routes()
	return d, err
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	if c.Address == nil {
		c.Address = peer
	}
	return c
}

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Close ends the connections to Redis.
func (d *Dashboard) Close() error {
	if d.queue == nil {
		return nil
	}
	return d.queue.close()
}

// ServeHTTP answers a request.
func (d *Dashboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.handler.ServeHTTP(w, r)
}

// routes are all there is. Whatever is not behind seen or operated is open to the world.
func (d *Dashboard) routes() (http.Handler, error) {
	assets, err := fs.Sub(assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /assets/{file}", http.StripPrefix("/assets/", http.FileServerFS(assets)))
	mux.HandleFunc("GET /login", d.loginPage)
	mux.HandleFunc("POST /login", d.login)
	mux.HandleFunc("POST /logout", d.logout)
	mux.Handle("GET /{$}", d.seen(d.campaigns))
	mux.Handle("GET /campaign/{id}", d.seen(d.campaign))
	mux.Handle("GET /campaign/{id}/retry", d.operated(d.retryPage))
	mux.Handle("POST /campaign/{id}/retry", d.operated(d.retry))
	mux.Handle("GET /queues", http.RedirectHandler("/queues/", http.StatusSeeOther))
	mux.Handle("/queues/", d.seen(d.queues))
	mux.Handle("/", d.seen(func(w http.ResponseWriter, r *http.Request, v visitor) {
		d.fail(w, r, v, http.StatusNotFound, "There is no such page.")
	}))
	return d.guard(mux), nil
}
