package main

import (
	"errors"
	"os"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/jobstest"
)

// scriptPostgres starts a private PostgreSQL server and sets POSTGRES and POSTGRES2, the URLs of two
// empty databases. Or it names an address where none is.
func scriptPostgres(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "postgres [down]"
	if slices.Equal(args, []string{"down"}) {
		ts.Setenv("POSTGRES", "postgres://somebody:secret@"+closedPort(ts)+"/oshirase")
		return
	}
	plainly(ts, neg, len(args) == 0, usage)
	c, err := jobstest.Postgres()
	ts.Check(err)
	ts.Defer(func() { _ = c.Remove() })
	for _, name := range []string{"POSTGRES", "POSTGRES2"} {
		place, err := c.Database()
		ts.Check(err)
		ts.Setenv(name, place)
	}
}

// hasPostgres tells whether there is a PostgreSQL server to start.
func hasPostgres() (bool, error) {
	if jobstest.HasPostgres() {
		return true, nil
	}
	if os.Getenv("CI") == "true" {
		return false, errors.New("postgres and initdb are required under CI")
	}
	return false, nil
}
