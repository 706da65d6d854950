package main

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
)

// The servers of the scripts. Each ends with its script.

// scriptSink starts a relay and sets OSHIRASE_SMTP: one that takes all, one that refuses or defers some
// recipients or takes theirs without saying so, or an address where none is.
func scriptSink(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "smtpsink [down | refuse RECIPIENT… | defer RECIPIENT… | cut RECIPIENT…]"
	plainly(ts, neg, true, usage)
	if slices.Equal(args, []string{"down"}) {
		ts.Setenv("OSHIRASE_SMTP", "smtp://"+closedPort(ts)+"?tls=none")
		return
	}
	plainly(ts, neg, len(args) != 1, usage)
	s, err := emailtest.NewServer(emailtest.Options{Reply: replies(args)})
	ts.Check(err)
	ts.Defer(func() { _ = s.Close() })
	stageOf(ts).sink = s
	ts.Setenv("OSHIRASE_SMTP", s.URL())
}

func replies(args []string) func(string, int) emailtest.Reply {
	return func(to string, _ int) emailtest.Reply {
		switch {
		case len(args) == 0 || !slices.Contains(args[1:], to):
			return emailtest.Reply{}
		case args[0] == "defer":
			return emailtest.Reply{Code: 451, Text: "4.7.1 try again later"}
		case args[0] == "cut":
			return emailtest.Reply{At: emailtest.Dot, Close: true}
		}
		return emailtest.Reply{Code: 550, Text: "5.1.1 user unknown"}
	}
}

// scriptReceived prints the recipients of the messages that the relay has taken, one a line and sorted:
// connections work side by side.
func scriptReceived(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts).sink
	plainly(ts, neg, len(args) == 0 && s != nil, "received, after smtpsink")
	var all []string
	for _, m := range s.Received() {
		all = append(all, m.Recipients...)
	}
	slices.Sort(all)
	for _, to := range all {
		fmt.Fprintln(ts.Stdout(), to)
	}
}

// scriptRedis starts a private redis-server, with a password if one is named, and sets OSHIRASE_REDIS;
// REDIS_ADDR is its host and port. Or it names an address where none is.
func scriptRedis(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) <= 1, "redis [down | PASSWORD]")
	if slices.Equal(args, []string{"down"}) {
		ts.Setenv("OSHIRASE_REDIS", "redis://"+closedPort(ts))
		return
	}
	s, err := jobstest.Redis(ts.MkAbs("."))
	ts.Check(err)
	ts.Defer(s.Stop)
	at := url.URL{Scheme: "redis", Host: s.Addr}
	if len(args) == 1 {
		ts.Check(requirePassword(s.Addr, args[0]))
		at.User = url.UserPassword("", args[0])
	}
	ts.Setenv("REDIS_ADDR", s.Addr)
	ts.Setenv("OSHIRASE_REDIS", at.String())
}

// requirePassword speaks to Redis by an inline command.
func requirePassword(addr, password string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "CONFIG SET requirepass %s\r\n", password); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && strings.TrimSpace(answer) != "+OK" {
		err = fmt.Errorf("redis says %q", answer)
	}
	return err
}

// closedPort is an address at which nobody listens while the script runs.
func closedPort(ts *testscript.TestScript) string {
	addr, letGo, err := jobstest.Nobody()
	ts.Check(err)
	ts.Defer(letGo)
	return addr
}
