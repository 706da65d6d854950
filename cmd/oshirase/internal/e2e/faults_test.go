package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/jobs/email/emailtest"
)

// tally is what became of everybody, counted at the mail server.
type tally struct {
	lost, doubled, uncertain int

	refused int // and known to be
	resent  int // taken twice, in a campaign that prefers that to a doubt
}

// starter starts a worker with the row's own environment and what is given.
type starter func(env ...string) *process

// fault is one row of the matrix.
type fault struct {
	name     string
	mail     emailtest.Options
	place    func(*site) // sets where the ledger is; nil: a file
	scale    string      // of the programme; empty: fewPeople
	email    string      // further lines of the manifest's channels.email
	settings string      // oshirase.yaml
	env      []string    // of the workers that start makes
	run      func(s *site, start starter)
	proof    func(s *site) // that the fault came about
	most     tally         // of what may be, besides lost and doubled
}

// matrix is the table, the rows that take longest first.
func matrix() []fault {
	return slices.Concat(replyFaults(), relayFaults(), processFaults(), serverFaults())
}

// TestFaults breaks the real program and what it talks to, and counts at the mail server: nobody lost,
// nobody told twice, and no more uncertain than were at a final dot. Run with -v it prints the table,
// which goes to the file named by OSHIRASE_FAULT_TABLE as well.
func TestFaults(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	rows := matrix()
	lines := make([]string, len(rows))
	var group errgroup.Group // and not t.Parallel: in this order, and more of them than processors
	group.SetLimit(atOnce)
	for i, f := range rows {
		group.Go(func() error {
			t.Run(f.name, func(t *testing.T) {
				lines[i] = fmt.Sprintf("%-52s did not come to its end", f.name)
				lines[i] = f.try(t).line(f.name)
			})
			return nil
		})
	}
	_ = group.Wait()
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" }) // not asked for
	heading := fmt.Sprintf("%-52s %6s %8s %10s %8s %7s\n", "FAULT", "LOST", "DOUBLED", "UNCERTAIN", "REFUSED",
		"RESENT")
	table := heading + strings.Join(lines, "\n") + "\n"
	t.Log("\n" + table)
	if path := os.Getenv("OSHIRASE_FAULT_TABLE"); path != "" {
		if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
			t.Error(err)
		}
	}
}

func (t tally) line(name string) string {
	return fmt.Sprintf("%-52s %6d %8d %10d %8d %7d", name, t.lost, t.doubled, t.uncertain, t.refused, t.resent)
}

func (f fault) try(t *testing.T) tally {
	o := f.mail
	o.Forget, o.Delay = true, time.Millisecond
	s := newSite(t, o)
	s.email = f.email
	s.must(os.WriteFile(filepath.Join(s.dir, "oshirase.yaml"), []byte(f.settings), 0o600))
	if f.place != nil {
		f.place(s)
	}
	if f.scale == "" {
		f.scale = fewPeople
	}
	s.enqueue(f.scale)
	f.run(s, func(env ...string) *process { return s.startWorker(append(f.env, env...)...) })
	// A worker that was frozen settles its own claims when it goes on: until then they are uncertain.
	s.until("done", rowPatience, func(st status) bool {
		return done(st) && st.Channels["email"]["uncertain"] <= f.most.uncertain
	})
	got := s.count()
	if got.lost > 0 || got.doubled > 0 || got.uncertain > f.most.uncertain ||
		got.refused != f.most.refused || got.resent > f.most.resent {
		t.Errorf("%+v, at most %+v\n%s", got, f.most, s.log())
	}
	s.exact()
	if f.proof != nil {
		f.proof(s)
	}
	return got
}

// exact compares what status says, which the ledger keeps with each move, with a count of the rows.
func (s *site) exact() {
	s.t.Helper()
	st, rows := s.status(), s.deliveries()
	for again := s.status(); !reflect.DeepEqual(st, again); again = s.status() {
		st, rows = again, s.deliveries() // somebody still works: rows and numbers are to be of one moment
	}
	channels, batches := map[string]map[string]int{}, map[string]map[string]map[string]int{}
	told, uncertain := map[string]bool{}, map[string]bool{}
	for _, d := range rows {
		if batches[d["batch"]] == nil {
			batches[d["batch"]] = map[string]map[string]int{}
		}
		count(channels, d)
		count(batches[d["batch"]], d)
		told[d["person"]] = told[d["person"]] || d["state"] == "sent"
		uncertain[d["person"]] = uncertain[d["person"]] || d["state"] == "uncertain"
	}
	if !reflect.DeepEqual(st.Channels, channels) {
		s.t.Errorf("status says %v, the rows %v", st.Channels, channels)
	}
	for _, b := range st.Batches {
		if len(b.Channels)+len(batches[b.Name]) > 0 && !reflect.DeepEqual(b.Channels, batches[b.Name]) {
			s.t.Errorf("%s: status says %v, the rows %v", b.Name, b.Channels, batches[b.Name])
		}
	}
	people := map[string]int{}
	for person := range told {
		switch {
		case told[person]:
			people["told"]++
		case uncertain[person]:
			people["uncertain"]++
		}
	}
	if st.People["told"] != people["told"] || st.People["uncertain"] != people["uncertain"] {
		s.t.Errorf("status says %v, the rows %v", st.People, people)
	}
}

func count(in map[string]map[string]int, d map[string]string) {
	if in[d["channel"]] == nil {
		in[d["channel"]] = map[string]int{}
	}
	in[d["channel"]][d["state"]]++
}

// count compares the server's record with the ledger's: whoever the ledger calls sent must be there
// once, and whoever is neither there nor uncertain nor refused is lost.
func (s *site) count() tally {
	s.t.Helper()
	var out tally
	taken := map[string]int{}
	for _, m := range s.mail.Received() {
		if taken[m.MessageID]++; taken[m.MessageID] == 2 {
			out.doubled++
		}
	}
	if out.doubled <= s.status().Resent {
		out.resent, out.doubled = out.doubled, 0
	}
	nameless := 0 // whoever died did not say under which Message-ID
	for id, d := range s.deliveries() {
		switch {
		case d["channel"] != "email":
		case d["state"] == "uncertain":
			out.uncertain++
			if d["message_id"] == "" {
				nameless++
			}
		case d["state"] == "refused" && taken[id] == 0:
			out.refused++
		case d["state"] != "sent" || taken[id] == 0:
			out.lost++
		}
		delete(taken, id)
	}
	out.doubled += max(len(taken)-nameless, 0) // under a Message-ID that is nobody's
	return out
}
