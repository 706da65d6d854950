package campaign

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// maxCompanyProblems ends the report on a file that is no companies file at all.
const maxCompanyProblems = 100

// readCompanies fills the batches from the companies file.
func (l *loader) readCompanies(m *Manifest) {
	b := &m.Batches
	if b.File == "" || !l.checkName("batches.file", b.File) {
		return
	}
	b.File = path.Clean(b.File)
	source, err := l.source.read(b.File, maxCompanies)
	if err != nil {
		what, do := readFault(err)
		l.add("batches.file", b.File+": "+what, do)
		return
	}
	l.folder.Companies = source
	c := companies{file: b.File, zone: l.folder.Location, lines: map[string]int{}}
	c.parse(source)
	b.List = byStart(c.list)
	l.problems = append(l.problems, c.problems...)
	l.warnPast(b)
}

// warnPast says once that batches open at once because their time has gone by.
func (l *loader) warnPast(b *Batches) {
	past := 0
	for _, batch := range b.List {
		if !batch.Start.IsZero() && batch.Start.Before(l.folder.Today) {
			past++
		}
	}
	if past == 0 {
		return
	}
	l.problems = append(l.problems, Problem{
		File: b.File, Warning: true,
		What: fmt.Sprintf("%d of %d batches have a start before %s and open at once",
			past, len(b.List), l.folder.Today.Format("2006-01-02 15:04")),
		Do: "give them a later start if they must not",
	})
}

// byStart orders batches by their start. One without a start keeps its place in the file, and the
// others are ordered around it.
func byStart(list []Batch) []Batch {
	dated := slices.Clone(list)
	dated = slices.DeleteFunc(dated, func(b Batch) bool { return b.Start.IsZero() })
	slices.SortStableFunc(dated, func(a, b Batch) int { return a.Start.Compare(b.Start) })
	ordered := slices.Clone(list)
	for i := range ordered {
		if !ordered[i].Start.IsZero() {
			ordered[i], dated = dated[0], dated[1:]
		}
	}
	return ordered
}

// companies reads one companies file.
type companies struct {
	file     string
	zone     *time.Location
	columns  map[string]int // cell by header name
	width    int
	lines    map[string]int // line by batch name
	list     []Batch
	problems []Problem
}

// companyColumns are the header's cells, the required ones first.
var companyColumns = slices.Concat([]string{"company", "start"}, contactColumns)

const requiredCompanyColumns = 2

func (c *companies) parse(source []byte) {
	text, err := decodeCompanies(source)
	if err != nil {
		c.add(0, "neither UTF-8 nor CP932", "save the file as UTF-8")
		return
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.FieldsPerRecord = -1
	for c.next(reader) {
		if len(c.problems) >= maxCompanyProblems {
			c.add(0, fmt.Sprintf("more than %d problems, not all listed", maxCompanyProblems),
				"see that this is the companies file")
			return
		}
	}
	if c.columns == nil && len(c.problems) == 0 {
		c.add(0, "nothing in it", "begin with the line: company,start")
	}
}

// decodeCompanies gives the text in UTF-8. What is not valid UTF-8 comes from a Japanese
// spreadsheet program, which saves CSV in CP932.
func decodeCompanies(source []byte) ([]byte, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	if utf8.Valid(source) {
		return source, nil
	}
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(source)
	if err == nil && bytes.ContainsRune(text, utf8.RuneError) {
		err = errors.New("not CP932")
	}
	return text, err
}

// next reads one record and says whether there may be another.
func (c *companies) next(reader *csv.Reader) bool {
	record, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		c.addParse(err)
		return false
	}
	line, _ := reader.FieldPos(0)
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	if c.columns == nil {
		return c.header(line, record)
	}
	c.record(line, record)
	return true
}

func (c *companies) addParse(err error) {
	line := 0
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		line = parse.StartLine
	}
	c.add(line, "a quote that is not closed or stands in the middle of a cell",
		"put the cell in quotes and double each quote inside it")
}

func (c *companies) header(line int, record []string) bool {
	c.columns, c.width = map[string]int{}, len(record)
	for i, name := range record {
		if !slices.Contains(companyColumns, name) {
			c.add(line, fmt.Sprintf("unknown column %q", name), suggest(name, companyColumns))
		} else if _, ok := c.columns[name]; ok {
			c.add(line, fmt.Sprintf("column %q stands twice", name), "take one of them out")
		}
		c.columns[name] = i
	}
	for _, name := range companyColumns[:requiredCompanyColumns] {
		if _, ok := c.columns[name]; !ok {
			c.add(line, fmt.Sprintf("no column %q", name), "begin with the line: company,start")
		}
	}
	return len(c.problems) == 0
}

func (c *companies) record(line int, record []string) {
	if len(record) != c.width {
		c.add(line, fmt.Sprintf("%d cells where the header has %d", len(record), c.width),
			"put cells that hold a comma in quotes")
		return
	}
	b := Batch{
		Name:    c.cell(record, "company"),
		Contact: c.contact(record),
		Line:    line,
	}
	c.checkCells(b)
	if c.named(b) {
		b.Start = c.start(line, c.cell(record, "start"))
		c.list = append(c.list, b)
	}
}

func (c *companies) cell(record []string, column string) string {
	if i, ok := c.columns[column]; ok {
		return record[i]
	}
	return ""
}

// named says whether the batch has a name of its own.
func (c *companies) named(b Batch) bool {
	before, taken := c.lines[b.Name]
	switch {
	case b.Name == "":
		c.add(b.Line, "a company without a name", "write its name, or take the line out")
	case strings.EqualFold(b.Name, IndividualsBatch):
		c.add(b.Line, fmt.Sprintf("%q is the batch of the people without a company", b.Name),
			"give its start in the manifest, under batches.individuals")
	case taken:
		c.add(b.Line, fmt.Sprintf("%q stands twice", b.Name),
			fmt.Sprintf("the first is on line %d: keep one of them", before))
	default:
		c.lines[b.Name] = b.Line
		return true
	}
	return false
}

// checkCells keeps the contact out of its messages: it is a person.
func (c *companies) checkCells(b Batch) {
	if strings.ContainsFunc(b.Name, unicode.IsControl) {
		c.add(b.Line, "a control character in a name", "take it out")
	}
	c.checkContact(b.Line, b.Contact)
}

func (c *companies) start(line int, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, ok := parseStart(s, c.zone)
	if !ok {
		c.add(line, fmt.Sprintf("start %q is not a time", s), startForms)
	}
	return t
}

func (c *companies) add(line int, what, do string) {
	c.problems = append(c.problems, Problem{File: c.file, Line: line, What: clip(what), Do: do})
}

// isAddress says whether s is a bare e-mail address (RFC 5322 addr-spec).
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && !strings.ContainsFunc(s, unicode.IsControl)
}
