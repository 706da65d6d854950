package main

import (
	"net/http"
	"testing"
)

func TestPagesAreNeverShownInClearToANetwork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at listening
		ok bool
	}{
		"this machine":             {listening{addr: "127.0.0.1:8080"}, true},
		"this machine, by name":    {listening{addr: "localhost:8080"}, true},
		"this machine, IPv6":       {listening{addr: "[::1]:8080"}, true},
		"all addresses":            {listening{addr: "0.0.0.0:8080"}, false},
		"all addresses, in short":  {listening{addr: ":8080"}, false},
		"a network's address":      {listening{addr: "192.0.2.1:8080"}, false},
		"a name":                   {listening{addr: "notices.example.com:443"}, false},
		"a name like localhost":    {listening{addr: "localhost.example.com:443"}, false},
		"with TLS":                 {listening{addr: ":443", cert: "c.pem", key: "k.pem"}, true},
		"with half of TLS":         {listening{addr: ":443", cert: "c.pem"}, false},
		"with the other half":      {listening{addr: "127.0.0.1:443", key: "k.pem"}, false},
		"behind a proxy":           {listening{addr: ":8080", proxy: "https://notices.example.com"}, true},
		"behind a proxy in clear":  {listening{addr: ":8080", proxy: "http://notices.example.com"}, false},
		"behind a proxy, no host":  {listening{addr: ":8080", proxy: "https://"}, false},
		"behind a proxy, nonsense": {listening{addr: "127.0.0.1:1", proxy: "::"}, false},
		"no port":                  {listening{addr: "127.0.0.1"}, false},
		"nothing":                  {listening{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.at.check()
			if (err == nil) != c.ok {
				t.Fatalf("got %v", err)
			}
			if f := asFault(err); err != nil && (f.code != exitUsage || len(f.hints) == 0) {
				t.Errorf("code %d, hints %q", f.code, f.hints)
			}
		})
	}
}

func TestARequestsAddressIsTheProxysWordOnlyBehindAProxy(t *testing.T) {
	t.Parallel()
	r := &http.Request{RemoteAddr: "192.0.2.7:4000", Header: http.Header{
		"X-Forwarded-For": {"203.0.113.9, 198.51.100.4"}, // the first is what the client claims
	}}
	if got := (listening{}).client(r); got != "192.0.2.7" {
		t.Errorf("without a proxy: %q", got)
	}
	if got := (listening{proxy: "https://notices.example.com"}).client(r); got != "198.51.100.4" {
		t.Errorf("behind one: %q", got)
	}
	r.Header.Del("X-Forwarded-For")
	if got := (listening{proxy: "https://notices.example.com"}).client(r); got != "192.0.2.7" {
		t.Errorf("behind one that says nothing: %q", got)
	}
}
