package campaign

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The values that a key may have, the default first.
var (
	identityFields = []string{"id", "email", "name", "kana", "birth_date", "phone", "postcode", "address"}
	tableFormats   = []string{"auto", "csv", "tsv", "xlsx"}
	delimiters     = []string{"auto", "comma", "tab", "semicolon", "pipe"}
	encodings      = []string{"auto", "utf-8", "utf-8-bom", "cp932", "euc-jp", "utf-16"}
	factTypes      = []string{"text", "date", "number", "bool"}
	certainties    = []string{"confirmed", "suspected", "possible", "ruled-out"}
	batchKinds     = []string{"company", "segment", "locale", "file", "none"}
	letterWhen     = []string{"no-email", "on-failure", "always", "never"}
	letterVariants = []string{"exact", "base"}
	letterMarks    = []string{"none", "datamatrix", "qr", "omr"}
	letterSorts    = []string{"batch", "postcode"}
	letterGroups   = []string{"none", "sheets"}
	envelopes      = []string{"jp-chou3", "jp-kaku2", "din-a", "din-b", "uk-c5", "us-10-double", "none"}
	feedWhen       = []string{"always", "no-email", "never"}
	uncertainWays  = []string{"hold", "resend"}
)

// reservedFacts are the names that rules know already.
var reservedFacts = []string{"company", "locale", "id"}

// check looks at every value.
func (l *loader) check(m *Manifest) {
	l.checkHead(m)
	for i, r := range m.Recipients {
		l.checkRecipients(index("recipients", i), &m.Recipients[i], m.Recipients[:i])
		l.checkFacts(index("recipients", i)+".facts", r.Facts)
	}
	l.checkIdentity(m)
	for i, s := range m.Segments {
		l.checkSegment(index("segments", i), s, m.Segments[:i])
	}
	l.checkBatches(&m.Batches)
	l.checkReport(m)
	l.checkChannels(m.Channels)
	l.checkCodes(m)
	l.checkPace(m)
	l.checkHalt(m.Halt)
	l.checkLocales(&m.Locales)
	l.checkExpect(m)
	l.checkNotices(m)
	l.checkUpdates(m)
}

// checkLetterhead sees that what stands at the head of every letter is one line each: with a line break in it no
// letter could be printed.
func (l *loader) checkLetterhead(m *Manifest) {
	c := m.Controller
	for at, text := range map[string]Text{
		"controller.name": c.Name, "controller.address": c.Address, "controller.signer": c.Signer,
		"controller.postcode": {"": c.Postcode}, "contact.phone": {"": m.Contact.Phone},
	} {
		for _, locale := range sortedKeys(text) {
			if strings.ContainsFunc(text[locale], unicode.IsControl) {
				l.add(strings.TrimSuffix(at+"."+locale, "."), "a line break or tab in what is one line of a letter",
					"write it on one line; it is broken where it must be")
			}
		}
	}
}

func (l *loader) checkHead(m *Manifest) {
	l.checkID("id", m.ID)
	if m.Revision < 1 {
		l.add("revision", "revision must be 1 or more", "begin with revision: 1")
	}
	l.checkCountry(m.Controller.Country)
	l.checkLetterhead(m)
	for i, j := range m.Jurisdictions {
		l.checkID(index("jurisdictions", i), j)
	}
	for _, name := range sortedKeys(m.Elements) {
		l.checkWord("elements."+name, "element", name)
	}
	for _, name := range sortedKeys(m.Incident) {
		l.checkWord("incident."+name, "incident fact", name)
	}
	if len(m.Recipients) == 0 {
		l.add("recipients", "no recipients", "name at least one file under recipients")
	}
	if len(m.Segments) == 0 {
		l.add("segments", "no segments", "say under segments who is affected and how")
	}
}

func (l *loader) checkRecipients(at string, r *RecipientFile, before []RecipientFile) {
	if l.checkName(at+".file", r.File) {
		r.File = path.Clean(r.File)
		if slices.ContainsFunc(before, func(b RecipientFile) bool { return b.File == r.File }) {
			l.add(at+".file", fmt.Sprintf("file %q stands twice", r.File), "keep one of them")
		}
	}
	l.checkTable(at, r)
	if r.Rows < 0 {
		l.add(at+".rows", "rows is below zero", "give the number of rows, or leave it out")
	}
	if r.Columns.Name == "" {
		l.add(at+".columns", "no column for the name",
			"say columns: {name: …} with the file's header cell")
	}
}

// checkTable checks how a file is said to be read.
func (l *loader) checkTable(at string, r *RecipientFile) {
	l.oneOf(at+".format", "format", r.Format, tableFormats)
	l.oneOf(at+".delimiter", "delimiter", r.Delimiter, delimiters)
	l.oneOf(at+".encoding", "encoding", r.Encoding, encodings)
	if r.Sheet != "" && (r.Format == "csv" || r.Format == "tsv") {
		l.add(at+".sheet", fmt.Sprintf("sheet %q of a file that is %s", r.Sheet, r.Format),
			"set format: xlsx, or leave out the sheet")
	}
	if r.Delimiter != "auto" && r.Delimiter != "tab" && r.Format == "tsv" {
		l.add(at+".delimiter", fmt.Sprintf("delimiter %q of a file that is tsv", r.Delimiter),
			"set format: csv, or leave out the delimiter")
	}
	for _, key := range []string{"delimiter", "encoding"} {
		if r.Format == "xlsx" && l.given(at+"."+key) {
			l.add(at+"."+key, key+" of a workbook", "leave it out: a workbook knows its own")
		}
	}
}

func (l *loader) checkFacts(at string, facts map[string]Fact) {
	for _, name := range sortedKeys(facts) {
		fact, here := facts[name], at+"."+name
		l.checkWord(here, "fact", name)
		if slices.Contains(reservedFacts, name) {
			l.add(here, fmt.Sprintf("fact %q has a name that rules know already", name),
				"give it another name")
		}
		if fact.Column == "" {
			l.add(here, fmt.Sprintf("fact %q has no column", name), "name the file's header cell")
		}
		l.oneOf(here+".type", "type", fact.Type, factTypes)
		if fact.Layout != "" && fact.Type != "date" {
			l.add(here+".layout", "only a date has a layout", "say type: date, or take it out")
		}
	}
}

func (l *loader) checkSegment(at string, s Segment, before []Segment) {
	if l.checkID(at+".id", s.ID) &&
		slices.ContainsFunc(before, func(b Segment) bool { return b.ID == s.ID }) {
		l.add(at+".id", fmt.Sprintf("segment %q stands twice", s.ID), "give each its own id")
	}
	l.checkElements(at, s)
	l.checkClauses(at, s)
	l.oneOf(at+".certainty", "certainty", s.Certainty, certainties)
	l.checkReach(at, s)
	if s.Notice == "" {
		l.add(at+".notice", "a segment without a notice",
			"say notice: NAME for the files notices/NAME.LOCALE.md")
	}
}

func (l *loader) checkLocales(locales *Locales) {
	if locales.Default == "" {
		l.add("locales", "no default language", "say locales: {default: ja}")
		return
	}
	l.checkLocale("locales.default", &locales.Default)
	if l.given("locales.prevailing") {
		l.checkLocale("locales.prevailing", &locales.Prevailing)
	}
}

func (l *loader) checkLocale(at string, locale *string) {
	tag, ok := canonical(*locale)
	if !ok {
		l.add(at, fmt.Sprintf("%q is not a language", *locale), localeForm)
		return
	}
	*locale = tag
}

func (l *loader) checkHalt(h Halt) {
	if _, ok := parsePercent(h.Refused); !ok && h.Refused != "" {
		l.add("halt.refused", fmt.Sprintf("%q is not a percentage", h.Refused),
			"write it like 10%, above 0 and up to 100")
	}
	if h.After < 1 {
		l.add("halt.after", "after must be 1 or more", "leave it out for 100 deliveries")
	}
}

// Share is the refused share that halts a batch, from 0 to 1. Zero means that nothing does.
func (h Halt) Share() float64 {
	share, _ := parsePercent(h.Refused)
	return share
}

func parsePercent(s string) (float64, bool) {
	number, found := strings.CutSuffix(s, "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !found || err != nil || !(x > 0 && x <= 100) {
		return 0, false
	}
	return x / 100, true
}

// checkName sees that a file's name stays in the folder. Links are followed only when it is
// opened.
func (l *loader) checkName(at, name string) bool {
	switch {
	case name == "":
		l.add(at, "a file without a name", "name a file in the campaign folder")
	case !isInside(name):
		l.add(at, fmt.Sprintf("file %q is outside the campaign folder", name),
			"put it in the folder and name it from there")
	default:
		return true
	}
	return false
}

// isInside says whether a name can only be of something under the folder. A backslash is refused
// because it separates names on some systems and not on others.
func isInside(name string) bool {
	return filepath.IsLocal(name) && !path.IsAbs(name) && !strings.ContainsAny(name, "\\\n\t")
}
