package dashboard

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// loginView is what the login page needs.
type loginView struct {
	Next, Name, Problem string
}

func (d *Dashboard) loginPage(w http.ResponseWriter, r *http.Request) {
	if d.Open {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	d.showLogin(w, r, http.StatusOK, loginView{Next: r.URL.Query().Get("next")})
}

func (d *Dashboard) showLogin(w http.ResponseWriter, r *http.Request, code int, v loginView) {
	v.Next = localPath(v.Next)
	d.show(w, r, code, view{Page: "login", Title: "Log in", Body: v})
}

func (d *Dashboard) login(w http.ResponseWriter, r *http.Request) {
	name, next := r.PostFormValue("name"), r.PostFormValue("next")
	again := func(code int, problem string) {
		d.showLogin(w, r, code, loginView{Next: next, Name: name, Problem: problem})
	}
	if wait := d.spend(r, name); wait > 0 {
		w.Header().Set("Retry-After", seconds(wait))
		again(http.StatusTooManyRequests, "Too many tries. Wait "+seconds(wait)+" seconds, then try again.")
		return
	}
	user, err := d.Users.Check(name, r.PostFormValue("password"))
	switch {
	case errors.Is(err, ErrLogin):
		d.Log.WarnContext(r.Context(), "login refused", "address", d.Address(r))
		again(http.StatusUnauthorized, "User name or password is wrong.")
	case errors.Is(err, ErrBusy):
		again(http.StatusServiceUnavailable, "Too many people are logging in. Try again in a moment.")
	case err != nil:
		d.Log.ErrorContext(r.Context(), "users unreadable", "error", err)
		again(http.StatusInternalServerError, "The file of users cannot be read. See the log.")
	default:
		d.byName.giveBack(name)
		d.byPeer.giveBack(network(d.Address(r)))
		d.enter(w, r, user)
		http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	}
}

// spend takes a try of the address and of the name, before anything is hashed: tries made side by side
// count as well. Names that nobody can have share one count.
func (d *Dashboard) spend(r *http.Request, name string) time.Duration {
	if wait, ok := d.byPeer.take(network(d.Address(r))); !ok {
		return wait
	}
	if !validName(name) {
		name = ""
	}
	wait, _ := d.byName.take(name)
	return wait
}

// network is the address for IPv4, and the /64 for IPv6, where one customer has that many.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// enter gives the browser a new session; one it had ends, so that nobody can plant one beforehand.
func (d *Dashboard) enter(w http.ResponseWriter, r *http.Request, user User) {
	if old, err := r.Cookie(d.cookieName()); err == nil {
		d.sessions.end(old.Value)
	}
	http.SetCookie(w, d.cookie(d.sessions.start(user), 0))
	d.Log.InfoContext(r.Context(), "logged in", "user", user.Name, "role", string(user.Role))
}

func (d *Dashboard) logout(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(d.cookieName()); err == nil {
		d.sessions.end(cookie.Value)
	}
	http.SetCookie(w, d.cookie("", -1))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// cookieName has the prefix that browsers keep for cookies set by this very host over TLS (RFC 6265bis
// 4.1.3.2).
func (d *Dashboard) cookieName() string {
	if d.Secure {
		return "__Host-oshirase"
	}
	return "oshirase"
}

func (d *Dashboard) cookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: d.cookieName(), Value: token, Path: "/", MaxAge: maxAge,
		Secure: d.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

func loginURL(next string) string {
	if next == "/" {
		return "/login"
	}
	return "/login?" + url.Values{"next": {next}}.Encode()
}

// localPath is where to go after the login: a page of ours, or the first one.
func localPath(next string) string {
	for _, prefix := range []string{"/campaign/", "/queues/"} {
		if strings.HasPrefix(next, prefix) && !strings.ContainsAny(next, "\\\r\n") {
			return next
		}
	}
	return "/"
}
