package members

import (
	"cmp"
	"net/url"
)

// Endpoint names where an address leads: host:port, without the path, which may hold a key.
func Endpoint(u *url.URL) string {
	port := map[string]string{"https": "443", "http": "80"}[u.Scheme]
	return u.Hostname() + ":" + cmp.Or(u.Port(), port)
}
