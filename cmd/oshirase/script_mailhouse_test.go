package main

import (
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/handover/handovertest"
)

// scriptMailHouse starts a mail house's server over the directory "house", once; a number breaks its
// connections after so many bytes more.
func scriptMailHouse(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) <= 1, "mailhouse [BYTES]")
	s := stageOf(ts)
	if s.house == nil {
		ts.Check(os.Mkdir(ts.MkAbs("house"), 0o700))
		ts.Check(os.Mkdir(ts.MkAbs("keys"), 0o700))
		var err error
		s.house, err = handovertest.Start(ts.MkAbs("house"), ts.MkAbs("keys"))
		ts.Check(err)
		ts.Defer(func() { ts.Check(s.house.Close()) })
		ts.Setenv("HOUSE", s.house.URL())
	}
	n := int64(1) << 40
	if len(args) == 1 {
		var err error
		n, err = strconv.ParseInt(args[0], 10, 64)
		ts.Check(err)
	}
	s.house.BreakAfter(n)
}
