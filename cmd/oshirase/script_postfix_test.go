package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/jobstest"
)

// hasPostfix tells whether a real Postfix can be started. Where tests must be whole, its lack is an
// error and not a reason to skip.
func hasPostfix() (bool, error) {
	err := jobstest.LookPostfix()
	if errors.Is(err, jobstest.ErrMissing) && os.Getenv("CI") != "true" {
		return false, nil
	}
	return err == nil, err
}

// scriptPostfix starts a real Postfix behind a cutter and sets OSHIRASE_SMTP.
func scriptPostfix(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 0, "postfix")
	m, err := jobstest.Postfix()
	ts.Check(err)
	ts.Defer(m.Stop)
	stageOf(ts).postfix = m
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	go (&cutter{to: m.Addr}).serve(l)
	ts.Setenv("OSHIRASE_SMTP", "smtp://"+l.Addr().String()+"?tls=none")
}

// scriptPostfixLog waits until the queue manager has taken so many messages, and copies the log.
func scriptPostfixLog(ts *testscript.TestScript, neg bool, args []string) {
	m := stageOf(ts).postfix
	plainly(ts, neg, len(args) == 2 && m != nil, "postfixlog FILE COUNT, after postfix")
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(m.Log)
		ts.Check(err)
		if strconv.Itoa(bytes.Count(text, []byte("(queue active)\n"))) == args[1] {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
			return
		}
	}
	ts.Fatalf("not %s messages in %v", args[1], patience)
}

// scriptMailLog writes what a relay logs of the mail of others in the ten minutes before now and the
// twenty after, round what the file has.
func scriptMailLog(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 1, "maillog FILE")
	name := ts.MkAbs(args[0])
	before, err := os.ReadFile(name)
	if !errors.Is(err, os.ErrNotExist) {
		ts.Check(err)
	}
	var text strings.Builder
	now := time.Now().UTC()
	for minute := -10; minute <= 20; minute++ {
		if minute == 0 {
			text.Write(before)
		}
		fmt.Fprintf(&text, "%s mx postfix/qmgr[7]: 4Zz1%03dYz: from=<x@example.jp>, size=9, nrcpt=1 (queue active)\n",
			now.Add(time.Duration(minute)*time.Minute).Format(time.Stamp), minute+100)
	}
	ts.Check(os.WriteFile(name, []byte(text.String()), 0o600))
}

// cutter passes connections on. It swallows the reply to the first final dot, so that the message is
// taken and the sender cannot know; and the second final dot itself, so that it is not. Both cut the
// connection.
type cutter struct {
	to   string
	dots atomic.Int32
}

func (c *cutter) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go c.pass(client)
	}
}

func (c *cutter) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	var swallow atomic.Bool
	go func() {
		defer client.Close()
		_, _ = io.Copy(unlessSwallowed{client, &swallow}, server)
	}()
	var tail []byte
	for buf := make([]byte, 64<<10); ; {
		n, err := client.Read(buf)
		tail = append(tail, buf[:n]...)
		if n > 0 && bytes.HasSuffix(tail, []byte("\r\n.\r\n")) {
			switch c.dots.Add(1) {
			case 1:
				swallow.Store(true)
			case 2:
				return
			}
		}
		tail = tail[max(0, len(tail)-5):]
		if _, e := server.Write(buf[:n]); e != nil || err != nil {
			return
		}
	}
}

// unlessSwallowed is a writer that fails in place of the reply that is not to arrive.
type unlessSwallowed struct {
	io.Writer
	swallow *atomic.Bool
}

func (w unlessSwallowed) Write(b []byte) (int, error) {
	if w.swallow.Load() {
		return 0, io.ErrClosedPipe
	}
	return w.Writer.Write(b)
}
