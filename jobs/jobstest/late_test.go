package jobstest

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"
)

// echo answers each line with the line, and all that has come at once in one go.
func echo(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); c.Close() }()
		}
	}()
	return l.Addr().String()
}

func lateLine(t *testing.T, by time.Duration) (*Late, net.Conn) {
	t.Helper()
	l, err := NewLate(echo(t), by)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	c, err := net.Dial("tcp", l.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return l, c
}

// ask sends questions at once and waits for as many answers.
func ask(t *testing.T, c net.Conn, questions ...string) {
	t.Helper()
	for _, q := range questions {
		if _, err := io.WriteString(c, q+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	r := bufio.NewReader(c)
	for _, q := range questions {
		if line, err := r.ReadString('\n'); err != nil || line != q+"\n" {
			t.Fatalf("%q was answered with %q, %v", q, line, err)
		}
	}
}

func TestOnALateLineAnswersTakeTheirTime(t *testing.T) {
	t.Parallel()
	const by = 30 * time.Millisecond
	_, c := lateLine(t, by)
	for range 3 {
		begin := time.Now()
		ask(t, c, "MAIL")
		if took := time.Since(begin); took < by {
			t.Errorf("an answer came after %v, want at least %v", took, by)
		}
	}
}

func TestWhatIsAskedAtOnceIsOneTrip(t *testing.T) {
	t.Parallel()
	l, c := lateLine(t, 20*time.Millisecond)
	ask(t, c, "EHLO client")
	ask(t, c, "MAIL", "RCPT", "DATA")
	ask(t, c, "body", ".")
	ask(t, c, "QUIT")
	if got := l.Trips(); got != 2 {
		t.Errorf("%d trips, want 2", got)
	}
}

func TestALateLineEndsWithItsServersConnection(t *testing.T) {
	t.Parallel()
	l, c := lateLine(t, time.Millisecond)
	ask(t, c, "MAIL")
	l.Close()
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes came from a closed line", n)
	}
}
