package dashboard

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
)

// ownPolicy lets our pages use our own files and nothing else.
const ownPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard stands before everything: headers, plain paths, the right host, no writes from other sites.
func (d *Dashboard) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.refuse(w, http.StatusForbidden, "This request came from another site and was refused.")
	}))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.headers(w.Header())
		switch {
		case !plainPath(r):
			d.refuse(w, http.StatusBadRequest, "This address is not spelled plainly.")
		case d.Open && !loopback(r.Host):
			d.refuse(w, http.StatusForbidden, "This demonstration answers on this machine only.")
		case d.Open && r.Method != http.MethodGet && r.Method != http.MethodHead:
			d.refuse(w, http.StatusForbidden, "This is a demonstration: nothing can be changed here.")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
			next.ServeHTTP(w, r)
		}
	})
}

func (d *Dashboard) headers(h http.Header) {
	h.Set("Content-Security-Policy", ownPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if d.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// plainPath tells whether a path has one reading only: nothing escaped that need not be, no dot
// segments, no empty ones, no backslash. What is allowed is decided on the path, and another program
// behind this one must not read it differently.
func plainPath(r *http.Request) bool {
	p := r.URL.Path
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return p == clean && r.URL.RawPath == "" && !strings.ContainsFunc(p, func(c rune) bool {
		return c < ' ' || c == 0x7f || c == '\\' || c == '\uFFFD'
	})
}

// loopback tells whether a Host header names this machine. A page of another site that points its own
// name at 127.0.0.1 does not.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}

// refuse answers in one sentence of plain text.
func (d *Dashboard) refuse(w http.ResponseWriter, code int, sentence string) {
	http.Error(w, sentence, code)
}

// visitor is who asks.
type visitor struct {
	Name  string // empty where the dashboard is open
	Role  Role
	token string
}

// Operates tells whether the visitor may change anything.
func (v visitor) Operates() bool { return v.Role == Operator }

type page func(http.ResponseWriter, *http.Request, visitor)

// seen lets everybody through who is logged in.
func (d *Dashboard) seen(next page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := d.visitor(r)
		switch {
		case err == nil:
			next(w, r, v)
		case !errors.Is(err, errStranger):
			d.Log.ErrorContext(r.Context(), "users unreadable", "error", err)
			d.refuse(w, http.StatusInternalServerError, "The file of users cannot be read. See the log.")
		case isAPI(r) || r.Method != http.MethodGet:
			d.refuse(w, http.StatusUnauthorized, "You are not logged in. Open /login first.")
		default:
			http.Redirect(w, r, loginURL(r.URL.Path), http.StatusSeeOther)
		}
	})
}

// operated lets only operators through.
func (d *Dashboard) operated(next page) http.Handler {
	return d.seen(func(w http.ResponseWriter, r *http.Request, v visitor) {
		if !v.Operates() {
			d.fail(w, r, v, http.StatusForbidden, "Only an operator can do this.")
			return
		}
		next(w, r, v)
	})
}

var errStranger = errors.New("not logged in")

// visitor finds out who asks. A login is worth what the file of users says now: a user who was removed,
// or has a new password, is a stranger, and a changed role counts at once.
func (d *Dashboard) visitor(r *http.Request) (visitor, error) {
	if d.Open {
		return visitor{Role: Viewer}, nil
	}
	cookie, err := r.Cookie(d.cookieName())
	if err != nil {
		return visitor{}, errStranger
	}
	was, ok := d.sessions.find(cookie.Value, !automatic(r))
	if !ok {
		return visitor{}, errStranger
	}
	user, err := d.Users.Find(was.Name)
	if errors.Is(err, ErrNoUser) || err == nil && user.hash != was.hash {
		d.sessions.end(cookie.Value)
		return visitor{}, errStranger
	}
	return visitor{Name: user.Name, Role: user.Role, token: cookie.Value}, err
}

// refreshHeader marks what our script asks for by itself.
const refreshHeader = "Oshirase-Refresh"

// automatic tells whether a request was made by a page and not by its reader: those do not keep a login
// alive. asynqmon's own polling is among them.
func automatic(r *http.Request) bool {
	return r.Header.Get(refreshHeader) != "" || isAPI(r) && r.Method == http.MethodGet
}
