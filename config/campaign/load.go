package campaign

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"
	_ "time/tzdata" // a campaign's time zone must load on a machine that has no zone files
)

// Load reads DIR/campaign.yaml and all the files it names except the recipients, of which it only
// sees that they are there. Everything wrong is reported at once as problems, in the order of the
// files and lines; err is for a folder that cannot be opened at all. The Folder is never nil
// where err is, but it is good for nothing except further checks where Invalid(problems).
func Load(dir string, now time.Time) (*Folder, []Problem, error) {
	return load(dir, now, false)
}

// LoadToSend is Load for a folder that is about to be sent: today is the clock's, whatever as_of says.
func LoadToSend(dir string, now time.Time) (*Folder, []Problem, error) {
	return load(dir, now, true)
}

func load(dir string, now time.Time, sending bool) (*Folder, []Problem, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open campaign folder %q: %w", dir, cause(err))
	}
	defer root.Close()
	l := newLoader(folder{root}, now)
	l.folder.Dir, l.sending = dir, sending
	l.load()
	l.checkRecipientsExist(root)
	l.checkCodesExist(root)
	sortProblems(l.problems)
	return l.folder, l.problems, nil
}

// cause is the error without the path that the message has already.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// loader fills a Folder from a source and gathers what is wrong.
type loader struct {
	sending bool // as_of does not count
	findings
	source source
	now    time.Time
	folder *Folder
}

func newLoader(from source, now time.Time) *loader {
	return &loader{
		findings: newFindings(),
		source:   from,
		now:      now,
		folder:   &Folder{Location: time.UTC, Today: now},
	}
}

func (l *loader) load() {
	source, err := l.source.read(ManifestFile, maxManifest)
	if err != nil {
		what, do := readFault(err)
		l.addAt(position{}, what, do)
		return
	}
	l.folder.Source = source
	body := l.parseYAML(source)
	if body == nil {
		return
	}
	m := &l.folder.Manifest
	l.decode("", body, reflect.ValueOf(m).Elem())
	delete(l.at, "") // a missing key of the whole file has no place
	l.fillDefaults(m)
	l.setClock(m)
	l.readNotices()
	l.readCompanies(m)
	l.check(m)
}

// fillDefaults writes what the manifest leaves out. A value that was given and is wrong stays,
// for the check to find.
func (l *loader) fillDefaults(m *Manifest) {
	orDefault(&m.Timezone, "Asia/Tokyo")
	orDefault(&m.Controller.Country, "JP")
	orDefault(&m.Batches.By, "company")
	if !l.given("batches.parallel") {
		m.Batches.Parallel = 1
	}
	if !l.given("identity") {
		m.Identity = [][]string{{"id"}, {"email", "name"}}
	}
	if !l.given("identity_limit") {
		m.IdentityLimit = 20
	}
	if !l.given("halt.after") {
		m.Halt.After = 100
	}
	for i := range m.Recipients {
		fillRecipients(&m.Recipients[i])
	}
	for i := range m.Segments {
		orDefault(&m.Segments[i].Certainty, "confirmed")
	}
	fillChannels(&m.Channels)
	fillCodes(m.Codes)
}

func fillRecipients(r *RecipientFile) {
	orDefault(&r.Encoding, "auto")
	orDefault(&r.Format, "auto")
	orDefault(&r.Delimiter, "auto")
	for name, fact := range r.Facts {
		orDefault(&fact.Type, "text")
		r.Facts[name] = fact
	}
}

func fillChannels(c *Channels) {
	if c.Email != nil {
		orDefault(&c.Email.Uncertain, "hold")
		if c.Email.GiveUp == 0 {
			c.Email.GiveUp = 72 * time.Hour
		}
	}
	if c.Letter != nil {
		orDefault(&c.Letter.When, "no-email")
		orDefault(&c.Letter.Variants, "exact")
		orDefault(&c.Letter.Mark, "none")
		orDefault(&c.Letter.Sort, "batch")
		orDefault(&c.Letter.Group, "none")
		orDefault(&c.Letter.Envelope, "jp-chou3")
	}
	if c.Feed != nil {
		fillFeed(c.Feed)
	}
}

func orDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// setClock finds the zone, today and the start of the individuals.
func (l *loader) setClock(m *Manifest) {
	zone, err := time.LoadLocation(m.Timezone)
	if err != nil || m.Timezone == "Local" { // Local means something else on each machine
		l.add("timezone", fmt.Sprintf("unknown time zone %q", m.Timezone),
			"write an IANA name such as Asia/Tokyo")
		zone = time.UTC
	}
	l.folder.Location = zone
	if !l.now.IsZero() {
		l.folder.Today = l.now.In(zone)
	}
	if t, ok := l.clockTime("as_of", m.AsOf); ok && !l.sending {
		l.folder.Today = t
	}
	in := &m.Batches.Individuals
	in.At, _ = l.clockTime("batches.individuals.start", in.Start)
	if r := m.Batches.Report; r != nil {
		r.At, _ = l.clockTime("batches.report.start", r.Start)
	}
}

func (l *loader) clockTime(path, s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, ok := parseStart(s, l.folder.Location)
	if !ok {
		l.add(path, fmt.Sprintf("%q is not a time", s), startForms)
	}
	return t, ok
}

const startForms = "write YYYY-MM-DD, YYYY-MM-DD HH:MM or RFC 3339"
