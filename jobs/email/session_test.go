package email

import (
	"crypto/tls"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"oshirase/jobs/email/emailtest"
)

func TestMailGoesThroughTLS(t *testing.T) {
	for _, o := range []emailtest.Options{{STARTTLS: true}, {Implicit: true}} {
		s := serve(t, o)
		c := connTo(t, s)
		for range 3 {
			mustSend(t, c, recipient)
		}
		if err := c.Close(); err != nil || s.Connections() != 1 || s.Count() != 3 {
			t.Errorf("%v, %d connections, %d messages", err, s.Connections(), s.Count())
		}
	}
}

func TestCertificateFromTheURLsFileIsTrusted(t *testing.T) {
	s := serve(t, emailtest.Options{STARTTLS: true, User: "u", Password: "p"})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := ParseRelay(s.URL() + "?ca=" + url.QueryEscape(file))
	if err != nil {
		t.Fatal(err)
	}
	c := r.Conn()
	defer c.Close()
	mustSend(t, c, recipient)
}

func TestConnectionThatIsNotSafelyEncryptedIsNotUsed(t *testing.T) {
	for name, f := range map[string]struct {
		options emailtest.Options
		change  func(*Relay)
	}{
		"STARTTLS is not offered": {
			emailtest.Options{}, func(r *Relay) { r.TLS = STARTTLS },
		},
		"mode left empty": {
			emailtest.Options{}, func(r *Relay) { r.TLS = "" },
		},
		"STARTTLS is refused": {
			emailtest.Options{STARTTLS: true, Script: once(emailtest.STARTTLS, say("454 no"))},
			func(*Relay) {},
		},
		"cut at STARTTLS": {
			emailtest.Options{STARTTLS: true, Script: once(emailtest.STARTTLS, cutNow)},
			func(*Relay) {},
		},
		"STARTTLS without a handshake": {
			emailtest.Options{STARTTLS: true, Script: once(emailtest.STARTTLS, bye("220 go"))},
			func(*Relay) {},
		},
		"unknown authority": {
			emailtest.Options{STARTTLS: true}, func(r *Relay) { r.Config = nil },
		},
		"name of another": {
			emailtest.Options{STARTTLS: true},
			func(r *Relay) { r.Config.ServerName = "mail.example.com" },
		},
		"unknown authority, smtps": {
			emailtest.Options{Implicit: true}, func(r *Relay) { r.Config = nil },
		},
		"smtps where there is none": {
			emailtest.Options{}, func(r *Relay) { r.TLS = Implicit },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, f.options)
			r := relayTo(t, s)
			f.change(&r)
			c := r.Conn()
			defer c.Close()
			out := send(t, c, recipient)
			if out.Class != Deferred || out.Stage != StageTLS || !out.Down || out.Line == "" {
				t.Errorf("outcome %+v", out)
			}
			if len(s.Recipients()) > 0 {
				t.Error("a recipient was named")
			}
		})
	}
}

// What is sent in clear together with the reply to STARTTLS is the classic way to speak for a
// server.
func TestWhatWasSaidBeforeTheHandshakeIsForgotten(t *testing.T) {
	s := serve(t, emailtest.Options{
		STARTTLS: true,
		Script:   once(emailtest.STARTTLS, emailtest.Action{Unasked: "250 forged"}),
	})
	if out := send(t, connTo(t, s), recipient); out.Class != Accepted && out.Stage != StageTLS {
		t.Errorf("outcome %+v", out)
	}
}

func TestEveryMechanismLogsIn(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2 LOGIN PLAIN"} {
		for _, o := range []emailtest.Options{{}, {STARTTLS: true}, {Implicit: true}} {
			o.User, o.Password = "mailer", "correct horse"
			o.Mechanisms = strings.Fields(mechanism)
			s := serve(t, o)
			mustSend(t, connTo(t, s), recipient)
		}
	}
}

func TestRefusedLoginIsTheRelaysFaultAndKeepsThePasswordSecret(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "LOGIN", "SCRAM-SHA-256"} {
		s := serve(t, emailtest.Options{
			STARTTLS: true, User: "mailer", Password: "right", Mechanisms: []string{mechanism},
			Script: func(e emailtest.Event) emailtest.Action {
				if e.Stage == emailtest.AUTH {
					return say("535 5.7.8 mailer with wrong: bWFpbGVy d3Jvbmc= no")
				}
				return emailtest.Action{}
			},
		})
		r := relayTo(t, s)
		r.Password = "wrong"
		c := r.Conn()
		out := send(t, c, recipient)
		if out.Class != Deferred || out.Stage != StageAuth || out.Code != 535 || !out.Down {
			t.Errorf("outcome %+v", out)
		}
		for _, secret := range []string{"mailer", "wrong", "bWFpbGVy", "d3Jvbmc"} {
			if strings.Contains(out.Line, secret) {
				t.Errorf("%q is in %q", secret, out.Line)
			}
		}
		c.Close()
	}
}

func TestServerWithoutAMechanismOfOursIsDown(t *testing.T) {
	for _, o := range []emailtest.Options{
		{STARTTLS: true},
		{STARTTLS: true, User: "u", Password: "p", Mechanisms: []string{"XOAUTH2", "NTLM"}},
	} {
		r := relayTo(t, serve(t, o))
		r.User, r.Password = "u", "p"
		c := r.Conn()
		out := send(t, c, recipient)
		if out.Class != Deferred || out.Stage != StageAuth || !out.Down {
			t.Errorf("outcome %+v", out)
		}
		c.Close()
	}
}

func TestServerThatAsksForTooManyIterationsIsNotObeyed(t *testing.T) {
	auth := Relay{User: "u", Password: "p"}.auth([]string{"SCRAM-SHA-256"})
	first, err := auth.Next(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	_, nonce, _ := strings.Cut(string(first), ",r=")
	for _, count := range []string{"2000000000", "0", "-1", "x", "99999999999999999999"} {
		if _, err := auth.Next([]byte("r="+nonce+"x,s=c2FsdA==,i="+count), true); err == nil {
			t.Errorf("%s iterations: no error", count)
		}
	}
}

func TestPasswordNeverTravelsInClearUnlessTLSIsSwitchedOff(t *testing.T) {
	s := serve(t, emailtest.Options{User: "u", Password: "p"})
	r := relayTo(t, s)
	r.TLS = STARTTLS
	c := r.Conn()
	defer c.Close()
	if out := send(t, c, recipient); out.Stage != StageTLS || s.Count() > 0 {
		t.Errorf("outcome %+v", out)
	}
}

func TestServerThatKnowsOnlyHELOIsUsedWithoutTLS(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.EHLO && asked.Add(1) == 1 {
			return say("502 5.5.1 what")
		}
		return emailtest.Action{}
	}})
	mustSend(t, connTo(t, s), recipient)
}

func TestRelaysConfigIsNotChanged(t *testing.T) {
	config := &tls.Config{}
	r := Relay{Host: "mail.example.com", Config: config}
	if got := r.tlsConfig(); got.ServerName != r.Host || config.ServerName != "" {
		t.Errorf("server name %q, given %q", got.ServerName, config.ServerName)
	}
}
