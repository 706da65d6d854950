package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oshirase/config/programmes"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
	"oshirase/jobs/ledger/ledgertest"
)

var binary string // of the program, built once

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "oshirase-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "oshirase")
	out, err := exec.Command("go", "build", "-o", binary, "oshirase/cmd/oshirase").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		os.Exit(1)
	}
	code := ledgertest.Main(m)
	os.RemoveAll(dir)
	os.Exit(code)
}

// site is one installation: a directory, a Redis and a mail server of its own.
type site struct {
	t       *testing.T
	program string // the binary
	dir     string
	ledger  string // path or URL
	folder  string
	id      string
	smtp    string   // URL of the relay, or of several
	email   string   // further lines of the manifest's channels.email
	env     []string // of every command, beside the usual
	redis   *jobstest.Server

	postgres *jobstest.Cluster // where a test has its own
	mail     *emailtest.Server
	mu       sync.Mutex
	logs     bytes.Buffer // of all processes
}

func newSite(t *testing.T, o emailtest.Options) *site {
	t.Helper()
	s := &site{t: t, program: binary, dir: t.TempDir()}
	s.ledger = filepath.Join(s.dir, "ledger.db")
	var err error
	s.redis, err = jobstest.Redis(s.dir)
	if errors.Is(err, jobstest.ErrMissing) {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is needed under CI")
		}
		t.Skip("redis-server is not on this machine")
	}
	s.must(err)
	t.Cleanup(s.redis.Stop)
	s.mail, err = emailtest.NewServer(o)
	s.must(err)
	t.Cleanup(func() { s.mail.Close() })
	s.smtp = s.mail.URL()
	if ca := s.mail.CA(); ca != nil {
		file := filepath.Join(s.dir, "ca.pem")
		s.must(os.WriteFile(file, ca, 0o600))
		s.smtp += "?ca=" + file
	}
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.program, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "OSHIRASE_REDIS=redis://"+s.redis.Addr, "OSHIRASE_SMTP="+s.smtp,
		"OSHIRASE_LEDGER="+s.ledger, "OSHIRASE_KEYS="+filepath.Join(s.dir, "keys"),
		"OSHIRASE_LETTERS="+filepath.Join(s.dir, "letters"), "OSHIRASE_OPERATOR=tester")
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stderr = lockedWriter{s}
	return cmd
}

type lockedWriter struct{ s *site }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.logs.Write(b)
}

func (s *site) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logs.String()
}

// do runs a command to its end and returns its standard output.
func (s *site) do(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...).Output()
	if err != nil {
		s.t.Fatalf("oshirase %s: %v\n%s", strings.Join(args, " "), err, s.log())
	}
	return string(out)
}

// enqueue brings in the campaign that most tests are about: all of telecomsquare in one revision.
func (s *site) enqueue(scale string) (people int) {
	s.t.Helper()
	s.folder = filepath.Join(s.dir, "campaign")
	size, err := strconv.ParseFloat(scale, 64)
	s.must(err)
	s.must(programmes.WriteWhole(s.t.Context(), s.folder, size, false))
	return s.enqueueFolder()
}

// enqueueSample writes a sample, each change to its manifest an old text and a new one, and brings it in,
// confirmed with what plan says.
func (s *site) enqueueSample(name, scale string, changes ...string) (people int) {
	s.t.Helper()
	s.folder = filepath.Join(s.dir, "campaign")
	s.do("sample", name, "--out", s.folder, "--scale", scale)
	return s.enqueueFolder(changes...)
}

// enqueueFolder brings the site's folder in.
func (s *site) enqueueFolder(changes ...string) (people int) {
	s.t.Helper()
	s.setEmail()
	s.change(filepath.Join(s.folder, "campaign.yaml"), changes...)
	var plan struct {
		Campaign, Confirm string
		People            int
	}
	s.must(json.Unmarshal([]byte(s.do("plan", s.folder, "--json")), &plan))
	s.id = plan.Campaign
	s.do("enqueue", s.folder, "--confirm", plan.Confirm)
	return plan.People
}

// setEmail adds the test's lines to the manifest.
func (s *site) setEmail() {
	s.t.Helper()
	const after = "    give_up: 72h\n"
	s.change(filepath.Join(s.folder, "campaign.yaml"), after, after+s.email)
}

// change puts each second text in the place of the one before it, which must be in the file.
func (s *site) change(path string, changes ...string) {
	s.t.Helper()
	text, err := os.ReadFile(path)
	s.must(err)
	for pair := range slices.Chunk(changes, 2) {
		if !bytes.Contains(text, []byte(pair[0])) {
			s.t.Fatalf("%s has no %q to change", filepath.Base(path), pair[0])
		}
		text = bytes.Replace(text, []byte(pair[0]), []byte(pair[1]), 1)
	}
	s.must(os.WriteFile(path, text, 0o600))
}

// work starts a worker; stop ends it as a service manager would and reports how.
func (s *site) work(args ...string) (stop func()) {
	s.t.Helper()
	cmd := s.command(append([]string{"work"}, args...)...)
	s.must(cmd.Start())
	var once sync.Once
	stop = func() {
		once.Do(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			if err := cmd.Wait(); err != nil {
				s.t.Errorf("work: %v\n%s", err, s.log())
			}
		})
	}
	s.t.Cleanup(stop)
	return stop
}

// status is what status --json says.
type status struct {
	State     string
	Revision  int
	Switching int
	People    map[string]int
	Channels  map[string]map[string]int
	Batches   []batch
	Resent    int
}

type batch struct {
	Name, State string
	People      map[string]int
	Channels    map[string]map[string]int
	Report      *struct{ State string } // to its company
}

func (s *site) status() status {
	s.t.Helper()
	var st status
	s.must(json.Unmarshal([]byte(s.do("status", s.id, "--json")), &st))
	return st
}

// until polls the status for what a test waits for.
func (s *site) until(what string, patience time.Duration, ok func(status) bool) status {
	s.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(pollEvery) {
		out, err := s.command("status", s.id, "--json").Output()
		if err != nil {
			continue // its server may be down: that is what some tests are about
		}
		var st status
		s.must(json.Unmarshal(out, &st))
		if ok(st) {
			return st
		}
	}
	s.t.Fatalf("not %s after %s: %+v\n%s", what, patience, s.status(), s.log())
	return status{}
}

func done(st status) bool { return st.State == "done" }

// deliveries reads report --deliveries, by Message-ID.
func (s *site) deliveries() map[string]map[string]string {
	s.t.Helper()
	path := filepath.Join(s.dir, "deliveries.csv")
	s.do("report", s.id, "--deliveries", path, "--raw")
	f, err := os.Open(path)
	s.must(err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	s.must(err)
	out := map[string]map[string]string{}
	for i, r := range rows[1:] {
		d := map[string]string{}
		for i, name := range rows[0] {
			d[name] = r[i]
		}
		key := d["message_id"]
		if key == "" {
			key = fmt.Sprintf("row %d", i)
		}
		out[key] = d
	}
	return out
}

// settled checks, at the far end, that everybody with an address was written to exactly once, and gives
// the batches in the order in which the mail server first heard of one of their people.
func (s *site) settled(st status) []string {
	s.t.Helper()
	ledger := s.deliveries()
	batchOf := map[string]string{} // by recipient
	seen := map[string]int{}
	for _, m := range s.mail.Received() {
		seen[m.MessageID]++
		d, ok := ledger[m.MessageID]
		if !ok || d["state"] != "sent" {
			s.t.Errorf("the server took message %s, the ledger says %q", m.MessageID, d["state"])
		}
		batchOf[m.Recipients[0]] = d["batch"]
	}
	for id, n := range seen {
		if n != 1 {
			s.t.Errorf("message %s was taken %d times", id, n)
		}
	}
	sent := 0
	for id, d := range ledger {
		if d["channel"] == "email" && d["state"] == "sent" {
			if sent++; seen[id] != 1 {
				s.t.Errorf("delivery %s is sent, the server took %d", d["delivery"], seen[id])
			}
		}
	}
	// Two people of the sample share their family's address: each gets a notice of their own there.
	if want := st.Channels["email"]["sent"]; sent != want || len(seen) != want || len(batchOf) != want-1 {
		s.t.Errorf("status says %d sent, the list %d, the server %d to %d addresses",
			want, sent, len(seen), len(batchOf))
	}
	return firstHeard(s.mail.Recipients(), batchOf)
}

func firstHeard(recipients []string, batchOf map[string]string) []string {
	var order []string
	heard := map[string]bool{}
	for _, r := range recipients {
		if b := batchOf[r]; b != "" && !heard[b] {
			heard[b] = true
			order = append(order, b)
		}
	}
	return order
}
