package email

import (
	"context"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// startSink starts Postfix's sink, a server that nobody here has written.
func startSink(t *testing.T) (port string) {
	t.Helper()
	path, err := exec.LookPath("smtp-sink")
	if err != nil {
		if path = "/usr/sbin/smtp-sink"; os.Getenv("CI") == "" && !exists(path) {
			t.Skip("no smtp-sink (package postfix)")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	l.Close()
	args := []string{"127.0.0.1:" + port, "100"}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	sink := exec.Command(path, args...)
	if err := sink.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		sink.Process.Kill()
		sink.Wait()
	})
	return port
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestPostfixSinkTakesEveryMessage(t *testing.T) {
	c := Relay{Host: "127.0.0.1", Port: startSink(t), TLS: NoTLS}.Conn()
	defer c.Close()
	message := compose(t, sample())
	e := Envelope{"bounce+1@example.com", `"foo..bar"@docomo.example.jp`}
	out := c.Send(t.Context(), e, message)
	for end := time.Now().Add(10 * time.Second); out.Stage == StageDial && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond) // it is still starting
		out = c.Send(t.Context(), e, message)
	}
	for range 300 {
		if out.Class != Accepted {
			t.Fatalf("outcome %+v", out)
		}
		out = c.Send(context.Background(), e, message)
	}
}
