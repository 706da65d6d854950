package e2e

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// calendar is the clock by which a site's program goes: the machine's, so much ahead or behind.
type calendar struct {
	path  string
	ahead atomic.Int64 // time.Duration
}

func (c *calendar) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// calendared gives a site's program, built with fault points, a clock that a test turns.
func (s *site) calendared(c *calendar) {
	s.t.Helper()
	s.must(buildFaulty())
	c.path = filepath.Join(s.dir, "clock")
	s.program = faulty
	s.env = append(s.env, "OSHIRASE_CLOCK="+c.path)
}

// turn sets the clock. The file is replaced: a program that met it half-written would go by the machine's.
func (c *calendar) turn(t *testing.T, to time.Time) {
	t.Helper()
	ahead := time.Until(to)
	c.ahead.Store(int64(ahead))
	if err := os.WriteFile(c.path+".new", []byte(ahead.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(c.path+".new", c.path); err != nil {
		t.Fatal(err)
	}
}

// await waits for a moment of the calendar.
func (c *calendar) await(moment time.Time) { time.Sleep(moment.Sub(c.now())) }
