package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"oshirase/config/programmes"
	"oshirase/jobs/email/emailtest"
)

// The companies of the sample that are treated in a way of their own, by their place in the order of release.
const (
	listed    = 0  // its contact has a key
	silent    = 10 // it does not acknowledge its report
	later     = 11 // its people's day is far off
	companies = 12
)

// TestNobodyOfACompanyIsWrittenToBeforeItsReportAndItsDate kills a worker among the reports, and another among the
// people. The mail server knows in which order things came.
func TestNobodyOfACompanyIsWrittenToBeforeItsReportAndItsDate(t *testing.T) {
	t.Parallel()
	if err := buildFaulty(); err != nil {
		t.Fatal(err)
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, emailtest.Options{Delay: time.Millisecond})
	s.email = resend
	stages, err := programmes.TelecomSquareStages(scaleValue)
	s.must(err)
	all := stages[len(stages)-1]
	s.reportFolder(reader.Recipient().String())
	if people := s.enqueueFolder("notice: company", "notice: company, acknowledge: true"); people != all.People {
		t.Fatalf("%d people, want %d", people, all.People)
	}

	s.startWorker("OSHIRASE_FAULT=dot:kill:7").dies()
	s.startWorker("OSHIRASE_FAULT=dot:kill:60").dies()
	worker := s.startWorker()
	s.until("reported", rowPatience, func(st status) bool {
		n := 0
		for _, b := range st.Batches {
			if b.Name == "individuals" && b.State != "done" {
				return false
			}
			if b.Report != nil && b.Report.State == "sent" {
				n++
			}
		}
		return n == companies
	})
	heard := s.companiesHeard(all)
	for i, h := range heard {
		if h.people > 0 || h.reports == 0 {
			t.Errorf("%s: %d people before any acknowledgement, %d reports", all.Companies[i].Name, h.people, h.reports)
		}
	}
	worker.end() // it would write to the first of them while the others are acknowledged
	for i, c := range all.Companies {
		if i != silent {
			s.do("release", s.id, "--batch", c.Name, "--acknowledged-by", "Mihon")
		}
	}
	s.startWorker("OSHIRASE_FAULT=dot:kill:20").dies()
	s.startWorker()
	st := s.until("told", rowPatience, func(st status) bool {
		left := 0
		for _, b := range st.Batches {
			if b.State != "done" {
				left++
			}
		}
		return left == 2
	})
	s.holdReports(all, st)
	s.holdList(reader, all)
	s.noPersonalData(t)
}

// reportFolder writes the sample with a key for one company's contact, and a day that is far off for the last.
func (s *site) reportFolder(key string) {
	s.t.Helper()
	s.folder = filepath.Join(s.dir, "campaign")
	s.must(programmes.WriteWhole(s.t.Context(), s.folder, scaleValue, true))
	path := filepath.Join(s.folder, "companies.csv")
	text, err := os.ReadFile(path)
	s.must(err)
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	s.must(err)
	for i, cell := range map[int]string{0: "contact_age_key", 1 + listed: key} {
		records[i] = append(records[i], cell)
	}
	for i := range records {
		records[i] = append(records[i], make([]string, len(records[0])-len(records[i]))...)
	}
	records[1+later][1] = "2999-01-01"
	var out bytes.Buffer
	s.must(csv.NewWriter(&out).WriteAll(records))
	s.must(os.WriteFile(path, out.Bytes(), 0o600))
}

// companyHeard is what the mail server heard for one company.
type companyHeard struct {
	reports, people int
	early           int // people before the first report
}

func (s *site) companiesHeard(all programmes.Stage) []companyHeard {
	out := make([]companyHeard, len(all.Companies))
	for _, m := range s.mail.Received() {
		local, domain, _ := strings.Cut(m.Recipients[0], "@")
		for i, c := range all.Companies {
			h := &out[i]
			switch {
			case c.Domain != domain:
			case local == "compliance":
				h.reports++
			default:
				if h.people++; h.reports == 0 {
					h.early++
				}
			}
		}
	}
	return out
}

// holdReports compares what the mail server and the ledger know of the companies.
func (s *site) holdReports(all programmes.Stage, st status) {
	s.t.Helper()
	for i, h := range s.companiesHeard(all) {
		name, open := all.Companies[i].Name, i != silent && i != later
		if h.early > 0 || h.reports == 0 || !open && h.people > 0 || open && h.people == 0 {
			s.t.Errorf("%s: the mail server heard %+v", name, h)
		}
	}
	for _, b := range st.Batches {
		closed := b.Name == all.Companies[silent].Name || b.Name == all.Companies[later].Name
		if closed && b.State != "planned" || closed && b.People["told"] > 0 || !closed && b.Channels["email"]["waiting"] > 0 {
			s.t.Errorf("batch %+v", b)
		}
	}
	if st.People["affected"] != all.People {
		s.t.Errorf("%d people, want %d", st.People["affected"], all.People)
	}
	reports := 0
	for _, d := range s.deliveries() {
		if d["purpose"] == "corporate-report" {
			reports++
		}
	}
	if reports != companies {
		s.t.Errorf("%d reports in the list of deliveries", reports)
	}
}

// holdList opens the list that the one contact got, and sees that no other message has anything attached.
func (s *site) holdList(reader age.Identity, all programmes.Stage) {
	s.t.Helper()
	company, lists := all.Companies[listed], 0
	for _, m := range s.mail.Received() {
		sealed := s.attached(m.Data)
		if sealed == nil {
			continue
		}
		if m.Recipients[0] != "compliance@"+company.Domain {
			s.t.Errorf("something is attached for another than the contact")
		}
		plain, err := age.Decrypt(bytes.NewReader(sealed), reader)
		s.must(err)
		rows, err := csv.NewReader(plain).ReadAll()
		s.must(err)
		elsewhere := 0
		for _, r := range rows[1:] {
			if r[len(r)-1] != "" {
				elsewhere++
			}
		}
		if len(rows)-1-elsewhere != company.People || elsewhere != 1 {
			s.t.Errorf("the list has %d people, %d of them of another company; want %d and 1", len(rows)-1, elsewhere,
				company.People)
		}
		lists++
	}
	if lists == 0 {
		s.t.Error("no list was sent")
	}
}

// attached is the file that goes with a message; nil where there is none.
func (s *site) attached(data []byte) []byte {
	s.t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(data))
	s.must(err)
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	s.must(err)
	if kind != "multipart/mixed" {
		return nil
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		s.must(err)
		if p.FileName() == "people.csv.age" {
			file, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
			s.must(err)
			return file
		}
	}
}
