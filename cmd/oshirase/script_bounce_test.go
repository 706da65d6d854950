package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/jobstest"
)

// scriptFill puts the return path and the Message-ID of the message that a recipient got last into a file, in
// place of RETURNPATH and MESSAGEID.
func scriptFill(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts).sink
	plainly(ts, neg, len(args) == 2 && s != nil, "fill FILE RECIPIENT, after smtpsink")
	for _, m := range slices.Backward(s.Received()) {
		if slices.Contains(m.Recipients, args[1]) {
			named := strings.NewReplacer("RETURNPATH", m.ReturnPath, "MESSAGEID", m.MessageID)
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(named.Replace(ts.ReadFile(args[0]))), 0o600))
			return
		}
	}
	ts.Fatalf("nothing was sent to %s", args[1])
}

// scriptBounces starts a real Postfix that takes all mail, and then cannot deliver some recipients'. What it
// reports to bounces.example.net it puts into a mailbox, MAILBOX.
func scriptBounces(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) > 0, "bounces RECIPIENT…")
	m, err := jobstest.PostfixBouncing("bounces.example.net", args...)
	ts.Check(err)
	ts.Defer(m.Stop)
	stageOf(ts).postfix = m
	ts.Setenv("OSHIRASE_SMTP", "smtp://"+m.Addr+"?tls=none")
	ts.Setenv("MAILBOX", m.Mailbox)
}

// scriptMailbox waits until so many messages are in that mailbox.
func scriptMailbox(ts *testscript.TestScript, neg bool, args []string) {
	m := stageOf(ts).postfix
	plainly(ts, neg, len(args) == 1 && m != nil, "mailbox COUNT, after bounces")
	var text []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, _ = os.ReadFile(m.Mailbox)
		n := bytes.Count(text, []byte("From MAILER-DAEMON ")) // the last one whole
		if fmt.Sprint(n) == args[0] && bytes.HasSuffix(text, []byte("--\n\n")) {
			return
		}
	}
	ts.Fatalf("not %s messages in %v, but: %s", args[0], patience, text)
}
