package email

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRelayURLIsRead(t *testing.T) {
	for url, want := range map[string]Relay{
		"smtp://relay.example":             {Host: "relay.example", Port: "587", TLS: STARTTLS},
		"smtp://relay.example:25?tls=none": {Host: "relay.example", Port: "25", TLS: NoTLS},
		"smtp://h?tls=starttls":            {Host: "h", Port: "587", TLS: STARTTLS},
		"smtps://h":                        {Host: "h", Port: "465", TLS: Implicit},
		"smtp://[::1]:2525/":               {Host: "::1", Port: "2525", TLS: STARTTLS},
		"smtp://u%40example.com:p%40%2F%23@h:25": {
			Host: "h", Port: "25", TLS: STARTTLS, User: "u@example.com", Password: "p@/#",
		},
	} {
		got, err := ParseRelay(url)
		if err != nil || got != want {
			t.Errorf("%q reads %#v, %v", url, got, err)
		}
	}
}

func TestErrorOfARelayURLNeverHoldsThePassword(t *testing.T) {
	for _, url := range []string{
		"smtp://user:hunter#2hunter@h", "smtp://user:hunter/2@h", "smtp://user:hunter?2@h",
		"smtp://user:hunter%2@h", "smtp://user:hunter2@", "smtp://user:hunter2@h:port",
		"http://user:hunter2@h", "user:hunter2@h", "smtp://user:hunter2@h?tls=hunter",
		"smtp://user:hunter2@h?hunter=1", "smtps://user:hunter2@h?tls=none", "hunter2",
		"smtp://user:hunter2@h/hunter", "smtp://user:hunter2@h?ca=/nowhere/at/all",
		"smtp://:hunter2@h", "smtp://user:hunter 2@h", "smtp://user:hun\nter@h", "smtp://user@h",
	} {
		_, err := ParseRelay(url)
		if err == nil {
			t.Errorf("%q: no error", url)
		} else if strings.Contains(err.Error(), "hunter") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestRelayIsPrintedWithoutItsPassword(t *testing.T) {
	for in, want := range map[string]string{
		"smtp://user:hunter2@h":       "smtp://user@h:587?tls=starttls",
		"smtp://h:25?tls=none":        "smtp://h:25?tls=none",
		"smtps://user:hunter2@[::1]/": "smtps://user@[::1]:465",
	} {
		r, err := ParseRelay(in)
		if err != nil || r.String() != want {
			t.Errorf("%q is printed as %q, %v", in, r, err)
		}
	}
}

func TestCAFileWithoutACertificateIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRelay("smtp://h?ca=" + file); err == nil {
		t.Error("no error")
	}
}

func TestDeadlinesAreTheRFCsWhereNoneAreGiven(t *testing.T) {
	if got, want := (Deadlines{}).Sum().String(), "58m30s"; got != want {
		t.Errorf("sum is %s, want %s", got, want)
	}
}

func FuzzParseRelay(f *testing.F) {
	f.Add("smtp", "user", "p@ss/w#rd?%", "h:587")
	f.Add("smtps", "", "", "[::1]")
	f.Fuzz(func(t *testing.T, scheme, user, password, rest string) {
		r, err := ParseRelay(scheme + "://" + user + ":SECRET" + password + "@" + rest)
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("the error holds the password: %v", err)
		}
		known := err == nil && strings.HasPrefix(r.Password, "SECRET")
		if known && strings.Contains(r.String(), "SECRET") {
			t.Errorf("the password is printed: %v", r)
		}
	})
}

func TestSeveralRelaysWithWeights(t *testing.T) {
	list, err := ParseRelays(" smtp://a.example.com?weight=3&tls=none,smtps://u:p,x@b.example.com\n\tsmtp://c.example.com, ")
	if err != nil || len(list) != 3 {
		t.Fatalf("%v %v", list, err)
	}
	if list[0].Weight != 3 || list[0].TLS != NoTLS || list[1].Password != "p,x" || list[2].Host != "c.example.com" {
		t.Errorf("%+v", list)
	}
	for _, bad := range []string{
		"", "  ", "smtp://a?weight=0", "smtp://a?weight=1001", "smtp://a?weight=x", "smtp://a http://b",
		"smtp://a,http://b", "smtp://u:geheim@a:x smtp://b",
	} {
		if list, err := ParseRelays(bad); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v, %v", bad, list, err)
		}
	}
}
