package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// marks are in every value of the marked people, one in each, and nowhere else: long enough not to come about
// by chance in what is sealed.
var marks = []string{"髙﨑特異", "トクイナカナ", "Quuxington", "KUNDENNUMMER", "zebrafink", "例外町"}

const markedPeople = 8_000

// markedCampaign writes a folder whose people can be told from everything else.
func (s *site) markedCampaign() {
	s.t.Helper()
	s.folder, s.id = filepath.Join(s.dir, "campaign"), "small-2024"
	s.must(os.CopyFS(s.folder, os.DirFS(filepath.Join("..", "..", "testdata", "campaign"))))
	var rows strings.Builder
	rows.WriteString("id,name,email,postcode,address,company,locale,server,used_at\n")
	for i := range markedPeople {
		name := marks[i%3] // in kanji, in kana, in Latin letters
		fmt.Fprintf(&rows, "KUNDENNUMMER%05d,%s %d,zebrafink%05d@example.jp,100-0000,例外町%d-1,青空商事,ja,A,2024-01-05\n",
			i, name, i, i, i)
	}
	s.must(os.WriteFile(filepath.Join(s.folder, "people.csv"), []byte(rows.String()), 0o600))
}

// spelled is a mark as programs may write it.
func spelled(mark string) map[string][]byte {
	out := map[string][]byte{"UTF-8": []byte(mark), "JSON": []byte(strings.Trim(strconv.QuoteToASCII(mark), `"`))}
	for name, e := range map[string]encoding.Encoding{
		"CP932": japanese.ShiftJIS, "EUC-JP": japanese.EUCJP,
		"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		"UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	} {
		if text, err := e.NewEncoder().Bytes([]byte(mark)); err == nil { // not every one has every character
			out[name] = text
		}
	}
	return out
}

// looksFor says which marks are in the files under a directory, and in how many files it looked.
func (s *site) looksFor(dir string, skip ...string) (files int, found []string) {
	s.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err): // a server took it away meanwhile
			return nil
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(skip, path):
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil
		}
		files++
		found = append(found, marksIn(path, text)...)
		return err
	})
	s.must(err)
	return files, found
}

func marksIn(where string, text []byte) (found []string) {
	for _, mark := range marks {
		for name, form := range spelled(mark) {
			if bytes.Contains(text, form) {
				found = append(found, where+": "+mark+" in "+name)
			}
		}
	}
	return found
}

// nobodyIn makes sure that no mark lies anywhere but in the campaign's own folder.
func (s *site) nobodyIn(when string) {
	s.t.Helper()
	files, found := s.looksFor(s.dir, s.folder)
	if s.postgres != nil {
		more, marked := s.looksFor(s.postgres.Files())
		files, found = files+more, append(found, marked...)
	}
	found = append(found, marksIn("a log", []byte(s.log()))...)
	if len(found) > 0 || files < 3 {
		s.t.Errorf("%s: in %d files %q", when, files, found)
	}
}

// spilling is a command whose temporary files lie where they are looked into.
func (s *site) spilling(args ...string) *exec.Cmd {
	s.t.Helper()
	dir := filepath.Join(s.dir, "tmp")
	s.must(os.MkdirAll(dir, 0o700))
	cmd := s.command(args...)
	cmd.Env = append(cmd.Env, "TMPDIR="+dir)
	return cmd
}

// later is a command of the program by a clock that is a minute ahead: what a dead process leased is free.
func (s *site) later(args ...string) *exec.Cmd {
	s.t.Helper()
	return s.ahead(time.Minute, args...)
}

// ahead is a command of the program by a clock that is ahead.
func (s *site) ahead(by time.Duration, args ...string) *exec.Cmd {
	s.t.Helper()
	clock := filepath.Join(s.dir, "clock")
	s.must(os.WriteFile(clock, []byte(by.String()), 0o600))
	cmd := s.spilling(args...)
	cmd.Path = faulty
	cmd.Env = append(cmd.Env, "OSHIRASE_CLOCK="+clock)
	return cmd
}

func (s *site) doLater(args ...string) string {
	s.t.Helper()
	out, err := s.later(args...).Output()
	if err != nil {
		s.t.Fatalf("oshirase %s: %v\n%s", strings.Join(args, " "), err, s.log())
	}
	return string(out)
}

// killedWhen starts a command and kills it as soon as something is so. It tells whether it lived so long.
func (s *site) killedWhen(cmd *exec.Cmd, so func() bool) bool {
	s.t.Helper()
	s.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		select {
		case err := <-ended:
			s.t.Logf("%v ended before it was killed: %v", cmd.Args[1:2], err)
			return false
		default:
		}
		if so() {
			break
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	return true
}

// importing tells whether an import has begun.
func (s *site) importing() func() bool {
	var l *ledger.Ledger
	s.t.Cleanup(func() {
		if l != nil {
			l.Close()
		}
	})
	return func() bool {
		if l == nil {
			l, _ = ledger.Open(context.Background(), s.ledger, false, time.Now)
		}
		if l == nil {
			return false
		}
		empty, err := l.Empty(context.Background())
		return err == nil && !empty
	}
}

func TestNobodyCanBeReadWhereACampaignRests(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	t.Run("in a file", func(t *testing.T) {
		t.Parallel()
		rests(newSite(t, emailtest.Options{Forget: true}))
	})
	t.Run("on a server", func(t *testing.T) {
		t.Parallel()
		ledgertest.Server(t) // skips where there is none
		s := newSite(t, emailtest.Options{Forget: true})
		var err error
		s.postgres, err = jobstest.Postgres()
		s.must(err)
		t.Cleanup(func() { _ = s.postgres.Remove() })
		s.ledger, err = s.postgres.Database()
		s.must(err)
		rests(s)
		s.postgres.Crash() // its log has it all
		s.nobodyIn("after the server's crash")
		s.must(s.postgres.Restart()) // and then its tables
		s.nobodyIn("after the server has recovered")
	})
}

func rests(s *site) {
	t := s.t
	s.markedCampaign()
	if _, found := s.looksFor(s.folder); len(found) < len(marks) {
		t.Fatalf("in the campaign's own folder: %q", found)
	}
	confirm := fmt.Sprintf("%s:%d", s.id, markedPeople)

	s.killedWhen(s.spilling("enqueue", s.folder, "--confirm", confirm), s.importing())
	s.nobodyIn("after an import was killed")
	s.doLater("enqueue", s.folder, "--confirm", confirm)
	s.nobodyIn("after the import")
	if st := s.status(); st.People["affected"] != markedPeople || st.Channels["email"]["waiting"] != markedPeople {
		t.Errorf("imported again: %+v", st)
	}

	s.killedWhen(s.later("work"), func() bool { return s.mail.Count() > 100 })
	s.nobodyIn("after a worker was killed")
	s.doLater("hold", s.id)
	worker := s.later("work") // what the dead one held is settled
	s.must(worker.Start())
	st := s.until("settled", patience, func(st status) bool { return st.Channels["email"]["sending"] == 0 })
	_ = worker.Process.Signal(os.Interrupt)
	s.must(worker.Wait())
	s.doLater("cancel", s.id, "--yes")

	key := filepath.Join(s.dir, "keys", "campaign-"+s.id+".key")
	purge := []string{"purge", s.id, "--confirm", confirm, "--json",
		"--accept-unsettled", strconv.Itoa(st.Channels["email"]["uncertain"])}
	s.killedWhen(s.later(purge...), func() bool { _, err := os.Stat(key); return os.IsNotExist(err) })
	s.nobodyIn("after a purge was killed")
	var out struct {
		People   int
		PurgedAt time.Time `json:"purged_at"`
	}
	s.must(json.Unmarshal([]byte(s.doLater("purge", s.id, "--json")), &out))
	if _, err := os.Stat(key); !os.IsNotExist(err) || out.People != markedPeople || out.PurgedAt.IsZero() {
		t.Errorf("purged again: %+v, key %v", out, err)
	}
	if after := s.status(); after.People["affected"] != markedPeople || after.People["told"] != st.People["told"] {
		t.Errorf("after the purge: %+v, before %+v", after.People, st.People)
	}
	s.nobodyIn("after the purge")
}
