package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"oshirase/jobs/jobstest"
	"oshirase/jobs/queue"
)

// serverFaults are those of Redis, of PostgreSQL and of the ledger's disk.
func serverFaults() []fault {
	return []fault{
		whileAtWork("redis stands still", func(s *site) {
			s.must(syscall.Kill(s.redis.PID(), syscall.SIGSTOP))
			time.Sleep(frozenFor)
			s.must(syscall.Kill(s.redis.PID(), syscall.SIGCONT))
		}),
		stopWithoutRedis(),
		whileAtWork("redis killed and restarted", func(s *site) {
			s.redis.Stop()
			time.Sleep(serverAway)
			s.must(s.redis.Restart())
		}),
		whileAtWork("redis emptied, three times", func(s *site) {
			for i := range 3 {
				s.underWay(60 * (i + 1))
				s.redisSays("FLUSHALL")
			}
		}),
		{name: "redis out of memory",
			run: func(s *site, start starter) {
				s.redisSays("CONFIG", "SET", "maxmemory", "1mb")
				start()
				time.Sleep(brokenFor)
				if n := s.mail.Count(); n > 0 {
					s.t.Errorf("redis had room for %d tasks", n)
				}
				s.redisSays("CONFIG", "SET", "maxmemory", "0")
			}},
		whileAtWork("postgresql killed and restarted", func(s *site) {
			s.postgres.Crash()
			time.Sleep(serverAway)
			s.must(s.postgres.Restart())
		}).on((*site).ownPostgres),
		stopWithoutPostgres(),
		// ReadyForQuery with the state T: inside a transaction
		// (https://www.postgresql.org/docs/current/protocol-message-formats.html).
		severed("postgresql: connection cut inside a transaction", "Z\x00\x00\x00\x05T"),
		// CommandComplete.
		severed("postgresql: connection cut before COMMIT is answered", "C\x00\x00\x00\x0bCOMMIT\x00"),
		whileAtWork("ledger's disk full for a while", func(s *site) { s.fillDisk(filepath.Dir(s.ledger), serverAway) }).
			on((*site).ownDisk),
		fullFlightLog(),
	}
}

// stopWithoutRedis asks a worker to stop that waits for Redis in all of its tasks. It must be gone within
// its time, as whatever has started it goes by; a minute would not do.
func stopWithoutRedis() fault {
	return fault{
		name: "SIGTERM while redis stands still", settings: "shutdown_timeout: 2s\n",
		run: func(s *site, start starter) {
			p := start()
			s.underWay(60)
			s.must(syscall.Kill(s.redis.PID(), syscall.SIGSTOP))
			time.Sleep(time.Second)
			p.signal(syscall.SIGTERM)
			select {
			case <-p.done:
			case <-time.After(20 * time.Second):
				s.t.Errorf("the worker does not end\n%s", s.log())
			}
			s.must(syscall.Kill(s.redis.PID(), syscall.SIGCONT))
			s.startWorker()
		},
	}
}

// stopWithoutPostgres asks a worker to stop that cannot say what it gives back. It must not wait for the server, and
// the next worker must know by its flight log that nothing of it was sent.
func stopWithoutPostgres() fault {
	return fault{
		name: "SIGTERM while postgresql is away", place: (*site).ownPostgres, settings: "shutdown_timeout: 2s\n",
		run: func(s *site, start starter) {
			p := start()
			s.underWay(60)
			s.postgres.Crash()
			p.signal(syscall.SIGTERM)
			select {
			case <-p.done:
			case <-time.After(20 * time.Second):
				s.t.Errorf("the worker does not end\n%s", s.log())
			}
			if p.ProcessState.Success() {
				s.t.Errorf("the worker says that all is well\n%s", s.log())
			}
			s.must(s.postgres.Restart())
			s.until("answered", rowPatience, func(status) bool { return true })
			s.startWorker()
		},
	}
}

// fullFlightLog fills the disk of the flight logs alone. The worker goes on when there is room again, and is
// killed when much more has been taken and one reply is only there.
func fullFlightLog() fault {
	logs := func(s *site) string { return filepath.Join(s.dir, "logs") }
	return fault{
		name: "flight log's disk full, mended, kill -9", most: tally{uncertain: connections},
		place: func(s *site) {
			s.disk(logs(s), "1m")
			s.env = append(s.env, "OSHIRASE_FLIGHT="+logs(s))
		},
		env: []string{"OSHIRASE_FAULT=replied:kill:150"},
		run: func(s *site, start starter) {
			p := start()
			s.underWay(60)
			s.fillDisk(logs(s), serverAway)
			p.dies()
			s.startWorker()
		},
		proof: func(s *site) {
			if !strings.Contains(s.log(), "no space left on device") {
				s.t.Error("the disk was never full")
			}
		},
	}
}

// whileAtWork does something to a server in the middle of a run.
func whileAtWork(name string, do func(*site)) fault {
	return fault{name: name, run: func(s *site, start starter) {
		start()
		s.underWay(60)
		do(s)
	}}
}

// on puts the ledger somewhere else.
func (f fault) on(place func(*site)) fault {
	f.place = place
	return f
}

// severed cuts a worker's connection to PostgreSQL where the server says a word, again and again.
func severed(name, word string) fault {
	var c *cutter
	return fault{
		name: name, place: (*site).ownPostgres,
		run: func(s *site, start starter) {
			c = s.wire(s.postgres.Addr)
			c.swallow(word, 25, 10)
			start("OSHIRASE_LEDGER=" + c.through(s.ledger))
		},
		proof: func(*site) { c.severed() },
	}
}

func (s *site) redisSays(args ...any) {
	s.t.Helper()
	r, err := queue.Open(context.Background(), "redis://"+s.redis.Addr)
	s.must(err)
	defer r.Close()
	s.must(r.Client.Do(context.Background(), args...).Err())
}

// ownPostgres moves the ledger to a PostgreSQL server that this test alone may kill.
func (s *site) ownPostgres() {
	s.t.Helper()
	var err error
	s.postgres, err = jobstest.Postgres()
	if errors.Is(err, jobstest.ErrMissing) && os.Getenv("CI") != "true" {
		s.t.Skip(err)
	}
	s.must(err)
	s.t.Cleanup(func() { s.must(s.postgres.Remove()) })
	s.ledger, err = s.postgres.Database()
	s.must(err)
}

// ownDisk puts the ledger on a small file system of its own.
func (s *site) ownDisk() {
	s.t.Helper()
	disk := filepath.Join(s.dir, "disk")
	s.disk(disk, "64m")
	s.ledger = filepath.Join(disk, "ledger.db")
}

// disk makes a small file system.
func (s *site) disk(path, size string) {
	s.t.Helper()
	s.must(os.Mkdir(path, 0o700))
	err := syscall.Mount("tmpfs", path, "tmpfs", 0, "size="+size)
	if err != nil && os.Getenv("CI") != "true" {
		s.t.Skip("a file system cannot be mounted: ", err)
	}
	s.must(err)
	s.t.Cleanup(func() { s.must(syscall.Unmount(path, syscall.MNT_DETACH)) })
}

// fillDisk takes the last byte of a disk for a while.
func (s *site) fillDisk(disk string, d time.Duration) {
	s.t.Helper()
	path := filepath.Join(disk, "filler")
	f, err := os.Create(path)
	s.must(err)
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(block)
	}
	for err = nil; err == nil; { // the last page too
		_, err = f.Write(block[:512])
	}
	time.Sleep(d)
	s.must(errors.Join(f.Close(), os.Remove(path)))
}
