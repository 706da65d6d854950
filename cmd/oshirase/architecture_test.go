package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which of our packages each may import, and why so. A package that is not listed may not be.
var rooms = []struct {
	name, imports, why string
}{
	{"cmd/oshirase", "*", "the program: only here is anything wired"},
	{"cmd/oshirase/internal/dashboard", "jobs/ledger jobs/queue jobs/report",
		"pages show numbers and move deliveries by the ledger; without a key they cannot show a person"},
	{"cmd/oshirase/internal/e2e", "", "tests of the built program; they look at it from outside"},
	{"config", "", "a leaf: no part knows the settings type"},
	{"config/campaign", "", "a leaf: what was promised is read the same by everyone"},
	{"config/programmes", "config/programmes/cathay config/programmes/delta config/programmes/draw config/programmes/folder config/programmes/jal config/programmes/jtb config/programmes/names",
		"the examples are files, and some are large"},
	{"config/programmes/cathay", "config/programmes/draw config/programmes/folder", "files, and what they hold"},
	{"config/programmes/delta", "config/programmes/draw config/programmes/folder config/programmes/names",
		"tables of people who are invented, and texts"},
	{"config/programmes/folder", "", "a leaf: texts and tables, whatever is in them"},
	{"config/programmes/jal", "config/programmes/draw config/programmes/folder config/programmes/names",
		"tables of people who are invented, and texts, for each revision"},
	{"config/programmes/names", "config/programmes/draw", "lists, and who is drawn from them"},
	{"config/programmes/draw", "", "a leaf: numbers that come out the same everywhere"},
	{"config/programmes/programmestest", "", "a leaf: tests read the samples back as a stranger would"},
	{"config/programmes/jtb", "config/programmes/folder", "it knows who is who without asking the code that finds out"},
	{"templates", "", "a leaf: a notice knows neither ledger nor paper"},
	{"letters", "letters/barcode templates", "paper takes a Document and nothing else of a notice; sheets bear marks"},
	{"letters/barcode", "", "a leaf: a mark knows neither paper nor ledger"},
	{"letters/postage", "", "a leaf: prices are data, and a sheet's weight is arithmetic"},
	{"letters/reading", "", "a leaf: a print file is read by other means than it was made"},
	{"jobs/nearest", "", "a leaf: what a misspelt name may have meant"},
	{"jobs/segment", "jobs/fold jobs/nearest", "rules over facts; they know neither files nor people"},
	{"jobs/scratch", "", "a leaf: bytes that memory has no room for"},
	{"jobs/identity", "jobs/scratch", "hashes and row numbers; it knows no file and no person"},
	{"jobs/recipient", "jobs/fold jobs/identity jobs/mailbox jobs/nearest jobs/scratch jobs/segment jobs/table",
		"rows become people; it mirrors the manifest without depending on it"},
	{"jobs/fold", "", "a leaf: what is compared knows no rows"},
	{"jobs/mailbox", "jobs/pace", "what can be delivered; typing errors are looked for near the big providers"},
	{"jobs/table", "jobs/table/workbook", "what a file says, before anybody knows what its columns mean"},
	{"jobs/table/workbook", "", "a leaf: Excel's rows, without a copy of them on the disk"},
	{"jobs/redact", "", "a leaf: what a mail server said, fit to be kept"},
	{"jobs/email", "jobs/redact", "an outcome says what a relay said, and no address"},
	{"jobs/relay", "jobs/email jobs/mishap", "which connection takes a message; what a relay said is package email's"},
	{"jobs/email/emailtest", "", "a leaf: a mail server for tests and the demo"},
	{"jobs/members", "", "a leaf: messages for the operator's own members' page, signed"},
	{"jobs/pace", "", "a leaf: rates, hours, breakers, fairness: decisions without a database"},
	{"jobs/bounce", "jobs/redact", "the return path's token, and what comes back to it; a server's words are kept without addresses"},
	{"jobs/seal", "", "a leaf: keys"},
	{"jobs/handover", "jobs/encrypt", "files go to a place whole, whatever is in them"},
	{"jobs/encrypt", "", "a leaf: who can open what leaves the house"},
	{"jobs/handover/handovertest", "", "a leaf: a mail house's server for tests"},
	{"jobs/returns", "jobs/fold jobs/table letters/barcode",
		"tables of strangers are read and compared as recipients are; a piece number proves itself"},
	{"jobs/faults", "", "a leaf: named points for tests of the real program; nothing without its build tag"},
	{"jobs/mishap", "", "a leaf: what a panic comes to, whoever's it was"},
	{"jobs/flight", "jobs/faults", "a worker's flight log; a test plays a reboot"},
	{"jobs/evidence", "", "a leaf: what a relay's log proves"},
	{"jobs/jobstest", "", "a leaf: private servers for tests and the benchmark"},
	{"jobs/ledger", "jobs/mishap jobs/pace jobs/seal", "rows are sealed, and breakers turned, where they are written"},
	{"jobs/ledger/ledgertest", "jobs/jobstest jobs/ledger jobs/recipient jobs/seal",
		"small ledgers for tests, on every kind of database"},
	{"jobs/codes", "jobs/returns jobs/table templates",
		"an issuer's tables are read as a mail house's are; what looks like a link is known where notices are made"},
	{"jobs/compose", "config/campaign templates letters letters/barcode jobs/bounce jobs/email jobs/members jobs/recipient jobs/segment",
		"one record becomes one piece: worker, preview and lookup come here"},
	{"jobs/plan", "config/campaign jobs/codes jobs/compose jobs/encrypt jobs/fold jobs/identity jobs/ledger jobs/mailbox jobs/office jobs/pace jobs/recipient jobs/revision jobs/seal jobs/segment jobs/table letters letters/postage",
		"a folder becomes people and deliveries, counted and imported the same way"},
	{"jobs/revision", "jobs/fold jobs/ledger jobs/recipient jobs/seal",
		"what people were told is in the ledger, and is held against what is said of them now"},
	{"jobs/report", "jobs/ledger jobs/pace jobs/recipient jobs/seal", "numbers and lists come from the ledger alone; pace words what rests"},
	{"jobs/office", "config/campaign jobs/compose jobs/ledger jobs/pace jobs/recipient jobs/seal",
		"a campaign opened to work with, for whoever makes something of it"},
	{"jobs/roster", "jobs/compose jobs/encrypt jobs/ledger jobs/office jobs/report",
		"the list that goes with a report to a company: written by report, for a contact of the office"},
	{"jobs/disk", "", "a leaf: files are put into place whole, whatever is in them"},
	{"jobs/pagefile", "jobs/compose jobs/disk jobs/faults jobs/ledger jobs/members jobs/office",
		"messages for the members' page become files here; the conductor only says when"},
	{"jobs/outcome", "jobs/email jobs/faults jobs/flight jobs/ledger jobs/office",
		"what becomes of a claim, by a relay's word or by a flight log; the conductor only says when"},
	{"jobs/paper", "config/campaign jobs/disk jobs/faults jobs/ledger jobs/mishap jobs/office jobs/recipient letters letters/barcode letters/reading templates",
		"print files are made and checked here; the conductor only says when"},
	{"jobs/queue", "jobs/ledger", "what a task is called comes from the ledger's ids"},
	{"jobs/feeder", "jobs/faults jobs/ledger jobs/office jobs/pace jobs/paper jobs/queue jobs/seal",
		"from the ledger into the queue; who works on it is none of its business"},
	{"jobs", "jobs/compose jobs/email jobs/faults jobs/feeder jobs/flight jobs/ledger jobs/members jobs/mishap jobs/office jobs/outcome jobs/pagefile jobs/paper jobs/queue jobs/relay jobs/roster",
		"the conductor: thin, it joins its parts; nothing below cmd imports it"},
}

// homes says where each library lives: the one place that knows it.
var homes = []struct {
	library, packages, why string
}{
	{"github.com/hibiken/asynq", "jobs jobs/queue cmd/oshirase cmd/oshirase/internal/dashboard", "the queue and its pages"},
	{"github.com/hibiken/asynqmon", "cmd/oshirase/internal/dashboard", "the queue's pages"},
	{"github.com/redis/go-redis/v9", "jobs/queue", "whether Redis was emptied"},
	{"github.com/alicebob/miniredis/v2", "jobs/queue", "the embedded queue"},
	{"github.com/wneessen/go-mail", "jobs/email", "messages and connections"},
	{"github.com/emersion/go-message", "jobs/bounce", "the parts of a delivery report"},
	{"github.com/jung-kurt/gofpdf", "letters", "PDF"},
	{"github.com/rivo/uniseg", "letters", "line breaking"},
	{"rsc.io/qr", "letters/barcode", "QR codes"},
	{"database/sql", "jobs/ledger", "the truth has one door"},
	{"modernc.org/sqlite", "jobs/ledger", "its driver"},
	{"github.com/jackc/pgx/v5", "jobs/ledger", "PostgreSQL"},
	{"github.com/yuin/goldmark", "templates", "CommonMark"},
	{"github.com/klauspost/compress/zstd", "jobs/table", "compressed recipients"},
	{"github.com/fxamacker/cbor/v2", "jobs/recipient", "a person as the ledger keeps them"},
	{"github.com/expr-lang/expr", "jobs/segment", "segment rules"},
	{"github.com/goccy/go-yaml", "config config/campaign templates letters/postage",
		"settings, manifest, front matter and tariffs are each parsed where they are known"},
	{"github.com/pkg/sftp", "jobs/handover jobs/handover/handovertest", "the way to a mail house's server"},
	{"golang.org/x/crypto/ssh", "jobs/handover jobs/handover/handovertest", "what SFTP goes through, and the server's key"},
	{"filippo.io/age", "jobs/encrypt", "encryption to mail houses and companies"},
	{"github.com/spf13/cobra", "cmd/oshirase", "the command line"},
	{"golang.org/x/net/idna", "jobs/mailbox", "what a domain beyond ASCII is on the wire"},
	{"golang.org/x/term", "cmd/oshirase", "whether somebody is there to answer"},
}

type listed struct {
	ImportPath string
	Imports    []string
	GoFiles    []string
}

const module = "oshirase/"

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "oshirase/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		all = append(all, p)
	}
}

func TestEachPackageImportsOnlyWhatItsRoomAllows(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, p := range all {
		i := slices.IndexFunc(rooms, func(r struct{ name, imports, why string }) bool {
			return r.name == p.ImportPath
		})
		if i < 0 {
			t.Errorf("package %s is not on the map: say what it may import, and why", p.ImportPath)
			continue
		}
		allowed := strings.Fields(rooms[i].imports)
		for _, path := range p.Imports {
			own, ok := strings.CutPrefix(path, module)
			if ok && rooms[i].imports != "*" && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s: %s", p.ImportPath, own, rooms[i].why)
			}
		}
	}
	for _, r := range rooms {
		for _, name := range append(strings.Fields(strings.ReplaceAll(r.imports, "*", "")), r.name) {
			if !slices.ContainsFunc(all, func(p listed) bool { return p.ImportPath == name }) {
				t.Errorf("the map names %s, which is gone", name)
			}
		}
	}
}

func TestEachLibraryHasItsHome(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, h := range homes {
		used := false
		for _, p := range all {
			for _, path := range p.Imports {
				if path != h.library && !strings.HasPrefix(path, h.library+"/") {
					continue
				}
				used = true
				if !slices.Contains(strings.Fields(h.packages), p.ImportPath) {
					t.Errorf("%s imports %s, whose home is %s: %s", p.ImportPath, path, h.packages, h.why)
				}
			}
		}
		if !used {
			t.Errorf("nobody imports %s any more", h.library)
		}
	}
}
