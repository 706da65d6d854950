package e2e

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oshirase/jobs/email/emailtest"
)

// fetcher is what fetches files for a members' page: it takes those that are signed.
type fetcher struct {
	s      *site
	dir    string
	public ed25519.PublicKey
}

// newFetcher makes keys as openssl does, feed.pem and feed.pub, in the site's directory.
func newFetcher(s *site) *fetcher {
	s.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	s.must(err)
	for name, of := range map[string]func() ([]byte, error){
		"feed.pem": func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(private) },
		"feed.pub": func() ([]byte, error) { return x509.MarshalPKIXPublicKey(public) },
	} {
		der, err := of()
		s.must(err)
		kind := map[string]string{"feed.pem": "PRIVATE KEY", "feed.pub": "PUBLIC KEY"}[name]
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		s.must(os.WriteFile(filepath.Join(s.dir, name), text, 0o600))
	}
	return &fetcher{s, filepath.Join(s.dir, "feed"), public}
}

func (f *fetcher) env(fault string) []string {
	return []string{"OSHIRASE_FEED=" + f.dir, "OSHIRASE_FEED_KEY=" + filepath.Join(f.s.dir, "feed.pem"),
		"OSHIRASE_FAULT=" + fault, "OSHIRASE_FAULT_BIND=1s"}
}

// whole are the lines of the files that are signed, by name, each verified.
func (f *fetcher) whole() map[string][]byte {
	f.s.t.Helper()
	signatures, err := filepath.Glob(filepath.Join(f.dir, "*.sha256.sig"))
	f.s.must(err)
	out := map[string][]byte{}
	for _, path := range signatures {
		name := strings.TrimSuffix(path, ".sha256.sig")
		sums, err := os.ReadFile(name + ".sha256")
		f.s.must(err)
		signature, err := os.ReadFile(path)
		f.s.must(err)
		lines, err := os.ReadFile(name + ".jsonl")
		f.s.must(err)
		if !ed25519.Verify(f.public, sums, signature) {
			f.s.t.Errorf("%s is not signed by the key", filepath.Base(name))
		}
		if want := fmt.Sprintf("%x  %s.jsonl\n", sha256.Sum256(lines), filepath.Base(name)); string(sums) != want {
			f.s.t.Errorf("the sums are %q, want %q", sums, want)
		}
		out[filepath.Base(name)] = lines
	}
	return out
}

// byHand verifies as the operator's people do, where they have the programs.
func (f *fetcher) byHand(name string) {
	f.s.t.Helper()
	for _, args := range [][]string{
		{"openssl", "pkeyutl", "-verify", "-pubin", "-inkey", filepath.Join(f.s.dir, "feed.pub"), "-rawin",
			"-in", name + ".sha256", "-sigfile", name + ".sha256.sig"},
		{"sha256sum", "-c", name + ".sha256"},
	} {
		program, err := exec.LookPath(args[0])
		if err != nil {
			f.s.t.Logf("not verified with %s, which is not here", args[0])
			continue
		}
		cmd := exec.Command(program, args[1:]...)
		cmd.Dir = f.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			f.s.t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}

// memberLine is what a file has for a member number.
type memberLine struct {
	Member string
	Data   struct {
		ID      string
		Members []string
	}
}

// TestAWorkerDiesWhileItWritesForTheMembersPage kills workers before a file is in place, between its parts, and
// before the ledger knows. What was signed stays as it was to the byte, and each message is in one file.
func TestAWorkerDiesWhileItWritesForTheMembersPage(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, emailtest.Options{Forget: true})
	f := newFetcher(s)
	s.email = "  feed: {file: {messages: 9}}\n"
	s.enqueue(fewPeople)
	placed := map[string][]byte{}
	kept := func() {
		now := f.whole()
		for name, lines := range placed {
			if !bytes.Equal(now[name], lines) {
				t.Errorf("%s was made again with other bytes", name)
			}
		}
		maps.Copy(placed, now)
	}
	for _, fault := range []string{"page written:kill:2", "page sums:kill:2", "page signed:kill:1"} {
		s.startWorker(f.env(fault)...).dies()
		kept()
	}
	s.startWorker(f.env("")...)
	st := s.until("done", rowPatience, done)
	kept()
	f.fetched(placed, st.Channels["feed"])
	for name := range placed {
		f.byHand(name)
		break
	}
	f.listed(placed)
	left, err := filepath.Glob(filepath.Join(f.dir, ".*"))
	s.must(err)
	if len(left) > 0 {
		t.Errorf("half a file is left: %q", left)
	}
}

// fetched holds what is in the files against the ledger.
func (f *fetcher) fetched(files map[string][]byte, states map[string]int) {
	f.s.t.Helper()
	in := map[string]string{} // file by id
	for name, lines := range files {
		for text := range bytes.Lines(lines) {
			var l memberLine
			f.s.must(json.Unmarshal(text, &l))
			if before, known := in[l.Data.ID]; known && (before != name || len(l.Data.Members) < 2) {
				f.s.t.Errorf("message %s is in %s and in %s", l.Data.ID, before, name)
			}
			in[l.Data.ID] = name
		}
	}
	if n := states["sent"]; n == 0 || n != len(in) || len(states) != 1 {
		f.s.t.Errorf("the ledger says %v, the files have %d", states, len(in))
	}
	ledger := f.s.deliveries()
	for id := range in {
		if d := ledger[id]; d["channel"] != "feed" || d["state"] != "sent" {
			f.s.t.Errorf("a file has %s, of which the ledger says %v", id, d)
		}
	}
	f.s.t.Logf("%d messages in %d files", len(in), len(files))
}

// listed holds what the command says against the files.
func (f *fetcher) listed(files map[string][]byte) {
	f.s.t.Helper()
	var list []struct{ File, SHA256 string }
	f.s.must(json.Unmarshal([]byte(f.s.do("feed", f.s.id, "--json")), &list))
	for _, x := range list {
		name := strings.TrimSuffix(filepath.Base(x.File), ".jsonl")
		if want := fmt.Sprintf("%x", sha256.Sum256(files[name])); x.SHA256 != want {
			f.s.t.Errorf("the ledger has %s of %s, want %s", x.SHA256, name, want)
		}
	}
	if len(list) != len(files) {
		f.s.t.Errorf("%d are listed, %d are there", len(list), len(files))
	}
}
