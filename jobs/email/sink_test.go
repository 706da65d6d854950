package email

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"

	"oshirase/jobs/jobstest"
)

// TestPostfixSinkTakesEveryMessage speaks to a server that nobody here has written.
func TestPostfixSinkTakesEveryMessage(t *testing.T) {
	sink, err := jobstest.Sink()
	if errors.Is(err, jobstest.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer sink.Stop()
	host, port, _ := net.SplitHostPort(sink.Addr)
	c := Relay{Host: host, Port: port, TLS: NoTLS}.Conn()
	defer c.Close()
	message := compose(t, sample())
	e := Envelope{"bounce+1@example.com", `"foo..bar"@docomo.example.jp`}
	for range 300 {
		if out := c.Send(context.Background(), e, message); out.Class != Accepted {
			t.Fatalf("outcome %+v", out)
		}
	}
}
