package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"oshirase/config/programmes"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/queue"
)

func TestTwoWorkersAddressEachPersonOnceInCompanyOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t, emailtest.Options{Forget: true})
	want, err := programmes.TelecomSquare(scaleValue)
	s.must(err)
	if people := s.enqueue(scale); people != want.People {
		t.Fatalf("%d people, want %d", people, want.People)
	}
	s.work()
	s.work()
	st := s.until("done", patience, done)
	order := s.settled(st)
	var companies []string
	for _, b := range st.Batches {
		if b.Channels["email"]["sent"] > 0 {
			companies = append(companies, b.Name)
		}
	}
	if !slices.Equal(order, companies) {
		t.Errorf("the server heard of the companies in the order\n%q, want\n%q", order, companies)
	}
	people := map[string]int{"affected": want.People, "told": want.Email,
		"untold": want.Letters, "uncertain": 0, "unreachable": want.Unreachable}
	for k, n := range people {
		if st.People[k] != n {
			t.Errorf("%s: %d, want %d", k, st.People[k], n)
		}
	}
	if n := st.Channels["letter"]["bound"]; n != want.Letters {
		t.Errorf("%d letters bound, want %d", n, want.Letters)
	}
	t.Logf("%d people: %v; channels %v", want.People, st.People, st.Channels)
	s.noPersonalData(t)
}

func TestACompanyHeldInTheMiddleComesLastAndOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, emailtest.Options{Forget: true})
	s.enqueue(scale)
	const middle = 2 // the third to open
	held := s.status().Batches[middle].Name
	s.do("hold", s.id, "--batch", held, "--why", "a question of the company's lawyer")
	s.work()
	s.work()
	st := s.until("done but for the held company", patience, func(st status) bool {
		return !slices.ContainsFunc(st.Batches, func(b batch) bool {
			return b.State != "done" && (b.Name != held || b.State != "held")
		})
	})
	if n := st.Batches[middle].Channels["email"]["sent"]; n != 0 {
		t.Errorf("%d sent of a held company", n)
	}
	before := s.mail.Count()
	open := 0
	for _, states := range st.Batches[middle].Channels {
		for _, n := range states {
			open += n
		}
	}
	s.do("resume", s.id, "--batch", held, "--confirm", fmt.Sprintf("%s:%d", s.id, open))
	st = s.until("done", patience, done)
	order := s.settled(st)
	if len(order) == 0 || order[len(order)-1] != held || s.mail.Count() <= before {
		t.Errorf("%q was not last of %q", held, order)
	}
}

func TestHoldOfTheCampaignStopsWhatIsAlreadyInRedis(t *testing.T) {
	t.Parallel()
	s := newSite(t, emailtest.Options{Forget: true, Delay: 5 * time.Millisecond})
	s.enqueue("0.02")
	s.work("--connections=4", "--in-flight=16", "--servers=2")
	s.until("under way", time.Minute, func(status) bool { return s.mail.Count() > 100 })
	s.do("hold", s.id)
	time.Sleep(2 * time.Second)
	then := s.mail.Count()
	time.Sleep(time.Second)
	if now := s.mail.Count(); now != then {
		t.Errorf("%d messages went out two seconds after hold", now-then)
	}
	st := s.status()
	open := 0
	for _, states := range st.Channels {
		for _, state := range []string{"waiting", "ready", "queued", "sending", "deferred", "typeset"} {
			open += states[state]
		}
	}
	if open == 0 {
		t.Fatal("nothing was left to hold")
	}
	s.do("resume", s.id, "--confirm", fmt.Sprintf("%s:%d", s.id, open))
	s.settled(s.until("done", time.Minute, done))
}

func TestEmptyingRedisInTheMiddleLosesAndDoublesNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t, emailtest.Options{Forget: true, Delay: time.Millisecond})
	s.enqueue("0.03")
	s.work("--connections=8", "--in-flight=64")
	s.work("--connections=8", "--in-flight=64")
	redis, err := queue.Open(context.Background(), "redis://"+s.redis.Addr)
	s.must(err)
	defer redis.Close()
	for i := range 3 {
		mark := 400 * (i + 1)
		s.until("under way", time.Minute, func(status) bool { return s.mail.Count() > mark })
		s.must(redis.Client.FlushAll(context.Background()).Err())
	}
	st := s.until("done", 2*time.Minute, done)
	s.settled(st)
	if !strings.Contains(s.log(), "redis was emptied") {
		t.Error("the feeder did not notice")
	}
}

// noPersonalData looks for every name and address in all that Redis was ever told (its append-only file)
// and in all that the processes said.
func (s *site) noPersonalData(t *testing.T) {
	t.Helper()
	var told bytes.Buffer
	files, err := filepath.Glob(filepath.Join(s.dir, "appendonlydir", "*"))
	s.must(err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		s.must(err)
		told.Write(b)
	}
	if !bytes.Contains(told.Bytes(), []byte("email:send")) {
		t.Fatal("Redis's file has no task: nothing was looked at")
	}
	redis, log := told.String(), s.log()
	n := 0
	for cell := range s.personal(t) {
		n++
		if strings.Contains(redis, cell) || strings.Contains(log, cell) {
			t.Errorf("%q is in Redis or in a log", cell)
		}
	}
	t.Logf("%d cells looked for in %d bytes of Redis's file and %d of logs", n, len(redis), len(log))
}

// personal gives names, addresses, telephone and member numbers of the sample's people, from the files.
func (s *site) personal(t *testing.T) map[string]bool {
	t.Helper()
	cells := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(s.folder, "recipients", "*.csv"))
	s.must(err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		s.must(err)
		if strings.HasSuffix(f, "counter.csv") {
			b, err = japanese.ShiftJIS.NewDecoder().Bytes(b)
			s.must(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF")))).ReadAll()
		s.must(err)
		for _, r := range rows[1:] {
			for _, cell := range r[:7] { // number, name, e-mail, telephone, postcode, two address lines
				if len([]rune(cell)) > 3 && len(cells) < 20000 {
					cells[cell] = true
				}
			}
		}
	}
	return cells
}

func TestPrintFilesBearEveryNameOfTheirLetters(t *testing.T) {
	t.Parallel()
	needPdftotext(t)
	s := newSite(t, emailtest.Options{Forget: true})
	s.enqueue("0.005")
	s.work()
	s.until("done", time.Minute, done)
	s.do("report", s.id, "--untold", filepath.Join(s.dir, "untold.csv"), "--raw")
	b, err := os.ReadFile(filepath.Join(s.dir, "untold.csv"))
	s.must(err)
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	s.must(err)
	files, err := filepath.Glob(filepath.Join(s.dir, "letters", "*.pdf"))
	s.must(err)
	var text strings.Builder
	for _, f := range files {
		out, err := exec.Command("pdftotext", "-raw", f, "-").Output()
		s.must(err)
		text.Write(out)
	}
	printed := strings.Join(strings.Fields(text.String()), "")
	letters := 0
	for _, r := range rows[1:] {
		if !strings.Contains(r[9], "print file") {
			continue
		}
		letters++
		for _, want := range []string{r[0], r[1]} { // reference and name
			if !strings.Contains(printed, strings.Join(strings.Fields(want), "")) {
				t.Errorf("a letter lacks %q", want)
			}
		}
	}
	if letters == 0 {
		t.Error("no letters were looked at")
	}
}
