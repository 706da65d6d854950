package ledgertest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"oshirase/jobs/jobstest"
)

// cluster is the one PostgreSQL server of a test binary, started when it is first wanted.
var cluster = sync.OnceValues(jobstest.Postgres)

// wanted says that it was; tidied, that somebody will take it away.
var (
	wanted sync.Once
	tidied bool
)

// Main runs a binary's tests and then takes its PostgreSQL server away.
func Main(m *testing.M) int {
	tidied = true
	code := m.Run()
	started := true
	wanted.Do(func() { started = false })
	if !started {
		return code
	}
	if c, err := cluster(); err == nil {
		if err := c.Remove(); err != nil && code == 0 {
			code = 1
		}
	}
	return code
}

// Cluster is the PostgreSQL server of this test binary, which must end in Main. A test that finds none is
// skipped, and fails under CI.
func Cluster(t testing.TB) *jobstest.Cluster {
	t.Helper()
	if !tidied {
		t.Fatal("a test binary that starts PostgreSQL must have a TestMain that ends in ledgertest.Main")
	}
	wanted.Do(func() {})
	c, err := cluster()
	if errors.Is(err, jobstest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip("there is no PostgreSQL on this machine: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Server is the URL of an empty database for one test.
func Server(t testing.TB) string {
	t.Helper()
	place, err := Cluster(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	return place
}

// Each runs a test on every kind of database, each time with an empty ledger.
func Each(t *testing.T, test func(t *testing.T, f *Fixture)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, New(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, NewAt(t, Server(t), filepath.Join(t.TempDir(), "keys")))
	})
}
