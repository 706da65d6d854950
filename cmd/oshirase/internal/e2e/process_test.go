package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger/ledgertest"
)

// connections and inFlight of each worker in the matrix.
const (
	connections = 4
	inFlight    = 32
)

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

// process is a worker that may die.
type process struct {
	*exec.Cmd
	s    *site
	done chan struct{}
}

func (p *process) signal(sig syscall.Signal) { _ = p.Process.Signal(sig) }

func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// ends waits until the process has ended.
func (p *process) ends() {
	p.s.t.Helper()
	select {
	case <-p.done:
	case <-time.After(rowPatience):
		p.s.t.Fatalf("the worker does not end\n%s", p.s.log())
	}
}

// stops asks the process to stop, which is no failure.
func (p *process) stops() {
	p.s.t.Helper()
	p.signal(syscall.SIGTERM)
	p.ends()
	if !p.ProcessState.Success() {
		p.s.t.Errorf("the worker was asked to stop: %v\n%s", p.ProcessState, p.s.log())
	}
}

// dies waits until the process has killed itself.
func (p *process) dies() {
	p.s.t.Helper()
	p.ends()
	if status, ok := p.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		p.s.t.Fatalf("the worker was not killed: %v\n%s", p.ProcessState, p.s.log())
	}
}

// freezes waits until the process has stopped itself (proc(5): the state after the name is T).
func (p *process) freezes() {
	p.s.t.Helper()
	for deadline := time.Now().Add(rowPatience); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
		p.s.must(err)
		if strings.Contains(string(text), ") T ") {
			return
		}
		if time.Now().After(deadline) {
			p.s.t.Fatalf("the worker does not stand still\n%s", p.s.log())
		}
	}
}

// startWorker runs the program that was built with fault points.
func (s *site) startWorker(env ...string) *process {
	s.t.Helper()
	return s.startWorkerIn(s.dir, env...)
}

// startWorkerIn is startWorker in another directory, where its flight logs are if the ledger is a server.
func (s *site) startWorkerIn(dir string, env ...string) *process {
	s.t.Helper()
	cmd := s.command("work", "--servers=2", fmt.Sprintf("--in-flight=%d", inFlight),
		fmt.Sprintf("--connections=%d", connections))
	cmd.Path, cmd.Dir = faulty, dir
	cmd.Env = append(cmd.Env, shortened()...)
	cmd.Env = append(cmd.Env, "OSHIRASE_CLOCK="+filepath.Join(s.dir, "clock"))
	cmd.Env = append(cmd.Env, env...)
	s.must(cmd.Start())
	p := &process{cmd, s, make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	s.t.Cleanup(p.end)
	return p
}

// end stops it as a service manager does.
func (p *process) end() {
	p.signal(syscall.SIGCONT)
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(40 * time.Second):
		p.s.t.Errorf("a worker does not stop:\n%s", p.s.log())
		p.kill()
	}
}

// underWay waits until the server has taken n messages.
func (s *site) underWay(n int) {
	s.t.Helper()
	for deadline := time.Now().Add(rowPatience); s.mail.Count() < n; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%d of %d messages after %s\n%s", s.mail.Count(), n, rowPatience, s.log())
		}
	}
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
	people := s.enqueue(fleetScale)
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
	t.Logf("%d people, %d messages taken: lost %d, doubled %d, uncertain %d",
		people, s.mail.Count(), got.lost, got.doubled, got.uncertain)
	if got.lost > 0 || got.doubled > 0 || got.uncertain > 2*inFlight {
		t.Errorf("%+v\n%s", got, s.log())
	}
}
