package emailtest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const message = "Message-Id: <1@example.jp>\r\nSubject: x\r\n\r\n.dot\r\n"

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// mail sends by the standard library's client, which knows nothing of ours.
func post(s *Server, to string) error {
	return smtp.SendMail(s.Addr(), nil, "b@example.com", []string{to}, []byte(message))
}

func TestServerKeepsWhatItAccepts(t *testing.T) {
	var told []Received
	s := start(t, Options{Forget: true, OnMessage: func(m Received) { told = append(told, m) }})
	for _, to := range []string{"a@example.jp", `"x>y"@example.jp`} {
		if err := post(s, to); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Received()
	if s.Count() != 2 || len(told) != 2 || s.Connections() != 2 {
		t.Fatalf("%d messages, told of %d, %d connections", s.Count(), len(told), s.Connections())
	}
	first := got[0]
	if first.MessageID != "1@example.jp" || first.ReturnPath != "b@example.com" || first.Data != nil {
		t.Errorf("first is %+v", first)
	}
	second := told[1]
	if second.Order != 2 || second.Recipients[0] != `"x>y"@example.jp` ||
		string(second.Data) != message {
		t.Errorf("told of %+v", second)
	}
}

func TestReplyDecidesByRecipientAndAttempt(t *testing.T) {
	s := start(t, Options{Reply: func(to string, n int) Reply {
		switch {
		case to == "gone@example.jp":
			return Reply{Code: 550, Text: "5.1.1 unknown"}
		case to == "later@example.jp" && n < 3:
			return Reply{At: Dot, Code: 451, Text: "4.3.0 later"}
		case to == "cut@example.jp":
			return Reply{At: Dot, Close: true}
		}
		return Reply{}
	}})
	for _, f := range []struct {
		to   string
		good bool
	}{
		{"a@example.jp", true}, {"gone@example.jp", false}, {"later@example.jp", false},
		{"later@example.jp", false}, {"later@example.jp", true}, {"cut@example.jp", false},
	} {
		if err := post(s, f.to); (err == nil) != f.good {
			t.Errorf("%s: %v", f.to, err)
		}
	}
	want := []string{
		"a@example.jp", "gone@example.jp", "later@example.jp",
		"later@example.jp", "later@example.jp", "cut@example.jp",
	}
	if got := s.Recipients(); !slices.Equal(got, want) {
		t.Errorf("recipients in order: %q", got)
	}
	if s.Count() != 3 {
		t.Errorf("%d messages kept", s.Count())
	}
}

func TestTLSAndLoginAreRequiredWhereTheyAreOffered(t *testing.T) {
	s := start(t, Options{STARTTLS: true, User: "u", Password: "p"})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CA())
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Mail("b@example.com"); err == nil {
		t.Error("MAIL before STARTTLS")
	}
	if ok, _ := c.Extension("AUTH"); ok {
		t.Error("AUTH is offered in clear")
	}
	if err := c.StartTLS(&tls.Config{ServerName: "127.0.0.1", RootCAs: roots}); err != nil {
		t.Fatal(err)
	}
	if err := c.Mail("b@example.com"); err == nil {
		t.Error("MAIL before AUTH")
	}
	if err := c.Auth(smtp.PlainAuth("", "u", "p", "127.0.0.1")); err != nil {
		t.Error(err)
	}
	if err := c.Mail("b@example.com"); err != nil {
		t.Error(err)
	}
}

func TestPipelinedCommandsAreAnsweredInOrder(t *testing.T) {
	s := start(t, Options{})
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\n"+
		"x\r\n.\r\nMAIL FROM:<a@example.com>\r\nDATA\r\nNOOP\r\nBOO\r\nQUIT\r\n")
	var codes []string
	for in := bufio.NewScanner(conn); in.Scan(); {
		if line := in.Text(); line[3] == ' ' {
			codes = append(codes, line[:3])
		}
	}
	want := "220 250 250 250 354 250 250 554 250 500 221"
	if got := strings.Join(codes, " "); got != want {
		t.Errorf("replies %s, want %s", got, want)
	}
}

func TestAStrangeCertificateIsShownWhileItIsSaidSo(t *testing.T) {
	var strange atomic.Bool
	s := start(t, Options{Implicit: true, Strange: strange.Load})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CA())
	for _, want := range []bool{false, true, false} {
		strange.Store(want)
		conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{RootCAs: roots})
		var unknown *tls.CertificateVerificationError
		if got := errors.As(err, &unknown); got != want || !want && err != nil {
			t.Errorf("strange %v: %v", want, err)
		}
		if err == nil {
			conn.Close()
		}
	}
}

func TestAReplyMayDripOutByteByByte(t *testing.T) {
	s := start(t, Options{Script: func(e Event) Action {
		if e.Stage == Greeting {
			return Action{Line: "220 x", Split: true, Drip: time.Hour}
		}
		return Action{}
	}})
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	buffer := make([]byte, 64)
	if n, err := conn.Read(buffer); n != 1 || err != nil {
		t.Errorf("read %q, %v before an hour is over", buffer[:n], err)
	}
}

func TestCloseEndsEverythingAtOnce(t *testing.T) {
	s := start(t, Options{Script: func(e Event) Action {
		if e.Stage == EHLO {
			return Action{Delay: 1 << 50}
		}
		return Action{}
	}})
	var work sync.WaitGroup
	for range 5 {
		work.Go(func() { post(s, "a@example.jp") })
	}
	for s.Connections() < 5 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	work.Wait()
	if s.Close() == nil {
		t.Error("closed twice without an error")
	}
}

func FuzzSession(f *testing.F) {
	f.Add("EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<\"b>\"@c>\r\nDATA\r\n..\r\n.\r\n")
	f.Add("AUTH PLAIN =\r\nAUTH LOGIN\r\n*\r\nRSET\r\nSTARTTLS\r\n")
	f.Add("HELO\r\nMAIL FROM:\r\nRCPT\r\nDATA\r\n\x00\r\n")
	f.Fuzz(func(t *testing.T, commands string) {
		s := &Server{options: Options{User: "u", Password: "p", Mechanisms: []string{"LOGIN"}}}
		client, server := net.Pipe()
		go func() {
			client.Write([]byte(commands))
			client.Close()
		}()
		go func() {
			for buf := make([]byte, 4096); ; {
				if _, err := client.Read(buf); err != nil {
					return
				}
			}
		}()
		newSession(s, server, 1).run()
	})
}
