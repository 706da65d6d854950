package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oshirase/jobs"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
	"oshirase/jobs/ledger/ledgertest"
)

// tally is what became of everybody, counted at the mail server.
type tally struct{ lost, doubled, uncertain int }

// fault is one row of the matrix.
type fault struct {
	name      string
	mail      emailtest.Options
	env       []string // of the first worker
	run       func(s *site, start func(env ...string) *process)
	uncertain int  // the most that may be
	postgres  bool // the ledger is on a server of its own
	disk      bool // the ledger is on a disk of its own
}

// connections of each worker in the matrix.
const connections = 4

// process is a worker that may die.
type process struct {
	*exec.Cmd
	done chan struct{}
}

func (p *process) signal(sig syscall.Signal) { _ = p.Process.Signal(sig) }

func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// startWorker runs the program that was built with fault points, with its timeouts shortened.
func (s *site) startWorker(env ...string) *process {
	s.t.Helper()
	return s.startWorkerIn(s.dir, env...)
}

// startWorkerIn is startWorker in another directory, where its flight logs are if the ledger is a server.
func (s *site) startWorkerIn(dir string, env ...string) *process {
	s.t.Helper()
	cmd := s.command("work", "--servers=2", "--in-flight=32", fmt.Sprintf("--connections=%d", connections))
	cmd.Path, cmd.Dir = faulty, dir
	cmd.Env = append(cmd.Env, "OSHIRASE_FAULT_HEARTBEAT=300ms", "OSHIRASE_FAULT_SILENCE=1s",
		"OSHIRASE_FAULT_LOST=4s", "OSHIRASE_FAULT_BACKOFF=1s", "OSHIRASE_CLOCK="+filepath.Join(s.dir, "clock"))
	cmd.Env = append(cmd.Env, env...)
	s.must(cmd.Start())
	p := &process{cmd, make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	s.t.Cleanup(func() {
		p.signal(syscall.SIGCONT)
		p.signal(syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(40 * time.Second):
			s.t.Errorf("a worker does not stop:\n%s", s.log())
			p.kill()
		}
	})
	return p
}

// underWay waits until the server has taken n messages.
func (s *site) underWay(n int) {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); s.mail.Count() < n; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%d of %d messages after a minute\n%s", s.mail.Count(), n, s.log())
		}
	}
}

// count compares the server's record with the ledger's: whoever the ledger calls sent must be there
// once, and whoever is neither there nor uncertain is lost.
func (s *site) count() tally {
	s.t.Helper()
	var out tally
	taken := map[string]int{}
	for _, m := range s.mail.Received() {
		taken[m.MessageID]++
	}
	for _, n := range taken {
		if n > 1 {
			out.doubled++
		}
	}
	for id, d := range s.deliveries() {
		switch {
		case d["channel"] != "email":
		case d["state"] == "uncertain":
			out.uncertain++
		case d["state"] != "sent" || taken[id] == 0:
			out.lost++
		}
	}
	return out
}

// killAt kills the first worker at a named point; a second one finishes.
func killAt(point string) fault {
	return fault{
		name: "kill -9 at " + point, uncertain: connections,
		env: []string{"OSHIRASE_FAULT=" + point + ":kill:60"},
		run: func(s *site, start func(...string) *process) {
			<-start().done
			s.startWorker()
		},
	}
}

// stopAt freezes the first worker at a named point until its claims were given up.
func stopAt(point string) fault {
	return fault{
		name: "SIGSTOP at " + point, uncertain: connections,
		env: []string{"OSHIRASE_FAULT=" + point + ":stop:60"},
		run: func(s *site, start func(...string) *process) {
			frozen := start()
			s.startWorker()
			s.underWay(50)
			time.Sleep(8 * time.Second)
			frozen.signal(syscall.SIGCONT)
		},
	}
}

// cutAt lets the mail server break one conversation in twenty at a stage.
func cutAt(name string, uncertain int, action emailtest.Action, stage emailtest.Stage) fault {
	var mu sync.Mutex
	n := 0
	return fault{
		name: name, uncertain: uncertain,
		mail: emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			mu.Lock()
			defer mu.Unlock()
			if e.Stage == stage {
				if n++; n%20 == 0 && n <= 200 {
					return action
				}
			}
			return emailtest.Action{}
		}},
		run: func(s *site, start func(...string) *process) { start() },
	}
}

// scripted lets the mail server behave by a script that knows how long it has been up.
func scripted(name string, script func(emailtest.Event, time.Duration) emailtest.Action) fault {
	up := sync.OnceValue(time.Now)
	return fault{
		name: name,
		mail: emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			return script(e, time.Since(up()))
		}},
		run: func(s *site, start func(...string) *process) { start() },
	}
}

func (s *site) redisSays(args ...any) {
	s.t.Helper()
	r, err := jobs.OpenRedis(context.Background(), "redis://"+s.redis.Addr)
	s.must(err)
	defer r.Close()
	s.must(r.Client.Do(context.Background(), args...).Err())
}

// ownDisk puts the ledger on a small file system of its own.
func (s *site) ownDisk() {
	s.t.Helper()
	disk := filepath.Join(s.dir, "disk")
	s.must(os.Mkdir(disk, 0o700))
	err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64m")
	if err != nil && os.Getenv("CI") != "true" {
		s.t.Skip("a file system cannot be mounted: ", err)
	}
	s.must(err)
	s.t.Cleanup(func() { s.must(syscall.Unmount(disk, syscall.MNT_DETACH)) })
	s.ledger = filepath.Join(disk, "ledger.db")
}

// fillDisk takes the last byte of the ledger's disk for a while.
func (s *site) fillDisk(d time.Duration) {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.ledger), "filler")
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

func matrix() []fault {
	table := []fault{
		{name: "none", run: func(s *site, start func(...string) *process) { start() }},
		{name: "kill -9 at random moments", uncertain: 4 * connections,
			run: func(s *site, start func(...string) *process) {
				for i := range 4 {
					p := start()
					s.underWay(40 * (i + 1))
					time.Sleep(rand.N(100 * time.Millisecond))
					p.kill()
				}
				s.startWorker()
			}},
		{name: "kill -9 of the feeder, another at work", uncertain: connections,
			run: func(s *site, start func(...string) *process) {
				feeder := start()
				s.underWay(20)
				s.startWorker()
				s.underWay(60)
				feeder.kill()
			}},
		{name: "kill -9, then a reboot", uncertain: 32,
			run: func(s *site, start func(...string) *process) {
				p := start()
				s.underWay(60)
				p.kill()
				s.startWorker("OSHIRASE_FAULT_BOOT_ID=another")
			}},
		{name: "SIGTERM under load",
			run: func(s *site, start func(...string) *process) {
				for i := range 3 {
					p := start()
					s.underWay(60 * (i + 1))
					p.signal(syscall.SIGTERM)
					<-p.done
				}
				s.startWorker()
			}},
		{name: "postgresql killed and restarted", postgres: true,
			run: func(s *site, start func(...string) *process) {
				start()
				s.underWay(60)
				s.postgres.Stop()
				time.Sleep(2 * time.Second)
				s.must(s.postgres.Restart())
			}},
		{name: "clock stepped by an hour", uncertain: connections,
			run: func(s *site, start func(...string) *process) {
				start()
				s.underWay(60)
				s.must(os.WriteFile(filepath.Join(s.dir, "clock"), []byte("1h"), 0o600))
			}},
		{name: "redis killed and restarted",
			run: func(s *site, start func(...string) *process) {
				start()
				s.underWay(60)
				s.redis.Stop()
				time.Sleep(time.Second)
				s.must(s.redis.Restart())
			}},
		{name: "redis frozen for 8 s",
			run: func(s *site, start func(...string) *process) {
				start()
				s.underWay(60)
				s.must(syscall.Kill(s.redis.PID(), syscall.SIGSTOP))
				time.Sleep(8 * time.Second)
				s.must(syscall.Kill(s.redis.PID(), syscall.SIGCONT))
			}},
		{name: "redis out of memory",
			run: func(s *site, start func(...string) *process) {
				s.redisSays("CONFIG", "SET", "maxmemory", "1mb")
				start()
				time.Sleep(3 * time.Second)
				s.redisSays("CONFIG", "SET", "maxmemory", "0")
			}},
		{name: "ledger's disk full for a while", disk: true,
			run: func(s *site, start func(...string) *process) {
				start()
				s.underWay(60)
				s.fillDisk(3 * time.Second)
			}},
		scripted("greeting 554 for 3 s", func(e emailtest.Event, since time.Duration) emailtest.Action {
			if e.Stage == emailtest.Greeting && since < 3*time.Second {
				return emailtest.Action{Line: "554 5.3.2 go away", Close: true}
			}
			return emailtest.Action{}
		}),
		scripted("replies split, QUIT never answered", func(e emailtest.Event, _ time.Duration) emailtest.Action {
			if e.Stage == emailtest.Quit {
				return emailtest.Action{Delay: time.Minute}
			}
			return emailtest.Action{Split: e.Message%10 == 0}
		}),
		scripted("reply to the dot after 5 s", func(e emailtest.Event, _ time.Duration) emailtest.Action {
			if e.Stage == emailtest.Dot && e.Message == 7 {
				return emailtest.Action{Delay: 5 * time.Second}
			}
			return emailtest.Action{}
		}),
		cutAt("connection lost before DATA", 0, emailtest.Action{Close: true}, emailtest.Data),
		// What we have written of the dot may be in a buffer when the connection dies: honest doubt.
		cutAt("connection lost in the body", 10, emailtest.Action{Close: true, After: 100}, emailtest.Body),
		cutAt("connection lost after the dot", 10, emailtest.Action{Close: true}, emailtest.Dot),
		cutAt("421 at MAIL", 0, emailtest.Action{Line: "421 4.3.2 going down", Close: true}, emailtest.Mail),
	}
	for _, point := range []string{"claimed", "rendered", "dot", "replied", "settled"} {
		table = append(table, killAt(point), stopAt(point))
	}
	return table
}

var faulty string // the program built with fault points

var buildFaulty = sync.OnceValue(func() error {
	faulty = binary + "-faults"
	out, err := exec.Command("go", "build", "-tags", "faults", "-o", faulty, "oshirase/cmd/oshirase").
		CombinedOutput()
	if err != nil {
		return fmt.Errorf("build with fault points: %w\n%s", err, out)
	}
	return nil
})

// TestFaults breaks the real program and what it talks to, and counts at the mail server: nobody lost,
// nobody told twice, and no more uncertain than were at a final dot. Run with -v it prints the table.
func TestFaults(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var table strings.Builder
	fmt.Fprintf(&table, "%-42s %6s %8s %10s\n", "FAULT", "LOST", "DOUBLED", "UNCERTAIN")
	t.Run("matrix", func(t *testing.T) {
		for _, f := range matrix() {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				got := f.try(t)
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintf(&table, "%-42s %6d %8d %10d\n", f.name, got.lost, got.doubled, got.uncertain)
			})
		}
	})
	t.Log("\n" + table.String())
}

func (f fault) try(t *testing.T) tally {
	o := f.mail
	o.Forget, o.Delay = true, time.Millisecond
	s := newSite(t, o)
	if f.postgres {
		s.ownPostgres()
	}
	if f.disk {
		s.ownDisk()
	}
	s.enqueue("0.003")
	f.run(s, func(env ...string) *process { return s.startWorker(append(f.env, env...)...) })
	// A worker that was frozen settles its own claims when it goes on: until then they are uncertain.
	s.until("done", 2*time.Minute, func(st status) bool {
		return done(st) && st.Channels["email"]["uncertain"] <= f.uncertain
	})
	got := s.count()
	if got.lost > 0 || got.doubled > 0 || got.uncertain > f.uncertain {
		t.Errorf("%+v, at most %d may be uncertain\n%s", got, f.uncertain, s.log())
	}
	return got
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

// TestTwoOfThreeWorkersOnPostgreSQLDie kills two of three workers that share a ledger and a Redis. Each
// has flight logs of its own, as on machines of their own: what the dead held is uncertain.
func TestTwoOfThreeWorkersOnPostgreSQLDie(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, emailtest.Options{Forget: true})
	s.ledger = ledgertest.Server(t)
	people := s.enqueue(scale)
	host := func(name string) *process {
		dir := filepath.Join(s.dir, name)
		s.must(os.Mkdir(dir, 0o700))
		return s.startWorkerIn(dir)
	}
	one, two := host("one"), host("two")
	host("three")
	s.underWay(people / 10)
	one.kill()
	s.underWay(people / 4)
	two.kill()
	s.until("done", patience, done)
	got := s.count()
	t.Logf("%d people: %+v", people, got)
	const inFlight = 32
	if got.lost > 0 || got.doubled > 0 || got.uncertain > 2*inFlight {
		t.Errorf("%+v\n%s", got, s.log())
	}
}
